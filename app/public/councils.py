"""What a council sees, which is what everyone sees: recurring barriers in a stated order, narrowed as one likes."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.formats.tabular import write_table
from app.kit import clock
from app.kit.errors import NotFound
from app.public.answers import unchanged, zipped_if_wanted
from app.public.area_maps import area_map
from app.public.map_pages import map_headers
from app.public.overviews import counts_by_kind
from app.public.page_answers import page_etag, send_page
from app.public.patterns.filters import PatternFilters, answered
from app.public.patterns.pages import card
from app.public.patterns.reading import recurring
from app.public.patterns.tables import COLUMNS, crossed, helped, row, typical_words
from app.public.patterns.words import number
from app.public.places import all_places
from app.vocabulary import TrendWord
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

# Of one, and of several.
_STATES = {
    "no": ("waits for an answer that settles it", "wait for an answer that settles them"),
    "reopened": (
        "was answered, but groups say that they are still blocked",
        "were answered, but groups say that they are still blocked",
    ),
    "yes": ("is answered", "are answered"),
}


@router.get("/councils")
def councils(request: Request) -> Response:
    """Sentences first, then the recurring barriers, where they are, and what they have in common."""
    filters = PatternFilters.read(request.scope["query_string"])
    house = house_of(request)
    places = all_places(house.published)
    # Counts of what is not shown move without any shown record, and the clock every day.
    etag = page_etag(request, clock.today(), [house.published.hidden_counts(place.slug) for place in places])
    same = unchanged(request, etag)
    if same is not None:
        return same
    all_patterns = recurring(house.published).patterns
    kept = [one for one in all_patterns if filters.keeps(one)]
    shown = filters.shown(kept)
    if filters.page > 1 and not shown:
        raise NotFound("This list has fewer pages.")
    shell = area_map(places, kept, "/councils?neighbourhood=", house.settings)
    named = {place["slug"]: place["name"] for one in kept for place in one["neighbourhoods"]}
    context: dict[str, Any] = {
        "filters": filters.as_context(all_patterns, {place.slug: place.name for place in places}),
        "is_filtered": bool(filters.chosen),
        "summary": summary_sentences(kept),
        "patterns": [card(one) for one in shown],
        "total": len(kept),
        "of_all": len(all_patterns),
        "page": filters.pagination("/councils", len(kept)),
        "areas": [{"name": named[slug], "url": f"/councils?neighbourhood={slug}"} for slug in sorted(named)],
        "city_wide": sum(one["shown_as"] == "city" for one in kept),
        "stages": crossed(kept, "stages"),
        "effects": crossed(kept, "effects"),
        "helped": helped(kept),
        "words": typical_words(kept),
        "table_url": filters.address("/councils.csv"),
        "feed_url": filters.feed_address(),
        "map_shell": shell,
        **counts_by_kind(house.published, places),
    }
    return send_page(request, "public/councils.html", context, etag, map_headers(shell, house.settings))


@router.get("/councils.csv")
def table(request: Request) -> Response:
    """The same recurring barriers as a file for spreadsheets, in the same order."""
    filters = PatternFilters.read(request.scope["query_string"])
    house = house_of(request)
    etag = page_etag(request, clock.today())
    same = unchanged(request, etag)
    if same is not None:
        return same
    kept = [one for one in recurring(house.published).patterns if filters.keeps(one)]
    body = write_table(COLUMNS, (row(one, house.settings.web.public_url, clock.today()) for one in kept))
    body, packed = zipped_if_wanted(request, body)
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": etag,
        "Content-Disposition": 'attachment; filename="recurring-barriers.csv"',
        **packed,
    }
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8; header=present")


def summary_sentences(patterns: list[dict[str, Any]]) -> list[str]:
    """How many there are, what grows, and what waits, in plain sentences."""
    if not patterns:
        return []
    count = len(patterns)
    told = [f"{number(count).capitalize()} {'thing' if count == 1 else 'things'} got in the way of several groups."]
    rising = sum(one["trend"] == TrendWord.MORE for one in patterns)
    if rising:
        told.append(f"{number(rising).capitalize()} of them {_come(rising)} up more often than before.")
    notices = sum(one["is_early_notice"] for one in patterns)
    if notices:
        told.append(f"Early notice: {number(notices)} of them came up much more in the last six weeks.")
    states = [answered(one) for one in patterns]
    for code, words in _STATES.items():
        held = states.count(code)
        if held:
            told.append(f"{number(held).capitalize()} {words[0] if held == 1 else words[1]}.")
    return told


def _come(count: int) -> str:
    return "comes" if count == 1 else "come"
