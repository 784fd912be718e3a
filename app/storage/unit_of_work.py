"""One request, one transaction, committed at the edge before the answer leaves. Nobody else commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.storage.changes import Change, take, watch
from app.storage.migrations import is_up_to_date

# Any number will do, as long as it is ours alone in the database: it orders the writers of the read model.
_PUBLISHING_LOCK = 7_303_014


class UnitOfWork:
    """Opens transactions on the private side and lets `follow` bring the public side in line before each commit.

    `committed` is called after each commit, before the answer leaves.
    """

    def __init__(
        self,
        engine: Engine,
        follow: Callable[[Session, set[Change]], None],
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._follow = follow
        self._committed = committed

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that commits on leaving, and leaves nothing behind where anything is raised."""
        with Session(self._engine, expire_on_commit=False) as db, db.begin():
            watch(db)
            yield db
            changes = take(db)
            if changes:
                if db.get_bind().dialect.name == "postgresql":
                    # Two writers could each count without seeing the other; on SQLite BEGIN IMMEDIATE orders them.
                    db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PUBLISHING_LOCK})
                self._follow(db, changes)
        self._committed()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at the private side that keeps nobody from writing."""
        with self._engine.connect().execution_options(reading=True) as connection, Session(connection) as db:
            yield db

    def is_up_to_date(self) -> bool:
        """True where the database stands at the newest version."""
        return is_up_to_date(self._engine)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()
