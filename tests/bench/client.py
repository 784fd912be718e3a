"""A bounded HTTP client: so many requests over so many open connections, each timed. It costs the server nothing."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_CONNECTIONS = 4


@dataclass
class Heard:
    """What came back: seconds of each request, bytes of all bodies, and the wall time of the whole."""

    seconds: list[float] = field(default_factory=list)
    body_bytes: int = 0
    wall: float = 0.0


def ask(port: int, paths: Sequence[str], headers: str = "", expect: int = 200) -> Heard:
    """Ask 127.0.0.1:`port` for all `paths`, four at a time. Raises RuntimeError at any other status than `expect`."""
    return asyncio.run(_ask(port, paths, headers, expect))


async def _ask(port: int, paths: Sequence[str], headers: str, expect: int) -> Heard:
    heard, waiting = Heard(), list(reversed(paths))
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(min(_CONNECTIONS, len(paths))):
            group.create_task(_one_connection(port, waiting, headers, expect, heard))
    heard.wall = time.perf_counter() - began
    return heard


async def _one_connection(port: int, waiting: list[str], headers: str, expect: int, heard: Heard) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    while waiting:
        began = time.perf_counter()
        writer.write(f"GET {waiting.pop()} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode())
        _status, _head, body = await _answer(reader, expect)
        heard.seconds.append(time.perf_counter() - began)
        heard.body_bytes += len(body)
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, expect: int) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    body = await reader.readexactly(length) if length else b""
    if status != expect:
        raise RuntimeError(f"An answer was {status}, not {expect}: {body[:300]!r}")
    return status, head, body


def fetch(port: int, path: str) -> tuple[bytes, bytes]:
    """Head and body of one answer, which must be a 200."""

    async def once() -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        _status, head, body = await _answer(reader, 200)
        writer.close()
        return head, body

    return asyncio.run(once())
