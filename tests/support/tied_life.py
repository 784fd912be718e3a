"""More of what may happen in a store: ties between initiatives, and vouches of one for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.connections import service, vouching
from app.connections.models import Connection, Vouch
from app.initiatives.models import Initiative
from app.kit.errors import DomainError
from app.moderation.vouching import publish_vouched
from app.vocabulary import Agreement, ConnectionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.support.life import Life


def tied_ways(life: Life) -> list[Callable[[], None]]:
    """Acts of the holders of edit links, to be chosen from among all others."""
    acts = (_propose, _propose, _propose, _answer, _answer, _take_back, _forget, _vouch, _unvouch)
    return [_named(act, life) for act in acts]


def _named(act: Callable[[Life], None], life: Life) -> Callable[[], None]:
    def go() -> None:
        act(life)

    go.__name__ = act.__name__
    return go


def _two(life: Life, db: Session) -> tuple[Initiative, Initiative] | None:
    found = db.scalars(select(Initiative).order_by(Initiative.created_at, Initiative.title)).all()
    return None if len(found) < 2 else tuple(life.chance.sample(found, 2))  # type: ignore[return-value]


def _propose(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        two = _two(life, db)
        if two is None:
            return
        terms = service.Terms(life.chance.choice(list(ConnectionKind)), is_from=life.chance.random() < 0.5)
        try:
            tie = service.propose(db, two[0], two[1].id, terms)
            if life.chance.random() < 0.6:
                service.accept(db, two[1], tie.id)
        except DomainError:
            return


def _answer(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        tie = _any_tie(life, db)
        if tie is not None:
            # Whatever state it comes from: what shows depends on where it ends up.
            tie.state = life.chance.choice(list(Agreement))


def _take_back(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        two = _two(life, db)
        if two is not None:
            service.end_all(db, two[0])


def _forget(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        tie = _any_tie(life, db)
        if tie is not None:
            db.delete(tie)


def _any_tie(life: Life, db: Session) -> Connection | None:
    ties = db.scalars(select(Connection).order_by(Connection.proposed_at, Connection.kind)).all()
    return life.chance.choice(ties) if ties else None


def _vouch(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        two = _two(life, db)
        if two is None:
            return
        try:
            vouch = vouching.ask(db, two[0], two[1].id)
            vouching.give(db, two[1], vouch.id, is_same_network=False)
        except DomainError:
            return
        db.flush()
        publish_vouched(db, two[0])


def _unvouch(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        vouches = db.scalars(select(Vouch).order_by(Vouch.asked_at)).all()
        if vouches:
            db.delete(life.chance.choice(vouches))
