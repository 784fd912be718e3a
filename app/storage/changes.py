"""The change log: which rows a transaction touched, so that publishing can follow without being called."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, event, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.state import InstanceState

# Below the most values that SQLite binds in one statement.
_AT_ONCE = 500


@dataclass(frozen=True)
class Change:
    """A row of `table` with primary key `key` was added, changed or deleted in this transaction.

    `referred` holds what its foreign keys pointed to before and point to now, as (column, value): once a row is
    deleted or moved, nobody else can tell whose it was. So it does for columns with `info={"is_followed": True}`.
    """

    table: str
    key: str
    referred: frozenset[tuple[str, str]] = frozenset()


_KEY = "noted_changes"


def watch(session: Session) -> None:
    """Note every row that `session` flushes from now on. Bulk statements pass it by: use `note` beside them."""
    session.info[_KEY] = set()
    event.listen(session, "before_flush", _note_those_left_behind)
    event.listen(session, "after_flush", _note_flushed)


def note(session: Session, table: str, key: str) -> None:
    """Say by hand that a row changed. Where one is deleted by hand, say it of the rows that refer to it, too."""
    session.info[_KEY].add(Change(table, key))


def take(session: Session) -> set[Change]:
    """All changes noted since the last call, after flushing what is pending."""
    session.flush()
    noted: set[Change] = session.info[_KEY]
    session.info[_KEY] = set()
    return noted


def _note_flushed(session: Session, _context: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        state = inspect(row)
        session.info[_KEY].add(Change(_table(state).name, _key(state), frozenset(_referred(state))))


def _note_those_left_behind(session: Session, _context: object, _instances: object) -> None:
    """Note the rows that refer to a row which is about to be deleted: the database changes them without telling us."""
    leaving: dict[Table, list[str]] = defaultdict(list)
    for row in session.deleted:
        leaving[_table(inspect(row))].append(_key(inspect(row)))
    for table, keys in leaving.items():
        for other in table.metadata.tables.values():
            for column in other.columns:
                if not any(pointing.column.table is table for pointing in column.foreign_keys):
                    continue
                for start in range(0, len(keys), _AT_ONCE):
                    session.info[_KEY] |= _left_behind(session, other, column.in_(keys[start : start + _AT_ONCE]))


def _left_behind(session: Session, table: Table, where: ColumnElement[bool]) -> set[Change]:
    """The rows of `table` that refer to one which leaves, with all that they refer to: they may be deleted with it."""
    key = next(iter(table.primary_key.columns))
    pointing = [column for column in table.columns if column.foreign_keys]
    return {
        Change(
            table.name,
            str(row[0]),
            frozenset(
                (column.key, str(value)) for column, value in zip(pointing, row[1:], strict=True) if value is not None
            ),
        )
        for row in session.connection().execute(select(key, *pointing).where(where))
    }


def _referred(state: InstanceState[object]) -> Iterator[tuple[str, str]]:
    for attribute in state.mapper.column_attrs:
        if any(column.foreign_keys or column.info.get("is_followed") for column in attribute.columns):
            for value in state.attrs[attribute.key].history.sum():
                if value is not None:
                    yield attribute.key, str(value)


def _table(state: InstanceState[object]) -> Table:
    table = state.mapper.local_table
    assert isinstance(table, Table)  # noqa: S101 - every class of ours stands for one table
    return table


def _key(state: InstanceState[object]) -> str:
    return str(state.mapper.primary_key_from_instance(state.object)[0])
