"""The outlines that we ship: made again they are the same, and they are what their README says."""

import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, shape

from app.kit.geo import to_metres
from app.kit.grid import Grid, root_bounds
from app.neighbourhoods.postcodes import find_postcode, points_within
from geodata import make_neighbourhoods

COLLECTION: dict[str, Any] = json.loads(make_neighbourhoods.FILE.read_text(encoding="utf-8"))
FEATURES: dict[str, dict[str, Any]] = {feature["properties"]["slug"]: feature for feature in COLLECTION["features"]}
each_feature = pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES.keys())


def test_making_it_again_gives_the_same_bytes() -> None:
    first, second = make_neighbourhoods.make(), make_neighbourhoods.make()
    assert first == second
    assert first.encode() == make_neighbourhoods.FILE.read_bytes()


def test_there_are_three() -> None:
    assert list(FEATURES) == ["chapeltown", "seacroft", "beeston-holbeck"]


@each_feature
def test_each_says_that_it_is_a_stand_in_and_whose_data_it_is(feature: dict[str, Any]) -> None:
    properties = feature["properties"]
    assert set(properties) == {"slug", "name", "codes", "source", "licence", "credit", "stand_in", "note"}
    assert properties["stand_in"] is True
    assert "stand-in, not a community of the report" in properties["note"]
    assert "Crown copyright" in properties["credit"]
    assert "Royal Mail" in properties["credit"]
    assert "Open Government Licence v3.0" in properties["licence"]
    assert all(re.fullmatch(r"LS\d+ \d", code) for code in properties["codes"])


@each_feature
def test_each_is_a_valid_shape_as_rfc_7946_wants_it(feature: dict[str, Any]) -> None:
    outline = shape(feature["geometry"])
    assert outline.is_valid
    assert all(part.exterior.is_ccw for part in shapely.get_parts(outline))
    coordinates = shapely.get_coordinates(outline)
    assert (coordinates.round(6) == coordinates).all()
    assert 50 < len(coordinates) < 200


def test_no_two_overlap() -> None:
    for one, other in itertools.combinations(FEATURES.values(), 2):
        assert shape(one["geometry"]).intersection(shape(other["geometry"])).area == 0


@pytest.mark.parametrize(("slug", "km2"), [("chapeltown", 3.3), ("seacroft", 8.3), ("beeston-holbeck", 9.8)])
def test_each_is_as_large_as_the_readme_says(slug: str, km2: float) -> None:
    outline = to_metres(shape(FEATURES[slug]["geometry"]))
    assert outline.area / 1e6 == pytest.approx(km2, abs=0.05)
    assert f"| `{slug}` |" in Path(make_neighbourhoods.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("postcode", "slug"), [("LS7 4DQ", "chapeltown"), ("LS14 6DF", "seacroft"), ("LS11 9HP", "beeston-holbeck")]
)
def test_a_postcode_of_a_neighbourhood_lies_in_it(postcode: str, slug: str) -> None:
    place = find_postcode(postcode)
    assert place is not None
    assert shape(FEATURES[slug]["geometry"]).covers(Point(place))


@each_feature
def test_every_cell_of_each_holds_homes_of_more_than_one_postcode(feature: dict[str, Any]) -> None:
    boundary = to_metres(shape(feature["geometry"]))
    points = points_within(root_bounds(boundary))
    assert points is not None
    grid = Grid(boundary, points)
    homes = np.unique(points[shapely.intersects_xy(boundary, points[:, 0], points[:, 1])], axis=0).tolist()
    in_cell = Counter(grid.cell_of(*home) for home in homes)
    # A home that is alone in the inner part of its square has no cell: the whole neighbourhood stands for it.
    assert in_cell.pop(None) <= len(homes) * 0.02
    assert set(in_cell) == set(grid.leaves())
    assert min(in_cell.values()) >= 2
    sizes = {cell.size_m for cell in grid.leaves()}
    assert {250, 500} <= sizes <= {250, 500, 1_000, 2_000}
