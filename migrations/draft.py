"""Drafts a migration: what the models have and the newest database has not. Read it before you commit it."""

import re
import sys
import tempfile
from pathlib import Path

from alembic.command import revision

from app.kit import clock
from app.storage.engines import private_engine
from app.storage.migrations import migration_config, upgrade


def draft(message: str) -> None:
    """Write migrations/versions/DATE_MESSAGE.py from the difference."""
    name = f"{clock.today():%Y%m%d}_{re.sub(r'[^a-z0-9]+', '_', message.lower()).strip('_')}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'newest.db'}"
        upgrade(url)
        engine = private_engine(url)
        with engine.begin() as connection:
            config = migration_config()
            config.set_main_option("file_template", "%%(rev)s")
            config.attributes["connection"] = connection
            revision(config, message=f"{message}.", autogenerate=True, rev_id=name)
        engine.dispose()


if __name__ == "__main__":
    draft(sys.argv[1])
