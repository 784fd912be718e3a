"""An officer's way in Chromium: by keyboard alone, with scripts off, at both widths, and with axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.accounts.sign_in import make_link
from tests.responses.town import HOUSING, PARKS, Town, build_town
from tests.support.browser import DESKTOP, PHONE, OpenPage
from tests.support.cast import Cast
from tests.support.service import LiveServer


@pytest.fixture
def town(live_server: LiveServer) -> Town:
    """The town behind the live service."""
    cast = Cast(live_server.app.state.house)
    cast.found()
    return build_town(cast)


def sign_in(live_server: LiveServer, town: Town, page: Page) -> None:
    with town.cast.house.private.writing() as db:
        address = f"{live_server.url}/sign-in#k={make_link(db, town.people[PARKS])}"
    page.goto(address)
    page.get_by_label("Your link, or the code in it").fill(address)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live_server.url}/councils/desk")


def test_an_officer_needs_no_script_and_no_mouse(
    live_server: LiveServer, town: Town, open_page: OpenPage, axe: Callable[[Page], None]
) -> None:
    page = open_page(width=DESKTOP, scripts=False)
    sign_in(live_server, town, page)
    expect(page.get_by_text("No answer for less than a day.")).to_be_visible()
    reach(page, town.told()["title"])
    expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
    tab_to(page, "input[value=heard]")
    for _step in range(3):
        page.keyboard.press("ArrowDown")
    tab_to(page, "#f-text")
    page.keyboard.type("Ask the parks desk on Mondays.")
    # Enter in a line only shows: the first button of the form does nothing else.
    tab_to(page, "#f-rule_cited")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This is how everyone will see it")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("Ask the parks desk on Mondays.")).to_be_visible()
    assert town.told()["answers"] == []
    reach(page, "Save as a draft")
    expect(page.get_by_role("status")).to_contain_text("Kept as a draft")
    assert town.told()["answers"] == []
    reach(page, "Look at it as everyone will")
    expect(page.get_by_role("heading", name="This is how everyone will see it")).to_be_visible()
    reach(page, "Publish")
    expect(page.get_by_role("status")).to_contain_text("Everyone can read your answer now")
    (answer,) = town.told()["answers"]
    assert (answer["state"], answer["text"]) == ("waivable", "Ask the parks desk on Mondays.")
    reach(page, "To answer")
    expect(page.get_by_text(f"{PARKS} answered on")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_of_the_desks_is_accessible(
    live_server: LiveServer, town: Town, open_page: OpenPage, axe: Callable[[Page], None], width: int
) -> None:
    page = open_page(width=width)

    def look() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    sign_in(live_server, town, page)
    look()
    page.goto(live_server.url + town.page)
    look()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="There is something to put right")).to_be_visible()
    look()
    page.get_by_label("We passed it on").check()
    page.get_by_label("In your own words").fill("They hold the key of the green.")
    page.get_by_label("The office that it is with now", exact=True).select_option(label=HOUSING)
    page.get_by_label("Keep the words above for the next time").fill("The key")
    page.get_by_role("button", name="Keep this text").click()
    page.get_by_role("button", name="Look at it as everyone will").click()
    expect(page.get_by_text(f"It is with this office now: {HOUSING}")).to_be_visible()
    look()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Done.")
    look()
    page.context.clear_cookies()
    steward = town.cast.signed_in(town.cast.steward())
    page.context.add_cookies([{"name": "person", "value": steward, "url": live_server.url}])
    for address in ("/moderation/answers", "/moderation/patterns", f"/moderation/patterns/{town.pattern_id}"):
        page.goto(live_server.url + address)
        look()
    page.get_by_role("button", name="Take them out").click()
    expect(page.get_by_role("heading", name="There is something to put right")).to_be_visible()
    look()
    page.goto(f"{live_server.url}/moderation/answers")
    page.get_by_role("link", name="We passed it on").click()
    look()
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_role("heading", name="There is something to put right")).to_be_visible()
    look()


def tab_to(page: Page, selector: str) -> None:
    """Tab to an element."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def reach(page: Page, words: str) -> None:
    """Tab to the link or button of these words, and press Enter."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == words:
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    raise AssertionError(f"The keyboard does not reach “{words}”.")
