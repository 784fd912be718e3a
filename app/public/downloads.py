"""Published features as a table for spreadsheets: everything that meets the filters, in one file."""

import codecs
from collections.abc import Iterator
from dataclasses import replace

import orjson
from fastapi import APIRouter, Request
from isal import isal_zlib
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app.formats.feature_table import PLACE_COLUMNS, feature_row
from app.formats.tabular import table_lines
from app.public import described
from app.public.answers import etag_of, unchanged
from app.public.collections import collection_named
from app.public.features import DirectRoute
from app.public.parameters import read_query, read_question
from app.published.queries import Page, Published, Question
from app.web.house import house_of

_FILTERS = ("bbox", "neighbourhood", "kind", "activity", "lifecycle", "datetime")
_AT_ONCE = 2_000
_GZIP_LEVEL, _GZIP_WINDOW = 1, 31
_WHERE = ("neighbourhood", "neighbourhood_name", "shown_as", "language", "url")
_INVENTED = ("demonstration", "demonstration_note")
# The first line leaves before the last record is read, so the columns are told beforehand.
COLUMNS = {
    "neighbourhoods": ("slug", "name", "codes", "note", "source", "licence", "credit", "url"),
    "initiatives": (
        *("title", "summary", "story", "activity", "activity_label", "lifecycle", "lifecycle_label"),
        *("formality", "formality_label", "people_band", "people_band_label", "ways_of_working", "concerns"),
        *("recognised_by", "first_active", "last_active", "what_helped", "recognitions", "journal"),
        *("organisation_id", "grants_count", "grants", *_WHERE, "updated", *_INVENTED),
        *("imported_from", "source_id", "licence", "credit"),
    ),
    "barriers": (
        *("title", "kind", "kind_label", "stage", "stage_label", "effect", "effect_label", "what_happened", "holder"),
        *("institution", "rule_cited", "happened", "helped", "what_helped", "answers", "is_reopened"),
        *(*_WHERE, "updated", *_INVENTED, "initiative", "initiative_title", "initiative_url"),
        *("imported_from", "source_id", "licence", "credit"),
    ),
    "patterns": (
        *("title", "description", "kind", "kind_label", "rule_cited", "holder", "institution", "agreed_since"),
        *("groups", "groups_label", "shown_as", "neighbourhoods", "neighbourhood_count", "first_told", "last_told"),
        *("trend", "trend_label", "times", "times_low", "times_high", "is_early_notice", "quarters", "words"),
        *("stages", "effects", "helped", "campaign", "is_sensitive", "told", "answers", "state", "state_label"),
        *("reopened_on", "answered_again_on", "shown_since", "waiting_since", "url", *_INVENTED),
    ),
    "connections": (
        *("title", "kind", "kind_label", "kind_back", "is_mutual", "since"),
        *(f"{end}{part}" for end in ("from", "to") for part in ("", "_title", "_url", "_neighbourhood")),
        *("imported_from", "source_id", "licence", "credit", *_INVENTED),
    ),
}

router = APIRouter(route_class=DirectRoute, tags=["features"])


async def table(request: Request) -> Response:
    """All features of a collection that meet the filters, as a CSV for spreadsheets. No cell runs as a formula."""
    collection = collection_named(request.path_params["collection"])
    given = read_query(request.scope["query_string"], _FILTERS)
    question = replace(read_question(collection, given), limit=_AT_ONCE)
    published = house_of(request).published
    version = await run_in_threadpool(published.version, collection.id)
    etag = etag_of(collection.id, version[0], "csv")
    same = unchanged(request, etag)
    if same is not None:
        return same
    # The first page is read before the answer begins, so that a database that is away is still told in words.
    first = await run_in_threadpool(published.page, question, version)
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": etag,
        "Content-Disposition": f'attachment; filename="{collection.id}.csv"',
    }
    parts = _parts(published, question, first, version)
    if "gzip" in request.headers.get("accept-encoding", ""):
        parts, headers["Content-Encoding"] = _zipped(parts), "gzip"
    return StreamingResponse(parts, headers=headers, media_type="text/csv; charset=utf-8; header=present")


async def allowed(_request: Request) -> Response:
    """What may be done at the address of a table."""
    methods = "GET, HEAD, OPTIONS"
    return Response(
        headers={
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "If-None-Match",
        }
    )


def _parts(published: Published, question: Question, page: Page, version: tuple[int, int]) -> Iterator[bytes]:
    """The file, a page of features at a time: it is never held whole."""
    columns = COLUMNS[question.collection]
    yield codecs.BOM_UTF8 + table_lines([("id", *columns, *PLACE_COLUMNS)])
    while True:
        yield table_lines(feature_row(orjson.loads(feature), columns) for feature in page.features)
        if page.next_after is None:
            return
        page = published.page(replace(question, after=page.next_after), version)


def _zipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    packer = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()


_TABLE = "/api/collections/{collection}/items.csv"
router.add_api_route(_TABLE, table, openapi_extra=described.TABLE)
router.add_api_route(_TABLE, allowed, methods=["OPTIONS"], include_in_schema=False)
