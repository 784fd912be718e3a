"""The funders' charts as Vega-Lite, made from rows of our own words and numbers, once for the same rows."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any

import altair as alt
import orjson

Spec = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]

# The colours of the service in daylight; the style sheet knows each by its value and gives it its evening one.
_LEAF, _SOIL, _INK, _LINE = "#1b684c", "#7b5d36", "#475d56", "#c6d1c4"
_WIDTH, _SIZE, _BAR = 400, 14, 28
_MOST_KEPT = 512


def _made_once(make: Callable[[Rows], Spec]) -> Callable[[Rows], Spec]:
    """Altair looks at every part of a chart, which takes 20 to 90 ms; the same rows give the same chart."""

    @lru_cache(maxsize=_MOST_KEPT)
    def kept(rows: bytes) -> Spec:
        return make(orjson.loads(rows))

    @wraps(make)
    def given(rows: Rows) -> Spec:
        return kept(orjson.dumps(rows))

    return given


@_made_once
def bars(rows: Rows) -> Spec:
    """Rows of {"kind", "count"}."""
    base = alt.Chart(_data(rows)).encode(y=alt.Y("kind:N", title=None, sort=None))
    most = max(row["count"] for row in rows)
    drawn = base.mark_bar(color=_LEAF).encode(x=_counts(most, "things that go on"))
    return _finished(drawn.properties(height=alt.Step(_BAR)))


@_made_once
def parted_bars(rows: Rows) -> Spec:
    """Rows of {"kind", "what", "count", "order"}: two parts of each bar, in the order of their first rows."""
    parts = list(dict.fromkeys(row["what"] for row in rows))
    most = max(sum(row["count"] for row in rows if row["kind"] == kind) for kind in {row["kind"] for row in rows})
    scale = alt.Scale(domain=parts, range=[_LEAF, _SOIL])
    legend = alt.Legend(orient="top", symbolType="square", columns=1)
    drawn = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            y=alt.Y("kind:N", title=None, sort=None),
            x=_counts(most, "stories"),
            color=alt.Color("what:N", title=None, scale=scale, legend=legend),
            order="order:Q",
        )
    )
    return _finished(drawn.properties(height=alt.Step(_BAR)))


@_made_once
def quarters(rows: Rows) -> Spec:
    """Rows of {"quarter", "what", "count", "smooth", "low", "high"}: one drawing for each `what`, on one scale."""
    most = max(max(row["count"], row["high"]) for row in rows)
    drawings = []
    for what, colour in zip(dict.fromkeys(row["what"] for row in rows), (_LEAF, _SOIL), strict=True):
        base = alt.Chart(_data([row for row in rows if row["what"] == what])).encode(
            x=alt.X("quarter:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="parity"))
        )
        axis = alt.Y("count:Q", title=None, scale=alt.Scale(domain=[0, most]), axis=alt.Axis(tickCount=4, format="d"))
        band = base.mark_area(color=colour, opacity=0.25).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
        counts = base.mark_bar(color=colour, opacity=0.55).encode(y=axis)
        line = base.mark_line(color=colour, strokeWidth=3).encode(y=alt.Y("smooth:Q", title=None))
        title = alt.TitleParams(f"Things that {what}", anchor="start", color=_INK, fontSize=_SIZE, fontWeight="bold")
        drawings.append(alt.layer(counts, band, line).properties(width=_WIDTH - 40, height=120, title=title))
    return _finished(alt.vconcat(*drawings, spacing=12), width=None)


@_made_once
def steps(rows: Rows) -> Spec:
    """Rows of {"years", "share", "low", "high"}: a curve that steps down, with its bounds."""
    axis = alt.Axis(tickMinStep=1, tickCount=6, format="d")
    base = alt.Chart(_data(rows)).encode(x=alt.X("years:Q", title="Years since it began", axis=axis))
    share = alt.Y("low:Q", title=None, axis=alt.Axis(format="%", tickCount=5), scale=alt.Scale(domain=[0, 1]))
    band = base.mark_area(color=_LEAF, opacity=0.22, interpolate="step-after").encode(y=share, y2="high:Q")
    line = base.mark_line(color=_LEAF, strokeWidth=3, interpolate="step-after").encode(y=alt.Y("share:Q", title=None))
    return _finished(alt.layer(band, line).properties(height=200))


def _data(rows: Rows) -> Any:  # noqa: ANN401 - one of altair's own
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def _counts(most: float, title: str) -> "alt.X":
    # Counts have no halves.
    return alt.X("count:Q", title=title, axis=alt.Axis(tickCount=min(int(most), 5), format="d"))


def _finished(chart: Any, width: int | None = _WIDTH) -> Spec:  # noqa: ANN401 - one of altair's charts
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
