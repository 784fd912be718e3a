"""A day in the life, in Chromium: somebody tells of a barrier, an office answers, and groups say whether it was real.

Once on a phone, once at a desk, and once on a phone whose browser runs no scripts at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Person
from app.accounts.sign_in import make_link
from app.vocabulary import Outcome
from tests.contributing.test_browser import press
from tests.contributing.test_others import ASKED, SHARING
from tests.responses.town import PARKS, Town, build_town
from tests.support.answering import verdicts
from tests.support.browser import DESKTOP, PHONE, OpenPage
from tests.support.cast import Cast
from tests.support.service import LiveServer

STORY = "The parks team wants public liability insurance before our choir may sing on the grass."
ANSWER = "Groups of up to 30 need no cover of their own any more. Ring the parks desk and we note your day."


@dataclass(frozen=True)
class Day:
    """One service, one town, and the browser of whoever acts next."""

    url: str
    town: Town
    page: Page
    axe: Callable[[Page], None]
    has_scripts: bool

    def look(self, heading: str) -> None:
        """The page has this heading, fits, and keeps WCAG as far as axe sees."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), heading
        if self.has_scripts:
            self.axe(self.page)

    def go(self, address: str, heading: str) -> None:
        self.page.goto(self.url + address)
        self.look(heading)

    def sign_in(self, person: Person) -> None:
        """With a link, as it comes by mail."""
        self.page.context.clear_cookies()
        with self.town.cast.house.private.writing() as db:
            address = f"{self.url}/sign-in#k={make_link(db, person)}"
        self.page.goto(address)
        self.page.get_by_label("Your link, or the code in it").fill(address)
        press(self.page, "Sign in")


@pytest.fixture(params=[(PHONE, True), (DESKTOP, True), (PHONE, False)], ids=["phone", "desk", "no scripts"])
def day(
    request: pytest.FixtureRequest, live_server: LiveServer, open_page: OpenPage, axe: Callable[[Page], None]
) -> Day:
    cast = Cast(live_server.app.state.house)
    cast.found()
    town = build_town(cast)
    live_server.app.state.suggestions.refresh()
    width, has_scripts = request.param
    return Day(live_server.url, town, open_page(width=width, scripts=has_scripts), axe, has_scripts)


def test_a_day_in_the_life(day: Day) -> None:
    link = tell(day)
    accept(day)
    answer(day)
    judge(day, link)
    title = day.town.told()["title"]
    day.go(f"/patterns/{day.town.pattern_id}", title)
    # What the office said and what the groups say of it stand side by side.
    card = day.page.locator("article.answer")
    expect(card.get_by_text("We changed the rule")).to_be_visible()
    expect(card.get_by_text(ANSWER)).to_be_visible()
    expect(card.get_by_text("Groups say: “It is solved” (three groups) and “We are still blocked” (one group).")
           ).to_be_visible()  # fmt: skip
    expect(day.page.get_by_text("5 to 9 groups").first).to_be_visible()
    day.go("/changed", "What changed")
    day.page.get_by_role("link", name=title).click()
    day.look(title)


def tell(day: Day) -> str:
    """A contributor reports, learns of others, and calls it the same; returns the link to what they sent."""
    page = day.page
    day.go("/barriers/new", "What got in the way?")
    page.get_by_label("What happened?").fill(STORY)
    page.locator("[name=kind][value=health_and_safety]").check()
    press(page, "Continue")
    day.look("Where did it happen?")
    page.get_by_role("radio", name="Chapeltown").check()
    press(page, "Continue")
    day.look("Tell us more, if you like")
    page.get_by_label("Who could have said yes?").fill(PARKS)
    press(page, "Continue")
    day.look(ASKED)
    expect(page.get_by_text("3 to 4 groups told of this").first).to_be_visible()
    page.get_by_role("radio", name="Yes, this is the same").first.check()
    press(page, "Continue")
    day.look(SHARING)
    press(page, "Continue")
    day.look("Check before you send")
    press(page, "Send it")
    day.look("Thank you. We have it.")
    expect(page.get_by_text("You are not alone: 3 to 4 groups told of this.")).to_be_visible()
    assert day.town.told()["groups"] == "3_to_4"
    return page.locator("#edit-link").inner_text()


def accept(day: Day) -> None:
    """A steward reads it and lets it through: now it is counted."""
    day.sign_in(day.town.cast.steward())
    day.look("To look at")
    day.page.get_by_role("link", name="Health and safety").first.click()
    expect(day.page.get_by_text(STORY).first).to_be_visible()
    day.look(day.page.get_by_role("heading", level=1).inner_text())
    press(day.page, "Publish")
    expect(day.page.get_by_role("status")).to_contain_text("Done.")
    assert day.town.told()["groups"] == "5_to_9"


def answer(day: Day) -> None:
    """An officer finds it on the desk, writes, looks at it as everyone will, and publishes."""
    page = day.page
    day.sign_in(day.town.people[PARKS])
    day.look("To answer")
    page.get_by_role("link", name=day.town.told()["title"]).click()
    expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
    page.get_by_label("We changed the rule").check()
    page.get_by_label("In your own words").fill(ANSWER)
    press(page, "Save as a draft")
    expect(page.get_by_role("status")).to_contain_text("Kept as a draft")
    press(page, "Look at it as everyone will")
    expect(page.get_by_role("heading", name="This is how everyone will see it")).to_be_visible()
    day.look(day.town.told()["title"])
    assert day.town.told()["answers"] == []
    press(page, "Publish")
    expect(page.get_by_role("status")).to_contain_text("Everyone can read your answer now")
    day.look(day.town.told()["title"])


def judge(day: Day, link: str) -> None:
    """The group opens its link and says how it is now; others have said so on theirs."""
    page = day.page
    page.context.clear_cookies()
    page.goto("about:blank")
    page.goto(link)
    if not day.has_scripts:
        page.get_by_label("Your code").fill(link)
        press(page, "Open")
    page.wait_for_url("**/mine/entry")
    expect(page.get_by_text(ANSWER)).to_be_visible()
    own = page.get_by_role("heading", level=1).inner_text()
    day.look(own)
    page.get_by_role("radio", name="It is solved").check()
    press(page, "Say so")
    expect(page.get_by_role("status").first).to_have_text("Your change is saved.")
    expect(page.get_by_role("radio", name="It is solved")).to_be_checked()
    day.look(own)
    (said,) = day.town.told()["answers"]
    verdicts(day.town.cast, said["id"], day.town.planted[:2], Outcome.RESOLVED)
    verdicts(day.town.cast, said["id"], day.town.planted[2:3], Outcome.STILL_BLOCKED)
