"""`python -m tests.bench --records 10000 --database sqlite`: seeds, serves, asks, and prints what it cost."""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from tests.bench.client import Heard, ask, fetch
from tests.bench.seed import COLLECTION, Seeded, fill, places
from tests.bench.serving import Server, serving
from tests.support.postgis import Cluster, running_cluster

_ITEMS = f"/api/collections/{COLLECTION}/items"
_ROUNDS = 5
_SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Scenario:
    """What is asked for; `requests` to our own service in each round, and to the naive one, which is slower."""

    name: str
    paths: Sequence[str]
    requests: int
    naive_requests: int
    is_304: bool = False


@dataclass
class Cost:
    """What a scenario cost on one server, all rounds together; CPU in seconds."""

    heard: list[Heard] = field(default_factory=list)
    server: float = 0.0
    database: float = 0.0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(len(one.seconds) for one in self.heard)

    @property
    def cpu(self) -> float:
        """CPU-seconds for 1,000 requests, server and database together."""
        return (self.server + self.database) * 1000 / self.requests

    def line(self) -> str:
        """One line of the table: requests/s, p50 and p99 in ms, bytes, CPU-seconds per 1,000 requests."""
        seconds = sorted(second for one in self.heard for second in one.seconds)
        each = 1000 / self.requests
        return (
            f"{self.requests / sum(one.wall for one in self.heard):>9,.0f}"
            f"{statistics.median(seconds) * 1e3:>9.2f}{seconds[int(len(seconds) * 0.99)] * 1e3:>9.2f}"
            f"{sum(one.body_bytes for one in self.heard) / self.requests:>12,.0f}"
            f"{self.server * each:>9.3f}{self.database * each:>9.3f}{self.cpu:>9.3f}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--records", type=int, nargs="+", default=list(_SIZES))
    options.add_argument("--database", nargs="+", choices=["sqlite", "postgis"], default=["sqlite", "postgis"])
    options.add_argument("--map", action=argparse.BooleanOptionalAction, default=True, help="measure the map page")
    options.add_argument("--times", type=float, default=1.0, help="so many times the usual number of requests")
    given = options.parse_args()
    for database in given.database:
        hundreds: dict[int, float] = {}
        for records in given.records:
            with _seeded(database, records) as (seeded, cluster):
                hundreds[records] = _measure(database, seeded, cluster, given.times)
        if len(hundreds) > 1:
            least, most = min(hundreds), max(hundreds)
            print(f"{database}: from {least:,} to {most:,} records, the box of 100 costs "
                  f"{hundreds[most] / hundreds[least]:.2f} times as much\n", flush=True)  # fmt: skip
    if given.map:
        from tests.bench.map_page import measure_map

        measure_map()


@contextmanager
def _seeded(database: str, records: int) -> Iterator[tuple[Seeded, Cluster | None]]:
    points = places(records)
    if database == "sqlite":
        with tempfile.TemporaryDirectory(prefix="small-ecology-bench-") as folder:
            yield fill(f"sqlite:///{Path(folder) / 'bench.db'}", points), None
    else:
        # As a small server would be set up: the usual 128 MB of buffers.
        with running_cluster(max_wal_size="4GB") as cluster:
            cluster.run("CREATE DATABASE bench TEMPLATE template0")
            yield fill(cluster.url("bench"), points), cluster


def _measure(database: str, seeded: Seeded, cluster: Cluster | None, times: float) -> float:
    """Ask all three servers in turns, print the table, and return what a box of 100 costs us."""
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(name, seeded.url, cluster)) for name in ("ours", "floor", "naive")]
        scenarios = _scenarios(seeded, times)
        costs = {(one.name, server.name): Cost() for one in scenarios for server in servers}
        _check_exact(servers[0], seeded, scenarios)
        for number in range(-1, _ROUNDS):  # The first round warms up.
            for scenario in scenarios:
                for server in servers:
                    if not scenario.is_304 or server.name == "ours":
                        cost = costs[scenario.name, server.name]
                        _ask_round(server, scenario, cost if number >= 0 else Cost(), max(number, 0))
        print(f"{database}, {len(seeded.ids):,} records" + " " * 12 + "requests/s  p50 ms   p99 ms       bytes"
              "   CPU-s per 1,000: server, database, both", flush=True)  # fmt: skip
        for scenario in scenarios:
            for server in servers:
                if costs[scenario.name, server.name].heard:
                    _print_line(scenario, server, costs)
        time.sleep(2)  # What is left when the rush is over.
        for server in servers:
            print(f"  memory of {server.name}: {server.private_megabytes():.0f} MB without mapped files, "
                  f"{server.megabytes_without_data():.0f} MB with libraries")  # fmt: skip
        same, box = costs["304", "ours"].cpu, costs["box of 100", "ours"].cpu
        print(f"  a 304 costs {same / box:.2f} of a box of 100\n", flush=True)
        return box


def _print_line(scenario: Scenario, server: Server, costs: dict[tuple[str, str], Cost]) -> None:
    cost, note = costs[scenario.name, server.name], ""
    if server.name == "ours" and not scenario.is_304:
        floor, naive = costs[scenario.name, "floor"].cpu, costs[scenario.name, "naive"].cpu
        note = f"   {cost.cpu / floor:.2f} of the floor; naive costs {naive / cost.cpu:.1f} times as much"
    print(f"  {scenario.name:<16}{server.name:<8}{cost.line()}{note}")


def _ask_round(server: Server, scenario: Scenario, cost: Cost, number: int) -> None:
    count = scenario.naive_requests if server.name == "naive" else scenario.requests
    chance = random.Random(number)
    paths = chance.choices(scenario.paths, k=count)
    headers, expect = ("If-None-Match: *\r\n", 304) if scenario.is_304 else ("", 200)
    server_before, database_before = server.server_seconds(), server.database_seconds()
    cost.heard.append(ask(server.port, paths, headers, expect))
    cost.server += server.server_seconds() - server_before
    cost.database += server.database_seconds() - database_before


def _scenarios(seeded: Seeded, times: float) -> list[Scenario]:
    def many(count: int) -> int:
        return max(2, round(count * times))

    hundred = _boxes(seeded.points, 100, 150)
    return [
        Scenario("box of 100", hundred, many(600), many(60)),
        Scenario("box of 1,000", _boxes(seeded.points, 1000, 80), many(120), many(12)),
        *(
            [Scenario("box of 10,000", _boxes(seeded.points, 9_900, 12), many(16), many(2))]
            if len(seeded.ids) > 10_000
            else []
        ),
        Scenario(
            "item", [f"{_ITEMS}/{one}" for one in random.Random(1).sample(seeded.ids, 400)], many(1200), many(100)
        ),
        Scenario("304", hundred, many(1200), 0, is_304=True),
    ]


def _boxes(points: NDArray[np.float64], wanted: int, count: int) -> list[str]:
    """Paths that ask for boxes with about `wanted` records (5 % more or fewer), around records picked at random."""
    chance = np.random.default_rng(wanted)
    paths: list[str] = []
    while len(paths) < count:
        lon, lat = points[chance.integers(len(points))]
        distance = np.maximum(np.abs(points[:, 0] - lon), np.abs(points[:, 1] - lat) * 1.7)
        # So large that the last one lies just within; edges with six decimals may meet a record exactly.
        half = float(np.partition(distance, wanted - 1)[wanted - 1])
        edges = (lon - half, lat - half / 1.7, lon + half, lat + half / 1.7)
        limit = min(10_000, wanted * 2)
        paths.append(f"{_ITEMS}?bbox={','.join(f'{edge:.6f}' for edge in edges)}&limit={limit}")
    return paths


def _check_exact(server: Server, seeded: Seeded, scenarios: Sequence[Scenario]) -> None:
    """Raise RuntimeError where a box holds other records than those that lie in it."""
    for scenario in scenarios:
        for path in scenario.paths[:20] if "bbox=" in scenario.paths[0] else ():
            west, south, east, north = map(float, path.partition("bbox=")[2].partition("&")[0].split(","))
            lon, lat = seeded.points.T
            within = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
            answer = orjson.loads(fetch(server.port, path)[1])
            found = {feature["id"] for feature in answer["features"]}
            wanted = {seeded.ids[place] for place in within.tolist()}
            if answer["numberMatched"] != len(wanted) or (len(wanted) <= 10_000 and found != wanted):
                raise RuntimeError(f"{path} has {len(found)} records; {len(wanted)} lie in it.")


if __name__ == "__main__":
    main()
