"""Tricks in every path and every parameter: an answer in words, and never an error of ours."""

import re
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.support.cast import Cast
from tests.support.crawl import endpoints, filled

TRICKS = (
    "'", '"', "\\", ";", "--", "' OR '1'='1", "' OR 1=1--", "1; DROP TABLE initiative",
    "') UNION SELECT * FROM person--",
    "%27", "%", "%%", "%s", "%(id)s", ":id", "$1", "?", "#", "&", "=", "a=b&c", "null", "None", "undefined", "NaN",
    "Infinity", "-1", "0", "1e308", "9" * 25, str(2**63), "0x10", "1_000", "٣", "../../etc/passwd", "..\\..\\win.ini",
    "....//", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/", "//evil.example", "javascript:alert(1)",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*191}}", "{% for a in b %}", "${7*191}",
    "`id`", "$(id)", "|id", "\r\nSet-Cookie: a=b", "\x00", "\x1b[2J", "\ufeff", "\u202e", "\u0000a", "é" * 50,
    "a" * 5_000, "[]", "{}", "[[[[", "*", "_", "a/b/c", ".", "..", " ", "+", "\U0001f600",
)  # fmt: skip
NAMES = (
    "bbox", "limit", "cursor", "datetime", "neighbourhood", "kind", "activity", "lifecycle", "page", "barriers", "f",
    "pile", "done", "step", "edit", "place", "postcode", "lon", "lat", "next", "initiative", "sort", "crs", "q",
)  # fmt: skip
RAW = ("%ff", "%C0%80", "%", "%zz", "%00", "%2e%2e%2f", "%252e%252e%252f", "%u0041", "%ED%A0%80")


def broken_by(client: TestClient, method: str, url: str, **more: Any) -> list[str]:
    answer = client.request(method, url, **more)
    told = [f"{method} {url[:150]}: {answer.status_code}"] if answer.status_code >= 500 else []
    if re.search(r"(?<![\w-])1337(?![\w-])", answer.text):
        told.append(f"{method} {url[:150]}: ran as code")
    if "a=b" in answer.headers.get("set-cookie", ""):
        told.append(f"{method} {url[:150]}: set a cookie")
    return told


def test_no_trick_in_a_path_or_a_parameter_breaks_anything(app: FastAPI, client: TestClient, cast: Cast) -> None:
    planted = cast.plant()
    usual = {name: [planted.id] for name in ("feature_id", "record_id", "entry_id", "grant_id")}
    usual |= {"collection": ["initiatives"], "slug": ["chapeltown"], "name": ["title"], "pattern_id": ["1"]}
    tricky = dict.fromkeys(usual, [quote(one, safe="") for one in TRICKS] + list(RAW))
    broken: list[str] = []
    names = cycle(NAMES)
    for template, methods in endpoints(app):
        for method in sorted(methods - {"HEAD"}):
            # One parameter is tricky at a time, or the numbers explode.
            for name in usual:
                if "{" + name in template:
                    for path in filled(template, usual | {name: tricky[name]}):
                        broken += broken_by(client, method, path)
        if "GET" in methods:
            (path,) = filled(template, usual)
            # Each parameter with some of the tricks: other ones on each route.
            for trick in TRICKS:
                broken += broken_by(client, "GET", f"{path}?{next(names)}={quote(trick, safe='')}")
            for raw in RAW:
                broken += broken_by(client, "GET", f"{path}?limit={raw}&{raw}={raw}")
    assert broken == []


def test_no_trick_in_a_form_or_a_header_breaks_anything(app: FastAPI, client: TestClient, cast: Cast) -> None:
    planted = cast.plant()
    usual = {name: [planted.id] for name in ("feature_id", "record_id", "entry_id", "grant_id")}
    usual |= {"collection": ["initiatives"], "slug": ["chapeltown"], "name": ["title"], "pattern_id": ["1"]}
    broken: list[str] = []
    own = {"Authorization": f"Bearer {planted.secret}", "If-Match": "*"}
    bodies: list[dict[str, Any]] = [
        *({"data": dict.fromkeys((*NAMES, "title", "what_happened", "sharing", "code"), one)} for one in TRICKS[::3]),
        {"data": {"step": "place"}},
        {"json": {"type": "Feature", "geometry": None, "properties": {"title": "a", "activity": "food"}}},
        {"content": b"\xff\xfe"},
        {"content": b"[" * 100_000},
        {"content": b'{"type":"Feature","properties":{"title":"\\ud800","activity":"food","neighbourhood":"\\u0000"}}'},
        {"files": {"title": ("a\x00b", b"\xff\xff")}},
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\\ud800\r\n--x--\r\n',
            "headers": {"Content-Type": "multipart/form-data; boundary=x; charset=raw_unicode_escape"},
        },
        {"headers": own | {"If-Match": "9" * 5_000}, "json": {"type": "Feature", "properties": {}}},
        {"headers": own | {"If-Match": '"'}, "json": {"type": "Feature", "properties": {}}},
        {"headers": {b"Authorization": b"Bearer \xe9"}},
        {"headers": {"Idempotency-Key": "a" * 201}, "json": {"type": "Feature", "properties": {}}},
        {"headers": {b"Cookie": b"person=\x80; mine=" + b"a" * 3_000}},
    ]
    for template, methods in endpoints(app):
        (path,) = filled(template, usual)
        for method in sorted(methods - {"HEAD", "GET"}):
            for body in bodies:
                broken += broken_by(client, method, path, **body)
        for headers in ({"Accept": "a" * 3_000}, {"If-None-Match": '"' * 500}, {"Accept-Encoding": "gzip;q=x"}):
            broken += broken_by(client, "GET", path, headers=headers)
    assert broken == []


@pytest.mark.parametrize("path", ["/static/%2e%2e/app/main.py", "/static/..%2fapp%2fmain.py", "/static//etc/passwd"])
def test_no_path_leads_out_of_the_built_files(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text
