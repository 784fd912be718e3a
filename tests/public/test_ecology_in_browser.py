"""The ecology of a neighbourhood in Chromium: by keys, by pointer, without scripts, in light and dark."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.connections.models import Connection
from app.demonstration.load import load_demonstration
from app.kit import clock
from app.vocabulary import Agreement, ConnectionKind
from tests.public.test_pages import HOSTILE
from tests.support.browser import DESKTOP, PHONE, OpenPage
from tests.support.cast import CHAPELTOWN, IN_CHAPELTOWN, Cast, Planted
from tests.support.service import LiveServer

PATH = f"/neighbourhoods/{CHAPELTOWN}/ecology"


@pytest.fixture
def town(live_server: LiveServer) -> LiveServer:
    """A service that holds the demonstration, with its ties."""
    Cast(live_server.app.state.house).found()
    with live_server.app.state.house.private.writing() as db:
        load_demonstration(db)
    return live_server


@pytest.fixture
def family(live_server: LiveServer) -> tuple[LiveServer, list[Planted]]:
    """A service with three that came from each other, and one that stands alone."""
    cast = Cast(live_server.app.state.house)
    cast.found()
    soup = cast.plant(title="Soup for all", first_active="2019-05", sharing="exact", place=IN_CHAPELTOWN)
    choir = cast.plant(title="Kitchen choir", activity="culture", first_active="2022-03", sharing="street")
    plot = cast.plant(title="Plot nine", activity="shared_space", first_active="2023-06", sharing="neighbourhood")
    alone = cast.plant(title="Bike bench", activity="skills", first_active="2020-01", sharing="street")
    for start, end in ((choir, soup), (plot, choir)):
        join(cast, start, end)
    return live_server, [soup, choir, plot, alone]


def join(cast: Cast, start: Planted, end: Planted) -> None:
    with cast.house.private.writing() as db:
        db.add(
            Connection(
                from_id=start.id,
                to_id=end.id,
                kind=ConnectionKind.GREW_OUT_OF,
                state=Agreement.ACCEPTED,
                proposed_at=clock.now(),
                settled_at=clock.now(),
            )
        )


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.wait_for_selector("[data-ready=true]")
    return page


def wait_for_month(page: Page, number: int) -> None:
    """Until the slider has come so far. The pages allow no script of a test's to wait in them."""
    deadline = time.monotonic() + 10
    while int(page.locator("#eco-slider").input_value()) < number:
        assert time.monotonic() < deadline, "The slider does not move."
        page.wait_for_timeout(50)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_pages_are_accessible(
    open_page: OpenPage, town: LiveServer, axe: Callable[[Page], None], width: int, scheme: str
) -> None:
    page = open_page(width=width, color_scheme=scheme)
    opened(page, f"{town.url}{PATH}")
    for fold in page.locator("main details > summary").all():
        if fold.locator("..").get_attribute("open") is None:
            fold.click()
    axe(page)
    one = page.locator("#eco-from option").nth(1).get_attribute("value")
    for address in (f"{PATH}?from={one}&at=2022-03", f"{PATH}/map"):
        opened(page, f"{town.url}{address}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


@pytest.mark.parametrize("width", [320, 640], ids=["400 per cent", "200 per cent"])
def test_enlarged_pages_need_no_scrolling_sideways(open_page: OpenPage, town: LiveServer, width: int) -> None:
    page = opened(open_page(width=width), f"{town.url}{PATH}?at=2023-01")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_keys_move_through_time(page: Page, family: tuple[LiveServer, list[Planted]]) -> None:
    server, _planted = family
    opened(page, f"{server.url}{PATH}?at=2022-02")
    slider = page.locator("#eco-slider")
    expect(slider).to_have_attribute("aria-valuetext", "February 2022: 2 going on")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "March 2022: 3 going on, 1 began, 2 first links")
    expect(page.locator("#eco-sentence")).to_have_text("March 2022: 3 going on, 1 began, 2 first links")
    expect(page.locator("#eco-happened")).to_contain_text("Kitchen choir")
    page.wait_for_url("**/ecology?at=2022-03")
    page.keyboard.press("Home")
    expect(page.locator("#eco-sentence")).to_contain_text("January 2019: 0 going on")
    page.keyboard.press("End")
    page.wait_for_url(f"{server.url}{PATH}")


def test_space_plays_and_pauses(page: Page, family: tuple[LiveServer, list[Planted]]) -> None:
    server, _planted = family
    opened(page, f"{server.url}{PATH}?at=2019-01")
    page.locator("#eco-slider").focus()
    page.keyboard.press("Space")
    expect(page.locator("#eco-play")).to_have_text("Pause")
    wait_for_month(page, 3)
    page.keyboard.press("Space")
    expect(page.locator("#eco-play")).to_have_text("Play")
    shown = page.locator("#eco-slider").input_value()
    page.wait_for_timeout(600)
    assert page.locator("#eco-slider").input_value() == shown
    assert "at=2019-" in page.url


def test_less_motion_still_plays_month_by_month(open_page: OpenPage, family: tuple[LiveServer, list[Planted]]) -> None:
    server, _planted = family
    page = opened(open_page(reduced_motion="reduce"), f"{server.url}{PATH}?at=2019-01")
    before = page.evaluate("document.querySelector('[data-ready]').framesDrawn")
    page.locator("#eco-play").click()
    wait_for_month(page, 2)
    after = page.evaluate("document.querySelector('[data-ready]').framesDrawn")
    # One picture a month, and not one for each frame.
    assert after - before <= 8


def test_a_ripple_by_keyboard_from_the_drawing(page: Page, family: tuple[LiveServer, list[Planted]]) -> None:
    server, (soup, choir, plot, alone) = family
    opened(page, f"{server.url}{PATH}")
    page.locator(f'.eco-row[data-id="{choir.id}"] a').focus()
    page.keyboard.press("Enter")
    box = page.locator("#eco-ripple")
    expect(box).to_contain_text("What did Kitchen choir lead to?")
    expect(box).to_contain_text("It led to 1 other thing. It came from 1 other thing.")
    assert f"from={choir.id}" in page.url
    for one in (soup, choir, plot):
        expect(page.locator(f'.eco-row[data-id="{one.id}"]')).to_have_class("eco-row lit" + " chosen" * (one is choir))
    expect(page.locator(f'.eco-row[data-id="{alone.id}"]')).to_have_class("eco-row")
    box.get_by_role("button", name="Show everything again").click()
    expect(box).to_be_hidden()
    assert "from=" not in page.url
    expect(page.locator("#eco-from")).to_be_focused()


def test_a_ripple_by_choosing_a_name_or_a_mark(desktop: Page, family: tuple[LiveServer, list[Planted]]) -> None:
    server, _planted = family
    opened(desktop, f"{server.url}{PATH}")
    desktop.get_by_label("What did it lead to? Choose one").select_option("Soup for all")
    expect(desktop.locator("#eco-ripple")).to_contain_text("It led to 2 other things.")
    desktop.get_by_role("button", name="Show everything again").click()
    desktop.locator("#map-region").scroll_into_view_if_needed()
    frame = desktop.locator(".map-frame").bounding_box()
    assert frame is not None
    x, y = desktop.evaluate("document.querySelector('[data-ready]').markAt(0)")
    spot = frame["x"] + x + 1, frame["y"] + y + 1
    desktop.mouse.click(*spot)
    expect(desktop.locator("#eco-ripple h2")).to_be_visible()
    assert "from=" in desktop.url


def test_a_phone_without_scripts_sees_moments_and_ripples(
    phone_without_scripts: Page, family: tuple[LiveServer, list[Planted]]
) -> None:
    server, (_soup, choir, *_others) = family
    page = phone_without_scripts
    page.goto(f"{server.url}{PATH}")
    page.get_by_label("Show the month").select_option("2022-03")
    page.locator("#eco-time").get_by_role("button", name="Show").click()
    assert "at=2022-03" in page.url
    expect(page.locator("#eco-sentence")).to_have_text("March 2022: 3 going on, 1 began, 2 first links")
    page.get_by_label("What did it lead to? Choose one").select_option("Kitchen choir")
    page.locator("#eco-ask").get_by_role("button", name="Show").click()
    expect(page.locator("#eco-ripple")).to_contain_text("It led to 1 other thing.")
    assert "at=2022-03" in page.url
    expect(page.locator(".eco-row.chosen")).to_have_attribute("data-id", choir.id)


def test_hostile_text_does_nothing_in_a_browser(desktop: Page, live_server: LiveServer) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    text = " ".join(HOSTILE)[:110]
    one, two = (cast.plant(title=f"{number} {text}", first_active="2020", sharing="exact") for number in (1, 2))
    join(cast, two, one)
    for address in (PATH, f"{PATH}?from={one.id}&at=2020-01", f"{PATH}/map"):
        opened(desktop, live_server.url + address)
        if not address.endswith("/map"):
            desktop.locator(f'.eco-row[data-id="{two.id}"] a').click()
            expect(desktop.locator("#eco-ripple")).to_contain_text("2 ")
        assert desktop.evaluate("window.hurt") is None
        assert "1337" not in desktop.content()
