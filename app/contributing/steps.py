"""The steps of adding an entry: which fields each asks, what is wrong with them, and what the page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from shapely.geometry import mapping
from sqlalchemy.orm import Session

from app.contributing.form_fields import Raw, answers_in, errors_by_field, only, text_of, values_for_template
from app.contributing.kinds import Kind
from app.contributing.where import Where, find_where
from app.kit.answers import read_answers
from app.kit.errors import Invalid, InvalidFields
from app.neighbourhoods.coarsening import ShownAs, public_place
from app.neighbourhoods.service import all_neighbourhoods
from app.published.queries import Published, Question
from app.settings import MapSettings
from app.vocabulary import (
    Activity,
    BarrierKind,
    Concern,
    Effect,
    EnablerKind,
    Formality,
    Helper,
    Lifecycle,
    PeopleBand,
    Recognition,
    ReviewPolicy,
    Sharing,
    Stage,
    WayOfWorking,
    Word,
)
from app.web.drawings import place_drawing
from app.web.house import House

# (value, label, hint), as the templates want it.
Option = tuple[str, str, str]

_SUBJECTS = {"initiatives": "initiative", "barriers": "barrier"}
_DRAWN = {
    ShownAs.PLACE: "A small map of the neighbourhood with a mark at the place.",
    ShownAs.CELL: "A small map of the neighbourhood with a shaded square that holds the place.",
    ShownAs.NEIGHBOURHOOD: "A small map with the whole neighbourhood shaded.",
}


@dataclass(frozen=True)
class Step:
    """One page of the form. `fields` are what it asks, in reading order."""

    name: str
    template: str
    fields: tuple[str, ...]


_WHERE = Step("where", "contribute/where.html", ("neighbourhood", "postcode", "lon", "lat"))
_SHARING = Step("sharing", "contribute/sharing.html", ("sharing",))
_CHECK = Step("check", "contribute/check.html", ())
STEPS: Mapping[str, tuple[Step, ...]] = {
    "initiatives": (
        Step("what", "contribute/what.html", ("title", "summary", "activity", "lifecycle")),
        _WHERE,
        Step(
            "more",
            "contribute/more.html",
            (
                *("story", "people", "formality", "since", "since_day", "since_month", "since_year"),
                *("until", "until_day", "until_month", "until_year", "ways_of_working", "concerns", "recognised_by"),
            ),
        ),
        _SHARING,
        _CHECK,
    ),
    "barriers": (
        Step("what", "contribute/barrier_what.html", ("what_happened", "kind", "effect", "stage")),
        _WHERE,
        Step(
            "more",
            "contribute/barrier_more.html",
            (
                *("permission_holder", "rule_cited", "occurred", "occurred_day", "occurred_month", "occurred_year"),
                *("initiative", "helped", "helped_by", "helped_words"),
            ),
        ),
        _SHARING,
        _CHECK,
    ),
}


def step_named(kind: Kind, name: str) -> Step:
    """The step called `name`; the first where there is none."""
    steps = STEPS[kind.collection]
    return next((step for step in steps if step.name == name), steps[0])


def problems(db: Session, kind: Kind, raw: Raw) -> dict[str, str]:
    """All that is wrong with what was answered so far, by field."""
    given, errors = answers_in(kind.collection, raw)
    try:
        read_answers(kind.answers, given)
    except InvalidFields as error:
        errors |= errors_by_field(error.errors)
    try:
        find_where(db, raw)
    except Invalid as error:
        errors |= errors_by_field({error.field or "neighbourhood": error.message})
    return errors


def problems_of_step(db: Session, kind: Kind, step: Step, raw: Raw) -> dict[str, str]:
    """What is wrong with one step's own fields."""
    return only(problems(db, kind, raw), step.fields)


def context(db: Session, house: House, kind: Kind, step: Step, raw: Raw) -> dict[str, Any]:
    """What the page of a step shows, apart from errors and progress."""
    shown: dict[str, Any] = {
        "step": step.name,
        "values": values_for_template(raw),
        "choices": choices(db, house.published, kind, step, raw),
        "subject": _SUBJECTS[kind.collection],
        "sensitive": kind.collection == "barriers",
    }
    if step.name in {"where", "sharing"}:
        shown["picker"] = picker(db, house.settings.map, raw)
    if step.name == "sharing":
        shown |= sharing_levels(kind, raw, find_where(db, raw))
    return shown


def choices(
    db: Session, published: Published, kind: Kind, step: Step, raw: Raw
) -> dict[str, list[tuple[str, str, str]]]:
    """(value, label, hint) of each thing to choose on a step."""
    if step.name == "where":
        return {"neighbourhood": [(place.slug, place.name, "") for place in all_neighbourhoods(db)]}
    if kind.collection == "initiatives":
        words: dict[str, type[Word]] = {
            "activity": Activity,
            "lifecycle": Lifecycle,
            "people": PeopleBand,
            "formality": Formality,
            "ways_of_working": WayOfWorking,
            "concerns": Concern,
            "recognised_by": Recognition,
        }
        return {name: _options(members) for name, members in words.items()}
    named = published.page(Question("initiatives", neighbourhood=text_of(raw, "neighbourhood") or None, limit=200))
    return {
        "kind_rules": _options(kind for kind in BarrierKind if kind.is_formal),
        "kind_people": _options(kind for kind in BarrierKind if not kind.is_formal),
        "effect": _options(Effect),
        "stage": _options(Stage),
        "helped": _options(EnablerKind),
        "helped_by": _options(Helper),
        "initiative": _titles(named.features),
    }


def sharing_levels(kind: Kind, raw: Raw, where: Where) -> dict[str, Any]:
    """How much others may see, each level with the shape that would be public, and why some are not offered."""
    offered, why_fewer = list(Sharing), ""
    if where.shape is None:
        offered = [level for level in offered if level not in {Sharing.EXACT, Sharing.STREET}]
        why_fewer = "You named only the neighbourhood, so nothing closer can be shown."
    elif text_of(raw, "kind") == BarrierKind.WELFARE_SANCTION:
        offered = [level for level in offered if level not in {Sharing.EXACT, Sharing.STREET}]
        why_fewer = "Stories about benefits are never shown closer than the neighbourhood. This keeps people safe."
    levels = []
    for level in offered:
        place = public_place(where.shape, level, where.home.boundary)
        drawing = place_drawing(where.home.boundary, place.shape, _DRAWN[place.shown_as]) if place else None
        shape = mapping(place.shape) if place else None
        levels.append({"value": level, "label": level.label, "hint": level.hint, "drawing": drawing, "shape": shape})
    usual = Sharing.STREET if kind.collection == "initiatives" and Sharing.STREET in offered else Sharing.NEIGHBOURHOOD
    chosen = text_of(raw, "sharing")
    values = values_for_template(raw) | {"sharing": chosen if chosen in offered else str(usual)}
    return {"levels": levels, "why_fewer": why_fewer, "values": values, "review": review_sentence(where)}


def review_sentence(where: Where) -> str:
    """What the neighbourhood's stewards do with a new entry."""
    if where.home.review is ReviewPolicy.AFTER:
        return f"It is shown at once. A steward of {where.home.name} looks at it later."
    return f"A steward of {where.home.name}, somebody from the community, looks at it before it is shown."


def picker(db: Session, settings: MapSettings, raw: Raw) -> dict[str, Any]:
    """What the map of a form starts with: the chosen neighbourhood, or all of them."""
    places = all_neighbourhoods(db)
    near = [place for place in places if place.slug == text_of(raw, "neighbourhood")] or places
    bounds = [place.boundary.bounds for place in near] or [(-1.8, 53.7, -1.3, 53.9)]
    west, south = min(edge[0] for edge in bounds), min(edge[1] for edge in bounds)
    east, north = max(edge[2] for edge in bounds), max(edge[3] for edge in bounds)
    lon, lat = text_of(raw, "lon"), text_of(raw, "lat")
    return {
        "centre": [(west + east) / 2, (south + north) / 2],
        "zoom": 13,
        "bounds": [west, south, east, north],
        "boundaries": "/api/collections/neighbourhoods/items?limit=1000",
        "basemap": settings.basemap,
        "attribution": settings.attribution,
        "chosen": [float(lon), float(lat)] if _is_number(lon) and _is_number(lat) else None,
    }


def _options(members: Any) -> list[Option]:  # noqa: ANN401 - words
    return [(str(word), word.label, word.hint) for word in members]


def _titles(features: Any) -> list[Option]:  # noqa: ANN401 - finished features
    found = [orjson.loads(feature) for feature in features]
    return sorted(((one["id"], one["properties"]["title"], "") for one in found), key=lambda option: option[1].lower())


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) <= 180  # noqa: PLR2004 - degrees
    except ValueError:
        return False
