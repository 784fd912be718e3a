"""The application: in this process for most tests, behind a real port for the browser and for other programs."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.settings import Settings
from tests.support.postgis import free_port

_SECONDS_TO_START = 20


@dataclass(frozen=True)
class LiveServer:
    """A service that listens on 127.0.0.1. `url` has no closing slash."""

    url: str
    settings: Settings
    app: FastAPI


def settings_for(database_url: str, **more: str) -> Settings:
    """Settings of a test: no base map, no limit in the way, a fixed secret; `more` are further variables."""
    environment: Mapping[str, str] = {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "a-secret-for-tests-alone-" + "x" * 32,
        "BASEMAP": "none",
        "CONTRIBUTIONS_PER_HOUR": "100000",
    }
    return Settings.from_environment({**environment, **more})


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings over a fresh database of each kind."""
    return settings_for(database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[FastAPI]:
    """The application over a fresh database of each kind."""
    from app.main import create_app

    application = create_app(settings)
    yield application
    application.state.house.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A visitor's HTTP client. It follows no redirects: where an answer sends one is part of the answer."""
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as visitor:
        yield visitor


@pytest.fixture
def serve() -> Iterator[Callable[..., LiveServer]]:
    """Starts services: `serve(database_url, **settings)`; all of them end with the test."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(database_url: str, **more: str) -> LiveServer:
        from app.main import create_app

        port = free_port()
        url = f"http://127.0.0.1:{port}"
        settings = settings_for(database_url, **({"PUBLIC_URL": url} | more))
        app = create_app(settings)
        server = uvicorn.Server(
            # A browser may still wait for an answer when its test has ended.
            uvicorn.Config(
                app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1
            )
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        deadline = time.monotonic() + _SECONDS_TO_START
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The service did not start.")
            time.sleep(0.01)
        return LiveServer(url, settings, app)

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(_SECONDS_TO_START)


@pytest.fixture
def live_server(serve: Callable[..., LiveServer], sqlite_url: str) -> LiveServer:
    """A service behind a real port, on SQLite. For PostGIS: `serve(postgis_url)`."""
    return serve(sqlite_url)
