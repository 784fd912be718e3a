"""Brings the public side in line with every change, in the same transaction: the only writer of the read model."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.barriers.models import Barrier
from app.connections.models import Connection
from app.funding.batches import gather
from app.funding.models import GrantMade, Programme
from app.initiatives.models import Initiative
from app.kit import clock
from app.neighbourhoods.models import Neighbourhood
from app.patterns.models import Pattern
from app.published import tables
from app.publishing.counts import refresh_decisions, refresh_hidden_counts
from app.publishing.features import Feature
from app.publishing.loading import features_of
from app.publishing.store import mark_moved, store
from app.publishing.touched import batches, touched_by
from app.storage.changes import Change


def follow(db: Session, changes: set[Change]) -> None:
    """Publish, change or take back whatever `changes` touch."""
    touched = touched_by(db, changes)
    for collection, ids in sorted(touched.items()):
        for some in batches(sorted(ids)):
            _publish(db, collection, some)
    if touched.keys() & {"initiatives", "barriers", "connections"}:
        refresh_hidden_counts(db)
    if any(change.table == "decision" for change in changes):
        refresh_decisions(db)


def rebuild(db: Session) -> int:
    """Make the whole read model again from the private side, in Hilbert order; returns how many features it holds."""
    for table in (tables.feature, tables.withdrawn, tables.moved, tables.hidden_count, tables.decision):
        db.execute(delete(table))
    db.execute(update(tables.version).values(features=0))
    total = 0
    for collection, key in (
        ("neighbourhoods", Neighbourhood.slug),
        ("initiatives", Initiative.id),
        ("barriers", Barrier.id),
        ("patterns", Pattern.id),
        ("connections", Connection.id),
        ("programmes", Programme.id),
        ("grants", GrantMade.id),
    ):
        total += _publish(db, collection, list(db.scalars(select(key))))
    refresh_hidden_counts(db)
    refresh_decisions(db)
    return total


def _publish(db: Session, collection: str, ids: Sequence[str]) -> int:
    """Bring the rows of `ids` in line; returns how many are public."""
    if collection == "programmes":
        for some in batches(ids):
            gather(db, some)
    wanted = _features(db, collection, ids)
    if collection == "patterns":
        fresh = _shown_for_the_first_time(db, [one for one, feature in wanted.items() if feature is not None])
        asked = (select(Pattern.id, Pattern.merged_into_id).where(Pattern.id.in_(some)) for some in batches(ids))
        mark_moved(db, collection, {one: to for some in asked for one, to in db.execute(some)})
        # From this day on silence is counted: that, too, stands in the feature.
        wanted |= _features(db, collection, fresh)
    store(db, collection, wanted)
    return sum(feature is not None for feature in wanted.values())


def _features(db: Session, collection: str, ids: Sequence[str]) -> dict[str, Feature | None]:
    """What stands on the public side of each of `ids`; None: nothing."""
    wanted: dict[str, Feature | None] = dict.fromkeys(ids)
    for some in batches(ids):
        wanted |= {feature.id: feature for feature in features_of(db, collection, some)}
    return wanted


def _shown_for_the_first_time(db: Session, ids: Sequence[str]) -> list[str]:
    """Those of `ids` that never had a page before today; today is noted as the first day of each."""
    fresh = [
        one
        for some in batches(ids)
        for one in db.scalars(select(Pattern).where(Pattern.id.in_(some), Pattern.first_shown_on.is_(None)))
    ]
    for one in fresh:
        one.first_shown_on = clock.today()
    db.flush()
    return [one.id for one in fresh]


__all__ = ["follow", "rebuild", "refresh_decisions", "refresh_hidden_counts"]
