"""A consistent copy of the whole database while the service goes on."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy.engine import URL, make_url

from app.kit.errors import DomainError

_NO_PROGRAM = (
    "The program pg_dump is missing: install postgresql-client, or run "
    "`pg_dump --format=custom --file=FILE` where the database is."
)


def back_up(database_url: str, file: Path) -> None:
    """Write all that is in the database to `file`, which must not exist yet; only its owner may read it.

    SQLite: a database file of its own, every row that was committed when the copy began. Copying the file by hand would
    miss what still stands in its log. PostgreSQL: an archive for `pg_restore`. Raises DomainError where it cannot be.
    """
    if file.exists():
        raise DomainError(f"{file} exists already. Give another name, so that no backup is lost.")
    if not file.parent.is_dir():
        raise DomainError(f"There is no folder {file.parent}.")
    address = make_url(database_url)
    with _whole_or_nothing(file) as part:
        if address.get_backend_name() == "sqlite":
            _copy_sqlite(Path(address.database or ""), part)
        else:
            _dump_postgresql(address, part)


@contextmanager
def _whole_or_nothing(file: Path) -> Iterator[Path]:
    """A file beside `file` that takes its name only when it is complete."""
    handle, name = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(database: Path, part: Path) -> None:
    if not database.is_file():
        raise DomainError(f"There is no database at {database}.")
    try:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            # In one step: with several, each commit of the service would make the copy begin again.
            source.backup(copy, pages=-1)
            # One plain file, that can be moved without its log.
            copy.execute("PRAGMA journal_mode = DELETE")
            (told,) = copy.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise DomainError(f"The backup could not be written. ({error})") from error
    if told != "ok":
        raise DomainError("The database is damaged; there is no whole backup of it. Keep the older ones.")


def _dump_postgresql(address: URL, part: Path) -> None:
    program = shutil.which("pg_dump") or _newest_installed()
    if program is None:
        raise DomainError(_NO_PROGRAM)
    # The password goes through the environment: other people on the machine can read a command line.
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(  # noqa: S603 - a known program, and no shell
        [program, "--format=custom", f"--file={part}", "--no-password", f"--dbname={plain}"],
        env=os.environ | secret,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DomainError(f"pg_dump could not write the backup. ({done.stderr.strip()[-300:]})")


def _newest_installed() -> str | None:
    """Debian keeps the program of each version in a folder of its own."""
    found = Path("/usr/lib/postgresql").glob("*/bin/pg_dump")
    newest = max(found, key=lambda path: float(path.parts[4]) if path.parts[4].isdecimal() else 0.0, default=None)
    return None if newest is None else str(newest)
