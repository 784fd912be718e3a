"""The public log: decisions by week and rule, the same whether or not anything withheld was decided on."""

import re

import pytest
from fastapi.testclient import TestClient

from app.vocabulary import Publication, Sharing
from tests.support.cast import Cast

SECRET = "Marigold-and-thistle"


def test_an_empty_log_says_so(cast: Cast, client: TestClient) -> None:
    assert "Nothing has been decided yet" in client.get("/moderation/log").text


def test_the_log_tells_what_was_decided_and_by_which_rule(cast: Cast, client: TestClient) -> None:
    for outcome in (Publication.PUBLISHED, Publication.PUBLISHED, Publication.HIDDEN):
        cast.decide(cast.plant(publication=Publication.SUBMITTED), outcome)
    cast.decide(cast.plant("barriers", publication=Publication.SUBMITTED), Publication.RETURNED)
    text = re.sub(r"<[^>]+>|\s+", " ", client.get("/moderation/log").text)
    text = re.sub(r"\s+", " ", text)
    assert "Published: 2" in text
    assert "Hidden: 1 . It could harm somebody" in text
    assert "Sent back: 1 . We do not understand it yet" in text
    assert "Chapeltown · Something that got in the way" in text


def test_the_log_never_tells_which_entry(cast: Cast, client: TestClient) -> None:
    planted = cast.plant(title=SECRET, publication=Publication.SUBMITTED)
    cast.decide(planted, Publication.HIDDEN, note=f"Not this: {SECRET}")
    page = client.get("/moderation/log").text
    assert not any(held in page for held in (SECRET, planted.id, "steward@example.org", "Not this"))


@pytest.mark.parametrize("sharing", [Sharing.COUNTED_ONLY, Sharing.STEWARDS_ONLY])
@pytest.mark.parametrize("outcome", [Publication.PUBLISHED, Publication.RETURNED, Publication.HIDDEN])
def test_withheld_entries_leave_no_trace_in_the_log(
    cast: Cast, client: TestClient, sharing: Sharing, outcome: Publication
) -> None:
    cast.decide(cast.plant(publication=Publication.SUBMITTED), Publication.PUBLISHED)
    before = client.get("/moderation/log")
    cast.decide(cast.plant("barriers", sharing=sharing, publication=Publication.SUBMITTED), outcome)
    after = client.get("/moderation/log")
    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]


def test_a_caller_who_has_the_newest_log_gets_304(cast: Cast, client: TestClient) -> None:
    etag = client.get("/moderation/log").headers["etag"]
    assert client.get("/moderation/log", headers={"if-none-match": etag}).status_code == 304
    cast.decide(cast.plant(publication=Publication.SUBMITTED), Publication.RETURNED)
    assert client.get("/moderation/log", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(("page", "status"), [("1", 200), ("2", 200), ("0", 400), ("x", 400), ("9" * 30, 400)])
def test_a_page_number_is_a_number(cast: Cast, client: TestClient, page: str, status: int) -> None:
    assert client.get(f"/moderation/log?page={page}").status_code == status
