"""Published features, shaped as OGC API - Features: what GIS desks, programs and our own map read."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.kit.errors import Gone, NotFound
from app.public import described
from app.public.answers import GEOJSON, etag_of, in_thread, send, unchanged
from app.public.collections import COLLECTIONS, Collection, collection_named
from app.public.parameters import FILTERS, cursor_after, read_query, read_question
from app.published.queries import Page, Published, Question, Version
from app.web.house import house_of

_JSON = "application/json"
_CONFORMS_TO = [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson")]
# Whoever asks again mostly asks in the same words. Long addresses are not kept: they would fill the memory.
_REMEMBERED_ADDRESSES, _LONGEST_REMEMBERED = 1_024, 300
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class DirectRoute(APIRoute):
    """A documented route that calls its function straight with the request: nothing is injected or resolved."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself."""
        return self.endpoint


router = APIRouter(route_class=DirectRoute, tags=["features"])


async def items(request: Request) -> Response:
    """The features of a collection that meet the filters, 100 at a time; follow the `next` link for more."""
    collection, query = collection_named(request.path_params["collection"]), request.scope["query_string"]
    read = _read_address if len(query) > _LONGEST_REMEMBERED else _remembered_address
    asked = read(_base(request), collection.id, query)
    published = house_of(request).published
    known = await _version_if_asked(request, published, collection.id)
    if known is not None:
        same = unchanged(request, etag_of(collection.id, known[0]))
        if same is not None:
            return same
        quick = published.quick_page(asked.question, known)
        if quick is not None:
            return await send(request, asked.answer(quick), GEOJSON, etag_of(collection.id, known[0]))
    # One visit to a thread costs less than two.
    version, page = await in_thread(_versioned_page, published, asked.question, known)
    return await send(request, asked.answer(page), GEOJSON, etag_of(collection.id, version[0]))


async def item(request: Request) -> Response:
    """One feature. 410 where it was public once and has been taken down."""
    collection = collection_named(request.path_params["collection"])
    read_query(request.scope["query_string"], ())
    feature_id = request.path_params["feature_id"]
    published = house_of(request).published
    known = await _version_if_asked(request, published, collection.id)
    if known is not None:
        same = unchanged(request, etag_of(collection.id, known[0]))
        if same is not None:
            return same
    if published.is_local:
        version, feature = _versioned_feature(published, collection.id, feature_id, known)
    else:
        version, feature = await in_thread(_versioned_feature, published, collection.id, feature_id, known)
    etag = etag_of(collection.id, version[0])
    base = f"{_base(request)}/collections/{collection.id}"
    links = [
        _link(f"{base}/items/{feature_id}", "self", GEOJSON),
        _link(f"{base}", "collection", _JSON),
        _link(f"{house_of(request).settings.web.public_url}/{collection.id}/{feature_id}", "alternate", "text/html"),
    ]
    return await send(request, feature[:-1] + b',"links":' + orjson.dumps(links) + b"}", GEOJSON, etag)


async def allowed(request: Request) -> Response:
    """What may be done at an address."""
    methods = ["GET", "HEAD", "OPTIONS"]
    name = request.path_params.get("collection")
    if name is not None and collection_named(name).takes_contributions and "/items" in request.url.path:
        methods += ["PATCH", "DELETE"] if "feature_id" in request.path_params else ["POST"]
    headers = {"Allow": ", ".join(methods), "Access-Control-Allow-Methods": ", ".join(methods)}
    wanted = "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key"
    return Response(headers=headers | {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": wanted})


async def landing(request: Request) -> Response:
    """Where everything is."""
    read_query(request.scope["query_string"], ())
    base = _base(request)
    body = {
        "title": "Small Ecology",
        "description": "Community action, and what stands in its way, neighbourhood by neighbourhood.",
        "links": [
            _link(base, "self", _JSON),
            _link(f"{base}/openapi.json", "service-desc", "application/vnd.oai.openapi+json;version=3.1"),
            _link(f"{base}/docs", "service-doc", "text/html"),
            _link(f"{base}/conformance", "conformance", _JSON),
            _link(f"{base}/collections", "data", _JSON),
        ],
    }
    return await send(request, orjson.dumps(body), _JSON)


async def conformance(request: Request) -> Response:
    """Which parts of the standard hold here."""
    read_query(request.scope["query_string"], ())
    return await send(request, orjson.dumps({"conformsTo": _CONFORMS_TO}), _JSON)


async def collections(request: Request) -> Response:
    """All collections."""
    read_query(request.scope["query_string"], ())
    base = _base(request)
    body = {
        "links": [_link(f"{base}/collections", "self", _JSON)],
        "collections": [await _described(request, base, one) for one in COLLECTIONS.values()],
    }
    return await send(request, orjson.dumps(body), _JSON)


async def collection(request: Request) -> Response:
    """One collection."""
    read_query(request.scope["query_string"], ())
    one = await _described(request, _base(request), collection_named(request.path_params["collection"]))
    return await send(request, orjson.dumps(one), _JSON)


async def _version_if_asked(request: Request, published: Published, collection_id: str) -> Version | None:
    """The version now, where it may spare the answer or costs no visit to a thread; else it is read with the answer."""
    recent = published.recent_version(collection_id)
    if recent is not None:
        return recent
    if published.is_local:
        return published.version(collection_id)
    return await in_thread(published.version, collection_id) if "if-none-match" in request.headers else None


def _versioned_page(published: Published, question: Question, version: Version | None) -> tuple[Version, Page]:
    # The version comes first: should the collection change in between, the ETag is the older one, and asked again.
    version = version or published.version(question.collection)
    return version, published.page(question, version)


def _versioned_feature(
    published: Published, collection_id: str, feature_id: str, version: Version | None
) -> tuple[Version, bytes]:
    version = version or published.version(collection_id)
    return version, _found(published, collection_id, feature_id)


def _found(published: Published, collection_id: str, feature_id: str) -> bytes:
    feature = published.one(collection_id, feature_id)
    if feature is None and published.is_withdrawn(collection_id, feature_id):
        raise Gone("It was here once, and whoever added it or a steward has taken it down.")
    if feature is None:
        raise NotFound("There is no such feature, or it is not public.")
    return feature


@dataclass(frozen=True)
class _Asked:
    """What an address asks for, and what its answer says of itself: `kept` is the address without its page."""

    question: Question
    here: str
    kept: dict[str, str]
    links: list[dict[str, str]]

    def answer(self, page: Page) -> bytes:
        """A FeatureCollection joined from finished features."""
        links = self.links
        if page.next_after is not None:
            following = _with(self.here, self.kept | {"cursor": cursor_after(page.next_after)})
            links = [*links, _link(following, "next", GEOJSON)]
        tail = {"numberMatched": page.matched, "numberReturned": len(page.features), "links": links}
        head = b'{"type":"FeatureCollection","features":['
        end = b"]," + orjson.dumps(tail)[1:]
        if not page.features:
            return head + end
        # Joined at once: a page of megabytes is not copied again to get a head and a tail.
        first, *others = page.features
        parts = [head + first, *others]
        parts[-1] += end
        return b",".join(parts)


def _read_address(base: str, collection_id: str, query_string: bytes) -> _Asked:
    collection = collection_named(collection_id)
    given = read_query(query_string, FILTERS)
    here = f"{base}/collections/{collection_id}/items"
    links = [
        _link(_with(here, given), "self", GEOJSON),
        _link(f"{base}/collections/{collection_id}", "collection", _JSON),
    ]
    # A limit in a cursor would be stuck in it: whoever follows the link adds their own again.
    kept = {name: value for name, value in given.items() if name not in {"limit", "cursor"}}
    return _Asked(read_question(collection, given), here, kept, links)


_remembered_address = lru_cache(_REMEMBERED_ADDRESSES)(_read_address)


async def _described(request: Request, base: str, one: Collection) -> dict[str, Any]:
    bounds = await in_thread(house_of(request).published.extent, one.id)
    here = f"{base}/collections/{one.id}"
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [_CRS84],
        "extent": {"spatial": {"bbox": [bounds], "crs": _CRS84}},
        "links": [
            _link(here, "self", _JSON),
            _link(f"{here}/items", "items", GEOJSON),
            _link(f"{here}/items.csv", "items", "text/csv"),
        ],
    }


def _base(request: Request) -> str:
    return f"{house_of(request).settings.web.public_url}/api"


def _with(address: str, given: dict[str, str]) -> str:
    return f"{address}?{urlencode(given)}" if given else address


def _link(href: str, rel: str, media_type: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type}


_ITEMS, _ITEM = "/api/collections/{collection}/items", "/api/collections/{collection}/items/{feature_id}"
for path, endpoint, told in (
    (_ITEMS, items, described.ITEMS),
    (_ITEM, item, described.ITEM),
    ("/api/collections", collections, {}),
    ("/api/collections/{collection}", collection, described.COLLECTION),
    ("/api/conformance", conformance, {}),
    ("/api", landing, {}),
    ("/api/", landing, {}),
):
    router.add_api_route(path, endpoint, include_in_schema=not path.endswith("/"), openapi_extra=told)
    # FastAPI would document HEAD as a request of its own.
    router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    router.add_api_route(path, allowed, methods=["OPTIONS"], include_in_schema=False)

# The two busiest addresses again, which the application answers before all others: FastAPI's way to a function costs
# more than the read. The routes above stand in the API's description.
BUSIEST = {_ITEMS: items, _ITEM: item}
