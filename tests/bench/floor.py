"""The floor: bare Starlette over the same rows with the bare driver. No links, no paging, no headers, no checks."""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SQLITE = """SELECT f.feature_json FROM published_box b CROSS JOIN published_feature f ON f.serial = b.serial
 WHERE b.west <= ?3 AND b.east >= ?1 AND b.south <= ?4 AND b.north >= ?2
 AND f.west BETWEEN ?1 AND ?3 AND f.south BETWEEN ?2 AND ?4"""
_POSTGIS = """WITH e AS MATERIALIZED (SELECT ST_MakeEnvelope(%s, %s, %s, %s, 4326) g)
 SELECT feature_json FROM published_feature WHERE ST_Intersects(shape, (SELECT g FROM e))"""
_ONE = "SELECT feature_json FROM published_feature WHERE collection = 'initiatives' AND id = "

Ask = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]


def create() -> Starlette:
    """The application over DATABASE_URL."""
    url = os.environ["DATABASE_URL"]
    return _application(*(_sqlite(url) if url.startswith("sqlite") else _postgis(url)))


def _sqlite(url: str) -> tuple[Ask, str, str]:
    path = url.removeprefix("sqlite:///")
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
    db.execute("PRAGMA mmap_size=1073741824")
    return lambda sql, values: db.execute(sql, values).fetchall(), _SQLITE, f"{_ONE}?"


def _postgis(url: str) -> tuple[Ask, str, str]:
    free: list[psycopg.Connection[Any]] = []

    def ask(sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        db = free.pop() if free else _connect(url)
        try:
            return db.cursor(binary=True).execute(sql.encode(), values).fetchall()
        finally:
            free.append(db)

    return ask, _POSTGIS, f"{_ONE}%s"


def _connect(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True, prepare_threshold=0, options="-c jit=off")


def _application(ask: Ask, box_sql: str, one_sql: str) -> Starlette:
    # A local file is read quicker than a thread is found; a server is waited for in a thread.
    is_local = box_sql is _SQLITE

    async def asked(sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return ask(sql, values) if is_local else await run_in_threadpool(ask, sql, values)

    async def box(request: Request) -> Response:
        bounds = tuple(float(edge) for edge in request.query_params["bbox"].split(","))
        rows = await asked(box_sql, bounds)
        body = b'{"type":"FeatureCollection","features":[' + b",".join([row[0] for row in rows]) + b"]}"
        return Response(body, media_type="application/geo+json")

    async def one(request: Request) -> Response:
        rows = await asked(one_sql, (request.path_params["id"],))
        return Response(rows[0][0], media_type="application/geo+json")

    return Starlette(
        routes=[
            Route("/api/collections/initiatives/items", box),
            Route("/api/collections/initiatives/items/{id}", one),
        ]
    )
