"""How it hangs together: the ecology of a neighbourhood as a map through time, as a drawing, and in words."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.ecology.layout import x_of
from app.kit import clock
from app.kit.errors import Invalid
from app.public.answers import in_thread, send, unchanged
from app.public.ecology.made import Made, kept_of
from app.public.ecology.measures import measure_cards
from app.public.ecology.view import View, drawn
from app.public.ecology.words import by_year, happenings, ripple_words, trees
from app.public.map_pages import map_headers
from app.public.maps import MapShell, map_shell
from app.public.page_answers import page_etag, send_page
from app.public.parameters import read_loosely
from app.public.places import Place, place_named
from app.settings import Settings
from app.vocabulary import Activity, ConnectionKind
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

# So many are offered by name; more than these are found on their own pages.
_MOST_CHOICES = 400


@router.get("/neighbourhoods/{slug}/ecology.json")
async def data(request: Request, slug: str) -> Response:
    """What the map draws: initiatives, ties and gates with their months."""
    made = await in_thread(_data, request, slug)
    return made if isinstance(made, Response) else await send(request, made[0], "application/json", made[1])


@router.get("/neighbourhoods/{slug}/ecology")
def page(request: Request, slug: str) -> Response:
    """The whole page: map, drawing, timeline and trees."""
    return _answer(request, slug, "public/ecology.html", may_be_framed=False)


@router.get("/neighbourhoods/{slug}/ecology/map")
def map_alone(request: Request, slug: str) -> Response:
    """The map and its slider alone, for an iframe."""
    return _answer(request, slug, "public/ecology_map.html", may_be_framed=True)


def _data(request: Request, slug: str) -> Response | tuple[bytes, str]:
    """The data and its ETag, or the answer that nothing changed."""
    kept = kept_of(house_of(request).published)
    etag = page_etag(request, "ecology.json", kept.key(slug))
    same = unchanged(request, etag)
    return same or (kept.of(place_named(house_of(request).published, slug)).data, etag)


def _answer(request: Request, slug: str, template: str, *, may_be_framed: bool) -> Response:
    house = house_of(request)
    kept = kept_of(house.published)
    asked = read_loosely(request.scope["query_string"])
    at, one = asked.get("at", ""), asked.get("from", "")
    # Measures compare with the same day a year ago.
    etag = page_etag(request, kept.key(slug), clock.today(), at, one)
    same = unchanged(request, etag)
    if same is not None:
        return same
    place = place_named(house.published, slug)
    made = kept.of(place)
    shell = _shell(place, house.settings)
    context = _time(made, at) | {"place": place.as_context(), "address": f"/neighbourhoods/{slug}/ecology"}
    context |= {"map_shell": shell, "made": made, "chosen": "", "legend": _LEGEND, "hidden": made.hidden}
    context |= {"is_demonstration": any(life.is_demonstration for life in made.ecology.own)}
    if not may_be_framed:
        context |= _told(made, one, context["month"]) | {"measures": measure_cards(house.published, slug)}
    return send_page(request, template, context, etag, map_headers(shell, house.settings, may_be_framed=may_be_framed))


def _time(made: Made, at: str) -> dict[str, Any]:
    """The month that is shown, and those that can be. Raises Invalid for what is no month."""
    calendar = made.moments.calendar
    month = calendar.last if not at else calendar.named(at)
    if month is None:
        raise Invalid("Write the month as year and month, such as 2022-03.", field="at")
    years: dict[str, list[tuple[str, str]]] = {}
    for number in range(calendar.count):
        years.setdefault(calendar.code(number)[:4], []).append((calendar.code(number), calendar.words(number)))
    return {
        "month": month,
        "at": calendar.code(month),
        "is_now": month == calendar.last,
        "years": years,
        "last": calendar.last,
        "sentence": made.moments.sentence(month),
        "happened": happenings(made, month),
    }


def _told(made: Made, one: str, month: int) -> dict[str, Any]:
    ripple = made.lineage.ripple(one) if one in made.ecology.lives else None
    view = View.of(made, ripple)
    lines, more = made.once("trees", trees)
    tied = {end for tie in made.ecology.ties for end in (tie.start, tie.end)}
    choices = sorted((life.title, life.id) for life in made.ecology.lives.values() if life.id in tied)
    opened = sum(gate.is_opened for gate in made.ecology.gates)
    return {
        "chosen": one if ripple else "",
        "ripple": ripple_words(made, ripple) if ripple else None,
        "is_unknown": bool(one) and ripple is None,
        "drawing": drawn(made, view) if ripple else made.once("drawing", lambda made: drawn(made, view)),
        "veil": x_of(made.moments, month + 1),
        "timeline": made.once("timeline", by_year),
        "trees": lines,
        "more_trees": more,
        "choices": choices if len(choices) <= _MOST_CHOICES else [],
        "counts": {
            "lives": len(made.ecology.own),
            "ties": len(made.ecology.ties),
            "gates": len(made.ecology.gates),
            "opened": opened,
        },
    }


_LEGEND = {
    "activities": [(str(one), one.label) for one in Activity],
    "forms": [
        ("idea", "An idea"),
        ("starting", "Starting"),
        ("active", "Going on"),
        ("resting", "Resting"),
        ("over", "Over: ended, handed on or stopped"),
    ],
    "kinds": [(str(one), one.label, one.is_mutual) for one in ConnectionKind],
}

# Our own words; the script has the same in English, so this is where a translation would enter.
_LABELS = {"initiatives": "What people do", "barriers": "What got in the way"}


def _shell(place: Place, settings: Settings) -> MapShell:
    west, south, east, north = (round(edge, 5) for edge in place.boundary.bounds)
    boundary = f"/api/collections/neighbourhoods/items/{place.slug}"
    options = {"data": f"/neighbourhoods/{place.slug}/ecology.json"}
    return map_shell((west, south, east, north), {}, boundary, settings.map, _LABELS, areas=options, verb="ecology")
