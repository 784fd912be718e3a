"""One action leads to another, in Chromium without scripts: asked, agreed, shown, ended, gone; by keyboard, too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.vocabulary import Publication
from tests.support.browser import OpenPage
from tests.support.cast import Cast, Planted
from tests.support.service import LiveServer
from tests.support.tying import tie, vouch


@pytest.fixture
def acting(live_server: LiveServer) -> Cast:
    """The cast behind the live service."""
    acting = Cast(live_server.app.state.house)
    acting.found()
    return acting


def enter(page: Page, url: str, planted: Planted) -> None:
    """Open one's own page by its code."""
    page.goto(f"{url}/mine")
    page.locator("#f-code").fill(planted.secret)
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url("**/mine/entry")


def fits(page: Page) -> None:
    """Nothing stands out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("width", [390, 1280])
def test_a_tie_is_asked_agreed_shown_and_ended(
    live_server: LiveServer, acting: Cast, open_page: OpenPage, axe: Callable[[Page], None], width: int
) -> None:
    url = live_server.url
    soup = acting.plant(title="Soup on Tuesdays", first_active="2021", sharing="neighbourhood")
    choir = acting.plant(title="The choir", sharing="neighbourhood")
    # The first of them runs no scripts. Axe is a script itself: it looks at the same pages in the other browser.
    singers, cooks, anyone = open_page(width=width, scripts=False), open_page(width=width), open_page(width=width)

    enter(singers, url, choir)
    singers.get_by_role("link", name="What it grew out of, and what it led to").click()
    singers.get_by_label("Find it on the map").fill("soup")
    singers.get_by_role("button", name="Search").click()
    singers.get_by_role("link", name="Soup on Tuesdays").click()
    singers.get_by_role("button", name="Ask them").click()
    expect(singers.get_by_role("link", name="Choose how they hang together.")).to_be_visible()
    singers.get_by_role("radio", name="Ours grew out of theirs").check()
    singers.get_by_label("Year").fill("2022")
    singers.get_by_role("button", name="Ask them").click()
    expect(singers.get_by_role("status")).to_contain_text("They see your question.")

    enter(cooks, url, soup)
    expect(cooks.get_by_text("1 waits for you")).to_be_visible()
    axe(cooks)
    cooks.goto(f"{url}/mine/ties?q=choir")
    expect(cooks.get_by_text("“The choir” grew out of “Soup on Tuesdays”").first).to_be_visible()
    axe(cooks)
    fits(cooks)
    cooks.goto(f"{url}/mine/ties/{choir.id}")
    axe(cooks)
    fits(cooks)
    cooks.goto(f"{url}/mine/ties")
    cooks.get_by_role("button", name="Yes, that is so").click()
    expect(cooks.get_by_role("status")).to_contain_text("Both of you agree.")

    anyone.goto(f"{url}{soup.page}")
    expect(anyone.get_by_role("heading", name="How it hangs together")).to_be_visible()
    expect(anyone.get_by_role("link", name="The choir")).to_be_visible()
    axe(anyone)
    fits(anyone)

    singers.goto(f"{url}/mine/ties")
    singers.get_by_role("button", name="End it").click()
    anyone.reload()
    expect(anyone.get_by_role("link", name="The choir")).to_have_count(0)


def test_by_keyboard_alone_from_the_search_to_the_question(
    live_server: LiveServer, acting: Cast, desktop: Page
) -> None:
    page = desktop
    choir = acting.plant(title="The choir", sharing="neighbourhood")
    acting.plant(title="Soup on Tuesdays", sharing="neighbourhood")
    enter(page, live_server.url, choir)
    page.goto(f"{live_server.url}/mine/ties")
    _tab_to(page, "f-q")
    page.keyboard.type("soup")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/ties?q=soup*")
    _tab_to_text(page, "Soup on Tuesdays")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine/ties/*-*")
    _tab_to(page, "f-kind")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Ours learned from theirs")).to_be_checked()
    _tab_to_text(page, "Ask them")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("They see your question.")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_vouches_can_be_read_by_everyone(
    live_server: LiveServer, acting: Cast, open_page: OpenPage, axe: Callable[[Page], None], width: int
) -> None:
    url, page = live_server.url, open_page(width=width)
    soup, fresh = acting.plant(title="Soup on Tuesdays"), acting.plant(publication=Publication.SUBMITTED)
    vouch(acting, soup, fresh)
    tie(acting, soup, acting.plant(title="W" * 120))
    for planted, path in ((fresh, "/mine/vouches?q=soup"), (soup, "/mine/vouches"), (soup, "/mine/ties?q=w")):
        enter(page, url, planted)
        page.goto(f"{url}{path}")
        axe(page)
        fits(page)
    page.context.add_cookies([{"name": "person", "value": acting.signed_in(acting.steward()), "url": url}])
    page.goto(f"{url}/moderation/vouching")
    page.get_by_role("radio", name="A group that enough others know need not wait").check()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Save this choice").click()
    expect(page.get_by_role("status")).to_contain_text("Done.")
    page.goto(f"{url}{fresh.page}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Soup on Tuesdays")


def _focused(page: Page, what: str) -> str:
    return str(page.evaluate(f"document.activeElement.{what}"))


def _tab_to(page: Page, element_id: str) -> None:
    for _ in range(80):
        if _focused(page, "id") == element_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {element_id} by keyboard")


def _tab_to_text(page: Page, words: str) -> None:
    for _ in range(80):
        if words in _focused(page, "textContent") and _focused(page, "tagName") in {"A", "BUTTON"}:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to “{words}” by keyboard")
