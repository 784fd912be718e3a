"""A visitor who asks for everything: every route of the application, and every link in every answer."""

import html
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount

ORIGIN = "http://127.0.0.1:8000"
_LINKS = re.compile(
    rb"""(?:href|src|action|data-[a-z-]+)=["']([^"'<>]+)["']|"(?:href|url)":\s*"([^"]+)"|(https?://[^\s"'<>,]+)"""
)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_ACCEPTS = ("*/*", "text/html", "application/json", "application/geo+json", "text/csv", "application/problem+json")
_QUERIES = (
    "", "limit=1", "limit=10000", "activity=food", "kind=gatekeeping", "lifecycle=active", "neighbourhood=chapeltown",
    "datetime=2020/..", "f=json", "f=html", "f=csv", "page=1", "page=2", "barriers=2", "q=a", "step=place",
    "sharing=stewards_only", "publication=submitted", "nowhere=1", "edit=1", "done=1", "sortby=changed_at",
)  # fmt: skip
_MOST = 6_000


class CannotFill(Exception):
    """A route has a parameter that the crawler knows no values for: give it some in the test."""


@dataclass(frozen=True)
class Heard:
    """An answer, and the question."""

    method: str
    url: str
    status: int
    headers: str
    body: bytes

    @property
    def texts(self) -> set[str]:
        """The answer as it is, and as a browser or a program would read it."""
        raw = self.body.decode("utf-8", errors="replace")
        plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), raw)
        return {raw, html.unescape(raw), unquote(raw), plain, unquote(self.headers)}


@dataclass
class Crawl:
    """Asks and remembers. `fills` gives the values of each path parameter."""

    app: FastAPI
    client: TestClient
    fills: Mapping[str, Sequence[str]]
    heard: list[Heard] = field(default_factory=list)

    def everywhere(self, look: Callable[[Heard], None]) -> None:
        """Every route in every variant, then every link; `look` sees each answer. Raises CannotFill."""
        waiting = deque(self._questions())
        asked: set[tuple[str, str, str]] = set()
        while waiting and len(asked) < _MOST:
            question = waiting.popleft()
            if question in asked:
                continue
            asked.add(question)
            method, url, accept = question
            answer = self.client.request(method, url, headers={"Accept": accept})
            headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
            one = Heard(method, url, answer.status_code, headers, answer.content)
            self.heard.append(one)
            look(one)
            waiting.extend(("GET", link, "*/*") for link in links_in(one))

    def _questions(self) -> Iterator[tuple[str, str, str]]:
        for template, methods in endpoints(self.app):
            paths = filled(template, self.fills)
            for path in paths:
                for method in sorted(methods - {"HEAD"}):
                    yield method, path, "*/*"
            if "GET" not in methods:
                continue
            for path in paths[:: max(1, len(paths) // 4)]:
                yield "HEAD", path, "*/*"
                for accept in _ACCEPTS:
                    yield "GET", path, accept
                for query in _QUERIES:
                    yield "GET", f"{path}?{query}", "*/*"


def endpoints(app: FastAPI) -> list[tuple[str, set[str]]]:
    """Path template and methods of every route, included routers and all; a mount is asked for one file."""
    return [*_walk(app.routes, "")]


def _walk(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, set[str]]]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _walk(route.original_router.routes, prefix + (route.include_context.prefix or ""))
        elif isinstance(route, Mount):
            yield f"{prefix}{route.path}/manifest.json", {"GET"}
            yield from _walk(route.routes, prefix + route.path)
        else:
            yield prefix + route.path, set(route.methods or {"GET"})


def filled(template: str, fills: Mapping[str, Sequence[str]]) -> list[str]:
    """`template` with every combination of values."""
    paths = [template]
    for name in _PARAMETER.findall(template):
        if name not in fills:
            raise CannotFill(f"{template}: what is {{{name}}}?")
        paths = [re.sub(rf"\{{{name}(?::\w+)?\}}", value, path) for path in paths for value in fills[name]]
    return paths


def links_in(answer: Heard) -> Iterator[str]:
    """Every address on this site that the answer names."""
    for groups in _LINKS.findall(answer.body):
        found = html.unescape(next(filter(None, groups), b"").decode("utf-8", errors="replace"))
        url = urlsplit(urljoin(f"{ORIGIN}{answer.url}", found.replace("\\/", "/")))
        if f"{url.scheme}://{url.netloc}" == ORIGIN:
            yield url.path + (f"?{url.query}" if url.query else "")
