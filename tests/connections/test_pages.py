"""The pages of ties as a browser without scripts uses them, by edit link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.storage.base import new_id
from app.vocabulary import ConnectionKind, Publication, Sharing
from tests.contributing.test_forms import MARKED, WHAT, Visitor, hidden_in
from tests.support.cast import Cast, Planted
from tests.support.holding import Holder
from tests.support.tying import tie

PRIVATE = ("/mine/ties", "/mine/vouches")


def test_a_tie_from_question_to_page_and_back(
    holder: Callable[[Planted], Holder], client: TestClient, soup: Planted, choir: Planted
) -> None:
    singers, cooks = holder(choir), holder(soup)
    found = singers.get("/mine/ties?q=SOUP")
    assert "Soup on Tuesdays" in found.text
    assert "Chapeltown" in found.text
    form = f"/mine/ties/{soup.id}"
    assert form in found.text
    assert singers.get(form).status_code == 200
    sent = singers.post(form, kind="encouraged_by", since_year="2022", since_month="5")
    assert (sent.status_code, sent.headers["location"]) == (303, "/mine/ties?done=propose")
    assert "The choir" not in client.get(soup.page).text
    assert "1 waits for you" in cooks.get("/mine/entry").text
    assert "“The choir” was encouraged by “Soup on Tuesdays”" in cooks.get("/mine/ties").text
    assert cooks.press("/mine/ties", "accept").status_code == 303
    shown = client.get(soup.page).text
    assert re.search(
        r"encouraged <a href=\"/initiatives/[^\"]+\">The choir</a> <span class=\"soft\">\(May 2022\)", shown
    )
    assert "was encouraged by" in client.get(choir.page).text
    assert "/neighbourhoods/chapeltown/ecology" in shown
    assert cooks.press("/mine/ties", "withdraw").status_code == 303
    assert "The choir" not in client.get(soup.page).text


def test_no_told_from_the_other_end(
    holder: Callable[[Planted], Holder], client: TestClient, soup: Planted, choir: Planted
) -> None:
    assert holder(soup).post(f"/mine/ties/{choir.id}", kind="learned_from:back").status_code == 303
    assert "“The choir” learned from “Soup on Tuesdays”" in holder(choir).get("/mine/ties").text
    assert holder(choir).press("/mine/ties", "decline").status_code == 303
    assert "They said no" in holder(soup).get("/mine/ties").text
    assert "The choir" not in client.get(soup.page).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Choose how they hang together."),
        ({"kind": "married"}, "Choose how they hang together."),
        ({"kind": "learned_from", "since_year": "2999"}, "in the future"),
        ({"kind": "learned_from", "since_year": "2020"}, "“Soup on Tuesdays” began in 2021"),
        ({"kind": "learned_from", "since_year": "20x1"}, "in numbers"),
        ({"kind": "learned_from", "since_day": "3"}, "Give the year"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    holder: Callable[[Planted], Holder], soup: Planted, choir: Planted, form: dict[str, str], told: str
) -> None:
    answer = holder(choir).post(f"/mine/ties/{soup.id}", **form)
    assert answer.status_code == 400
    assert told in answer.text
    for value in form.values():
        if value in {"2999", "2020", "20x1"}:
            assert f'value="{value}"' in answer.text  # What was written stays.


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_tells_a_hidden_entry_from_none(
    cast: Cast, holder: Callable[[Planted], Holder], soup: Planted, method: str
) -> None:
    told = set()
    for other in (
        cast.plant(title="Secret meal", sharing=Sharing.COUNTED_ONLY).id,
        cast.plant(title="Secret wait", publication=Publication.SUBMITTED).id,
        cast.plant("barriers").id,
        new_id(),
    ):
        answer = getattr(holder(soup), method)(f"/mine/ties/{other}", **_form(method))
        assert "Secret" not in answer.text
        told.add((answer.status_code, answer.text))
    assert len(told) == 1
    assert "Choose one that is on the map now." in told.pop()[1]
    assert "Secret" not in holder(soup).get("/mine/ties?q=secret").text.replace("“secret”", "")


def _form(method: str) -> dict[str, Any]:
    return {"kind": "learned_from"} if method == "post" else {}


def test_a_title_goes_when_its_entry_does(
    cast: Cast, holder: Callable[[Planted], Holder], soup: Planted, choir: Planted
) -> None:
    tie(cast, choir, soup)
    assert "Soup on Tuesdays" in holder(choir).get("/mine/ties").text
    cast.decide(soup, Publication.HIDDEN)
    page = holder(choir).get("/mine/ties").text
    assert "Soup on Tuesdays" not in page
    assert "one that is not on the map now" in page


def test_who_is_not_on_the_map_is_told_what_the_other_side_sees(
    cast: Cast, holder: Callable[[Planted], Holder], soup: Planted
) -> None:
    fresh = cast.plant(title="Fresh bread", publication=Publication.SUBMITTED)
    assert "will see its name, “Fresh bread”" in holder(fresh).get(f"/mine/ties/{soup.id}").text
    assert "will see its name" not in holder(cast.plant(title="Shown")).get(f"/mine/ties/{soup.id}").text


def test_a_long_list_is_searched_not_scrolled(cast: Cast, holder: Callable[[Planted], Holder], soup: Planted) -> None:
    for number in range(25):
        cast.plant(title=f"Garden {number:02} %")
    assert "Garden" not in holder(soup).get("/mine/ties").text
    found = holder(soup).get("/mine/ties?q=garden").text
    assert found.count('href="/mine/ties/') == 20
    assert "There are more" in found
    assert holder(soup).get("/mine/ties?q=garden+07").text.count('href="/mine/ties/') == 1
    assert holder(soup).get("/mine/ties?q=%25").text.count('href="/mine/ties/') == 20
    assert "Nothing on the map" in holder(soup).get("/mine/ties?q=_____").text


@pytest.mark.parametrize("path", PRIVATE)
def test_the_pages_are_private(
    client: TestClient, holder: Callable[[Planted], Holder], soup: Planted, path: str
) -> None:
    assert client.get(path).status_code == 401
    assert client.post(path, data={"action": "accept:x"}).status_code == 401
    page = holder(soup).get(path)
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.text
    forged = client.post(path, data={"action": "accept:x"}, headers={"origin": "https://example.org"})
    assert forged.status_code == 403


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize(
    "action", ["", "nonsense", "accept:nobody", "withdraw:", "take_back:x", "yes:x", "no:x", "ask:x"]
)
def test_a_button_that_is_gone_gets_a_sentence(
    holder: Callable[[Planted], Holder], soup: Planted, path: str, action: str
) -> None:
    answer = holder(soup).post(path, action=action)
    assert answer.status_code in {400, 404, 409}
    assert "There is something to put right" in answer.text


def test_a_report_has_no_ties(cast: Cast, holder: Callable[[Planted], Holder]) -> None:
    assert holder(cast.plant("barriers")).get("/mine/ties").status_code == 404


def test_after_pinning_one_is_asked_and_led_there(cast: Cast, client: TestClient, soup: Planted) -> None:
    visitor = Visitor(client, "/initiatives/new")
    visitor.to_check(WHAT | {"title": "Bread"}, MARKED)
    done = visitor.send(go="send")
    assert "Did anything here encourage this?" in done.text
    sent = {name: values[0] for name, values in hidden_in(done.text).items()}
    answer = client.post("/mine", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine/ties")
    assert "Bread" in client.get("/mine/ties").text


def test_a_link_leads_nowhere_else(client: TestClient, soup: Planted) -> None:
    answer = client.post("/mine", data={"code": soup.secret, "then": "//example.org"})
    assert answer.headers["location"] == "/mine/entry"


def test_withdrawing_an_entry_by_its_page_ends_its_ties(
    cast: Cast, holder: Callable[[Planted], Holder], client: TestClient, soup: Planted, choir: Planted
) -> None:
    tie(cast, choir, soup)
    assert "Soup on Tuesdays" in client.get(choir.page).text
    holder(soup).post("/mine/withdraw", sure="yes")
    assert "Soup on Tuesdays" not in client.get(choir.page).text
    assert client.get("/api/collections/connections/items").json()["numberMatched"] == 0


def test_the_page_tells_what_came_of_it_what_it_shares_and_in_order(
    cast: Cast, client: TestClient, soup: Planted
) -> None:
    for title, kind in (("Bread", ConnectionKind.GREW_OUT_OF), ("Room", ConnectionKind.SHARES_SPACE)):
        tie(cast, cast.plant(title=title), soup, kind)
    tie(cast, soup, cast.plant(title="Mother"), ConnectionKind.LENT_BY)
    page = client.get(soup.page).text
    order = [
        page.index(words) for words in ("What it comes from", "Mother", "What came of it", "Bread", "What it shares")
    ]
    assert order == sorted(order)
    assert "shares a place with" in page


def test_a_page_without_ties_says_nothing_of_them(client: TestClient, soup: Planted) -> None:
    assert "How it hangs together" not in client.get(soup.page).text
