"""What a funder sees, which is what everyone sees: a neighbourhood on one page, without a league table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.ecology.measures import Measures
from app.formats.tabular import write_table
from app.kit import clock
from app.kit.errors import NotFound
from app.public.answers import unchanged, zipped_if_wanted
from app.public.ecology.measures import measure_cards, measures_of
from app.public.ecology.reading import ecologies_of
from app.public.funders import words
from app.public.funders.charts import Chart, activity_chart, lasting_chart, momentum_chart, opening_chart
from app.public.funders.facts import Facts, facts_of
from app.public.funders.filters import FunderFilters
from app.public.funders.table import COLUMNS, lines
from app.public.overviews import in_words
from app.public.page_answers import page_etag, send_page
from app.public.places import Place, all_places, credits_of, place_named
from app.published.queries import Published
from app.vocabulary import Activity, EnablerKind, Formality, Lifecycle
from app.web.house import House, house_of
from app.web.security import content_security_policy

router = APIRouter(include_in_schema=False)

_INFORMAL = set(Formality) - {Formality.REGISTERED_BODY}
_ALSO_READ = ("grants", "programmes")


@dataclass(frozen=True)
class View:
    """One neighbourhood as a request asks for it."""

    house: House
    place: Place
    filters: FunderFilters
    etag: str

    @property
    def path(self) -> str:
        """The address of the page, without choices."""
        return f"/funders/{self.place.slug}"

    @property
    def facts(self) -> Facts:
        """What the page tells."""
        return facts_of(self.house.published, self.place.slug, self.filters)

    @property
    def measures(self) -> Measures:
        """Of the whole neighbourhood, whatever was chosen."""
        return measures_of(self.house.published, self.place.slug)

    def charts(self, facts: Facts) -> list[Chart]:
        """Those that have something to show."""
        drawn = (
            activity_chart(facts.alive),
            momentum_chart(self.measures),
            opening_chart(facts.gates),
            lasting_chart(self.measures),
        )
        return [chart for chart in drawn if chart is not None]


@router.get("/funders")
def overview(request: Request) -> Response:
    """The neighbourhoods by name, what people do in them, and what helped. None is set against another."""
    published = house_of(request).published
    etag = _etag(request)
    same = unchanged(request, etag)
    if same is not None:
        return same
    return send_page(request, "public/funders.html", _over_all(published, all_places(published)), etag)


@router.get("/funders/{slug}.csv")
def table(request: Request, slug: str) -> Response:
    """What the page shows as a file for spreadsheets, lists whole."""
    view = _view(request, slug)
    same = unchanged(request, view.etag)
    if same is not None:
        return same
    body = write_table(COLUMNS, lines(view.facts, view.measures, view.house.settings.web.public_url))
    body, packed = zipped_if_wanted(request, body)
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": view.etag,
        "Content-Disposition": f'attachment; filename="{view.place.slug}-for-funders.csv"',
        **packed,
    }
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8; header=present")


@router.get("/funders/{slug}")
def neighbourhood(request: Request, slug: str) -> Response:
    """One neighbourhood on one page."""
    view = _view(request, slug)
    same = unchanged(request, view.etag)
    if same is not None:
        return same
    return send_page(request, "public/funder_place.html", _context(view), view.etag)


@router.get("/funders/{slug}/embed")
def embed(request: Request, slug: str) -> Response:
    """The sentences and one chart, for a page elsewhere."""
    view = _view(request, slug)
    same = unchanged(request, view.etag)
    if same is not None:
        return same
    facts = view.facts
    chart = next(iter(view.charts(facts)), None)
    context = {
        "place": view.place.as_context(),
        "chosen": view.filters.in_words(),
        "summary": words.summary(facts),
        "chart": chart.as_context() if chart else None,
        "page_url": view.filters.address(view.path),
        "credits": credits_of(view.house.published, view.place.slug),
    }
    headers = {"Content-Security-Policy": content_security_policy(view.house.settings, may_be_framed=True)}
    return send_page(request, "public/funder_embed.html", context, view.etag, headers)


@router.get("/funders/{slug}/charts/{name}.json")
def chart_spec(request: Request, slug: str, name: str) -> Response:
    """A chart of the page as Vega-Lite, data and all."""
    view = _view(request, slug)
    same = unchanged(request, view.etag)
    if same is not None:
        return same
    chart = next((one for one in view.charts(view.facts) if one.name == name), None)
    if chart is None:
        raise NotFound("There is no such chart here.")
    body, packed = zipped_if_wanted(request, orjson.dumps(chart.spec, option=orjson.OPT_INDENT_2))
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": view.etag,
        "Content-Disposition": f'attachment; filename="{view.place.slug}-{chart.name}.vl.json"',
        **packed,
    }
    return Response(body, headers=headers, media_type="application/json")


def _view(request: Request, slug: str) -> View:
    house = house_of(request)
    filters = FunderFilters.read(request.scope["query_string"])
    place = place_named(house.published, slug)
    # Counts of what is not shown move without any shown record.
    return View(house, place, filters, _etag(request, house.published.hidden_counts(slug)))


def _etag(request: Request, *also: object) -> str:
    published = house_of(request).published
    # What is compared with a year ago moves with the clock.
    return page_etag(request, clock.today(), [published.version(name) for name in _ALSO_READ], *also)


def _context(view: View) -> dict[str, Any]:
    facts, published = view.facts, view.house.published
    address = view.house.settings.web.public_url + view.filters.address(view.path)
    embed_address = view.house.settings.web.public_url + view.filters.address(f"{view.path}/embed")
    hidden = [
        one.rounded
        for one in published.hidden_counts(view.place.slug)
        if one.collection == "initiatives" and not one.word
    ]
    return {
        "place": view.place.as_context(),
        "filters": view.filters.as_context(),
        "chosen": view.filters.in_words(),
        "path": view.path,
        "summary": words.summary(facts),
        "hidden": in_words(sum(hidden)),
        "alive": words.living(facts, facts.alive),
        "starting": words.living(facts, facts.starting),
        "resting": words.living(facts, facts.resting),
        "over": words.living(facts, facts.over),
        "helped": words.helped(facts),
        "lifts": words.lifts(facts),
        "others": words.others(facts),
        "measures": measure_cards(published, view.place.slug),
        "funding": words.funding(facts),
        "recognition": words.recognition(facts),
        "charts": {chart.name: chart.as_context() for chart in view.charts(facts)},
        "programmes": published.version("programmes")[1],
        "table_url": view.filters.address(f"{view.path}.csv"),
        "chart_query": view.filters.address(""),
        "list_url": f"/neighbourhoods/{view.place.slug}",
        "saved_url": address,
        "embed_code": f'<iframe src="{embed_address}" title="{view.place.name}" width="100%" height="640"></iframe>',
        "credits": credits_of(published, view.place.slug),
        "day": clock.today(),
    }


def _over_all(published: Published, places: Sequence[Place]) -> dict[str, Any]:
    everything = ecologies_of(published).of()
    told = []
    for place in places:
        own = [one for one in everything.own if one.neighbourhood == place.slug]
        told.append(
            place.as_context()
            | {
                "url": f"/funders/{place.slug}",
                "initiatives": len(own),
                # Places from another list mostly do not say who runs them: those are not called informal.
                "informal": sum(one.formality in _INFORMAL for one in own),
                "starting": sum(one.lifecycle in {Lifecycle.IDEA, Lifecycle.STARTING} for one in own),
                "doing": {one.activity for one in own},
            }
        )
    activities = [
        {
            "value": str(activity),
            "label": activity.label,
            "count": sum(one.activity is activity for one in everything.own),
            "urls": [
                {"name": one["name"], "url": f"{one['url']}?activity={activity}"}
                for one in told
                if activity in one["doing"]
            ],
        }
        for activity in Activity
    ]
    kinds = [*(one.helped for one in everything.own), *(gate.helped for gate in everything.gates)]
    helped = [(kind, sum(kind in one for one in kinds)) for kind in EnablerKind]
    return {
        "neighbourhoods": told,
        "activities": activities,
        "helped": [
            {"label": kind.label, "count": count} for kind, count in sorted(helped, key=lambda pair: -pair[1]) if count
        ],
        "programmes": published.version("programmes")[1],
        "data_url": "/api/collections/initiatives/items",
    }
