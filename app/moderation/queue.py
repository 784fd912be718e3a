"""What a steward finds on the desk: entries of one neighbourhood, in four piles, the newest change first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.initiatives.models import Initiative
from app.moderation.models import Decision
from app.moderation.service import MODELS, Moderated
from app.vocabulary import Publication, Word

AT_ONCE = 25


class Pile(Word):
    """Where an entry lies on the desk."""

    WAITING = "waiting", "Waiting for a look"
    UNSEEN = "unseen", "Published, not looked at"
    TAKEN_DOWN = "taken_down", "Sent back or hidden"
    PUBLISHED = "published", "Published"


_STATES = {
    Pile.WAITING: (Publication.SUBMITTED,),
    Pile.UNSEEN: (Publication.PUBLISHED,),
    Pile.TAKEN_DOWN: (Publication.RETURNED, Publication.HIDDEN),
    Pile.PUBLISHED: (Publication.PUBLISHED,),
}


@dataclass(frozen=True)
class OnDesk:
    """An entry, and whether a steward has decided on an earlier form of it."""

    entry: Moderated
    was_decided: bool


def queue(db: Session, person: Person, pile: Pile = Pile.WAITING, *, skip: int = 0) -> list[OnDesk]:
    """At most `AT_ONCE` entries of a pile, after leaving out `skip`. Raises NotAllowed for all but stewards."""
    found = _pile(neighbourhood_kept_by(person), pile)
    rows = db.execute(select(found).order_by(*_newest_first(found)).limit(AT_ONCE).offset(skip)).all()
    entries: dict[tuple[str, str], Moderated] = {}
    decided: set[tuple[str, str]] = set()
    for collection, model in MODELS.items():
        ids = [row.id for row in rows if row.collection == collection]
        entries |= {(collection, entry.id): entry for entry in db.scalars(select(model).where(model.id.in_(ids)))}
        asked = select(Decision.entry_id).where(Decision.collection == collection, Decision.entry_id.in_(ids))
        decided |= {(collection, entry_id) for entry_id in db.scalars(asked)}
    keys = [(row.collection, row.id) for row in rows]
    return [OnDesk(entries[key], key in decided) for key in keys]


def counts(db: Session, person: Person) -> dict[Pile, int]:
    """How many entries lie in each pile."""
    slug = neighbourhood_kept_by(person)
    return {pile: db.scalar(select(func.count()).select_from(_pile(slug, pile))) or 0 for pile in Pile}


def next_after(db: Session, person: Person, entry: Moderated) -> tuple[str, str] | None:
    """Collection and id of what to look at after `entry`: what came in before it, else the newest of what is left."""
    slug = neighbourhood_kept_by(person)
    for pile in (Pile.WAITING, Pile.UNSEEN):
        found = _pile(slug, pile)
        rest = select(found.c.collection, found.c.id).where(found.c.id != entry.id)
        rest = rest.order_by(found.c.changed_at >= entry.changed_at, *_newest_first(found)).limit(1)
        row = db.execute(rest).first()
        if row is not None:
            return row.collection, row.id
    return None


def _pile(slug: str, pile: Pile) -> Subquery:
    parts = []
    for collection, model in MODELS.items():
        rows = select(literal(collection).label("collection"), model.id, model.changed_at)
        rows = rows.where(model.neighbourhood == slug, model.publication.in_(_STATES[pile]))
        parts.append(rows.where(*_unseen(collection, model)) if pile is Pile.UNSEEN else rows)
    return union_all(*parts).subquery()


def _unseen(collection: str, model: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a mapped class
    seen = exists().where(
        Decision.collection == collection, Decision.entry_id == model.id, Decision.decided_at >= model.changed_at
    )
    # An imported list was public before, and whoever runs the service looked at it: thousands would bury the rest.
    return [~seen, Initiative.batch_id.is_(None)] if model is Initiative else [~seen]


def _newest_first(found: Subquery) -> tuple[ColumnElement[Any], ...]:
    return found.c.changed_at.desc(), found.c.id
