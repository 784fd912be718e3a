"""Statistical areas: how much of each lies in which neighbourhood, and nothing else of them, is kept."""

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from app.formats.vector import read_layer
from app.funding.models import AreaCode
from app.imports.areas import apply_areas, differing, guess_code_field, plan_areas
from app.kit.errors import Invalid
from app.kit.geo import to_degrees, to_metres
from app.web.house import House
from tests.support.cast import CHAPELTOWN, Cast, outline_of
from tests.support.commands import Run
from tests.support.real_data import real_data


def write_areas(file: Path, areas: dict[str, BaseGeometry], field: str = "LSOA21CD") -> Path:
    features = [
        {"type": "Feature", "properties": {field: code}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in areas.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def across_the_edge(share: float) -> BaseGeometry:
    """A strip, 100 m high, of which `share` lies inside a straight piece of Chapeltown's edge."""
    edge = to_metres(outline_of(CHAPELTOWN))
    inside = edge.representative_point()
    box = shapely.box(inside.x - 3_000, inside.y, inside.x, inside.y + 100)
    length = edge.intersection(box).area / 100
    far = inside.x - length / share
    return to_degrees(shapely.box(far, inside.y, inside.x, inside.y + 100))


def kept(house: House) -> dict[str, tuple[str, float]]:
    with house.private.reading() as db:
        return {row.code: (row.neighbourhood, row.share) for row in db.scalars(select(AreaCode))}


def test_the_share_of_each_area_is_measured_in_metres(house: House, cast: Cast, tmp_path: Path) -> None:
    whole = to_degrees(to_metres(outline_of(CHAPELTOWN)).representative_point().buffer(100))
    areas = {"e01000001": whole, "E01000002": across_the_edge(0.6), "E01000003": across_the_edge(0.4)}
    areas["E01000004"] = shapely.box(2, 48, 2.1, 48.1)
    layer = read_layer(write_areas(tmp_path / "areas.geojson", areas))
    field = guess_code_field(layer, None)
    with house.private.writing() as db:
        planned = plan_areas(db, layer, field)
        assert differing(db, planned) == 3
        apply_areas(db, planned)
        db.flush()
        assert differing(db, planned) == 0
    found = kept(house)
    assert set(found) == {"E01000001", "E01000002", "E01000003"}
    assert found["E01000001"] == (CHAPELTOWN, 1.0)
    assert found["E01000002"][1] == pytest.approx(0.6, abs=0.01)
    assert found["E01000003"][1] == pytest.approx(0.4, abs=0.01)


def test_a_later_file_replaces_the_codes_that_it_holds(small_ecology: Run, house: House, tmp_path: Path) -> None:
    small_ecology("demo")
    before = kept(house)
    inside = across_the_edge(1)
    first = write_areas(tmp_path / "a.geojson", {"X1": inside, "X2": inside}, field="code")
    assert "There is nothing to do." not in small_ecology("import", "areas", first, "--yes").out
    moved = write_areas(tmp_path / "b.geojson", {"X2": shapely.box(2, 48, 2.1, 48.1)}, field="code")
    assert small_ecology("import", "areas", moved, "--dry-run").out.endswith("Nothing was written.\n")
    assert "Done." in small_ecology("import", "areas", moved, "--yes").out
    assert set(kept(house)) - set(before) == {"X1"}
    assert "There is nothing to do." in small_ecology("import", "areas", moved, "--yes").out


@pytest.mark.parametrize(
    ("areas", "sentence"),
    [
        ({"": shapely.box(0, 0, 1, 1)}, "no code of its own"),
        ({"X": shapely.Point(0, 0)}, "X is no clean area"),
        ({"X": shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, "X is no clean area"),
        ({"X" * 21: shapely.box(0, 0, 1, 1)}, "no code of its own"),
    ],
)
def test_an_area_that_cannot_be_measured_is_refused(
    house: House, cast: Cast, tmp_path: Path, areas: dict[str, BaseGeometry], sentence: str
) -> None:
    layer = read_layer(write_areas(tmp_path / "a.geojson", areas))
    with house.private.reading() as db, pytest.raises(Invalid, match=sentence):
        plan_areas(db, layer, "LSOA21CD")


def test_a_file_without_codes_is_asked_for_them(tmp_path: Path) -> None:
    layer = read_layer(write_areas(tmp_path / "a.geojson", {"X": shapely.box(0, 0, 1, 1)}, field="shape_no"))
    with pytest.raises(Invalid, match="--code-field"):
        guess_code_field(layer, None)
    assert guess_code_field(layer, "shape_no") == "shape_no"


def test_real_small_areas_and_wards_find_their_places(house: House, cast: Cast) -> None:
    for name, least in (("leeds_lsoa_2021", 40), ("leeds_wards_2020", 3)):
        layer = read_layer(real_data(f"boundaries/{name}.geojson"))
        with house.private.reading() as db:
            planned = plan_areas(db, layer, guess_code_field(layer, None))
        held = [one for one in planned.shares if one.share >= 0.5]
        assert len(held) >= least
        assert {one.neighbourhood for one in held} == {"chapeltown", "seacroft", "beeston-holbeck"}
        assert all(0 < one.share <= 1 for one in planned.shares)
