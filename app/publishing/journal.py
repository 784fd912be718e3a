"""An initiative's learning journal, as everyone may see it: what the group opened, and a steward has read."""

from collections.abc import Sequence
from typing import Any

from app.kit.partial_date import PartialDate
from app.learning.models import JournalNote
from app.publishing.rules import public_values
from app.vocabulary import ConsentScope, Mechanism, Publication

# More would make one entry of the map a book.
MOST_SHOWN = 12


def journal_told(notes: Sequence[JournalNote]) -> list[dict[str, Any]]:
    """The latest notes of one initiative that everyone may read, the newest first; no day is finer than a month."""
    shown = [one for one in notes if one.scope is ConsentScope.PUBLIC and one.publication is Publication.PUBLISHED]
    shown.sort(key=lambda one: one.id)
    shown.sort(key=_month, reverse=True)
    return [_told(one) for one in shown[:MOST_SHOWN]]


def _told(note: JournalNote) -> dict[str, Any]:
    values = public_values(note)
    words = [word for code in values["mechanisms"] if (word := Mechanism.named(code)) is not None]
    return {
        "id": values["id"],
        "when": _month(note),
        "tried": values["tried"],
        "learned": values["learned"],
        "changed": values["changed"],
        "mechanisms": words,
        "mechanism_labels": [word.label for word in words],
    }


def _month(note: JournalNote) -> str:
    """The month at most: a day could be matched with who was there."""
    when = PartialDate(note.happened, str(note.happened_precision))
    return str(when.cut_to("month") if when.precision == "day" else when)
