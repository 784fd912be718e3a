"""One uvicorn worker in a process of its own, and what it and the database use of the machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgis import Cluster, free_port

_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS_TO_START = 30


@dataclass(frozen=True)
class Server:
    """A running worker on 127.0.0.1. `cluster` is its database's server, where it has one."""

    name: str
    port: int
    pid: int
    cluster: Cluster | None

    def server_seconds(self) -> float:
        """CPU-seconds (user and system) of the worker, all threads, since it started."""
        return _own_ticks(self.pid)[0] / _TICKS

    def database_seconds(self) -> float:
        """CPU-seconds of all processes of the database, ended ones included; 0 on SQLite, which runs in the worker."""
        if self.cluster is None:
            return 0.0
        postmaster = int((self.cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
        own, ended = _own_ticks(postmaster)
        return (own + ended + sum(_own_ticks(child)[0] for child in _children(postmaster))) / _TICKS

    def private_megabytes(self) -> float:
        """PSS of the worker without mapped files (libraries, and SQLite's file), in 10^6 bytes."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        sizes = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines[1:])}
        return (sizes["Pss"] - sizes["Pss_File"]) * 1024 / 1e6

    def megabytes_without_data(self) -> float:
        """PSS of the worker with its libraries, without the mapped database file, in 10^6 bytes."""
        total, is_data = 0, False
        for line in Path(f"/proc/{self.pid}/smaps").read_text().splitlines():
            first, _, rest = line.partition(" ")
            if not first.endswith(":"):
                is_data = ".db" in rest
            elif first == "Pss:" and not is_data:
                total += int(rest.split()[0])
        return total * 1024 / 1e6


@contextmanager
def serving(name: str, url: str, cluster: Cluster | None) -> Iterator[Server]:
    """`tests.bench.<name>:create` over the database at `url`; ended with the block."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "a-secret-for-the-benchmark-" + "x" * 32,
        "BASEMAP": "none",
    }
    command = [
        sys.executable, "-m", "uvicorn", "--factory", f"tests.bench.{name}:create", "--port", str(port),
        "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning", "--no-server-header",
    ]  # fmt: skip
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL) as process:
        try:
            _wait_until_it_listens(process, port)
            yield Server(name, port, process.pid, cluster)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    import socket

    deadline = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The measured service did not start.")


def _own_ticks(pid: int) -> tuple[int, int]:
    """Ticks of a process itself, and of its ended children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    own_user, own_system, ended_user, ended_system = map(int, fields[11:15])
    return own_user + own_system, ended_user + ended_system


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
