"""A PostgreSQL cluster with PostGIS of the tests' own, in a temporary folder, on a free port."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

# Nothing here has to outlive a power cut, so nothing waits for the disk.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster that trusts everyone on this machine."""

    folder: Path
    port: int

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of `database`, as a superuser."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Run one SQL statement outside any transaction, as a superuser of the database "postgres"."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgis_cluster() -> Iterator[Cluster]:
    """The cluster of this test session; started by the first test that needs it."""
    with running_cluster() as cluster:
        yield cluster


@contextmanager
def running_cluster(**options: str) -> Iterator[Cluster]:
    """Start a cluster, and remove it at the end. `options` are settings of PostgreSQL, on top of the fast ones.

    Raises RuntimeError where PostgreSQL or PostGIS is missing.
    """
    programs = _programs()
    # A socket's path may hold 107 bytes: pytest's own temporary folders are too deep.
    folder = Path(tempfile.mkdtemp(prefix="small-ecology-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = folder / "data", free_port()
    try:
        _as_postgres(
            programs / "initdb",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            data,
        )
        settings = _OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)} | options
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        _as_postgres(programs / "pg_ctl", "--pgdata", data, "--log", folder / "log", "--wait", "--silent", "start")
        try:
            yield Cluster(folder, port)
        finally:
            _as_postgres(programs / "pg_ctl", "--pgdata", data, "--mode=immediate", "--wait", "--silent", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _programs() -> Path:
    """The folder that holds initdb and pg_ctl: the newest version that has PostGIS."""
    homes = sorted(
        Path("/usr/lib/postgresql").glob("*"),
        key=lambda home: int(home.name) if home.name.isdecimal() else 0,
        reverse=True,
    )
    for home in homes:
        if (home / "bin" / "initdb").exists() and (
            Path("/usr/share/postgresql") / home.name / "extension" / "postgis.control"
        ).exists():
            return home / "bin"
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise RuntimeError("PostgreSQL with PostGIS is missing: run `make test`, or install postgresql-15-postgis-3.")


def _as_postgres(*command: str | Path) -> None:
    """Run a program of PostgreSQL; root may not, so it lends itself the account "postgres"."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # The folder of the checkout may be closed to that account; the server must not hold our pipes either.
    done = subprocess.run(
        [*prefix, *map(str, command)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")
