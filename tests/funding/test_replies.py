"""A funder's reply to what groups say: drafted, looked at, published, put right; and hidden by any steward."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.funding.models import ProgrammeReply
from tests.funding.test_reviews import funding, told
from tests.recognition.test_recognition import HOME
from tests.support.cast import SEACROFT, Cast
from tests.support.learning import body, reply


def send(client: TestClient, programme_id: str, action: str, text: str = "", reading: str = "") -> Any:
    address = f"/funders/desk/{programme_id}"
    found = re.search(r'name="reading" value="([^"]*)"', client.get(address).text)
    assert found is not None
    return client.post(address, data={"action": action, "text": text, "reading": reading or found[1]})


def test_a_funder_drafts_looks_publishes_and_puts_right(cast: Cast, lights: str, client: TestClient) -> None:
    funding(cast, client)
    assert "too few to say" in client.get("/funders/desk").text
    assert send(client, lights, "draft", "Not yet.").status_code == 303
    assert told(cast, lights)["reply"] is None
    assert "Not yet.</textarea>" in client.get(f"/funders/desk/{lights}").text
    page = send(client, lights, "preview", "Ring 0113 496 0000.").text
    assert "This is how everyone will see it" in page
    assert "may hold a phone number" in page
    assert told(cast, lights)["reply"] is None
    assert send(client, lights, "publish", "We heard.").status_code == 303
    assert told(cast, lights)["reply"]["text"] == "We heard."
    assert send(client, lights, "publish", "We heard you.").status_code == 303
    assert told(cast, lights)["reply"]["text"] == "We heard you."
    page = client.get("/funders/programmes").text
    assert "We heard you." in page
    assert "We heard.<" not in page
    with cast.house.private.reading() as db:
        assert len(db.scalars(select(ProgrammeReply)).all()) == 2
    assert send(client, lights, "publish", "Stale.", reading="older").status_code == 412
    assert send(client, lights, "publish", "").status_code == 400
    assert send(client, lights, "publish", "x" * 2001).status_code == 400
    assert send(client, lights, "nonsense", "Hm.").status_code == 400
    assert send(client, lights, "draft", "Later.").status_code == 303
    assert send(client, lights, "discard").status_code == 303
    assert "Later." not in client.get(f"/funders/desk/{lights}").text


def test_another_funder_cannot_reply(cast: Cast, lights: str, client: TestClient) -> None:
    body(cast, "Other fund")
    funding(cast, client, "Other fund")
    assert client.get(f"/funders/desk/{lights}").status_code == 404
    assert client.post(f"/funders/desk/{lights}", data={"action": "publish", "text": "Ours."}).status_code == 404
    assert told(cast, lights)["reply"] is None
    funding(cast, client, "Nobody of the register")
    assert client.get("/funders/desk").status_code == 403


@pytest.mark.parametrize("slug", ["chapeltown", SEACROFT])
def test_any_steward_hides_a_reply_and_it_does_not_come_back_unchanged(
    cast: Cast, lights: str, client: TestClient, slug: str
) -> None:
    reply(cast, lights, "First words.")
    one = reply(cast, lights, "They are liars.")
    client.headers.update(HOME)
    client.cookies.set("person", cast.signed_in(cast.steward(slug)))
    assert "They are liars." in client.get("/moderation/journal?pile=shown").text
    form = {"decision": "hide", "read_as": "published", "reason": "could_harm", "note": "Leave that out."}
    assert client.post(f"/moderation/journal/replies/{one}", data=form).status_code == 303
    # The version before was replaced: it does not come back by itself.
    assert told(cast, lights)["reply"] is None
    assert "A funder’s reply" in client.get("/moderation/log").text
    funding(cast, client)
    assert "It could harm somebody. Leave that out." in client.get(f"/funders/desk/{lights}").text
    assert send(client, lights, "publish", "They are liars.").status_code == 400
    assert send(client, lights, "publish", "We disagree.").status_code == 303
    assert told(cast, lights)["reply"]["text"] == "We disagree."
