"""Small charts for pages without scripts: numbers for an SVG, as components/quarter_chart.html asks for them."""

from collections.abc import Mapping, Sequence
from typing import Any

_WIDTH, _HEIGHT = 480, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 14, 34
# A bar takes this share of its place.
_BAR = 0.62
_MOST_LINES = 4
_STEPS = (1, 2, 5)


def quarter_chart(quarters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One bar a quarter, with its interval as a line, where a quarter tells a rate; else one bar of groups.

    `quarters` have `label`, `groups`, and `per_thousand`, `low`, `high` (of 1,000 reports; None: too few to say).
    The drawing is 480 by 230 units; words stay as large as those around it on a narrow screen.
    """
    has_rates = sum(one["per_thousand"] is not None for one in quarters) * 2 >= max(len(quarters), 1)
    name = "per_thousand" if has_rates else "groups"
    most = max([1.0, *(one["high"] or 0 if has_rates else one["groups"] for one in quarters)])
    step = _step(most)
    top = step * -(-most // step)
    base = _HEIGHT - _BOTTOM
    scale = (base - _TOP) / top
    wide = (_WIDTH - _LEFT - _RIGHT) / max(len(quarters), 1)
    bars = []
    for number, one in enumerate(quarters):
        value = one[name]
        middle = _LEFT + wide * (number + 0.5)
        bar: dict[str, Any] = {
            "middle": round(middle, 1),
            "label": one["label"] if _is_labelled(number, len(quarters)) else "",
            "is_known": value is not None,
            "x": round(middle - wide * _BAR / 2, 1),
            "width": round(wide * _BAR, 1),
            "y": round(base - (value or 0) * scale, 1),
            "height": round((value or 0) * scale, 1),
        }
        if has_rates and value is not None:
            bar |= {"low": round(base - one["low"] * scale, 1), "high": round(base - one["high"] * scale, 1)}
        bars.append(bar)
    lines = [
        {"y": round(base - value * scale, 1), "text": f"{value:,.0f}"}
        for value in (step * number for number in range(int(top / step) + 1))
    ]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _WIDTH - _RIGHT,
        "base": base,
        "bars": bars,
        "lines": lines,
        "has_rates": has_rates,
    }


def _is_labelled(number: int, count: int) -> bool:
    """Every other quarter, counted from the newest: all of them would not fit."""
    return (count - 1 - number) % (1 if count <= 4 else 2) == 0  # noqa: PLR2004 - as many as fit


def _step(most: float) -> float:
    """A round distance between the lines, so that there are few of them."""
    size = 1.0
    while True:
        for step in _STEPS:
            if most / (step * size) <= _MOST_LINES:
                return step * size
        size *= 10
