"""The anonymous pages: places, records, and what there is for those who decide. They read the public side alone."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.kit.errors import Gone, NotFound
from app.public.answers import unchanged
from app.public.filters import Filters, choices
from app.public.map_pages import map_headers, shell_of
from app.public.page_answers import page_etag, send_page
from app.public.patterns.pages import earlier_answers, told_answers
from app.public.patterns.reading import recurring
from app.public.patterns.words import main_sentence, once_reopened
from app.public.places import Place, credits_of, lives, place_named, records
from app.public.records import Record, helped_sentences, record_of, shape_of
from app.public.ties import ties_of
from app.published.queries import Published, Question
from app.vocabulary import FEWEST_COUNTED, Activity, Lifecycle
from app.web.drawings import place_drawing
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

_DRAWN_WORDS = {
    "place": "A small map of the neighbourhood with a mark at the place.",
    "cell": "A small map of the neighbourhood with a shaded square that holds the place.",
    "neighbourhood": "A small map of the neighbourhood. The place is somewhere in it.",
}


@router.get("/neighbourhoods/{slug}")
def neighbourhood(request: Request, slug: str) -> Response:
    """One neighbourhood: the list, then the map, which says the same."""
    house = house_of(request)
    filters = Filters.read(request.scope["query_string"])
    counted = _counted(house.published, slug)
    etag = page_etag(request, counted)
    same = unchanged(request, etag)
    if same is not None:
        return same
    place = place_named(house.published, slug)
    question = filters.question("initiatives", slug)
    doing, doing_total = records(house.published, question)
    in_the_way, way_total = records(house.published, filters.question("barriers", slug))
    if (filters.initiatives_page > 1 and not doing) or (filters.barriers_page > 1 and not in_the_way):
        raise NotFound("This list has fewer pages.")
    address = f"/neighbourhoods/{slug}"
    shell = shell_of(place, filters, house.settings)
    context: dict[str, Any] = {
        "place": place.as_context(),
        "summary": {"initiatives": doing_total, "barriers": way_total, **lives(house.published, question)},
        "counted": counted,
        "filters": filters.as_context(),
        "initiatives": doing,
        "barriers": in_the_way,
        "page": filters.pagination(address, "page", doing_total),
        "barriers_page": filters.pagination(address, "barriers", way_total),
        "choices": {"activity": choices(Activity), "lifecycle": choices(Lifecycle)},
        "map_shell": shell,
        "embed_url": f"{address}/map",
        "data_url": filters.api_address("initiatives", slug),
        "table_url": filters.table_address("initiatives", slug),
        "barriers_table_url": filters.table_address("barriers", slug),
        "credits": credits_of(house.published, slug),
    }
    return send_page(request, "public/neighbourhood.html", context, etag, map_headers(shell, house.settings))


@router.get("/initiatives/{record_id}")
def initiative(request: Request, record_id: str) -> Response:
    """One thing that people do."""
    etag = page_etag(request)
    same = unchanged(request, etag)
    if same is not None:
        return same
    published = house_of(request).published
    record = _found(published, "initiatives", record_id)
    place = place_named(published, record["neighbourhood"])
    way, _total = records(published, Question("barriers", neighbourhood=place.slug, limit=1_000))
    context = {
        "record": record,
        "place": place.as_context(),
        "drawing": _drawing(place, record),
        "barriers": [one for one in way if one.get("initiative") == record_id],
        "helped": helped_sentences(record),
        "ties": ties_of(published, record_id),
        "data_url": f"/api/collections/initiatives/items/{record_id}",
    }
    return send_page(request, "public/initiative.html", context, etag)


@router.get("/barriers/{record_id}")
def barrier(request: Request, record_id: str) -> Response:
    """One story of what got in the way: with what was answered, and what keeps happening like it."""
    # A pattern's sentence holds no day, and an answer only the day on which it came: the clock stands on its own page.
    etag = page_etag(request)
    same = unchanged(request, etag)
    if same is not None:
        return same
    published = house_of(request).published
    record = _found(published, "barriers", record_id)
    place = place_named(published, record["neighbourhood"])
    named = {"title": record["initiative_title"], "url": record["initiative_url"]} if record.get("initiative") else None
    context = {
        "record": record,
        "place": place.as_context(),
        "initiative": named,
        "drawing": _drawing(place, record),
        "helped": helped_sentences(record),
        "answers": told_answers(record),
        "earlier": earlier_answers(record),
        "once": once_reopened(record),
        "pattern": _pattern(published, record_id),
    }
    return send_page(request, "public/barrier.html", context, etag)


def _pattern(published: Published, record_id: str) -> dict[str, Any] | None:
    pattern = recurring(published).of_report.get(record_id)
    if pattern is None:
        return None
    return {"title": pattern["title"], "url": pattern["url"], "sentence": main_sentence(pattern)}


def _found(published: Published, collection: str, record_id: str) -> Record:
    feature = published.one(collection, record_id)
    if feature is None and published.is_withdrawn(collection, record_id):
        raise Gone("It was taken down.")
    if feature is None:
        raise NotFound("It may have moved, or it is not public.")
    return record_of(feature)


def _drawing(place: Place, record: Record) -> dict[str, object]:
    shown_as = record["shown_as"]
    shape = place.boundary if shown_as == "neighbourhood" else shape_of(record)
    return place_drawing(place.boundary, shape, _DRAWN_WORDS[shown_as])


def _counted(published: Published, slug: str) -> list[str]:
    """How many more there are that chose not to be shown; below the threshold the same words for none and for some."""
    totals = {count.collection: count.rounded for count in published.hidden_counts(slug) if not count.word}
    doing, way = totals.get("initiatives"), totals.get("barriers")
    return [
        f"About {doing} more things that people do are counted and not shown: their people chose so."
        if doing
        else f"Fewer than {FEWEST_COUNTED} more things that people do are counted and not shown.",
        f"About {way} more stories of what got in the way are counted and not shown: their people chose so."
        if way
        else f"Fewer than {FEWEST_COUNTED} more stories of what got in the way are counted and not shown.",
    ]
