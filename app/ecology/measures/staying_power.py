"""How long things last: the share of initiatives that has not ended after so many years."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import scipy

from app.ecology.measures.intervals import CONFIDENCE
from app.ecology.measures.measure import Measure, counted, tenths
from app.ecology.records import Ecology, Living

_DAYS_PER_YEAR = 365.25
YEARS = 2
# Fewer than this still watched after YEARS, and the curve says nothing there.
_LEAST_AT_RISK = 3


@dataclass(frozen=True)
class Step:
    """The curve from `years` on: the share that has not ended, and its bounds (None before the first ending)."""

    years: float
    share: float
    low: float | None
    high: float | None
    at_risk: int


@dataclass(frozen=True)
class StayingPower(Measure):
    """`value` is the share (0 to 1) that has not ended two years after it began.

    Kaplan-Meier: S(t) = Π (1 - dᵢ/nᵢ) over the times tᵢ ≤ t at which dᵢ of nᵢ ended. Kaplan and Meier (1958), J. Am.
    Stat. Assoc. 53:457; by `scipy.stats.ecdf`, with its "log-log" interval, Kalbfleisch and Prentice (1980), 1.4.
    Resting is not ended; what goes on or rests is watched until the day asked for. Where only a month or year is
    told, its middle counts. What ended without telling when, or began without telling when, cannot stand on the curve
    and is left out. Long ended things are less often remembered, so the true share is lower, if anything.
    """

    name: ClassVar[str] = "Staying power"
    question: ClassVar[str] = "How long do things last?"
    reckoned: ClassVar[str] = "share not ended after two years (Kaplan and Meier 1958), log-log interval"
    threshold: ClassVar[int] = 10

    ended: int = 0
    # Began at a known time, but ended nobody knows when.
    left_out: int = 0
    curve: tuple[Step, ...] = ()

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "StayingPower":
        """Over what had begun by that day and says when."""
        times: list[float] = []
        ends: list[bool] = []
        left_out = 0
        for one in ecology.own:
            if one.born is None or one.born > day:
                continue
            if one.is_over and one.rested is None:
                left_out += 1
                continue
            start = min(middle(one.born, one.born_latest), day)
            end = _end(one, day)
            times.append(max(0, ((end or day) - start).days) / _DAYS_PER_YEAR)
            ends.append(end is not None)
        return cls.of_times(times, ends, left_out)

    @classmethod
    def of_times(cls, years: Sequence[float], is_end: Sequence[bool], left_out: int = 0) -> "StayingPower":
        """From how long each was watched, in years, and whether it then ended."""
        curve = survival(years, is_end)
        step = next((one for one in reversed(curve) if one.years <= YEARS), None)
        # Nothing ended in two years, but somebody must have been watched for so long.
        watched = sum(one >= YEARS for one in years)
        if watched < _LEAST_AT_RISK:
            return cls(len(years), None, None, None, ended=sum(is_end), left_out=left_out, curve=curve)
        share = step.share if step else 1.0
        low, high = (step.low, step.high) if step else (None, None)
        return cls(len(years), share, low, high, ended=sum(is_end), left_out=left_out, curve=curve)

    def told(self) -> str:
        """As a neighbour would say it."""
        if not self.ended:
            return f"None of the {self.behind} that tell when they began has ended.{self._rest()}"
        span = ""
        if self.low is not None and self.high is not None:
            span = f" It may be anything from {round(self.low * 10)} to {round(self.high * 10)} of 10."
        return (
            f"After {YEARS} years, {self.in_short()} are still going or only resting.{span} "
            f"From {self.behind} that tell when they began; {self.ended:,} of them ended.{self._rest()}"
        )

    def in_short(self) -> str:
        """The value in a few words."""
        return tenths(self.value or 0)

    def too_few(self) -> str:
        """What is said instead."""
        if self.n < self.threshold:
            return super().too_few()
        return f"Too early to say: too few of the {self.behind} began {YEARS} or more years ago."

    def _rest(self) -> str:
        if not self.left_out:
            return ""
        verb = "ended, and nobody said when: it is" if self.left_out == 1 else "ended, and nobody said when: they are"
        return f" {counted(self.left_out, 'more', 'more')} {verb} left out."


def survival(times: Sequence[float], is_end: Sequence[bool]) -> tuple[Step, ...]:
    """The Kaplan-Meier curve of times (any unit, told as `years`): one step for each time at which something ended."""
    ended = [time for time, end in zip(times, is_end, strict=True) if end]
    if not ended:
        return ()
    watched = [time for time, end in zip(times, is_end, strict=True) if not end]
    curve = scipy.stats.ecdf(scipy.stats.CensoredData(ended, right=watched)).sf
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Before the first ending, and where all have ended, the formula is 0/0: SciPy warns, and no bounds are told.
        warnings.simplefilter("ignore", RuntimeWarning)
        bounds = curve.confidence_interval(CONFIDENCE, method="log-log")
    all_times = np.sort(np.asarray(times))
    at_risk = len(all_times) - np.searchsorted(all_times, curve.quantiles, side="left")
    rows = zip(
        curve.quantiles, curve.probabilities, bounds.low.probabilities, bounds.high.probabilities, at_risk, strict=True
    )
    known = set(ended)
    return tuple(
        Step(float(time), float(share), _or_none(low), _or_none(high), int(left))
        for time, share, low, high, left in rows
        if float(time) in known
    )


def middle(first: date, last: date | None) -> date:
    """The middle of the days that a date can mean."""
    return first if last is None else first + (last - first) // 2


def _end(one: Living, day: date) -> date | None:
    """When it ended, where that is known and lies before `day`."""
    if not one.is_over or one.rested is None:
        return None
    end = middle(one.rested_earliest or one.rested, one.rested)
    return end if end <= day else None


def _or_none(bound: float) -> float | None:
    return None if np.isnan(bound) else float(bound)
