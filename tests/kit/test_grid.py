"""The coarsening grid: no cell singles out a home, and every place of a cell gives the same answer."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from app.kit.grid import Cell, Grid, root_bounds, root_of

ROOT = Cell(2_000, 4_000, 2_000)
WHOLE_ROOT = shapely.box(2_000, 4_000, 3_999, 5_999)  # stays off the next roots
QUARTERS = ROOT.quarters()
SOUTH_WEST, NORTH_WEST, SOUTH_EAST, NORTH_EAST = QUARTERS


def postcodes_in(*cells: Cell, each: int = 2) -> np.ndarray[Any, Any]:
    """`each` points in a row in the middle of each cell, so near to each other that no quarter of it gets two."""
    places = [
        (cell.west_m + cell.size_m // 2 - 1 + step, cell.south_m + cell.size_m // 2 - 1 + step)
        for cell in cells
        for step in range(each)
    ]
    return np.array(places, dtype=np.int32).reshape(-1, 2)


def test_a_root_splits_where_each_quarter_holds_two_postcodes() -> None:
    assert Grid(WHOLE_ROOT, postcodes_in(*QUARTERS)).leaves() == QUARTERS


@pytest.mark.parametrize("poor", QUARTERS)
def test_a_root_stays_whole_where_one_quarter_holds_one_postcode(poor: Cell) -> None:
    rich = [quarter for quarter in QUARTERS if quarter != poor]
    points = np.concatenate((postcodes_in(*rich), postcodes_in(poor, each=1)))
    assert Grid(WHOLE_ROOT, points).leaves() == (ROOT,)


def test_two_postcodes_at_one_spot_count_once() -> None:
    points = np.concatenate((postcodes_in(*QUARTERS[:3]), postcodes_in(NORTH_EAST, each=1).repeat(2, axis=0)))
    assert Grid(WHOLE_ROOT, points).leaves() == (ROOT,)


def test_a_square_whose_homes_all_lie_next_door_is_no_cell() -> None:
    # The neighbourhood reaches a little into the eastern quarters, where all homes are outside it.
    grid = Grid(shapely.box(2_000, 4_000, 3_001, 5_999), postcodes_in(*QUARTERS))
    assert grid.leaves() == (SOUTH_WEST, NORTH_WEST)
    assert grid.cell_of(3_000.5, 4_500) is None


def test_a_quarter_that_the_neighbourhood_does_not_touch_is_no_cell() -> None:
    boundary = shapely.box(2_000, 4_000, 2_900, 5_999)
    grid = Grid(boundary, postcodes_in(*QUARTERS))
    assert grid.leaves() == (SOUTH_WEST, NORTH_WEST)
    assert grid.cell_of(2_950, 4_500) == SOUTH_WEST  # outside the boundary, in a square that touches it
    assert grid.cell_of(3_500, 4_500) is None


@pytest.mark.parametrize(("own", "leaves"), [(0, ()), (1, ()), (2, (ROOT,))])
def test_a_root_with_fewer_than_two_own_postcodes_gives_no_cell(own: int, leaves: tuple[Cell, ...]) -> None:
    boundary = shapely.box(2_000, 4_000, 2_900, 4_900)
    points = np.concatenate((postcodes_in(SOUTH_WEST, each=own), postcodes_in(NORTH_EAST, each=9)))
    assert Grid(boundary, points).leaves() == leaves


def test_no_cell_is_smaller_than_250_m() -> None:
    every_20_m = np.mgrid[2_000:4_000:20, 4_000:6_000:20].reshape(2, -1).T
    leaves = Grid(WHOLE_ROOT, every_20_m).leaves()
    assert {cell.size_m for cell in leaves} == {250}
    assert len(leaves) == 64


def test_without_postcodes_cells_are_500_m() -> None:
    grid = Grid(shapely.box(2_100, 4_100, 2_900, 4_400), None)
    assert grid.leaves() == (Cell(2_000, 4_000, 500), Cell(2_500, 4_000, 500))
    assert grid.cell_of(2_499.9, 4_000) == Cell(2_000, 4_000, 500)
    assert grid.cell_of(2_100, 4_600) is None


def test_no_postcodes_at_all_is_not_the_same_as_unknown_postcodes() -> None:
    assert Grid(WHOLE_ROOT, np.empty((0, 2), dtype=np.int32)).leaves() == ()


def test_an_edge_belongs_to_the_cell_to_the_east_and_north() -> None:
    grid = Grid(WHOLE_ROOT, postcodes_in(*QUARTERS))
    assert grid.cell_of(3_000, 5_000) == NORTH_EAST
    assert grid.cell_of(2_999.999, 5_000) == NORTH_WEST
    assert grid.cell_of(3_000, 4_999.999) == SOUTH_EAST
    assert grid.cell_of(2_000, 4_000) == SOUTH_WEST
    assert grid.cell_of(1_999.999, 4_000) is None
    assert grid.cell_of(4_000, 4_000) is None


@pytest.mark.parametrize(
    "place", [(float("nan"), 4_500), (float("inf"), 4_500), (2_500, float("-inf")), (1e300, 1e300)]
)
def test_a_place_that_is_nowhere_has_no_cell(place: tuple[float, float]) -> None:
    assert Grid(WHOLE_ROOT, postcodes_in(*QUARTERS)).cell_of(*place) is None


def test_a_line_takes_every_cell_that_it_touches() -> None:
    grid = Grid(WHOLE_ROOT, postcodes_in(*QUARTERS))
    assert grid.cells_touching(LineString([(2_100, 4_100), (2_200, 4_900)])) == (SOUTH_WEST,)
    assert grid.cells_touching(LineString([(2_100, 4_100), (2_200, 5_100)])) == (SOUTH_WEST, NORTH_WEST)
    assert grid.cells_touching(shapely.box(2_999, 4_999, 3_001, 5_001)) == QUARTERS


def test_a_point_takes_one_cell_even_on_an_edge() -> None:
    grid = Grid(WHOLE_ROOT, postcodes_in(*QUARTERS))
    assert grid.cells_touching(Point(3_000, 5_000)) == (NORTH_EAST,)
    assert grid.cells_touching(Point(9_000, 9_000)) == ()


@pytest.mark.parametrize(
    "shape",
    [
        LineString([(2_100, 4_100), (2_100, 6_500)]),
        shapely.box(-1e9, -1e9, 1e9, 1e9),
        LineString(),
    ],
    ids=["half outside", "the world", "empty"],
)
def test_a_shape_that_no_cells_cover_takes_none(shape: BaseGeometry) -> None:
    assert Grid(WHOLE_ROOT, postcodes_in(*QUARTERS)).cells_touching(shape) == ()


def test_a_shape_that_reaches_into_a_square_without_a_cell_takes_none() -> None:
    grid = Grid(shapely.box(2_000, 4_000, 2_900, 5_999), postcodes_in(*QUARTERS))
    assert grid.cells_touching(LineString([(2_800, 4_100), (3_200, 4_100)])) == ()


def test_roots_lie_on_multiples_of_2_km_on_both_sides_of_the_origin() -> None:
    assert root_of(-0.5, 1_999.9) == Cell(-2_000, 0, 2_000)
    assert root_bounds(shapely.box(-1, 100, 2_000, 300)) == (-2_000, 0, 4_000, 2_000)


# --- Whatever the neighbourhood and wherever its homes ----------------------------------------------------------------

unhurried = settings(deadline=None)  # shared machines pause at times
metres = st.integers(0, 3_500)
places = st.tuples(metres, metres)
boundaries = (
    st.lists(places, min_size=3, max_size=8)
    .map(lambda corners: shapely.MultiPoint(corners).convex_hull)
    .filter(lambda hull: hull.geom_type == "Polygon")
)
crowds = st.tuples(st.sampled_from([0, 2, 20, 100, 400, 1_000, 2_000]), st.integers(0, 2**32 - 1)).map(
    lambda drawn: np.random.default_rng(drawn[1]).integers(-500, 4_500, (drawn[0], 2), dtype=np.int32)
)


def number_in(cell: Cell, points: Any) -> int:
    offset = points - [cell.west_m, cell.south_m]
    return int(((offset >= 0) & (offset < cell.size_m)).all(axis=1).sum())


def own_postcodes(boundary: BaseGeometry, crowd: Any) -> Any:
    return np.unique(crowd[shapely.intersects_xy(boundary, crowd[:, 0], crowd[:, 1])], axis=0)


@unhurried
@given(boundaries, crowds)
def test_every_leaf_holds_two_postcodes_of_the_neighbourhood(boundary: BaseGeometry, crowd: Any) -> None:
    own = own_postcodes(boundary, crowd)
    for cell in Grid(boundary, crowd).leaves():
        assert number_in(cell, own) >= 2


@unhurried
@given(boundaries, crowds)
def test_no_cell_could_have_been_split(boundary: BaseGeometry, crowd: Any) -> None:
    everyone = np.unique(crowd, axis=0)
    for cell in Grid(boundary, crowd).leaves():
        allowed = all(number_in(quarter, everyone) >= 2 for quarter in cell.quarters())
        assert cell.size_m == 250 or not allowed


@unhurried
@given(boundaries, crowds)
def test_every_own_postcode_without_a_cell_is_in_a_square_with_one_at_most(boundary: BaseGeometry, crowd: Any) -> None:
    grid = Grid(boundary, crowd)
    homeless = [spot for spot in own_postcodes(boundary, crowd) if grid.cell_of(*spot) is None]
    finest = {(int(east) // 250, int(north) // 250) for east, north in homeless}
    assert len(finest) == len(homeless)


@unhurried
@given(boundaries, st.none())
def test_leaves_tile_without_a_gap_or_an_overlap(boundary: BaseGeometry, crowd: Any) -> None:
    leaves = Grid(boundary, crowd).leaves()
    together = shapely.union_all([cell.polygon() for cell in leaves])
    assert together.area == sum(cell.size_m**2 for cell in leaves)
    for root in {root_of(cell.west_m, cell.south_m) for cell in leaves}:
        assert shapely.difference(boundary.intersection(root.polygon()), together).area == pytest.approx(0, abs=1e-3)


@unhurried
@given(boundaries, st.none() | crowds, st.floats(0, 0.999), st.floats(0, 0.999))
def test_every_place_of_a_cell_gives_that_cell(
    boundary: BaseGeometry, crowd: Any, east_share: float, north_share: float
) -> None:
    grid = Grid(boundary, crowd)
    for cell in grid.leaves():
        place = (cell.west_m + east_share * cell.size_m, cell.south_m + north_share * cell.size_m)
        assert grid.cell_of(*place) == cell
        assert grid.cells_touching(Point(place)) == (cell,)


@unhurried
@given(boundaries, crowds, st.randoms(use_true_random=False))
def test_the_order_of_postcodes_and_of_questions_does_not_matter(
    boundary: BaseGeometry, crowd: Any, random: Any
) -> None:
    shuffled = crowd.tolist() * 2
    random.shuffle(shuffled)
    one, other = Grid(boundary, crowd), Grid(boundary, np.array(shuffled).reshape(-1, 2))
    asked = [(random.uniform(0, 4_000), random.uniform(0, 4_000)) for _ in range(20)]
    answers = [one.cell_of(*place) for place in asked]
    assert [other.cell_of(*place) for place in reversed(asked)] == answers[::-1]
    assert one.leaves() == other.leaves()


def test_asking_a_thousand_times_tells_no_more_than_asking_once() -> None:
    grid = Grid(WHOLE_ROOT, postcodes_in(*QUARTERS))
    assert {grid.cell_of(2_345.6, 4_567.8) for _ in range(1_000)} == {SOUTH_WEST}
