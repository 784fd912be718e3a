"""Brings the public side in line with every change, in the same transaction: the only writer of the read model."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from app.barriers.models import Barrier, Enabler
from app.initiatives.models import ImportBatch, Initiative
from app.neighbourhoods.models import Boundary, Neighbourhood
from app.published import tables
from app.publishing.counts import refresh_decisions, refresh_hidden_counts
from app.publishing.features import Feature, barrier_feature, initiative_feature, is_public, neighbourhood_feature
from app.publishing.store import store
from app.storage.changes import Change

# Below the most values that SQLite binds in one statement.
_AT_ONCE = 500

# Another writer may have committed since this transaction read a row: what is published is what stands there now.
_FRESH = {"populate_existing": True}

Item = TypeVar("Item")


def follow(db: Session, changes: set[Change]) -> None:
    """Publish, change or take back whatever `changes` touch."""
    touched = _touched(db, changes)
    for collection, ids in sorted(touched.items()):
        for some in _batches(sorted(ids)):
            wanted = {feature.id: feature for feature in _features(db, collection, some)}
            store(db, collection, {one: wanted.get(one) for one in some})
    if touched.keys() & {"initiatives", "barriers"}:
        refresh_hidden_counts(db)
    if any(change.table == "decision" for change in changes):
        refresh_decisions(db)


def rebuild(db: Session) -> int:
    """Make the whole read model again from the private side, in Hilbert order; returns how many features it holds."""
    for table in (tables.feature, tables.withdrawn, tables.hidden_count, tables.decision):
        db.execute(delete(table))
    db.execute(update(tables.version).values(features=0))
    total = 0
    for collection, key in (
        ("neighbourhoods", Neighbourhood.slug),
        ("initiatives", Initiative.id),
        ("barriers", Barrier.id),
    ):
        ids = list(db.scalars(select(key)))
        wanted: dict[str, Feature | None] = dict.fromkeys(ids)
        for some in _batches(ids):
            wanted |= {feature.id: feature for feature in _features(db, collection, some)}
        store(db, collection, wanted)
        total += sum(feature is not None for feature in wanted.values())
    refresh_hidden_counts(db)
    refresh_decisions(db)
    return total


def _touched(db: Session, changes: set[Change]) -> dict[str, set[str]]:
    """The ids, by collection, whose published rows may have to change."""
    by_table: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        by_table[change.table].add(change.key)
    # What was deleted or moved away is no longer found by asking: the change itself says whose it was.
    referred: dict[tuple[str, str], set[str]] = defaultdict(set)
    for change in changes:
        for column, value in change.referred:
            referred[change.table, column].add(value)
    homes = by_table["neighbourhood"] | referred["neighbourhood_boundary", "neighbourhood"]
    homes |= _column(db, Boundary.neighbourhood, Boundary.id, [int(key) for key in by_table["neighbourhood_boundary"]])
    initiatives = by_table["initiative"] | referred["enabler", "initiative_id"]
    initiatives |= _column(db, Enabler.initiative_id, Enabler.id, by_table["enabler"])
    initiatives |= _column(db, Initiative.id, Initiative.neighbourhood, homes) | _column(
        db, Initiative.id, Initiative.batch_id, by_table["import_batch"]
    )
    # A barrier shows the title of its initiative, where that is public.
    barriers = by_table["barrier"] | referred["enabler", "barrier_id"]
    barriers |= _column(db, Enabler.barrier_id, Enabler.id, by_table["enabler"])
    barriers |= _column(db, Barrier.id, Barrier.neighbourhood, homes) | _column(
        db, Barrier.id, Barrier.initiative_id, initiatives
    )
    touched = {"neighbourhoods": homes, "initiatives": initiatives, "barriers": barriers}
    return {collection: ids for collection, ids in touched.items() if ids}


def _column(db: Session, wanted: Any, by: Any, keys: Iterable[Any]) -> set[str]:  # noqa: ANN401 - mapped columns
    found: set[str] = set()
    for some in _batches(list(keys)):
        found |= {str(value) for value in db.scalars(select(wanted).where(by.in_(some))) if value is not None}
    return found


def _features(db: Session, collection: str, ids: Sequence[str]) -> Iterator[Feature]:
    """The features of `ids` that are public now."""
    asked = select(Neighbourhood).options(selectinload(Neighbourhood.boundaries))
    homes = {home.slug: home for home in db.scalars(asked, execution_options=_FRESH)}
    made: Iterator[Feature | None]
    if collection == "neighbourhoods":
        made = (neighbourhood_feature(homes[slug]) for slug in ids if slug in homes)
    elif collection == "initiatives":
        made = _initiative_features(db, ids, homes)
    else:
        made = _barrier_features(db, ids, homes)
    return (feature for feature in made if feature is not None)


def _initiative_features(db: Session, ids: Sequence[str], homes: dict[str, Neighbourhood]) -> Iterator[Feature | None]:
    helped = _enablers(db, Enabler.initiative_id, ids)
    asked = select(Initiative).where(Initiative.id.in_(ids))
    rows = [row for row in db.scalars(asked, execution_options=_FRESH) if is_public(row)]
    batches = {
        batch.id: batch
        for batch in db.scalars(
            select(ImportBatch).where(ImportBatch.id.in_({row.batch_id for row in rows if row.batch_id}))
        )
    }
    for row in rows:
        yield initiative_feature(row, homes[row.neighbourhood], helped[row.id], batches.get(row.batch_id or ""))


def _barrier_features(db: Session, ids: Sequence[str], homes: dict[str, Neighbourhood]) -> Iterator[Feature | None]:
    helped = _enablers(db, Enabler.barrier_id, ids)
    asked = select(Barrier).where(Barrier.id.in_(ids)).options(selectinload(Barrier.initiative))
    for row in db.scalars(asked, execution_options=_FRESH):
        if is_public(row):
            initiative_home = homes[row.initiative.neighbourhood] if row.initiative else None
            yield barrier_feature(row, homes[row.neighbourhood], initiative_home, helped[row.id])


def _enablers(db: Session, parent: Any, ids: Sequence[str]) -> dict[str, list[Enabler]]:  # noqa: ANN401 - a mapped column
    by_parent: dict[str, list[Enabler]] = defaultdict(list)
    # The order of ids is random, and the same in every rebuild.
    for enabler in db.scalars(select(Enabler).where(parent.in_(ids)).order_by(Enabler.id)):
        by_parent[getattr(enabler, parent.key)].append(enabler)
    return by_parent


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
