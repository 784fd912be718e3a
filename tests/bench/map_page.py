"""The map page in Chromium: bytes, and the time until every pin can be used."""

import gzip
import shutil
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Response, sync_playwright

from app.kit.shipped import shipped
from app.main import build_house
from tests.bench.seed import HOME, fill
from tests.bench.serving import serving
from tests.support.browser import ARGUMENTS
from tests.support.cast import Cast, outline_of
from tests.support.service import settings_for

_PINS = (100, 1_000, 5_000)
_ROUNDS = 3
_FILES = ("map.js", "map.css", "site.js", "site.css")


def measure_map() -> None:
    """Print bytes and seconds for each number of pins."""
    print(f"Scripts and styles of the map page, gzipped: {_bundle_bytes():,} bytes")
    print(f"{'pins':>8}{'html':>10}{'features':>12}{'ready s':>10}   (own HTML; features as sent; median of {_ROUNDS})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for pins in _PINS:
            with tempfile.TemporaryDirectory(prefix="small-ecology-bench-") as folder:
                url = f"sqlite:///{Path(folder) / 'map.db'}"
                fill(url, _places(pins))
                house = build_house(settings_for(url))
                Cast(house).found(HOME)
                house.close()
                with serving("ours", url, None) as server:
                    html, features, seconds = _measured(browser, f"http://127.0.0.1:{server.port}", pins)
            print(f"{pins:>8,}{html:>10,}{features:>12,}{seconds:>10.2f}", flush=True)
        browser.close()


def _places(pins: int) -> NDArray[np.float64]:
    """Places spread over the neighbourhood's bounds: all of them in view."""
    west, south, east, north = outline_of(HOME).bounds
    return np.round(np.random.default_rng(pins).uniform((west, south), (east, north), (pins, 2)), 6)


def _measured(browser: Browser, url: str, pins: int) -> tuple[int, int, float]:
    """Bytes of the page and of the features as sent, and seconds of the browser's clock until the map is ready."""
    html, features = 0, 0
    seconds: list[float] = []
    for _ in range(_ROUNDS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer, kept=answers: kept.append(answer))  # type: ignore[call-overload]
        page.goto(f"{url}/neighbourhoods/{HOME}/map")
        page.wait_for_selector("[data-ready=true]", timeout=60_000)
        seconds.append(float(page.evaluate("performance.now()")) / 1_000)
        html = len(answers[0].body())
        sizes = [one.request.sizes()["responseBodySize"] for one in answers if "/collections/initiatives/" in one.url]
        features = sum(sizes)
        context.close()
    if features < pins:
        raise RuntimeError(f"The map of {pins} pins did not ask for all of them.")
    return html, features, sorted(seconds)[len(seconds) // 2]


def _bundle_bytes() -> int:
    built = shipped("frontend/dist")
    names = [next(built.glob(f"{Path(name).stem}.*{Path(name).suffix}")) for name in _FILES]
    return sum(len(gzip.compress(file.read_bytes())) for file in names)
