"""Answers as a list of questions with what was said, for checking before sending and for one's own page."""

import calendar
from typing import Any

from app.contributing.form_fields import Raw, text_of
from app.contributing.where import Where
from app.kit.text import looks_personal
from app.vocabulary import (
    Activity,
    BarrierKind,
    Concern,
    Effect,
    EnablerKind,
    Formality,
    Helper,
    Lifecycle,
    PeopleBand,
    Recognition,
    Sharing,
    Stage,
    WayOfWorking,
    Word,
)

Row = dict[str, Any]

# (question, field, the step that asks it, the words behind it or None for free text)
_QUESTIONS: dict[str, tuple[tuple[str, str, str, type[Word] | None], ...]] = {
    "initiatives": (
        ("What people call it", "title", "what", None),
        ("In one or two sentences", "summary", "what", None),
        ("What it is mostly about", "activity", "what", Activity),
        ("How it is going", "lifecycle", "what", Lifecycle),
        ("Where", "where", "where", None),
        ("The story", "story", "more", None),
        ("How many take part", "people", "more", PeopleBand),
        ("Who does it", "formality", "more", Formality),
        ("Your number in a register", "organisation_id", "more", None),
        ("Since", "since", "more", None),
        ("Until", "until", "more", None),
        ("How people work together", "ways_of_working", "more", WayOfWorking),
        ("What you want to change", "concerns", "more", Concern),
        ("Who knows about it so far", "recognised_by", "more", Recognition),
        ("How much others may see", "sharing", "sharing", Sharing),
    ),
    "barriers": (
        ("What happened", "what_happened", "what", None),
        ("What it was mostly", "kind", "what", BarrierKind),
        ("What it did", "effect", "what", Effect),
        ("When it came up", "stage", "what", Stage),
        ("Where", "where", "where", None),
        ("Who could have said yes", "permission_holder", "more", None),
        ("The rule they named", "rule_cited", "more", None),
        ("When it was", "occurred", "more", None),
        ("What on the map it was about", "initiative", "more", None),
        ("What helped", "helped", "more", EnablerKind),
        ("Who the help came from", "helped_by", "more", Helper),
        ("How it helped", "helped_words", "more", None),
        ("How much others may see", "sharing", "sharing", Sharing),
    ),
}
_DATED = {"since", "until", "occurred"}
_FREE_TEXT = ("title", "summary", "story", "what_happened", "permission_holder", "rule_cited", "helped_words")


def rows(
    collection: str, raw: Raw, where: Where, initiative_title: str = "", *, address: str | None = None
) -> list[Row]:
    """One row a question; `initiative_title` is of the one that a barrier names.

    With `address` each row has a link to change it there; without, a button of the same form. What may be said more and
    was not is one row at the end: ten empty ones would hide what was said.
    """
    made, unsaid = [], []
    for question, field, step, words in _QUESTIONS[collection]:
        answer = initiative_title if field == "initiative" else _answer(raw, field, words, where)
        if step == "more" and not answer:
            unsaid.append(question)
        else:
            made.append(_row(question, answer, step, address))
    return [*made, _row("Left out", " · ".join(unsaid), "more", address)] if unsaid else made


def _row(question: str, answer: str | list[str], step: str, address: str | None) -> Row:
    change = {"change": f"{address}/{step}"} if address else {"change_step": step}
    return {"question": question, "answer": answer, **change}


def nudges(raw: Raw) -> list[str]:
    """Sentences on text that may give a person away. They never stop anybody."""
    found = {what for name in _FREE_TEXT for what in looks_personal(text_of(raw, name))}
    return [f"This looks as if it holds {what}. Do you want others to see it?" for what in sorted(found)]


def _month_name(month: str) -> str:
    is_known = month.isascii() and month.isdecimal() and len(month) <= 2 and 1 <= int(month) <= 12  # noqa: PLR2004 - months
    return calendar.month_name[int(month)] if is_known else month


def _answer(raw: Raw, field: str, words: type[Word] | None, where: Where) -> str | list[str]:
    if field == "where":
        return f"The place you gave, in {where.home.name}" if where.shape is not None else where.home.name
    if field in _DATED:
        day, month, year = (text_of(raw, f"{field}_{part}") for part in ("day", "month", "year"))
        return " ".join(filter(None, (day.lstrip("0"), _month_name(month), year)))
    value = raw.get(field, "")
    if words is None:
        return text_of(raw, field)
    labels = {str(word): word.label for word in words}
    chosen = value if isinstance(value, list) else [value]
    return [labels[one] for one in chosen if one in labels]
