"""What a contribution may hold by mistake or malice: a clear answer, nothing stored, nothing run."""

import html
import json
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from app.kit import clock
from tests.contributing.test_api import BARRIERS, INITIATIVES, feature, point, stored
from tests.support.cast import CHAPELTOWN, Cast

_HOSTILE = [
    "<script>window.broken=1</script>",
    "</script><img src=x onerror=window.broken=1>",
    "${191*191}",
    "{{191*191}}",
    "{% for a in b %}",
    "'; DROP TABLE initiative; --",
    "=cmd|' /C calc'!A0",
]


def deep(levels: int) -> str:
    """A geometry nested so many lists deep, as text: no JSON library of ours would write it."""
    lists = "[" * levels + "]" * levels
    return f'{{"type": "Feature", "geometry": {{"type": "Polygon", "coordinates": {lists}}}, "properties": {{}}}}'


def with_geometry(text: str) -> str:
    return f'{{"type": "Feature", "geometry": {text}, "properties": {{"title": "A", "activity": "food"}}}}'


def ring(places: list[list[float]]) -> str:
    return with_geometry(json.dumps({"type": "Polygon", "coordinates": [places]}))


MANY = json.dumps({"type": "LineString", "coordinates": [[-1, 53]] * 100_000}, separators=(",", ":"))
BODIES = [
    ("not JSON", "title=Soup", 400, "not JSON"),
    ("nothing", "", 400, "not JSON"),
    ("a list", "[]", 400, "one GeoJSON Feature"),
    ("a bare geometry", '{"type": "Point", "coordinates": [-1.53, 53.81]}', 400, "one GeoJSON Feature"),
    ("a collection", '{"type": "FeatureCollection", "features": []}', 400, "one GeoJSON Feature"),
    ("properties that are a list", '{"type": "Feature", "geometry": null, "properties": [1]}', 400, "properties"),
    ("a member that is none", '{"type": "Feature", "title": "Soup", "properties": {}}', 400, "“title”"),
    ("nowhere", with_geometry("null"), 400, "mark a place, or choose a neighbourhood"),
    ("an empty geometry", with_geometry('{"type": "Point", "coordinates": []}'), 400, "empty"),
    ("no geometry at all", with_geometry("{}"), 400, "type of the geometry"),
    ("a geometry that is text", with_geometry('"here"'), 400, "geometry is missing"),
    ("NaN", with_geometry('{"type": "Point", "coordinates": [NaN, 53.81]}'), 400, "finite"),
    ("Infinity", with_geometry('{"type": "Point", "coordinates": [-1.53, Infinity]}'), 400, "finite"),
    ("a number too large", with_geometry('{"type": "Point", "coordinates": [1e999, 53.81]}'), 400, "be"),
    ("a very long number", with_geometry('{"type": "Point", "coordinates": [' + "9" * 400 + ", 53.81]}"), 400, ""),
    ("latitude first", with_geometry('{"type": "Point", "coordinates": [53.8172, -1.5309]}'), 400, "Longitude comes"),
    ("far outside", with_geometry('{"type": "Point", "coordinates": [-1.40, 53.85]}'), 400, "The nearest is Seacroft"),
    ("off the globe", with_geometry('{"type": "Point", "coordinates": [-1.53, 153]}'), 400, "Latitude goes"),
    ("the far side", with_geometry('{"type": "Point", "coordinates": [178, -53]}'), 400, "nearest"),
    (
        "an area that crosses itself",
        ring([[-1.53, 53.81], [-1.52, 53.82], [-1.52, 53.81], [-1.53, 53.82], [-1.53, 53.81]]),
        400,
        "crosses",
    ),
    ("100,000 points", with_geometry(MANY), 400, "2,000"),
    ("nested 1,000 deep", deep(1000), 400, ""),
    ("nested 100,000 deep", deep(100_000), 400, "not JSON"),
    ("5 MB", with_geometry("null").replace('"A"', '"' + "a" * 5_000_000 + '"'), 413, "at most 1 MB"),
    ("half a surrogate pair", with_geometry("null").replace('"A"', '"\\ud800"'), 400, "JSON"),
]  # fmt: skip


def test_a_body_that_cannot_be_used_gets_a_sentence(cast: Cast, client: TestClient) -> None:
    for what, body, status, sentence in BODIES:
        answer = client.post(INITIATIVES, content=body.encode(), headers={"Content-Type": "application/geo+json"})
        assert answer.status_code == status, what
        assert answer.headers["content-type"] == "application/problem+json", what
        assert sentence in answer.json()["detail"], what
        assert len(answer.content) < 2_000, what
    assert stored(cast.house) == 0


TOMORROW = str(clock.today() + timedelta(days=1))
PROPERTIES: list[tuple[dict[str, Any], str, str]] = [
    ({"title": None}, "title", "Give it a name"),
    ({"title": " \u200b\u202e "}, "title", "Give it a name"),
    ({"title": 7}, "title", "Send text"),
    ({"title": "a" * 121}, "title", "at most 120"),
    ({"story": "a" * 100_000}, "story", "at most 5,000"),
    ({"activity": "cooking"}, "activity", "mutual_aid, food"),
    ({"sharing": "everyone"}, "sharing", "exact, street, neighbourhood"),
    ({"concerns": ["weather"]}, "concerns", "housing"),
    ({"concerns": "housing"}, "concerns", "list"),
    ({"publication": "published"}, "publication", "Known fields: activity"),
    ({"id": "my-own"}, "id", "Known fields"),
    ({"was_shown": True}, "was_shown", "Known fields"),
    ({"first_active": TOMORROW}, "first_active", "in the future"),
    ({"first_active": "2020", "last_active": "2019"}, "last_active", "before the first"),
    ({"first_active": "2021-02-30"}, "first_active", "no such date"),
    ({"first_active": "yesterday"}, "first_active", "year-month"),
    ({"first_active": 2021}, "first_active", "Send text"),
    ({"neighbourhood": "nowhere"}, "neighbourhood", "chapeltown"),
    ({"neighbourhood": "seacroft"}, "geometry", "not in Seacroft"),
]


def test_an_answer_that_cannot_be_used_is_named_with_what_would_do(cast: Cast, client: TestClient) -> None:
    for said, field, sentence in PROPERTIES:
        answer = client.post(INITIATIVES, json=feature(point(), **said))
        assert answer.status_code == 400, said
        pointers = {error["pointer"].rpartition("/")[2]: error["detail"] for error in answer.json()["errors"]}
        assert sentence in pointers[field], said
    assert stored(cast.house) == 0


def test_the_words_of_a_refusal_do_not_hold_what_was_sent(cast: Cast, client: TestClient) -> None:
    secret = "what nobody else should read"
    answer = client.post(INITIATIVES, json=feature(point(), activity=secret, story=secret, first_active=secret))
    assert secret not in answer.text


def test_text_loses_what_can_mislead_and_keeps_the_rest(cast: Cast, client: TestClient) -> None:
    sent = "Soup\u202e for\x00 all\x07 \u2066people\u2069 – été, دعم"
    body = client.post(INITIATIVES, json=feature(point(), title=sent)).json()
    assert body["preview"]["properties"]["title"] == "Soup for all people – été, دعم"


def test_what_looks_like_code_is_kept_as_text_and_does_nothing(cast: Cast, client: TestClient) -> None:
    for words in _HOSTILE:
        kept = cast.plant(title=words, summary=words, story=words, neighbourhood=CHAPELTOWN, sharing="neighbourhood")
        barrier = cast.plant("barriers", what_happened=words, holder=words, rule_cited=words, what_helped=words)
        assert client.get(kept.item).json()["properties"]["title"] == words
        pages = [client.get(page).text for page in (kept.page, barrier.page)]
        for page in pages:
            assert words in html.unescape(page)
            assert not any(ran in page for ran in ("36481", "<script>window", "<img src=x"))
    pages = [client.get(page).text for page in ("/neighbourhoods/chapeltown", "/neighbourhoods/chapeltown/map", "/")]
    assert not [page for page in pages if "36481" in page or "<script>window" in page or "<img src=x" in page]


def test_a_barrier_names_at_most_nine_things_that_helped(cast: Cast, client: TestClient) -> None:
    said = {"kind": "gatekeeping", "what_happened": "No.", "enablers": [{"kind": "space"}] * 10}
    answer = client.post(BARRIERS, json={"type": "Feature", "geometry": point(), "properties": said})
    assert answer.status_code == 400
    assert "at most 9" in answer.text


def test_a_record_that_was_withdrawn_cannot_be_named_or_changed(cast: Cast, client: TestClient) -> None:
    planted = cast.plant()
    cast.withdraw(planted)
    said = {"kind": "gatekeeping", "what_happened": "No.", "initiative": planted.id}
    assert client.post(BARRIERS, json={"type": "Feature", "geometry": point(), "properties": said}).status_code == 400
    headers = {"Authorization": f"Bearer {planted.secret}", "If-Match": "*"}
    assert client.patch(planted.item, json=feature(), headers=headers).status_code == 401
