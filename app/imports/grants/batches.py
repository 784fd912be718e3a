"""Grants into the database: a whole file, in one transaction. `app.imports.batches.undo` takes it out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import GrantMade
from app.imports.grants.reading import GrantSorting, ReadGrant
from app.imports.rows import Provenance
from app.initiatives.models import ImportBatch
from app.kit import clock
from app.storage.base import new_id

_AT_ONCE = 500


@dataclass(frozen=True)
class GrantComparison:
    """Accepted grants beside what is here."""

    fresh: Sequence[ReadGrant]
    changed: Sequence[tuple[GrantMade, ReadGrant]]
    unchanged: int
    # Here already, from a file of another source or licence: changed, its words would stand under the wrong credit.
    from_others: Sequence[ReadGrant]


def compare_grants(db: Session, accepted: Sequence[ReadGrant], provenance: Provenance) -> GrantComparison:
    """Which grants are new, and which differ from what was imported before, by their ids. Nothing is written."""
    held = _held(db, [one.grant_id for one in accepted])
    fresh: list[ReadGrant] = []
    changed: list[tuple[GrantMade, ReadGrant]] = []
    from_others: list[ReadGrant] = []
    batches = {row.id: row for row in db.scalars(select(ImportBatch))}
    for one in accepted:
        standing = held.get(one.grant_id)
        if standing is None:
            fresh.append(one)
        elif any(getattr(standing, name) != value for name, value in one.columns.items()):
            if _is_of(batches[standing.batch_id], provenance):
                changed.append((standing, one))
            else:
                from_others.append(one)
    unchanged = len(accepted) - len(fresh) - len(changed) - len(from_others)
    return GrantComparison(fresh, changed, unchanged, from_others)


def take_in_grants(
    db: Session, sorting: GrantSorting, file_name: str, provenance: Provenance
) -> tuple[GrantComparison, ImportBatch | None]:
    """Write the accepted grants; one that is here already is changed where the file says otherwise, never doubled.

    What a person said of a grant stands, whatever a later file says. Returns what was done, and the batch of what is
    new, if anything is.
    """
    compared = compare_grants(db, sorting.accepted, provenance)
    for standing, one in compared.changed:
        for name, value in one.columns.items():
            setattr(standing, name, value)
    batch = None
    if compared.fresh:
        batch = ImportBatch(
            id=new_id(),
            file_name=file_name[-200:],
            source=provenance.source,
            licence=provenance.licence,
            credit=provenance.credit,
            imported_on=clock.today(),
            undone_on=None,
            accepted=len(compared.fresh),
            rejected=len(sorting.refused),
        )
        db.add(batch)
        db.flush()  # The grants refer to it.
        db.add_all(GrantMade(batch_id=batch.id, **one.columns) for one in compared.fresh)
    db.flush()  # What clashes fails here, with the rows in sight.
    return compared, batch


def _is_of(batch: ImportBatch, provenance: Provenance) -> bool:
    return (batch.source, batch.licence) == (provenance.source, provenance.licence)


def _held(db: Session, grant_ids: Sequence[str]) -> Mapping[str, GrantMade]:
    held: dict[str, GrantMade] = {}
    for start in range(0, len(grant_ids), _AT_ONCE):
        asked = select(GrantMade).where(GrantMade.grant_id.in_(grant_ids[start : start + _AT_ONCE]))
        held |= {row.grant_id: row for row in db.scalars(asked)}
    return held
