"""Numbers that may be shown about what is not shown: hidden entries from a threshold on, and decisions by week."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session, aliased

from app.barriers.models import Barrier
from app.connections.models import Connection
from app.initiatives.models import Initiative
from app.moderation.models import Decision
from app.published import tables
from app.vocabulary import COUNTED_ROUNDED_TO, FEWEST_COUNTED, Agreement, Publication, Sharing

_COUNTED = [one for one in Sharing if one.is_shown or one is Sharing.COUNTED_ONLY]


def rounded(count: int) -> int | None:
    """The number that may be shown for `count` hidden entries, or None below the threshold: then nothing is said.

    None and zero look the same to the public, so one hidden entry changes nothing that anybody can see.
    """
    return None if count < FEWEST_COUNTED else COUNTED_ROUNDED_TO * round(count / COUNTED_ROUNDED_TO)


def refresh_hidden_counts(db: Session) -> None:
    """Bring the published counts of hidden entries in line. Only rows that differ are written."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for model, word in ((Initiative, Initiative.activity), (Barrier, Barrier.kind)):
        asked = select(model.neighbourhood, word).where(
            model.sharing == Sharing.COUNTED_ONLY, model.publication == Publication.PUBLISHED
        )
        for neighbourhood, code in db.execute(asked):
            counted[neighbourhood, model.collection, str(code)] += 1
            counted[neighbourhood, model.collection, ""] += 1
    for neighbourhood, hidden in _hidden_ties(db).items():
        counted[neighbourhood, "connections", ""] = hidden
    _replace(
        db, tables.hidden_count, {key: shown for key, count in counted.items() if (shown := rounded(count)) is not None}
    )


def _hidden_ties(db: Session) -> Counter[str]:
    """Agreed ties of which an end is only counted, by neighbourhood: each is counted where both of its ends are."""
    one, other = aliased(Initiative), aliased(Initiative)
    asked = (
        select(one.neighbourhood, other.neighbourhood)
        .join_from(Connection, one, one.id == Connection.from_id)
        .join(other, other.id == Connection.to_id)
        .where(
            Connection.state == Agreement.ACCEPTED,
            one.publication == Publication.PUBLISHED,
            other.publication == Publication.PUBLISHED,
            one.sharing.in_(_COUNTED),
            other.sharing.in_(_COUNTED),
            (one.sharing == Sharing.COUNTED_ONLY) | (other.sharing == Sharing.COUNTED_ONLY),
        )
    )
    return Counter(slug for start, end in db.execute(asked) for slug in {start, end})


def refresh_decisions(db: Session) -> None:
    """Bring the public log in line: how many decisions of each sort, by neighbourhood and ISO week."""
    counted: Counter[tuple[str, str, str, str, str]] = Counter()
    asked = select(
        Decision.neighbourhood, Decision.decided_at, Decision.collection, Decision.outcome, Decision.reason
    ).where(Decision.is_logged)
    for neighbourhood, decided_at, collection, outcome, reason in db.execute(asked):
        year, week, _day = decided_at.isocalendar()
        counted[neighbourhood, f"{year}-W{week:02}", collection, str(outcome), str(reason or "")] += 1
    _replace(db, tables.decision, dict(counted))


def _replace(db: Session, table: Table, wanted: dict[Any, int]) -> None:
    keys = list(table.primary_key.columns)
    (value,) = (column for column in table.columns if column not in keys)
    held = {tuple(row[:-1]): row[-1] for row in db.execute(select(*keys, value))}
    for key in _differing(held, wanted):
        db.execute(delete(table).where(*(column == part for column, part in zip(keys, key, strict=True))))
        if key in wanted:
            db.execute(
                insert(table).values(
                    dict(zip([*(column.name for column in keys), value.name], [*key, wanted[key]], strict=True))
                )
            )


def _differing(held: dict[Any, int], wanted: dict[Any, int]) -> Iterable[Any]:
    return [key for key in {*held, *wanted} if held.get(key) != wanted.get(key)]
