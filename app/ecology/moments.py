"""An ecology month by month: what was going on, what began, rested and ended, and which were first tied to others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from app.ecology.records import Ecology, Gate, Living, Tie
from app.vocabulary import Lifecycle

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_YEAR = 12
# An earlier beginning is drawn as "was there before": a slider of a hundred years could not be held still.
_MOST_YEARS = 15
_FIRST_YEAR = 2019


class Form(StrEnum):
    """How far a living thing has grown: five forms that are told apart without colour."""

    IDEA = "idea"
    STARTING = "starting"
    ACTIVE = "active"
    RESTING = "resting"
    OVER = "over"


@dataclass(frozen=True)
class Calendar:
    """Months in a row, counted from 0: January of `first_year` up to the present month, which is the last."""

    first_year: int
    count: int

    @classmethod
    def of(cls, ecology: Ecology, today: date) -> "Calendar":
        """From 2019, or the first dated year, up to the month of `today`; at most 16 years."""
        years = [one.born.year for one in ecology.own if one.born]
        years += [gate.happened.year for gate in ecology.gates if gate.happened]
        first = min([*years, _FIRST_YEAR if not years else today.year])
        first = min(max(first, today.year - _MOST_YEARS), today.year)
        return cls(first, (today.year - first) * _YEAR + today.month)

    @property
    def last(self) -> int:
        """The present month."""
        return self.count - 1

    def month_of(self, day: date | None) -> int | None:
        """The month that holds `day`: -1 for all before the first, the last for all after it; None without a day."""
        if day is None:
            return None
        return min(max((day.year - self.first_year) * _YEAR + day.month - 1, -1), self.last)

    def code(self, month: int) -> str:
        """As in an address: 2022-03."""
        return f"{self.first_year + month // _YEAR}-{month % _YEAR + 1:02}"

    def words(self, month: int) -> str:
        """March 2022."""
        return f"{_MONTHS[month % _YEAR]} {self.first_year + month // _YEAR}"

    def named(self, code: str) -> int | None:
        """The month of an address, drawn in to those that there are; None for what is no month."""
        year, _, month = code.partition("-")
        if not (year.isdecimal() and month.isdecimal() and len(code) == len("2022-03")):
            return None
        if not 1 <= int(month) <= _YEAR:
            return None
        return min(max((int(year) - self.first_year) * _YEAR + int(month) - 1, 0), self.last)


@dataclass(frozen=True)
class Span:
    """From which month on something is there, and from which on it rests or is over (None: it goes on)."""

    born: int
    rested: int | None
    # True where nobody said when it began.
    is_open: bool


@dataclass
class Moment:
    """One month. Ids of what happened in it; `going_on` counts what neither rested nor had ended."""

    going_on: int = 0
    began: list[str] = field(default_factory=list)
    rested: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    # Initiatives that are tied to another from this month on.
    joined: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)


class Moments:
    """The months of one ecology up to `today`."""

    def __init__(self, ecology: Ecology, today: date, calendar: Calendar | None = None) -> None:
        self.ecology = ecology
        self._today = today
        self.calendar = calendar or Calendar.of(ecology, today)
        self.spans = {one.id: self._span(one) for one in ecology.lives.values()}

    def of_groups(self, ecology: Ecology) -> "Moments":
        """The same months for a grouped ecology."""
        return Moments(ecology, self._today, self.calendar)

    def form_on(self, life: Living, month: int) -> Form | None:
        """What it looked like that month; None before it was there."""
        span = self.spans[life.id]
        if month < span.born:
            return None
        if span.rested is not None and month >= span.rested:
            return form_of(life)
        return Form.ACTIVE if life.is_resting or life.is_over else form_of(life)

    def since(self, tie: Tie) -> int:
        """From which month on a tie is drawn: never before both of its ends are there."""
        told = self.calendar.month_of(tie.since)
        return max(-1 if told is None else told, self.spans[tie.start].born, self.spans[tie.end].born)

    def gate_span(self, gate: Gate) -> Span:
        """From when it stood, and from when on something got through it (None: nothing has)."""
        happened = self.calendar.month_of(gate.happened)
        life = self.spans.get(gate.initiative or "")
        stood = happened if happened is not None else life.born if life else -1
        opened = None
        if gate.is_opened:
            # When people got through is told only where an answer settled it; else the month after will have to do.
            settled = self.calendar.month_of(gate.settled)
            opened = max(stood, settled) if settled is not None else min(stood + 1, self.calendar.last)
        return Span(stood, opened, is_open=happened is None)

    @cached_property
    def every(self) -> Sequence[Moment]:
        """All months, in order."""
        found = [Moment() for _ in range(self.calendar.count)]
        change = [0] * (self.calendar.count + 1)
        for one in self.ecology.own:
            span = self.spans[one.id]
            change[max(span.born, 0)] += 1
            if span.born >= 0:
                found[span.born].began.append(one.id)
            if span.rested is not None:
                change[max(span.rested, 0)] -= 1
                if span.rested >= 0 and one.rested is not None:
                    (found[span.rested].rested if one.is_resting else found[span.rested].ended).append(one.id)
        total = 0
        for moment, step in zip(found, change, strict=False):
            total += step
            moment.going_on = total
        self._add_ties(found)
        for gate in self.ecology.gates:
            span = self.gate_span(gate)
            if span.born >= 0 and not span.is_open:
                found[span.born].stopped.append(gate.id)
            if span.rested is not None and span.rested >= 0 and gate.settled is not None:
                found[span.rested].opened.append(gate.id)
        return found

    def sentence(self, month: int) -> str:
        """March 2022: 14 going on, 2 began, 1 rests."""
        moment = self.every[month]
        parts = [f"{moment.going_on:,} going on"]
        parts += [f"{len(moment.began):,} began"] if moment.began else []
        parts += [_counted(len(moment.rested), "rests", "rest")] if moment.rested else []
        parts += [f"{len(moment.ended):,} ended"] if moment.ended else []
        parts += [_counted(len(moment.joined), "first link", "first links")] if moment.joined else []
        return f"{self.calendar.words(month)}: {', '.join(parts)}"

    def _add_ties(self, found: list[Moment]) -> None:
        first: dict[str, int] = defaultdict(lambda: self.calendar.count)
        own = {one.id for one in self.ecology.own}
        for tie in self.ecology.ties:
            for end in (tie.start, tie.end):
                first[end] = min(first[end], self.since(tie))
        for one, month in first.items():
            if one in own and 0 <= month < self.calendar.count:
                found[month].joined.append(one)

    def _span(self, life: Living) -> Span:
        born = self.calendar.month_of(life.born)
        rested = self.calendar.month_of(life.rested)
        if rested is None and (life.is_resting or life.is_over):
            # Nobody said since when: it is so now.
            rested = self.calendar.last
        elif rested is not None:
            # It still went on in its last month.
            rested = min(rested + 1, self.calendar.last)
        start = -1 if born is None else born
        return Span(start, None if rested is None else max(rested, start), is_open=born is None or born < 0)


def form_of(life: Living) -> Form:
    """What it looks like now."""
    if life.is_over:
        return Form.OVER
    if life.is_resting:
        return Form.RESTING
    if life.lifecycle is Lifecycle.IDEA:
        return Form.IDEA
    return Form.STARTING if life.lifecycle is Lifecycle.STARTING else Form.ACTIVE


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
