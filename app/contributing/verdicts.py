"""What was answered to one's own report, and whether it was real: a word that the edit link's holder may change."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.barriers.models import Barrier
from app.institutions.models import Institution
from app.kit import clock
from app.kit.errors import InvalidFields
from app.patterns.service import pattern_of
from app.responses.models import GroupOutcome, Response
from app.vocabulary import Outcome, Publication


@dataclass(frozen=True)
class Answered:
    """An institution's answer, in words, and the word that was said of it before ("" for none)."""

    id: str
    institution: str
    state_label: str
    text: str
    rule_cited: str
    passed_to: str
    published: str
    is_to_many: bool
    outcome: str


def answered(db: Session, barrier: Barrier) -> list[Answered]:
    """Published answers to the report itself, and to the pattern that it sits in; the newest first.

    An answer that was corrected since is left out: its correction stands for it.
    """
    said = {one.response_id: one.outcome for one in db.scalars(_said_of(barrier))}
    names = {one.id: one.name for one in db.scalars(select(Institution))}
    return [
        Answered(
            id=one.id,
            institution=names[one.institution_id],
            state_label=one.state.label,
            text=one.text,
            rule_cited=one.rule_cited,
            passed_to=names.get(one.passed_to_id or "", ""),
            published=format_date(one.published_at, "d MMMM y", locale="en_GB"),
            is_to_many=one.collection == "patterns",
            outcome=str(said.get(one.id, "")),
        )
        for one in _responses(db, barrier)
    ]


def say(db: Session, barrier: Barrier, response_id: str, word: str) -> None:
    """Keep the verdict on an answer, in place of an earlier one. Raises InvalidFields, by the field of that answer."""
    outcome = Outcome.named(word)
    if response_id not in {one.id for one in _responses(db, barrier)}:
        raise InvalidFields({"outcome": "This answer is not there any more. Here is what there is now."})
    if outcome is None:
        raise InvalidFields({f"outcome-{response_id}": "Choose how it is for you now."})
    held = db.scalar(_said_of(barrier).where(GroupOutcome.response_id == response_id))
    if held is None:
        held = GroupOutcome(barrier_id=barrier.id, response_id=response_id)
        db.add(held)
    held.outcome, held.said_at = outcome, clock.now()


def _said_of(barrier: Barrier) -> Select[GroupOutcome]:
    return select(GroupOutcome).where(GroupOutcome.barrier_id == barrier.id)


def _responses(db: Session, barrier: Barrier) -> Sequence[Response]:
    subject = and_(Response.collection == "barriers", Response.subject_id == barrier.id)
    pattern = pattern_of(db, barrier.id)
    if pattern is not None and pattern.first_shown_on is not None:
        # What was answered to a page was answered for everyone to read.
        subject = or_(subject, and_(Response.collection == "patterns", Response.subject_id == pattern.id))
    is_public = (Response.publication == Publication.PUBLISHED, Response.published_at.is_not(None))
    asked = select(Response).where(subject, *is_public).order_by(Response.published_at.desc(), Response.id)
    found = db.scalars(asked).all()
    corrected = {one.corrects_id for one in found}
    return [one for one in found if one.id not in corrected]
