"""Notes of journals, recognitions and funders' replies before a steward.

A note waits until a steward has read it. Recognitions and replies are shown at once, since a group or nobody else has
to agree, and a steward may hide them by the usual rules. Recognition is decided on where the initiative is; a reply
tells of no place, so any steward may hide one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.funding.models import Programme, ProgrammeReply
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Conflict, InvalidFields, NotFound, PreconditionFailed
from app.kit.text import clean_text
from app.learning.models import JournalNote
from app.learning.service import reading_of
from app.moderation.models import Decision
from app.moderation.service import NOTE_MOST, Verdict
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, ConsentScope, Publication, Word

Kept = JournalNote | RecognitionGiven | ProgrammeReply

AT_ONCE = 25
MODELS: dict[str, type[Any]] = {
    "journal": JournalNote, "recognitions": RecognitionGiven, "replies": ProgrammeReply
}  # fmt: skip


class Pile(Word):
    """Where something lies on this desk."""

    WAITING = "waiting", "Notes to read"
    SHOWN = "shown", "Shown to everyone"
    TAKEN_DOWN = "taken_down", "Sent back or hidden"


_STATES = {
    Pile.WAITING: (Publication.SUBMITTED,),
    Pile.SHOWN: (Publication.PUBLISHED,),
    Pile.TAKEN_DOWN: (Publication.RETURNED, Publication.HIDDEN),
}


@dataclass(frozen=True)
class Lying:
    """One thing on the desk. `about` is the initiative, or None for a funder's reply."""

    collection: str
    row: Kept
    about: Initiative | None
    programme: Programme | None

    @property
    def reading(self) -> str:
        """Changes with it: a decision on an older one is refused."""
        return reading_of(self.row) if isinstance(self.row, JournalNote) else str(self.row.publication)


def lying(db: Session, person: Person, pile: Pile, *, skip: int = 0) -> tuple[list[Lying], int]:
    """At most `AT_ONCE` of a pile, the newest first, and how many there are. Raises NotAllowed for all but stewards."""
    found = _pile(neighbourhood_kept_by(person), pile)
    total = db.scalar(select(func.count()).select_from(found)) or 0
    rows = db.execute(select(found).order_by(found.c.moment.desc(), found.c.id).limit(AT_ONCE).offset(skip)).all()
    return [_read(db, row.collection, db.get_one(MODELS[row.collection], row.id)) for row in rows], total


def waiting(db: Session, person: Person) -> int:
    """How many notes a steward has to read. Raises NotAllowed."""
    return db.scalar(select(func.count()).select_from(_pile(neighbourhood_kept_by(person), Pile.WAITING))) or 0


def one_for(db: Session, person: Person, collection: str, row_id: str, *, is_held: bool = False) -> Lying:
    """One thing of the steward's desk; `is_held` where a decision follows.

    Raises NotAllowed for other roles, NotFound for what is not on it.
    """
    slug = neighbourhood_kept_by(person)
    if is_held and collection in MODELS:
        # Held until the commit, and before it is looked at: what is decided on is what stands there now.
        db.get(MODELS[collection], row_id, populate_existing=True, with_for_update=True)
    for pile in Pile:
        found = _pile(slug, pile)
        asked = select(found.c.id).where(found.c.collection == collection, found.c.id == row_id)
        if db.scalar(asked) is not None:
            return _read(db, collection, db.get_one(MODELS[collection], row_id))
    raise NotFound("This is not on your desk. It may have been taken back.")


def decide(db: Session, person: Person, one: Lying, verdict: Verdict, *, read_as: str) -> Decision:
    """Publish, send back or hide, with an entry in the log.

    Raises PreconditionFailed where it changed since it was read, Conflict where that is decided already or cannot be,
    InvalidFields where a reason is missing.
    """
    slug, reason = neighbourhood_kept_by(person), verdict.reason
    if read_as != one.reading:
        raise PreconditionFailed("It changed while you were reading. Please read it again, then decide.")
    if verdict.outcome not in possible_outcomes(one):
        raise Conflict("This was decided already.")
    note = clean_text(verdict.note, most=NOTE_MOST, field="note")
    if verdict.outcome is Publication.PUBLISHED:
        reason, note = None, ""
    elif reason is None:
        raise InvalidFields({"reason": "Choose the rule that you go by. Whoever wrote it will see it."})
    one.row.publication = verdict.outcome
    if not isinstance(one.row, RecognitionGiven):
        one.row.steward_note = f"{reason.label}. {note}".strip() if reason else ""
    decision = Decision(
        collection=one.collection,
        entry_id=one.row.id,
        neighbourhood=slug,
        outcome=verdict.outcome,
        reason=reason,
        note=note,
        # All that lies here is about what everyone can see: a count of it gives nothing away.
        is_logged=True,
        person_id=person.id,
        decided_at=clock.now(),
    )
    db.add(decision)
    return decision


def possible_outcomes(one: Lying) -> list[Publication]:
    """What may be decided now. Only a note can be sent back: the others are not the steward's to have reworded."""
    outcomes = [Publication.PUBLISHED, Publication.HIDDEN]
    if one.collection == "journal":
        outcomes.insert(1, Publication.RETURNED)
    return [outcome for outcome in outcomes if outcome is not one.row.publication]


def decisions_on(db: Session, one: Lying) -> Sequence[Decision]:
    """What was decided on it so far, newest first."""
    asked = select(Decision).where(Decision.collection == one.collection, Decision.entry_id == one.row.id)
    return db.scalars(asked.order_by(Decision.decided_at.desc(), Decision.number.desc())).all()


def _pile(slug: str, pile: Pile) -> Subquery:
    states, group = _STATES[pile], aliased(Initiative)
    # What belongs to something that not everyone sees is shown to nobody, whatever is decided.
    here = (Initiative.neighbourhood == slug, Initiative.is_public)
    notes = (
        _rows("journal", JournalNote.id, JournalNote.changed_at)
        .join(Initiative, Initiative.id == JournalNote.initiative_id)
        .where(*here, JournalNote.scope == ConsentScope.PUBLIC, JournalNote.publication.in_(states))
    )
    given = (
        _rows("recognitions", RecognitionGiven.id, RecognitionGiven.offered_at)
        .join(Initiative, Initiative.id == RecognitionGiven.initiative_id)
        .outerjoin(group, group.id == RecognitionGiven.group_id)
        .where(*here, RecognitionGiven.state == Agreement.ACCEPTED, RecognitionGiven.publication.in_(states))
        .where(or_(RecognitionGiven.group_id.is_(None), group.is_public))
    )
    replies = _rows("replies", ProgrammeReply.id, ProgrammeReply.written_at).where(
        ProgrammeReply.published_at.is_not(None), ProgrammeReply.publication.in_(states)
    )
    return union_all(notes, given, replies).subquery()


def _rows(collection: str, row_id: Any, moment: Any) -> Any:  # noqa: ANN401 - mapped columns
    return select(literal(collection).label("collection"), row_id.label("id"), moment.label("moment"))


def _read(db: Session, collection: str, row: Kept) -> Lying:
    if isinstance(row, ProgrammeReply):
        return Lying(collection, row, None, db.get_one(Programme, row.programme_id))
    return Lying(collection, row, db.get_one(Initiative, row.initiative_id), None)


def moment_of(row: Kept) -> datetime:
    """When it came."""
    if isinstance(row, JournalNote):
        return row.changed_at
    return row.offered_at if isinstance(row, RecognitionGiven) else row.published_at or row.written_at
