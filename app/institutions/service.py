"""The register of who holds permissions: added to, agreed with, merged, and never deleted from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, UniqueConstraint, exists, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.institutions.models import Institution, InstitutionMerge
from app.institutions.names import Register
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.text import clean_line
from app.neighbourhoods.service import all_neighbourhoods
from app.storage.base import Base
from app.storage.changes import note
from app.vocabulary import InstitutionKind, Role

_LONGEST = 200
# A list that people pick from; more would be no help.
_MOST_SUGGESTED = 300


def register(db: Session) -> Register:
    """All names that stand now, to be asked many times."""
    return Register(all_institutions(db))


def all_institutions(db: Session) -> Sequence[Institution]:
    """Those that stand, by name. What was merged into another one is not among them."""
    return db.scalars(
        select(Institution).where(Institution.merged_into_id.is_(None)).order_by(Institution.name, Institution.id)
    ).all()


def standing(db: Session, institution_id: str) -> Institution | None:
    """The institution that stands for `institution_id` now, after all merges; None where there is none."""
    found = db.get(Institution, institution_id)
    seen: set[str] = set()
    while found is not None and found.merged_into_id is not None and found.id not in seen:
        seen.add(found.id)
        found = db.get(Institution, found.merged_into_id)
    return found


def named(db: Session, name: str) -> Institution:
    """The institution with this name, other name or id. Raises NotFound, which says how to add it."""
    found = standing(db, name) or register(db).called(name)
    if found is None:
        raise NotFound(
            f"The register has no institution “{name[:80]}”. See `small-ecology institution list`, or add it: "
            f'small-ecology institution add "{name[:80]}" --kind council'
        )
    return found


def suggestions(db: Session, neighbourhood: str | None = None) -> list[str]:
    """Names to pick from, for one neighbourhood (its slug) or for all."""
    fitting = (
        one.name for one in all_institutions(db) if neighbourhood is None or not one.areas or neighbourhood in one.areas
    )
    return list(fitting)[:_MOST_SUGGESTED]


def institution_of(db: Session, person: Person) -> Institution | None:
    """Whom an officer speaks for, as the register has it now; None for everybody else."""
    return represented(db, person) if person.role is Role.OFFICER else None


def represented(db: Session, person: Person) -> Institution | None:
    """Whom an officer or a funder speaks for, as the register has it now; None for everybody else."""
    if person.role not in {Role.OFFICER, Role.FUNDER} or not person.institution or person.ended_at is not None:
        return None
    found = db.scalar(select(Institution).where(Institution.name == person.institution))
    return standing(db, found.id) if found is not None else None


def speaks_for(db: Session, person: Person) -> list[Institution]:
    """Whom an officer may answer for: their institution first, then the desks that are part of it, by name."""
    own = institution_of(db, person)
    return [own, *parts_of(db, own)] if own is not None else []


def parts_of(db: Session, institution: Institution) -> list[Institution]:
    """The desks of `institution`, and theirs, by name."""
    everyone = all_institutions(db)
    found: dict[str, Institution] = {}
    above = {institution.id}
    while above:
        below = {one.id: one for one in everyone if one.part_of_id in above and one.id not in found}
        below.pop(institution.id, None)
        found |= below
        above = set(below)
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def add(
    db: Session,
    *,
    name: str,
    kind: InstitutionKind,
    part_of: Institution | None = None,
    areas: Sequence[str] = (),
    other_names: Sequence[str] = (),
    agreed_since: date | None = None,
) -> Institution:
    """A new entry. Raises Invalid for a name that is somebody's already, and for a place that is not known.

    `areas` are slugs of neighbourhoods; none: it has a say in all of them.
    """
    cleaned = clean_line(name, most=_LONGEST, field="name")
    others = [clean_line(one, most=_LONGEST, field="other_names") for one in other_names]
    if not cleaned:
        raise Invalid("Give it a name.", field="name")
    known = register(db)
    for one in (cleaned, *others):
        taken = known.called(one)
        if taken is not None:
            raise Invalid(f"“{one[:80]}” stands in the register already, as “{taken.name}”.", field="name")
    slugs = {place.slug for place in all_neighbourhoods(db)}
    if unknown := sorted(set(areas) - slugs):
        raise Invalid(f"There is no neighbourhood “{unknown[0][:80]}”. Known: {', '.join(sorted(slugs))}.")
    _check_day(agreed_since)
    institution = Institution(
        name=cleaned,
        kind=kind,
        part_of_id=part_of.id if part_of is not None else None,
        areas=sorted(set(areas)),
        other_names=[one for one in dict.fromkeys(others) if one],
        agreed_since=agreed_since,
        created_at=clock.now(),
    )
    db.add(institution)
    db.flush()  # Desks, officers and reports refer to it; a name that is taken fails here.
    return institution


def agree(institution: Institution, since: date | None) -> None:
    """Note since when it promised to answer; None: it does not any more. Raises Invalid for a day to come."""
    _check_day(since)
    institution.agreed_since = since


def merge(db: Session, kept: Institution, merged: Institution) -> InstitutionMerge:
    """Let `kept` stand for both: reports, answers, desks, officers and names move to it. Raises Invalid for circles.

    The other entry stays, and leads to this one.
    """
    for one in (kept, merged):
        if one.merged_into_id is not None:
            raise Invalid(f"“{one.name}” was merged into another one before.")
    if kept.id == merged.id:
        raise Invalid("These are one and the same already.")
    if kept.id in {one.id for one in parts_of(db, merged)}:
        raise Invalid(f"“{kept.name}” is part of “{merged.name}”: the larger one has to be kept.")
    db.flush()  # What follows passes the session by.
    moved = {table: rows for column in _referring() for table, rows in [_move(db, column, kept, merged)] if rows}
    db.execute(
        update(Person).where(Person.institution == merged.name).values(institution=kept.name),
        execution_options={"synchronize_session": "fetch"},
    )
    merged.merged_into_id, merged.part_of_id = kept.id, None
    names = (*kept.other_names, merged.name, *merged.other_names)
    kept.other_names = [one for one in dict.fromkeys(names) if one != kept.name]
    kept.areas = sorted({*kept.areas, *merged.areas}) if kept.areas and merged.areas else []
    kept.agreed_since = min(filter(None, (kept.agreed_since, merged.agreed_since)), default=None)
    history = InstitutionMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        merged_name=merged.name,
        barriers_moved=moved.get("barrier", 0),
        merged_at=clock.now(),
    )
    db.add(history)
    # All that shows its name is published again.
    for one in (kept, merged):
        note(db, "institution", one.id)
    db.flush()
    return history


def _referring() -> list[Column[Any]]:
    """Every column that points to an institution, but for the history: those of packages above us, too."""
    register_tables = {"institution_merge"}
    return [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in register_tables
        for column in table.columns
        if column.name != "merged_into_id"
        if any(key.target_fullname == "institution.id" for key in column.foreign_keys)
    ]


def _move(db: Session, column: Column[Any], kept: Institution, merged: Institution) -> tuple[str, int]:
    """Point the rows of one table to `kept`; returns its name and how many. What `kept` has twice already stays."""
    table = column.table
    moving = update(table).where(column == merged.id).values({column: kept.id})
    for rule in table.constraints:
        if isinstance(rule, UniqueConstraint) and column in list(rule.columns):
            twin = table.alias()
            same = [twin.c[other.name] == other for other in rule.columns if other is not column]
            moving = moving.where(~exists().where(twin.c[column.name] == kept.id, *same))
    rows = db.execute(moving).rowcount  # type: ignore[attr-defined]  # an UPDATE has one
    db.expire_all()
    return str(table.name), int(rows)


def _check_day(since: date | None) -> None:
    if since is not None and since > clock.today():
        raise Invalid("That day is still to come. Say since when it has agreed.", field="agreed_since")
