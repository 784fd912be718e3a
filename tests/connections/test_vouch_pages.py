"""The pages of vouches as a browser without scripts uses them, by edit link and on the desk."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.accounts.models import Person
from app.kit import clock
from app.vocabulary import Agreement, Formality, Publication
from tests.contributing.test_forms import MARKED, WHAT, Visitor, hidden_in
from tests.support.cast import Cast, Planted
from tests.support.holding import Holder
from tests.support.tying import vouch


def test_asking_and_answering_by_page(cast: Cast, holder: Callable[[Planted], Holder], soup: Planted) -> None:
    fresh = cast.plant(
        title="Fresh bread", summary="Warm.", story="Our secret story.", publication=Publication.SUBMITTED
    )
    assert "Soup on Tuesdays" in holder(fresh).get("/mine/vouches?q=soup").text
    assert holder(fresh).post("/mine/vouches", action=f"ask:{soup.id}").status_code == 303
    assert "1 asks you" in holder(soup).get("/mine/entry").text
    asked = holder(soup).get("/mine/vouches").text
    assert "Fresh bread" in asked
    assert "Warm." in asked
    assert "secret story" not in asked
    # Both came from one part of the network just now.
    refused = holder(soup).press("/mine/vouches", "yes")
    assert refused.status_code == 403
    assert holder(soup).press("/mine/vouches", "no").status_code == 303
    assert "They said no" in holder(fresh).get("/mine/vouches").text


def test_only_groups_of_the_place_are_found(cast: Cast, holder: Callable[[Planted], Holder], choir: Planted) -> None:
    cast.plant(title="The one", formality=Formality.PERSON)
    fresh = cast.plant(title="Fresh bread", publication=Publication.SUBMITTED)
    page = holder(fresh).get("/mine/vouches?q=the").text
    assert "The choir" not in page
    assert "The one" not in page
    assert holder(fresh).post("/mine/vouches", action=f"ask:{choir.id}").status_code == 400


def test_who_made_an_entry_cannot_vouch_for_it_from_the_same_place(
    cast: Cast, client: TestClient, holder: Callable[[Planted], Holder], monkeypatch: pytest.MonkeyPatch, soup: Planted
) -> None:
    later = clock.now().replace(year=clock.now().year + 1)
    monkeypatch.setattr(clock, "source", lambda: later)
    visitor = Visitor(client, "/initiatives/new")
    visitor.to_check(WHAT | {"title": "Bread"}, MARKED)
    item = hidden_in(visitor.send(go="send").text)["code"][0]
    bread = Planted("initiatives", "", item)
    assert holder(bread).post("/mine/vouches", action=f"ask:{soup.id}").status_code == 303
    refused = holder(soup).press("/mine/vouches", "yes")
    assert refused.status_code == 403
    assert "your part of the network" in refused.text


def test_a_word_is_taken_back_by_page(cast: Cast, holder: Callable[[Planted], Holder], soup: Planted) -> None:
    fresh = cast.plant(title="Fresh bread", publication=Publication.SUBMITTED)
    vouch(cast, soup, fresh)
    assert "1 of 1 groups have said that they know you" in holder(fresh).get("/mine/vouches").text
    assert holder(soup).press("/mine/vouches", "take_back").status_code == 303
    assert "0 of 1 groups have said that they know you" in holder(fresh).get("/mine/vouches").text


# --- The steward's switch ---


@pytest.fixture
def steward(cast: Cast, client: TestClient) -> Person:
    person = cast.steward()
    client.cookies.set("person", cast.signed_in(person))
    return person


def test_the_switch_publishes_who_is_known(cast: Cast, client: TestClient, steward: Person, soup: Planted) -> None:
    fresh = cast.plant(title="Fresh bread", publication=Publication.SUBMITTED)
    vouch(cast, soup, fresh)
    vouch(cast, soup, cast.plant(title="Asked only", publication=Publication.SUBMITTED), state=Agreement.PROPOSED)
    page = client.get("/moderation/vouching")
    assert "1 entry that waits would be on the map at once" in page.text
    answer = client.post("/moderation/vouching", data={"trusts": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation/vouching?done=on")
    assert client.get(fresh.page).status_code == 200
    assert "Fresh bread" in client.get("/moderation?pile=unseen").text  # Nobody has looked at it yet.
    assert "Fresh bread" not in client.get("/moderation/log").text
    assert client.post("/moderation/vouching", data={"trusts": ""}).headers["location"].endswith("off")
    assert client.get(fresh.page).status_code == 200  # What is on the map stays there.


def test_the_switch_is_for_stewards(cast: Cast, client: TestClient) -> None:
    assert client.get("/moderation/vouching").status_code == 303
    assert client.post("/moderation/vouching", data={"trusts": "on"}).status_code == 401
