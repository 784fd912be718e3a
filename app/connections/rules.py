"""What makes a tie impossible: a date that cannot be, or a circle of "grew out of". Each refusal says which."""

from collections.abc import Iterable

import networkx as nx
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.connections.models import Connection
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.partial_date import PartialDate
from app.neighbourhoods.entries import as_partial
from app.vocabulary import Agreement, ConnectionKind


def check_dates(start: Initiative, end: Initiative, kind: ConnectionKind, since: PartialDate | None) -> None:
    """Refuse a tie of `start` to `end` that is older than one of them, or not yet. Raises Invalid, by its field."""
    births = {one.id: as_partial(one.first_active, one.first_active_precision) for one in (start, end)}
    if since is not None:
        if since.first_day > clock.today():
            raise Invalid("This date is in the future. Give one that has been.", field="since")
        for one in (start, end):
            born = births[one.id]
            if born is not None and since.last_day < born.first_day:
                raise Invalid(f"“{one.title}” began in {born}. Give a date from then on.", field="since")
    child, parent = births[start.id], births[end.id]
    if kind is ConnectionKind.GREW_OUT_OF and child and parent and child.last_day < parent.first_day:
        told = f"“{start.title}” began in {child}, before “{end.title}” ({parent}). So it cannot have grown out of it."
        raise Invalid(told, field="kind")


def check_circle(db: Session, side: Initiative, start: Initiative, end: Initiative, kind: ConnectionKind) -> None:
    """Refuse a "grew out of" that would lead back to where it began. Raises Invalid, and names the circle.

    Only ties that everyone can read, and those of `side`, who asks or agrees, are followed: a refusal must not tell
    that there is a hidden one.
    """
    if kind is not ConnectionKind.GREW_OUT_OF:
        return
    grown = nx.DiGraph(_grown(db, side))
    if end.id not in grown or start.id not in grown or not nx.has_path(grown, end.id, start.id):
        return
    way = nx.shortest_path(grown, end.id, start.id)
    titles = {one.id: one.title for one in db.scalars(select(Initiative).where(Initiative.id.in_(way)))}
    told = " grew out of ".join(f"“{titles[one]}”" for one in (start.id, *way))
    raise Invalid(f"That would be a circle: {told}. Something cannot grow out of itself.", field="kind")


def _grown(db: Session, side: Initiative) -> Iterable[tuple[str, str]]:
    one, other = aliased(Initiative), aliased(Initiative)
    mine = or_(Connection.from_id == side.id, Connection.to_id == side.id)
    asked = (
        select(Connection.from_id, Connection.to_id)
        .join(one, one.id == Connection.from_id)
        .join(other, other.id == Connection.to_id)
        .where(Connection.kind == ConnectionKind.GREW_OUT_OF, Connection.state == Agreement.ACCEPTED)
        .where(or_(mine, and_(one.is_public, other.is_public)))
    )
    return [(child, parent) for child, parent in db.execute(asked)]
