"""The parameters of the features API, in full: FastAPI cannot see them, since these routes do their own parsing."""

from typing import Any

from app.public.collections import COLLECTIONS
from app.public.parameters import LIMIT_DEFAULT, LIMIT_MOST
from app.vocabulary import Activity, BarrierKind, Lifecycle

_PROBLEM = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
_COLLECTION = {
    "name": "collection",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": list(COLLECTIONS)},
}


def _query(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}


def _word(name: str, description: str, words: Any) -> dict[str, Any]:  # noqa: ANN401 - a class of words
    return _query(name, description, {"type": "string", "enum": [str(word) for word in words]})


_ITEMS = [
    _COLLECTION,
    _query(
        "bbox",
        "Only features that meet this box: west,south,east,north in WGS 84 degrees, longitude first.",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        style="form",
        explode=False,
    ),
    _query(
        "limit",
        f"How many at a time; more than {LIMIT_MOST:,} gives {LIMIT_MOST:,}.",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
        style="form",
        explode=False,
    ),
    _query("neighbourhood", "Only those of one neighbourhood, by its short name.", {"type": "string"}),
    _word("activity", "Initiatives only: what they mostly do.", Activity),
    _word("lifecycle", "Initiatives only: where they are in their life.", Lifecycle),
    _word("kind", "Barriers and recurring barriers: what stood in the way.", BarrierKind),
    _query(
        "datetime",
        "Going on at this time: a date, or two with a slash between; .. is open. Those without dates always match.",
        {"type": "string"},
        style="form",
        explode=False,
    ),
    _query("cursor", "Where to go on: only as a “next” link gives it.", {"type": "string"}),
]

ITEMS: dict[str, Any] = {
    "parameters": _ITEMS,
    "responses": {
        "200": {"description": "The features", "content": {"application/geo+json": {"schema": {"type": "object"}}}},
        "304": {"description": "Nothing changed since the ETag that you sent"},
        "400": {"description": "A parameter that we do not know or cannot read", **_PROBLEM},
        "404": {"description": "No such collection", **_PROBLEM},
        "503": {"description": "Busy: try again after the seconds in Retry-After", **_PROBLEM},
    },
}
TABLE: dict[str, Any] = {
    "parameters": [one for one in _ITEMS if one["name"] not in {"limit", "cursor"}],
    "responses": {
        "200": {"description": "The table, as a file", "content": {"text/csv": {"schema": {"type": "string"}}}},
        **{status: ITEMS["responses"][status] for status in ("304", "400", "404", "503")},
    },
}
ITEM: dict[str, Any] = {
    "parameters": [_COLLECTION, {"name": "feature_id", "in": "path", "required": True, "schema": {"type": "string"}}],
    "responses": {
        "200": {"description": "The feature", "content": {"application/geo+json": {"schema": {"type": "object"}}}},
        "304": {"description": "Nothing changed since the ETag that you sent"},
        "404": {"description": "No such feature, or not a public one", **_PROBLEM},
        "410": {"description": "It was public once and has been taken down", **_PROBLEM},
    },
}
COLLECTION: dict[str, Any] = {"parameters": [_COLLECTION]}
