"""The steward's way in Chromium: by link and button, by keyboard alone, and with scripts off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.accounts.sign_in import make_link
from app.vocabulary import Publication
from tests.support.cast import Cast, Planted
from tests.support.service import LiveServer

NASTY = "<img src=x onerror=window.broken=1> {{7*191}} ${7*191} </script><script>window.broken=1</script>"


@pytest.fixture
def acting(live_server: LiveServer) -> Cast:
    """The cast behind the live service."""
    acting = Cast(live_server.app.state.house)
    acting.found()
    return acting


@pytest.fixture
def waiting(acting: Cast) -> list[Planted]:
    """Two entries that wait, one of them hostile."""
    helped = [{"kind": "space", "text": NASTY}]
    return [
        acting.plant(
            title=NASTY, summary=NASTY, story=f"Ring 0113 496 0000. {NASTY}", publication=Publication.SUBMITTED
        ),
        acting.plant("barriers", what_happened=NASTY, enablers=helped, publication=Publication.SUBMITTED),
    ]


def link(acting: Cast) -> str:
    """The path of a fresh one-time link."""
    person = acting.steward()
    with acting.house.private.writing() as db:
        return f"/sign-in#k={make_link(db, person)}"


def test_every_page_of_the_desk_is_accessible_and_tame(
    live_server: LiveServer, acting: Cast, waiting: list[Planted], page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(live_server.url + link(acting))
    expect(page.get_by_label("Your link, or the code in it")).to_have_value(re.compile("^se-sign-in-"))
    assert "#" not in page.url
    axe(page)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="To look at", exact=True)).to_be_visible()
    axe(page)
    for planted in waiting:
        page.goto(f"{live_server.url}/moderation{planted.page}")
        axe(page)
        page.get_by_role("button", name="Hide").click()
        expect(page.get_by_role("heading", name="There is something to put right")).to_be_visible()
        axe(page)
        page.get_by_label("The rule you go by").select_option("advert")
        page.get_by_role("button", name="Hide").click()
        expect(page.get_by_role("status")).to_contain_text("The entry is hidden")
        axe(page)
        assert page.evaluate("window.broken") is None
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{live_server.url}/moderation/log")
    expect(page.get_by_text("Hidden: 1").first).to_be_visible()
    axe(page)


def test_a_steward_needs_no_script(
    live_server: LiveServer, acting: Cast, waiting: list[Planted], phone_without_scripts: Page
) -> None:
    page, address = phone_without_scripts, link(acting)
    page.goto(live_server.url + address)
    page.get_by_label("Your link, or the code in it").fill(live_server.url + address)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".record-title a").first.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Done")
    page.get_by_role("button", name="Send back with a question").click()
    page.get_by_role("link", name="Choose the rule that you go by").click()
    page.get_by_label("The rule you go by").select_option("unclear")
    page.get_by_label("Your words to whoever added it").fill("Which day?")
    page.get_by_role("button", name="Send back with a question").click()
    expect(page.get_by_text("Nothing is here")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/moderation")
    expect(page).to_have_url(f"{live_server.url}/sign-in")


def test_a_steward_needs_no_mouse(live_server: LiveServer, acting: Cast, waiting: list[Planted], desktop: Page) -> None:
    desktop.goto(live_server.url + link(acting))
    _reach(desktop, "Sign in", "button")
    desktop.wait_for_url("**/moderation")
    title = desktop.locator(".record-title a").first.inner_text()
    _reach(desktop, title, "a")
    desktop.wait_for_url("**/moderation/*/*")
    _reach(desktop, "Publish", "button")
    expect(desktop.get_by_role("status")).to_contain_text("Done")


def _reach(page: Page, words: str, tag: str) -> None:
    """Tab to the control of these words, and press Enter."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("[document.activeElement.tagName.toLowerCase(), document.activeElement.innerText]") == [
            tag,
            words,
        ]:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"The keyboard does not reach “{words}”.")
