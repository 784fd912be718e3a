"""The declarative base, and column types that behave alike on both databases."""

import uuid
from datetime import UTC, datetime
from enum import Enum as PythonEnum

from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# Names for every constraint, so that a migration can find them on both databases.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the service."""

    metadata = MetaData(naming_convention=_NAMES)


def new_id() -> str:
    """A random id (UUID version 4): it tells neither order nor time, and there is no next one to guess."""
    return str(uuid.uuid4())


def word_type(words: type[PythonEnum], length: int = 40) -> Enum:
    """A column of code words, stored as text.

    SQLAlchemy's default would store member names in a native PostgreSQL type, which SQLite does not have. There is no
    CHECK constraint, so that adding a word needs no migration; the answers are checked on the way in.
    """
    return Enum(
        words,
        native_enum=False,
        length=length,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def __repr__(self) -> str:
        """As Alembic writes it into a migration."""
        return "UtcDateTime()"
