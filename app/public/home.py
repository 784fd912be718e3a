"""The first page: what this is, and the neighbourhoods as living places."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.public.answers import unchanged
from app.public.page_answers import page_etag, send_page
from app.public.parameters import read_loosely
from app.public.patterns.reading import recurring
from app.public.patterns.words import main_sentence, state_quote
from app.public.places import Place, all_places, lately, matched, records
from app.public.records import helped_sentences
from app.published.queries import Published, Question
from app.web.drawings import portrait
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

# A portrait with more plants than this is a lawn.
_MOST_PLANTS = 60
_MOST_LATELY = 3
# Where there are more places than this, most are names in a list, with a field to search it.
_MOST_PORTRAITS = 6
_LONGEST_NAME = 80
_LOOKED_THROUGH = 1_000


@router.get("/")
def home(request: Request) -> Response:
    """What this is, and the neighbourhoods: all as portraits, or the liveliest ones and a list of all."""
    sought = " ".join(read_loosely(request.scope["query_string"]).get("name", "").split())[:_LONGEST_NAME]
    etag = page_etag(request)
    same = unchanged(request, etag)
    if same is not None:
        return same
    published = house_of(request).published
    places = all_places(published)
    context: dict[str, Any] = {"sought": sought}
    if len(places) <= _MOST_PORTRAITS:
        context |= {"neighbourhoods": [_living(published, place) for place in places], "listed": []}
    else:
        doing = {place.slug: matched(published, Question("initiatives", neighbourhood=place.slug)) for place in places}
        liveliest = sorted(places, key=lambda place: -doing[place.slug])[:_MOST_LATELY]
        context["neighbourhoods"] = [] if sought else [_living(published, place) for place in liveliest]
        context["listed"] = [
            place.as_context() | {"initiatives": doing[place.slug]}
            for place in places
            if sought.casefold() in place.name.casefold()
        ]
    context["keeps"] = [
        {"title": one["title"], "url": one["url"], "sentence": main_sentence(one)}
        for one in recurring(published).patterns[:_MOST_LATELY]
    ]
    context["changed"] = [
        {"title": one.record["title"], "url": one.record["url"], "quote": state_quote(one.answer)}
        for one in [one for one in recurring(published).opened if not one.record["reopened_on"]][:_MOST_LATELY]
    ]
    context["is_long"] = len(places) > _MOST_PORTRAITS
    return send_page(request, "public/home.html", context, etag)


def _living(published: Published, place: Place) -> dict[str, Any]:
    doing, total = records(published, Question("initiatives", neighbourhood=place.slug, limit=_LOOKED_THROUGH))
    way, way_total = records(published, Question("barriers", neighbourhood=place.slug, limit=_LOOKED_THROUGH))
    helped = next((sentence for record in (*doing, *way) for sentence in helped_sentences(record)), None)
    return place.as_context() | {
        "initiatives": total,
        "barriers": way_total,
        "portrait": portrait(place.boundary, doing[:_MOST_PLANTS]),
        "lately": lately(doing, _MOST_LATELY),
        "helped": helped,
    }
