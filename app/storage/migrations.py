"""Bringing a database up to date: one Alembic history for SQLite and PostgreSQL."""

from alembic.command import upgrade as alembic_upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.kit.shipped import shipped
from app.storage.engines import private_engine


def upgrade(database_url: str) -> None:
    """Bring the database at `database_url` to the newest version, in one transaction.

    On SQLite the engine takes BEGIN IMMEDIATE first: a migration that is killed leaves the old version whole.
    """
    engine = private_engine(database_url)
    try:
        with engine.begin() as connection:
            config = migration_config()
            config.attributes["connection"] = connection
            alembic_upgrade(config, "head")
    finally:
        engine.dispose()


def is_up_to_date(engine: Engine) -> bool:
    """True where the database stands at the newest version that this installation knows."""
    with engine.connect().execution_options(reading=True) as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(migration_config()).get_heads())


def migration_config() -> Config:
    """Alembic's configuration of this installation; the caller adds the connection."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    return config
