"""The `small-ecology` command, as a person types it, without a terminal; in this process, which saves a second each."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from app import cli

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def run_command(database_url: str, *words: str | Path, **more: str) -> Done:
    """Run the command over a database; `more` are further environment variables."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment = kept | {"DATABASE_URL": database_url, "COLUMNS": "200"} | more
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", ["small-ecology", *map(str, words)]),
        patch.object(sys, "stdin", io.StringIO()),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        cli.main()
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture
def small_ecology(database_url: str) -> Run:
    """`small_ecology("import", "list")` over a fresh database of each kind."""

    def run(*words: str | Path, **more: str) -> Done:
        return run_command(database_url, *words, **more)

    return run
