"""The Dockerfile's own commands, run in a clean folder: what they make serves without the checkout."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.postgis import free_port

_CHECKOUT = Path(__file__).resolve().parent.parent
_SECONDS_TO_START = 30


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the build stage of the Dockerfile has run; /source, /build, /service and /wheels lie in it."""
    root = tmp_path_factory.mktemp("image")
    source = root / "source"
    source.mkdir()
    # What the engine would be sent: .dockerignore leaves out all but the lines that begin with "!".
    lines = (_CHECKOUT / ".dockerignore").read_text().splitlines()
    left_out = shutil.ignore_patterns("shipped", "dist", "node_modules", "__pycache__")
    for name in (line.removeprefix("!") for line in lines if line.startswith("!")):
        if (_CHECKOUT / name).is_dir():
            shutil.copytree(_CHECKOUT / name, source / name, ignore=left_out)
        else:
            shutil.copy(_CHECKOUT / name, source / name)
    for command in _build_commands():
        here = re.sub(r"(?<![\w.])/(build|service|wheels)\b", rf"{root}/\1", command)
        done = subprocess.run(["sh", "-ec", here], cwd=source, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{here}\n{done.stdout}\n{done.stderr}"
    # The service may not lean on the folder that it was built in.
    shutil.rmtree(source)
    return root


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a service that was started as the image starts it, in an empty folder."""
    port = free_port()
    environment = {
        "PATH": f"{installed / 'service' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "BASEMAP": "none",
    }
    command = _start_command()
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(["sh", "-c", command], cwd=tmp_path, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + _SECONDS_TO_START
    while not _answers(f"{address}/ready"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail((tmp_path / "log").read_text())
        time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(_SECONDS_TO_START)


@pytest.mark.slow
def test_the_command_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    command = installed / "service" / "bin" / "small-ecology"
    done = subprocess.run([command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout


@pytest.mark.slow
def test_the_wheel_serves_pages_scripts_and_boundaries(served: str) -> None:
    assert httpx2.get(f"{served}/health").status_code == 200
    page = httpx2.get(f"{served}/").text
    links = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg))"', page)
    assert links, page[:2000]
    for link in links:
        assert httpx2.get(f"{served}{link}").status_code == 200, link


def _build_commands() -> list[str]:
    """The RUN commands of the Dockerfile's first stage, each as one line."""
    stage = (_CHECKOUT / "Dockerfile").read_text().split("\nFROM ")[1]
    return re.findall(r"^RUN (.*)$", stage.replace("\\\n", " "), flags=re.MULTILINE)


def _start_command() -> str:
    """What the image runs: the last word of its CMD."""
    found = re.search(r'^CMD \["sh", "-c", "(.*)"\]$', (_CHECKOUT / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert found
    return found[1]


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=2).status_code == 200
    except httpx2.TransportError:
        return False
