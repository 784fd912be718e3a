"""Whether an answer was real: the word of whoever holds the edit link, changed as often as they like."""

import html
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts.sign_in import add_person
from app.institutions.models import Institution
from app.kit import clock
from app.responses.models import GroupOutcome, Response
from app.vocabulary import InstitutionKind, Publication, ResponseState, Role
from tests.contributing.test_mine import enter
from tests.support.cast import Cast, Planted
from tests.support.recurring import gather, reports
from tests.support.service import LiveServer

TEXT = "You can be let off: write to the desk."


def answer_to(cast: Cast, collection: str, subject_id: str, **more: Any) -> str:
    """An officer's published answer; returns its id."""
    with cast.house.private.writing() as db:
        office = db.scalar(select(Institution))
        if office is None:
            office = Institution(
                name="Eastmoor Council", kind=InstitutionKind.COUNCIL, areas=[], other_names=[], created_at=clock.now()
            )
            db.add(office)
            db.flush()
        person = add_person(
            db, email=f"{clock.now().timestamp()}@example.org", role=Role.OFFICER, neighbourhood=None,
            institution=office.name,
        )  # fmt: skip
        db.flush()
        words = {"state": ResponseState.WAIVABLE, "text": TEXT, "publication": Publication.PUBLISHED} | more
        said = Response(
            collection=collection, subject_id=subject_id, institution_id=office.id, written_by_id=person.id,
            written_at=clock.now(), published_at=clock.now(), **words,
        )  # fmt: skip
        db.add(said)
        db.flush()
        return said.id


def outcomes(cast: Cast) -> dict[tuple[str, str], str]:
    with cast.house.private.reading() as db:
        return {(one.barrier_id, one.response_id): str(one.outcome) for one in db.scalars(select(GroupOutcome))}


@pytest.fixture
def planted(cast: Cast) -> list[Planted]:
    return reports(cast, 4)


@pytest.fixture
def pattern_id(cast: Cast, planted: list[Planted]) -> str:
    return gather(cast, planted)


def say(client: TestClient, response_id: str, word: str) -> Any:
    return client.post("/mine/outcome", data={"response": response_id, "outcome": word})


def test_nothing_stands_there_where_nobody_answered(
    cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str
) -> None:
    enter(client, planted[0].secret)
    assert "What was answered" not in client.get("/mine/entry").text


def test_an_answer_to_the_pattern_is_shown_and_the_word_on_it_is_kept_and_changed(
    cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str
) -> None:
    said = answer_to(cast, "patterns", pattern_id)
    enter(client, planted[0].secret)
    page = html.unescape(client.get("/mine/entry").text)
    assert "Eastmoor Council: You can be let off this rule" in page
    assert TEXT in page
    assert "to all groups that met the same" in page
    assert not re.search(r'name="outcome"[^>]* checked', page)
    answer = say(client, said, "still_blocked")
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine/entry?saved")
    assert re.search(r'value="still_blocked" checked', client.get("/mine/entry").text)
    assert outcomes(cast) == {(planted[0].id, said): "still_blocked"}
    say(client, said, "resolved")
    assert outcomes(cast) == {(planted[0].id, said): "resolved"}


def test_an_answer_to_the_report_itself_and_its_correction(
    cast: Cast, client: TestClient, planted: list[Planted]
) -> None:
    first = answer_to(cast, "barriers", planted[0].id)
    second = answer_to(cast, "barriers", planted[0].id, text="Write to the other desk.", corrects_id=first)
    enter(client, planted[0].secret)
    page = client.get("/mine/entry").text
    assert "Write to the other desk." in page
    assert TEXT not in page
    assert say(client, second, "partly").status_code == 303
    public = client.get(planted[0].item).json()["properties"]["answers"][0]
    assert public["outcomes"] == [{"outcome": "partly", "outcome_label": "It is partly solved", "groups": 1}]
    assert say(client, first, "partly").status_code == 400


def test_still_blocked_opens_it_again(cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str) -> None:
    said = answer_to(cast, "patterns", pattern_id)
    item = f"/api/collections/patterns/items/{pattern_id}"
    assert client.get(item).json()["properties"]["reopened_on"] is None
    enter(client, planted[0].secret)
    say(client, said, "still_blocked")
    assert client.get(item).json()["properties"]["reopened_on"] == clock.today().isoformat()


@pytest.mark.parametrize("more", [{"publication": Publication.DRAFT}, {"publication": Publication.HIDDEN}])
def test_what_is_not_published_is_not_told_and_takes_no_word(
    cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str, more: dict[str, Any]
) -> None:
    said = answer_to(cast, "patterns", pattern_id, **more)
    enter(client, planted[0].secret)
    assert TEXT not in client.get("/mine/entry").text
    assert say(client, said, "resolved").status_code == 400
    assert outcomes(cast) == {}


def test_the_answer_to_a_pattern_that_never_had_a_page_is_not_told(cast: Cast, client: TestClient) -> None:
    planted = reports(cast, 2)
    answer_to(cast, "patterns", gather(cast, planted))
    enter(client, planted[0].secret)
    assert TEXT not in client.get("/mine/entry").text


def test_someone_elses_link_cannot(cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str) -> None:
    said = answer_to(cast, "barriers", planted[0].id)
    assert say(client, said, "resolved").status_code == 401
    for other in (planted[1], cast.plant(), cast.plant("barriers")):
        enter(client, other.secret)
        assert say(client, said, "resolved").status_code in {400, 404}
    assert outcomes(cast) == {}


@pytest.mark.parametrize("word", ["", "wonderful"])
def test_a_word_that_there_is_not_gets_a_sentence(
    cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str, word: str
) -> None:
    said = answer_to(cast, "patterns", pattern_id)
    enter(client, planted[0].secret)
    answer = say(client, said, word)
    assert answer.status_code == 400
    assert "Choose how it is for you now." in answer.text
    assert f'href="#f-outcome-{said}"' in answer.text
    assert outcomes(cast) == {}


def test_a_form_from_another_site_is_refused(
    cast: Cast, client: TestClient, planted: list[Planted], pattern_id: str
) -> None:
    said = answer_to(cast, "patterns", pattern_id)
    enter(client, planted[0].secret)
    sent = {"response": said, "outcome": "resolved"}
    answer = client.post("/mine/outcome", data=sent, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert outcomes(cast) == {}


@pytest.mark.browser
def test_the_verdict_in_a_browser(live_server: LiveServer, page: Page, axe: Any) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    planted = reports(cast, 4)
    answer_to(cast, "patterns", gather(cast, planted))
    page.goto(f"{live_server.url}/mine#k={planted[0].secret}")
    page.wait_for_url("**/mine/entry")
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.get_by_role("radio", name="We are still blocked").check()
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_role("status").first).to_have_text("Your change is saved.")
    expect(page.get_by_role("radio", name="We are still blocked")).to_be_checked()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
