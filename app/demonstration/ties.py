"""Invented ties between the invented initiatives: read strictly, proposed and agreed through the service."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Annotated, Self

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from app.connections import service as connections
from app.connections import vouching
from app.connections.models import Connection
from app.demonstration.cast import Key
from app.initiatives.models import Initiative
from app.kit.answers import Answers, When
from app.kit.errors import Invalid
from app.vocabulary import Agreement, ConnectionKind

FILE = "connections.json"


class TieRecord(Answers):
    """One tie, by the keys of its ends. `proposed_by` is "from" or "to"."""

    from_key: Annotated[Key, Field(alias="from")]
    kind: ConnectionKind
    to: Key
    since: When
    state: Agreement
    proposed_by: Annotated[str, Field(pattern="^(from|to)$")]


class VouchRecord(Answers):
    """A waiting group that asked another whether it knows them; `state` is what the other said."""

    group: Key
    asked: Key
    state: Agreement


class Ties(Answers):
    """The whole file. `note` says that it is invented, in words for people."""

    note: Annotated[str, Field(min_length=1)]
    ties: tuple[TieRecord, ...]
    vouches: tuple[VouchRecord, ...]

    @model_validator(mode="after")
    def _says_each_once(self) -> Self:
        told = [(one.from_key, one.kind, one.to) for one in self.ties]
        if len(set(told)) != len(told):
            raise Invalid("A tie is there twice.")
        return self


def load_ties() -> Ties:
    """The invented ties. Raises pydantic.ValidationError, which names each fault."""
    text = (resources.files(__package__) / FILE).read_text(encoding="utf-8")
    return Ties.model_validate_json(text)


def tie_together(db: Session, told: Ties, initiatives: Mapping[str, Initiative]) -> None:
    """Propose each tie and ask for each vouch, and let the other side answer. `initiatives` are by their keys."""
    for number, record in enumerate(told.ties):
        start, end = initiatives[record.from_key], initiatives[record.to]
        is_from = record.proposed_by == "from"
        side, other = (start, end) if is_from else (end, start)
        terms = connections.Terms(record.kind, record.since, is_from=is_from)
        tie = connections.propose(db, side, other.id, terms)
        if record.state is Agreement.ACCEPTED:
            connections.accept(db, other, tie.id)
        elif record.state is Agreement.DECLINED:
            connections.decline(db, other, tie.id)
        _date_back(tie, max(start.created_at, end.created_at) + timedelta(days=1, hours=number % 9))
    _vouch_for_each_other(db, told, initiatives)


def _vouch_for_each_other(db: Session, told: Ties, initiatives: Mapping[str, Initiative]) -> None:
    for record in told.vouches:
        group, asked = initiatives[record.group], initiatives[record.asked]
        vouch = vouching.ask(db, group, asked.id)
        if record.state is Agreement.ACCEPTED:
            vouching.give(db, asked, vouch.id, is_same_network=False)
        elif record.state is Agreement.DECLINED:
            vouching.refuse(db, asked, vouch.id)
        vouch.asked_at = group.created_at + timedelta(days=1)
        if vouch.given_at is not None:
            vouch.given_at = vouch.asked_at + timedelta(hours=30)


def _date_back(tie: Connection, proposed_at: datetime) -> None:
    tie.proposed_at = proposed_at
    if tie.state is not Agreement.PROPOSED:
        tie.settled_at = proposed_at + timedelta(hours=30)
