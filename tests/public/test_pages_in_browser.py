"""The public pages as people meet them in Chromium: with scripts and without, on a phone and on a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.demonstration.load import load_demonstration
from tests.public.test_pages import HOSTILE
from tests.support.browser import OpenPage
from tests.support.cast import CHAPELTOWN, Cast
from tests.support.service import LiveServer

PAGES = (
    *("/", f"/neighbourhoods/{CHAPELTOWN}", "/councils", "/funders", "/patterns", "/changed", "/about", "/mine"),
    *(
        "/moderation/log",
        "/councils?kind=health_and_safety&answered=no",
        "/councils?from=x",
        "/api/docs",
        "/nothing",
        f"/neighbourhoods/{CHAPELTOWN}?activity=nonsense",
    ),
)


@pytest.fixture
def demonstration(live_server: LiveServer) -> LiveServer:
    """A service that holds the demonstration."""
    Cast(live_server.app.state.house).found()
    with live_server.app.state.house.private.writing() as db:
        load_demonstration(db)
    return live_server


def test_public_pages_are_accessible(page: Page, demonstration: LiveServer, axe: Callable[[Page], None]) -> None:
    for address in PAGES:
        page.goto(demonstration.url + address)
        axe(page)
    page.goto(f"{demonstration.url}/neighbourhoods/{CHAPELTOWN}/map")
    page.wait_for_selector("[data-ready=true]")
    axe(page)
    page.goto(f"{demonstration.url}/neighbourhoods/{CHAPELTOWN}")
    for name in ("initiatives", "barriers"):
        link = page.locator(f'.records a[href^="/{name}/"]').first.get_attribute("href")
        page.goto(f"{demonstration.url}{link}")
        axe(page)
        page.go_back()


@pytest.mark.parametrize("collection", ["initiatives", "barriers"])
def test_the_page_of_what_was_taken_down_is_accessible(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None], collection: str
) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    planted = cast.plant(collection)
    cast.withdraw(planted)
    answer = page.goto(live_server.url + planted.page)
    assert answer is not None
    assert answer.status == 410
    expect(page.get_by_role("heading", level=1)).to_have_text("This was taken down")
    axe(page)


@pytest.mark.parametrize("width", [320, 640], ids=["400 per cent", "200 per cent"])
def test_enlarged_pages_need_no_scrolling_sideways(open_page: OpenPage, demonstration: LiveServer, width: int) -> None:
    """A window of 1280 pixels, enlarged: WCAG 2.2, 1.4.4 and 1.4.10."""
    page = open_page(width=width)
    for address in (*PAGES, f"/neighbourhoods/{CHAPELTOWN}/map", "/initiatives/new", "/barriers/new", "/sign-in"):
        page.goto(demonstration.url + address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_the_list_is_whole_without_scripts(phone_without_scripts: Page, demonstration: LiveServer) -> None:
    page = phone_without_scripts
    page.goto(f"{demonstration.url}/neighbourhoods/{CHAPELTOWN}")
    page.get_by_text("Choose what to see").click()
    page.get_by_label("What people do", exact=True).select_option("food")
    page.get_by_role("button", name="Show").click()
    assert "activity=food" in page.url
    page.locator(".records a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_mark_opens_a_panel_with_a_real_page_behind_it(desktop: Page, demonstration: LiveServer) -> None:
    desktop.goto(f"{demonstration.url}/neighbourhoods/{CHAPELTOWN}/map")
    desktop.wait_for_selector("[data-ready=true]")
    mark = desktop.locator(".leaflet-marker-icon").first
    mark.focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_timeout(600)
    for _ in range(6):
        if desktop.get_by_role("link", name="Read more").count():
            break
        # A cluster opened into its marks: go on with one of them.
        desktop.locator(".leaflet-marker-icon").last.focus()
        desktop.keyboard.press("Enter")
        desktop.wait_for_timeout(600)
    link = desktop.get_by_role("link", name="Read more").first
    expect(link).to_be_visible()
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("link", name="Read more")).to_have_count(0)


def test_hostile_text_does_nothing_in_a_browser(desktop: Page, live_server: LiveServer) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    planted = []
    for number, text in enumerate(HOSTILE):
        planted.append(
            cast.plant(title=text, summary=text, story=text, sharing="exact", place=(-1.53 + number / 900, 53.82))
        )
        planted.append(cast.plant("barriers", what_happened=text, holder=text, rule_cited=text, sharing="street"))
    for address in (
        f"/neighbourhoods/{CHAPELTOWN}",
        f"/neighbourhoods/{CHAPELTOWN}/map",
        *(one.page for one in planted),
    ):
        desktop.goto(live_server.url + address)
        desktop.wait_for_timeout(150)
        assert desktop.evaluate("window.hurt") is None
    desktop.goto(f"{live_server.url}/neighbourhoods/{CHAPELTOWN}/map")
    desktop.wait_for_selector("[data-ready=true]")
    for mark in desktop.locator(".leaflet-marker-icon").all()[:12]:
        mark.dispatch_event("click")
        desktop.wait_for_timeout(100)
    assert desktop.evaluate("window.hurt") is None


def test_nothing_is_asked_from_another_host(desktop: Page, demonstration: LiveServer) -> None:
    asked: set[str] = set()
    desktop.on("request", lambda request: asked.add(request.url.split("/")[2]))
    for address in PAGES:
        desktop.goto(demonstration.url + address)
    assert {host for host in asked if host} == {demonstration.url.removeprefix("http://")}
