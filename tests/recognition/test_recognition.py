"""Recognition in public: offered by a body, private until the group says yes, and taken back by either."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.institutions.service import merge
from app.kit import clock
from app.kit.errors import TooMany
from app.recognition import service
from app.recognition.answers import RecognitionAnswers
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, InstitutionKind, Publication, Recogniser, Role, Sharing
from tests.support.cast import Cast, Planted
from tests.support.learning import COUNCIL, FUND, body, recognise, somebody

HOME = {"origin": "http://127.0.0.1:8000"}
SOUP = {"what": "Warm soup for everyone.", "since_year": "2024", "support": "The hall on Tuesdays."}


@pytest.fixture
def soup(cast: Cast) -> Planted:
    return cast.plant(title="Soup on Tuesdays")


@pytest.fixture
def bread(cast: Cast) -> Planted:
    return cast.plant(title="Bread on Fridays")


def holding(client: TestClient, planted: Planted) -> TestClient:
    """The client with a group's edit link opened, and nobody signed in."""
    client.cookies.clear()
    client.headers.update(HOME)
    assert client.post("/mine", data={"code": planted.secret}).status_code == 303
    return client


def speaking(cast: Cast, client: TestClient, role: Role = Role.OFFICER, name: str = COUNCIL) -> TestClient:
    """The client with somebody of an institution signed in."""
    body(cast, name, InstitutionKind.FUNDER if role is Role.FUNDER else InstitutionKind.COUNCIL)
    client.cookies.clear()
    client.headers.update(HOME)
    client.cookies.set("person", cast.signed_in(somebody(cast, role, name)))
    return client


def told(cast: Cast, planted: Planted) -> list[dict[str, Any]]:
    """What everyone reads of who recognises it."""
    raw = cast.house.published.one("initiatives", planted.id)
    assert raw is not None
    given: list[dict[str, Any]] = orjson.loads(raw)["properties"]["recognitions"]
    return given


def offer_of(cast: Cast, planted: Planted) -> RecognitionGiven:
    with cast.house.private.reading() as db:
        return db.scalars(select(RecognitionGiven).where(RecognitionGiven.initiative_id == planted.id)).one()


def act(client: TestClient, verb: str, one: RecognitionGiven) -> int:
    return client.post("/mine/recognition", data={"action": f"{verb}:{one.id}"}).status_code


def test_a_council_offers_and_the_group_says_yes(cast: Cast, soup: Planted, client: TestClient) -> None:
    speaking(cast, client)
    assert client.post(f"/recognition/{soup.id}", data={"action": "offer", **SOUP}).status_code == 303
    assert told(cast, soup) == []
    assert "Warm soup for everyone." not in client.get(soup.page).text
    holding(client, soup)
    assert "Somebody wants to say in public" in client.get("/mine/entry").text
    page = client.get("/mine/recognition").text
    assert "Warm soup for everyone." in page
    assert COUNCIL in page
    assert act(client, "accept", offer_of(cast, soup)) == 303
    (one,) = told(cast, soup)
    assert (one["by"], one["by_kind"], one["by_kind_label"]) == (COUNCIL, "council", "The council")
    assert (one["what"], one["since"], one["support"]) == (SOUP["what"], "2024", SOUP["support"])
    page = client.get(soup.page).text
    assert "Recognised in public by" in page
    assert "since 2024" in page
    assert "recognised</span>" in client.get("/neighbourhoods/chapeltown").text
    # Who knows about it so far is the group's own word: it does not change by itself.
    assert orjson.loads(cast.house.published.one("initiatives", soup.id) or b"")["properties"]["recognised_by"] == []


def test_a_group_recognises_another_and_is_named_only_while_everyone_sees_it(
    cast: Cast, soup: Planted, bread: Planted, client: TestClient
) -> None:
    holding(client, bread)
    form = {"action": "offer", "initiative": f"http://127.0.0.1:8000{soup.page}", "what": "They lent us their pot."}
    assert client.post("/mine/recognition", data=form).status_code == 303
    assert "Waits for the group’s answer" in client.get("/mine/recognition").text
    holding(client, soup)
    assert act(client, "accept", offer_of(cast, soup)) == 303
    (one,) = told(cast, soup)
    assert (one["by"], one["by_url"], one["by_kind"], one["since"]) == ("Bread on Fridays", bread.page, "group", None)
    with cast.house.private.writing() as db:
        db.get_one(Initiative, bread.id).sharing = Sharing.COUNTED_ONLY
    assert told(cast, soup) == []
    assert "Bread on Fridays" not in client.get("/mine/recognition").text


def test_a_neighbour_is_meant_by_its_name(cast: Cast, soup: Planted, bread: Planted, client: TestClient) -> None:
    cast.plant(title="Quiet tea", sharing="counted_only")
    holding(client, bread)
    page = client.get(f"/mine/recognition?initiative={soup.id}").text
    assert f'value="{soup.id}"' in page
    assert '<option value="Soup on Tuesdays">' in page
    assert "Quiet tea" not in page
    for name, status in (("soup ON tuesdays", 303), ("Quiet tea", 400), ("", 400)):
        form = {"action": "offer", "initiative": name, "what": "Good."}
        assert client.post("/mine/recognition", data=form).status_code == status
    assert offer_of(cast, soup).what == "Good."
    cast.plant(title="Two of a name")
    cast.plant(title="Two of a name")
    form = {"action": "offer", "initiative": "Two of a name", "what": "Good."}
    assert client.post("/mine/recognition", data=form).status_code == 400


def test_no_keeps_it_private_and_cannot_be_asked_again(cast: Cast, soup: Planted, client: TestClient) -> None:
    given = recognise(cast, soup, by_institution=body(cast), state=Agreement.PROPOSED)
    holding(client, soup)
    assert act(client, "decline", offer_of(cast, soup)) == 303
    assert told(cast, soup) == []
    speaking(cast, client)
    assert "The group said no" in client.get("/recognition").text
    again = client.post(f"/recognition/{soup.id}", data={"action": "offer", "what": "Please."})
    assert again.status_code == 409
    assert "The group said no to your offer." in again.text
    holding(client, soup)
    assert client.post("/mine/recognition", data={"action": f"accept:{given}"}).status_code == 303
    assert len(told(cast, soup)) == 1


@pytest.mark.parametrize("by", ["the group", "a steward"])
def test_what_was_refused_is_not_offered_anew_by_taking_it_back(
    cast: Cast, soup: Planted, client: TestClient, by: str
) -> None:
    state = Agreement.DECLINED if by == "the group" else Agreement.ACCEPTED
    hidden = Publication.PUBLISHED if by == "the group" else Publication.HIDDEN
    given = recognise(cast, soup, by_institution=body(cast), state=state, publication=hidden)
    speaking(cast, client)
    for _ in range(2):
        assert client.post(f"/recognition/{soup.id}", data={"action": "take_back"}).status_code == 303
    assert "Warm soup for everyone." not in client.get("/recognition").text
    again = client.post(f"/recognition/{soup.id}", data={"action": "offer", **SOUP})
    assert again.status_code == 409
    assert "You cannot offer it again." in again.text
    holding(client, soup)
    assert client.post("/mine/recognition", data={"action": f"accept:{given}"}).status_code == 404
    assert told(cast, soup) == []


def test_either_side_takes_it_back(cast: Cast, soup: Planted, client: TestClient) -> None:
    recognise(cast, soup, by_institution=body(cast))
    assert len(told(cast, soup)) == 1
    holding(client, soup)
    assert act(client, "decline", offer_of(cast, soup)) == 303
    assert told(cast, soup) == []
    assert act(client, "accept", offer_of(cast, soup)) == 303
    speaking(cast, client)
    assert client.post(f"/recognition/{soup.id}", data={"action": "take_back"}).status_code == 303
    assert told(cast, soup) == []
    one = offer_of(cast, soup)
    assert (one.state, one.what, one.support) == (Agreement.WITHDRAWN, "", "")
    # What was taken back is nobody's to show again, and may be offered anew.
    holding(client, soup)
    assert act(client, "accept", one) == 404
    speaking(cast, client)
    assert client.post(f"/recognition/{soup.id}", data={"action": "offer", **SOUP}).status_code == 303


def test_a_body_takes_it_back_also_while_the_entry_is_off_the_map(
    cast: Cast, soup: Planted, bread: Planted, client: TestClient
) -> None:
    given = [recognise(cast, one, by_institution=body(cast)) for one in (soup, bread)]
    with cast.house.private.writing() as db:
        for one in (soup, bread):
            db.get_one(Initiative, one.id).sharing = Sharing.COUNTED_ONLY
    speaking(cast, client)
    assert f'name="take_back" value="{given[0]}"' in client.get("/recognition").text
    assert client.post("/recognition", data={"take_back": given[0]}).status_code == 303
    assert client.post("/recognition", data={"take_back": given[0]}).status_code == 404
    assert client.post(f"/recognition/{bread.id}", data={"action": "take_back"}).status_code == 303
    for action in ("preview", "offer"):
        assert client.post(f"/recognition/{soup.id}", data=SOUP | {"action": action}).status_code == 404
    with cast.house.private.reading() as db:
        rows = list(db.scalars(select(RecognitionGiven)))
    assert {(one.state, one.what) for one in rows} == {(Agreement.WITHDRAWN, "")}


def test_nobody_takes_back_what_another_body_gave(cast: Cast, soup: Planted, client: TestClient) -> None:
    one = recognise(cast, soup, by_institution=body(cast, "Another council"))
    assert client.post("/recognition", data={"take_back": one}).status_code in {401, 403}
    speaking(cast, client)
    assert client.post("/recognition", data={"take_back": one}).status_code == 404
    assert len(told(cast, soup)) == 1


def test_words_are_not_lost_when_the_hour_is_over(client: TestClient) -> None:
    client.headers.update(HOME)
    for words in ({"what": "Warm soup."}, {"what": "Warm soup.", "since_day": "99"}):
        sent = client.post("/mine/recognition", data=words | {"action": "offer"})
        assert sent.status_code == 401
        assert "Warm soup." in sent.text


def test_what_is_not_public_and_what_never_was_look_the_same(cast: Cast, bread: Planted, client: TestClient) -> None:
    hidden = [
        cast.plant(sharing="counted_only").id,
        cast.plant(publication=Publication.SUBMITTED).id,
        "00000000-0000-4000-8000-000000000000",
    ]
    holding(client, bread)
    answers = set()
    for one in hidden:
        sent = client.post("/mine/recognition", data={"action": "offer", "initiative": one, "what": "Good."})
        answers.add((sent.status_code, sent.text.replace(one, "")))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 400
    speaking(cast, client)
    pages = set()
    for one in hidden:
        for answer in (client.get(f"/recognition/{one}"), client.post(f"/recognition/{one}", data={"action": "offer"})):
            pages.add((answer.status_code, answer.text.replace(one, "")))
        assert client.get(f"/recognition?initiative={one}").status_code == 404
    assert len(pages) == 1
    assert next(iter(pages))[0] == 404
    with cast.house.private.reading() as db:
        assert db.scalars(select(RecognitionGiven)).all() == []


def test_nobody_recognises_what_is_their_own(cast: Cast, soup: Planted, client: TestClient) -> None:
    holding(client, soup)
    sent = client.post("/mine/recognition", data={"action": "offer", "initiative": soup.id, "what": "We are good."})
    assert sent.status_code == 400
    assert "This is your own." in sent.text


def test_a_group_that_nobody_sees_cannot_recognise(cast: Cast, soup: Planted, client: TestClient) -> None:
    unseen = cast.plant(title="Quiet tea", sharing="counted_only")
    holding(client, unseen)
    assert "Your own entry is not shown to everyone." in client.get("/mine/recognition").text
    sent = client.post("/mine/recognition", data={"action": "offer", "initiative": soup.id, "what": "Good."})
    assert sent.status_code == 403


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"what": ""}, "Say in a sentence what you recognise."),
        ({"what": "x" * 301}, "at most 300 characters"),
        ({"what": "Good", "support": "x" * 501}, "at most 500 characters"),
        ({"what": "See https://example.org"}, "Leave web addresses out."),
        ({"what": "Good", "support": "www.example.org"}, "Leave web addresses out."),
        ({"what": "Good", "since_year": "3000"}, "in the future"),
        ({"what": "Good", "since_day": "4"}, "Give the year"),
        ({"what": "Good", "since_year": "x"}, "in numbers"),
    ],
)
def test_what_cannot_be_said_is_refused_with_a_sentence_on_both_forms(  # noqa: PLR0917 - fixtures
    cast: Cast, soup: Planted, bread: Planted, client: TestClient, form: dict[str, str], sentence: str
) -> None:
    holding(client, bread)
    sent = client.post("/mine/recognition", data={"action": "offer", "initiative": soup.id, **form})
    assert sent.status_code == 400
    assert sentence in sent.text
    speaking(cast, client)
    sent = client.post(f"/recognition/{soup.id}", data={"action": "offer", **form})
    assert sent.status_code == 400
    assert sentence in sent.text
    assert told(cast, soup) == []


def test_the_same_offer_twice_is_one_and_another_waits_its_turn(cast: Cast, soup: Planted, client: TestClient) -> None:
    speaking(cast, client)
    for _ in range(2):
        assert client.post(f"/recognition/{soup.id}", data={"action": "offer", **SOUP}).status_code == 303
    offer_of(cast, soup)
    other = client.post(f"/recognition/{soup.id}", data={"action": "offer", "what": "And more."})
    assert other.status_code == 409
    assert "It waits for the group’s answer." in other.text


def test_a_preview_sends_nothing_and_hints_at_what_is_personal(cast: Cast, soup: Planted, client: TestClient) -> None:
    speaking(cast, client)
    page = client.post(f"/recognition/{soup.id}", data={"action": "preview", "what": "Ring 0113 496 0000."}).text
    assert "This is how everyone will see it" in page
    assert "may hold a phone number" in page
    with cast.house.private.reading() as db:
        assert db.scalars(select(RecognitionGiven)).all() == []


def test_a_body_cannot_flood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = [cast.plant(title=f"Number {number}") for number in range(service.MOST_A_DAY + 2)]
    person = somebody(cast, Role.OFFICER, COUNCIL)
    body(cast)
    start = clock.now()

    def offer(one: Planted) -> None:
        with cast.house.private.writing() as db:
            speaker = service.body_of_person(db, person)
            service.offer(db, speaker, one.id, RecognitionAnswers(what="Good."))

    for one in planted[:-2]:
        offer(one)
    with pytest.raises(TooMany, match="20 in a day"):
        offer(planted[-2])
    monkeypatch.setattr(clock, "source", lambda: start + timedelta(hours=25))
    offer(planted[-1])


def test_nasty_words_stay_words(cast: Cast, soup: Planted, client: TestClient) -> None:
    nasty = "<script>alert(1)</script> {{7*191}} ${7*191}"
    recognise(cast, soup, by_institution=body(cast), what=nasty, support=nasty)
    page = client.get(soup.page).text
    assert "<script>alert(1)" not in page
    assert "1337" not in page
    assert "{{7*191}}" in page


def test_a_steward_hides_it_and_shows_it_again(cast: Cast, soup: Planted, client: TestClient) -> None:
    given = recognise(cast, soup, by_institution=body(cast))
    client.headers.update(HOME)
    client.cookies.set("person", cast.signed_in(cast.steward()))
    address = f"/moderation/journal/recognitions/{given}"
    assert "Warm soup for everyone." in client.get("/moderation/journal?pile=shown").text
    form = {"decision": "hide", "read_as": "published"}
    assert client.post(address, data=form).status_code == 400
    assert client.post(address, data=form | {"reason": "could_harm"}).status_code == 303
    assert told(cast, soup) == []
    assert client.post(address, data=form | {"reason": "could_harm"}).status_code == 412
    assert client.post(address, data={"decision": "return", "read_as": "hidden"}).status_code == 409
    assert "Hidden: 1" in client.get("/moderation/log").text
    assert "Recognition in public" in client.get("/moderation/log").text
    assert client.post(address, data={"decision": "publish", "read_as": "hidden"}).status_code == 303
    assert len(told(cast, soup)) == 1


def test_a_desk_speaks_as_the_council_that_it_is_part_of(cast: Cast) -> None:
    council = body(cast)
    desk = body(cast, "Parks desk", InstitutionKind.DESK)
    fund, bank = body(cast, FUND, InstitutionKind.FUNDER), body(cast, "A bank", InstitutionKind.INSURER)
    with cast.house.private.writing() as db:
        db.get_one(Institution, desk).part_of_id = council
    kinds = {desk: Recogniser.COUNCIL, fund: Recogniser.FUNDER, bank: Recogniser.OTHER}
    with cast.house.private.reading() as db:
        assert {one: service.kind_of(db, db.get_one(Institution, one)) for one in kinds} == kinds


def test_a_renamed_and_a_merged_institution_is_told_by_its_name_now(cast: Cast, soup: Planted) -> None:
    old, kept = body(cast, "Old desk"), body(cast)
    recognise(cast, soup, by_institution=old)
    with cast.house.private.writing() as db:
        db.get_one(Institution, old).name = "Older desk"
    assert [one["by"] for one in told(cast, soup)] == ["Older desk"]
    with cast.house.private.writing() as db:
        merge(db, db.get_one(Institution, kept), db.get_one(Institution, old))
    assert [one["by"] for one in told(cast, soup)] == [COUNCIL]


def test_a_group_that_is_taken_down_takes_its_recognitions_with_it(
    cast: Cast, soup: Planted, bread: Planted, client: TestClient
) -> None:
    recognise(cast, soup, by_group=bread)
    recognise(cast, bread, by_group=soup)
    assert len(told(cast, soup)) == len(told(cast, bread)) == 1
    holding(client, bread)
    assert client.post("/mine/withdraw", data={"sure": "yes"}).status_code == 200
    assert told(cast, soup) == []
    with cast.house.private.reading() as db:
        assert db.scalars(select(RecognitionGiven)).all() == []


def test_another_groups_offer_is_nobody_elses_to_answer(
    cast: Cast, soup: Planted, bread: Planted, client: TestClient
) -> None:
    given = recognise(cast, soup, by_institution=body(cast), state=Agreement.PROPOSED)
    holding(client, bread)
    for verb in ("accept", "decline", "take_back"):
        assert client.post("/mine/recognition", data={"action": f"{verb}:{given}"}).status_code == 404
    assert client.post("/mine/recognition", data={"action": "nonsense"}).status_code == 400
    assert told(cast, soup) == []


def test_the_page_shows_no_number_of_the_database(cast: Cast, soup: Planted, client: TestClient) -> None:
    recognise(cast, soup, by_institution=body(cast))
    assert re.search(r"offered_by|person_id|settled", client.get(soup.item).text) is None
