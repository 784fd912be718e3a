"""Chromium, at a phone's and a desktop's width. It reaches this machine only; a failing script fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

PHONE = 390
DESKTOP = 1280
_HEIGHTS = {PHONE: 844, DESKTOP: 900}
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole session; each page has a context, so a cookie jar, of its own."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RuntimeError("Chromium is missing: run `make test`, install chromium, or name its path in CHROMIUM.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages: `open_page(width=390, scripts=True, **context)`, with options of Playwright's `new_context`.

    After the test, no script may have failed and no other host may have been asked.
    """
    contexts: list[BrowserContext] = []
    surprises: list[str] = []

    def stay_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            surprises.append(f"asked another host: {route.request.url}")
            route.abort()

    def open_one(*, width: int = PHONE, scripts: bool = True, **options: object) -> Page:
        chosen = {
            "viewport": {"width": width, "height": _HEIGHTS.get(width, 900)},
            "java_script_enabled": scripts,
            "locale": "en-GB",
        }
        context = browser.new_context(**(chosen | options))  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.route("**/*", stay_here)
        context.on("weberror", lambda error: surprises.append(f"a script failed: {error.error}"))
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert not surprises, surprises


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """A page: the test runs once at a phone's width and once at a desktop's."""
    return open_page(width=request.param)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page as wide as a phone, 390 pixels."""
    return open_page(width=PHONE)


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """A page as wide as a laptop's window, 1280 pixels."""
    return open_page(width=DESKTOP)


@pytest.fixture
def phone_without_scripts(open_page: OpenPage) -> Page:
    """A page as wide as a phone in a browser that runs no scripts."""
    return open_page(width=PHONE, scripts=False)


def check_accessible(page: Page) -> None:
    """Fail with each place that breaks WCAG 2.2 A or AA, as far as axe can see it."""
    # A heading can be read before the styles have come, and without them nothing is large enough.
    page.wait_for_load_state()
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _AXE_TAGS}, "resultTypes": ["violations"]})
    lines = [
        f"{violation['id']}: {violation['help']} at {node['target']}\n    {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert not lines, f"{page.url}\n" + "\n".join(lines)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails where the page, as it stands, breaks WCAG 2.2 A or AA."""
    return check_accessible
