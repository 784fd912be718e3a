"""The steward's pages: what they show, what they keep back, and what they do with nonsense."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shapely.geometry import Point

from app.initiatives.answers import InitiativeAnswers
from app.initiatives.service import pin
from app.kit import clock
from app.kit.answers import read_answers
from app.moderation.models import Decision
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Publication, Sharing
from tests.support.cast import CHAPELTOWN, Cast, Planted, coordinate_texts, hidden_spots, model_of

HOME = {"origin": "http://127.0.0.1:8000"}
NASTY = "<script>alert(1)</script> {{7*191}} ${7*191} {% raw %} </textarea>"


@pytest.fixture
def desk(cast: Cast, client: TestClient) -> TestClient:
    """A client that Chapeltown's steward has signed in with."""
    client.cookies.set("person", cast.signed_in(cast.steward()))
    client.headers.update(HOME)
    return client


def entry_of(cast: Cast, planted: Planted) -> Any:
    with cast.house.private.reading() as db:
        return db.get_one(model_of(planted.collection), planted.id)


def send(desk: TestClient, planted: Planted, **form: str) -> Any:
    return desk.post(f"/moderation{planted.page}", data={"version": "1", **form})


def test_an_entry_is_read_decided_and_followed_by_the_next(
    cast: Cast, desk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, planted = clock.now(), []
    for number in range(3):
        monkeypatch.setattr(clock, "source", lambda number=number: start + timedelta(minutes=number))
        planted.append(cast.plant(title=f"Soup {number}", publication=Publication.SUBMITTED))
    oldest, middle, newest = planted
    page = desk.get("/moderation").text
    assert page.index("Soup 2") < page.index("Soup 1") < page.index("Soup 0")
    answer = send(desk, middle, decision="publish")
    assert answer.headers["location"] == f"/moderation{oldest.page}?done=publish"
    assert "Done. The entry stands" in desk.get(answer.headers["location"]).text
    answer = send(desk, oldest, decision="return", reason="unclear", note="Which day?")
    # Nothing came in earlier: so it goes on with what was passed over.
    assert answer.headers["location"] == f"/moderation{newest.page}?done=return"
    answer = send(desk, newest, decision="hide", reason="advert")
    assert answer.headers["location"] == "/moderation?done=hide"
    assert "Nothing is here" in desk.get(answer.headers["location"]).text
    taken_down = desk.get("/moderation?pile=taken_down").text
    assert "Soup 0" in taken_down
    assert "Soup 2" in taken_down
    assert "Which day?" in desk.get(f"/moderation{oldest.page}").text


@pytest.mark.parametrize("sharing", [one for one in Sharing if one is not Sharing.EXACT])
@pytest.mark.parametrize("collection", ["initiatives", "barriers"])
def test_no_page_of_the_desk_holds_the_exact_place(
    cast: Cast, desk: TestClient, collection: str, sharing: Sharing
) -> None:
    (spot,) = hidden_spots(CHAPELTOWN, 1, seed=7)
    planted = cast.plant(collection, place=spot, sharing=sharing, publication=Publication.SUBMITTED)
    pages = [desk.get(address).text for address in ("/moderation", f"/moderation{planted.page}")]
    pages.append(send(desk, planted, decision="hide").text)
    for page in pages:
        assert not [text for text in coordinate_texts([spot]) if text in page]


def test_places_of_one_square_look_the_same_to_a_steward(cast: Cast, desk: TestClient) -> None:
    spot = (-1.5309, 53.8172)
    for kind in ("food", "skills"):
        one, other = (
            cast.plant(place=place, activity=kind, publication=Publication.SUBMITTED)
            for place in (spot, (spot[0] + 0.00003, spot[1] + 0.00003))
        )
        drawings = [_drawing(desk.get(f"/moderation{planted.page}").text) for planted in (one, other)]
        assert drawings[0] == drawings[1] != ""


def test_benefit_rules_are_drawn_as_the_neighbourhood_whatever_was_chosen(cast: Cast, desk: TestClient) -> None:
    planted = cast.plant("barriers", kind="welfare_sanction", sharing="exact", publication=Publication.SUBMITTED)
    page = desk.get(f"/moderation{planted.page}").text
    assert "The whole neighbourhood. Nothing closer." in page
    assert "place-pin" not in page


def test_a_barrier_does_not_name_what_is_shown_more_closely(cast: Cast, desk: TestClient) -> None:
    close = cast.plant(title="The corner kitchen", sharing="exact")
    wide = cast.plant(title="The walking group", sharing="neighbourhood")
    for named, is_told in ((close, False), (wide, True)):
        barrier = cast.plant("barriers", initiative=named.id, publication=Publication.SUBMITTED)
        page = desk.get(f"/moderation{barrier.page}").text
        assert (entry_of(cast, named).title in page) is is_told


def test_what_is_not_shown_is_not_called_published(cast: Cast, desk: TestClient) -> None:
    for sharing, words in ((Sharing.COUNTED_ONLY, "Count it"), (Sharing.STEWARDS_ONLY, "Mark as read")):
        planted = cast.plant(sharing=sharing, publication=Publication.SUBMITTED)
        page = desk.get(f"/moderation{planted.page}").text
        assert words in page
        assert "Others will see nothing of this entry" in page
        assert send(desk, planted, decision="publish").status_code == 303
        assert desk.get(planted.item).status_code == 404


def test_the_page_warns_of_words_that_give_somebody_away(cast: Cast, desk: TestClient) -> None:
    planted = cast.plant(story="Ring Mrs Higgins on 0113 496 0000.", publication=Publication.SUBMITTED)
    for address in ("/moderation", f"/moderation{planted.page}"):
        page = desk.get(address).text
        assert "may hold a phone number" in page
        assert "may hold a full name" in page


def test_the_desk_never_holds_an_edit_link(cast: Cast, desk: TestClient) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    for address in ("/moderation", f"/moderation{planted.page}"):
        assert "se-edit-" not in desk.get(address).text


def test_words_of_strangers_stay_words(cast: Cast, desk: TestClient) -> None:
    planted = cast.plant(title=NASTY[:110], story=NASTY, publication=Publication.SUBMITTED)
    answers = [desk.get("/moderation"), desk.get(f"/moderation{planted.page}")]
    answers.append(send(desk, planted, decision="hide", note=NASTY))
    for answer in answers:
        assert "<script>alert" not in answer.text
        assert "1337" not in answer.text
    assert "&lt;/textarea&gt;" in answers[-1].text


def test_a_decision_on_an_older_reading_is_shown_again_with_its_note(cast: Cast, desk: TestClient) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    assert send(desk, planted, decision="publish").status_code == 303
    answer = send(desk, planted, decision="hide", reason="advert", note="A fine note")
    assert answer.status_code == 412
    assert "It changed while you were reading" in answer.text
    assert "A fine note" in answer.text
    assert f'name="version" value="{entry_of(cast, planted).version}"' in answer.text
    assert entry_of(cast, planted).publication is Publication.PUBLISHED


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"decision": "withdraw"}, 400),
        ({"decision": "hide"}, 400),
        ({"decision": "hide", "reason": "because"}, 400),
        ({"decision": "hide", "reason": "advert", "note": "x" * 1001}, 400),
        ({"decision": "hide", "reason": "advert", "version": "x"}, 400),
        ({"decision": "hide", "reason": "advert", "version": "0"}, 412),
        ({"decision": "hide", "reason": "advert", "version": "9" * 40}, 412),
    ],
    ids=lambda part: str(part)[:60],
)
def test_nonsense_decides_nothing(cast: Cast, desk: TestClient, form: dict[str, str], status: int) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    assert send(desk, planted, **form).status_code == status
    assert entry_of(cast, planted).publication is Publication.SUBMITTED
    with cast.house.private.reading() as db:
        assert db.query(Decision).count() == 0


@pytest.mark.parametrize(
    "address",
    ["/moderation/initiatives/no-such", "/moderation/people/1", "/moderation/barriers/'; DROP TABLE barrier;--"],
)
def test_what_is_not_there_is_not_found(cast: Cast, desk: TestClient, address: str) -> None:
    assert desk.get(address).status_code == 404
    assert desk.post(address, data={"decision": "publish", "version": "1"}).status_code == 404


def test_a_draft_is_nobodys_but_its_writers(cast: Cast, desk: TestClient) -> None:
    assert desk.get(f"/moderation{cast.plant(publication=Publication.DRAFT).page}").status_code == 404


def test_a_long_queue_is_turned_page_by_page(cast: Cast, desk: TestClient) -> None:
    for number in range(27):
        cast.plant(title=f"Soup number {number:02}", place=Point(-1.5309, 53.8172), publication=Publication.SUBMITTED)
    first, second = desk.get("/moderation").text, desk.get("/moderation?pile=waiting&page=2").text
    assert (first.count("Soup number"), second.count("Soup number")) == (25, 2)
    assert "1 to 25 of 27" in first
    assert "26 to 27 of 27" in second
    assert "Nothing is here" in desk.get("/moderation?page=3").text


def test_a_steward_chooses_to_look_before_or_after(cast: Cast, desk: TestClient) -> None:
    for policy, publication in (("after", Publication.PUBLISHED), ("before", Publication.SUBMITTED)):
        assert desk.post("/moderation/review", data={"review": policy}).status_code == 303
        with cast.house.private.reading() as db:
            assert db.get_one(Neighbourhood, CHAPELTOWN).review == policy
        with cast.house.private.writing() as db:
            answers = read_answers(InitiativeAnswers, {"title": "Fresh soup", "activity": "food"})
            assert pin(db, answers, Point(-1.5309, 53.8172)).publication is publication
    assert desk.post("/moderation/review", data={"review": "never"}).status_code == 400


def _drawing(page: str) -> str:
    return page.partition('<svg class="place')[2].partition("</svg>")[0]
