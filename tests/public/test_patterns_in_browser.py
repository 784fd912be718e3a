"""Recurring barriers in Chromium: a council officer at a desk, a volunteer on a phone, and nobody's script running."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.demonstration.load import load_demonstration
from app.patterns.models import Pattern
from app.vocabulary import ResponseState
from tests.public.test_pages import HOSTILE
from tests.support.answering import answer, held_by, institution
from tests.support.browser import OpenPage
from tests.support.cast import CHAPELTOWN, Cast
from tests.support.recurring import gather, reports
from tests.support.service import LiveServer


@pytest.fixture
def town(live_server: LiveServer) -> LiveServer:
    """A service that holds the demonstration with its recurring barriers and what was answered."""
    Cast(live_server.app.state.house).found()
    with live_server.app.state.house.private.writing() as db:
        load_demonstration(db)
    return live_server


def test_pages_of_what_recurs_are_accessible(page: Page, town: LiveServer, axe: Callable[[Page], None]) -> None:
    page.goto(f"{town.url}/patterns")
    addresses = [one.get_attribute("href") for one in page.locator(".recurring h3 a").all()]
    assert len(addresses) >= 3
    for address in (*addresses, "/councils", "/changed"):
        page.goto(f"{town.url}{address}")
        if address != "/changed":
            page.wait_for_selector("[data-ready=true]")
        for fold in page.locator("main details > summary").all():
            if fold.is_visible():
                fold.click()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_an_address_that_is_gone_is_accessible(
    page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted)
    cast.withdraw(planted[0])
    reply = page.goto(f"{live_server.url}/patterns/{pattern_id}")
    assert reply is not None
    assert reply.status == 410
    expect(page.get_by_role("heading", level=1)).to_have_text("This was taken down")
    axe(page)


@pytest.mark.parametrize("width", [320, 640], ids=["400 per cent", "200 per cent"])
def test_enlarged_pages_need_no_scrolling_sideways(open_page: OpenPage, town: LiveServer, width: int) -> None:
    page = open_page(width=width)
    page.goto(f"{town.url}/patterns")
    first = page.locator(".recurring h3 a").first.get_attribute("href")
    for address in (first, "/councils?answered=no", "/changed"):
        page.goto(f"{town.url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_the_menu_keeps_to_one_line(open_page: OpenPage, town: LiveServer) -> None:
    for width in (1180, 1280):
        page = open_page(width=width)
        page.goto(f"{town.url}/patterns")
        height = page.evaluate("document.querySelector('.site-head').offsetHeight")
        assert height < 80, f"{height} pixels high at {width}"


def test_a_phone_without_scripts_chooses_and_reads(phone_without_scripts: Page, town: LiveServer) -> None:
    page = phone_without_scripts
    page.goto(f"{town.url}/councils")
    page.get_by_text("Choose what to see").click()
    page.get_by_label("Whether it was answered").select_option("no")
    page.get_by_role("button", name="Show").click()
    assert "answered=no" in page.url
    expect(page.get_by_text("Waiting for an answer").first).to_be_attached()
    page.locator(".recurring h3 a").first.click()
    expect(page.get_by_role("link", name="This blocked us too")).to_be_visible()


def test_a_name_on_the_map_leads_to_its_neighbourhood(desktop: Page, live_server: LiveServer) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    pattern_id = gather(cast, reports(cast, 3))
    desktop.goto(f"{live_server.url}/patterns/{pattern_id}")
    name = desktop.locator(".area-name a")
    expect(name).to_have_text("Chapeltown")
    assert desktop.locator(".area-told").count() == 1
    name.focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"{live_server.url}/neighbourhoods/{CHAPELTOWN}")


def test_hostile_text_does_nothing_in_a_browser(desktop: Page, live_server: LiveServer) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    text = " ".join(HOSTILE)
    office = institution(cast, name=text[:180])
    planted = held_by(cast, reports(cast, 3, what_happened=text, holder=text[:150]), office)
    planted += held_by(cast, reports(cast, 3, first=3), office)
    pattern_id = gather(cast, planted)
    with cast.house.private.writing() as db:
        db.get_one(Pattern, pattern_id).title = text[:150]
    answer(cast, pattern_id, office, ResponseState.RULE_CHANGED, text=text, rule_cited=text)
    for address in (f"/patterns/{pattern_id}", "/patterns", "/councils", "/changed", planted[0].page, "/"):
        desktop.goto(live_server.url + address)
        if address in {f"/patterns/{pattern_id}", "/councils"}:
            desktop.wait_for_selector("[data-ready=true]")
        assert desktop.evaluate("window.hurt") is None
        assert "1337" not in desktop.content()
