"""Answers before a steward: hidden by a rule, gone from all that is public, and shown again."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.publishing.projector import rebuild
from app.responses.models import Response
from app.vocabulary import Publication
from tests.responses.town import HOUSING, PARKS, Town, answered, send
from tests.support.cast import SEACROFT
from tests.support.recurring import gather, reports


@pytest.fixture
def answer_id(town: Town, client: TestClient) -> str:
    """A published answer of the parks team."""
    return answered(town, client)


def as_steward(town: Town, client: TestClient, slug: str = "chapeltown") -> TestClient:
    client.cookies.clear()
    steward = town.cast.steward(slug, email=f"steward-{slug}@example.org")
    client.cookies.set("person", town.cast.signed_in(steward))
    return client


def decide(client: TestClient, answer_id: str, decision: str, **form: str) -> Any:
    read_as = "hidden" if decision == "show" else "published"
    return client.post(f"/moderation/answers/{answer_id}", data={"decision": decision, "read_as": read_as, **form})


def test_a_hidden_answer_is_gone_from_all_that_is_public(town: Town, client: TestClient, answer_id: str) -> None:
    as_steward(town, client)
    page = client.get("/moderation/answers").text
    assert "Come as you are." in page
    assert "Nobody may hide one because they do not like it." in page
    assert decide(client, answer_id, "hide", reason="names_a_person", note="Leave the name out.").status_code == 303
    told = town.told()
    assert (told["answers"], told["state"]) == ([], None)
    assert told["waiting_since"] is not None
    with town.cast.house.private.writing() as db:
        rebuild(db)
    assert town.told() == told
    assert "Come as you are." not in client.get("/moderation/answers").text
    assert "Come as you are." in client.get("/moderation/answers?pile=hidden").text
    log = client.get("/moderation/log").text
    assert "What an institution answered" in log
    assert "Hidden: 1" in log


def test_the_institution_reads_why_and_nobody_else(town: Town, client: TestClient, answer_id: str) -> None:
    as_steward(town, client)
    decide(client, answer_id, "hide", reason="names_a_person", note="Leave the name out.")
    town.sign_in(client, PARKS)
    page = client.get(town.page).text
    assert "It names or points to a person. Leave the name out." in page
    # The very same words do not come back by another door.
    again = send(client, town.page, "publish", state="no_such_rule", text="Come as you are.")
    assert again.status_code == 400
    assert "A steward hid this very answer." in again.text
    assert send(client, town.page, "publish", state="no_such_rule", text="Come as you like.").status_code == 303
    assert [one["text"] for one in town.told()["answers"]] == ["Come as you like."]


def test_an_answer_is_shown_again_as_the_older_version_that_it_is(
    town: Town, client: TestClient, answer_id: str
) -> None:
    as_steward(town, client)
    decide(client, answer_id, "hide", reason="not_true")
    assert decide(client, answer_id, "show").status_code == 303
    assert [one["is_current"] for one in town.told()["answers"]] == [True]
    decide(client, answer_id, "hide", reason="not_true")
    town.sign_in(client, PARKS)
    send(client, town.page, "publish", state="waivable", text="Ask us.")
    as_steward(town, client, "chapeltown")
    decide(client, answer_id, "show")
    assert [(one["text"], one["is_current"]) for one in town.told()["answers"]] == [
        ("Ask us.", True),
        ("Come as you are.", False),
    ]


def test_a_version_that_was_replaced_stands_again_where_the_newer_one_is_hidden(
    town: Town, client: TestClient, answer_id: str
) -> None:
    town.sign_in(client, PARKS)
    send(client, town.page, "publish", state="waivable", text="Ask Mrs Higgins.")
    newer = town.told()["answers"][0]["id"]
    as_steward(town, client)
    decide(client, newer, "hide", reason="names_a_person")
    assert [(one["id"], one["is_current"]) for one in town.told()["answers"]] == [(answer_id, True)]


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"decision": "hide"}, 400, "Choose the rule that you go by."),
        ({"decision": ""}, 400, "Choose what to do with it."),
        ({"decision": "hide", "reason": "i_do_not_like_it"}, 400, "Choose one of"),
        ({"decision": "hide", "reason": "advert", "read_as": "hidden"}, 412, "It changed while you were reading."),
        ({"decision": "show"}, 409, "This was decided already."),
        ({"decision": "hide", "reason": "advert", "note": "n" * 1001}, 400, "Please use at most 1,000 characters"),
    ],
)
def test_each_mistake_is_a_sentence(  # noqa: PLR0917 - a case has three parts
    town: Town, client: TestClient, answer_id: str, form: dict[str, str], status: int, told: str
) -> None:
    as_steward(town, client)
    answer = client.post(f"/moderation/answers/{answer_id}", data={"read_as": "published", "note": "My note", **form})
    assert answer.status_code == status
    assert told in answer.text
    assert form.get("note", "My note") in answer.text
    assert len(town.told()["answers"]) == 1


def test_a_steward_decides_on_what_is_told_of_home(town: Town, client: TestClient, answer_id: str) -> None:
    as_steward(town, client, SEACROFT)
    assert "Come as you are." not in client.get("/moderation/answers").text
    assert decide(client, answer_id, "hide", reason="advert").status_code == 404
    # A draft is no steward's either.
    town.sign_in(client, PARKS)
    send(client, town.page, "draft", state="heard", text="A draft.")
    with town.cast.house.private.reading() as db:
        draft = next(one for one in db.query(Response) if one.publication is Publication.DRAFT)
    as_steward(town, client, "chapeltown")
    assert client.get(f"/moderation/answers/{draft.id}").status_code == 404
    assert "A draft." not in client.get("/moderation/answers").text


def test_what_is_told_of_the_city_is_every_steward_s(town: Town, client: TestClient, answer_id: str) -> None:
    # Two groups here and two there: no place reaches the threshold by itself.
    for one in town.planted[2:]:
        town.cast.withdraw(one)
    gather(town.cast, reports(town.cast, 2, first=2, slug=SEACROFT), pattern_id=town.pattern_id)
    assert town.told()["neighbourhoods"] == []
    as_steward(town, client, SEACROFT)
    assert "Come as you are." in client.get("/moderation/answers").text
    assert decide(client, answer_id, "hide", reason="advert").status_code == 303


def test_an_answer_to_one_report_is_its_neighbourhood_s(town: Town, client: TestClient) -> None:
    town.sign_in(client, PARKS)
    send(client, f"/councils/desk/barriers/{town.lonely.id}", "publish", state="simplified", text="Open now.")
    as_steward(town, client, SEACROFT)
    assert "Open now." not in client.get("/moderation/answers").text
    as_steward(town, client, "chapeltown")
    assert "Open now." in client.get("/moderation/answers").text
    assert HOUSING not in client.get("/moderation/answers").text
