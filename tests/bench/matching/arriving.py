"""Time of the question "has this happened to others?" over a stored city: `python -m tests.bench.matching.arriving`.

A city of the benchmark is written to a database and published. Then reports that it does not hold arrive one by one,
and are asked about as the form does it, with all that a question waits for. On a busy machine read the time of work.
"""

import argparse
import resource
import tempfile
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from app.contributing.others import report_in
from app.kit import clock
from app.main import build_house
from app.patterns.models import Pattern, PatternMember
from app.patterns.suggestions import Suggestions
from app.publishing.projector import rebuild
from app.storage.migrations import upgrade
from app.vocabulary import BarrierKind
from app.web.house import House
from tests.bench.matching.nights import fill
from tests.bench.matching.worlds import load, reports_of, truth_of
from tests.support.postgis import running_cluster
from tests.support.service import settings_for

_ARRIVING = 300
_EPOCH = date(2020, 1, 1)
_AT_ONCE = 1_000


def seat(house: House, reports: list[Any], planted: dict[str, int]) -> None:
    """Seat the reports as they were planted: what a night and people arrive at in the best case."""
    members: defaultdict[int, list[str]] = defaultdict(list)
    for one in reports:
        members[planted[one.id]].append(one.id)
    now = clock.now()
    patterns, seats = [], []
    for number, ids in members.items():
        if len(ids) > 1:
            patterns.append({"id": f"pattern-{number}", "is_sure": True, "created_at": now, "words": [], "figures": {}})
            seats += [{"barrier_id": one, "pattern_id": f"pattern-{number}", "since": now} for one in ids]
    with house.private.writing() as db:
        for model, rows in ((Pattern, patterns), (PatternMember, seats)):
            for start in range(0, len(rows), _AT_ONCE):
                db.execute(insert(model), rows[start : start + _AT_ONCE])
    with house.private.writing() as db:
        rebuild(db)


def measured(url: str, reports: list[Any], arriving: list[Any], planted: dict[str, int]) -> None:
    """Print what making the picture costs, how long each arriving report waits, and how often the right one is told."""
    upgrade(url)
    house = build_house(settings_for(url))
    fill(house.private, reports)
    seat(house, reports, planted)
    kinds = dict(zip(sorted({one.kind for one in reports}), BarrierKind, strict=False))
    slugs = {
        name: f"place-{number}" for number, name in enumerate(sorted({one.neighbourhood or "" for one in reports}))
    }
    suggestions = Suggestions(house.private, house.published)
    begin = time.perf_counter()
    suggestions.refresh()
    made = time.perf_counter() - begin
    known = {planted[one.id] for one in reports}
    waits, works, repeats, hits = [], [], 0, 0
    for one in arriving:
        day = _EPOCH + timedelta(days=one.day or 0)
        raw = {
            "occurred_year": str(day.year), "occurred_month": str(day.month), "occurred_day": str(day.day),
            "what_happened": one.text, "kind": str(kinds[one.kind]), "permission_holder": (one.holder or "")[:200],
            "neighbourhood": slugs[one.neighbourhood or ""],
        }  # fmt: skip
        with house.private.reading() as db:
            report = report_in(db, raw)
            assert report is not None
            begin, worked = time.perf_counter(), time.thread_time()
            found = suggestions.suggest(report)
            waits.append((time.perf_counter() - begin) * 1_000)
            works.append((time.thread_time() - worked) * 1_000)
        if planted[one.id] in known:
            repeats += 1
            hits += any(planted[match.example] == planted[one.id] for match in found)
    half, most = np.percentile(waits, [50, 95])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    engine = url.split(":", maxsplit=1)[0]
    print(
        f"{len(reports):7,d} reports {engine:11s} picture {made:5.1f} s; asked in {half:5.1f} ms (half), "
        f"{most:5.1f} ms (p95), of work {np.percentile(works, 95):5.1f} ms (p95); right one among three "
        f"{hits / repeats:.3f} of {repeats}; peak {peak:5.0f} MB",
        flush=True,
    )
    house.close()


def main() -> None:
    """Read the options and print one line for each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--benchmark", type=Path, required=True)
    options.add_argument("--sizes", default="3000,10000,50000")
    options.add_argument("--postgis", action="store_true", help="in a PostGIS of its own, not in an SQLite file")
    options.add_argument("--seed", type=int, default=501)
    chosen = options.parse_args()
    bench = load(chosen.benchmark)
    for size in map(int, chosen.sizes.split(",")):
        world = bench.World(chosen.seed, size + _ARRIVING)
        reports = reports_of(bench, world)
        planted = {one.id: int(label) for one, label in zip(reports, truth_of(world), strict=True)}
        # All for one city, as one service has it.
        order = np.random.default_rng(1).permutation(len(reports))
        stored, arriving = [reports[at] for at in order[_ARRIVING:]], [reports[at] for at in order[:_ARRIVING]]
        named = {one.neighbourhood for one in stored}
        arriving = [one for one in arriving if one.neighbourhood in named]
        if chosen.postgis:
            with running_cluster() as cluster:
                cluster.run("CREATE DATABASE arriving TEMPLATE template0")
                measured(cluster.url("arriving"), stored, arriving, planted)
        else:
            with tempfile.TemporaryDirectory() as folder:
                measured(f"sqlite:///{folder}/arriving.db", stored, arriving, planted)


if __name__ == "__main__":
    main()
