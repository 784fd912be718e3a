"""Ties for tests as they come about: proposed and answered by the holders of edit links."""

from typing import Any

import orjson

from app.connections import service
from app.connections.models import Connection
from app.connections.service import Terms
from app.initiatives.models import Initiative
from app.kit.partial_date import PartialDate
from app.published.queries import Question
from app.vocabulary import Agreement, ConnectionKind
from tests.support.cast import Cast, Planted

GREW = ConnectionKind.GREW_OUT_OF


class Ties:
    """Acts on ties as the holders of edit links would."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def propose(self, side: Planted, other: Planted | str, kind: ConnectionKind = GREW, **terms: Any) -> str:
        if "since" in terms:
            terms["since"] = PartialDate.parse(terms["since"], field="since")
        with self._cast.house.private.writing() as db:
            other_id = other if isinstance(other, str) else other.id
            return service.propose(db, db.get_one(Initiative, side.id), other_id, Terms(kind, **terms)).id

    def act(self, verb: str, side: Planted, tie_id: str) -> None:
        with self._cast.house.private.writing() as db:
            getattr(service, verb)(db, db.get_one(Initiative, side.id), tie_id)

    def agree(self, side: Planted, other: Planted, kind: ConnectionKind = GREW, **terms: Any) -> str:
        tie_id = self.propose(side, other, kind, **terms)
        self.act("accept", other, tie_id)
        return tie_id

    def public(self) -> list[dict[str, Any]]:
        page = self._cast.house.published.page(Question("connections", limit=100))
        return [orjson.loads(feature)["properties"] for feature in page.features]

    def waiting(self, side: Planted) -> int:
        with self._cast.house.private.reading() as db:
            return service.waiting_for(db, db.get_one(Initiative, side.id))

    def state(self, tie_id: str) -> Agreement:
        with self._cast.house.private.reading() as db:
            return db.get_one(Connection, tie_id).state
