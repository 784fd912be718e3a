"""`python -m tests.bench.flood`: 10,000 reports over HTTP, from a hundred networks, and what stewards' pages cost then.

Each report goes the whole way: parsed, checked, stored, committed to the disk, answered with a link. SQLite; one sends.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from fastapi.testclient import TestClient

from app.main import create_app
from app.storage.migrations import upgrade
from tests.contributing.test_api import BARRIERS
from tests.contributing.test_flood import told, visitor
from tests.support.cast import Cast
from tests.support.service import settings_for

# Below what is taken from one network in an hour.
_OF_A_NETWORK = 100
_DESK = ("/moderation", "/moderation?page=200", "/moderation/patterns")


def main() -> None:
    """Send them, then open the desk."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.flood", description=__doc__)
    options.add_argument("--reports", type=int, default=10_000)
    count = options.parse_args().reports
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'flood.db'}"
        upgrade(url)
        app = create_app(settings_for(url, CONTRIBUTIONS_PER_HOUR="120"))
        cast = Cast(app.state.house)
        cast.found()
        seconds = []
        for number in range(count):
            if number % _OF_A_NETWORK == 0:
                sender = visitor(app, f"10.0.{number // _OF_A_NETWORK % 256}.1")
            began = time.perf_counter()
            assert sender.post(BARRIERS, json=told(number)).status_code == 201
            seconds.append(time.perf_counter() - began)
        print(f"{count:,} reports in {sum(seconds):.0f} s, each {_in_words(seconds)}")
        desk = visitor(app, "127.0.0.1")
        desk.cookies.set("person", cast.signed_in(cast.steward()))
        for address in _DESK:
            print(f"{address:<24}{_in_words([_asked(desk, address) for _turn in range(10)])}")
        app.state.house.close()


def _asked(desk: TestClient, address: str) -> float:
    began = time.perf_counter()
    assert desk.get(address).status_code == 200
    return time.perf_counter() - began


def _in_words(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered) * 1e3:.1f} ms, p99 {ordered[int(len(ordered) * 0.99)] * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
