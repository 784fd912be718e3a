"""Boundary files of councils come in checked, versioned, and once."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
import shapely
from shapely.geometry import Point, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry

from app.formats.vector import read_layer
from app.imports import boundaries
from app.kit.errors import Invalid
from app.kit.geo import to_metres
from app.neighbourhoods.service import all_neighbourhoods
from app.published.queries import Question
from app.web.house import House
from tests.support.real_data import real_data

WEST, EAST = box(-1.60, 53.80, -1.56, 53.83), box(-1.56, 53.80, -1.52, 53.83)
_BOW_TIE = Polygon([(-1.5, 53.8), (-1.4, 53.9), (-1.4, 53.8), (-1.5, 53.9), (-1.5, 53.8)])


def write(folder: Path, shapes: Mapping[str, BaseGeometry | None], **more: Any) -> Path:
    """A GeoJSON file with these names and shapes."""
    file = folder / "places.geojson"
    features = [
        {"type": "Feature", "properties": {"name": name, **more}, "geometry": shape and mapping(shape)}
        for name, shape in shapes.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def take_in(house: House, file: Path, *, allow_overlap: bool = False, **given: str) -> boundaries.BoundaryPlan:
    layer = read_layer(file)
    with house.private.writing() as db:
        planned = boundaries.plan(
            db, layer, boundaries.guess_fields(layer, None, None, given), allow_overlap=allow_overlap
        )
        boundaries.apply(db, planned)
    return planned


def test_the_33_real_wards_come_in_once(house: House) -> None:
    file = real_data("boundaries/leeds_wards_2020.geojson")
    assert len(take_in(house, file).added) == 33
    before = house.published.version("neighbourhoods")
    assert before[1] == 33
    again = take_in(house, file)
    assert (len(again.added), len(again.changed), len(again.unchanged)) == (0, 0, 33)
    assert house.published.version("neighbourhoods") == before
    ward = json.loads(house.published.one("neighbourhoods", "guiseley-rawdon") or b"")
    assert ward["properties"]["codes"] == ["E05011395"]
    assert ward["properties"]["credit"].startswith("Source: Office for National Statistics")


def test_a_new_shape_closes_the_version_before_it(house: House, tmp_path: Path) -> None:
    take_in(house, write(tmp_path, {"West": WEST, "East": EAST}))
    wider = box(-1.60, 53.80, -1.56, 53.84)
    planned = take_in(house, write(tmp_path, {"West": wider}))
    assert planned.changed == ["west"]
    with house.private.reading() as db:
        west = next(place for place in all_neighbourhoods(db) if place.slug == "west")
        assert [boundary.valid_to is None for boundary in west.boundaries].count(True) == 1
        assert len(west.boundaries) == 2
        assert shapely.equals(west.boundary, wider)
    page = house.published.page(Question("neighbourhoods"))
    assert page.matched == 2
    assert any(b"53.84" in feature for feature in page.features)


def test_words_alone_change_no_boundary(house: House, tmp_path: Path) -> None:
    take_in(house, write(tmp_path, {"West": WEST}))
    assert take_in(house, write(tmp_path, {"West": WEST}), credit="The council").changed == ["west"]
    with house.private.reading() as db:
        (west,) = all_neighbourhoods(db)
        assert west.credit == "The council"
        assert len(west.boundaries) == 1


def test_an_overlap_is_refused_unless_it_is_meant(house: House, tmp_path: Path) -> None:
    take_in(house, write(tmp_path, {"West": WEST}))
    file = write(tmp_path, {"Middle": box(-1.57, 53.80, -1.53, 53.83)})
    with pytest.raises(Invalid, match=r"Middle and West.*--allow-overlap"):
        take_in(house, file)
    with house.private.reading() as db:
        assert len(all_neighbourhoods(db)) == 1
    assert take_in(house, file, allow_overlap=True).warnings == ["They overlap: Middle and West."]


def test_an_overlap_within_the_file_is_refused(house: House, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="One and Two"):
        take_in(house, write(tmp_path, {"One": WEST, "Two": WEST}))


def test_a_sliver_is_no_overlap(house: House, tmp_path: Path) -> None:
    sliver = box(-1.5605, 53.80, -1.52, 53.83)  # 33 m into West
    assert len(take_in(house, write(tmp_path, {"West": WEST, "East": sliver})).added) == 2


@pytest.mark.parametrize(("driver", "ending"), [("GPKG", "gpkg"), ("ESRI Shapefile", "shp"), ("GeoJSON", "geojson")])
def test_other_formats_and_coordinates_are_read(house: House, tmp_path: Path, driver: str, ending: str) -> None:
    file = tmp_path / f"wards.{ending}"
    write_with_gdal(file, driver, {"Otley": WEST}, crs="EPSG:27700")
    layer = read_layer(file)
    assert boundaries.guess_fields(layer, None, None, {}).name == "WD24NM"
    assert take_in(house, file).added == ["otley"]
    with house.private.reading() as db:
        assert shapely.hausdorff_distance(all_neighbourhoods(db)[0].boundary, WEST) < 5e-5


def write_with_gdal(file: Path, driver: str, shapes: Mapping[str, Polygon], crs: str) -> None:
    import numpy as np

    pyogrio.raw.write(
        str(file),
        geometry=np.array([to_metres(shape).wkb for shape in shapes.values()], dtype=object),
        field_data=[np.array(list(shapes), dtype=object), np.array(["E05"] * len(shapes), dtype=object)],
        fields=["WD24NM", "WD24CD"],
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
    )


def test_a_shapefile_without_its_coordinates_is_refused(tmp_path: Path) -> None:
    write_with_gdal(tmp_path / "wards.shp", "ESRI Shapefile", {"Otley": WEST}, crs="EPSG:27700")
    (tmp_path / "wards.prj").unlink()
    with pytest.raises(Invalid, match=r"\.prj"):
        read_layer(tmp_path / "wards.shp")


def test_an_unclean_area_of_an_operator_is_mended_with_a_warning(house: House, tmp_path: Path) -> None:
    planned = take_in(house, write(tmp_path, {"Bow": _BOW_TIE}))
    assert planned.warnings == [
        "Bow was not a clean area (self-intersection) and has been mended. Look at it on the map."
    ]
    with house.private.reading() as db:
        assert all_neighbourhoods(db)[0].boundary.is_valid


def _crossing(points: int) -> Polygon:
    """An area whose edge crosses itself again and again."""
    return Polygon([(-1.5 + (number % 2) * 0.1, 53.8 + number * 0.0001) for number in range(points)])


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ({"": WEST}, "Feature 1 has no name"),
        ({"Dot": Point(-1.5, 53.8)}, "Dot is no area"),
        ({"Nowhere": None}, "Nowhere cannot be taken in. It has no shape."),
        ({"Far": box(200, 10, 201, 11)}, "nowhere on the globe"),
        ({"A B": WEST, "A-b": EAST}, "the same address: a-b"),
        ({"Knot": _crossing(2_100)}, "too many points to be mended"),
        ({"Fine": Point(-1.5, 53.8).buffer(0.01, quad_segs=13_000)}, "Simplify it to at most 50,000"),
        ({"北": WEST}, "needs a column “slug”"),
    ],
)
def test_what_cannot_be_a_neighbourhood_is_refused(
    house: House, tmp_path: Path, shapes: Mapping[str, BaseGeometry | None], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        take_in(house, write(tmp_path, shapes))
    assert house.published.version("neighbourhoods") == (0, 0)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1, 2]", b"\x00" * 100, b'{"type": "FeatureCollection", "features": []}']
)
def test_what_is_no_file_of_shapes_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "places.geojson"
    file.write_bytes(content)
    with pytest.raises(Invalid):
        read_layer(file)
    with pytest.raises(Invalid, match="There is no file"):
        read_layer(tmp_path / "missing.geojson")


def test_columns_that_do_not_exist_are_named_with_those_that_do(tmp_path: Path) -> None:
    layer = read_layer(write(tmp_path, {"West": WEST}))
    with pytest.raises(Invalid, match=r"There is no column “nom”\. The file has: name"):
        boundaries.guess_fields(layer, "nom", None, {})


def test_slugs_are_made_of_names() -> None:
    names: Sequence[str] = ["Beeston & Holbeck", "  St. Jude’s  ", "Ynys Môn"]
    assert [boundaries.slug_of(name) for name in names] == ["beeston-holbeck", "st-judes", "ynys-mon"]
