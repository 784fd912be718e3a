"""Imported rows into the database, and out again: whole files, each in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.imports.initiatives import AcceptedRow, Provenance, Sorting
from app.initiatives import service as initiatives
from app.initiatives.models import ImportBatch, Initiative
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.service import all_neighbourhoods
from app.storage.base import new_id
from app.vocabulary import Publication

_AT_ONCE = 500
_COMPARED = (
    *("title", "summary", "story", "activity", "formality", "lifecycle", "people_band", "language", "neighbourhood"),
    *("ways_of_working", "concerns", "recognised_by", "sharing"),
    *("first_active", "first_active_precision", "last_active", "last_active_precision"),
)


@dataclass(frozen=True)
class Comparison:
    """Accepted rows beside what is here. `kept`: different here, but taken down or hidden, so they are left alone."""

    fresh: Sequence[AcceptedRow]
    changed: Sequence[tuple[Initiative, AcceptedRow]]
    unchanged: int
    kept: int


def compare(db: Session, rows: Sequence[AcceptedRow]) -> Comparison:
    """Which rows are new, and which differ from what was imported before. Nothing is written."""
    homes = _homes(db)
    held = _held(db, rows)
    fresh: list[AcceptedRow] = []
    changed: list[tuple[Initiative, AcceptedRow]] = []
    unchanged = kept = 0
    for row in rows:
        standing = held.get((row.provenance.source, row.source_id))
        if standing is None:
            fresh.append(row)
        elif _is_same(standing, _as_initiative(row, homes)):
            unchanged += 1
        elif standing.publication is Publication.PUBLISHED:
            changed.append((standing, row))
        else:
            kept += 1
    return Comparison(fresh, changed, unchanged, kept)


def take_in(db: Session, sorting: Sorting, file_name: str) -> tuple[Comparison, Sequence[ImportBatch]]:
    """Write the accepted rows: a row that is here already is changed where the file says otherwise, never doubled.

    Imported places are public already, so they are published at once. Returns what was done, and one batch for each
    source and licence that brought something new.
    """
    homes = _homes(db)
    compared = compare(db, sorting.accepted)
    for standing, row in compared.changed:
        initiatives.fill(standing, row.answers, row.shape, homes[row.home])
        standing.publication = Publication.PUBLISHED
    fresh: dict[Provenance, list[Initiative]] = defaultdict(list)
    for row in compared.fresh:
        fresh[row.provenance].append(_as_initiative(row, homes))
    batches = [_add_batch(db, provenance, rows, file_name) for provenance, rows in fresh.items()]
    if batches:
        # Refused rows belong to the file: they are counted once.
        batches[0].rejected = len(sorting.rejected)
    db.flush()  # What clashes fails here, with the rows in sight.
    return compared, batches


def undo(db: Session, batch_id: str) -> int:
    """Delete every initiative that a batch brought, public copy included; returns how many.

    Their addresses answer "not found", not "gone": they were never anybody's own entry, and a mistake leaves no trace.
    Raises NotFound, and Invalid where it has been undone already.
    """
    batch = db.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound(f"There is no import {batch_id[:80]}. See `small-ecology import list`.")
    if batch.undone_on is not None:
        raise Invalid(f"This import was undone on {batch.undone_on.isoformat()}.")
    rows = db.scalars(select(Initiative).where(Initiative.batch_id == batch.id)).all()
    for row in rows:
        db.delete(row)
    batch.undone_on = clock.today()
    db.flush()  # Publishing looks at what is left.
    return len(rows)


def all_batches(db: Session) -> Sequence[ImportBatch]:
    """Everything that was taken in, the latest day first."""
    return db.scalars(select(ImportBatch).order_by(ImportBatch.imported_on.desc(), ImportBatch.id)).all()


def _homes(db: Session) -> dict[str, Neighbourhood]:
    return {place.slug: place for place in all_neighbourhoods(db)}


def _as_initiative(row: AcceptedRow, homes: Mapping[str, Neighbourhood]) -> Initiative:
    initiative = Initiative(source=row.provenance.source, source_id=row.source_id)
    initiatives.fill(initiative, row.answers, row.shape, homes[row.home])
    initiative.publication = Publication.PUBLISHED
    return initiative


def _held(db: Session, rows: Sequence[AcceptedRow]) -> dict[tuple[str, str], Initiative]:
    ids: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        ids[row.provenance.source].append(row.source_id)
    held: dict[tuple[str, str], Initiative] = {}
    for source, wanted in ids.items():
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            asked = select(Initiative).where(Initiative.source == source, Initiative.source_id.in_(some))
            held |= {(source, standing.source_id or ""): standing for standing in db.scalars(asked)}
    return held


def _is_same(standing: Initiative, wanted: Initiative) -> bool:
    if any(getattr(standing, name) != getattr(wanted, name) for name in _COMPARED):
        return False
    one, other = standing.exact_shape, wanted.exact_shape
    return one is other if one is None or other is None else bool(one.equals_exact(other, tolerance=0))


def _add_batch(db: Session, provenance: Provenance, rows: Sequence[Initiative], file_name: str) -> ImportBatch:
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
