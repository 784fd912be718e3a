"""The `small-ecology` command, as a person types it: another process, without a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def run_command(database_url: str, *words: str | Path, **more: str) -> Done:
    """Run the command over a database; `more` are further environment variables."""
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, words)],
        cwd=Path(__file__).resolve().parents[2],
        env=environment | {"DATABASE_URL": database_url, "COLUMNS": "200"} | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def small_ecology(database_url: str) -> Run:
    """`small_ecology("import", "list")` over a fresh database of each kind."""

    def run(*words: str | Path, **more: str) -> Done:
        return run_command(database_url, *words, **more)

    return run
