"""Imported rows into the database, and out again: whole files, each in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers import service as barriers
from app.barriers.answers import BarrierAnswers
from app.barriers.models import Barrier
from app.connections.models import Connection
from app.funding.models import GrantMade
from app.imports.rows import A, AcceptedRow, Provenance, Sorting
from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import ImportBatch, Initiative
from app.institutions.service import register
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.service import all_neighbourhoods
from app.patterns.models import PatternMember
from app.storage.base import new_id
from app.vocabulary import Publication

Entry = Initiative | Barrier

_AT_ONCE = 500


@dataclass(frozen=True)
class Kind(Generic[A]):
    """What rows become. `filling` reads what all rows need once, and gives the way to fill an entry from a row."""

    model: type[Any]
    compared: tuple[str, ...]
    filling: Callable[[Session], Callable[[Any, AcceptedRow[A]], None]]


def _filling_places(db: Session) -> Callable[[Initiative, AcceptedRow[InitiativeAnswers]], None]:
    homes = _homes(db)
    return lambda entry, row: initiatives.fill(entry, row.answers, row.shape, homes[row.home])


def _filling_reports(db: Session) -> Callable[[Barrier, AcceptedRow[BarrierAnswers]], None]:
    homes, holders = _homes(db), register(db)
    return lambda entry, row: barriers.fill(entry, row.answers, row.shape, homes[row.home], holders)


PLACES = Kind(
    Initiative,
    (
        *("title", "summary", "story", "activity", "formality", "lifecycle", "people_band", "language"),
        *("neighbourhood", "ways_of_working", "concerns", "recognised_by", "sharing", "organisation_id"),
        *("first_active", "first_active_precision", "last_active", "last_active_precision"),
    ),
    _filling_places,
)
REPORTS = Kind(
    Barrier,
    (
        *("kind", "what_happened", "holder", "rule_cited", "stage", "effect", "what_helped", "language"),
        *("neighbourhood", "sharing", "happened", "happened_precision"),
    ),
    _filling_reports,
)


@dataclass(frozen=True)
class Comparison(Generic[A]):
    """Accepted rows beside what is here. `kept`: different here, but taken down or hidden, so they are left alone."""

    fresh: Sequence[AcceptedRow[A]]
    changed: Sequence[tuple[Entry, AcceptedRow[A]]]
    unchanged: int
    kept: int


def compare(db: Session, rows: Sequence[AcceptedRow[A]], kind: Kind[A]) -> Comparison[A]:
    """Which rows are new, and which differ from what was imported before. Nothing is written."""
    fill = kind.filling(db)
    held = _held(db, rows, kind)
    fresh: list[AcceptedRow[A]] = []
    changed: list[tuple[Entry, AcceptedRow[A]]] = []
    unchanged = kept = 0
    for row in rows:
        standing = held.get((row.provenance.source, row.source_id))
        if standing is None:
            fresh.append(row)
        elif _is_same(standing, _as_entry(row, kind, fill), kind):
            unchanged += 1
        elif standing.publication is Publication.PUBLISHED:
            changed.append((standing, row))
        else:
            kept += 1
    return Comparison(fresh, changed, unchanged, kept)


def take_in(
    db: Session, sorting: Sorting[A], file_name: str, kind: Kind[A]
) -> tuple[Comparison[A], Sequence[ImportBatch]]:
    """Write the accepted rows: a row that is here already is changed where the file says otherwise, never doubled.

    What is imported is public already, so it is published at once. Returns what was done, and one batch for each
    source and licence that brought something new.
    """
    fill = kind.filling(db)
    compared = compare(db, sorting.accepted, kind)
    for standing, row in compared.changed:
        fill(standing, row)
        standing.publication = Publication.PUBLISHED
    fresh: dict[Provenance, list[Entry]] = defaultdict(list)
    for row in compared.fresh:
        fresh[row.provenance].append(_as_entry(row, kind, fill))
    batches = [add_batch(db, provenance, rows, file_name) for provenance, rows in fresh.items()]
    if batches:
        # Refused rows belong to the file: they are counted once.
        batches[0].rejected = len(sorting.rejected)
    db.flush()  # What clashes fails here, with the rows in sight.
    return compared, batches


def undo(db: Session, batch_id: str) -> Counter[str]:
    """Delete every entry that a batch brought, public copy included; returns how many, by collection.

    Their addresses answer "not found", not "gone": they were never anybody's own entry, and a mistake leaves no trace.
    Raises NotFound, and Invalid where it has been undone already.
    """
    batch = db.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound(f"There is no import {batch_id[:80]}. See `small-ecology import list`.")
    if batch.undone_on is not None:
        raise Invalid(f"This import was undone on {batch.undone_on.isoformat()}.")
    kinds: dict[str, Any] = {
        "connections": Connection,
        "initiatives": Initiative,
        "barriers": Barrier,
        "grants": GrantMade,
    }
    brought = {name: db.scalars(select(model).where(model.batch_id == batch.id)).all() for name, model in kinds.items()}
    # Their seats go with them, as rows that the patterns hear of.
    seats = select(PatternMember).join(Barrier, Barrier.id == PatternMember.barrier_id)
    for row in (*db.scalars(seats.where(Barrier.batch_id == batch.id)), *chain(*brought.values())):
        db.delete(row)
    batch.undone_on = clock.today()
    db.flush()  # Publishing looks at what is left.
    return Counter({name: len(rows) for name, rows in brought.items() if rows})


def all_batches(db: Session) -> Sequence[ImportBatch]:
    """Everything that was taken in, the latest day first."""
    return db.scalars(select(ImportBatch).order_by(ImportBatch.imported_on.desc(), ImportBatch.id)).all()


def _homes(db: Session) -> dict[str, Neighbourhood]:
    return {place.slug: place for place in all_neighbourhoods(db)}


def _as_entry(row: AcceptedRow[A], kind: Kind[A], fill: Callable[[Any, AcceptedRow[A]], None]) -> Entry:
    entry: Entry = kind.model(source=row.provenance.source, source_id=row.source_id)
    fill(entry, row)
    entry.publication = Publication.PUBLISHED
    return entry


def _held(db: Session, rows: Sequence[AcceptedRow[A]], kind: Kind[A]) -> dict[tuple[str, str], Entry]:
    ids: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        ids[row.provenance.source].append(row.source_id)
    held: dict[tuple[str, str], Entry] = {}
    for source, wanted in ids.items():
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            asked = select(kind.model).where(kind.model.source == source, kind.model.source_id.in_(some))
            held |= {(source, standing.source_id or ""): standing for standing in db.scalars(asked)}
    return held


def _is_same(standing: Entry, wanted: Entry, kind: Kind[A]) -> bool:
    if any(getattr(standing, name) != getattr(wanted, name) for name in kind.compared):
        return False
    one, other = standing.exact_shape, wanted.exact_shape
    return one is other if one is None or other is None else bool(one.equals_exact(other, tolerance=0))


def add_batch(db: Session, provenance: Provenance, rows: Sequence[Entry | Connection], file_name: str) -> ImportBatch:
    """Store new rows as one batch of a file."""
    batch = ImportBatch(
        id=new_id(),
        file_name=file_name[-200:],
        source=provenance.source,
        licence=provenance.licence,
        credit=provenance.credit,
        imported_on=clock.today(),
        undone_on=None,
        accepted=len(rows),
        rejected=0,
    )
    db.add(batch)
    db.flush()  # The rows refer to it.
    for row in rows:
        row.batch_id = batch.id
    db.add_all(rows)
    return batch
