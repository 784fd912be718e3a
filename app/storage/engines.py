"""Connections to the two sides: the private one may do everything, the public one may read published tables only."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import shapely
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from app.settings import DatabaseSettings

PUBLISHED_PREFIX = "published_"
READER_ROLE = "small_ecology_reader"
# A writer waits this long for another one before the caller is told to try again.
_BUSY_SECONDS = 5
_POOL_SIZE = 8
# `hide_parameters` everywhere: an error message must not carry a person's words into a log.


def private_engine(url: str) -> Engine:
    """The engine of the private side. On SQLite: WAL, synchronous FULL, foreign keys on."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address,
            hide_parameters=True,
            pool_size=_POOL_SIZE,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _BUSY_SECONDS},
        )
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=_POOL_SIZE,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_private_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def public_engine(database: DatabaseSettings) -> Engine:
    """The engine of the public side: every other table is refused by the database itself.

    PostgreSQL: the reader role, which holds SELECT on published tables and nothing else. SQLite: a read-only
    connection under an authorizer.
    """
    address = make_url(database.read_url or database.url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            "sqlite://",
            hide_parameters=True,
            creator=lambda: _open_public_sqlite(address.database or ""),
            poolclass=QueuePool,
            pool_size=_POOL_SIZE,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
        )
    else:
        # Statements are prepared at first use: the same few are asked again and again.
        arguments: dict[str, Any] = {
            "connect_timeout": _BUSY_SECONDS,
            "autocommit": True,
            "prepare_threshold": 0,
            "options": "-c default_transaction_read_only=on -c jit=off",
        }
        engine = create_engine(
            address,
            hide_parameters=True,
            pool_size=_POOL_SIZE,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            connect_args=arguments,
        )
        event.listen(engine, "connect", _become_reader)
    return engine


def _prepare_private_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own transaction handling would commit half of a migration; ours is in `_begin_sqlite`.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event passes its connection
    # A transaction that means to write takes the lock at once: upgrading a read lock later fails instead of waiting.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _open_public_sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(path)}?mode=ro", uri=True, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None
    )
    # Pragmas come first: the authorizer refuses them. The file is mapped, so a read costs no copy of the page.
    connection.execute("PRAGMA mmap_size=1073741824")
    connection.execute("PRAGMA cache_size=-8000")
    connection.create_function("shape_meets_box", 5, _shape_meets_box, deterministic=True)
    # Opening the R*Tree prepares its own writes, which the authorizer would refuse: so it is opened before.
    with suppress(sqlite3.OperationalError):  # There is no such table before the first migration.
        connection.execute("SELECT serial FROM published_box LIMIT 1").fetchall()
    connection.set_authorizer(_published_only)
    return connection


def _published_only(
    action: int, first: str | None, second: str | None, _database: str | None, _source: str | None
) -> int:
    is_published = (first or "").startswith(PUBLISHED_PREFIX)
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and is_published:
        return sqlite3.SQLITE_OK
    # SQLAlchemy asks for this one when it opens a connection; asking, without a value, changes nothing.
    if action == sqlite3.SQLITE_PRAGMA and first == "read_uncommitted" and second is None:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _shape_meets_box(wkb: bytes, west: float, south: float, east: float, north: float) -> bool:
    return bool(shapely.intersects(shapely.from_wkb(wkb), shapely.box(west, south, east, north)))


def _become_reader(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
    # Where READ_DATABASE_URL names the reader's own login this changes nothing.
    connection.execute(f"SET ROLE {READER_ROLE}")
