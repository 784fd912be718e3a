"""The charts of the funders' page: what each shows, in words, as a drawing and as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ecology.measures import Measures
from app.ecology.records import Gate, Living
from app.public.ecology.measure_rows import lasting_rows, quarter_rows, told_steps
from app.public.funders import specs
from app.vocabulary import Activity, BarrierKind
from app.web.vega import drawn

_THROUGH, _NOT_YET = "Something got through", "Nothing yet"


@dataclass(frozen=True)
class Chart:
    """A chart, what it says in words, and its numbers as a table. `name` is its address."""

    name: str
    title: str
    words: str
    # Vega-Lite.
    spec: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def as_context(self) -> dict[str, Any]:
        """For components/vega_chart.html."""
        return {
            "name": self.name,
            "title": self.title,
            "words": self.words,
            "svg": drawn(self.spec),
            "columns": self.columns,
            "rows": self.rows,
        }


def activity_chart(alive: Sequence[Living]) -> Chart | None:
    """What goes on, by what people do; None where nothing does."""
    counts = {kind.label: sum(one.activity is kind for one in alive) for kind in Activity}
    told = {label: count for label, count in counts.items() if count}
    if not told:
        return None
    return Chart(
        "activities",
        "What goes on, by what people do",
        "Bars: " + "; ".join(f"{label}, {count}" for label, count in told.items()) + ".",
        specs.bars([{"kind": label, "count": count} for label, count in told.items()]),
        ("What people do", "Things that go on"),
        [(label, str(count)) for label, count in told.items()],
    )


def opening_chart(gates: Sequence[Gate]) -> Chart | None:
    """What got in the way, by kind, and whether anything got through; None where nothing was told."""
    told = [(kind.label, [one for one in gates if one.kind == str(kind)]) for kind in BarrierKind]
    counts = [(label, sum(one.is_opened for one in found), len(found)) for label, found in told if found]
    if not counts:
        return None
    rows = [
        {"kind": label, "what": what, "count": count, "order": order}
        for label, opened, total in counts
        for order, (what, count) in enumerate(((_THROUGH, opened), (_NOT_YET, total - opened)))
    ]
    return Chart(
        "openings",
        "What got in the way, and whether anything got through",
        "Bars: " + "; ".join(f"{label}, {opened} of {total} got through" for label, opened, total in counts) + ".",
        specs.parted_bars(rows),
        ("What got in the way", _THROUGH, _NOT_YET),
        [(label, str(opened), str(total - opened)) for label, opened, total in counts],
    )


def momentum_chart(found: Measures) -> Chart | None:
    """What began and what came to rest, by quarter, with the smoothed line; None where too few began."""
    told = found.momentum.now
    if sum(one.starts for one in told.quarters) < told.threshold:
        return None
    return Chart(
        "momentum",
        "What began and what came to rest",
        f"Bars by quarter, with a smoothed line and its uncertainty. {told.sentence()}",
        specs.quarters(quarter_rows(told)),
        ("Quarter from", "Began", "Came to rest or ended", "Began, smoothed", "between", "and"),
        [
            (
                one.label,
                *(f"{round(value, 1):g}" for value in (one.starts, one.rests)),
                *(f"{value:.1f}" for value in (one.smooth_starts, one.low_starts, one.high_starts)),
            )
            for one in told.quarters
        ],
    )


def lasting_chart(found: Measures) -> Chart | None:
    """How many have not ended after so many years, with its uncertainty; None where nothing ended, or too few began."""
    told = found.staying_power.now
    if not told.is_told or not told.curve:
        return None
    return Chart(
        "lasting",
        "How many have not ended",
        f"A line that steps down with each ending, with its uncertainty. {told.sentence()}",
        specs.steps(lasting_rows(told)),
        ("After years", "Not ended", "between", "and", "Watched so long"),
        [
            (f"{one.years:.1f}", f"{one.share:.0%}", _percent(one.low), _percent(one.high), str(one.at_risk))
            for one in told_steps(told)
        ],
    )


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%}"
