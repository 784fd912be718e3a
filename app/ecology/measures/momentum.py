"""What begins and what comes to rest, quarter by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar

from app.ecology.measures.as_of import known_by
from app.ecology.measures.intervals import ratio, weighted_rate
from app.ecology.measures.measure import Measure, number
from app.ecology.records import Ecology

QUARTERS = 12
# A quarter, with the weight that its own events and those around it have in its smoothed rate.
_KERNEL = {-2: 1.0, -1: 2.0, 0: 3.0, 1: 2.0, 2: 1.0}
_MONTHS = ("Jan", "Apr", "Jul", "Oct")
_YEAR = 4
# Somebody who gives only a year can have meant any of these quarters.
Span = tuple[date, date]


@dataclass(frozen=True)
class Quarter:
    """Three months: how many things began and came to rest, as told, and smoothed with 95 % bounds."""

    first_day: date
    starts: float
    rests: float
    smooth_starts: float
    low_starts: float
    high_starts: float
    smooth_rests: float
    low_rests: float
    high_rests: float

    @property
    def label(self) -> str:
        """The month that it begins with: "Jan 26"."""
        return f"{_MONTHS[(self.first_day.month - 1) // 3]} {self.first_day:%y}"


@dataclass(frozen=True)
class Momentum(Measure):
    """`value` is how many things begin in a quarter now, smoothed, with its gamma interval. Unit: starts per quarter.

    Smoothed rate of quarter q: Σ kᵣ yᵣ / Σ kᵣ over the quarters r up to two away, with weights k = 1, 2, 3, 2, 1 (a
    triangular kernel; at the newest quarter, only its past). Its interval is that of a weighted sum of Poisson
    counts: Fay and Feuer (1997), Stat. Med. 16:791. The running quarter is left out, for it is not over. Who told
    only a year is spread over its quarters, so that no wave of beginnings stands in each January.
    """

    name: ClassVar[str] = "Momentum"
    question: ClassVar[str] = "Is more beginning, or coming to rest?"
    reckoned: ClassVar[str] = (
        "beginnings in a quarter, smoothed over five quarters; gamma interval (Fay and Feuer 1997)"
    )
    records: ClassVar[tuple[str, str]] = ("beginning", "beginnings")
    threshold: ClassVar[int] = 5

    quarters: tuple[Quarter, ...] = ()
    starts: int = 0
    starts_before: int = 0
    rests: int = 0
    # Bounds of how many times as many things began in the last year as in the one before.
    times_low: float = 0.0
    times_high: float = float("inf")

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "Momentum":
        """Over the twelve whole quarters before that day."""
        own = known_by(ecology, day)
        starts = [(one.born, one.born_latest or one.born) for one in own if one.born]
        rests = [
            (one.rested_earliest or one.rested, one.rested)
            for one in own
            if one.rested and one.rested <= day and (one.is_resting or one.is_over)
        ]
        return cls.of_spans(starts, rests, day)

    @classmethod
    def of_spans(cls, starts: Sequence[Span], rests: Sequence[Span], day: date) -> "Momentum":
        """From the first and last day that each beginning and each coming to rest can mean."""
        days = _first_days(day)
        began, rested = _by_quarter(starts, days), _by_quarter(rests, days)
        smooth_began, smooth_rested = smoothed(began), smoothed(rested)
        quarters = tuple(
            Quarter(days[place], sum(began[place]), sum(rested[place]), *smooth_began[place], *smooth_rested[place])
            for place in range(QUARTERS)
        )
        now, before = (
            round(sum(one.starts for one in part)) for part in (quarters[-_YEAR:], quarters[-2 * _YEAR : -_YEAR])
        )
        low, high = ratio(now, before)
        last = quarters[-1]
        return cls(
            now + before,
            last.smooth_starts,
            last.low_starts,
            last.high_starts,
            quarters=quarters,
            starts=now,
            starts_before=before,
            rests=round(sum(one.rests for one in quarters[-_YEAR:])),
            times_low=low,
            times_high=high,
        )

    def told(self) -> str:
        """As a neighbour would say it."""
        rested = f"{number(self.rests)} came to rest or ended" if self.rests else "nothing came to rest"
        return (
            f"In the last four whole quarters {number(self.starts)} began and {rested}. In the four before, "
            f"{number(self.starts_before)} began. {self._trend()} From {self.behind} in two years."
        )

    def in_short(self) -> str:
        """The value in a few words."""
        return f"{number(self.starts)} began in a year"

    def too_few(self) -> str:
        """What is said instead."""
        return f"Too few to say: it takes {self.threshold} beginnings in two years, and there {_are(self.n)} {self.n}."

    def _trend(self) -> str:
        if self.times_low > 1:
            return "That is more than before."
        if self.times_high < 1:
            return "That is fewer than before."
        return "The difference may be chance." if self.starts != self.starts_before else "That is as many as before."


def smoothed(events: Sequence[Sequence[float]]) -> list[tuple[float, float, float]]:
    """The smoothed rate of each quarter with its bounds; `events` holds, by quarter, the share of each event in it."""
    rates = []
    for place in range(len(events)):
        near = {place + away: weight for away, weight in _KERNEL.items() if 0 <= place + away < len(events)}
        whole = sum(near.values())
        weights = [share * weight / whole for other, weight in near.items() for share in events[other]]
        rates.append(weighted_rate(weights, max(near.values()) / whole))
    return rates


def _first_days(day: date) -> list[date]:
    """The first days of the quarters, and of the one after them, oldest first."""
    number_of = day.year * _YEAR + (day.month - 1) // 3
    return [date(place // _YEAR, place % _YEAR * 3 + 1, 1) for place in range(number_of - QUARTERS, number_of + 1)]


def _by_quarter(spans: Sequence[Span], days: Sequence[date]) -> list[list[float]]:
    shares: list[list[float]] = [[] for _ in days[1:]]
    for first, last in spans:
        if last < days[0] or first >= days[-1]:
            continue
        whole = (last - first).days + 1
        for place, (start, after) in enumerate(pairwise(days)):
            inside = (min(last, after - timedelta(days=1)) - max(first, start)).days + 1
            if inside > 0:
                shares[place].append(inside / whole)
    return shares


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
