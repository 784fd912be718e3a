"""Which published rows a transaction's changes may concern: the ids by collection."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers.models import Barrier, Enabler
from app.connections.models import Connection
from app.funding.models import GrantMade, ProcessReview, Programme
from app.initiatives.models import Initiative
from app.neighbourhoods.models import Boundary
from app.patterns.models import Pattern, PatternMember
from app.recognition.models import RecognitionGiven
from app.responses.models import Response
from app.storage.changes import Change

# Below the most values that SQLite binds in one statement.
_AT_ONCE = 500

Item = TypeVar("Item")


def touched_by(db: Session, changes: set[Change]) -> dict[str, set[str]]:
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
    initiatives |= referred["journal_note", "initiative_id"] | referred["recognition", "initiative_id"]
    # A recognition tells the name of the body that gave it.
    given: tuple[tuple[Any, set[str]], ...] = (
        (RecognitionGiven.group_id, set(initiatives)),
        (RecognitionGiven.institution_id, by_table["institution"]),
        (RecognitionGiven.id, by_table["recognition"]),
    )
    for by, keys in given:
        initiatives |= _column(db, RecognitionGiven.initiative_id, by, keys)
    answered = _answered(db, by_table["response"] | referred["group_outcome", "response_id"])
    # A barrier shows the title of its initiative, where that is public, and the name of its institution.
    barriers = by_table["barrier"] | referred["enabler", "barrier_id"] | answered["barriers"]
    barriers |= _column(db, Enabler.barrier_id, Enabler.id, by_table["enabler"])
    columns: tuple[tuple[Any, set[str]], ...] = (
        (Barrier.neighbourhood, homes),
        (Barrier.initiative_id, initiatives),
        (Barrier.institution_id, by_table["institution"]),
        (Barrier.batch_id, by_table["import_batch"]),
    )
    for by, keys in columns:
        barriers |= _column(db, Barrier.id, by, keys)
    patterns = by_table["pattern"] | referred["pattern_member", "pattern_id"] | answered["patterns"]
    patterns |= _column(db, PatternMember.pattern_id, PatternMember.barrier_id, barriers | by_table["pattern_member"])
    if homes:
        # Their areas are made of all places.
        patterns |= set(db.scalars(select(Pattern.id)))
    if by_table["institution"]:
        patterns |= _patterns_answered_by(db, by_table["institution"])
    # A tie shows the titles of both ends.
    connections = by_table["connection"] | _column(db, Connection.id, Connection.batch_id, by_table["import_batch"])
    connections |= _column(db, Connection.id, Connection.from_id, initiatives)
    connections |= _column(db, Connection.id, Connection.to_id, initiatives)
    programmes = by_table["programme"] | referred["process_review", "programme_id"]
    programmes |= referred["programme_reply", "programme_id"]
    programmes |= _column(db, Programme.id, Programme.institution_id, by_table["institution"])
    programmes |= _column(db, ProcessReview.programme_id, ProcessReview.initiative_id, initiatives)
    grants, granted = _grants(db, by_table, referred, initiatives)
    found = {"neighbourhoods": homes, "initiatives": initiatives | granted, "barriers": barriers, "patterns": patterns}
    found |= {"connections": connections, "programmes": programmes, "grants": grants}
    return {collection: ids for collection, ids in found.items() if ids}


def batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """`items` in lots that SQLite can bind."""
    waiting = iter(items)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def _grants(
    db: Session, by_table: Mapping[str, set[str]], referred: Mapping[tuple[str, str], set[str]], initiatives: set[str]
) -> tuple[set[str], set[str]]:
    """The grants that changes may concern, and the initiatives that tell of them: by a match, or by a number."""
    batch_ids = by_table["import_batch"]
    grants = by_table["grant_made"] | _column(db, GrantMade.id, GrantMade.batch_id, batch_ids)
    numbers = referred["initiative", "organisation_id"] | referred["grant_made", "recipient_org_id"]
    numbers |= _column(db, Initiative.organisation_id, Initiative.id, by_table["initiative"])
    numbers |= _column(db, GrantMade.recipient_org_id, GrantMade.batch_id, batch_ids)
    told = referred["grant_made", "initiative_id"] | _column(db, GrantMade.initiative_id, GrantMade.batch_id, batch_ids)
    grants |= _column(db, GrantMade.id, GrantMade.initiative_id, initiatives)
    grants |= _column(db, GrantMade.id, GrantMade.recipient_org_id, numbers)
    return grants, told | _column(db, Initiative.id, Initiative.organisation_id, numbers)


def _answered(db: Session, response_ids: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"barriers": set(), "patterns": set()}
    for some in batches(sorted(response_ids)):
        asked = select(Response.collection, Response.subject_id).where(Response.id.in_(some))
        for collection, subject_id in db.execute(asked):
            found[collection].add(subject_id)
    return found


def _patterns_answered_by(db: Session, institution_ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in batches(sorted(institution_ids)):
        asked = select(Response.subject_id).where(
            Response.collection == "patterns",
            Response.institution_id.in_(some) | Response.passed_to_id.in_(some),
        )
        found |= set(db.scalars(asked))
    return found


def _column(db: Session, wanted: Any, by: Any, keys: Iterable[Any]) -> set[str]:  # noqa: ANN401 - mapped columns
    found: set[str] = set()
    for some in batches(list(keys)):
        found |= {str(value) for value in db.scalars(select(wanted).where(by.in_(some))) if value is not None}
    return found
