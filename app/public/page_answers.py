"""How public pages leave: the same for everyone, so that a cache may keep them and ask whether they changed."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.kit.shipped import shipped
from app.public.answers import etag_of, zipped_if_wanted
from app.public.collections import COLLECTIONS
from app.web.house import house_of


def page_etag(request: Request, *also: object) -> str:
    """An ETag that moves when anything public changes, the pages' own files or the base map do; or `also`, if given."""
    house = house_of(request)
    rest = sha256(repr((_look(), house.settings.map, also)).encode()).hexdigest()[:10]
    return etag_of("page", *(house.published.version(name)[0] for name in COLLECTIONS), rest)


def send_page(
    request: Request, template: str, context: Mapping[str, Any], etag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A drawn page that may be kept for as long as its ETag holds."""
    body = house_of(request).pages.text(request, template, context).encode()
    body, packed = zipped_if_wanted(request, body)
    kept = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": etag}
    return Response(body, headers={**kept, **packed, **(headers or {})}, media_type="text/html; charset=utf-8")


@lru_cache(maxsize=1)
def _look() -> str:
    """A hash of templates and bundle: a new version of the service is a new page."""
    digest = sha256()
    for folder in (shipped("frontend/templates"), shipped("frontend/dist")):
        for file in sorted(folder.rglob("*.*")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:10]
