"""Adding, changing and taking back by program: the contract of the web, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shapely.geometry import Point, shape
from sqlalchemy import func, select

from app.initiatives.models import Initiative
from app.vocabulary import Publication, ReviewPolicy
from app.web.house import House
from tests.support.cast import CHAPELTOWN, IN_CHAPELTOWN, Cast

INITIATIVES = "/api/collections/initiatives/items"
BARRIERS = "/api/collections/barriers/items"
ANY = {"If-Match": "*"}
KEY = "6f1c9f0e-3f0b-4d57-9d3c-0d6c3b1a2f4e"


def feature(geometry: object = None, **properties: Any) -> dict[str, Any]:
    """A Feature with what is needed of an initiative, and more."""
    said = {"title": "Soup on Tuesdays", "activity": "food"} | properties
    return {"type": "Feature", "geometry": geometry, "properties": said}


def point(place: tuple[float, float] = IN_CHAPELTOWN) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(place)}


def code_of(body: dict[str, Any]) -> str:
    """The secret of an answer's edit link."""
    return str(body["edit_url"]).rpartition("#k=")[2]


def bearer(code: str, version: int | str | None = None) -> dict[str, str]:
    """Headers that show an edit link, and the version that was read."""
    shown = {"Authorization": f"Bearer {code}"}
    return shown if version is None else shown | {"If-Match": f'"{version}"'}


@pytest.fixture
def pinned(cast: Cast, client: TestClient) -> tuple[str, str]:
    """An initiative that was just sent: its id and the secret of its link."""
    body = client.post(INITIATIVES, json=feature(point())).json()
    return body["id"], code_of(body)


def stored(house: House) -> int:
    with house.private.reading() as db:
        return db.scalar(select(func.count()).select_from(Initiative)) or 0


def test_an_entry_gets_an_address_a_coarse_preview_and_a_link_shown_once(cast: Cast, client: TestClient) -> None:
    answer = client.post(INITIATIVES, json=feature(point()))
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"http://127.0.0.1:8000{INITIATIVES}/{body['id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert body["edit_url"].startswith("http://127.0.0.1:8000/mine#k=se-edit-")
    assert body["publication"] == "submitted"
    seen = shape(body["preview"]["geometry"])
    assert body["preview"]["properties"]["shown_as"] == "cell"
    assert seen.covers(Point(IN_CHAPELTOWN))
    assert seen.geom_type == "Polygon"
    assert all(str(part) not in answer.text for part in IN_CHAPELTOWN)
    # It waits for a steward, and its address says no more than any other that is unknown.
    assert client.get(f"{INITIATIVES}/{body['id']}").status_code == 404


def test_where_stewards_look_later_it_is_public_at_once(house: House, client: TestClient) -> None:
    Cast(house).found(CHAPELTOWN, review=ReviewPolicy.AFTER)
    body = client.post(INITIATIVES, json=feature(point())).json()
    assert body["publication"] == "published"
    assert client.get(f"{INITIATIVES}/{body['id']}").json()["properties"]["title"] == "Soup on Tuesdays"


def test_what_is_not_to_be_shown_has_no_preview(cast: Cast, client: TestClient) -> None:
    body = client.post(INITIATIVES, json=feature(point(), sharing="stewards_only")).json()
    assert body["preview"] is None
    assert "Nobody will see" in body["preview_note"]


def test_a_barrier_is_shown_as_its_neighbourhood_unless_more_is_wanted(cast: Cast, client: TestClient) -> None:
    said = {"kind": "gatekeeping", "what_happened": "The key was gone."}
    body = client.post(BARRIERS, json={"type": "Feature", "geometry": point(), "properties": said}).json()
    assert body["preview"]["properties"]["shown_as"] == "neighbourhood"


@pytest.mark.parametrize("sharing", ["exact", "street", "neighbourhood"])
def test_a_story_about_benefits_is_never_closer_than_the_neighbourhood(
    cast: Cast, client: TestClient, sharing: str
) -> None:
    said = {"kind": "welfare_sanction", "what_happened": "They stopped it.", "sharing": sharing}
    body = client.post(BARRIERS, json={"type": "Feature", "geometry": point(), "properties": said}).json()
    assert body["preview"]["properties"]["shown_as"] == "neighbourhood"


def test_a_barrier_does_not_name_an_initiative_that_would_tell_where_it_was(cast: Cast, client: TestClient) -> None:
    shown = {sharing: cast.plant(sharing=sharing) for sharing in ("exact", "street", "neighbourhood")}
    named = {}
    for sharing, planted in shown.items():
        said = {"kind": "gatekeeping", "what_happened": "No.", "initiative": planted.id, "sharing": "neighbourhood"}
        body = client.post(BARRIERS, json={"type": "Feature", "geometry": point(), "properties": said}).json()
        named[sharing] = body["preview"]["properties"].get("initiative")
    assert named == {"exact": None, "street": None, "neighbourhood": shown["neighbourhood"].id}


def test_an_initiative_that_nobody_may_see_cannot_be_named(cast: Cast, client: TestClient) -> None:
    hidden = cast.plant(publication=Publication.SUBMITTED)
    answers = set()
    for asked in (hidden.id, "not-an-id-of-ours"):
        said = {"kind": "gatekeeping", "what_happened": "No.", "initiative": asked}
        answer = client.post(BARRIERS, json={"type": "Feature", "geometry": point(), "properties": said})
        answers.add((answer.status_code, answer.text.replace(asked, "")))
    assert len(answers) == 1
    assert answers.pop()[0] == 400


def test_the_same_key_gives_the_same_answer_and_one_entry(cast: Cast, client: TestClient, house: House) -> None:
    sent = [client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": KEY}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert stored(house) == 1


def test_the_same_key_with_other_words_is_refused(cast: Cast, client: TestClient, house: House) -> None:
    client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": KEY})
    answer = client.post(INITIATIVES, json=feature(point(), title="Other"), headers={"Idempotency-Key": KEY})
    assert answer.status_code == 409
    assert stored(house) == 1


def test_a_key_that_others_could_guess_gives_the_link_once(cast: Cast, client: TestClient) -> None:
    first, again = (client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": "1"}) for _ in "ab")
    assert "edit_url" in first.json()
    assert "edit_url" not in again.json()
    assert "note" in again.json()


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_needs_a_fair_length(cast: Cast, client: TestClient, key: str) -> None:
    assert client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": key}).status_code == 400


def test_a_key_does_not_bring_back_what_was_taken_down(cast: Cast, client: TestClient, house: House) -> None:
    body = client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": KEY}).json()
    client.delete(f"{INITIATIVES}/{body['id']}", headers=bearer(code_of(body), "1"))
    again = client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": KEY})
    assert again.status_code == 410
    assert stored(house) == 1


def test_two_of_the_same_at_once_are_one_entry(cast: Cast, client: TestClient, house: House) -> None:
    def send(_number: int) -> Any:
        return client.post(INITIATIVES, json=feature(point()), headers={"Idempotency-Key": KEY})

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(send, range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["edit_url"] for answer in answers}) == 1
    assert stored(house) == 1


def test_one_s_own_entry_is_told_as_it_was_said(pinned: tuple[str, str], client: TestClient) -> None:
    entry_id, code = pinned
    answer = client.get("/api/mine", headers=bearer(code))
    body = answer.json()
    assert (answer.headers["etag"], body["id"], body["publication"]) == ('"1"', entry_id, "submitted")
    assert body["feature"]["geometry"]["coordinates"] == list(IN_CHAPELTOWN)
    assert body["feature"]["properties"]["title"] == "Soup on Tuesdays"


def test_a_change_replaces_what_it_names_and_keeps_the_rest(pinned: tuple[str, str], client: TestClient) -> None:
    entry_id, code = pinned
    change = {"type": "Feature", "properties": {"summary": "Every week."}}
    answer = client.patch(f"{INITIATIVES}/{entry_id}", json=change, headers=bearer(code, "1"))
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    own = client.get("/api/mine", headers=bearer(code)).json()["feature"]
    assert (own["properties"]["title"], own["properties"]["summary"]) == ("Soup on Tuesdays", "Every week.")
    assert own["geometry"]["coordinates"] == list(IN_CHAPELTOWN)


def test_an_entry_can_let_go_of_its_exact_place(pinned: tuple[str, str], client: TestClient) -> None:
    entry_id, code = pinned
    change: dict[str, Any] = {"type": "Feature", "geometry": None, "properties": {}}
    body = client.patch(f"{INITIATIVES}/{entry_id}", json=change, headers=bearer(code, "1")).json()
    assert body["feature"]["geometry"] is None
    assert body["preview"]["properties"]["shown_as"] == "neighbourhood"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 428),
        ({"If-Match": '"7"'}, 412),
        ({"If-Match": '"0"'}, 412),
        ({"If-Match": "nonsense"}, 412),
        ({"If-Match": "9" * 5000}, 412),
        ({"If-Match": 'W/"1"'}, 200),
        ({"If-Match": "*"}, 200),
    ],
)
def test_a_change_says_which_version_it_saw(
    pinned: tuple[str, str], client: TestClient, headers: dict[str, str], status: int
) -> None:
    entry_id, code = pinned
    answer = client.patch(f"{INITIATIVES}/{entry_id}", json=feature(), headers=bearer(code) | headers)
    assert answer.status_code == status


def test_of_two_editors_the_second_is_told(pinned: tuple[str, str], client: TestClient) -> None:
    entry_id, code = pinned
    statuses = []
    for title in ("First", "Second"):
        change = {"type": "Feature", "properties": {"title": title}}
        statuses.append(client.patch(f"{INITIATIVES}/{entry_id}", json=change, headers=bearer(code, "1")).status_code)
    assert statuses == [200, 412]
    assert client.get("/api/mine", headers=bearer(code)).json()["feature"]["properties"]["title"] == "First"


def test_two_editors_at_the_same_moment_cannot_both_win(pinned: tuple[str, str], client: TestClient) -> None:
    entry_id, code = pinned

    def change(title: str) -> int:
        sent = {"type": "Feature", "properties": {"title": title}}
        return client.patch(f"{INITIATIVES}/{entry_id}", json=sent, headers=bearer(code, "1")).status_code

    with ThreadPoolExecutor(4) as several:
        statuses = sorted(several.map(change, "abcd"))
    assert statuses == [200, 412, 412, 412]


@pytest.mark.parametrize("verb", ["PATCH", "DELETE"])
def test_only_the_entry_s_own_link_opens_it(cast: Cast, client: TestClient, verb: str) -> None:
    planted, other = cast.plant(), cast.plant(title="Another")
    sent: dict[str, Callable[[], dict[str, str]]] = {
        "none": lambda: {"If-Match": '"1"'},
        "wrong": lambda: bearer("se-edit-" + "x" * 43, "1"),
        "not a bearer": lambda: {"Authorization": "Basic abc", "If-Match": '"1"'},
        "another's": lambda: bearer(other.secret, "1"),
    }
    statuses = {
        name: client.request(verb, planted.item, headers=headers(), json=feature()).status_code
        for name, headers in sent.items()
    }
    assert statuses == {"none": 401, "wrong": 401, "not a bearer": 401, "another's": 404}
    assert client.get(planted.item).status_code == 200


def test_an_entry_taken_down_is_gone_and_its_link_is_dead(cast: Cast, client: TestClient) -> None:
    planted = cast.plant()
    assert client.get(planted.item).status_code == 200
    assert client.delete(planted.item, headers=bearer(planted.secret) | ANY).status_code == 204
    assert client.get(planted.item).status_code == 410
    assert client.get(planted.page).status_code == 410
    for verb in ("PATCH", "DELETE"):
        answer = client.request(verb, planted.item, headers=bearer(planted.secret) | ANY, json=feature())
        assert answer.status_code == 401
    assert client.get("/api/mine", headers=bearer(planted.secret)).status_code == 401


def test_what_was_never_shown_leaves_no_trace(pinned: tuple[str, str], client: TestClient) -> None:
    entry_id, code = pinned
    assert client.delete(f"{INITIATIVES}/{entry_id}", headers=bearer(code, "1")).status_code == 204
    assert client.get(f"{INITIATIVES}/{entry_id}").status_code == 404


def test_a_barrier_can_be_changed_when_its_initiative_has_gone(cast: Cast, client: TestClient) -> None:
    initiative = cast.plant(sharing="neighbourhood")
    barrier = cast.plant("barriers", initiative=initiative.id)
    cast.withdraw(initiative)
    change = {"type": "Feature", "properties": {"effect": "slowed"}}
    answer = client.patch(barrier.item, json=change, headers=bearer(barrier.secret) | ANY)
    assert answer.status_code == 200
    assert "initiative" not in answer.json()["preview"]["properties"]


def test_nothing_can_be_added_to_what_is_not_a_collection_of_entries(cast: Cast, client: TestClient) -> None:
    for collection in ("neighbourhoods", "nonsense"):
        answer = client.post(f"/api/collections/{collection}/items", json=feature(point()))
        assert answer.status_code in {404, 405}


def test_guessing_links_is_slowed_down(cast: Cast, client: TestClient) -> None:
    statuses = [client.get("/api/mine", headers=bearer(f"se-edit-{number}")).status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
