"""Two at once, and a database that is locked, gone or back again: nothing is lost, and nobody sees a stack trace."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from app.initiatives.models import Initiative
from app.main import create_app
from app.storage import engines
from app.vocabulary import Sharing
from app.web.house import House
from tests.support.cast import Cast
from tests.support.postgis import Cluster
from tests.support.service import settings_for

ITEMS = "/api/collections/initiatives/items"
WORDS = "what somebody wrote in confidence"
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-1.5309, 53.8172]},
    "properties": {"title": WORDS, "activity": "food"},
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer waits no longer than a second."""
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 1)


def test_two_writers_at_once_both_succeed(cast: Cast) -> None:
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(6):
                cast.plant(title=f"{name} {number}", sharing=Sharing.NEIGHBOURHOOD)
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("One", "Another", "A third")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert failures == []
    with cast.house.private.reading() as db:
        assert len(db.scalars(select(Initiative)).all()) == 18
    assert cast.house.published.version("initiatives")[1] == 18


def test_of_two_who_change_one_entry_the_second_is_told(cast: Cast) -> None:
    from sqlalchemy.orm.exc import StaleDataError

    planted = cast.plant()
    with cast.house.private.reading() as db:
        seen = db.get_one(Initiative, planted.id)
        db.expunge(seen)
    with cast.house.private.writing() as db:
        db.get_one(Initiative, planted.id).summary = "First"
    seen.summary = "Second"
    with pytest.raises(StaleDataError), cast.house.private.writing() as db:
        db.add(seen)
    with cast.house.private.reading() as db:
        assert db.get_one(Initiative, planted.id).summary == "First"


# --- SQLite ---


@pytest.fixture
def on_sqlite(impatient: None, sqlite_url: str) -> Iterator[tuple[FastAPI, TestClient, Path]]:
    app = create_app(settings_for(sqlite_url))
    Cast(app.state.house).found()
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield app, client, Path(sqlite_url.removeprefix("sqlite:///"))


def test_a_locked_file_is_answered_with_when_to_come_back(
    on_sqlite: tuple[FastAPI, TestClient, Path], caplog: pytest.LogCaptureFixture
) -> None:
    _app, client, file = on_sqlite
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.DEBUG):
        answer = client.post(ITEMS, json=FEATURE)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"
    assert WORDS not in answer.text + caplog.text
    assert "Traceback" not in answer.text + caplog.text
    # Readers are not kept from reading.
    assert client.get(ITEMS).status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert client.post(ITEMS, json=FEATURE).status_code == 201


def test_a_file_that_is_gone_is_answered_with_503(sqlite_url: str, impatient: None) -> None:
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    app = create_app(settings_for(sqlite_url))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        for address in (ITEMS, "/", "/ready", f"{ITEMS}/nobody"):
            answer = client.get(address)
            assert answer.status_code == 503, address
            assert int(answer.headers["retry-after"]) > 0
        assert client.post(ITEMS, json=FEATURE).status_code == 503
        assert client.get("/health").status_code == 200


def test_a_full_disk_leaves_nothing_half_done(on_sqlite: tuple[FastAPI, TestClient, Path]) -> None:
    app, client, _file = on_sqlite
    house: House = app.state.house
    house.private.close()

    def no_room(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    engine = house.private._engine
    event.listen(engine, "connect", no_room)
    statuses = [client.post(ITEMS, json=_long(number)).status_code for number in range(12)]
    event.remove(engine, "connect", no_room)
    house.private.close()
    assert 503 in statuses
    with house.private.reading() as db:
        assert len(db.scalars(select(Initiative)).all()) == statuses.count(201)
    assert client.post(ITEMS, json=FEATURE).status_code == 201


def _long(number: int) -> dict[str, Any]:
    return FEATURE | {"properties": {"title": f"Title {number}", "activity": "food", "story": "a " * 2_000}}


@pytest.mark.parametrize("name", ["with space.db", "100%.db", "a#b.db", "what?.db", "ünï.db", "a%20b.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    from sqlalchemy import URL

    from app.main import build_house
    from app.storage.migrations import upgrade

    url = URL.create("sqlite", database=str(tmp_path / name)).render_as_string()
    upgrade(url)
    house = build_house(settings_for(url))
    cast = Cast(house)
    cast.found()
    assert house.published.version("neighbourhoods")[1] == 3
    house.close()


# --- PostgreSQL ---


def _down(cluster: Cluster, database: str) -> None:
    """Let nobody in, and throw out whoever is."""
    cluster.run(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    cluster.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")


@pytest.mark.postgis
def test_a_server_that_went_away_is_answered_with_503_until_it_is_back(
    postgis_url: str, postgis_cluster: Cluster, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    database = postgis_url.rsplit("/", 1)[1]
    app = create_app(settings_for(postgis_url))
    Cast(app.state.house).found()
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        assert client.get(ITEMS).status_code == 200
        _down(postgis_cluster, database)
        with caplog.at_level(logging.DEBUG):
            for address in (ITEMS, "/", "/ready"):
                answer = client.get(address)
                assert answer.status_code == 503, address
                assert int(answer.headers["retry-after"]) > 0
            answer = client.post(ITEMS, json=FEATURE)
            assert answer.status_code == 503
        assert WORDS not in answer.text + caplog.text
        assert client.get("/health").status_code == 200
        postgis_cluster.run(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        assert client.get(ITEMS).status_code == 200
        assert client.post(ITEMS, json=FEATURE).status_code == 201


@pytest.mark.postgis
def test_a_restart_between_two_questions_is_not_noticed(postgis_url: str, postgis_cluster: Cluster) -> None:
    """Connections that were waiting in the pool are dead after a restart: no visitor pays for each of them."""
    database = postgis_url.rsplit("/", 1)[1]
    app = create_app(settings_for(postgis_url))
    house: House = app.state.house
    Cast(house).found()
    held = [house.published._reader._engine.raw_connection() for _ in range(5)]
    for one in held:
        one.close()
    _down(postgis_cluster, database)
    postgis_cluster.run(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        assert [client.get(ITEMS).status_code for _ in range(8)] == [200] * 8
        assert client.post(ITEMS, json=FEATURE).status_code == 201


def test_an_error_of_the_database_holds_nobodys_words(house: House) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as failed, house.private.writing() as db:
        db.execute(text("INSERT INTO nowhere (a) VALUES (:words)"), {"words": WORDS})
    assert WORDS not in str(failed.value)
    assert WORDS not in repr(failed.value)
