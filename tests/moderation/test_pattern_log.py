"""Stewards' acts on recurring barriers in the public log: counted where everyone can see them anyway, else unseen."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.moderation.models import Decision
from app.publishing.projector import rebuild
from app.vocabulary import Publication, Sharing
from app.vocabulary.sharing import PatternAct
from tests.patterns.test_stewarding import HOME, reading_of
from tests.support.cast import Cast, Planted
from tests.support.recurring import gather, reports

SECRET = "Marigold and thistle"
KIND = "What gets in the way again and again"


@pytest.fixture
def desk(cast: Cast, client: TestClient) -> TestClient:
    """A client that Chapeltown's steward has signed in with."""
    client.cookies.set("person", cast.signed_in(cast.steward()))
    client.headers.update(HOME)
    return client


def act(desk: TestClient, pattern_id: str, action: str, **form: Any) -> None:
    """Do it as a steward does, on the page of the pattern."""
    address = f"/moderation/patterns/{pattern_id}"
    answer = desk.post(address, data={"action": action, "reading": reading_of(desk.get(address).text), **form})
    assert answer.status_code == 303, answer.text


def ids(planted: Sequence[Planted]) -> list[str]:
    return [one.id for one in planted]


def log(client: TestClient) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/moderation/log").text))


def test_each_act_on_what_everyone_sees_is_counted_and_tells_no_more(cast: Cast, desk: TestClient) -> None:
    here, there = reports(cast, 8), reports(cast, 4, first=8)
    one, other = gather(cast, here), gather(cast, there)
    act(desk, one, "name", title=SECRET)
    act(desk, one, "move", chosen=ids(here[:1]), to=other)
    act(desk, one, "take_out", chosen=ids(here[1:2]))
    act(desk, one, "split", chosen=ids(here[2:5]))
    act(desk, one, "confirm")
    act(desk, one, "merge", merge_with=other)
    told = log(desk)
    for label in (done.label for done in PatternAct):
        assert f"{label}: 1 · Chapeltown · {KIND}" in told
    page = desk.get("/moderation/log").text
    assert not any(held in page for held in (SECRET, one, other, "steward@example.org", *ids(here)))
    with cast.house.private.writing() as db:
        rebuild(db)
    assert log(desk) == told


def test_what_a_steward_makes_public_is_counted(cast: Cast, desk: TestClient) -> None:
    act(desk, gather(cast, reports(cast, 3), is_sure=False), "confirm")
    assert f"{PatternAct.CONFIRMED.label}: 1" in log(desk)
    with cast.house.private.writing() as db:
        rebuild(db)
    assert f"{PatternAct.CONFIRMED.label}: 1" in log(desk)


def test_an_act_that_ends_a_page_is_counted(cast: Cast, desk: TestClient) -> None:
    planted = reports(cast, 3)
    act(desk, gather(cast, planted), "take_out", chosen=[planted[0].id])
    assert f"{PatternAct.TAKEN_OUT.label}: 1" in log(desk)


# What is done with hidden reports, beside a pattern that has a page.
Act = Callable[[Cast, TestClient, list[Planted], str], None]
HIDDEN_ACTS: dict[str, Act] = {
    "name": lambda cast, desk, hidden, _seen: act(desk, gather(cast, hidden), "name", title=SECRET),
    "confirm": lambda cast, desk, hidden, _seen: act(desk, gather(cast, hidden, is_sure=False), "confirm"),
    "merge": lambda cast, desk, hidden, seen: act(desk, seen, "merge", merge_with=gather(cast, hidden)),
    "move": lambda cast, desk, hidden, seen: act(desk, gather(cast, hidden), "move", chosen=ids(hidden), to=seen),
    "take_out": lambda cast, desk, hidden, seen: act(
        desk, gather(cast, hidden, pattern_id=seen), "take_out", chosen=ids(hidden)
    ),
    "split": lambda cast, desk, hidden, seen: act(
        desk, gather(cast, hidden, pattern_id=seen), "split", chosen=ids(hidden)
    ),
}


@pytest.mark.parametrize("sharing", [Sharing.COUNTED_ONLY, Sharing.STEWARDS_ONLY])
@pytest.mark.parametrize("doing", list(HIDDEN_ACTS))
def test_what_is_done_with_hidden_reports_leaves_no_trace(
    cast: Cast, desk: TestClient, sharing: Sharing, doing: str
) -> None:
    cast.decide(cast.plant(publication=Publication.SUBMITTED), Publication.PUBLISHED)
    seen = gather(cast, reports(cast, 3, first=6))
    before = desk.get("/moderation/log")
    hidden = reports(cast, 1, sharing=sharing, with_initiatives=False)
    HIDDEN_ACTS[doing](cast, desk, hidden, seen)
    after = desk.get("/moderation/log")
    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]
    with cast.house.private.reading() as db:
        kept = db.scalars(select(Decision).where(Decision.collection == "patterns")).one()
    assert not kept.is_logged


def test_a_pattern_of_shown_reports_below_the_threshold_is_not_told_of_either(cast: Cast, desk: TestClient) -> None:
    few = reports(cast, 2)
    lone = gather(cast, few)
    before = desk.get("/moderation/log").content
    act(desk, lone, "name", title=SECRET)
    act(desk, lone, "take_out", chosen=[few[0].id])
    assert desk.get("/moderation/log").content == before
    # Nor when one of two has a page.
    many = reports(cast, 4, first=2)
    act(desk, gather(cast, many), "split", chosen=[many[0].id])
    assert desk.get("/moderation/log").content == before


def test_what_was_refused_is_not_counted(cast: Cast, desk: TestClient) -> None:
    pattern_id = gather(cast, reports(cast, 4))
    before = desk.get("/moderation/log").content
    address = f"/moderation/patterns/{pattern_id}"
    for form in ({"action": "take_out"}, {"action": "dance"}, {"action": "confirm", "reading": "old"}):
        reading = reading_of(desk.get(address).text)
        assert desk.post(address, data={"reading": reading, **form}).status_code in {400, 412}
    assert desk.get("/moderation/log").content == before
    with cast.house.private.reading() as db:
        assert db.scalars(select(Decision)).all() == []
