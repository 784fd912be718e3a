"""Journals, recognition and reviews in Chromium: at both widths, with scripts off, by keyboard, and with axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Person
from app.accounts.sign_in import make_link
from app.vocabulary import Role
from tests.support.browser import DESKTOP, PHONE, OpenPage
from tests.support.cast import Cast, Planted
from tests.support.learning import COUNCIL, FUND, body, note, programme, recognise, reply, review, somebody
from tests.support.service import LiveServer

Look = Callable[[Page], None]


@pytest.fixture
def cast(live_server: LiveServer) -> Cast:
    """The cast behind the live service."""
    acting = Cast(live_server.app.state.house)
    acting.found()
    return acting


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    """Fails where a page breaks WCAG, or is wider than its window."""

    def at(page: Page) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    return at


def hold(live_server: LiveServer, page: Page, planted: Planted) -> None:
    page.goto(f"{live_server.url}/mine")
    page.get_by_label("Your code").fill(planted.secret)
    page.get_by_role("button", name="Open").click()
    expect(page).to_have_url(f"{live_server.url}/mine/entry")


def sign_in(live_server: LiveServer, cast: Cast, page: Page, person: Person) -> None:
    with cast.house.private.writing() as db:
        code = make_link(db, person)
    page.goto(f"{live_server.url}/sign-in")
    page.get_by_label("Your link, or the code in it").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_note_is_written_read_shown_and_gone_with_its_initiative(
    live_server: LiveServer, cast: Cast, open_page: OpenPage, look: Look, width: int
) -> None:
    soup = cast.plant(title="Soup on Tuesdays")
    page = open_page(width=width)
    hold(live_server, page, soup)
    look(page)
    page.get_by_role("link", name="Learning journal").click()
    look(page)
    page.get_by_role("button", name="Keep this note").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a few words")
    look(page)
    page.get_by_label("What did you learn?").fill("People come when nobody counts.")
    page.get_by_label("Hidden change").check()
    page.get_by_label("Everyone").check()
    page.get_by_role("button", name="Keep this note").click()
    expect(page.get_by_role("status")).to_contain_text("Once a steward has read it")
    look(page)
    page.get_by_role("link", name="change or take out this note").click()
    look(page)
    anonymous = open_page(width=width)
    anonymous.goto(live_server.url + soup.page)
    expect(anonymous.get_by_role("heading", name="What we learned")).to_have_count(0)
    steward = open_page(width=width)
    sign_in(live_server, cast, steward, cast.steward())
    look(steward)
    steward.get_by_role("link", name="1 note of a learning journal waits for a look, too.").click()
    look(steward)
    steward.get_by_role("link", name="Soup on Tuesdays").click()
    steward.get_by_role("button", name="Hide").click()
    expect(steward.get_by_role("alert")).to_contain_text("Choose the rule")
    look(steward)
    steward.get_by_role("button", name="Publish").click()
    expect(steward.get_by_role("status")).to_contain_text("Done. Everyone can read it.")
    anonymous.goto(live_server.url + soup.page)
    expect(anonymous.get_by_role("heading", name="What we learned")).to_be_visible()
    expect(anonymous.get_by_text("People come when nobody counts.")).to_be_visible()
    look(anonymous)
    page.goto(f"{live_server.url}/mine/entry")
    page.get_by_label("Yes, I want to take it down").check()
    page.get_by_role("button", name="Take it down").click()
    expect(page.get_by_role("heading", name="It is taken down")).to_be_visible()
    answer = anonymous.goto(live_server.url + soup.page)
    assert answer is not None
    assert answer.status == 410
    expect(anonymous.get_by_text("People come when nobody counts.")).to_have_count(0)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_council_offers_and_a_group_accepts(
    live_server: LiveServer, cast: Cast, open_page: OpenPage, look: Look, width: int
) -> None:
    soup = cast.plant(title="Soup on Tuesdays")
    body(cast)
    officer = open_page(width=width)
    sign_in(live_server, cast, officer, somebody(cast, Role.OFFICER, COUNCIL))
    officer.get_by_role("link", name="Recognise what a group does").click()
    look(officer)
    officer.goto(live_server.url + soup.page)
    officer.get_by_role("link", name="Recognise it in public").click()
    look(officer)
    officer.get_by_role("button", name="Offer it to the group").click()
    expect(officer.get_by_role("alert")).to_contain_text("Say in a sentence")
    look(officer)
    officer.get_by_label("What do you recognise?").fill("Warm soup for everyone.")
    officer.get_by_label("Year").fill("2024")
    officer.get_by_role("button", name="Look at it as everyone will").click()
    expect(officer.get_by_role("heading", name="This is how everyone will see it")).to_be_visible()
    look(officer)
    officer.get_by_role("button", name="Offer it to the group").click()
    expect(officer.get_by_role("status")).to_contain_text("Everyone sees it once they say yes.")
    group = open_page(width=width)
    hold(live_server, group, soup)
    group.get_by_role("link", name="Recognition").click()
    expect(group.get_by_text("Warm soup for everyone.")).to_be_visible()
    look(group)
    group.get_by_role("button", name="Yes, show it on our page").click()
    expect(group.get_by_role("status")).to_contain_text("Everyone sees it on your page now.")
    look(group)
    group.get_by_role("button", name="Offer it").click()
    expect(group.get_by_role("alert")).to_contain_text("Write its name as it stands on the map")
    look(group)
    anonymous = open_page(width=width)
    anonymous.goto(live_server.url + soup.page)
    expect(anonymous.get_by_role("heading", name="Recognised in public by")).to_be_visible()
    expect(anonymous.get_by_text("since 2024")).to_be_visible()
    look(anonymous)
    anonymous.goto(f"{live_server.url}/neighbourhoods/chapeltown")
    expect(anonymous.get_by_text("recognised", exact=True).first).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_fifth_group_makes_the_figures_appear_beside_the_reply(
    live_server: LiveServer, cast: Cast, open_page: OpenPage, look: Look, width: int
) -> None:
    lights = programme(cast)
    groups = [cast.plant(title=f"Group {number}", sharing="neighbourhood") for number in range(5)]
    for one in groups[:4]:
        review(cast, one, lights)
    anonymous = open_page(width=width)
    anonymous.goto(f"{live_server.url}/funders/programmes")
    expect(anonymous.get_by_text("Too few groups have told of it")).to_be_visible()
    look(anonymous)
    page = open_page(width=width)
    hold(live_server, page, groups[4])
    page.get_by_role("link", name="How did being funded go?").click()
    look(page)
    page.get_by_role("link", name="Small Lights").click()
    look(page)
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer one question at least.")
    look(page)
    page.get_by_label("Up to two months").check()
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you.")
    anonymous.reload()
    expect(anonymous.get_by_text("Five groups told how it went. Five waited up to two months.")).to_be_visible()
    anonymous.get_by_text("All answers, as numbers").click()
    look(anonymous)
    funder = open_page(width=width)
    sign_in(live_server, cast, funder, somebody(cast, Role.FUNDER, FUND))
    expect(funder).to_have_url(f"{live_server.url}/funders/desk")
    look(funder)
    funder.get_by_role("link", name="Small Lights").click()
    funder.get_by_role("button", name="Publish").click()
    expect(funder.get_by_role("alert")).to_contain_text("Write your reply first.")
    look(funder)
    funder.get_by_label("In your own words").fill("We hear you. The form is one page now.")
    funder.get_by_role("button", name="Look at it as everyone will").click()
    look(funder)
    funder.get_by_role("button", name="Publish").click()
    expect(funder.get_by_role("status")).to_contain_text("Everyone can read your reply now.")
    anonymous.reload()
    expect(anonymous.get_by_text("We hear you. The form is one page now.")).to_be_visible()
    look(anonymous)


def test_all_of_it_works_by_keyboard_without_scripts(live_server: LiveServer, cast: Cast, open_page: OpenPage) -> None:
    soup = cast.plant(title="Soup on Tuesdays")
    recognise(cast, cast.plant(title="Bread on Fridays"), by_institution=body(cast))
    lights = programme(cast)
    reply(cast, lights)
    note(cast, soup)
    page = open_page(width=PHONE, scripts=False)
    hold(live_server, page, soup)
    _reach(page, "Learning journal")
    _tab_to(page, "#f-tried")
    page.keyboard.type("A rota without names.")
    _tab_to(page, "input[name=scope]")
    page.keyboard.press("ArrowDown")
    _reach(page, "Keep this note")
    expect(page.get_by_role("status")).to_contain_text("Your note is saved.")
    expect(page.get_by_text("Us, and researchers").last).to_be_visible()
    page.goto(f"{live_server.url}/mine/review/{lights}")
    _tab_to(page, "input[name=again]")
    page.keyboard.press("Space")
    _reach(page, "Save my answers")
    expect(page.get_by_role("status")).to_contain_text("Thank you.")
    page.goto(f"{live_server.url}/mine/recognition")
    _tab_to(page, "#f-what")
    page.keyboard.type("They bake for the whole street.")
    _reach(page, "Offer it")
    expect(page.get_by_role("alert")).to_contain_text("Write its name as it stands on the map")
    expect(page.get_by_label("What do you recognise?")).to_have_value("They bake for the whole street.")


def _tab_to(page: Page, selector: str) -> None:
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def _reach(page: Page, words: str) -> None:
    for _step in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate("document.activeElement.innerText") or ""
        if re.sub(r"\s+", " ", found).strip() == words:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"The keyboard does not reach “{words}”.")
