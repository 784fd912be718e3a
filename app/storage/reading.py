"""Plain SQL for the hot path of the public side, the same for both databases but for one clause: what meets a box.

SQLAlchemy's execution costs 0.5 to 0.9 ms of CPU a request, more than the query itself; so the driver's connection is
taken from SQLAlchemy and asked directly, with values always bound.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.kit.errors import Invalid, Unavailable

# The R*Tree keeps float32 bounds, which let up to 0.5 % too many through at the edges: the clauses after it compare
# exact bounds, and a shape that sticks out of the box is compared itself.
_SQLITE_MEETS = """b.west <= :{i}east AND b.east >= :{i}west AND b.south <= :{i}north AND b.north >= :{i}south
 AND f.west <= :{i}east AND f.east >= :{i}west AND f.south <= :{i}north AND f.north >= :{i}south
 AND (f.is_point OR (f.west >= :{i}west AND f.east <= :{i}east AND f.south >= :{i}south AND f.north <= :{i}north)
 OR shape_meets_box(f.shape, :{i}west, :{i}south, :{i}east, :{i}north))"""
# The envelope as a subquery is made once per question, not once per row (0.50 against 0.31 ms for 100 rows).
# ST_Intersects looks in the index by itself.
_POSTGIS_MEETS = "ST_Intersects(f.shape, (SELECT ST_MakeEnvelope(:{i}west, :{i}south, :{i}east, :{i}north, 4326)))"
_CONNECTIONS = 8
_SECONDS_TO_WAIT = 5


_BUSY = "The map is busy. Please try again in a few seconds."


class _LostConnection(Exception):
    """The server ended this connection while it waited in the pool, or in the middle of a question."""


class PublicReader:
    """Asks the public side. Values are bound as `:name` on both databases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        # Connections stay checked out of the engine's pool: to borrow one from it costs as much as to read a row.
        # None stands for one that is not open yet; the last one given back is taken first.
        self._free: LifoQueue[PoolProxiedConnection | None] = LifoQueue()
        for _ in range(_CONNECTIONS):
            self._free.put(None)
        # Python's sqlite3 lets go of the interpreter at each row: threads that read thousands at once hand it to and
        # fro, row by row, which costs twice as much. So these take turns.
        self._turn = Lock() if self._is_sqlite else nullcontext()

    @property
    def answers_at_once(self) -> bool:
        """True where a key is found sooner than a thread is: in a file of this machine, with a connection free."""
        return self._is_sqlite and not self._free.empty()

    def many_rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """As `rows`, where thousands may come: for a thread that can wait, since on SQLite such readers take turns."""
        with self._turn:
            return self.rows(sql, values)

    def rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """All rows of `sql`. Raises Unavailable where the database is locked, gone or too busy."""
        try:
            return self._asked(sql, values)
        except _LostConnection:
            # After a restart every connection of the pool is dead; asking each first would cost every reader. So all
            # are let go at the first dead one, and the question, which changes nothing, is asked once more.
            self.close()
        try:
            return self._asked(sql, values)
        except _LostConnection as error:
            raise Unavailable(_BUSY) from error

    def _asked(self, sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        held = self._borrowed()
        is_broken = False
        driver: Any = held.driver_connection
        try:
            if self._is_sqlite:
                return driver.execute(sql, values).fetchall()  # type: ignore[no-any-return]
            cursor = driver.cursor(binary=True)
            return cursor.execute(_as_psycopg(sql), values).fetchall()  # type: ignore[no-any-return]
        except psycopg.DataError as error:  # A zero byte or half a character in a text: PostgreSQL takes neither.
            raise Invalid("There is a character in this that we cannot read.") from error
        except (sqlite3.OperationalError, psycopg.OperationalError) as error:
            is_lost = not self._is_sqlite and driver.closed
            is_broken = True
            held.invalidate()
            if is_lost:
                raise _LostConnection from error
            raise Unavailable(_BUSY) from error
        finally:
            self._free.put(None if is_broken else held)

    def _borrowed(self) -> PoolProxiedConnection:
        try:
            held = self._free.get(timeout=_SECONDS_TO_WAIT)
        except Empty as error:
            raise Unavailable(_BUSY) from error
        if held is not None:
            return held
        try:
            return self._engine.raw_connection()
        except BaseException as error:
            self._free.put(None)
            if isinstance(error, (OperationalError, PoolTimeoutError, sqlite3.Error, psycopg.OperationalError)):
                raise Unavailable(_BUSY) from error
            raise

    def close(self) -> None:
        """Let go of all connections; the next question opens new ones."""
        waiting = [self._free.get_nowait() for _ in range(self._free.qsize())]
        for held in waiting:
            if held is not None:
                held.close()
            self._free.put(None)
        self._engine.dispose()

    def source(self, boxes: int) -> str:
        """The FROM clause over published features as `f`, for a question with that many boxes (0, 1 or 2)."""
        # CROSS JOIN keeps SQLite from starting at the other side.
        return (
            "published_box b CROSS JOIN published_feature f ON f.serial = b.serial"
            if boxes and self._is_sqlite
            else "published_feature f"
        )

    def meets_boxes(self, boxes: int) -> str:
        """The condition that `f` meets box 0 (`:b0west`, `:b0south`, `:b0east`, `:b0north`), or box 1, exactly."""
        clause = _SQLITE_MEETS if self._is_sqlite else _POSTGIS_MEETS
        return (
            "(" + " OR ".join(clause.format(i=f"b{number}") for number in range(boxes)) + ")"
            if boxes != 1
            else clause.format(i="b0")
        )


@lru_cache(maxsize=256)
def _as_psycopg(sql: str) -> str:
    return re.sub(r"(?<!:):([a-z]\w*)", r"%(\1)s", sql)
