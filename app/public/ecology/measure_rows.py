"""Rows behind the drawings of measures: plain numbers."""

from collections.abc import Sequence
from typing import Any

from app.ecology.measures import Momentum, StayingPower
from app.ecology.measures.staying_power import Step

# Of more steps than this, the last of each quarter of a year is told.
_MOST_STEPS = 40
_A_YEAR = 4


def quarter_rows(told: Momentum) -> list[dict[str, Any]]:
    """Two rows a quarter: what began, and what came to rest or ended; counts, and the smoothed rate with its bounds."""
    rows = []
    for one in told.quarters:
        began = (one.starts, one.smooth_starts, one.low_starts, one.high_starts)
        rested = (one.rests, one.smooth_rests, one.low_rests, one.high_rests)
        for what, values in (("began", began), ("came to rest or ended", rested)):
            names = ("count", "smooth", "low", "high")
            numbers = dict(zip(names, (round(value, 3) for value in values), strict=True))
            rows.append({"quarter": one.label, "what": what, **numbers})
    return rows


def told_steps(told: StayingPower) -> Sequence[Step]:
    """The steps of the curve, thinned to four a year where there are very many."""
    if len(told.curve) <= _MOST_STEPS:
        return told.curve
    return list({int(one.years * _A_YEAR): one for one in told.curve}.values())


def lasting_rows(told: StayingPower) -> list[dict[str, Any]]:
    """The curve from its beginning, where all go on: years, share, and bounds (as wide as can be where unknown)."""
    if not told.curve:
        return []
    steps = [
        {
            "years": round(one.years, 3),
            "share": round(one.share, 4),
            "low": round(one.low if one.low is not None else 0.0, 4),
            "high": round(one.high if one.high is not None else one.share, 4),
        }
        for one in told_steps(told)
    ]
    return [{"years": 0.0, "share": 1.0, "low": 1.0, "high": 1.0}, *steps]
