"""Shapes and boxes: what is taken, what is refused and in which words, and how metres and degrees go together."""

import itertools
import json
import math
import time
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from app.kit import geo
from app.kit.errors import Invalid
from app.kit.geo import BBox, hilbert_key, looks_swapped, read_geometry, round_degrees, to_degrees, to_metres

unhurried = settings(deadline=None)  # shared machines pause at times
LEEDS = BBox(-1.8, 53.7, -1.3, 53.95)
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


@pytest.mark.parametrize("text", ["-1.8,53.7,-1.3,53.95", " -1.8 , 53.7,-1.3,5.395e1", "-1.8,53.7,0,-1.3,53.95,99"])
def test_a_box_is_read_from_four_or_six_numbers(text: str) -> None:
    assert BBox.parse(text) == LEEDS


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "four numbers"),
        ("1,2,3", "four numbers"),
        ("1,2,3,4,5", "four numbers"),
        ("1,2,3,4,5,6,7", "four numbers"),
        ("1,2,3,north", "Number 4"),
        ("1,2,,4", "Number 3"),
        ("nan,0,1,1", "Number 1"),
        ("0,0,Infinity,1", "Number 3"),
        ("1_0,0,11,1", "Number 1"),
        ("٣,0,11,1", "Number 1"),  # an Arabic three, which float() would take
        ("0,0,1e999,1", "too large"),
        ("0,2,1,1", "south is larger than north"),
        ("0,-91,1,1", "-90 to 90"),
        ("0,0,1,90.1", "-90 to 90"),
        ("-181,0,1,1", "-180 to 180"),
        ("0,0,180.1,1", "-180 to 180"),
    ],
)
def test_what_is_no_box_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        BBox.parse(text)
    assert refusal.value.field == "bbox"


def test_the_whole_world_is_a_box() -> None:
    assert BBox.parse("-180,-90,180,90").parts() == (BBox(-180, -90, 180, 90),)


def test_a_box_without_width_is_a_box() -> None:
    assert BBox.parse("1,2,1,2").contains(1, 2)


def test_a_box_across_180_degrees_is_two_boxes() -> None:
    fiji = BBox.parse("177,-19,-179,-16")
    assert fiji.parts() == (BBox(177, -19, 180, -16), BBox(-180, -19, -179, -16))
    assert fiji.contains(178, -17)
    assert fiji.contains(-179.5, -17)
    assert not fiji.contains(0, -17)


def test_a_box_made_in_code_is_checked_too() -> None:
    with pytest.raises(Invalid, match="finite"):
        BBox(math.nan, 0, 1, 1)


def test_the_box_of_a_shape() -> None:
    assert BBox.of(LineString([(-1.5, 53.9), (-1.4, 53.8)])) == BBox(-1.5, 53.8, -1.4, 53.9)


def test_leeds_town_hall_is_where_the_ordnance_survey_puts_it() -> None:
    metres = to_metres(Point(-1.549917, 53.800080))
    assert abs(metres.x - 429740) < 30
    assert abs(metres.y - 433900) < 100


@unhurried
@given(st.floats(-8, 2), st.floats(49, 61))
def test_metres_and_degrees_are_each_others_inverse_in_britain(lon: float, lat: float) -> None:
    back = to_degrees(to_metres(Point(lon, lat)))
    assert abs(back.x - lon) < 1e-6
    assert abs(back.y - lat) < 1e-6


def test_the_conversion_does_not_depend_on_grid_files_of_the_machine() -> None:
    metres = to_metres(Point(-1.5, 53.8))
    assert (round(metres.x, 3), round(metres.y, 3)) == (433030.084, 433859.955)


def test_a_place_that_has_no_metres_is_refused() -> None:
    with pytest.raises(Invalid, match="too far away"):
        to_metres(Point(88, 0))


def test_rounding_keeps_six_decimals_and_no_minus_zero() -> None:
    rounded = round_degrees(Point(-1.23456789, -0.0000001))
    assert rounded.wkt == "POINT (-1.234568 0)"
    assert math.copysign(1, rounded.y) == 1


def test_the_hilbert_curve_visits_neighbours_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo, "_HILBERT_ORDER", 4)
    keys = {}
    for column, row in itertools.product(range(16), range(16)):
        keys[hilbert_key((column + 0.5) * 22.5 - 180, (row + 0.5) * 11.25 - 90)] = (column, row)
    assert sorted(keys) == list(range(256))
    steps = [abs(keys[n][0] - keys[n + 1][0]) + abs(keys[n][1] - keys[n + 1][1]) for n in range(255)]
    assert set(steps) == {1}


@unhurried
@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_hilbert_key_fits_in_every_database(lon: float, lat: float) -> None:
    assert 0 <= hilbert_key(lon, lat) < 2**48


def test_swapped_axes_are_noticed_near_a_known_place() -> None:
    assert looks_swapped(Point(53.8, -1.5), LEEDS)
    assert not looks_swapped(Point(-1.5, 53.8), LEEDS)
    assert not looks_swapped(Point(2.35, 48.85), LEEDS)


@pytest.mark.parametrize(
    ("kind", "coordinates", "wkt"),
    [
        ("Point", [-1.5, 53.8], "POINT (-1.5 53.8)"),
        ("Point", [-1.5, 53.8, 70], "POINT (-1.5 53.8)"),
        ("LineString", [[0, 0, 5], [1, 1, 5]], "LINESTRING (0 0, 1 1)"),
        ("LineString", [[0, 0], [1, 1], [1, 0], [0, 1]], "LINESTRING (0 0, 1 1, 1 0, 0 1)"),
        ("Polygon", [SQUARE], "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"),
        ("MultiPolygon", [[SQUARE]], "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)))"),
    ],
)
def test_points_lines_and_areas_are_taken_without_heights(kind: str, coordinates: Any, wkt: str) -> None:
    assert read_geometry({"type": kind, "coordinates": coordinates}).wkt == wkt


def test_outer_rings_run_counter_clockwise_whichever_way_they_came() -> None:
    shape = read_geometry({"type": "Polygon", "coordinates": [SQUARE[::-1]]})
    assert shape.exterior.is_ccw  # type: ignore[union-attr]


def nested(levels: int) -> Any:
    node: Any = [1.0, 2.0]
    for _ in range(levels):
        node = [node]
    return node


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "missing"),
        ([], "missing"),
        ("POINT (0 0)", "missing"),
        ({}, "one of: Point, LineString, Polygon, MultiPolygon"),
        ({"type": None, "coordinates": [0, 0]}, "one of"),
        ({"type": ["Point"], "coordinates": [0, 0]}, "one of"),
        ({"type": "MultiPoint", "coordinates": [[0, 0]]}, "one of"),
        ({"type": "GeometryCollection", "geometries": []}, "GeometryCollection"),
        ({"type": "Point"}, "no coordinates"),
        ({"type": "Point", "coordinates": None}, "no coordinates"),
        ({"type": "Point", "coordinates": []}, "empty"),
        ({"type": "Point", "coordinates": {}}, "list of numbers"),
        ({"type": "Point", "coordinates": "1,2"}, "list of numbers"),
        ({"type": "Point", "coordinates": [1]}, "two numbers"),
        ({"type": "Point", "coordinates": [1, 2, 3, 4]}, "two numbers"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "made of numbers"),
        ({"type": "Point", "coordinates": [True, False]}, "made of numbers"),
        ({"type": "Point", "coordinates": [None, 1]}, "made of numbers"),
        ({"type": "Point", "coordinates": [1, {}]}, "made of numbers"),
        ({"type": "Point", "coordinates": [math.nan, 1]}, "NaN and Infinity"),
        ({"type": "Point", "coordinates": [1, -math.inf]}, "NaN and Infinity"),
        ({"type": "Point", "coordinates": [1, 2, math.nan]}, "NaN and Infinity"),
        ({"type": "Point", "coordinates": [180.001, 1]}, "Longitude"),
        ({"type": "Point", "coordinates": [10**400, 1]}, "Longitude"),
        ({"type": "Point", "coordinates": [1, 90.001]}, "Latitude"),
        ({"type": "Point", "coordinates": [[1, 2]]}, "too deeply"),
        ({"type": "Polygon", "coordinates": nested(5)}, "too deeply"),
        ({"type": "Polygon", "coordinates": nested(1_000)}, "too deeply"),
        ({"type": "Polygon", "coordinates": [0, 0]}, "not nested deeply enough"),
        ({"type": "LineString", "coordinates": []}, "empty"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "at least 2"),
        ({"type": "LineString", "coordinates": [[0, 0], [0, 0]]}, "on top of each other"),
        ({"type": "Polygon", "coordinates": [[]]}, "empty"),
        ({"type": "Polygon", "coordinates": [SQUARE[:3]]}, "at least 4"),
        ({"type": "Polygon", "coordinates": [SQUARE[:4]]}, "end where it begins"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crosses or touches itself"),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * 4]}, "on top of each other"),
        ({"type": "Polygon", "coordinates": [SQUARE, [[5, 5], [6, 5], [6, 6], [5, 5]]]}, "hole"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, "crosses|overlap"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "empty"),
    ],
)
def test_a_geometry_that_is_none_is_refused_with_a_sentence(geometry: Any, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        read_geometry(geometry)
    assert refusal.value.field == "geometry"


def circle(vertices: int) -> list[list[float]]:
    ring = [
        [math.cos(2 * math.pi * n / (vertices - 1)), math.sin(2 * math.pi * n / (vertices - 1))]
        for n in range(vertices - 1)
    ]
    return [*ring, ring[0]]


def test_two_thousand_vertices_are_taken_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = read_geometry({"type": "Polygon", "coordinates": [circle(2_000)]})
    assert shapely.get_num_coordinates(taken) == 2_000
    monkeypatch.setattr(geo, "_build", lambda *_: pytest.fail("a shape was built before its points were counted"))
    with pytest.raises(Invalid, match="more than 2,000 points"):
        read_geometry({"type": "Polygon", "coordinates": [circle(2_001)]})


@pytest.mark.parametrize(
    "coordinates", [[circle(100_000)], [SQUARE] * 20_000, [[]] * 100_000], ids=["vertices", "rings", "empty rings"]
)
def test_huge_input_is_refused_at_once(coordinates: Any) -> None:
    before = time.perf_counter()
    with pytest.raises(Invalid):
        read_geometry({"type": "Polygon", "coordinates": coordinates})
    assert time.perf_counter() - before < 0.5


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)


@unhurried
@given(st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "Nonsense"]), json_values)
def test_nonsense_never_ends_in_another_error(kind: str, coordinates: Any) -> None:
    try:
        shape = read_geometry({"type": kind, "coordinates": coordinates})
    except Invalid:
        return
    assert shape.is_valid
    assert json.loads(shapely.to_geojson(shape))["type"] == kind
