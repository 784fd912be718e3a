"""A funder's public reply to what groups said of its programme: a draft, then everyone's; a new version replaces it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.funding.models import Programme, ProgrammeReply
from app.institutions.models import Institution
from app.institutions.service import parts_of, represented
from app.kit import clock
from app.kit.answers import Answers, paragraphs
from app.kit.errors import InvalidFields, NotAllowed, NotFound, PreconditionFailed
from app.vocabulary import Publication, Role

TEXT_MOST = 2_000
ONCE_PUBLIC = (Publication.PUBLISHED, Publication.HIDDEN)


class ReplyAnswers(Answers):
    """What a funder replies."""

    text: Annotated[str, paragraphs(TEXT_MOST, needed="Write your reply first.")] = ""


@dataclass(frozen=True)
class Funder:
    """Somebody at work for a funder, and the institutions whose programmes they may reply for."""

    person: Person
    institution: Institution
    ids: frozenset[str]


@dataclass(frozen=True)
class Replies:
    """All replies on one programme. `versions` were published once, the newest first."""

    versions: Sequence[ProgrammeReply]
    draft: ProgrammeReply | None

    @property
    def newest(self) -> ProgrammeReply | None:
        """What everyone reads now: the newest version, unless a steward hid it."""
        return newest_shown(self.versions)

    @property
    def reading(self) -> str:
        """Changes with everything that is written here: whoever sends an older one has not read it all."""
        parts = [f"{one.id} {one.publication}" for one in self.versions]
        parts += [f"{self.draft.id} {self.draft.written_at.isoformat()}"] if self.draft else []
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def versions_in(rows: Sequence[ProgrammeReply]) -> list[ProgrammeReply]:
    """Those of `rows` that everyone could read once, the newest first."""
    once = [one for one in rows if one.publication in ONCE_PUBLIC and one.published_at is not None]
    return sorted(once, key=lambda one: (one.published_at, one.id), reverse=True)


def newest_shown(rows: Sequence[ProgrammeReply]) -> ProgrammeReply | None:
    """What everyone reads of `rows`: the newest version alone, and nothing where a steward hid that one."""
    first = next(iter(versions_in(rows)), None)
    return first if first is not None and first.publication is Publication.PUBLISHED else None


def funder_at_work(db: Session, person: Person) -> Funder:
    """Who replies. Raises NotAllowed for all but funders whose institution stands in the register."""
    if person.role is not Role.FUNDER:
        raise NotAllowed("Only funders reply here, for the institution that they work for.")
    own = represented(db, person)
    if own is None:
        raise NotAllowed("Your institution is not in the register yet. Please ask whoever runs this service to add it.")
    return Funder(person, own, frozenset({own.id, *(one.id for one in parts_of(db, own))}))


def programmes_of(db: Session, funder: Funder) -> Sequence[Programme]:
    """The programmes that a funder may reply for, by name."""
    asked = select(Programme).where(Programme.institution_id.in_(funder.ids))
    return db.scalars(asked.order_by(Programme.name, Programme.id)).all()


def programme_for(db: Session, funder: Funder, programme_id: str) -> Programme:
    """One programme of the funder's own. Raises NotFound for everybody else's."""
    found = db.get(Programme, programme_id)
    if found is None or found.institution_id not in funder.ids:
        raise NotFound("There is no such programme on your desk.")
    return found


def replies_on(db: Session, programme: Programme) -> Replies:
    """All that was replied on a programme."""
    rows = list(db.scalars(select(ProgrammeReply).where(ProgrammeReply.programme_id == programme.id)))
    drafts = [one for one in rows if one.publication is Publication.DRAFT]
    return Replies(
        versions_in(rows),
        max(drafts, key=lambda one: (one.written_at, one.id), default=None),
    )


def save_draft(db: Session, funder: Funder, programme: Programme, answers: ReplyAnswers, reading: str) -> None:
    """Keep a reply for later. Raises PreconditionFailed where a colleague wrote meanwhile."""
    before = _locked(db, programme)
    _check_reading(before, reading)
    _write(db, funder, programme, before, answers)


def discard_draft(db: Session, programme: Programme, reading: str) -> None:
    """Throw the draft away. Nobody else has seen it."""
    before = _locked(db, programme)
    _check_reading(before, reading)
    if before.draft is not None:
        db.delete(before.draft)


def publish(db: Session, funder: Funder, programme: Programme, answers: ReplyAnswers, reading: str) -> None:
    """Let everyone read a reply; it replaces the one before. The same one twice is one.

    Raises InvalidFields for the very words that a steward hid, PreconditionFailed where a colleague wrote meanwhile.
    """
    before = _locked(db, programme)
    newest = before.newest
    if newest is not None and newest.text == answers.text:
        return
    _check_reading(before, reading)
    if any(one.publication is Publication.HIDDEN and one.text == answers.text for one in before.versions):
        raise InvalidFields({"text": "A steward hid these very words. Please change what they say breaks a rule."})
    reply = _write(db, funder, programme, before, answers)
    reply.publication, reply.published_at = Publication.PUBLISHED, clock.now()


def _write(db: Session, funder: Funder, programme: Programme, before: Replies, answers: ReplyAnswers) -> ProgrammeReply:
    reply = before.draft or ProgrammeReply(programme_id=programme.id, publication=Publication.DRAFT)
    reply.text, reply.written_by_id, reply.written_at = answers.text, funder.person.id, clock.now()
    db.add(reply)
    return reply


def _locked(db: Session, programme: Programme) -> Replies:
    """Let one person of a funder write at a time: two clicks at once must not be two replies."""
    db.get(Programme, programme.id, with_for_update=True)
    return replies_on(db, programme)


def _check_reading(before: Replies, reading: str) -> None:
    if before.reading != reading:
        raise PreconditionFailed(
            "Somebody of your institution wrote here while you were writing. Your words are still below. "
            "Read what there is now, then send yours again."
        )
