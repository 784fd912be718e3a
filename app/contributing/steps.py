"""The steps of adding an entry: which fields each asks, what is wrong with them, and what the page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.contributing.form_fields import Raw, answers_in, errors_by_field, only, text_of, values_for_template
from app.contributing.kinds import Kind
from app.contributing.sharing import sharing_levels
from app.contributing.where import find_where, settle
from app.institutions.service import suggestions
from app.kit.answers import read_answers
from app.kit.errors import Invalid, InvalidFields
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
    Stage,
    WayOfWorking,
    Word,
)
from app.web.house import House

# (value, label, hint), as the templates want it.
Option = tuple[str, str, str]

_SUBJECTS = {"initiatives": "initiative", "barriers": "barrier"}
# What a form says of a needed answer that is missing: each sentence must make sense in a list above the page.
_UNANSWERED = {
    "title": "Give it a name, in a few words.",
    "activity": "Choose what it is mostly about.",
    "what_happened": "Say what happened, in your own words.",
    "kind": "Choose what it was mostly.",
}


@dataclass(frozen=True)
class Step:
    """One page of the form. `fields` are what it asks, in reading order."""

    name: str
    template: str
    fields: tuple[str, ...]
    # Asked only while there is something to ask; it has no number, and nobody misses it.
    is_extra: bool = False


# How many earlier patterns and reports somebody is asked about.
MOST_ALIKE = 3

_WHERE = Step("where", "contribute/where.html", ("neighbourhood", "postcode", "forget", "lon", "lat"))
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
                *("story", "people", "formality", "organisation_id", "since", "since_day", "since_month", "since_year"),
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
        Step(
            "alike",
            "contribute/alike.html",
            tuple(f"{name}_{number}" for number in range(1, MOST_ALIKE + 1) for name in ("earlier", "likeness")),
            is_extra=True,
        ),
        _SHARING,
        _CHECK,
    ),
}


def step_named(kind: Kind, name: str) -> Step:
    """The step called `name`; the first where there is none."""
    steps = STEPS[kind.collection]
    return next((step for step in steps if step.name == name), steps[0])


def step_asking(kind: Kind, name: str) -> Step:
    """Like `step_named`, among the steps that ask something: an entry that is there needs no check before sending."""
    step = step_named(kind, name)
    return step if step.fields and not step.is_extra else STEPS[kind.collection][0]


def problems(db: Session, kind: Kind, raw: Raw) -> dict[str, str]:
    """All that is wrong with what was answered so far, by field."""
    given, errors = answers_in(kind.collection, raw)
    try:
        read_answers(kind.answers, given)
    except InvalidFields as error:
        unanswered = {name: text for name, text in _UNANSWERED.items() if name in error.errors and name not in given}
        errors |= errors_by_field(error.errors | unanswered)
    try:
        find_where(db, raw)
    except Invalid as error:
        errors |= errors_by_field({error.field or "neighbourhood": error.message})
    return errors


def settled(db: Session, kind: Kind, step: Step, sent: Raw) -> tuple[Raw, dict[str, str]]:
    """What was sent, with a postcode turned into its place; and what is wrong with the step's own fields."""
    try:
        raw = settle(sent) if step.name == "where" else sent
    except Invalid as error:
        return sent, {error.field or "postcode": error.message}
    errors = only(problems(db, kind, raw), step.fields)
    if step.name == "where" and "neighbourhood" in errors and text_of(sent, "postcode"):
        errors = {"postcode": errors["neighbourhood"]}
    return raw, errors


def context(  # noqa: PLR0917 - what a page needs
    db: Session, house: House, kind: Kind, step: Step, raw: Raw, kept: BaseGeometry | None = None
) -> dict[str, Any]:
    """What the page of a step shows, apart from errors and progress. `kept`: see `find_where`."""
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
        shown |= sharing_levels(kind, raw, find_where(db, raw, kept))
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
        "permission_holder": [(name, name, "") for name in suggestions(db, text_of(raw, "neighbourhood") or None)],
        "initiative": _titles({*named.features, *_chosen(published, text_of(raw, "initiative"))}),
    }


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


def _chosen(published: Published, initiative_id: str) -> list[bytes]:
    """The initiative that was named before, which may not be among the first of the list."""
    feature = published.one("initiatives", initiative_id) if initiative_id else None
    return [] if feature is None else [feature]


def _titles(features: Any) -> list[Option]:  # noqa: ANN401 - finished features
    found = [orjson.loads(feature) for feature in features]
    return sorted(((one["id"], one["properties"]["title"], "") for one in found), key=lambda option: option[1].lower())


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) <= 180  # noqa: PLR2004 - degrees
    except ValueError:
        return False
