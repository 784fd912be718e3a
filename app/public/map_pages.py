"""The map of a neighbourhood: within its page, and alone for a page elsewhere."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.public.answers import unchanged
from app.public.filters import Filters, choices
from app.public.maps import MapShell, map_shell
from app.public.page_answers import page_etag, send_page
from app.public.places import Place, credits_of, place_named
from app.settings import Settings
from app.vocabulary import Activity, Lifecycle
from app.web.house import house_of
from app.web.security import content_security_policy, tile_host

router = APIRouter()

_AT_ONCE = 5_000

# Our own words; the script has the same in English, so this is where a translation would enter.
_LABELS = {"initiatives": "What people do", "barriers": "What got in the way"}


def shell_of(place: Place, filters: Filters, settings: Settings) -> MapShell:
    """The shell of the map of `place`, showing what the list shows."""
    west, south, east, north = (round(edge, 5) for edge in place.boundary.bounds)
    # Pages large enough that a busy view comes in one answer: a hundred at a time would ask fifty times.
    addresses = {
        name: f"{filters.api_address(name, place.slug)}&limit={_AT_ONCE}" for name in ("initiatives", "barriers")
    }
    boundary = f"/api/collections/neighbourhoods/items/{place.slug}"
    return map_shell((west, south, east, north), addresses, boundary, settings.map, _LABELS)


def map_headers(shell: MapShell, settings: Settings, *, may_be_framed: bool = False) -> dict[str, str]:
    """The policy of a page with a map: its one inline script is allowed by hash."""
    policy = content_security_policy(settings, script_hashes=[shell.script_hash], may_be_framed=may_be_framed)
    headers = {"Content-Security-Policy": policy}
    if tile_host(settings):
        # OpenStreetMap's tile servers want to know which site asks; they learn the site, not the page.
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return headers


@router.get("/neighbourhoods/{slug}/map", include_in_schema=False)
def map_alone(request: Request, slug: str) -> Response:
    """The map alone, for an iframe."""
    house = house_of(request)
    filters = Filters.read(request.scope["query_string"])
    etag = page_etag(request)
    same = unchanged(request, etag)
    if same is not None:
        return same
    place = place_named(house.published, slug)
    shell = shell_of(place, filters, house.settings)
    context: dict[str, Any] = {
        "place": place.as_context(),
        "map_shell": shell,
        "choices": {"activity": choices(Activity), "lifecycle": choices(Lifecycle)},
        "credits": credits_of(house.published, slug),
    }
    headers = map_headers(shell, house.settings, may_be_framed=True)
    return send_page(request, "public/map_alone.html", context, etag, headers)
