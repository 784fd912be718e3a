"""GeoJSON features as rows of a table: properties as plain cells, the place as numbers and as well-known text."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import shape

PLACE_COLUMNS = ("longitude", "latitude", "shape")


def feature_row(feature: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    """Cells for the id, the properties named by `columns`, and PLACE_COLUMNS (WGS 84 degrees).

    Longitude and latitude stay empty for an area or a line: the middle of a square of streets would look like a place
    that somebody marked. The shape itself is there for all.
    """
    geometry, properties = feature["geometry"], feature["properties"]
    place = geometry["coordinates"][:2] if geometry and geometry["type"] == "Point" else ("", "")
    drawn = shapely.to_wkt(shape(geometry), rounding_precision=6) if geometry else ""
    cells = [feature["id"], *(properties.get(name) for name in columns), *place, drawn]
    return [_cell(cell) for cell in cells]


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever stands in a feature
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_cell(one)}" for name, one in value.items() if one)
    return str(value)
