"""Writes published rows. A row that would not change is not written: a version number moves with the public view."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from app.barriers.models import Barrier
from app.initiatives.models import Initiative
from app.kit.geo import hilbert_key
from app.patterns.models import Pattern
from app.published import tables
from app.publishing.features import Feature
from app.vocabulary import Publication

_AT_ONCE = 500
_NO_BOUNDS = (None, None, None, None)
_TAKEN_BACK = (Publication.WITHDRAWN, Publication.HIDDEN)


def _entries_taken_back(model: Any, ids: Sequence[str]) -> Select[Any]:  # noqa: ANN401 - a mapped class
    return select(model.id).where(model.id.in_(ids), model.was_shown, model.publication.in_(_TAKEN_BACK))


# Of these ids, those that everyone could once read and that may be gone now.
_SHOWN_ONCE: Mapping[str, Callable[[Sequence[str]], Select[Any]]] = {
    "initiatives": partial(_entries_taken_back, Initiative),
    "barriers": partial(_entries_taken_back, Barrier),
    "patterns": lambda ids: select(Pattern.id).where(
        Pattern.id.in_(ids), Pattern.first_shown_on.is_not(None), Pattern.merged_into_id.is_(None)
    ),
}


def store(db: Session, collection: str, wanted: Mapping[str, Feature | None]) -> None:
    """Make the published rows of these ids equal to `wanted`; None: nothing of it is public."""
    ids = list(wanted)
    added = changed = removed = 0
    fresh: list[Feature] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        held = _held(db, collection, some)
        gone = [one for one in some if one in held and wanted[one] is None]
        removed += len(gone)
        db.execute(
            delete(tables.feature).where(tables.feature.c.collection == collection, tables.feature.c.id.in_(gone))
        )
        for one in some:
            feature = wanted[one]
            if feature is not None and one not in held:
                fresh.append(feature)
            elif feature is not None and held[one] != feature.as_json():
                changed += 1
                db.execute(
                    update(tables.feature)
                    .where(tables.feature.c.collection == collection, tables.feature.c.id == one)
                    .values(_row(feature))
                )
    added = len(fresh)
    # Neighbours on the ground are read together: write them together.
    rows = [_row(feature) for feature in sorted(fresh, key=_along_the_curve)]
    if rows:
        db.execute(insert(tables.feature), rows)
    _mark_withdrawn(db, collection, wanted)
    if added or changed or removed:
        _raise_version(db, collection, added - removed)


def _held(db: Session, collection: str, ids: Iterable[str]) -> dict[str, bytes]:
    asked = select(tables.feature.c.id, tables.feature.c.feature_json).where(
        tables.feature.c.collection == collection, tables.feature.c.id.in_(ids)
    )
    return {row.id: bytes(row.feature_json) for row in db.execute(asked)}


def _row(feature: Feature) -> dict[str, Any]:
    west, south, east, north = _NO_BOUNDS if feature.shape is None else feature.shape.bounds
    return {
        "id": feature.id,
        "collection": feature.collection,
        "neighbourhood": feature.neighbourhood,
        "kind": feature.properties.get("kind"),
        "activity": feature.properties.get("activity"),
        "lifecycle": feature.properties.get("lifecycle"),
        "starts": feature.starts,
        "ends": feature.ends,
        "shape": feature.shape,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "is_point": int(feature.shape is not None and feature.shape.geom_type == "Point"),
        "is_demonstration": int(feature.properties.get("demonstration", False)),
        "feature_json": feature.as_json(),
    }


def _along_the_curve(feature: Feature) -> tuple[int, str]:
    if feature.shape is None:
        return 0, feature.id
    west, south, east, north = feature.shape.bounds
    return hilbert_key((west + east) / 2, (south + north) / 2), feature.id


def _mark_withdrawn(db: Session, collection: str, wanted: Mapping[str, Feature | None]) -> None:
    """What everyone could once read, and its contributor or a steward took back, answers "gone" from now on."""
    if collection not in _SHOWN_ONCE:
        return
    ids = list(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        gone = set(db.scalars(_SHOWN_ONCE[collection](some)))
        # Below the threshold, or merged and so found elsewhere: what has a row is not gone.
        gone -= {one for one in some if wanted[one] is not None}
        held = set(
            db.scalars(
                select(tables.withdrawn.c.id).where(
                    tables.withdrawn.c.collection == collection, tables.withdrawn.c.id.in_(some)
                )
            )
        )
        back = held - gone
        db.execute(
            delete(tables.withdrawn).where(tables.withdrawn.c.collection == collection, tables.withdrawn.c.id.in_(back))
        )
        if gone - held:
            db.execute(insert(tables.withdrawn), [{"collection": collection, "id": one} for one in sorted(gone - held)])


def _raise_version(db: Session, collection: str, more: int) -> None:
    raised = update(tables.version).where(tables.version.c.collection == collection)
    raised = raised.values(number=tables.version.c.number + 1, features=tables.version.c.features + more)
    if db.connection().execute(raised).rowcount == 0:
        db.execute(insert(tables.version).values(collection=collection, number=1, features=more))


def mark_moved(db: Session, collection: str, moved: Mapping[str, str | None]) -> None:
    """Let the address of each of these ids lead to another, or no more (None)."""
    ids = list(moved)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        db.execute(delete(tables.moved).where(tables.moved.c.collection == collection, tables.moved.c.id.in_(some)))
    rows = [{"collection": collection, "id": one, "to_id": to} for one, to in sorted(moved.items()) if to is not None]
    if rows:
        db.execute(insert(tables.moved), rows)
