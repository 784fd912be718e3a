"""Programmes of funders that groups may review: put in by whoever runs the service."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import Programme
from app.institutions.models import Institution
from app.institutions.service import standing
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.text import clean_line

NAME_MOST = 200


def add(db: Session, name: str, institution: Institution, *, is_demonstration: bool = False) -> Programme:
    """A new programme of an institution. Raises Invalid for a name that it has already, or none."""
    cleaned = clean_line(name, most=NAME_MOST, field="name")
    if not cleaned:
        raise Invalid("Give the programme a name.", field="name")
    taken = select(Programme.id).where(Programme.institution_id == institution.id, Programme.name == cleaned)
    if db.scalar(taken) is not None:
        raise Invalid(f"{institution.name} has a programme of this name already.", field="name")
    programme = Programme(
        name=cleaned, institution_id=institution.id, is_demonstration=is_demonstration, created_at=clock.now()
    )
    db.add(programme)
    db.flush()  # Reviews refer to it.
    return programme


def all_programmes(db: Session) -> Sequence[tuple[Programme, str]]:
    """Every programme with its funder's name, by funder and name."""
    asked = select(Programme, Institution.name).join(Institution, Institution.id == Programme.institution_id)
    return [(one, name) for one, name in db.execute(asked.order_by(Institution.name, Programme.name, Programme.id))]


def programme_of(db: Session, programme_id: str, *, field: str = "programme") -> Programme:
    """One programme. Raises NotFound."""
    found = db.get(Programme, programme_id)
    if found is None:
        raise NotFound("This programme is not here any more.", field=field)
    return found


def funder_of(db: Session, programme: Programme) -> str:
    """The name of whoever runs a programme."""
    found = standing(db, programme.institution_id)
    return found.name if found else ""
