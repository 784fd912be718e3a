"""Sums over all neighbourhoods, from the public side alone: for councils; and about the service."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.public.answers import unchanged
from app.public.page_answers import page_etag, send_page
from app.public.places import Place, all_places, matched
from app.published.queries import Published, Question
from app.vocabulary import COUNTED_ROUNDED_TO, FEWEST_COUNTED, BarrierKind
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

# Below this, a number of people's stories is not shown; above it, it is rounded to the nearest five.
# More neighbourhoods than this, and lists of them fold.
_MANY = 6


@router.get("/about")
def about(request: Request) -> Response:
    """What this is, and what happens to what people tell."""

    def context(places: list[Place]) -> dict[str, Any]:
        told = {
            (place.properties["source"], place.properties["licence"], place.properties["credit"]) for place in places
        }
        sources = [
            {"name": source, "licence": licence, "credit": credit, "url": ""}
            for source, licence, credit in sorted(told)
            if source
        ]
        return {
            "neighbourhoods": [place.as_context() for place in places],
            "sources": sources,
            "contact": "",
            "threshold": FEWEST_COUNTED,
        }

    return _page(request, "public/about.html", context)


def _page(request: Request, template: str, context: Any) -> Response:  # noqa: ANN401 - a function of places
    published = house_of(request).published
    places = all_places(published)
    # Counts of what is not shown move without any shown record.
    etag = page_etag(request, [published.hidden_counts(place.slug) for place in places])
    same = unchanged(request, etag)
    if same is not None:
        return same
    return send_page(request, template, context(places), etag)


def counts_by_kind(published: Published, places: list[Place]) -> dict[str, Any]:
    """All that got in the way, recurring or not, counted by kind and neighbourhood, for the page for councils."""
    return {
        "kinds": _kinds(published, places),
        "neighbourhoods": _with_barriers(published, places),
        "threshold": FEWEST_COUNTED,
        "is_long": len(places) > _MANY,
        "data_url": "/api/collections/barriers/items",
    }


def _kinds(published: Published, places: list[Place]) -> list[dict[str, Any]]:
    hidden = Counter[tuple[str, str]]()
    for place in places:
        for count in published.hidden_counts(place.slug):
            if count.collection == "barriers":
                hidden[place.slug, count.word] += count.rounded
    kinds = []
    for kind in BarrierKind:
        by_place = {
            place.slug: matched(published, Question("barriers", neighbourhood=place.slug, kind=str(kind)))
            for place in places
        }
        by_place = {slug: shown + hidden[slug, str(kind)] for slug, shown in by_place.items()}
        total = in_words(sum(by_place.values()))
        told = [
            {
                "name": place.name,
                "url": f"/neighbourhoods/{place.slug}?kind={kind}",
                "count": in_words(by_place[place.slug]),
                "is_small": by_place[place.slug] < FEWEST_COUNTED,
            }
            for place in places
        ]
        kinds.append(
            {
                "label": kind.label,
                "hint": kind.hint,
                "count": total,
                "total": total,
                "places": told,
                "sum": sum(by_place.values()),
            }
        )
    return sorted(kinds, key=lambda kind: -kind["sum"])


def in_words(count: int) -> str:
    """A number of people's stories: small ones are not told apart, others are rounded."""
    return (
        f"fewer than {FEWEST_COUNTED}"
        if count < FEWEST_COUNTED
        else f"about {COUNTED_ROUNDED_TO * round(count / COUNTED_ROUNDED_TO)}"
    )


def _with_barriers(published: Published, places: list[Place]) -> list[dict[str, Any]]:
    return [
        place.as_context() | {"barriers": matched(published, Question("barriers", neighbourhood=place.slug))}
        for place in places
    ]
