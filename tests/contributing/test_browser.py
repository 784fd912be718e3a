"""Contributors in Chromium: on a phone, by keyboard alone, with scripts off; and what strangers' text cannot do."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect
from shapely.geometry import Point

from app.contributing.others import opening
from tests.support.browser import OpenPage
from tests.support.cast import BEESTON, SEACROFT, Cast, outline_of
from tests.support.service import LiveServer

NASTY = "<img src=x onerror=window.broken=1> {{7*191}} ${7*191} </script><script>window.broken=1</script>"
AWAY = "https://www.bbc.co.uk/weather"


@pytest.fixture
def acting(live_server: LiveServer) -> Cast:
    """The cast behind the live service."""
    acting = Cast(live_server.app.state.house)
    acting.found()
    return acting


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def fits(page: Page) -> None:
    """Nothing stands out at the side, and no text of a stranger ran."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.evaluate("window.broken") is None


def test_an_initiative_on_a_phone_by_the_cross_on_the_map(
    live_server: LiveServer, acting: Cast, phone: Page, axe: Callable[[Page], None]
) -> None:
    page = phone

    def look(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        axe(page)
        fits(page)

    page.goto(f"{live_server.url}/initiatives/new?neighbourhood={BEESTON}")
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_be_focused()
    look("What do you do?")
    page.get_by_label("What do people call it?").fill(NASTY)
    page.get_by_label("Say it in one or two sentences").fill("Ring 0113 496 0000.")
    expect(page.get_by_text("This looks like a phone number.")).to_be_visible()
    page.get_by_role("radio", name="Food and growing").check()
    page.get_by_role("radio", name="Going on now").check()
    press(page, "Continue")
    look("Where is it?")
    press(page, "Use this place")
    expect(page.get_by_text("A place is chosen on the map.")).to_be_visible()
    press(page, "Continue")
    look("Tell us more, if you like")
    press(page, "Continue")
    look("How much may others see?")
    expect(page.locator("[data-share-status]")).to_contain_text("Others see")
    page.locator("[name=sharing][value=neighbourhood]").check()
    expect(page.locator("[data-share-status]")).to_contain_text("the whole of Beeston")
    press(page, "Continue")
    look("Check before you send")
    expect(page.get_by_text("a phone number")).to_be_visible()
    press(page, "Send it")
    look("Thank you. We have it.")
    link = page.locator("#edit-link").inner_text()

    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - a built-in method is refused
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_url("**/mine/entry")
    look(opening(NASTY, 80))
    secret = urlsplit(link).fragment.removeprefix("k=")
    telling = [one for one in asked if secret in f"{one.url.partition('#')[0]} {one.post_data} {one.headers}"]
    assert [(one.method, one.url) for one in telling] == [("POST", f"{live_server.url}/mine")]
    for step in ("what", "where", "sharing"):
        page.goto(f"{live_server.url}/mine/entry/{step}")
        axe(page)
        fits(page)
    press(page, "Save")
    expect(page.get_by_role("status")).to_have_text("Your change is saved.")
    axe(page)
    page.get_by_label("Yes, I want to take it down").check()
    press(page, "Take it down")
    look("It is taken down")


def test_a_barrier_by_keyboard_alone(
    live_server: LiveServer, acting: Cast, desktop: Page, axe: Callable[[Page], None]
) -> None:
    page = desktop
    page.goto(f"{live_server.url}/barriers/new")
    _reach(page, "#f-what_happened")
    page.keyboard.type("They wanted an insurance that we cannot pay.")
    for name in ("kind", "effect", "stage"):
        _reach(page, f"[name={name}]")
        page.keyboard.press("ArrowDown")
        axe(page)
    _reach(page, "button[value=next]", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where did it happen?")
    _reach(page, "[name=neighbourhood]")
    page.keyboard.press("Space")
    _reach(page, "[data-picker-map]")
    _reach(page, "button[value=next]", "Enter")
    for step in ("Tell us more, if you like", "How much may others see?"):
        expect(page.get_by_role("heading", level=1)).to_have_text(step)
        axe(page)
        _reach(page, "button[value=next]", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check before you send")
    axe(page)
    _reach(page, "button[value=send]", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")
    axe(page)


def test_the_map_goes_to_the_neighbourhood_that_was_named(live_server: LiveServer, acting: Cast, phone: Page) -> None:
    page = phone
    page.goto(f"{live_server.url}/initiatives/new")
    page.get_by_label("What do people call it?").fill("Soup on Tuesdays")
    page.get_by_role("radio", name="Food and growing").check()
    press(page, "Continue")
    with page.expect_response(f"**/items/{SEACROFT}"):
        page.get_by_role("radio", name="Seacroft").check()
    page.wait_for_timeout(300)
    press(page, "Use this place")
    place = Point(*(float(page.locator(f"[name={name}]").input_value()) for name in ("lon", "lat")))
    assert place.intersects(outline_of(SEACROFT).envelope)


FIRST_ANSWERS = {
    "initiatives": ("What do people call it?", "[name=activity][value=food]"),
    "barriers": ("What happened?", "[name=kind][value=gatekeeping]"),
}


@pytest.mark.parametrize("kind", FIRST_ANSWERS)
def test_every_step_and_every_mistake_is_accessible(
    live_server: LiveServer, acting: Cast, page: Page, axe: Callable[[Page], None], kind: str
) -> None:
    def look(button: str) -> None:
        axe(page)
        fits(page)
        press(page, button)

    text, choice = FIRST_ANSWERS[kind]
    page.goto(f"{live_server.url}/{kind}/new")
    look("Continue")
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.get_by_label(text).fill("They said no, and we did it.")
    page.locator(choice).check()
    press(page, "Continue")
    look("Continue")
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.get_by_role("radio", name="Seacroft").check()
    press(page, "Continue")
    for heading, button in (
        ("Tell us more, if you like", "Continue"),
        ("How much may others see?", "Continue"),
        ("Check before you send", "Send it"),
    ):
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        look(button)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")
    axe(page)
    fits(page)


def test_an_initiative_with_scripts_off(live_server: LiveServer, acting: Cast, phone_without_scripts: Page) -> None:
    page = phone_without_scripts
    page.goto(f"{live_server.url}/initiatives/new")
    page.get_by_label("What do people call it?").fill("Soup on Tuesdays")
    page.get_by_role("radio", name="Food and growing").check()
    press(page, "Continue")
    page.get_by_label("A postcode nearby").fill("LS7 4BZ")
    press(page, "Continue")
    press(page, "Back")
    page.get_by_label("Forget that place.").check()
    page.get_by_role("radio", name="Chapeltown").check()
    press(page, "Continue")
    press(page, "Continue")
    expect(page.get_by_text("nothing closer can be shown")).to_be_visible()
    press(page, "Continue")
    expect(page.get_by_role("img", name=re.compile("the whole of Chapeltown"))).to_be_visible()
    press(page, "Send it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")
    code = page.locator("code").last.inner_text()
    page.goto(f"{live_server.url}/mine")
    page.get_by_label("Your code").fill(code)
    press(page, "Open")
    expect(page.get_by_role("heading", level=1)).to_have_text("Soup on Tuesdays")
    fits(page)


@pytest.mark.parametrize("way", ["button", "escape"])
def test_one_can_leave_quickly_and_going_back_does_not_show_it(
    live_server: LiveServer, acting: Cast, open_page: OpenPage, way: str
) -> None:
    page = open_page()
    page.context.route(f"{AWAY}**", lambda route: route.fulfill(body="<h1>Rain later</h1>", content_type="text/html"))
    page.goto(live_server.url)
    page.goto(f"{live_server.url}/barriers/new")
    if way == "button":
        page.get_by_role("link", name="Leave this page quickly").click()
    else:
        page.locator("#f-what_happened").fill("They said no.")
        for _press in range(3):
            page.keyboard.press("Escape")
    page.wait_for_url(f"{AWAY}**")
    page.go_back()
    assert page.url == f"{live_server.url}/"


def _reach(page: Page, selector: str, key: str | None = None) -> None:
    """Tab to the element of `selector`, and press `key` on it."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            if key:
                page.keyboard.press(key)
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")
