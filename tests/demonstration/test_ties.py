"""The invented ties: enough of them to tell a story, every kind, agreed through the service, dated plausibly."""

from collections import Counter
from datetime import date

import networkx as nx
import orjson
import pytest
from pydantic import ValidationError
from sqlalchemy import select

from app.connections.models import Connection, Vouch
from app.demonstration.cast import load_cast
from app.demonstration.load import load_demonstration, load_neighbourhoods
from app.demonstration.ties import Ties, load_ties
from app.initiatives.models import Initiative
from app.published.queries import Question
from app.vocabulary import Agreement, ConnectionKind, Publication
from app.web.house import House

TIES = load_ties().ties
HOMES = {one.key: hood.neighbourhood for hood in load_cast() for one in hood.initiatives}


def test_there_are_enough_of_every_kind_within_and_across() -> None:
    agreed = [one for one in TIES if one.state is Agreement.ACCEPTED]
    assert 45 <= len(agreed) <= 80
    assert {one.kind for one in agreed} == set(ConnectionKind)
    across = [one for one in agreed if HOMES[one.from_key] != HOMES[one.to]]
    assert 8 <= len(across) < len(agreed) / 2
    assert Counter(one.state for one in TIES)[Agreement.PROPOSED] >= 3
    assert Counter(one.state for one in TIES)[Agreement.DECLINED] >= 2
    years = {one.since.first_day.year for one in agreed if one.since}
    assert years == set(range(2020, 2027))


def test_some_grew_for_four_generations_and_what_ended_seeded_others() -> None:
    grown = nx.DiGraph(
        [(one.from_key, one.to) for one in TIES if one.kind is ConnectionKind.GREW_OUT_OF and one.state == "accepted"]
    )
    assert nx.is_directed_acyclic_graph(grown)
    assert nx.dag_longest_path_length(grown) >= 3
    over = {one.key: one for hood in load_cast() for one in hood.initiatives if one.last_active}
    seeded = [one for one in grown.nodes if one in over and grown.in_degree(one)]
    assert len(seeded) >= 5


def test_they_load_through_the_service_and_show_what_was_agreed(house: House) -> None:
    with house.private.writing() as db:
        load_neighbourhoods(db)
        load_demonstration(db)
    with house.private.reading() as db:
        rows = db.scalars(select(Connection)).all()
        assert len(rows) == len(TIES)
        for row in rows:
            assert row.settled_at is None or row.proposed_at < row.settled_at
            assert row.proposed_at.date() <= date(2026, 11, 23)
        shown = {one.id for one in db.scalars(select(Initiative)) if one.is_public}
        expected = {row.id for row in rows if row.state is Agreement.ACCEPTED and {row.from_id, row.to_id} <= shown}
        vouches = db.scalars(select(Vouch)).all()
        waiting = {one.for_id for one in vouches}
        states = set(db.scalars(select(Initiative.publication).where(Initiative.id.in_(waiting))))
    assert states == {Publication.SUBMITTED}
    assert {one.state for one in vouches} == {Agreement.PROPOSED, Agreement.ACCEPTED, Agreement.DECLINED}
    features = [orjson.loads(one) for one in house.published.page(Question("connections", limit=500)).features]
    assert {feature["id"] for feature in features} == expected
    assert len(expected) >= 60
    assert all(feature["properties"]["demonstration"] for feature in features)


def test_a_tie_that_is_there_twice_is_refused() -> None:
    told = load_ties().model_dump(mode="json", by_alias=True)
    told["ties"] = [told["ties"][0] | {"since": None}] * 2
    with pytest.raises(ValidationError, match="there twice"):
        Ties.model_validate(told)
