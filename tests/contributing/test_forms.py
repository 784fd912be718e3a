"""Adding an entry step by step, as a browser without scripts does it: by the forms' own hidden fields."""

import html
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.vocabulary import ReviewPolicy
from app.web.house import House
from tests.contributing.test_api import stored
from tests.support.cast import CHAPELTOWN, IN_CHAPELTOWN, Cast

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: id="[^"]+")? value="([^"]*)"')
WHAT = {"title": "Soup on Tuesdays", "summary": "We share soup.", "activity": "food", "lifecycle": "active"}
BARRIER = {"what_happened": "They wanted insurance.", "kind": "health_and_safety", "effect": "slowed"}
MARKED = {"neighbourhood": CHAPELTOWN, "lon": str(IN_CHAPELTOWN[0]), "lat": str(IN_CHAPELTOWN[1])}
Fields = dict[str, Any]


def hidden_in(page: str) -> Fields:
    """The hidden fields of a page, as a browser would send them."""
    found: Fields = {}
    for name, value in _HIDDEN.findall(page):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def heading(answer: Response) -> str:
    found = re.search(r"<h1[^>]*>([^<]*)</h1>", answer.text)
    return html.unescape(found[1]) if found else ""


class Visitor:
    """Fills in one form, page by page."""

    def __init__(self, client: TestClient, address: str, query: str = "") -> None:
        self.client, self.address = client, address
        self.answer = client.get(address + query)

    def send(self, fields: Fields | None = None, go: str = "next") -> Response:
        """Press a button of the page that is open."""
        sent = hidden_in(self.answer.text) | (fields or {}) | {"go": go}
        self.answer = self.client.post(self.address, data=sent)
        return self.answer

    def to_check(self, what: Fields, where: Fields, more: Fields | None = None, sharing: str = "street") -> Response:
        for fields in (what, where, more or {}):
            assert self.send(fields).status_code == 200, self.answer.text
        if heading(self.answer) == "Has this happened to others?":
            self.send()
        assert self.send({"sharing": sharing}).status_code == 200, self.answer.text
        return self.answer


@pytest.fixture
def adding(cast: Cast, client: TestClient) -> Visitor:
    return Visitor(client, "/initiatives/new")


@pytest.fixture
def telling(cast: Cast, client: TestClient) -> Visitor:
    return Visitor(client, "/barriers/new")


def test_an_initiative_goes_in_step_by_step(adding: Visitor, cast: Cast, client: TestClient) -> None:
    check = adding.to_check(
        WHAT, MARKED, {"since_year": "2021", "since_month": "4", "concerns": ["isolation", "no_say"]}
    )
    assert heading(check) == "Check before you send"
    assert "April 2021" in check.text
    assert stored(cast.house) == 0
    done = adding.send(go="send")
    assert (done.status_code, heading(done)) == (200, "Thank you. We have it.")
    assert done.headers["cache-control"] == "no-store"
    assert done.headers["referrer-policy"] == "no-referrer"
    code = re.search(r"#k=(se-edit-[\w-]+)", done.text)
    assert code
    own = client.get("/api/mine", headers={"Authorization": f"Bearer {code[1]}"}).json()["feature"]
    assert own["geometry"]["coordinates"] == list(IN_CHAPELTOWN)
    assert own["properties"]["first_active"] == "2021-04"
    assert own["properties"]["concerns"] == ["isolation", "no_say"]


def test_a_barrier_goes_in_step_by_step(telling: Visitor, cast: Cast, client: TestClient) -> None:
    initiative = cast.plant(title="The soup", sharing="neighbourhood")
    more = {"initiative": initiative.id, "helped": ["space", "coaching"], "helped_by": "neighbour"}
    telling.send(BARRIER)
    assert "The soup" in telling.send({"neighbourhood": CHAPELTOWN}).text
    telling.send(more)
    check = telling.send({"sharing": "neighbourhood"})
    assert "The soup" in check.text
    assert "Leave this page" in check.text
    done = telling.send(go="send")
    code = re.search(r"#k=(se-edit-[\w-]+)", done.text)
    assert code, done.text
    own = client.get("/api/mine", headers={"Authorization": f"Bearer {code[1]}"}).json()["feature"]["properties"]
    assert own["initiative"] == initiative.id
    assert {(one["kind"], one["from_whom"]) for one in own["enablers"]} == {
        ("space", "neighbour"),
        ("coaching", "neighbour"),
    }


def test_sending_twice_adds_once_and_shows_the_same_link(adding: Visitor, cast: Cast) -> None:
    page = adding.to_check(WHAT, MARKED)
    links = []
    for _press in range(2):
        adding.answer = page
        links.append(re.findall(r"se-edit-[\w-]+", adding.send(go="send").text)[0])
    assert links[0] == links[1]
    assert stored(cast.house) == 1


def test_going_back_and_changing_one_answer_loses_nothing(adding: Visitor) -> None:
    adding.to_check(WHAT, MARKED, {"story": "Long ago."})
    back = adding.send(go="what")
    assert 'value="Soup on Tuesdays"' in back.text
    check = adding.send(WHAT | {"title": "Stew on Mondays"})
    assert heading(check) == "Check before you send"
    assert all(words in check.text for words in ("Stew on Mondays", "Long ago."))


def test_what_was_left_out_is_one_row_before_sending(adding: Visitor) -> None:
    check = adding.to_check(WHAT, MARKED, {"story": "It began with a pot."})
    assert check.text.count("<dt>Left out</dt>") == 1
    assert "How many take part · Who does it" in check.text
    assert "It began with a pot." in check.text


def test_a_mistake_is_named_and_everything_written_stays(adding: Visitor) -> None:
    wrong = adding.send({"title": "", "summary": "We share soup.", "activity": "", "lifecycle": "active"})
    assert wrong.status_code == 400
    assert "Give it a name" in wrong.text
    assert "Choose what it is mostly about." in wrong.text
    assert "We share soup." in wrong.text
    assert "<title>Mistake:" in wrong.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Say where it is."),
        ({"postcode": "XX1 1XX"}, "We do not know this postcode"),
        ({"postcode": "nonsense"}, "We do not know this postcode"),
        ({"neighbourhood": "nowhere"}, "There is no neighbourhood"),
        ({"lon": "53.8172", "lat": "-1.5309"}, "Longitude comes first"),
        ({"lon": "-1.40", "lat": "53.85"}, "The nearest is Seacroft"),
        ({"lon": "NaN", "lat": "53.8"}, "mark it again"),
        ({"neighbourhood": "seacroft", "lon": MARKED["lon"], "lat": MARKED["lat"]}, "not in Seacroft"),
    ],
)
def test_a_place_that_cannot_be_used_gets_a_sentence(adding: Visitor, fields: Fields, sentence: str) -> None:
    adding.send(WHAT)
    answer = adding.send({"lon": "", "lat": ""} | fields)
    assert answer.status_code == 400
    assert sentence in html.unescape(answer.text)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"since_year": "2999"}, "in the future"),
        ({"since_day": "30", "since_month": "2", "since_year": "2021"}, "no such date"),
        ({"since_day": "3", "since_year": "2021"}, "the month too"),
        ({"since_year": "last"}, "in numbers"),
        ({"since_year": "2021", "until_year": "2020"}, "before the first"),
        ({"story": "a" * 100_000}, "at most 5,000"),
        ({"formality": "club"}, "Choose one of"),
    ],
)
def test_an_answer_that_cannot_be_used_gets_a_sentence(adding: Visitor, fields: Fields, sentence: str) -> None:
    adding.send(WHAT)
    adding.send(MARKED)
    answer = adding.send(fields)
    assert answer.status_code == 400
    assert sentence in html.unescape(answer.text)


def test_a_story_about_benefits_is_offered_nothing_closer_than_the_neighbourhood(telling: Visitor) -> None:
    telling.send(BARRIER | {"kind": "welfare_sanction"})
    telling.send(MARKED)
    sharing = telling.send({})
    assert heading(sharing) == "How much may others see?"
    offered = set(re.findall(r'name="sharing" value="(\w+)"', sharing.text))
    assert offered == {"neighbourhood", "counted_only", "stewards_only"}
    assert "never shown closer" in sharing.text


def test_the_shape_that_others_see_is_drawn_before_saving(adding: Visitor) -> None:
    adding.send(WHAT)
    adding.send(MARKED)
    sharing = adding.send({})
    assert sharing.text.count("<svg") >= 3
    assert "Others see a square, about" in sharing.text


def test_text_that_may_give_somebody_away_is_pointed_out_and_never_stops_anybody(adding: Visitor) -> None:
    check = adding.to_check(WHAT | {"summary": "Ring 0113 496 0000 or write to a@example.org."}, MARKED)
    assert "a phone number" in check.text
    assert "an e-mail address" in check.text
    assert adding.send(go="send").status_code == 200


def test_a_link_can_say_where_one_comes_from(cast: Cast, client: TestClient) -> None:
    initiative = cast.plant(title="The soup")
    telling = Visitor(client, "/barriers/new", f"?neighbourhood={CHAPELTOWN}&initiative={initiative.id}")
    where = telling.send(BARRIER)
    assert re.search(r'value="chapeltown"[^>]* checked', where.text)
    more = telling.send({"neighbourhood": CHAPELTOWN})
    assert re.search(rf'value="{initiative.id}"[^>]* selected', more.text)


def test_what_happens_next_is_as_the_neighbourhood_has_it(house: House, client: TestClient) -> None:
    Cast(house).found(CHAPELTOWN, review=ReviewPolicy.AFTER)
    adding = Visitor(client, "/initiatives/new")
    assert "It is shown at once." in adding.to_check(WHAT, MARKED).text
    assert "It is on the map now." in adding.send(go="send").text


@pytest.mark.parametrize(("others", "said"), [(7, None), (8, "about 10"), (12, "about 10")])
def test_how_many_met_the_same_is_told_from_eight_on(
    telling: Visitor, cast: Cast, others: int, said: str | None
) -> None:
    for _one in range(others):
        cast.plant("barriers", kind="health_and_safety", sharing="neighbourhood")
    telling.to_check(BARRIER, {"neighbourhood": CHAPELTOWN}, sharing="neighbourhood")
    done = telling.send(go="send").text
    assert ("about 10 others" in done or "about 10 other" in done) is (said is not None)
    if said is None:
        assert f"{others} " not in re.sub(r"<[^>]+>|se-edit-\S+", " ", done.partition("Keep this link")[0])


def test_a_form_from_another_site_is_refused(adding: Visitor, client: TestClient) -> None:
    sent = hidden_in(adding.answer.text) | WHAT | {"go": "next"}
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/initiatives/new", data=sent, headers=headers).status_code == 403
