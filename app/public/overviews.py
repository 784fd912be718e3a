"""Sums over all neighbourhoods, from the public side alone: for funders, for councils; and about the service."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.public.answers import unchanged
from app.public.page_answers import page_etag, send_page
from app.public.places import Place, all_places, matched, records
from app.published.queries import Published, Question
from app.vocabulary import Activity, BarrierKind, Formality
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

# Below this, a number of people's stories is not shown; above it, it is rounded to the nearest five.
_THRESHOLD, _ROUND_TO = 8, 5
_ALL = 10_000
# More neighbourhoods than this, and lists of them fold.
_MANY = 6
_INFORMAL = {str(one) for one in Formality} - {str(Formality.REGISTERED_BODY)}


@router.get("/funders")
def funders(request: Request) -> Response:
    """What goes on, formal or not, and what helped."""
    published = house_of(request).published
    return _page(request, "public/funders.html", lambda places: _for_funders(published, places))


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
            "threshold": _THRESHOLD,
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
        "threshold": _THRESHOLD,
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
                "is_small": by_place[place.slug] < _THRESHOLD,
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
    return f"fewer than {_THRESHOLD}" if count < _THRESHOLD else f"about {_ROUND_TO * round(count / _ROUND_TO)}"


def _with_barriers(published: Published, places: list[Place]) -> list[dict[str, Any]]:
    return [
        place.as_context() | {"barriers": matched(published, Question("barriers", neighbourhood=place.slug))}
        for place in places
    ]


def _for_funders(published: Published, places: list[Place]) -> dict[str, Any]:
    informal = Counter[str]()
    doing = Counter[tuple[str, str]]()
    helped = Counter[str]()
    for place in places:
        for collection in ("initiatives", "barriers"):
            found, _total = records(published, Question(collection, neighbourhood=place.slug, limit=_ALL))
            # Places from another list mostly do not say who runs them: those are not called informal.
            informal[place.slug] += sum(one.get("formality") in _INFORMAL for one in found)
            doing.update((place.slug, one["activity"]) for one in found if "activity" in one)
            helped.update(one["kind_label"] for record in found for one in record.get("what_helped", ()))
    shown = {place.slug: matched(published, Question("initiatives", neighbourhood=place.slug)) for place in places}
    activities = []
    for activity in Activity:
        count = matched(published, Question("initiatives", activity=str(activity)))
        urls = [
            {"name": place.name, "url": f"/neighbourhoods/{place.slug}?activity={activity}"}
            for place in places
            if doing[place.slug, str(activity)]
        ]
        activities.append({"value": str(activity), "label": activity.label, "count": count, "urls": urls})
    return {
        "neighbourhoods": [
            place.as_context() | {"initiatives": shown[place.slug], "informal": informal[place.slug]}
            for place in places
        ],
        "activities": activities,
        "helped": [{"label": label, "count": count} for label, count in helped.most_common()],
        "data_url": "/api/collections/initiatives/items",
    }
