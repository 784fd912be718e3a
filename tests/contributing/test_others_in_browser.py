"""The question whether others met the same, in Chromium: on a phone without scripts, and by keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.contributing.test_browser import press
from tests.contributing.test_others import ASKED, SHARING, TOLD
from tests.support.browser import PHONE, OpenPage
from tests.support.cast import BEESTON, SEACROFT, Cast
from tests.support.recurring import HOLDER, gather, reports
from tests.support.service import LiveServer


def test_the_whole_form_on_a_phone_with_scripts_off(
    live_server: LiveServer, open_page: OpenPage, axe: Callable[[Page], None]
) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    gather(cast, [*reports(cast, 4), *reports(cast, 2, first=4, slug=SEACROFT)])
    reports(cast, 1, first=7, slug=BEESTON)
    live_server.app.state.suggestions.refresh()
    page = open_page(width=PHONE, scripts=False)

    def look(words: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), words

    page.goto(f"{live_server.url}/barriers/new")
    look("What got in the way?")
    page.get_by_label("What happened?").fill(TOLD["what_happened"])
    page.locator("[name=kind][value=health_and_safety]").check()
    press(page, "Continue")
    look("Where did it happen?")
    page.get_by_role("radio", name="Chapeltown").check()
    press(page, "Continue")
    look("Tell us more, if you like")
    page.get_by_label("Who could have said yes?").fill(HOLDER)
    press(page, "Continue")
    look(ASKED)
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("radio", name="Yes, this is the same").first.check()
    press(page, "Continue")
    look(SHARING)
    press(page, "Back")
    look(ASKED)
    expect(page.get_by_role("radio", name="Yes, this is the same").first).to_be_checked()
    press(page, "Continue")
    press(page, "Continue")
    look("Check before you send")
    press(page, "Send it")
    look("Thank you. We have it.")
    expect(page.get_by_text("You are not alone: 5 to 9 groups told of this.")).to_be_visible()


def test_the_question_by_keyboard_and_for_everyone(
    live_server: LiveServer, page: Page, axe: Callable[[Page], None]
) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    gather(cast, reports(cast, 5))
    live_server.app.state.suggestions.refresh()
    page.goto(f"{live_server.url}/barriers/new")
    page.get_by_label("What happened?").fill(TOLD["what_happened"])
    page.locator("[name=kind][value=health_and_safety]").check()
    press(page, "Continue")
    page.get_by_role("radio", name="Chapeltown").check()
    press(page, "Continue")
    page.get_by_label("Who could have said yes?").fill(HOLDER)
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text(ASKED)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "likeness_1":
            break
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="No, this is something else").first).to_be_checked()
    page.keyboard.press("ArrowUp")
    for _step in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "next":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(SHARING)
    press(page, "Continue")
    axe(page)
    press(page, "Send it")
    expect(page.get_by_text("You are not alone: 5 to 9 groups told of this.")).to_be_visible()
    axe(page)
