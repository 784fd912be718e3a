"""What the dates of a pattern tell: more often or less, by quarter, and before and after an answer.

Everything is relative to all that is told of in the city: more people who know the service are not more barriers. See
`app.matching.trend` for the method.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.matching.reports import Report
from app.matching.trend import TrendFound, after_answer, is_early_notice, quarters, trend_of

# Two years are enough to see whether something gets better.
_MOST_QUARTERS, _QUARTER_DAYS = 8, 91


def figures_of(
    members: Sequence[Report], all_days: Sequence[int], answered: Mapping[str, int], today: int
) -> dict[str, Any]:
    """Figures of a pattern for its page, as plain JSON. Days are ordinals; each group counts on its first day."""
    days = _first_days(members)
    # Whole quarters: a stump of a few days would look like a quiet time.
    shown = min(_MOST_QUARTERS, -(-(today - min(all_days, default=today) + 1) // _QUARTER_DAYS))
    return {
        "looked_on": date.fromordinal(today).isoformat(),
        **_told(trend_of(days, all_days, today)),
        "is_early_notice": is_early_notice(days, all_days, today),
        "quarters": [
            {
                # A month, not a day.
                "begins": date.fromordinal(one.begins + 1).isoformat()[:7],
                "groups": one.reports,
                "per_thousand": _rounded(one.rate),
                "low": _rounded(one.low),
                "high": _rounded(one.high),
            }
            for one in quarters(days, all_days, start=today - shown * _QUARTER_DAYS, today=today)
        ],
        "after": {
            response_id: _told(after_answer(days, all_days, day, today)) | _counted(days, day, today)
            for response_id, day in answered.items()
        },
    }


def _first_days(members: Sequence[Report]) -> list[int]:
    first: dict[str, int] = {}
    for one in members:
        if one.day is not None:
            first[one.group] = min(first.get(one.group, one.day), one.day)
    return sorted(first.values())


def _told(found: TrendFound) -> dict[str, Any]:
    return {
        "trend": str(found.trend),
        "times": _rounded(found.ratio),
        "times_low": _rounded(found.low),
        "times_high": _rounded(found.high),
    }


def _counted(days: Sequence[int], answered: int, today: int) -> dict[str, int]:
    """Groups since the answer, and in the same length of time before it."""
    length = today - answered
    return {
        "before": sum(answered - length < day <= answered for day in days),
        "after": sum(answered < day <= today for day in days),
        "days": length,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
