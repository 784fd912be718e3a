"""Reads what published rows are made of, for many ids at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.barriers.models import Barrier, Enabler
from app.connections.models import Connection
from app.initiatives.models import ImportBatch, Initiative
from app.institutions.models import Institution
from app.neighbourhoods.models import Neighbourhood
from app.patterns.models import Pattern, PatternMember
from app.patterns.reports import group_of
from app.publishing.answers import NOTHING_SAID, Said
from app.publishing.connections import connection_feature
from app.publishing.features import Feature, barrier_feature, initiative_feature, is_public, neighbourhood_feature
from app.publishing.grants import grant_features, grants_by_initiative
from app.publishing.learned import journals_by_initiative, programme_features, recognitions_by_initiative
from app.publishing.patterns import Recurring, pattern_feature
from app.publishing.touched import batches
from app.responses.models import GroupOutcome, Response
from app.vocabulary import Publication

# Another writer may have committed since this transaction read a row: what is published is what stands there now.
_FRESH = {"populate_existing": True}

Homes = Mapping[str, Neighbourhood]


def features_of(db: Session, collection: str, ids: Sequence[str]) -> Iterator[Feature]:
    """The features of `ids` that are public now."""
    asked = select(Neighbourhood).options(selectinload(Neighbourhood.boundaries))
    homes = {home.slug: home for home in db.scalars(asked, execution_options=_FRESH)}
    made: Iterator[Feature | None]
    if collection == "neighbourhoods":
        made = (neighbourhood_feature(homes[slug]) for slug in ids if slug in homes)
    elif collection == "initiatives":
        made = _initiative_features(db, ids, homes)
    elif collection == "barriers":
        made = _barrier_features(db, ids, homes)
    elif collection == "connections":
        made = _connection_features(db, ids, homes)
    elif collection == "programmes":
        made = programme_features(db, ids)
    elif collection == "grants":
        made = grant_features(db, ids)
    else:
        made = _pattern_features(db, ids, homes)
    return (feature for feature in made if feature is not None)


def _initiative_features(db: Session, ids: Sequence[str], homes: Homes) -> Iterator[Feature | None]:
    helped = _enablers(db, Enabler.initiative_id, ids)
    asked = select(Initiative).where(Initiative.id.in_(ids))
    rows = [row for row in db.scalars(asked, execution_options=_FRESH) if is_public(row)]
    taken_in = _batches_of(db, rows)
    recognised, journals = recognitions_by_initiative(db, ids), journals_by_initiative(db, ids)
    granted = grants_by_initiative(db, rows)
    for row in rows:
        yield initiative_feature(
            row,
            homes[row.neighbourhood],
            helped[row.id],
            taken_in.get(row.batch_id or ""),
            recognised.get(row.id, ()),
            journals.get(row.id, ()),
            granted.get(row.id),
        )


def _barrier_features(db: Session, ids: Sequence[str], homes: Homes) -> Iterator[Feature | None]:
    helped = _enablers(db, Enabler.barrier_id, ids)
    asked = select(Barrier).where(Barrier.id.in_(ids))
    asked = asked.options(selectinload(Barrier.initiative), selectinload(Barrier.institution))
    rows = [row for row in db.scalars(asked, execution_options=_FRESH) if is_public(row)]
    said = _said(db, "barriers", [row.id for row in rows], {row.id: row.id for row in rows}, {})
    taken_in = _batches_of(db, rows)
    for row in rows:
        initiative_home = homes[row.initiative.neighbourhood] if row.initiative else None
        yield barrier_feature(
            row,
            homes[row.neighbourhood],
            initiative_home,
            helped[row.id],
            batch=taken_in.get(row.batch_id or ""),
            said=said.get(row.id, NOTHING_SAID),
        )


def _pattern_features(db: Session, ids: Sequence[str], homes: Homes) -> Iterator[Feature | None]:
    patterns = db.scalars(select(Pattern).where(Pattern.id.in_(ids)), execution_options=_FRESH).all()
    asked = select(PatternMember.barrier_id, PatternMember.pattern_id).where(PatternMember.pattern_id.in_(ids))
    pattern_of = {barrier_id: pattern_id for barrier_id, pattern_id in db.execute(asked) if pattern_id is not None}
    members: dict[str, list[Barrier]] = defaultdict(list)
    helped: dict[str, list[Enabler]] = {}
    for some in batches(sorted(pattern_of)):
        wanted = select(Barrier).where(Barrier.id.in_(some), Barrier.publication == Publication.PUBLISHED)
        for row in db.scalars(wanted.options(selectinload(Barrier.institution)), execution_options=_FRESH):
            members[pattern_of[row.id]].append(row)
        helped |= _enablers(db, Enabler.barrier_id, some)
    open_rows = [row for rows in members.values() for row in rows if is_public(row)]
    groups = {row.id: group_of(row) for row in open_rows}
    said = _said(db, "patterns", ids, {row.id: pattern_of[row.id] for row in open_rows}, groups)
    for pattern in patterns:
        yield pattern_feature(Recurring(pattern, members[pattern.id], helped, said[pattern.id]), homes)


def _connection_features(db: Session, ids: Sequence[str], homes: Homes) -> Iterator[Feature | None]:
    rows = db.scalars(select(Connection).where(Connection.id.in_(ids)), execution_options=_FRESH).all()
    ends: dict[str, Initiative] = {}
    for some in batches(sorted({end for row in rows for end in (row.from_id, row.to_id)})):
        asked = select(Initiative).where(Initiative.id.in_(some))
        ends |= {one.id: one for one in db.scalars(asked, execution_options=_FRESH)}
    taken_in = _batches_of(db, rows)
    for row in rows:
        batch = taken_in.get(row.batch_id or "")
        yield connection_feature(row, ends[row.from_id], ends[row.to_id], homes, batch)


def _batches_of(db: Session, rows: Sequence[Initiative | Barrier | Connection]) -> dict[str, ImportBatch]:
    ids = {row.batch_id for row in rows if row.batch_id}
    return {one.id: one for one in db.scalars(select(ImportBatch).where(ImportBatch.id.in_(ids)))} if ids else {}


def _enablers(db: Session, parent: Any, ids: Sequence[str]) -> dict[str, list[Enabler]]:  # noqa: ANN401 - a mapped column
    by_parent: dict[str, list[Enabler]] = defaultdict(list)
    # The order of ids is random, and the same in every rebuild.
    for enabler in db.scalars(select(Enabler).where(parent.in_(ids)).order_by(Enabler.id)):
        by_parent[getattr(enabler, parent.key)].append(enabler)
    return by_parent


def _said(
    db: Session, collection: str, ids: Sequence[str], subject_of: Mapping[str, str], groups: Mapping[str, str]
) -> dict[str, Said]:
    """What was answered to each of `ids`; `subject_of` tells whom the public report of a verdict belongs to."""
    # In the order of ids, which is the same in every rebuild.
    asked = select(Response).where(Response.collection == collection, Response.subject_id.in_(ids))
    responses: dict[str, list[Response]] = defaultdict(list)
    for response in db.scalars(asked.order_by(Response.id), execution_options=_FRESH):
        responses[response.subject_id].append(response)
    outcomes: dict[str, list[GroupOutcome]] = defaultdict(list)
    for outcome in _outcomes(db, [one.id for some in responses.values() for one in some]):
        if outcome.barrier_id in subject_of:
            outcomes[subject_of[outcome.barrier_id]].append(outcome)
    institutions = {one.id: one for one in db.scalars(select(Institution), execution_options=_FRESH)}
    return {one: Said(responses[one], outcomes[one], institutions, groups) for one in ids}


def _outcomes(db: Session, response_ids: Sequence[str]) -> Iterable[GroupOutcome]:
    for some in batches(response_ids):
        asked = select(GroupOutcome).where(GroupOutcome.response_id.in_(some)).order_by(GroupOutcome.id)
        yield from db.scalars(asked, execution_options=_FRESH)
