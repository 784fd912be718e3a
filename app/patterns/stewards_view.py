"""A pattern as a steward reads it: why its reports belong together, and their words as far as they may be seen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from babel.dates import format_date

from app.barriers.models import Barrier
from app.neighbourhoods.entries import as_partial
from app.patterns.stewarding import Held, Seated

_WELL, _FAIRLY = 0.9, 0.75
_PATTERNS = {"day": "MMMM y", "month": "MMMM y", "year": "y"}


def title_of(held: Held) -> str:
    """A steward's own words, or else the rule or kind, and the holder, that most of its reports name."""
    if held.pattern.title:
        return held.pattern.title
    rule, reports = _commonest(one.rule_cited for one in held.barriers)
    kind, _ = _commonest(one.kind.label for one in held.barriers)
    holder, _ = _commonest(_holder(one) for one in held.barriers)
    return f"{rule if reports > 1 else kind}{f': {holder}' if holder else ''}"


def confidence_of(held: Held) -> str:
    """How sure it is that these belong together, in words."""
    if held.is_settled:
        return "People said that these belong together."
    if not held.pattern.is_sure:
        return "The machine is not sure. Nobody else sees this until a steward confirms it, or more reports come."
    fit = held.pattern.confidence
    how = "very well" if fit >= _WELL else "well" if fit >= _FAIRLY else "fairly well"
    return f"The machine is sure: these fit together {how}."


def reasons_of(held: Held) -> list[dict[str, Any]]:
    """Why these reports are one pattern, as questions and answers."""
    count = len(held.seated)
    rows = [
        {"question": "Words that they share", "answer": ", ".join(held.pattern.words)},
        {"question": "Who could say yes or no", "answer": _share(*_commonest(map(_holder, held.barriers)), count)},
        {
            "question": "The rule they named",
            "answer": _share(*_commonest(one.rule_cited for one in held.barriers), count),
        },
        {"question": "What it was", "answer": _share(*_commonest(one.kind.label for one in held.barriers), count)},
        {"question": "How sure it is", "answer": confidence_of(held)},
    ]
    return [row for row in rows if row["answer"]]


def listed(held: Held) -> dict[str, Any]:
    """One line of the list."""
    own = sum(one.is_own for one in held.seated)
    return {
        "url": f"/moderation/patterns/{held.pattern.id}",
        "title": title_of(held),
        "reports": "1 report" if len(held.seated) == 1 else f"{len(held.seated)} reports",
        "own": f"{own} of them from your neighbourhood",
        "is_sure": held.pattern.is_sure,
        "is_settled": held.is_settled,
        "words": ", ".join(held.pattern.words),
        "confidence": confidence_of(held),
        "demonstration": any(one.is_demonstration for one in held.barriers),
    }


def members(held: Held, names: dict[str, str]) -> list[dict[str, Any]]:
    """The reports, with their words. `names` maps the slug of a neighbourhood to its name."""
    return [_member(one, names) for one in held.seated]


def others(found: Sequence[Held], but: Held) -> list[tuple[str, str]]:
    """Further patterns to move to or merge with, as options."""
    return [(one.pattern.id, title_of(one)) for one in found if one.pattern.id != but.pattern.id]


def _member(one: Seated, names: dict[str, str]) -> dict[str, Any]:
    barrier = one.barrier
    happened = as_partial(barrier.happened, barrier.happened_precision)
    when = format_date(happened.first_day, _PATTERNS[happened.precision], locale="en_GB") if happened else ""
    facts = [barrier.kind.label, _holder(barrier), barrier.rule_cited, when, names.get(barrier.neighbourhood, "")]
    return {
        "id": barrier.id,
        "text": barrier.what_happened,
        "facts": " · ".join(fact for fact in facts if fact),
        "url": f"/moderation/barriers/{barrier.id}" if one.is_own else f"/barriers/{barrier.id}",
        "is_own": one.is_own,
        "is_hidden": not barrier.sharing.is_shown,
        "by": "A steward put it here." if one.member.by_steward else "The machine put it here.",
    }


def _holder(barrier: Barrier) -> str:
    return barrier.institution.name if barrier.institution else barrier.holder


def _commonest(texts: Iterable[str]) -> tuple[str, int]:
    """What most reports say, and how many do; capitals make no difference."""
    said = [text for text in texts if text]
    counted = Counter(text.casefold() for text in said)
    best = max(sorted(said), key=lambda text: counted[text.casefold()], default="")
    return best, counted[best.casefold()]


def _share(text: str, reports: int, count: int) -> str:
    if not text or count == 1:
        return text
    return f"{text} (all of them)" if reports == count else f"{text} ({reports} of {count})"
