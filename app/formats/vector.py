"""Files of shapes with attributes: GeoJSON, GeoPackage, Shapefile and others, in any coordinate system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError
from pyogrio.raw import read
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from app.kit.errors import Invalid

_WGS84 = "OGC:CRS84"  # WGS 84 with the longitude first


@dataclass(frozen=True)
class VectorFeature:
    """One feature: its place in the file (from 1), its shape in WGS 84, and what is said of it.

    Where the shape is None, `problem` says why in one sentence.
    """

    number: int
    shape: BaseGeometry | None
    values: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True)
class VectorLayer:
    """The first layer of a file, or the one that was asked for."""

    fields: tuple[str, ...]
    features: Sequence[VectorFeature]


def read_layer(file: Path, layer: str | None = None) -> VectorLayer:
    """All features of `file`, in WGS 84, longitude first, without heights.

    Raises Invalid where there is no such file, where GDAL cannot read it, and where it does not say in which
    coordinates it is. Whether a shape is valid is for the caller to ask.
    """
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    try:
        meta, _ids, wkb, columns = read(file, layer=layer, force_2d=True, datetime_as_string=True)
        shapes = shapely.from_wkb(wkb) if wkb is not None else np.array([], dtype=object)
    except (DataSourceError, ValueError, GEOSException, RuntimeError) as error:
        raise Invalid(
            f"{file.name} cannot be read as GeoJSON, GeoPackage or Shapefile. ({str(error)[:200]})"
        ) from error
    if len(shapes) == 0:
        raise Invalid(f"{file.name} holds no shapes.")
    if meta["crs"] is None:
        raise Invalid(
            f"{file.name} does not say in which coordinates it is. A Shapefile needs its .prj file beside it."
        )
    fields = tuple(str(name) for name in meta["fields"])
    moved = _in_degrees(shapes, str(meta["crs"]), file.name)
    features = []
    for number, shape in enumerate(moved, start=1):
        values = {name: _plain(column[number - 1]) for name, column in zip(fields, columns, strict=True)}
        problem = _problem(shape)
        features.append(VectorFeature(number, None if problem else shape, values, problem))
    return VectorLayer(fields, features)


def _in_degrees(shapes: NDArray[Any], name_of_crs: str, file_name: str) -> NDArray[Any]:
    try:
        crs = CRS.from_user_input(name_of_crs)
    except CRSError as error:
        raise Invalid(f"{file_name} is in coordinates that are not known here: {name_of_crs[:80]}.") from error
    # GDAL gives longitude first for WGS 84, whatever the axes of its definition.
    if crs.to_epsg() != 4326:  # noqa: PLR2004 - the EPSG code of WGS 84
        transformer = Transformer.from_crs(crs, _WGS84, always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
    return shapes


def _problem(shape: BaseGeometry | None) -> str:
    if shape is None or shape.is_empty:
        return "It has no shape."
    places = shapely.get_coordinates(shape)
    if not np.isfinite(places).all() or (np.abs(places) > (180, 90)).any():
        return "It is nowhere on the globe. Longitude comes first, then latitude."
    return ""


def _plain(value: Any) -> Any:  # noqa: ANN401 - GDAL's values are of any type
    if isinstance(value, np.ndarray):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value
