"""The learning journal: a group's own until it opens a note, and then read by a steward before everyone."""

import html
import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.errors import PreconditionFailed
from app.learning import service
from app.learning.answers import NoteAnswers
from app.learning.models import JournalNote
from app.main import build_house
from app.moderation import journal
from app.moderation.service import Verdict
from app.publishing.journal import MOST_SHOWN
from app.vocabulary import ConsentScope, Publication, Sharing
from app.web.house import House
from tests.recognition.test_recognition import HOME, holding
from tests.support.cast import SEACROFT, Cast, Planted
from tests.support.learning import note
from tests.support.service import settings_for

TRIED = {
    "tried": "A rota without names.",
    "learned": "People come when nobody counts.",
    "happened_day": "14",
    "happened_month": "3",
    "happened_year": "2025",
    "mechanisms": ["transformative", "hidden"],
}


@pytest.fixture
def soup(cast: Cast) -> Planted:
    return cast.plant(title="Soup on Tuesdays")


def told(cast: Cast, planted: Planted) -> list[dict[str, Any]]:
    raw = cast.house.published.one("initiatives", planted.id)
    notes: list[dict[str, Any]] = orjson.loads(raw)["properties"]["journal"] if raw else []
    return notes


def notes_in(cast: Cast) -> list[JournalNote]:
    with cast.house.private.reading() as db:
        return list(db.scalars(select(JournalNote).order_by(JournalNote.created_at, JournalNote.tried)))


def as_steward(cast: Cast, client: TestClient, slug: str = "chapeltown") -> TestClient:
    client.cookies.clear()
    client.headers.update(HOME)
    client.cookies.set("person", cast.signed_in(cast.steward(slug, email=f"{slug}@example.org")))
    return client


def decide(client: TestClient, note_id: str, decision: str, **form: str) -> int:
    address = f"/moderation/journal/journal/{note_id}"
    found = re.search(r'name="read_as" value="([^"]*)"', client.get(address).text)
    given = {"decision": decision, "read_as": html.unescape(found[1]) if found else "", **form}
    return client.post(address, data=given).status_code


def test_a_note_is_the_groups_alone_unless_it_says_otherwise(cast: Cast, soup: Planted, client: TestClient) -> None:
    holding(client, soup)
    assert client.post("/mine/journal", data=TRIED).headers["location"] == "/mine/journal?done=saved"
    page = client.get("/mine/journal").text
    assert "People come when nobody counts." in page
    assert "Only us" in page
    (one,) = notes_in(cast)
    assert (one.scope, one.mechanisms) == (ConsentScope.GROUP_ONLY, ["hidden", "transformative"])
    assert told(cast, soup) == []
    as_steward(cast, client)
    assert "A rota" not in client.get("/moderation/journal").text
    assert client.get(f"/moderation/journal/journal/{one.id}").status_code == 404


def test_a_public_note_waits_for_a_steward_and_shows_the_month_at_most(
    cast: Cast, soup: Planted, client: TestClient
) -> None:
    holding(client, soup)
    assert client.post("/mine/journal", data=TRIED | {"scope": "public"}).headers["location"].endswith("done=public")
    assert told(cast, soup) == []
    assert "A steward has not read it yet." in client.get("/mine/journal").text
    (one,) = notes_in(cast)
    as_steward(cast, client)
    assert "A rota without names." in client.get("/moderation/journal").text
    assert decide(client, one.id, "publish") == 303
    assert told(cast, soup) == [
        {
            "id": one.id,
            "when": "2025-03",
            "tried": "A rota without names.",
            "learned": "People come when nobody counts.",
            "changed": "",
            "mechanisms": ["hidden", "transformative"],
            "mechanism_labels": ["Hidden change", "Things work differently"],
        }
    ]
    client.cookies.clear()
    page = client.get(soup.page).text
    assert "What we learned" in page
    assert "March 2025" in page
    assert "14 March" not in page
    log = client.get("/moderation/log").text
    assert "A note of a learning journal" in log
    assert "Published: 1" in log


def test_a_changed_note_waits_again_and_what_is_taken_out_is_gone(
    cast: Cast, soup: Planted, client: TestClient
) -> None:
    one = note(cast, soup)
    holding(client, soup)
    address = f"/mine/journal/{one}"
    reading = html.unescape(re.findall(r'name="reading" value="([^"]*)"', client.get(address).text)[0])
    sent = client.post(address, data=TRIED | {"scope": "public", "changed": "More.", "reading": reading})
    assert sent.status_code == 303
    assert told(cast, soup) == []
    as_steward(cast, client)
    assert decide(client, one, "publish") == 303
    assert told(cast, soup)[0]["changed"] == "More."
    holding(client, soup)
    assert client.post(address, data={"action": "remove"}).status_code == 400
    assert len(told(cast, soup)) == 1
    assert client.post(address, data={"action": "remove", "sure": "yes"}).status_code == 303
    assert told(cast, soup) == []
    assert notes_in(cast) == []
    assert client.get(address).status_code == 404


def test_closing_a_note_again_takes_it_off_the_page_at_once(cast: Cast, soup: Planted, client: TestClient) -> None:
    one = note(cast, soup)
    holding(client, soup)
    address = f"/mine/journal/{one}"
    reading = html.unescape(re.findall(r'name="reading" value="([^"]*)"', client.get(address).text)[0])
    assert client.post(address, data=TRIED | {"scope": "group_only", "reading": reading}).status_code == 303
    assert told(cast, soup) == []


def test_of_two_editors_the_second_is_told_and_keeps_the_words(cast: Cast, soup: Planted, client: TestClient) -> None:
    one = note(cast, soup)
    holding(client, soup)
    sent = client.post(f"/mine/journal/{one}", data=TRIED | {"learned": "Second thoughts.", "reading": "old"})
    assert sent.status_code == 412
    assert "Second thoughts." in sent.text


def test_a_steward_sends_back_or_hides_and_the_group_reads_why(cast: Cast, soup: Planted, client: TestClient) -> None:
    one = note(cast, soup, publication=Publication.SUBMITTED)
    as_steward(cast, client)
    assert decide(client, one, "return") == 400
    assert decide(client, one, "return", reason="names_a_person", note="Leave the name out.") == 303
    holding(client, soup)
    assert "A steward asks: It names or points to a person. Leave the name out." in client.get("/mine/journal").text
    as_steward(cast, client)
    assert decide(client, one, "hide", reason="could_harm") == 303
    assert told(cast, soup) == []
    holding(client, soup)
    assert "A steward hid it: It could harm somebody." in client.get("/mine/journal").text


def test_a_decision_on_what_changed_meanwhile_is_refused(cast: Cast, soup: Planted, client: TestClient) -> None:
    one = note(cast, soup, publication=Publication.SUBMITTED)
    as_steward(cast, client)
    address = f"/moderation/journal/journal/{one}"
    assert client.post(address, data={"decision": "publish", "read_as": "older"}).status_code == 412
    assert client.post(address, data={"decision": "nonsense"}).status_code == 400
    assert told(cast, soup) == []


def test_a_steward_whose_text_changed_reads_the_new_one_before_deciding(
    cast: Cast, soup: Planted, client: TestClient
) -> None:
    one = note(cast, soup, publication=Publication.SUBMITTED)
    as_steward(cast, client)
    address = f"/moderation/journal/journal/{one}"
    read_as = html.unescape(re.findall(r'name="read_as" value="([^"]*)"', client.get(address).text)[0])
    change_to(cast, soup, one, "Words that no steward read.")
    sent = client.post(address, data={"decision": "publish", "read_as": read_as})
    assert sent.status_code == 412
    assert "It changed while you were reading." in sent.text
    assert "Words that no steward read." in sent.text
    assert told(cast, soup) == []
    assert decide(client, one, "publish") == 303
    assert [shown["tried"] for shown in told(cast, soup)] == ["Words that no steward read."]


def change_to(cast: Cast, soup: Planted, note_id: str, tried: str) -> None:
    """The group writes something else."""
    with cast.house.private.writing() as db:
        row = service.note_of(db, db.get_one(Initiative, soup.id), note_id, is_held=True)
        given = {"tried": tried, "happened": "2025-03", "scope": "public"}
        service.change(row, read_answers(NoteAnswers, given), service.reading_of(row))


@pytest.mark.postgis
def test_no_steward_publishes_what_was_changed_meanwhile(postgis_url: str) -> None:
    """PostgreSQL lets two write at once: a decision is on the text as it stands, and holds it until it is made."""
    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    soup = cast.plant()
    one, steward = note(cast, soup, publication=Publication.SUBMITTED), cast.steward()
    with house.private.writing() as slow:
        before = journal.one_for(slow, steward, "journal", one)  # It keeps what it read.
        read_as = before.reading
        change_to(cast, soup, one, "Words that no steward read.")
        assert before.reading == read_as
        lying = journal.one_for(slow, steward, "journal", one, is_held=True)
        with pytest.raises(PreconditionFailed):
            journal.decide(slow, steward, lying, Verdict(Publication.PUBLISHED, None, ""), read_as=read_as)
        assert _is_held(house, one)
    assert told(cast, soup) == []
    house.close()


@pytest.mark.postgis
def test_a_change_reads_what_a_steward_published_meanwhile(postgis_url: str) -> None:
    """The group's change waits for the decision, and then says that the note is not what it was."""
    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    soup = cast.plant()
    one, steward = note(cast, soup, publication=Publication.SUBMITTED), cast.steward()
    with house.private.writing() as slow:
        group = slow.get_one(Initiative, soup.id)
        kept = service.note_of(slow, group, one)  # It keeps what it read.
        before = service.reading_of(kept)
        with house.private.writing() as fast:
            lying = journal.one_for(fast, steward, "journal", one, is_held=True)
            journal.decide(fast, steward, lying, Verdict(Publication.PUBLISHED, None, ""), read_as=lying.reading)
        row = service.note_of(slow, group, one, is_held=True)
        given = read_answers(NoteAnswers, {"tried": "Unread.", "happened": "2025", "scope": "public"})
        with pytest.raises(PreconditionFailed):
            service.change(row, given, before)
        assert _is_held(house, one)
    assert [shown["tried"] for shown in told(cast, soup)] == ["A rota without names."]
    house.close()


def _is_held(house: House, note_id: str) -> bool:
    """Whether nobody else can write to a note now."""
    with house.private.reading() as db:
        asked = select(JournalNote.id).where(JournalNote.id == note_id).with_for_update(skip_locked=True)
        return db.scalar(asked) is None


@pytest.mark.parametrize("path", ["/mine/journal", "/mine/journal/a-note"])
@pytest.mark.parametrize("day", ["14", "99"])
def test_words_are_not_lost_when_the_hour_is_over(client: TestClient, path: str, day: str) -> None:
    client.headers.update(HOME)
    sent = client.post(path, data=TRIED | {"happened_day": day})
    assert sent.status_code == 401
    assert "People come when nobody counts." in sent.text


def test_a_steward_of_elsewhere_and_a_note_of_what_is_not_shown(cast: Cast, soup: Planted, client: TestClient) -> None:
    one = note(cast, soup, publication=Publication.SUBMITTED)
    as_steward(cast, client, SEACROFT)
    assert client.get(f"/moderation/journal/journal/{one}").status_code == 404
    assert "A rota" not in client.get("/moderation/journal").text
    with cast.house.private.writing() as db:
        db.get_one(Initiative, soup.id).sharing = Sharing.COUNTED_ONLY
    as_steward(cast, client)
    assert client.get(f"/moderation/journal/journal/{one}").status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"happened_year": "2025"}, "Write a few words"),
        ({"tried": "A rota"}, "A year is enough."),
        ({"tried": "A rota", "happened_year": "3000"}, "in the future"),
        ({"tried": "A rota", "happened_year": "2025", "happened_month": "13"}, "There is no such date"),
        ({"tried": "x" * 1501, "happened_year": "2025"}, "at most 1,500 characters"),
        ({"tried": "A rota", "happened_year": "2025", "scope": "world"}, "Choose one of"),
        ({"tried": "A rota", "happened_year": "2025", "mechanisms": "magic"}, "Choose one of"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_in_the_form(
    cast: Cast, soup: Planted, client: TestClient, form: dict[str, str], sentence: str
) -> None:
    holding(client, soup)
    sent = client.post("/mine/journal", data=form)
    assert sent.status_code == 400
    assert sentence in html.unescape(sent.text)
    assert form.get("tried", "") in sent.text
    assert notes_in(cast) == []


def test_two_clicks_are_one_note_and_many_are_too_many(
    cast: Cast, soup: Planted, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding(client, soup)
    for _ in range(2):
        assert client.post("/mine/journal", data=TRIED).status_code == 303
    assert len(notes_in(cast)) == 1
    monkeypatch.setattr(service, "MOST_A_DAY", 2)
    assert client.post("/mine/journal", data=TRIED | {"tried": "More"}).status_code == 303
    refused = client.post("/mine/journal", data=TRIED | {"tried": "Even more"})
    assert refused.status_code == 429
    assert "Even more" in refused.text


def test_personal_words_are_hinted_at_and_never_refused(cast: Cast, soup: Planted, client: TestClient) -> None:
    holding(client, soup)
    text = "Ring 0113 496 0000 or see https://example.org"
    assert client.post("/mine/journal", data=TRIED | {"tried": text, "scope": "public"}).status_code == 303
    assert "may hold a phone number" in client.get("/mine/journal").text
    as_steward(cast, client)
    page = client.get("/moderation/journal").text
    assert "may hold a phone number" in page
    assert "holds a web address" in page


def test_a_session_that_ended_loses_no_words(
    cast: Cast, soup: Planted, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding(client, soup)
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    for address in ("/mine/journal", "/mine/review", "/mine/recognition"):
        assert client.get(address).status_code == 401
    sent = client.post("/mine/journal", data=TRIED)
    assert sent.status_code == 401
    assert "People come when nobody counts." in sent.text


def test_the_link_of_a_report_opens_none_of_these_pages(cast: Cast, client: TestClient) -> None:
    holding(client, cast.plant("barriers"))
    for address in ("/mine/journal", "/mine/review", "/mine/recognition"):
        assert client.get(address).status_code == 404


def test_the_page_shows_the_latest_notes_and_not_a_book(cast: Cast, soup: Planted) -> None:
    for number in range(MOST_SHOWN + 3):
        note(cast, soup, tried=f"Number {number}")
    assert len(told(cast, soup)) == MOST_SHOWN


def test_what_is_taken_down_takes_its_journal_with_it(cast: Cast, soup: Planted, client: TestClient) -> None:
    note(cast, soup)
    note(cast, soup, scope=ConsentScope.GROUP_ONLY)
    holding(client, soup)
    assert client.post("/mine/withdraw", data={"sure": "yes"}).status_code == 200
    assert notes_in(cast) == []
    assert cast.house.published.one("initiatives", soup.id) is None


def test_nasty_words_stay_words(cast: Cast, soup: Planted, client: TestClient) -> None:
    nasty = "<script>alert(1)</script> {{7*191}} ${7*191}"
    note(cast, soup, tried=nasty, learned=nasty, changed=nasty)
    page = client.get(soup.page).text
    assert "<script>alert(1)" not in page
    assert "1337" not in page
