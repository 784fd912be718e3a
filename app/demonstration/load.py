"""Puts the demonstration into an empty database, through the same services that the forms use."""

from datetime import UTC, date, datetime, time, timedelta

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.sign_in import add_person, make_link
from app.barriers import service as barriers
from app.barriers.answers import BarrierAnswers, EnablerAnswers
from app.barriers.models import Barrier
from app.demonstration.cast import BarrierRecord, EnablerRecord, InitiativeRecord, NeighbourhoodCast, load_cast
from app.demonstration.grants import give_grants, load_grants
from app.demonstration.holders import EMAIL_HOST, add_institutions, let_them_answer, load_holders
from app.demonstration.learning import let_them_learn, load_learning
from app.demonstration.ties import load_ties, tie_together
from app.formats.vector import read_layer
from app.imports import boundaries
from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.kit.answers import read_answers
from app.kit.geo import read_geometry
from app.kit.shipped import shipped
from app.moderation.models import Decision
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import DecisionReason, Publication, Role

# Fixed, so that two demonstrations tell the same story: entries came in from the spring of 2026 on, one a day.
_OPENED = date(2026, 5, 4)
_DECIDED_AFTER = timedelta(hours=20)
_LATEST = date(2026, 11, 20)
_RETURN_NOTE = "Thank you. Could you say in a few more words what happened then? The rest is clear."


def load_neighbourhoods(db: Session) -> int:
    """Take in the places that the project ships, where there are none yet; returns how many."""
    if db.scalar(select(Neighbourhood.slug).limit(1)) is not None:
        return 0
    layer = read_layer(shipped("geodata") / "neighbourhoods.geojson")
    planned = boundaries.plan(db, layer, boundaries.guess_fields(layer, None, None, {}), allow_overlap=False)
    boundaries.apply(db, planned)
    db.flush()  # Entries refer to them.
    return len(planned.added)


def load_demonstration(db: Session) -> int:
    """Take in the invented records, where there are no entries and the places that they need; returns how many.

    Each is marked as demonstration. Nearly all are published; a few wait, so that a steward has something to do. What
    recurs among them is found at once, and some of it was answered.
    """
    has_entries = any(db.scalar(select(model.id).limit(1)) is not None for model in (Initiative, Barrier))
    casts = load_cast()
    places = set(db.scalars(select(Neighbourhood.slug)))
    if has_entries or not places.issuperset(cast.neighbourhood for cast in casts):
        return 0
    holders = load_holders()
    add_institutions(db, holders)
    loadings = [_Loading(db, cast) for cast in casts]
    loaded = sum(loading.load() for loading in loadings)
    stewards = {loading.neighbourhood: loading.steward_id for loading in loadings}
    rows = {key: row for loading in loadings for key, row in loading.initiatives.items()}
    tie_together(db, load_ties(), rows)
    let_them_learn(db, load_learning(), rows, stewards)
    give_grants(db, load_grants(), rows, stewards)
    let_them_answer(db, holders, {key: row for loading in loadings for key, row in loading.reports.items()})
    return loaded


def steward_links(db: Session) -> dict[str, str]:
    """A fresh one-time secret for the steward of each place of the demonstration, by the place's name."""
    asked = select(Person, Neighbourhood.name).join(Neighbourhood, Neighbourhood.slug == Person.neighbourhood)
    stewards = asked.where(Person.email.endswith(f"@{EMAIL_HOST}"), Person.ended_at.is_(None))
    return {name: make_link(db, person) for person, name in db.execute(stewards.order_by(Neighbourhood.name))}


def officer_links(db: Session) -> dict[str, str]:
    """A fresh one-time secret for each officer of the demonstration, by the name of their institution."""
    return _links_of(db, Role.OFFICER)


def funder_links(db: Session) -> dict[str, str]:
    """A fresh one-time secret for each funder of the demonstration, by the name of their institution."""
    return _links_of(db, Role.FUNDER)


def _links_of(db: Session, role: Role) -> dict[str, str]:
    asked = select(Person).where(Person.role == role, Person.ended_at.is_(None))
    people = db.scalars(asked.where(Person.email.endswith(f"@{EMAIL_HOST}")).order_by(Person.institution))
    return {person.institution or "": make_link(db, person) for person in people}


class _Loading:
    """One neighbourhood on its way in."""

    def __init__(self, db: Session, cast: NeighbourhoodCast) -> None:
        self._db = db
        self._cast = cast
        self._rows: dict[str, Initiative | Barrier] = {}
        self._steward = add_person(
            db,
            email=f"steward-{cast.neighbourhood}@{EMAIL_HOST}",
            role=Role.STEWARD,
            neighbourhood=cast.neighbourhood,
            institution=None,
        )

    @property
    def neighbourhood(self) -> str:
        """The slug of its place."""
        return self._cast.neighbourhood

    @property
    def steward_id(self) -> str:
        """The id of the person who decided on its entries."""
        return self._steward.id

    @property
    def reports(self) -> dict[str, Barrier]:
        """The barriers that were loaded, by their keys."""
        return {key: row for key, row in self._rows.items() if isinstance(row, Barrier)}

    @property
    def initiatives(self) -> dict[str, Initiative]:
        """The initiatives that were loaded, by their keys."""
        return {key: row for key, row in self._rows.items() if isinstance(row, Initiative)}

    def load(self) -> int:
        named = {barrier.initiative for barrier in self._cast.barriers}
        # The last initiative that no barrier names, and the last two barriers, wait for the steward.
        waiting = [one.key for one in self._cast.initiatives if one.key not in named and one.sharing.is_shown][-1:]
        shown = [one.key for one in self._cast.barriers if one.sharing.is_shown]
        waiting += shown[-1:]
        returned = set(shown[-2:-1])
        records: list[tuple[int, InitiativeRecord | BarrierRecord]] = [
            *enumerate(self._cast.initiatives),
            *enumerate(self._cast.barriers),
        ]
        for number, placed in records:
            row = self._pin(placed) if isinstance(placed, InitiativeRecord) else self._report(placed)
            self._rows[placed.key] = row
            row.is_demonstration = True
            row.created_at = row.changed_at = self._came_in(placed, number)
            if placed.key in waiting:
                row.publication = Publication.SUBMITTED
            elif placed.key in returned:
                row.steward_note = _RETURN_NOTE
                self._decide(row, Publication.RETURNED, DecisionReason.UNCLEAR)
            else:
                self._decide(row, Publication.PUBLISHED, None)
            self._db.flush()  # Barriers refer to initiatives.
        return len(self._rows)

    def _pin(self, record: InitiativeRecord) -> Initiative:
        given = record.model_dump(exclude={"key", "geometry", "first_active", "last_active"}, mode="json") | {
            "neighbourhood": self._cast.neighbourhood,
            "first_active": record.first_active.date,
            "last_active": record.last_active.date if record.last_active else None,
        }
        row = initiatives.pin(self._db, read_answers(InitiativeAnswers, given), _shape(record.geometry))
        helped = [_enabler(one) for one in self._cast.enablers if one.helped_initiative == record.key]
        self._db.add_all(barriers.enablers_of(helped, initiative_id=row.id))
        return row

    def _report(self, record: BarrierRecord) -> Barrier:
        given = record.model_dump(exclude={"key", "geometry", "happened", "initiative"}, mode="json") | {
            "neighbourhood": self._cast.neighbourhood,
            "happened": record.happened.date,
            "enablers": [_enabler(one) for one in self._cast.enablers if one.helped_barrier == record.key],
        }
        row = barriers.report(self._db, read_answers(BarrierAnswers, given), _shape(record.geometry))
        # A contributor could name a public initiative only; the demonstration also shows what becomes of the others.
        row.initiative_id = self._rows[record.initiative].id if record.initiative else None
        return row

    def _came_in(self, record: InitiativeRecord | BarrierRecord, number: int) -> datetime:
        known = record.first_active if isinstance(record, InitiativeRecord) else record.happened
        day = max(_OPENED + timedelta(days=number * 6), known.partial.first_day + timedelta(days=9))
        return datetime.combine(min(day, _LATEST), time(9 + number % 10, number * 7 % 60), UTC)

    def _decide(self, row: Initiative | Barrier, outcome: Publication, reason: DecisionReason | None) -> None:
        row.publication = outcome
        if isinstance(row, Initiative) and row.is_public:
            row.shown_since = row.created_at + _DECIDED_AFTER
        self._db.add(
            Decision(
                collection=row.collection,
                entry_id=row.id,
                neighbourhood=row.neighbourhood,
                outcome=outcome,
                reason=reason,
                note=row.steward_note,
                is_logged=row.sharing.is_shown,
                person_id=self._steward.id,
                decided_at=row.created_at + _DECIDED_AFTER,
            )
        )


def _enabler(record: EnablerRecord) -> EnablerAnswers:
    return EnablerAnswers(kind=record.kind, text=record.text, from_whom=record.from_whom)


def _shape(geometry: dict[str, object] | None) -> BaseGeometry | None:
    return read_geometry(geometry) if geometry is not None else None
