"""A funder's ten minutes: open, pick, read, choose, look at numbers, take them along; by mouse, keys, and on paper."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.demonstration.load import load_demonstration, load_neighbourhoods
from tests.support.browser import OpenPage
from tests.support.service import LiveServer

pytestmark = pytest.mark.browser
PLACE = "/funders/chapeltown"
VIEWS = (
    "/funders",
    PLACE,
    f"{PLACE}?activity=food&lifecycle=active",
    f"{PLACE}?since=2026&activity=welcome",
    f"{PLACE}/embed",
)


@pytest.fixture
def demonstration(live_server: LiveServer) -> LiveServer:
    with live_server.app.state.house.private.writing() as db:
        load_neighbourhoods(db)
        load_demonstration(db)
    return live_server


def test_a_funder_s_ten_minutes(page: Page, demonstration: LiveServer, axe: Callable[[Page], None]) -> None:
    page.goto(f"{demonstration.url}/funders")
    axe(page)
    page.get_by_role("link", name="Chapeltown", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chapeltown")
    # Sentences come first, and tell what is alive before what got in the way.
    expect(page.locator(".funder-summary p").first).to_contain_text("go on")
    axe(page)

    page.get_by_text("Choose what to see").click()
    page.get_by_label("Who does it").select_option("informal_group")
    page.get_by_role("button", name="Show").click()
    assert "formality=informal_group" in page.url
    expect(page.get_by_label("Who does it")).to_have_value("informal_group")
    # Empty choices are left out of the address to keep.
    assert page.get_by_label("The address of this view").input_value().endswith(f"{PLACE}?formality=informal_group")
    axe(page)

    figure = page.locator("figure.vega").first
    figure.get_by_text("The same as a table").click()
    told = [int(cell) for cell in figure.locator("td").all_inner_texts()]
    assert sum(told) == int(page.locator("#alive-title .count").inner_text())
    axe(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="as a table for spreadsheets").click()
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    shown = [one for one in lines if one["line"] == "initiative"]
    assert {one["who does it"] for one in shown} == {"A group of people"}
    with page.expect_download() as download:
        figure.get_by_role("link", name="Vega-Lite").click()
    assert '"$schema"' in Path(download.value.path()).read_text(encoding="utf-8")


def test_it_prints_to_a_clean_pdf(desktop: Page, demonstration: LiveServer) -> None:
    desktop.goto(demonstration.url + PLACE)
    desktop.emulate_media(media="print")
    for unwanted in (".nav", ".filters", ".funder-take", ".vega details", ".site-foot ul"):
        expect(desktop.locator(unwanted).first).to_be_hidden()
    expect(desktop.locator(".funder-printed")).to_contain_text(PLACE)
    expect(desktop.locator(".vega-drawing svg").first).to_be_visible()
    paper = desktop.pdf(format="A4")
    assert paper.startswith(b"%PDF-")
    # A neighbourhood is read in ten minutes: it does not fill a folder.
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) <= 7
    assert b"/URI (javascript" not in paper


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window(open_page: OpenPage, demonstration: LiveServer, width: int) -> None:
    page = open_page(width=width)
    for view in VIEWS:
        page.goto(demonstration.url + view)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view


def test_it_is_whole_without_scripts(phone_without_scripts: Page, demonstration: LiveServer) -> None:
    page = phone_without_scripts
    page.goto(demonstration.url + PLACE)
    page.get_by_text("Choose what to see").click()
    page.get_by_label("How it is going").select_option("resting")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#resting-title")).to_be_visible()
    expect(page.locator("#alive-title")).to_have_count(0)
    page.goto(demonstration.url + PLACE)
    page.get_by_text("The same as a table").first.click()
    expect(page.locator(".vega-table").first).to_be_visible()


def test_a_keyboard_reaches_choices_tables_and_the_address(desktop: Page, demonstration: LiveServer) -> None:
    desktop.goto(demonstration.url + PLACE)
    reached: set[str] = set()
    for _ in range(160):
        desktop.keyboard.press("Tab")
        reached.add(desktop.evaluate("(document.activeElement.id || document.activeElement.tagName.toLowerCase())"))
        if "embed-code" in reached:
            break
    assert {"summary", "saved-url", "embed-code"} <= reached
    desktop.locator("figure.vega summary").first.focus()
    desktop.keyboard.press("Enter")
    expect(desktop.locator(".vega-table").first).to_be_visible()


def test_every_view_is_accessible_in_the_dark_too(
    open_page: OpenPage, demonstration: LiveServer, axe: Callable[[Page], None]
) -> None:
    page = open_page(width=390, color_scheme="dark")
    for view in VIEWS:
        page.goto(demonstration.url + view)
        axe(page)


def test_a_page_elsewhere_may_frame_the_embed(desktop: Page, demonstration: LiveServer) -> None:
    desktop.goto(demonstration.url + PLACE)
    code = desktop.get_by_label("To show this view").input_value()
    address = re.search(r'src="([^"]+)"', code)
    assert address is not None
    # A page of this machine, since browsers keep pages from elsewhere away from it; "/councils" is only its address.
    page_elsewhere = f"<!doctype html><title>Elsewhere</title>{code}"
    desktop.route("**/councils", lambda route: route.fulfill(body=page_elsewhere, content_type="text/html"))
    desktop.goto(f"{demonstration.url}/councils")
    framed = desktop.frame_locator("iframe")
    expect(framed.get_by_role("heading", level=1)).to_contain_text("Chapeltown")
