"""Time and memory of the night and of a suggestion over a stored city: `python -m tests.bench.matching.nights`.

A city of the benchmark is written to a database as published reports, then the command's own functions run on it.
"""

import argparse
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from app.barriers.models import Barrier
from app.initiatives.models import Initiative
from app.kit import clock
from app.neighbourhoods.models import Boundary, Neighbourhood
from app.patterns.finding import look, settle
from app.publishing.projector import follow
from app.storage.engines import private_engine
from app.storage.migrations import upgrade
from app.storage.unit_of_work import UnitOfWork
from app.vocabulary import Activity, BarrierKind, Lifecycle, Publication, Sharing
from tests.bench.matching.worlds import load, reports_of
from tests.support.cast import shipped_neighbourhoods
from tests.support.postgis import running_cluster

_EPOCH = date(2020, 1, 1)
_AT_ONCE = 1_000
_KINDS = list(BarrierKind)


def fill(private: UnitOfWork, reports: list[Any]) -> None:
    """Write the reports of one city as published barriers, each with the initiative that stands for its group."""
    places = sorted({one.neighbourhood or "" for one in reports})
    outline = shipped_neighbourhoods()[0][1]
    slugs = {name: f"place-{number}" for number, name in enumerate(places)}
    kinds = {name: _KINDS[number % len(_KINDS)] for number, name in enumerate(sorted({one.kind for one in reports}))}
    now = clock.now()
    common = {
        "publication": Publication.PUBLISHED, "sharing": Sharing.NEIGHBOURHOOD, "language": "en", "created_at": now,
        "changed_at": now, "is_demonstration": False, "was_shown": True, "version": 1, "steward_note": "",
    }  # fmt: skip
    with private.writing() as db:
        for name, slug in slugs.items():
            boundary = Boundary(shape=outline, valid_from=date(2020, 1, 1))
            db.add(Neighbourhood(slug=slug, name=name or "Elsewhere", codes=[], boundaries=[boundary]))
    groups: dict[str, str] = {}
    for one in reports:
        groups.setdefault(one.group, slugs[one.neighbourhood or ""])
    ids = {group: f"group-{number}" for number, group in enumerate(groups)}
    with private.writing() as db:
        rows = [
            common | {
                "id": ids[group], "neighbourhood": slug, "title": group, "summary": "", "story": "",
                "activity": Activity.FOOD, "lifecycle": Lifecycle.ACTIVE, "ways_of_working": [], "concerns": [],
                "recognised_by": [],
            }
            for group, slug in groups.items()
        ]  # fmt: skip
        _write(db, Initiative, rows)
        rows = [
            common | {
                "id": one.id, "neighbourhood": slugs[one.neighbourhood or ""], "kind": kinds[one.kind],
                "what_happened": one.text, "holder": (one.holder or "")[:200], "rule_cited": "", "what_helped": "",
                "happened": None if one.day is None else _EPOCH + timedelta(days=one.day),
                "happened_precision": None if one.day is None else "day", "initiative_id": ids[one.group],
            }
            for one in reports
        ]  # fmt: skip
        _write(db, Barrier, rows)


def _write(db: Any, model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        db.execute(insert(model), rows[start : start + _AT_ONCE])


def measured(url: str, reports: list[Any]) -> None:
    """Print what a first night and a second one cost, and where the time goes."""
    upgrade(url)
    private = UnitOfWork(private_engine(url), follow)
    fill(private, reports)
    for which in ("first night", "second night"):
        begin = time.process_time()
        with private.reading() as db:
            night = look(db)
        looked = time.process_time() - begin
        begin = time.process_time()
        with private.writing() as db:
            moved = settle(db, night)
        settled = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        engine = url.split(":", maxsplit=1)[0]
        print(
            f"{len(reports):7,d} {engine:20s} {which:13s} look {looked:7.1f} CPU-s, "
            f"settle {settled:6.1f} CPU-s (writers wait), {len(night.sights):5d} patterns, {moved:6d} moved, "
            f"peak {peak:6.0f} MB",
            flush=True,
        )
    with private.reading() as db:
        assert db.scalar(select(Barrier.id).limit(1)) is not None
    private.close()


def main() -> None:
    """Read the options and print one line for each night."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--benchmark", type=Path, required=True)
    options.add_argument("--sizes", default="300,3000")
    options.add_argument("--postgis", action="store_true", help="in a PostGIS of its own, not in an SQLite file")
    options.add_argument("--seed", type=int, default=501)
    options.add_argument("--one-city", action="store_true", help="take all reports for one city, as a service would")
    chosen = options.parse_args()
    bench = load(chosen.benchmark)
    for size in map(int, chosen.sizes.split(",")):
        reports = reports_of(bench, bench.World(chosen.seed, size))
        cities: dict[str, list[Any]] = {}
        for one in reports:
            cities.setdefault("" if chosen.one_city else one.city, []).append(one)
        largest = max(cities.values(), key=len)
        print(f"{size:,} reports in {len(cities)} cities; the largest has {len(largest):,}", flush=True)
        if chosen.postgis:
            with running_cluster() as cluster:
                cluster.run("CREATE DATABASE night TEMPLATE template0")
                measured(cluster.url("night"), largest)
        else:
            with tempfile.TemporaryDirectory() as folder:
                measured(f"sqlite:///{folder}/night.db", largest)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
