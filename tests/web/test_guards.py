"""What holds for every answer and every request, whatever it is about."""

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Form, Request
from fastapi.testclient import TestClient

from app.kit import errors
from app.main import create_app
from app.web.security import BODY_MOST, content_security_policy, refuse_forged
from tests.support.service import settings_for

OURS = "http://127.0.0.1:8000"
SECRET_WORDS = "what a person wrote, in confidence"


@pytest.fixture
def guarded(sqlite_url: str) -> Iterator[FastAPI]:
    """The application with a few routes more, that do what routes must not do."""
    app = create_app(settings_for(sqlite_url))

    @app.post("/try/form")
    def form(request: Request, text: str = Form("")) -> dict[str, int]:
        refuse_forged(request.scope)
        return {"letters": len(text)}

    @app.post("/api/try/body")
    async def body(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.get("/try/{what}")
    @app.get("/api/try/{what}")
    def fail(what: str) -> None:
        if what == "surprise":
            raise RuntimeError(SECRET_WORDS)
        raise getattr(errors, what)("Mend it like this.")

    yield app
    app.state.house.close()


@pytest.fixture
def visitor(guarded: FastAPI) -> Iterator[TestClient]:
    with TestClient(guarded, base_url=OURS, follow_redirects=False) as client:
        yield client


ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/health", 200),
    ("GET", "/ready", 200),
    ("GET", "/api", 200),
    ("GET", "/api/collections/initiatives/items", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/api/nowhere", 404),
    ("GET", "/static/nothing.js", 404),
    ("GET", "/static/../app/main.py", 404),
    ("DELETE", "/health", 405),
    ("PUT", "/api", 405),
    ("POST", "/static/manifest.json", 405),
    ("GET", "/try/Gone", 410),
    ("GET", "/api/try/Gone", 410),
    ("GET", "/try/NotAllowed", 403),
    ("GET", "/api/try/NotSignedIn", 401),
    ("GET", "/try/PreconditionMissing", 428),
    ("GET", "/try/Unavailable", 503),
    ("GET", "/api/try/Unavailable", 503),
    ("GET", "/try/surprise", 500),
    ("GET", "/api/try/surprise", 500),
    ("GET", "/nowhere%00", 400),
    ("GET", "/api/collections?a=%00", 400),
    ("OPTIONS", "/health", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_carries_the_headers(visitor: TestClient, method: str, path: str, status: int) -> None:
    answer = visitor.request(method, path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in answer.headers["permissions-policy"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    assert answer.headers["cache-control"]
    if status >= 400:
        assert answer.headers["cache-control"] == "no-store"
        kind = "application/problem+json" if path.startswith("/api") else "text/html; charset=utf-8"
        assert answer.headers["content-type"] == kind
    if status == 405:
        assert answer.headers["allow"]
    if status == 503:
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(("method", "path", "status"), [one for one in ANSWERS if one[0] == "GET"])
def test_every_page_can_be_asked_for_its_headers_alone(
    visitor: TestClient, method: str, path: str, status: int
) -> None:
    answer = visitor.head(path)
    assert answer.status_code == status
    assert answer.content == b""
    whole = visitor.request(method, path)
    assert {**answer.headers}.keys() == {**whole.headers}.keys()


@pytest.mark.parametrize("path", ["/try/surprise", "/api/try/surprise"])
def test_a_surprise_tells_neither_the_visitor_nor_the_log_what_was_written(
    visitor: TestClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = visitor.get(path)
    assert answer.status_code == 500
    assert SECRET_WORDS not in answer.text
    assert SECRET_WORDS not in caplog.text
    assert "Traceback" not in answer.text
    (line,) = [record.getMessage() for record in caplog.records if record.name == "app.web.problems"]
    assert "RuntimeError" in line
    assert "test_guards.py" in line
    reference = line.split("reference ")[1].split(",")[0]
    assert reference in answer.text


def test_a_problem_for_programs_is_shaped_as_rfc_9457_says(visitor: TestClient) -> None:
    body = visitor.get("/api/try/Gone").json()
    assert body == {
        "type": "about:blank",
        "title": "This has been taken down",
        "status": 410,
        "detail": "Mend it like this.",
    }


def test_a_problem_for_people_is_a_page_that_says_how_to_go_on(visitor: TestClient) -> None:
    for path, words in (("/try/Conflict", "Mend it like this."), ("/nowhere", "There is nothing here")):
        page = visitor.get(path).text
        assert words in page
        assert 'href="/"' in page


# --- Forged forms ---


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": OURS}, True),
        ({"Origin": OURS, "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Host": "small.example", "Origin": "https://small.example"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "nonsense"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": OURS + ".evil.example"}, False),
        ({"Origin": "http://127.0.0.1:8001"}, False),
        ({"Origin": "http://[bad"}, False),
        ({"Origin": f"{OURS}@evil.example"}, False),
        ({"Origin": OURS, "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_a_form_of_another_site_is_refused(visitor: TestClient, headers: dict[str, str], allowed: bool) -> None:
    answer = visitor.post("/try/form", data={"text": "abc"}, headers=headers)
    assert answer.status_code == (200 if allowed else 403)


# --- Size ---


@pytest.mark.parametrize("path", ["/try/form", "/api/try/body"])
@pytest.mark.parametrize(("size", "status"), [(BODY_MOST, 200), (BODY_MOST + 1, 413), (5_000_000, 413)])
def test_a_body_has_a_limit(visitor: TestClient, path: str, size: int, status: int) -> None:
    content = b"text=" + b"a" * (size - 5)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.post(path, content=content, headers=headers).status_code == status

    def in_pieces() -> Iterator[bytes]:  # Without a Content-Length, the pieces are counted.
        for start in range(0, size, 100_000):
            yield content[start : start + 100_000]

    answer = visitor.post(path, content=in_pieces(), headers=headers)
    assert answer.status_code == status
    if status == 413:
        assert "1 MB" in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5_000, "٣", "1e9"])
def test_a_nonsense_length_is_no_error_of_ours(visitor: TestClient, length: str) -> None:
    answer = visitor.post("/api/try/body", content=b"a", headers={b"Content-Length": length.encode("utf-8")})
    assert answer.status_code in {200, 413}


@pytest.mark.parametrize("host", ["[", "a b", "", "evil.example:x", "\u00e9".encode("latin-1").decode("latin-1")])
@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/nowhere", "/api/collections/initiatives/items"])
def test_a_nonsense_host_is_no_error_of_ours(visitor: TestClient, host: str, path: str) -> None:
    answer = visitor.get(path, headers={b"Host": host.encode("latin-1")})
    assert answer.status_code in {200, 400, 404}
    assert "evil.example" not in answer.text


# --- The policy ---


def test_the_policy_names_the_base_map_and_no_other_host() -> None:
    osm = content_security_policy(settings_for("sqlite://", BASEMAP="osm"))
    assert "img-src 'self' data: https://tile.openstreetmap.org;" in osm
    own = content_security_policy(settings_for("sqlite://", BASEMAP="https://{s}.tiles.example/{z}/{x}/{y}.png"))
    assert "https://*.tiles.example;" in own
    none = content_security_policy(settings_for("sqlite://", BASEMAP="none"))
    assert "http" not in none
    framed = content_security_policy(settings_for("sqlite://"), may_be_framed=True, script_hashes=["sha256-abc"])
    assert "frame-ancestors *" in framed
    assert "script-src 'self' 'sha256-abc';" in framed


@pytest.mark.parametrize("basemap", ["https://a.example; script-src *//{z}/{x}/{y}", "https://a.example'/{z}{x}{y}"])
def test_a_base_map_cannot_widen_the_policy(basemap: str) -> None:
    from app.settings import BadSetting

    try:
        policy = content_security_policy(settings_for("sqlite://", BASEMAP=basemap))
    except BadSetting:
        return
    assert policy.count("script-src") == 1
    assert "script-src *" not in policy


def test_behind_https_browsers_are_told_to_stay_there(sqlite_url: str) -> None:
    app = create_app(settings_for(sqlite_url, PUBLIC_URL="https://small.example"))
    with TestClient(app, base_url="https://small.example") as client:
        assert "max-age=" in client.get("/health").headers["strict-transport-security"]
