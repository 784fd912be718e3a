"""The desk of grants in Chromium, on a phone and on a laptop: readable by all, and a match made in two presses."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.sign_in import make_link
from tests.support.cast import Cast
from tests.support.grants import add_areas, give, grant
from tests.support.service import LiveServer

NASTY = "<b>Chairs</b> {{7*7}} ${1}"


@pytest.fixture
def acting(live_server: LiveServer) -> Cast:
    """The cast, in the store of a running service."""
    acting = Cast(live_server.app.state.house)
    acting.found()
    return acting


def test_a_steward_matches_a_grant(
    live_server: LiveServer, acting: Cast, page: Page, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    planted = acting.plant(title="A room with chairs")
    add_areas(acting.house)
    give(acting.house, tmp_path, grant(1, title=NASTY), grant(2, title="W" * 300))
    with acting.house.private.writing() as db:
        link = make_link(db, acting.steward())
    page.goto(f"{live_server.url}/sign-in#k={link}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Published grants").click()
    expect(page.get_by_role("heading", name="Published grants", exact=True)).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name=NASTY).click()
    expect(page.get_by_role("heading", name=NASTY)).to_be_visible()
    axe(page)
    page.get_by_role("button", name="It belongs to this").click()
    expect(page.get_by_role("heading", name="There is something to put right")).to_be_visible()
    axe(page)
    page.get_by_label("Which group or action is it for?").select_option("A room with chairs")
    page.get_by_role("button", name="It belongs to this").click()
    expect(page.get_by_role("status")).to_contain_text("Done.")
    page.goto(f"{live_server.url}{planted.page}")
    expect(page.get_by_role("heading", name="Published grants")).to_be_visible()
    expect(page.get_by_role("heading", name=NASTY)).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
