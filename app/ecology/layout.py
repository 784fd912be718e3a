"""An ecology drawn without geography: a line of life for each initiative, time from left to right, kin below kin.

The drawing has no width of its own: x is a share of it (0 to 100), so that it fits a phone as well as a wall. y is in
pixels, one row below the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import networkx as nx

from app.ecology.moments import Form, Moments, form_of
from app.ecology.records import Ecology, Gate, Living

ROW = 46
TOP = 12
# Within a row: the name stands above its line.
LINE_AT = 31
# Room at the left for what nobody dated, and at the right for the mark of today.
_LEFT, _RIGHT = 3.0, 97.5
# How far a curve bows out beside the straight way, as a share of the width, and per row that it passes.
_BOW, _BOW_PER_ROW, _MOST_BOW = 0.9, 0.12, 4.5
_GAP_BETWEEN_FAMILIES = 14
_CURVES_WIDE = 10
# Two gates on one line stand at least this far apart.
_GATES_APART = 3.2


@dataclass(frozen=True)
class GateMark:
    """A gate on a line of life, or in a row of its own."""

    gate: Gate
    x: float
    y: float
    is_opened: bool
    # From which month on it stands, and is open.
    since: int
    opened: int | None


@dataclass(frozen=True)
class Row:
    """One initiative: its name at `y`, its line at `y + LINE_AT` from `start` to `end`, its mark at `start`."""

    life: Living
    y: int
    start: float
    end: float
    form: Form
    is_open: bool
    born: int
    gates: tuple[GateMark, ...] = ()

    @property
    def line(self) -> int:
        """Where its line is."""
        return self.y + LINE_AT


@dataclass(frozen=True)
class Curve:
    """One tie. `path` is in units of a tenth of a percent across and pixels down; `tip` is where its arrow ends."""

    id: str
    kind: str
    source: str
    result: str
    path: str
    tip: tuple[float, float]
    points_down: bool
    is_mutual: bool
    since: int


@dataclass(frozen=True)
class Year:
    """A year's line across the drawing."""

    x: float
    label: str


@dataclass(frozen=True)
class Drawing:
    """All of it; `alone_from` is where those begin that no tie leads to, `beside_from` the gates of no initiative."""

    height: int
    rows: Sequence[Row]
    curves: Sequence[Curve]
    years: Sequence[Year]
    gates: Sequence[GateMark]
    alone_from: int | None
    beside_from: int | None


def draw(ecology: Ecology, moments: Moments, *, by_age: bool = False) -> Drawing:
    """The drawing of `ecology`: families first, the largest on top; then those that stand alone.

    With `by_age` the rows stand in the order of their dates alone, as groups of years should.
    """
    place = _Across(moments)
    tied, alone = ([sorted(ecology.lives.values(), key=_age)], []) if by_age else _in_order(ecology)
    rows: dict[str, Row] = {}
    y = TOP
    for family in tied:
        for one in family:
            rows[one.id] = _row(one, y, place, moments)
            y += ROW
        y += _GAP_BETWEEN_FAMILIES
    alone_from = None
    if alone:
        alone_from, y = y, y + (ROW if tied else 0)
        for one in alone:
            rows[one.id] = _row(one, y, place, moments)
            y += ROW
    stopped: dict[str, list[Gate]] = defaultdict(list)
    others: list[Gate] = []
    for gate in ecology.gates:
        held = stopped[gate.initiative] if gate.initiative is not None and gate.initiative in rows else others
        held.append(gate)
    drawn = [_with_gates(row, stopped.get(one, ()), place, moments) for one, row in rows.items()]
    beside_from = None
    beside: list[GateMark] = []
    if others:
        beside_from, y = y, y + ROW
        beside, y = _gates_in_rows(others, y, place, moments)
    curves = tuple(_curves(ecology, rows, place, moments))
    is_alone_told = alone_from if tied else None
    return Drawing(y + 8, drawn, curves, tuple(place.years()), beside, is_alone_told, beside_from)


class _Across:
    """Where a month stands, as a share of the width."""

    def __init__(self, moments: Moments) -> None:
        self.calendar = moments.calendar

    def x(self, month: int) -> float:
        """The share for the beginning of a month; what was there before the first month stands at the edge."""
        if month < 0:
            return 0.8
        return round(_LEFT + (_RIGHT - _LEFT) * month / max(self.calendar.count, 1), 2)

    def years(self) -> Iterator[Year]:
        """One line a year, as long as there is room for their names."""
        count = -(-self.calendar.count // 12)
        step = 1 if count <= 8 else 2  # noqa: PLR2004 - as many as fit on a phone
        for number in range(0, count, step):
            yield Year(self.x(number * 12), str(self.calendar.first_year + number))


def x_of(moments: Moments, month: int) -> float:
    """Where a month stands in the drawing, as a share of its width."""
    return _Across(moments).x(month)


def _row(life: Living, y: int, place: _Across, moments: Moments) -> Row:
    span = moments.spans[life.id]
    end = span.rested if span.rested is not None else place.calendar.count
    return Row(life, y, place.x(span.born), place.x(max(end, span.born)), form_of(life), span.is_open, span.born)


def _with_gates(row: Row, gates: Sequence[Gate], place: _Across, moments: Moments) -> Row:
    marks, last = [], row.start
    for gate, span in sorted(((one, moments.gate_span(one)) for one in gates), key=lambda pair: pair[1].born):
        x = min(max(place.x(span.born), last + _GATES_APART), 99.0)
        last = x
        marks.append(GateMark(gate, x, row.line, span.rested is not None, span.born, span.rested))
    return Row(row.life, row.y, row.start, row.end, row.form, row.is_open, row.born, tuple(marks))


def _gates_in_rows(gates: Sequence[Gate], y: int, place: _Across, moments: Moments) -> tuple[list[GateMark], int]:
    """Gates that stand before no public initiative: by date, in as many rows as they need."""
    rows: list[float] = []
    marks = []
    for gate, span in sorted(((one, moments.gate_span(one)) for one in gates), key=lambda pair: pair[1].born):
        x = place.x(span.born)
        number = next((at for at, last in enumerate(rows) if x - last >= _GATES_APART * 2), len(rows))
        if number == len(rows):
            rows.append(x)
        rows[number] = x
        marks.append(GateMark(gate, x, y + number * 30 + 14, span.rested is not None, span.born, span.rested))
    return marks, y + len(rows) * 30


def _curves(ecology: Ecology, rows: Mapping[str, Row], place: _Across, moments: Moments) -> Iterator[Curve]:
    for tie in ecology.ties:
        if tie.start == tie.end or tie.start not in rows or tie.end not in rows:
            continue
        source, result = rows[tie.end], rows[tie.start]
        since = moments.since(tie)
        # From the line of the one that came first, on the day of the tie, to the line of the other.
        at = place.x(since)
        begin, end = max(at, source.start), max(at, result.start)
        down = result.line > source.line
        passed = abs(result.line - source.line) / ROW
        bow = min(_BOW + _BOW_PER_ROW * passed, _MOST_BOW)
        if begin - bow < 0:
            bow = max(begin - 0.2, 0.2)
        # A tie that began both leaves to the left of the new mark; later ones bow the other way, off the names.
        side = -bow
        target = result.line + (-9 if down else 9) * (end == result.start and not tie.is_mutual)
        path = (
            f"M{begin * _CURVES_WIDE:.0f} {source.line}"
            f"C{(begin + side) * _CURVES_WIDE:.0f} {source.line + (target - source.line) * 0.35:.0f} "
            f"{(end + side) * _CURVES_WIDE:.0f} {source.line + (target - source.line) * 0.65:.0f} "
            f"{end * _CURVES_WIDE:.0f} {target}"
        )
        yield Curve(tie.id, tie.kind, tie.end, tie.start, path, (end, target), down, tie.is_mutual, since)


def _in_order(ecology: Ecology) -> tuple[list[list[Living]], list[Living]]:
    """Families, each with children under their parents; and those without a tie, by age."""
    graph: Any = nx.Graph()
    graph.add_nodes_from(ecology.lives)
    graph.add_edges_from((tie.start, tie.end) for tie in ecology.ties if tie.start != tie.end)
    families, alone = [], []
    for members in nx.connected_components(graph):
        if len(members) == 1:
            alone += [ecology.lives[one] for one in members]
        else:
            families.append([ecology.lives[one] for one in _walk(ecology, members)])
    families.sort(key=lambda family: (-len(family), _age(family[0])))
    return families, sorted(alone, key=_age)


def _walk(ecology: Ecology, members: set[str]) -> list[str]:
    """`members`, the oldest first, each followed by those that came from it: no circle is walked twice."""
    onward: dict[str, set[str]] = defaultdict(set)
    is_child: set[str] = set()
    for tie in ecology.ties:
        if tie.start in members and tie.start != tie.end:
            onward[tie.end].add(tie.start)
            if tie.is_mutual:
                onward[tie.start].add(tie.end)
            else:
                is_child.add(tie.start)
    by_age = sorted(members, key=lambda one: (one in is_child, _age(ecology.lives[one])))
    order: dict[str, None] = {}
    for root in by_age:
        stack = [root]
        while stack:
            here = stack.pop()
            if here in order:
                continue
            order[here] = None
            stack += sorted(onward[here] - order.keys(), key=lambda one: _age(ecology.lives[one]), reverse=True)
    return list(order)


def _age(life: Living) -> tuple[date, str, str]:
    return life.born or date.min, life.title, life.id
