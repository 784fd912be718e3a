"""What researchers may have: notes and words that groups opened to them, without names, with a codebook beside it.

A group's rows share a pseudonym: a hash keyed with the service's own secret, so that nobody else can make it from an
id. What it lets everyone read stands on its page under its name: those rows have a pseudonym of their own, so that they
do not tell whose the others are. Titles, ids and places are never among them, and no day is finer than a month.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import ProcessReview
from app.initiatives.models import Initiative
from app.kit.partial_date import PartialDate
from app.kit.text import looks_personal
from app.learning.models import JournalNote
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Activity, ConsentScope, Mechanism, Publication, Word

TEXTS = ("tried", "learned", "changed", "changed_in_us")
COLUMNS = (
    *("group", "kind", "neighbourhood", "month", "activity"),
    *(f"mechanism_{word}" for word in Mechanism),
    *TEXTS,
    "scope",
)
_PSEUDONYM_LENGTH = 12
_OPEN = (ConsentScope.RESEARCHERS, ConsentScope.PUBLIC)
_DEFINED = {
    "group": "Stands for one initiative, the same in every file. What everyone can read has one of its own.",
    "kind": "note: of a learning journal. review: what being funded changed in the group itself.",
    "neighbourhood": "The neighbourhood in which the group acts.",
    "month": "When it was, for a note; when it was said, for a review. A month, or only a year.",
    "activity": "What the initiative is mostly about.",
    "tried": "In the group's own words: what it tried.",
    "learned": "In the group's own words: what it learned.",
    "changed": "In the group's own words: what changed among people.",
    "changed_in_us": "In the group's own words: what being involved in a funder's programme changed in the group.",
    "scope": "Whom the group lets read it: researchers, or everyone.",
}


@dataclass(frozen=True)
class Codebook:
    """Both tables, as text cells; and how many texts may hold something that gives a person away."""

    rows: Sequence[Sequence[str]]
    variables: Sequence[Sequence[str]]
    personal: int


VARIABLE_COLUMNS = ("variable", "value", "label", "definition", "rows")


def codebook(db: Session, secret_key: str) -> Codebook:
    """All that groups opened to researchers, in an order that tells nothing, and each variable with its words."""
    names = {place.slug: place.name for place in db.scalars(select(Neighbourhood))}
    rows = sorted([*_notes(db, secret_key, names), *_reviews(db, secret_key, names)])
    personal = sum(bool(looks_personal(row[COLUMNS.index(name)])) for row in rows for name in TEXTS)
    return Codebook(rows, list(_variables(rows)), personal)


def pseudonym(initiative_id: str, scope: ConsentScope, secret_key: str) -> str:
    """What stands for an initiative: 12 hexadecimal digits of HMAC-SHA256, the same for the same key."""
    digest = hmac.new(secret_key.encode(), f"codebook:{scope}:{initiative_id}".encode(), hashlib.sha256)
    return digest.hexdigest()[:_PSEUDONYM_LENGTH]


def _notes(db: Session, secret_key: str, names: dict[str, str]) -> Iterator[list[str]]:
    asked = select(JournalNote, Initiative).join(Initiative, Initiative.id == JournalNote.initiative_id)
    asked = asked.where(JournalNote.scope.in_(_OPEN), Initiative.publication == Publication.PUBLISHED)
    for note, initiative in db.execute(asked):
        if note.scope is ConsentScope.PUBLIC and note.publication is not Publication.PUBLISHED:
            # It was opened on condition that a steward reads it first.
            continue
        when = PartialDate(note.happened, str(note.happened_precision))
        month = str(when.cut_to("month") if when.precision == "day" else when)
        marks = ["1" if word in note.mechanisms else "0" for word in Mechanism]
        texts = [note.tried, note.learned, note.changed, ""]
        yield _row(initiative, secret_key, names, ["note", month], marks, texts, note.scope)


def _reviews(db: Session, secret_key: str, names: dict[str, str]) -> Iterator[list[str]]:
    asked = select(ProcessReview, Initiative).join(Initiative, Initiative.id == ProcessReview.initiative_id)
    asked = asked.where(
        ProcessReview.scope == ConsentScope.RESEARCHERS,
        ProcessReview.changed_in_us != "",
        Initiative.publication == Publication.PUBLISHED,
    )
    for review, initiative in db.execute(asked):
        month = review.said_at.date().isoformat()[:7]
        # Which programme it was, and what else was said of it, was not opened to researchers.
        texts = ["", "", "", review.changed_in_us]
        yield _row(initiative, secret_key, names, ["review", month], [""] * len(Mechanism), texts, review.scope)


def _row(  # noqa: PLR0917 - the parts of a row, in its order
    initiative: Initiative,
    secret_key: str,
    names: dict[str, str],
    kind_month: Sequence[str],
    marks: Sequence[str],
    texts: Sequence[str],
    scope: ConsentScope,
) -> list[str]:
    kind, month = kind_month
    place = names.get(initiative.neighbourhood, "")
    who = pseudonym(initiative.id, scope, secret_key)
    return [who, kind, place, month, str(initiative.activity), *marks, *texts, str(scope)]


def _variables(rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """One line for each variable, then one for each of its words, with how many rows hold it."""
    words: dict[str, type[Word]] = {"activity": Activity, "scope": ConsentScope}
    for place, name in enumerate(COLUMNS):
        held = Counter(row[place] for row in rows)
        filled = held.total() - held[""]
        mechanism = Mechanism.named(name.removeprefix("mechanism_"))
        if mechanism is not None:
            told = f"1 where the group ticked “{mechanism.label}”, else 0; empty for reviews. {mechanism.hint}"
            yield [name, "", mechanism.label, told, str(filled)]
            for value in ("0", "1"):
                yield [name, value, "", "", str(held[value])]
            continue
        yield [name, "", "", _DEFINED[name], str(filled)]
        for word in words.get(name, ()):
            yield [name, str(word), word.label, word.hint, str(held[str(word)])]
        if name in {"kind", "neighbourhood"}:
            for value in sorted(held):
                yield [name, value, "", "", str(held[value])]
