"""Recognitions, journals, programmes and reviews for tests: rows as the services leave them, in any state."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.funding import programmes, reviews
from app.funding.models import ProgrammeReply
from app.funding.reviews import ReviewAnswers
from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.institutions.service import add as add_institution
from app.kit import clock
from app.kit.answers import read_answers
from app.learning.models import JournalNote
from app.recognition.models import RecognitionGiven
from app.vocabulary import (
    Agreement,
    ConsentScope,
    InstitutionKind,
    Mechanism,
    Precision,
    Publication,
    Recogniser,
    Role,
)
from tests.support.cast import Cast, Planted

FUND, COUNCIL = "Lantern Fund", "Eastmoor council"


def note(
    cast: Cast,
    of: Planted,
    *,
    scope: ConsentScope = ConsentScope.PUBLIC,
    publication: Publication = Publication.PUBLISHED,
    note_id: str | None = None,
    **texts: str,
) -> str:
    """A note of a journal; returns its id."""
    with cast.house.private.writing() as db:
        row = JournalNote(
            initiative_id=of.id,
            happened=date(2025, 3, 14),
            happened_precision=Precision.DAY,
            mechanisms=[str(Mechanism.HIDDEN)],
            scope=scope,
            publication=publication,
            created_at=clock.now(),
            changed_at=clock.now(),
            **({"tried": "A rota without names."} | texts),
        )
        if note_id is not None:
            row.id = note_id
        db.add(row)
        db.flush()
        return row.id


def recognise(
    cast: Cast,
    of: Planted,
    *,
    by_institution: str | None = None,
    by_group: Planted | None = None,
    state: Agreement = Agreement.ACCEPTED,
    publication: Publication = Publication.PUBLISHED,
    recognition_id: str | None = None,
    **texts: str,
) -> str:
    """A recognition by an institution (its id) or a group; returns its id."""
    with cast.house.private.writing() as db:
        row = RecognitionGiven(
            initiative_id=of.id,
            by_kind=Recogniser.GROUP if by_group else Recogniser.COUNCIL,
            institution_id=by_institution,
            group_id=by_group.id if by_group else None,
            since=date(2024, 1, 1),
            since_precision=Precision.YEAR,
            state=state,
            publication=publication,
            offered_at=clock.now(),
            **({"what": "Warm soup for everyone.", "support": "The hall on Tuesdays."} | texts),
        )
        if recognition_id is not None:
            row.id = recognition_id
        db.add(row)
        db.flush()
        return row.id


def body(
    cast: Cast,
    name: str = COUNCIL,
    kind: InstitutionKind = InstitutionKind.COUNCIL,
    institution_id: str | None = None,
) -> str:
    """An institution of the register, once; returns its id."""
    with cast.house.private.writing() as db:
        found = db.scalar(select(Institution.id).where(Institution.name == name))
        if found is None:
            row = add_institution(db, name=name, kind=kind)
            row.id = institution_id or row.id
            db.flush()
            found = row.id
        return found


def somebody(cast: Cast, role: Role, name: str, email: str = "") -> Person:
    """Somebody who speaks for an institution."""
    with cast.house.private.writing() as db:
        address = email or f"{role}-{len(name)}@example.org"
        return add_person(db, email=address, role=role, neighbourhood=None, institution=name)


def programme(cast: Cast, name: str = "Small Lights", *, programme_id: str | None = None) -> str:
    """A programme of the fund; returns its id."""
    # In every store the same one: programmes tell it.
    fund = body(cast, FUND, InstitutionKind.FUNDER, "20000000-0000-4000-8000-00000000000f")
    with cast.house.private.writing() as db:
        row = programmes.add(db, name, db.get_one(Institution, fund))
        if programme_id is not None:
            row.id = programme_id
        db.flush()
        return row.id


def review(cast: Cast, of: Planted, programme_id: str, *, at: datetime | None = None, **answers: Any) -> None:
    """What a group says of a programme, now or `at` a moment."""
    given = {"wait": "15_to_60_days", "burden": "fair", "again": "yes"} | answers
    with cast.house.private.writing() as db:
        held = db.get_one(Initiative, of.id)
        said = reviews.say(db, held, programme_id, read_answers(ReviewAnswers, given))
        said.said_at = at or said.said_at


def reply(
    cast: Cast,
    programme_id: str,
    text: str = "We heard you.",
    *,
    publication: Publication = Publication.PUBLISHED,
    at: datetime | None = None,
    steward_note: str = "",
) -> str:
    """A funder's reply; returns its id."""
    person = somebody(cast, Role.FUNDER, FUND, f"{len(text)}-reply@example.org")
    moment = at or clock.now()
    with cast.house.private.writing() as db:
        row = ProgrammeReply(
            programme_id=programme_id,
            text=text,
            publication=publication,
            written_by_id=person.id,
            written_at=moment,
            published_at=None if publication is Publication.DRAFT else moment,
            steward_note=steward_note,
        )
        db.add(row)
        db.flush()
        return row.id
