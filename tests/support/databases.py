"""A fresh, migrated database for each test, cheaply: the migrations run once per kind, then the result is copied."""

import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from app.storage.migrations import upgrade
from tests.support.postgis import Cluster

_TEMPLATE = "migrated"
_numbers = count(1)


@pytest.fixture(params=["sqlite", "postgis"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty migrated database: the test runs once on SQLite and once on PostGIS."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of an empty migrated SQLite file."""
    file = tmp_path / "small-ecology.db"
    shutil.copyfile(migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgis_url(postgis_cluster: Cluster, migrated_postgis: str) -> Iterator[str]:
    """The URL of an empty migrated PostGIS database; dropped after the test, whoever is still connected."""
    name = f"test_{next(_numbers)}"
    postgis_cluster.run(f"CREATE DATABASE {name} TEMPLATE {migrated_postgis}")
    yield postgis_cluster.url(name)
    postgis_cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def bare_postgis_url(postgis_cluster: Cluster) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table: for tests of the migrations themselves."""
    name = f"bare_{next(_numbers)}"
    postgis_cluster.run(f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgis_cluster.url(name)
    postgis_cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from; never opened by a test."""
    file = tmp_path_factory.mktemp("migrated") / "small-ecology.db"
    upgrade(f"sqlite:///{file}")
    # A copy of the file alone misses what still stands in the write-ahead log.
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@pytest.fixture(scope="session")
def migrated_postgis(postgis_cluster: Cluster) -> str:
    """The name of a migrated PostGIS database to copy from; never connected to by a test."""
    postgis_cluster.run(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    upgrade(postgis_cluster.url(_TEMPLATE))
    return _TEMPLATE
