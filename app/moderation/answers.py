"""Institutions' answers before a steward: hidden by the same rules as all else, and never for being unwelcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.barriers.models import Barrier
from app.institutions.models import Institution
from app.kit import clock
from app.kit.errors import Conflict, InvalidFields, NotFound, PreconditionFailed
from app.kit.text import clean_text
from app.moderation.models import Decision
from app.moderation.service import NOTE_MOST, Verdict
from app.published.queries import Published, Question
from app.responses.models import Response
from app.responses.service import show_again
from app.vocabulary import Publication

COLLECTION = "responses"
AT_ONCE = 25
_PATTERNS_MOST = 10_000
_ONCE_PUBLIC = (Publication.PUBLISHED, Publication.HIDDEN)


@dataclass(frozen=True)
class Given:
    """An answer, by whom, and the public title and address of what it answers."""

    answer: Response
    institution: Institution
    title: str
    url: str


def answers_before(
    db: Session, published: Published, person: Person, publication: Publication, *, skip: int = 0
) -> tuple[list[Given], int]:
    """At most `AT_ONCE` answers that the steward may look at, newest first, and how many there are in all.

    Raises NotAllowed for all but stewards.
    """
    slug = neighbourhood_kept_by(person)
    titles = _patterns_of(published, slug)
    barriers = select(Barrier.id).where(Barrier.neighbourhood == slug)
    asked = select(Response.id, Response.collection, Response.subject_id).where(
        Response.publication == publication,
        Response.published_at.is_not(None),
        (Response.collection == "patterns") | Response.subject_id.in_(barriers),
    )
    rows = db.execute(asked.order_by(Response.published_at.desc(), Response.id))
    ids = [one for one, collection, subject in rows if collection == "barriers" or subject in titles]
    found = db.scalars(select(Response).where(Response.id.in_(ids[skip : skip + AT_ONCE])))
    by_id = {one.id: one for one in found}
    return [_given(db, published, by_id[one]) for one in ids[skip : skip + AT_ONCE]], len(ids)


def answer_for(db: Session, published: Published, person: Person, answer_id: str) -> Given:
    """One answer that was published. Raises NotAllowed for other roles, NotFound for what is told of elsewhere only."""
    slug = neighbourhood_kept_by(person)
    found = db.get(Response, answer_id)
    if found is None or found.publication not in _ONCE_PUBLIC or not _is_of(db, published, found, slug):
        raise NotFound("There is no such answer in your neighbourhood.")
    return _given(db, published, found)


def decide_on_answer(db: Session, person: Person, given: Given, verdict: Verdict, *, read_as: str) -> Decision:
    """Hide an answer, or show it again; `read_as` is the publication in which the steward read it.

    Raises PreconditionFailed where somebody else decided meanwhile, InvalidFields where a rule is missing.
    """
    answer, reason = given.answer, verdict.reason
    if read_as != answer.publication:
        raise PreconditionFailed("It changed while you were reading. Please read it again, then decide.")
    if verdict.outcome not in _ONCE_PUBLIC or verdict.outcome is answer.publication:
        raise Conflict("This was decided already.")
    note = clean_text(verdict.note, most=NOTE_MOST, field="note")
    if verdict.outcome is Publication.PUBLISHED:
        reason, note = None, ""
        show_again(db, answer)
    elif reason is None:
        raise InvalidFields({"reason": "Choose the rule that you go by. The institution will see it."})
    else:
        answer.publication, answer.steward_note = Publication.HIDDEN, f"{reason.label}. {note}".strip()
    decision = Decision(
        collection=COLLECTION,
        entry_id=answer.id,
        neighbourhood=neighbourhood_kept_by(person),
        outcome=verdict.outcome,
        reason=reason,
        note=note,
        is_logged=True,
        person_id=person.id,
        decided_at=clock.now(),
    )
    db.add(decision)
    return decision


def decisions_on(db: Session, answer: Response) -> Sequence[Decision]:
    """What was decided on an answer so far, newest first."""
    asked = select(Decision).where(Decision.collection == COLLECTION, Decision.entry_id == answer.id)
    return db.scalars(asked.order_by(Decision.decided_at.desc(), Decision.number.desc())).all()


def _patterns_of(published: Published, slug: str) -> set[str]:
    """Ids of the public patterns that a neighbourhood's stewards look after."""
    features = published.page(Question("patterns", limit=_PATTERNS_MOST)).features
    return {one["id"] for one in map(orjson.loads, features) if _concerns(one["properties"], slug)}


def _concerns(told: dict[str, Any], slug: str) -> bool:
    """True for a pattern that is told of this neighbourhood, or of the city as a whole: then of every steward."""
    return not told["neighbourhoods"] or any(place["slug"] == slug for place in told["neighbourhoods"])


def _is_of(db: Session, published: Published, answer: Response, slug: str) -> bool:
    if answer.collection == "barriers":
        barrier = db.get(Barrier, answer.subject_id)
        return barrier is not None and barrier.neighbourhood == slug
    raw = published.one("patterns", answer.subject_id)
    return raw is not None and _concerns(orjson.loads(raw)["properties"], slug)


def _given(db: Session, published: Published, answer: Response) -> Given:
    raw = published.one(answer.collection, answer.subject_id)
    told = orjson.loads(raw)["properties"] if raw is not None else {}
    institution = db.get_one(Institution, answer.institution_id)
    return Given(answer, institution, told.get("title", "Something that is not shown any more"), told.get("url", ""))
