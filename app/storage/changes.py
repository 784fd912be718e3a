"""The change log: which rows a transaction touched, so that publishing can follow without being called."""

from dataclasses import dataclass

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Change:
    """A row of `table` with primary key `key` was added, changed or deleted in this transaction."""

    table: str
    key: str


_KEY = "noted_changes"


def watch(session: Session) -> None:
    """Note every row that `session` flushes from now on. Bulk statements pass it by: use `note` beside them."""
    session.info[_KEY] = set()
    event.listen(session, "after_flush", _note_flushed)


def note(session: Session, table: str, key: str) -> None:
    """Say by hand that a row changed."""
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
        key = state.mapper.primary_key_from_instance(row)
        session.info[_KEY].add(Change(state.mapper.local_table.name, str(key[0])))
