"""Vega-Lite charts drawn on the server: no script runs in the page, and nothing is fetched."""

import atexit
import select
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from markupsafe import Markup

from app.kit.errors import Unavailable

_MOST_KEPT = 512
_ENGINE = Path(__file__).with_name("vega_engine.py")
# A first chart takes half a second; on a machine that is very busy, some more.
_MILLISECONDS_AT_MOST = 30_000
_AWAY = "The charts cannot be drawn just now. Please try again in a moment."


class _Engine:
    """The process beside ours that draws (vega_engine.py), begun with the first chart. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, spec: bytes) -> str:
        """The SVG of one chart. Raises ValueError for what is no chart, Unavailable where nothing answers."""
        with self._lock:
            # It may have been ended from outside since it drew last: then a new one is asked.
            line = self._asked(spec) or self._asked(spec)
        if not line:
            raise Unavailable(_AWAY)
        told: dict[str, str] = orjson.loads(line)
        if "problem" in told:
            raise ValueError(told["problem"])
        return told["svg"]

    def close(self) -> None:
        """Let it end."""
        self._end()

    def _asked(self, spec: bytes) -> bytes:
        try:
            process = self._running()
            if process.stdin is None or process.stdout is None:
                return b""
            process.stdin.write(spec + b"\n")
            process.stdin.flush()
            # Not `select`, which knows no more than 1,024 connections.
            waiting = select.poll()
            waiting.register(process.stdout, select.POLLIN)
            line = process.stdout.readline() if waiting.poll(_MILLISECONDS_AT_MOST) else b""
        except OSError:
            line = b""
        if not line:
            self._end()
        return line

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            # -I: no setting of the environment adds code. A session of its own: Ctrl+C is for the service alone.
            self._process = subprocess.Popen(  # noqa: S603 - our own file, by our own Python
                [sys.executable, "-I", str(_ENGINE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was not written yet cannot be written any more.
                    continue
        process.wait()


_engine = _Engine()
atexit.register(_engine.close)


def drawn(spec: Mapping[str, Any]) -> Markup:
    """The chart as SVG for the page itself. `spec` may hold our own words and numbers alone: nothing that people wrote.

    Half a second for the first chart of a process, 20 to 40 ms for each further one, none for one drawn before. Raises
    Unavailable where the engine does not answer.
    """
    return _drawn(orjson.dumps(spec, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(spec: bytes) -> Markup:
    return Markup(_engine.draw(spec))  # noqa: S704 - made by the engine, which escapes, from words of ours
