"""Institutions and what they answered, for tests of what the public sees: rows as the services leave them."""

from datetime import date, datetime
from typing import Any

from app.accounts.sign_in import add_person
from app.barriers.models import Barrier
from app.institutions.models import Institution
from app.kit import clock
from app.responses.models import GroupOutcome, Response
from app.vocabulary import InstitutionKind, Outcome, Publication, ResponseState, Role
from tests.support.cast import Cast, Planted

PARKS = "Eastmoor City Council, parks team"


def institution(cast: Cast, *, name: str = PARKS, agreed_since: date | None = date(2026, 1, 5)) -> str:
    """An institution of the register, and its officer; returns its id."""
    with cast.house.private.writing() as db:
        row = Institution(
            name=name,
            kind=InstitutionKind.DESK,
            areas=[],
            other_names=[],
            agreed_since=agreed_since,
            created_at=clock.now(),
        )
        db.add(row)
        db.flush()
        address = f"officer-{row.id[:8]}@example.org"
        add_person(db, email=address, role=Role.OFFICER, neighbourhood=None, institution=name)
        return row.id


def held_by(cast: Cast, planted: list[Planted], institution_id: str) -> list[Planted]:
    """The same reports, with their holder picked from the register."""
    with cast.house.private.writing() as db:
        for one in planted:
            db.get_one(Barrier, one.id).institution_id = institution_id
    return planted


def answer(
    cast: Cast,
    subject_id: str,
    institution_id: str,
    state: ResponseState,
    *,
    collection: str = "patterns",
    at: datetime | None = None,
    **more: Any,
) -> str:
    """A published answer; returns its id."""
    with cast.house.private.writing() as db:
        name = db.get_one(Institution, institution_id).name
        writer = add_person(
            db, email=f"{state}-{subject_id[:8]}@example.org", role=Role.OFFICER, neighbourhood=None, institution=name
        )
        db.flush()
        row = Response(
            collection=collection,
            subject_id=subject_id,
            institution_id=institution_id,
            state=state,
            publication=Publication.PUBLISHED,
            written_by_id=writer.id,
            written_at=at or clock.now(),
            published_at=at or clock.now(),
            **more,
        )
        db.add(row)
        db.flush()
        return row.id


def verdicts(cast: Cast, answer_id: str, planted: list[Planted], outcome: Outcome) -> None:
    """What whoever reported these says of an answer."""
    with cast.house.private.writing() as db:
        for one in planted:
            db.add(GroupOutcome(barrier_id=one.id, response_id=answer_id, outcome=outcome, said_at=clock.now()))
