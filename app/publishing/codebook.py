"""What researchers may have: notes and words that groups opened to them, without names, with a codebook beside it.

A group's rows share a pseudonym: a hash keyed with the service's own secret, so that nobody else can make it from an
id. What it lets everyone read stands on its page under its name: those rows have a pseudonym of their own, so that they
do not tell whose the others are. Titles, ids and points on the map are never among them, and no day is finer than a
month. The neighbourhood and the activity stand there only where five groups of the file share both: of fewer, whoever
knows the place knows who writes. What is not on the map has no row: that it is there at all is told to nobody.
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
# So many groups must share a neighbourhood and an activity before either is told.
FEWEST = 5
_OPEN = (ConsentScope.RESEARCHERS, ConsentScope.PUBLIC)
_DEFINED = {
    "group": "Stands for one initiative, the same in every file. What everyone can read has one of its own.",
    "kind": "note: of a learning journal. review: what being funded changed in the group itself.",
    "neighbourhood": f"Where the group acts. Empty where fewer than {FEWEST} groups here share it and the activity.",
    "month": "When it was, for a note; when it was said, for a review. A month, or only a year.",
    "activity": f"What it is mostly about. Empty where fewer than {FEWEST} groups here share it and the neighbourhood.",
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
    opened = [*_notes(db), *_reviews(db)]
    # A group has two pseudonyms, but is one group.
    sharing = Counter(pair for _id, pair in {(one.initiative.id, _pair(one.initiative)) for one in opened})
    common = {pair for pair, groups in sharing.items() if groups >= FEWEST}
    rows = sorted(_row(one, secret_key, names, is_common=_pair(one.initiative) in common) for one in opened)
    personal = sum(bool(looks_personal(row[COLUMNS.index(name)])) for row in rows for name in TEXTS)
    return Codebook(rows, list(_variables(rows)), personal)


def pseudonym(initiative_id: str, scope: ConsentScope, secret_key: str) -> str:
    """What stands for an initiative: 12 hexadecimal digits of HMAC-SHA256, the same for the same key."""
    digest = hmac.new(secret_key.encode(), f"codebook:{scope}:{initiative_id}".encode(), hashlib.sha256)
    return digest.hexdigest()[:_PSEUDONYM_LENGTH]


@dataclass(frozen=True)
class _Opened:
    """What becomes a row. `marks` stand for the mechanisms, `texts` for the columns of that name."""

    initiative: Initiative
    kind: str
    month: str
    marks: Sequence[str]
    texts: Sequence[str]
    scope: ConsentScope


def _notes(db: Session) -> Iterator[_Opened]:
    asked = select(JournalNote, Initiative).join(Initiative, Initiative.id == JournalNote.initiative_id)
    asked = asked.where(JournalNote.scope.in_(_OPEN), Initiative.is_public)
    for note, initiative in db.execute(asked):
        if note.scope is ConsentScope.PUBLIC and note.publication is not Publication.PUBLISHED:
            # It was opened on condition that a steward reads it first.
            continue
        when = PartialDate(note.happened, str(note.happened_precision))
        month = str(when.cut_to("month") if when.precision == "day" else when)
        marks = ["1" if word in note.mechanisms else "0" for word in Mechanism]
        texts = [note.tried, note.learned, note.changed, ""]
        yield _Opened(initiative, "note", month, marks, texts, note.scope)


def _reviews(db: Session) -> Iterator[_Opened]:
    asked = select(ProcessReview, Initiative).join(Initiative, Initiative.id == ProcessReview.initiative_id)
    asked = asked.where(
        ProcessReview.scope == ConsentScope.RESEARCHERS,
        ProcessReview.changed_in_us != "",
        Initiative.is_public,
    )
    for review, initiative in db.execute(asked):
        month = review.said_at.date().isoformat()[:7]
        # Which programme it was, and what else was said of it, was not opened to researchers.
        texts = ["", "", "", review.changed_in_us]
        yield _Opened(initiative, "review", month, [""] * len(Mechanism), texts, review.scope)


def _pair(initiative: Initiative) -> tuple[str, str]:
    return initiative.neighbourhood, str(initiative.activity)


def _row(one: _Opened, secret_key: str, names: dict[str, str], *, is_common: bool) -> list[str]:
    slug, activity = _pair(one.initiative) if is_common else ("", "")
    who = pseudonym(one.initiative.id, one.scope, secret_key)
    return [who, one.kind, names.get(slug, ""), one.month, activity, *one.marks, *one.texts, str(one.scope)]


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
            for value in sorted(held.keys() - {""}):
                yield [name, value, "", "", str(held[value])]
