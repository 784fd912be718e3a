"""The last press of a form: once however often, and nothing written is lost when it cannot be taken."""

import html
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shapely.geometry import Point

from app.main import create_app
from tests.contributing.test_api import INITIATIVES, feature, point, stored
from tests.contributing.test_forms import BARRIER, MARKED, WHAT, Visitor, heading, hidden_in
from tests.support.cast import CHAPELTOWN, IN_CHAPELTOWN, Cast
from tests.support.service import settings_for


@pytest.fixture
def strict(database_url: str) -> Iterator[FastAPI]:
    """A service that takes one entry an hour."""
    app = create_app(settings_for(database_url, CONTRIBUTIONS_PER_HOUR="1"))
    yield app
    app.state.house.close()


def test_beyond_the_limit_what_was_written_stays(strict: FastAPI) -> None:
    house = strict.state.house
    Cast(house).found(CHAPELTOWN)
    with TestClient(strict, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        assert client.post(INITIATIVES, json=feature(point())).status_code == 201
        refused = client.post(INITIATIVES, json=feature(point()))
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        adding = Visitor(client, "/initiatives/new")
        adding.to_check(WHAT, MARKED, {"story": "It began with one pot."})
        answer = adding.send(go="send")
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "What you wrote is still here" in answer.text
        assert answer.text.count("It began with one pot.") >= 2  # Shown, and carried.
        assert 'href="#f-send"' in answer.text
        assert 'id="f-send"' in answer.text
    assert stored(house) == 1


def test_other_words_after_sending_ask_first(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    check = adding.to_check(WHAT, MARKED)
    adding.send(go="send")
    adding.answer = check  # The browser's own "back".
    adding.send(go="what")
    adding.send(WHAT | {"title": "Stew on Mondays"})
    asked = adding.send(go="send")
    assert asked.status_code == 409
    assert "You sent this once already" in asked.text
    assert "Stew on Mondays" in asked.text
    assert stored(cast.house) == 1
    assert heading(adding.send(go="send")) == "Thank you. We have it."
    assert stored(cast.house) == 2


def test_an_initiative_that_went_meanwhile_is_asked_for_again(cast: Cast, client: TestClient) -> None:
    initiative = cast.plant(sharing="neighbourhood")
    telling = Visitor(client, "/barriers/new")
    telling.to_check(BARRIER, {"neighbourhood": CHAPELTOWN}, {"initiative": initiative.id}, "neighbourhood")
    cast.withdraw(initiative)
    answer = telling.send(go="send")
    assert (answer.status_code, heading(answer)) == (400, "Tell us more, if you like")
    assert "no published initiative" in answer.text
    assert "They wanted insurance." in answer.text
    telling.send({"initiative": ""})
    telling.send({"sharing": "neighbourhood"})
    assert heading(telling.send(go="send")) == "Thank you. We have it."


def test_another_place_is_drawn_again_before_the_check(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    adding.to_check(WHAT, MARKED, sharing="exact")
    adding.send(go="where")
    sharing = adding.send({"lon": "", "lat": "", "neighbourhood": CHAPELTOWN})
    assert heading(sharing) == "How much may others see?"
    assert "nothing closer can be shown" in sharing.text
    check = adding.send({"sharing": "exact"})
    assert heading(check) == "Check before you send"
    # What is not offered is not taken either, and the page says what it is instead.
    assert "Only the neighbourhood" in check.text
    assert "The exact place" not in check.text


def test_a_postcode_is_used_and_not_kept(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    adding.send(WHAT)
    more = adding.send({"postcode": "LS7 4BZ"})
    assert heading(more) == "Tell us more, if you like"
    assert "LS7 4BZ" not in more.text
    assert re.search(r'name="lon" value="-1\.5', more.text)


def test_a_postcode_outside_is_kept_with_the_nearest_name(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    adding.send(WHAT)
    answer = adding.send({"postcode": "YO1 7HH"})
    assert answer.status_code == 400
    assert "The nearest is Seacroft." in answer.text
    assert 'value="YO1 7HH"' in answer.text
    assert 'href="#f-postcode"' in answer.text


def test_fields_that_we_do_not_ask_for_go_no_further(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    assert "unasked" not in html.unescape(adding.send(WHAT | {"unasked": "1", "publication": "published"}).text)
    assert "published" not in adding.answer.text.partition("<form")[2].partition("<noscript")[0]


def test_a_form_of_5_mb_is_refused(cast: Cast, client: TestClient) -> None:
    for address in ("/initiatives/new", "/mine", "/mine/entry/what"):
        assert client.post(address, data={"story": "a" * 5_000_000}).status_code == 413


def test_private_pages_are_kept_by_nobody_and_told_to_nobody(cast: Cast, client: TestClient) -> None:
    client.post("/mine", data={"code": cast.plant().secret})
    pages = ("/initiatives/new", "/barriers/new", "/mine", "/mine/entry", "/mine/entry/what", "/mine/entry/where")
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert answer.headers["cache-control"] == "no-store", page
        assert answer.headers["referrer-policy"] == "no-referrer", page
        assert '<meta name="robots" content="noindex">' in answer.text, page


def test_an_area_that_a_program_sent_stays_until_it_is_forgotten(cast: Cast, client: TestClient) -> None:
    area = Point(IN_CHAPELTOWN).buffer(0.0005)
    planted = cast.plant(place=area)
    client.post("/mine", data={"code": planted.secret})
    own = {"Authorization": f"Bearer {planted.secret}"}

    def save(step: str, fields: dict[str, str]) -> object:
        page = client.get(f"/mine/entry/{step}")
        version = hidden_in(page.text)["version"][0]
        assert client.post(f"/mine/entry/{step}", data=fields | {"version": version}).status_code == 303
        geometry = client.get("/api/mine", headers=own).json()["feature"]["geometry"]
        return geometry and geometry["type"]

    assert 'value="street"' in client.get("/mine/entry/sharing").text
    assert save("sharing", {"sharing": "street"}) == "Polygon"
    assert save("where", {"neighbourhood": CHAPELTOWN}) == "Polygon"
    assert save("where", {"neighbourhood": CHAPELTOWN, "forget": "yes"}) is None
