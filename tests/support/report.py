"""Counts the tests by what they ran on, and prints that at the end; runs the browser's tests last."""

from collections import Counter

import pytest

_KINDS = ("SQLite", "PostGIS", "browser", "neither")
_KEY = "ran_on"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note on each test what it runs on."""
    for item in items:
        for kind in _kinds_of(item):
            item.user_properties.append((_KEY, kind))
        if _is_browser_test(item):
            item.add_marker(pytest.mark.browser)
    # Playwright leaves an event loop in the main thread, which a later test could trip over.
    items.sort(key=_is_browser_test)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each kind: how many passed, failed or were skipped."""
    totals = {kind: Counter[str]() for kind in _KINDS}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            for key, kind in getattr(report, "user_properties", []):
                if key == _KEY:
                    totals[kind][outcome] += 1
    terminalreporter.section("tests by what they ran on", sep="-")
    for kind, counts in totals.items():
        shown = ", ".join(f"{number} {outcome}" for outcome, number in counts.items() if number)
        terminalreporter.write_line(f"{kind:>8}: {shown or 'none'}")


def _kinds_of(item: pytest.Item) -> list[str]:
    """The kinds under which `item` counts: a browser's test counts for its database, too."""
    names = set(getattr(item, "fixturenames", ()))
    callspec = getattr(item, "callspec", None)
    database = callspec.params.get("database_url") if callspec else None
    found = []
    if database == "sqlite" or names & {"sqlite_url", "migrated_sqlite"}:
        found.append("SQLite")
    if (
        database == "postgis"
        or names & {"postgis_url", "bare_postgis_url", "postgis_cluster"}
        or item.get_closest_marker("postgis")
    ):
        found.append("PostGIS")
    if _is_browser_test(item):
        found.append("browser")
    return found or ["neither"]


def _is_browser_test(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ()) or item.get_closest_marker("browser") is not None
