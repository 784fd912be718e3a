"""What got in the way, and whether anything got through."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.ecology.measures.as_of import gates_by, was_opened
from app.ecology.measures.intervals import wilson
from app.ecology.measures.measure import Measure, counted, tenths
from app.ecology.measures.staying_power import middle, survival
from app.ecology.records import Ecology

_DAYS_PER_MONTH = 30.4375
_HALF = 0.5
_LEAST_SETTLED = 3
_MONTHS_TOLD_AS_DAYS = 2


@dataclass(frozen=True)
class Openings(Measure):
    """`value` is the share (0 to 1) of what got in the way that something got through, with Wilson's interval.

    Got through: something helped, an answer settled it, or people went ahead anyway. `median_days` is the time after
    which half of what an answer could settle was settled: the Kaplan-Meier median, min{t: S(t) ≤ 1/2}, in which those
    that still wait stay in until the day asked for. Kaplan and Meier (1958), J. Am. Stat. Assoc. 53:457; Brookmeyer
    and Crowley (1982), Biometrics 38:29. Help and going ahead carry no date, so what opened that way has no time and
    is left out of it.
    """

    name: ClassVar[str] = "Openings"
    question: ClassVar[str] = "When something gets in the way, does anything get through?"
    reckoned: ClassVar[str] = "share that something got through, Wilson interval; time after Kaplan and Meier (1958)"
    records: ClassVar[tuple[str, str]] = ("story of what got in the way", "stories of what got in the way")

    opened: int = 0
    settled: int = 0
    # Stories that an answer settled or that still wait, and say when it was.
    timed: int = 0
    median_days: float | None = None

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "Openings":
        """Over what had been met by that day."""
        gates = gates_by(ecology, day)
        if not gates:
            return cls(0, None, None, None)
        opened = [gate for gate in gates if was_opened(gate, day)]
        low, high = wilson(len(opened), len(gates))
        times: list[float] = []
        ends: list[bool] = []
        for gate in gates:
            is_settled = gate.settled is not None and gate.settled <= day
            if gate.happened is None or (was_opened(gate, day) and not is_settled):
                continue
            met = min(middle(gate.happened, gate.happened_latest), day)
            until = gate.settled if is_settled and gate.settled is not None else day
            times.append(max(0, (until - met).days))
            ends.append(is_settled)
        return cls(
            len(gates),
            len(opened) / len(gates),
            low,
            high,
            opened=len(opened),
            settled=sum(ends),
            timed=len(times),
            median_days=median(times, ends),
        )

    def told(self) -> str:
        """As a neighbour would say it."""
        if not self.opened:
            return f"Nothing has got through yet, in {self.behind}."
        return f"{self.in_short().capitalize()} found a way through: {self.opened:,} of {self.behind}. {self.waiting()}"

    def in_short(self) -> str:
        """The value in a few words."""
        return tenths(self.value or 0)

    def waiting(self) -> str:
        """How long an answer takes, as far as it can be said."""
        if self.settled < _LEAST_SETTLED:
            return "Too few answers settled anything to say how long that takes."
        told = counted(self.timed, "story", "stories")
        if self.median_days is None:
            return f"Of {told} that an office had to answer, more than half still wait."
        return f"Half of what an office had to answer was settled within {_span(self.median_days)} (from {told})."


def median(days: list[float], is_end: list[bool]) -> float | None:
    """The Kaplan-Meier median; None where more than half still wait."""
    return next((step.years for step in survival(days, is_end) if step.share <= _HALF), None)


def _span(days: float) -> str:
    months = days / _DAYS_PER_MONTH
    if months < _MONTHS_TOLD_AS_DAYS:
        return counted(round(days), "day", "days")
    return f"about {round(months)} months"
