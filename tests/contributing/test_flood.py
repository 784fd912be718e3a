"""A flood of reports in one hour: slowed where it comes from one place, kept whole, read by pages, never public."""

import re
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shapely.geometry import Point
from sqlalchemy import func, select

from app.barriers.answers import BarrierAnswers
from app.barriers.models import Barrier
from app.barriers.service import fill
from app.institutions.service import register
from app.kit.answers import read_answers
from app.main import create_app
from app.moderation.queue import AT_ONCE
from app.neighbourhoods.models import Neighbourhood
from app.patterns.finding import look, settle
from app.patterns.models import Pattern, PatternMember
from app.published.queries import Question
from app.vocabulary import Publication, Sharing
from tests.contributing.test_api import BARRIERS, point
from tests.support.cast import CHAPELTOWN, IN_CHAPELTOWN, Cast
from tests.support.recurring import HOLDER, reports
from tests.support.service import settings_for

# What a service takes from one part of the network in an hour where nobody says otherwise.
LIMIT = 120
MANY = 10_000
# Seconds for a page of the desk, many times what it takes on an idle machine (0.1).
PATIENCE = 2.0
LETTER = "We the undersigned say no to public liability insurance for sitting on the grass of our own park."


@pytest.fixture
def flooded(sqlite_url: str) -> Iterator[FastAPI]:
    """A service with the limit that it comes with, and the three neighbourhoods."""
    app = create_app(settings_for(sqlite_url, CONTRIBUTIONS_PER_HOUR=str(LIMIT)))
    Cast(app.state.house).found()
    yield app
    app.state.house.close()


def visitor(app: FastAPI, address: str) -> TestClient:
    """Somebody at this address of the network."""
    return TestClient(app, base_url="http://127.0.0.1:8000", client=(address, 50_000), follow_redirects=False)


def told(number: int, text: str = "") -> dict[str, Any]:
    """A report as a program sends it."""
    said = text or f"They want insurance before we may meet in the park on Sunday {number}."
    properties = {"kind": "health_and_safety", "what_happened": said, "holder": HOLDER}
    return {"type": "Feature", "geometry": point(), "properties": properties}


def stored(app: FastAPI) -> int:
    with app.state.house.private.reading() as db:
        return db.scalar(select(func.count()).select_from(Barrier)) or 0


def pour(cast: Cast, count: int, publication: Publication = Publication.SUBMITTED, text: str = "") -> None:
    """Store `count` reports at once, as if that many senders had sent them; all alike where `text` is given."""
    with cast.house.private.writing() as db:
        home, holders = db.get_one(Neighbourhood, CHAPELTOWN), register(db)
        for number in range(count):
            given = told(number, text)["properties"] | {"sharing": "neighbourhood"}
            barrier = Barrier()
            fill(barrier, read_answers(BarrierAnswers, given), Point(IN_CHAPELTOWN), home, holders)
            barrier.publication = publication
            db.add(barrier)


def a_night(cast: Cast) -> None:
    with cast.house.private.reading() as db:
        found = look(db)
    with cast.house.private.writing() as db:
        settle(db, found)


def test_from_one_network_it_is_slowed_and_nothing_that_was_taken_is_lost(flooded: FastAPI) -> None:
    # A new address each time, as who floods would use them: they are of one network.
    answers = [visitor(flooded, f"203.0.113.{number % 250}").post(BARRIERS, json=told(number)) for number in range(200)]
    assert [one.status_code for one in answers] == [201] * LIMIT + [429] * (200 - LIMIT)
    refused = answers[-1]
    assert 0 < int(refused.headers["retry-after"]) <= 3601
    assert re.search(r"Many came from your part of the network just now\. .* send it again in \d+ min\.", refused.text)
    assert refused.headers["content-type"] == "application/problem+json"
    assert len({one.json()["id"] for one in answers[:LIMIT]}) == stored(flooded) == LIMIT
    # Whoever is elsewhere does not notice.
    assert visitor(flooded, "198.51.100.7").post(BARRIERS, json=told(1)).status_code == 201


def test_from_many_networks_all_of_it_waits_for_a_steward(flooded: FastAPI) -> None:
    house = flooded.state.house
    for number in range(100):
        assert visitor(flooded, f"10.0.{number}.1").post(BARRIERS, json=told(number)).status_code == 201
    assert stored(flooded) == 100
    a_night(Cast(house))
    assert house.published.page(Question("barriers", limit=10)).matched == 0
    assert house.published.page(Question("patterns", limit=10)).matched == 0


def test_ten_thousand_leave_the_desk_quick_and_nothing_public(flooded: FastAPI) -> None:
    cast = Cast(flooded.state.house)
    real = cast.plant("barriers", what_happened="The gate was locked again.", publication=Publication.SUBMITTED)
    began = time.perf_counter()
    pour(cast, MANY)
    print(f"{MANY:,} stored in {time.perf_counter() - began:.1f} s")
    desk = visitor(flooded, "127.0.0.1")
    desk.cookies.set("person", cast.signed_in(cast.steward()))
    last = -(-(MANY + 1) // AT_ONCE)
    for page in (1, last // 2, last):
        began = time.perf_counter()
        answer = desk.get(f"/moderation?page={page}")
        took = time.perf_counter() - began
        print(f"page {page} of the desk: {took * 1000:.0f} ms")
        assert answer.status_code == 200
        assert took < PATIENCE
        assert f"{MANY + 1}" in answer.text.replace(",", "")
    # What came before the flood is found at its end.
    assert "The gate was locked again." in answer.text
    assert desk.get(f"/moderation{real.page}").status_code == 200
    began = time.perf_counter()
    assert desk.get("/moderation/patterns").status_code == 200
    assert time.perf_counter() - began < PATIENCE
    a_night(cast)
    with cast.house.private.reading() as db:
        assert not db.scalars(select(Pattern)).all()
        assert not db.scalars(select(PatternMember)).all()
    for address in ("/patterns", "/councils", "/api/collections/barriers/items"):
        assert "insurance" not in visitor(flooded, "198.51.100.7").get(address).text


def test_a_copied_letter_counts_as_one_voice_even_after_a_steward_let_it_all_through(flooded: FastAPI) -> None:
    cast = Cast(flooded.state.house)
    pour(cast, 200, Publication.PUBLISHED, LETTER)
    a_night(cast)
    assert cast.house.published.page(Question("patterns", limit=10)).matched == 0
    reports(cast, 4, sharing=Sharing.NEIGHBOURHOOD)
    a_night(cast)
    shown = [orjson.loads(one)["properties"] for one in cast.house.published.page(Question("patterns")).features]
    # Two hundred and four reports, and five voices.
    assert [(one["groups"], one["campaign"]) for one in shown] == [("5_to_9", 200)]
    page = visitor(flooded, "198.51.100.7").get(shown[0]["url"]).text
    assert "200 reports sent the same text. We count them as one group." in page
