"""Bars of quarters: what stands where, and what is left open."""

from typing import Any

import pytest

from app.web.charts import quarter_chart


def quarter(groups: int, rate: float | None = None, low: float = 0.0, high: float = 0.0) -> dict[str, Any]:
    return {"label": "Jan 26", "groups": groups, "per_thousand": rate, "low": low, "high": high}


def test_bars_stand_on_the_line_and_the_tallest_is_within_the_drawing() -> None:
    chart = quarter_chart([quarter(0), quarter(3), quarter(14)])
    assert all(bar["y"] + bar["height"] == pytest.approx(chart["base"], abs=0.2) for bar in chart["bars"])
    assert min(bar["y"] for bar in chart["bars"]) > 0
    assert not chart["has_rates"]
    assert [line["text"] for line in chart["lines"]] == ["0", "5", "10", "15"]


def test_rates_carry_their_interval_and_unknown_ones_stay_open() -> None:
    chart = quarter_chart([quarter(2, 20.0, 5.0, 60.0), quarter(1, 10.0, 1.0, 40.0), quarter(1)])
    first, _second, last = chart["bars"]
    assert chart["has_rates"]
    assert first["high"] < first["y"] < first["low"] < chart["base"]
    assert not last["is_known"]
    assert "high" not in last


def test_where_most_rates_are_unknown_groups_are_drawn() -> None:
    chart = quarter_chart([quarter(2, 20.0, 5.0, 60.0), quarter(1), quarter(3)])
    assert not chart["has_rates"]
    assert [bar["is_known"] for bar in chart["bars"]] == [True, True, True]


@pytest.mark.parametrize("quarters", [[], [quarter(0)], [quarter(1)] * 40])
def test_nothing_one_and_many_are_drawn(quarters: list[dict[str, Any]]) -> None:
    chart = quarter_chart(quarters)
    assert len(chart["bars"]) == len(quarters)
    assert len(chart["lines"]) >= 2
