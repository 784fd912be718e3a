"""Imported rows into the database, and out again: whole files, each in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers.models import Barrier
from app.imports.initiatives import AcceptedRow, Provenance, Sorting
from app.initiatives import service as initiatives
from app.initiatives.models import ImportBatch, Initiative
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.neighbourhoods.service import all_neighbourhoods
from app.storage.base import new_id
from app.storage.changes import note
from app.vocabulary import Publication

_AT_ONCE = 500
_COMPARED = (
    *("title", "summary", "story", "activity", "formality", "lifecycle", "people_band", "language", "neighbourhood"),
    *("ways_of_working", "concerns", "recognised_by", "sharing"),
    *("first_active", "first_active_precision", "last_active", "last_active_precision"),
)


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do. `kept`: changed in the source, but taken down or hidden here, so left alone."""

    added: int
    changed: int
    unchanged: int
    kept: int
    # One for each source and licence in the file that brought something new.
    batches: Sequence[ImportBatch]


def take_in(db: Session, sorting: Sorting, file_name: str) -> Outcome:
    """Write the accepted rows. A row that is here already is changed where the file says otherwise, and never doubled.

    Imported places are public already, so they are published at once. Raise from the transaction for a dry run.
    """
    homes = {place.slug: place for place in all_neighbourhoods(db)}
    held = _held(db, sorting.accepted)
    counts: Counter[str] = Counter()
    fresh: dict[Provenance, list[Initiative]] = defaultdict(list)
    for row in sorting.accepted:
        standing = held.get((row.provenance.source, row.source_id))
        wanted = Initiative(source=row.provenance.source, source_id=row.source_id)
        initiatives.fill(wanted, row.answers, row.shape, homes[row.home])
        if standing is None:
            wanted.publication = Publication.PUBLISHED
            fresh[row.provenance].append(wanted)
            counts["added"] += 1
        elif _is_same(standing, wanted):
            counts["unchanged"] += 1
        elif standing.publication is not Publication.PUBLISHED:
            counts["kept"] += 1
        else:
            initiatives.fill(standing, row.answers, row.shape, homes[row.home])
            standing.publication = Publication.PUBLISHED
            counts["changed"] += 1
    batches = [_add_batch(db, provenance, rows, file_name) for provenance, rows in fresh.items()]
    if batches:
        # Refused rows belong to the file: they are counted once.
        batches[0].rejected = len(sorting.rejected)
    db.flush()  # So that a batch that clashes fails here, with the rows in sight.
    return Outcome(counts["added"], counts["changed"], counts["unchanged"], counts["kept"], batches)


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
    ids = [row.id for row in rows]
    for start in range(0, len(ids), _AT_ONCE):
        # The database lets go of the initiative that a barrier names; publishing has to hear of it.
        for barrier_id in db.scalars(
            select(Barrier.id).where(Barrier.initiative_id.in_(ids[start : start + _AT_ONCE]))
        ):
            note(db, "barrier", barrier_id)
    for row in rows:
        db.delete(row)
    batch.undone_on = clock.today()
    db.flush()  # Publishing looks at what is left.
    return len(ids)


def all_batches(db: Session) -> Sequence[ImportBatch]:
    """Everything that was taken in, the latest day first."""
    return db.scalars(select(ImportBatch).order_by(ImportBatch.imported_on.desc(), ImportBatch.id)).all()


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
