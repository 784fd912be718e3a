"""How long the measures of a whole city take: `python -m tests.bench.measures [--initiatives 10000]`.

10,000 invented initiatives with 20,000 ties and 5,000 stories of what got in the way are published, read, measured, and
asked for again while nothing changes.
"""

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from app.public.ecology.measures import measures_of
from app.public.ecology.reading import ecologies_of
from app.published.queries import Published
from app.settings import DatabaseSettings
from app.storage.engines import public_engine
from app.storage.migrations import upgrade
from app.vocabulary import Activity, BarrierKind, ConnectionKind, Effect, Formality, Lifecycle

MOST_SECONDS = 2.0
_COLUMNS = ("id", "collection", "neighbourhood", "is_point", "is_demonstration", "feature_json")
_OVER = (Lifecycle.RESTING, Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED)
_PLACES = 100


def main() -> None:
    """Fill a store, measure it, and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--initiatives", type=int, default=10_000)
    count = asked.parse_args().initiatives
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'city.db'}"
        upgrade(url)
        _fill(url.removeprefix("sqlite:///"), count)
        published = Published(public_engine(DatabaseSettings(url, None)))
        table = Table(title=f"Measures of a city of {count:,} initiatives", show_edge=False)
        table.add_column("step")
        table.add_column("seconds", justify="right")
        steps = (
            ("reading what is public", lambda: ecologies_of(published).of("")),
            ("all seven measures, now and a year ago", lambda: measures_of(published, "")),
            ("the same again, nothing changed", lambda: measures_of(published, "")),
            ("one neighbourhood of a hundred, read and measured", lambda: measures_of(published, "place-1")),
        )
        taken = []
        for name, step in steps:
            begun = time.perf_counter()
            step()
            taken.append(time.perf_counter() - begun)
            table.add_row(name, f"{taken[-1]:.3f}")
        console = Console()
        console.print(table)
        for one in measures_of(published, ""):
            console.print(f"- {one.now.sentence()} {one.sentence()}", soft_wrap=True)
        published.close()
    if taken[1] > MOST_SECONDS:
        raise SystemExit(f"Measuring took more than {MOST_SECONDS} s.")


def _fill(path: str, count: int) -> None:
    with sqlite3.connect(path) as db:
        marks = ", ".join("?" * len(_COLUMNS))
        db.executemany(f"INSERT INTO published_feature ({', '.join(_COLUMNS)}) VALUES ({marks})", _rows(count))
        sizes = {"initiatives": count, "connections": 2 * count, "barriers": count // 2}
        for collection, features in sizes.items():
            db.execute("DELETE FROM published_version WHERE collection = ?", (collection,))
            db.execute("INSERT INTO published_version VALUES (?, 1, ?)", (collection, features))
    db.close()


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    chance, today = random.Random(count), date(2026, 11, 1)
    for number in range(count):
        stage = chance.choice([Lifecycle.ACTIVE] * 4 + list(Lifecycle))
        born = today - timedelta(days=chance.randrange(1, 3600))
        rested = born + timedelta(days=chance.randrange((today - born).days + 1)) if stage in _OVER else None
        told: dict[str, Any] = {
            "title": f"Initiative {number}", "neighbourhood": f"place-{number % _PLACES}",
            "activity": chance.choice(list(Activity)),
            "lifecycle": stage, "formality": chance.choice(list(Formality)), "people_band": None,
            "first_active": born.isoformat()[: chance.choice([4, 7, 10])],
            "last_active": rested.isoformat()[: chance.choice([7, 10])] if rested else None,
            "recognised_by": ["neighbours"], "what_helped": [], "shown_as": "neighbourhood",
        }  # fmt: skip
        yield _row(f"i{number:06}", "initiatives", told["neighbourhood"], told)
    for number in range(2 * count):
        start, end = chance.randrange(count), chance.randrange(count)
        kind = chance.choice(list(ConnectionKind))
        # Newer ones grow out of older ones, as they do.
        ends = {"from": f"i{max(start, end):06}", "to": f"i{min(start, end):06}"}
        told = ends | {
            "kind": kind,
            "kind_label": kind.label,
            "kind_back": kind.back,
            "is_mutual": False,
            "since": None,
        }
        yield _row(f"t{number:06}", "connections", "", told)
    for number in range(count // 2):
        met = today - timedelta(days=chance.randrange(1, 2000))
        answers = [{"published": (met + timedelta(days=chance.randrange(200))).isoformat(), "is_settled": True}]
        told = {
            "kind": chance.choice(list(BarrierKind)), "kind_label": "", "effect": chance.choice(list(Effect)),
            "happened": met.isoformat()[:7], "what_helped": [], "answers": answers if chance.random() < 0.3 else [],
            "initiative": f"i{chance.randrange(count):06}", "shown_as": "neighbourhood",
        }  # fmt: skip
        yield _row(f"b{number:06}", "barriers", f"place-{number % _PLACES}", told)


def _row(identifier: str, collection: str, neighbourhood: str, told: dict[str, Any]) -> tuple[Any, ...]:
    feature = {"type": "Feature", "id": identifier, "geometry": None, "properties": told}
    return identifier, collection, neighbourhood, 0, 0, orjson.dumps(feature)


if __name__ == "__main__":
    main()
