"""The contributor's own page: in by the link, one step changed at a time, taken down for good."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.kit import clock
from app.vocabulary import Publication
from tests.contributing.test_forms import hidden_in
from tests.support.cast import IN_CHAPELTOWN, Cast, Planted


@pytest.fixture
def planted(cast: Cast) -> Planted:
    return cast.plant(title="Soup on Tuesdays", story="Long ago.", place=IN_CHAPELTOWN)


def enter(client: TestClient, code: str) -> Response:
    return client.post("/mine", data={"code": code})


def open_step(client: TestClient, step: str, **fields: object) -> dict[str, object]:
    """What a browser would send from the page of a step."""
    return hidden_in(client.get(f"/mine/entry/{step}").text) | fields


WHAT = {"title": "Stew", "summary": "Warm.", "activity": "food", "lifecycle": "active"}


@pytest.mark.parametrize("form", ["{}", "http://127.0.0.1:8000/mine#k={}", "  {}\n"])
def test_the_code_or_the_whole_link_opens_it(planted: Planted, client: TestClient, form: str) -> None:
    answer = enter(client, form.format(planted.secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine/entry")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite" in cookie
    page = client.get("/mine/entry")
    assert "Soup on Tuesdays" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.text
    assert planted.secret not in page.text


@pytest.mark.parametrize("code", ["", "nonsense", "se-edit-" + "x" * 43, "a" * 5000])
def test_a_code_that_opens_nothing_gets_one_clear_page(planted: Planted, client: TestClient, code: str) -> None:
    answer = enter(client, code)
    assert answer.status_code == 401
    assert "This edit link does not work" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_session_ends_after_an_hour_and_what_was_written_is_shown(
    planted: Planted, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client, planted.secret)
    sent = open_step(client, "what", **WHAT)
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/mine/entry").status_code == 401
    answer = client.post("/mine/entry/what", data=sent)
    assert answer.status_code == 401
    assert "Stew" in answer.text


def test_one_step_changes_and_all_else_stays(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    answer = client.post("/mine/entry/what", data=open_step(client, "what", **WHAT))
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine/entry?saved")
    own = client.get("/api/mine", headers={"Authorization": f"Bearer {planted.secret}"}).json()["feature"]
    assert (own["properties"]["title"], own["properties"]["story"]) == ("Stew", "Long ago.")
    assert own["geometry"]["coordinates"] == list(IN_CHAPELTOWN)


def test_of_two_editors_the_second_is_told_and_keeps_the_words(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    first = open_step(client, "what", **WHAT)
    second = open_step(client, "what", **(WHAT | {"title": "Broth"}))
    assert client.post("/mine/entry/what", data=first).status_code == 303
    told = client.post("/mine/entry/what", data=second)
    assert told.status_code == 412
    assert "changed in the meantime" in told.text
    assert 'value="Broth"' in told.text
    again = hidden_in(told.text) | WHAT | {"title": "Broth"}
    assert client.post("/mine/entry/what", data=again).status_code == 303


def test_a_mistake_in_a_change_is_named_and_nothing_is_saved(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    answer = client.post("/mine/entry/what", data=open_step(client, "what", **(WHAT | {"title": ""})))
    assert answer.status_code == 400
    assert "Give it a name" in answer.text
    assert client.get(planted.item).json()["properties"]["title"] == "Soup on Tuesdays"


def test_what_a_program_told_of_help_outlives_a_change_by_form(cast: Cast, client: TestClient) -> None:
    helped = [{"kind": "space", "text": "A hall", "from_whom": "neighbour"}]
    barrier = cast.plant("barriers", enablers=helped)
    enter(client, barrier.secret)
    said = {"what_happened": "Other words.", "kind": "gatekeeping"}
    assert client.post("/mine/entry/what", data=open_step(client, "what", **said)).status_code == 303
    own = client.get("/api/mine", headers={"Authorization": f"Bearer {barrier.secret}"}).json()["feature"]
    assert own["properties"]["enablers"] == helped


def test_taking_down_wants_to_be_meant_and_is_for_good(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    assert client.post("/mine/withdraw", data={}).status_code == 400
    assert client.get(planted.item).status_code == 200
    answer = client.post("/mine/withdraw", data={"sure": "yes"})
    assert answer.status_code == 200
    assert client.get(planted.item).status_code == 410
    assert client.get(planted.page).status_code == 410
    assert enter(client, planted.secret).status_code == 401
    assert client.get("/mine/entry").status_code == 401


def test_a_new_link_ends_the_old_one_and_its_sessions(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    page = client.post("/mine/new-link").text
    assert enter(client, planted.secret).status_code == 401
    code = page.partition("#k=")[2].partition("<")[0]
    assert enter(client, code).status_code == 303


def test_leaving_forgets_everything_on_this_device(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    cookie = client.cookies["mine"]
    answer = client.post("/mine/leave")
    assert answer.status_code == 303
    assert "cookies" in answer.headers["clear-site-data"]
    client.cookies.set("mine", cookie)
    assert client.get("/mine/entry").status_code == 401


def test_a_steward_s_question_is_shown(cast: Cast, client: TestClient) -> None:
    asked = cast.plant(publication=Publication.RETURNED, steward_note="What day is it on?")
    enter(client, asked.secret)
    assert "What day is it on?" in client.get("/mine/entry").text


def test_forms_from_another_site_are_refused(planted: Planted, client: TestClient) -> None:
    enter(client, planted.secret)
    for address in ("/mine", "/mine/entry/what", "/mine/withdraw", "/mine/new-link", "/mine/leave"):
        answer = client.post(address, data={"sure": "yes"}, headers={"Origin": "https://elsewhere.example"})
        assert answer.status_code == 403, address


@pytest.mark.parametrize("step", ["check", "nonsense"])
def test_a_step_that_there_is_not_breaks_nothing(planted: Planted, client: TestClient, step: str) -> None:
    enter(client, planted.secret)
    assert client.get(f"/mine/entry/{step}").status_code < 500
    assert client.post(f"/mine/entry/{step}", data=WHAT).status_code < 500
