"""`python -m tests.bench.ecology`: bytes, seconds and pictures a second of a neighbourhood's ecology page."""

import gzip
import shutil
import sqlite3
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from playwright.sync_api import Browser, sync_playwright

from app.ecology.records import Ecology, Gate, Living
from app.main import build_house
from app.storage.migrations import upgrade
from tests.bench.seed import HOME
from tests.bench.serving import serving
from tests.support.browser import ARGUMENTS, DESKTOP, PHONE
from tests.support.cast import Cast
from tests.support.ecology import town
from tests.support.service import settings_for

_SIZES = ((300, 600, 150), (10_000, 20_000, 5_000))
_ROUNDS = 3
_PLAYED_SECONDS = 5
_PATH = f"/neighbourhoods/{HOME}/ecology"
_COLUMNS = "id, collection, neighbourhood, activity, lifecycle, is_point, is_demonstration, feature_json"


def main() -> None:
    """Print one line a size for the server, and one a width for Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for lives, ties, gates in _SIZES:
            with tempfile.TemporaryDirectory(prefix="small-ecology-bench-") as folder:
                url = f"sqlite:///{Path(folder) / 'ecology.db'}"
                fill(url, town(lives, ties, gates))
                print(f"{lives:,} initiatives, {ties:,} ties, {gates:,} barriers", flush=True)
                with serving("ours", url, None) as server:
                    host = f"http://127.0.0.1:{server.port}"
                    _print_server(host)
                    for width, height in ((PHONE, 844), (DESKTOP, 900)):
                        first, rate = _seen(browser, host + _PATH, width, height)
                        print(f"  {width} pixels wide: first drawing after {first:.2f} s, {rate:.0f} frames a second "
                              "while the slider plays", flush=True)  # fmt: skip
        browser.close()


def fill(url: str, ecology: Ecology) -> None:
    """A fresh store at `url` (SQLite) whose public side holds `ecology`, written as the publisher writes it."""
    upgrade(url)
    house = build_house(settings_for(url))
    Cast(house).found(HOME)
    house.close()
    features = {
        "initiatives": [_life(one) for one in ecology.lives.values()],
        "connections": [_tie(ecology, number) for number in range(len(ecology.ties))],
        "barriers": [_gate(one) for one in ecology.gates],
    }
    with sqlite3.connect(url.removeprefix("sqlite:///")) as db:
        for collection, rows in features.items():
            db.executemany(
                f"INSERT INTO published_feature ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, 0, 0, ?)",
                _rows(collection, rows),
            )
            db.execute("DELETE FROM published_version WHERE collection = ?", (collection,))
            db.execute("INSERT INTO published_version VALUES (?, 1, ?)", (collection, len(rows)))
    db.close()


def _rows(collection: str, features: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for one in features:
        told = one["properties"]
        yield (one["id"], collection, HOME, told.get("activity"), told.get("lifecycle"), orjson.dumps(one))


def _life(one: Living) -> dict[str, Any]:
    shown = "cell" if one.cell else "place" if one.spot else "neighbourhood"
    geometry: dict[str, Any] | None = {"type": "Point", "coordinates": one.spot} if one.spot else None
    if one.cell:
        geometry = {"type": "Polygon", "coordinates": [one.cell]}
    properties = {
        "title": one.title, "summary": "", "story": "", "neighbourhood": HOME, "shown_as": shown,
        "activity": one.activity, "lifecycle": one.lifecycle, "formality": one.formality, "people_band": one.people,
        "first_active": one.born and one.born.isoformat()[:7], "last_active": one.rested and one.rested.isoformat(),
        "recognised_by": [], "what_helped": [{"kind": kind} for kind in one.helped], "url": one.url,
    }  # fmt: skip
    return {"type": "Feature", "id": one.id, "geometry": geometry, "properties": properties}


def _tie(ecology: Ecology, number: int) -> dict[str, Any]:
    tie = ecology.ties[number]
    properties = {
        "title": tie.label, "kind": tie.kind, "kind_label": tie.label, "kind_back": tie.back,
        "is_mutual": tie.is_mutual, "since": tie.since and tie.since.isoformat()[:7], "from": tie.start, "to": tie.end,
    }  # fmt: skip
    return {"type": "Feature", "id": tie.id, "geometry": None, "properties": properties}


def _gate(one: Gate) -> dict[str, Any]:
    properties = {
        "title": one.label, "kind": one.kind, "kind_label": one.label, "initiative": one.initiative,
        "effect": one.effect, "happened": one.happened and one.happened.isoformat()[:7],
        "shown_as": "neighbourhood", "what_helped": [{"kind": kind} for kind in one.helped], "answers": [],
    }  # fmt: skip
    return {"type": "Feature", "id": one.id, "geometry": None, "properties": properties}


def _print_server(host: str) -> None:
    began = time.perf_counter()
    _fetched(host + _PATH)
    cold = time.perf_counter() - began
    body = _fetched(f"{host}{_PATH}.json")
    warm = {path: _median_seconds(host + path) for path in (_PATH, f"{_PATH}.json")}
    print(f"  data: {len(body):,} bytes, {len(gzip.compress(body, 1)):,} compressed; "
          f"page: {len(_fetched(host + _PATH)):,} bytes", flush=True)  # fmt: skip
    print(f"  server: first page {cold:.2f} s; then page {warm[_PATH] * 1e3:.0f} ms, "
          f"data {warm[f'{_PATH}.json'] * 1e3:.1f} ms", flush=True)  # fmt: skip


def _median_seconds(url: str) -> float:
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        _fetched(url)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own address
        return bytes(answer.read())


def _seen(browser: Browser, url: str, width: int, height: int) -> tuple[float, float]:
    """Seconds of the browser's clock until the map is drawn, and frames a second while the slider plays; medians."""
    firsts, rates = [], []
    for _ in range(_ROUNDS):
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("[data-ready=true]", timeout=60_000)
        firsts.append(float(page.evaluate("performance.now()")) / 1_000)
        page.evaluate("document.getElementById('map-region').scrollIntoView()")
        page.click("#eco-play")
        drawn = "document.querySelector('[data-ready]').framesDrawn"
        before, began = page.evaluate(drawn), page.evaluate("performance.now()")
        page.wait_for_timeout(_PLAYED_SECONDS * 1_000)
        frames, ended = page.evaluate(drawn), page.evaluate("performance.now()")
        rates.append((frames - before) * 1_000 / (ended - began))
        context.close()
    return statistics.median(firsts), statistics.median(rates)


if __name__ == "__main__":
    main()
