"""The charts of the funders' page as Vega-Lite, from our own words and numbers alone, with a table for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from app.ecology.measures import Measures
from app.ecology.records import Gate, Living
from app.public.measure_rows import lasting_rows, quarter_rows
from app.vocabulary import Activity, BarrierKind
from app.web.vega import drawn

# The colours of the service in daylight; the style sheet knows each by its value and gives it its evening one.
_LEAF, _WASH, _SOIL, _INK, _LINE = "#1b684c", "#a9cdb8", "#7b5d36", "#475d56", "#c6d1c4"
_WIDTH = 400
_SIZE = 14
_THROUGH, _NOT_YET = "Something got through", "Nothing yet"


@dataclass(frozen=True)
class Chart:
    """A chart, what it says in words, and its numbers as a table. `name` is its address."""

    name: str
    title: str
    words: str
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
    rows = [{"kind": label, "count": count} for label, count in told.items()]
    base = alt.Chart(_data(rows)).encode(y=alt.Y("kind:N", title=None, sort=None))
    bars = base.mark_bar(color=_LEAF).encode(x=_counts("count", max(told.values()), "things that go on"))
    return Chart(
        "activities",
        "What goes on, by what people do",
        "Bars: " + "; ".join(f"{label}, {count}" for label, count in told.items()) + ".",
        _finished(bars.properties(height=alt.Step(28))),
        ("What people do", "Things that go on"),
        [(label, str(count)) for label, count in told.items()],
    )


def opening_chart(gates: Sequence[Gate]) -> Chart | None:
    """What got in the way, by kind, and whether anything got through; None where nothing was told."""
    told = [
        (kind.label, [one for one in gates if one.kind == str(kind)])
        for kind in BarrierKind
        if any(one.kind == str(kind) for one in gates)
    ]
    if not told:
        return None
    counts = [(label, sum(one.is_opened for one in found), len(found)) for label, found in told]
    rows = [
        {"kind": label, "what": what, "count": count, "order": order}
        for label, opened, total in counts
        for order, (what, count) in enumerate(((_THROUGH, opened), (_NOT_YET, total - opened)))
    ]
    bars = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            y=alt.Y("kind:N", title=None, sort=None),
            x=_counts("count", max(total for _label, _opened, total in counts), "stories"),
            color=_colours({_THROUGH: _LEAF, _NOT_YET: _SOIL}),
            order="order:Q",
        )
    )
    return Chart(
        "openings",
        "What got in the way, and whether anything got through",
        "Bars: " + "; ".join(f"{label}, {opened} of {total} got through" for label, opened, total in counts) + ".",
        _finished(bars.properties(height=alt.Step(28))),
        ("What got in the way", _THROUGH, _NOT_YET),
        [(label, str(opened), str(total - opened)) for label, opened, total in counts],
    )


def momentum_chart(found: Measures) -> Chart | None:
    """What began and what came to rest, by quarter, with the smoothed line; None where too few began."""
    told = found.momentum.now
    if sum(one.starts for one in told.quarters) < told.threshold:
        return None
    rows = quarter_rows(told)
    most = max(max(one["count"], one["high"]) for one in rows)
    drawings = []
    for what, colour in (("began", _LEAF), ("came to rest or ended", _SOIL)):
        base = alt.Chart(_data([one for one in rows if one["what"] == what])).encode(
            x=alt.X("quarter:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="parity"))
        )
        axis = alt.Y("count:Q", title=None, scale=alt.Scale(domain=[0, most]), axis=alt.Axis(tickCount=4, format="d"))
        band = base.mark_area(color=colour, opacity=0.25).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
        bars = base.mark_bar(color=colour, opacity=0.55).encode(y=axis)
        line = base.mark_line(color=colour, strokeWidth=3).encode(y=alt.Y("smooth:Q", title=None))
        title = alt.TitleParams(f"Things that {what}", anchor="start", color=_INK, fontSize=_SIZE, fontWeight="bold")
        drawings.append(alt.layer(bars, band, line).properties(width=_WIDTH - 40, height=120, title=title))
    return Chart(
        "momentum",
        "What began and what came to rest",
        f"Bars by quarter, with a smoothed line and its uncertainty. {told.sentence()}",
        _finished(alt.vconcat(*drawings, spacing=12), width=None),
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
    rows = lasting_rows(told)
    if not told.is_told or not rows:
        return None
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("years:Q", title="Years since it began", axis=alt.Axis(tickMinStep=1, tickCount=6, format="d"))
    )
    axis = alt.Axis(format="%", tickCount=5)
    band = base.mark_area(color=_LEAF, opacity=0.22, interpolate="step-after").encode(
        y=alt.Y("low:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1])), y2="high:Q"
    )
    line = base.mark_line(color=_LEAF, strokeWidth=3, interpolate="step-after").encode(y=alt.Y("share:Q", title=None))
    return Chart(
        "lasting",
        "How many have not ended",
        f"A line that steps down with each ending, with its uncertainty. {told.sentence()}",
        _finished(alt.layer(band, line).properties(height=200)),
        ("After years", "Not ended", "between", "and", "Watched so long"),
        [
            (f"{one.years:.1f}", f"{one.share:.0%}", _percent(one.low), _percent(one.high), str(one.at_risk))
            for one in told.curve
        ],
    )


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - one of altair's own
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def _counts(name: str, most: float, title: str) -> "alt.X":
    # Counts have no halves.
    return alt.X(f"{name}:Q", title=title, axis=alt.Axis(tickCount=min(int(most), 5), format="d"))


def _colours(of: Mapping[str, str]) -> "alt.Color":
    scale = alt.Scale(domain=list(of), range=list(of.values()))
    return alt.Color("what:N", title=None, scale=scale, legend=alt.Legend(orient="top", symbolType="square", columns=1))


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%}"


def _finished(chart: Any, width: int | None = _WIDTH) -> Mapping[str, Any]:  # noqa: ANN401 - one of altair's charts
    if width is not None:
        chart = chart.properties(width=width, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    chart = (
        chart.configure(background="transparent", padding=2, font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_INK, titleColor=_INK, gridColor=_LINE, domainColor=_LINE, tickColor=_LINE, labelFontSize=_SIZE,
            titleFontSize=_SIZE, titleFontWeight="normal", labelLimit=230,
        )
        .configure_legend(labelColor=_INK, labelFontSize=_SIZE)
    )  # fmt: skip
    return dict(chart.to_dict())
