"""Invented published records in bulk, clustered as a city's are, and the same records as an ordinary table."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import psycopg
import shapely
from numpy.typing import NDArray

from app.kit.geo import hilbert_key
from app.storage.migrations import upgrade
from app.vocabulary import Activity, Lifecycle

COLLECTION = "initiatives"
HOME = "chapeltown"
_CENTRE = (-1.535, 53.82)
_HUBS, _SPREAD_KM, _CITY_KM = 240, 0.5, 7.0
_KM_LON, _KM_LAT = 1 / 65.8, 1 / 111.2
_COLUMNS = (
    "id", "collection", "neighbourhood", "kind", "activity", "lifecycle", "starts", "ends", "shape",
    "west", "south", "east", "north", "is_point", "is_demonstration", "feature_json",
)  # fmt: skip
_TEXT = (
    "every week neighbours meet in the hall to cook share tools mend bikes grow food walk together read aloud "
    "look after the green plan a street party welcome new families and find out what the others need"
)
_WORDS = _TEXT.split()
# The properties of a record, in the order in which the ordinary table has them.
ATTRIBUTES = (
    "title", "summary", "activity", "activity_label", "lifecycle", "lifecycle_label", "people_band", "formality",
    "first_active", "last_active", "shown_as", "neighbourhood", "url", "updated",
)  # fmt: skip


@dataclass(frozen=True)
class Seeded:
    """A filled database. `points` are its records' places: two columns, longitude and latitude in WGS 84 degrees."""

    url: str
    points: NDArray[np.float64]
    ids: list[str]


def places(records: int) -> NDArray[np.float64]:
    """`records` places around many hubs of a city, in Hilbert order, with six decimals."""
    chance = np.random.default_rng(records)
    hubs = chance.normal(_CENTRE, (_CITY_KM * _KM_LON, _CITY_KM * _KM_LAT), (_HUBS, 2))
    hub = hubs[chance.zipf(1.2, records * 3)[:records] % _HUBS]
    scattered = np.round(hub + chance.normal(0, _SPREAD_KM, (records, 2)) * (_KM_LON, _KM_LAT), 6)
    order = sorted(range(records), key=[hilbert_key(lon, lat) for lon, lat in scattered.tolist()].__getitem__)
    return np.asarray(scattered[order])


def fill(url: str, points: NDArray[np.float64]) -> Seeded:
    """Migrate the database at `url` and fill it. On PostGIS the tables are analysed, as autovacuum would."""
    upgrade(url)
    if url.startswith("sqlite"):
        _fill_sqlite(url.removeprefix("sqlite:///"), points)
    else:
        _fill_postgis(url, points)
    return Seeded(url, points, [_id_of(number) for number in range(len(points))])


def _id_of(number: int) -> str:
    # As random as the real ones: ids in the order of the places would make paging look better than it is.
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def _rows(points: NDArray[np.float64], *, is_postgis: bool) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(len(points))
    activities, stages = list(Activity), list(Lifecycle)
    shapes: NDArray[np.object_] = np.asarray(shapely.points(points))
    if is_postgis:
        shapes = shapely.set_srid(shapes, 4326)
    for number, ((lon, lat), shape) in enumerate(zip(points.tolist(), shapes.tolist(), strict=True)):
        one, activity, stage = _id_of(number), chance.choice(activities), chance.choice(stages)
        year = chance.randrange(2008, 2026)
        values = (
            " ".join(chance.sample(_WORDS, 4)).capitalize(), " ".join(chance.sample(_WORDS, 14)).capitalize() + ".",
            activity, activity.label, stage, stage.label, "ten_to_fifty", "informal", f"{year}", f"{year + 1}-05",
            "exact", HOME, f"/initiatives/{one}", f"{year + 1}-06-02",
        )  # fmt: skip
        feature = {
            "type": "Feature",
            "id": one,
            "geometry": {"type": "Point", "coordinates": (lon, lat)},
            "properties": dict(zip(ATTRIBUTES, map(str, values), strict=True)),
        }
        binary = shapely.to_wkb(shape, include_srid=is_postgis)
        yield (
            one, COLLECTION, HOME, None, str(activity), str(stage), f"{year}-01-01", None,
            binary.hex() if is_postgis else binary, lon, lat, lon, lat, 1, 0, orjson.dumps(feature),
        )  # fmt: skip


def _fill_sqlite(path: str, points: NDArray[np.float64]) -> None:
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("BEGIN")
        marks = ", ".join("?" * len(_COLUMNS))
        insert = f"INSERT INTO published_feature ({', '.join(_COLUMNS)}) VALUES ({marks})"
        db.executemany(insert, _rows(points, is_postgis=False))
        db.execute("INSERT INTO published_version VALUES (?, 1, ?)", (COLLECTION, len(points)))
        picked = ", ".join(f"json_extract(feature_json, '$.properties.{name}') AS {name}" for name in ATTRIBUTES)
        columns = f"serial, id, {picked}, west AS lon, south AS lat"
        # JSON functions of older SQLites take text alone.
        source = "(SELECT serial, id, west, south, CAST(feature_json AS TEXT) AS feature_json FROM published_feature)"
        db.execute(f"CREATE TABLE bench_record (serial INTEGER PRIMARY KEY, id, {', '.join(ATTRIBUTES)}, lon, lat)")
        db.execute(f"INSERT INTO bench_record SELECT {columns} FROM {source} ORDER BY serial")
        db.execute("COMMIT")
        db.execute("ANALYZE")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()


def _fill_postgis(url: str, points: NDArray[np.float64]) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
        with (
            db.cursor() as cursor,
            cursor.copy(f"COPY published_feature ({', '.join(_COLUMNS)}) FROM STDIN".encode()) as copy,
        ):
            for row in _rows(points, is_postgis=True):
                copy.write_row(row)
        db.execute("INSERT INTO published_version VALUES (%s, 1, %s)", (COLLECTION, len(points)))
        picked = ", ".join(f"p->>'{name}' AS {name}" for name in ATTRIBUTES)
        db.execute(
            f"CREATE TABLE bench_record AS SELECT serial, id, {picked}, shape FROM (SELECT serial, id, shape, "
            "(convert_from(feature_json, 'UTF8')::json)->'properties' AS p FROM published_feature) f ORDER BY serial"
            .encode()
        )  # fmt: skip
        db.execute("ALTER TABLE bench_record ADD PRIMARY KEY (serial)")
        db.execute("CREATE INDEX ON bench_record USING gist (shape)")
        db.execute("VACUUM (ANALYZE)")
