"""Is a pattern met more often than before? Rates of reports against all reporting, with honest doubt.

Without the division by all reporting, a service that more people use would look like barriers that grow.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

# Half a year: shorter windows hold too few reports of one rule.
RECENT_DAYS = 183
# The chance that must be reached before we say "more" or "less".
_SURE = 0.9
_FEWEST = 6
# A weak belief, worth this many reports, that the pattern goes on as it did.
_PRIOR_REPORTS = 1.0
_QUARTER_DAYS = 91
# An early notice needs this many recent reports, and a chance of at most so much of seeing as many by luck.
_NOTICE_FEWEST = 3
NOTICE_CHANCE = 0.01
NOTICE_DAYS = 42


class Trend(StrEnum):
    """The four things that can be said."""

    MORE = "more_often"
    SAME = "about_as_often"
    LESS = "less_often"
    EARLY = "too_early_to_say"


@dataclass(frozen=True)
class TrendFound:
    """A trend, how often it is met now against before (1 is the same), and the 90 percent interval of that ratio."""

    trend: Trend
    ratio: float | None
    low: float | None
    high: float | None
    chance_of_more: float | None


_TOO_EARLY = TrendFound(Trend.EARLY, None, None, None, None)


@dataclass(frozen=True)
class Quarter:
    """Reports of a pattern in about three months, and per 1,000 of all reports with a 90 percent interval.

    The rates are None where there was too little reporting of any kind to say.
    """

    begins: int
    reports: int
    of_all: int
    rate: float | None
    low: float | None
    high: float | None


def trend_of(days: Sequence[int], all_days: Sequence[int], today: int, *, since: int | None = None) -> TrendFound:
    """How often the pattern with reports on `days` is met in the last six months against the time before.

    `all_days` are those of every report of the same city. Days after `today` are slips and are left out; `since` is the
    first day that counts (by default the first of all reports). Gamma-Poisson: the share of the last six months in the
    pattern's reports is Beta, with a weak prior at what all reporting would give.
    """
    first = min(all_days, default=today) if since is None else since
    return _compared(sorted(days), sorted(all_days), first - 1, today - RECENT_DAYS, today)


def after_answer(days: Sequence[int], all_days: Sequence[int], answered: int, today: int) -> TrendFound:
    """How often the pattern is met since the answer, against the same length of time before it."""
    length = today - answered
    if length < _QUARTER_DAYS:
        return _TOO_EARLY
    return _compared(sorted(days), sorted(all_days), answered - length, answered, today)


def quarters(days: Sequence[int], all_days: Sequence[int], *, start: int, today: int) -> list[Quarter]:
    """The pattern's reports per quarter since `start`; the last quarter ends today."""
    days, all_days = sorted(days), sorted(all_days)
    found: list[Quarter] = []
    end = today
    while end > start:
        begin = max(start, end - _QUARTER_DAYS)
        count = _count(days, begin, end)
        everything = _count(all_days, begin, end)
        if everything < _FEWEST:
            found.append(Quarter(begin, count, everything, None, None, None))
        else:
            low = float(stats.gamma.ppf(0.05, count)) if count else 0.0
            high = float(stats.gamma.ppf(0.95, count + 1))
            scale = 1000 / everything
            found.append(
                Quarter(begin, count, everything, count * scale, low * scale, min(1000.0, high * scale)),
            )
        end = begin
    return found[::-1]


def is_early_notice(days: Sequence[int], all_days: Sequence[int], today: int, *, chance: float = NOTICE_CHANCE) -> bool:
    """Whether the last six weeks hold more reports of a pattern than its own past explains.

    The past rate, relative to all reporting, is Gamma with its own doubt, so the count to be expected is negative
    binomial; the notice is given where so many or more had a chance of at most `chance`. Simulated false alarms for a
    steady pattern, looked at once: see the tests.
    """
    days, all_days = sorted(days), sorted(all_days)
    split = today - NOTICE_DAYS
    recent = _count(days, split, today)
    before = bisect_right(days, split)
    all_recent = _count(all_days, split, today)
    all_before = bisect_right(all_days, split)
    if recent < _NOTICE_FEWEST or before < _NOTICE_FEWEST or not all_before:
        return False
    exposure = all_recent / all_before
    expected = stats.nbinom(before + 0.5, 1 / (1 + exposure))
    return bool(expected.sf(recent - 1) <= chance)


def _compared(days: Sequence[int], all_days: Sequence[int], start: int, split: int, end: int) -> TrendFound:
    """The days after `split` up to `end`, against those after `start` up to `split`."""
    recent, all_recent = (_count(some, split, end) for some in (days, all_days))
    before, all_before = (_count(some, start, split) for some in (days, all_days))
    if recent + before < _FEWEST or not all_recent or not all_before:
        return _TOO_EARLY
    fair = all_recent / (all_recent + all_before)
    share = stats.beta(recent + _PRIOR_REPORTS * fair, before + _PRIOR_REPORTS * (1 - fair))
    more = float(share.sf(fair))
    low, high = (_ratio(float(share.ppf(at)), fair) for at in (0.05, 0.95))
    trend = Trend.MORE if more > _SURE else Trend.LESS if more < 1 - _SURE else Trend.SAME
    return TrendFound(trend, _ratio(float(share.mean()), fair), low, high, more)


def _count(days: Sequence[int], after: int, upto: int) -> int:
    """How many of `days`, which must be sorted, lie after one day and no later than another."""
    return bisect_right(days, upto) - bisect_right(days, after)


def _ratio(share: float, fair: float) -> float:
    share = float(np.clip(share, 1e-6, 1 - 1e-6))
    return math.exp(math.log(share / (1 - share)) - math.log(fair / (1 - fair)))
