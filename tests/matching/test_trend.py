"""More often, about as often, less often, too early to say: flags what grows, and seldom what does not."""

import numpy as np
import pytest

from app.matching.trend import Trend, after_answer, is_early_notice, quarters, trend_of

_DAYS = 1096


def _everybody(random: np.random.Generator) -> list[int]:
    return [int(day) for day in random.integers(0, _DAYS, 3000)]


def _pattern(random: np.random.Generator, shape: str) -> list[int]:
    size = int(random.integers(12, 60))
    even = random.random(size)
    if shape == "growing":
        begin = int(random.integers(150, 900))
        return [int(day) for day in _DAYS - 1 - begin * (1 - even**0.5)]
    if shape == "falling":
        return [int(day) for day in even**2 * _DAYS]
    return [int(day) for day in even * _DAYS]


def _share_flagged(shape: str) -> float:
    random = np.random.default_rng(7)
    runs = [trend_of(_pattern(random, shape), _everybody(random), _DAYS).trend is Trend.MORE for _ in range(150)]
    return sum(runs) / len(runs)


def test_most_growing_patterns_are_flagged() -> None:
    assert _share_flagged("growing") >= 0.85


def test_few_steady_and_no_falling_patterns_are_flagged() -> None:
    assert _share_flagged("steady") <= 0.1
    assert _share_flagged("falling") <= 0.02


def test_fewer_than_six_is_too_early_to_say() -> None:
    everybody = list(range(_DAYS))
    assert trend_of([1000] * 5, everybody, _DAYS).trend is Trend.EARLY
    assert trend_of([1000] * 6, everybody, _DAYS).trend is Trend.MORE


def test_more_reporting_of_everything_is_no_growth() -> None:
    everybody = [day for day in range(_DAYS) for _ in range(1 if day < 900 else 5)]
    assert trend_of(everybody[::40], everybody, _DAYS).trend is Trend.SAME


def test_days_to_come_are_slips() -> None:
    everybody = list(range(_DAYS))
    assert trend_of([5000] * 50, everybody, _DAYS).trend is Trend.EARLY


def test_what_stops_after_an_answer_is_less_often() -> None:
    everybody = list(range(_DAYS))
    assert after_answer(list(range(500, 700, 5)), everybody, 700, 1000).trend is Trend.LESS
    assert after_answer(list(range(500, 700, 5)), everybody, 700, 720).trend is Trend.EARLY


def test_a_quarter_with_hardly_any_reporting_says_too_few() -> None:
    found = quarters([10, 20, 300], [10, 20, *range(200, 400)], start=0, today=400)
    assert found[0].rate is None
    last = found[1:][-1]
    assert last.low is not None
    assert last.high is not None
    assert last.rate is not None
    assert last.low <= last.rate <= last.high


@pytest.mark.parametrize(("factor", "least", "most"), [(1, 0.0, 0.02), (6, 0.6, 1.0)])
def test_early_notice_seldom_cries_wolf(factor: int, least: float, most: float) -> None:
    random = np.random.default_rng(3)
    everybody = _everybody(random)
    notices = 0
    for _ in range(600):
        before = random.integers(0, _DAYS - 42, random.poisson(24)).tolist()
        now = random.integers(_DAYS - 41, _DAYS + 1, random.poisson(factor * 24 * 42 / (_DAYS - 42))).tolist()
        notices += is_early_notice(before + now, everybody, _DAYS)
    assert least <= notices / 600 <= most
