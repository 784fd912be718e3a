"""Finished GeoJSON features: what the public side stores, made only from values that the rules let through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from app.barriers.models import Barrier, Enabler
from app.initiatives.models import ImportBatch, Initiative
from app.kit.geo import round_degrees
from app.kit.partial_date import PartialDate
from app.neighbourhoods.coarsening import PublicPlace, ShownAs, is_finer, public_place
from app.neighbourhoods.entries import as_partial
from app.neighbourhoods.models import Neighbourhood
from app.publishing.answers import NOTHING_SAID, Said
from app.publishing.rules import public_values
from app.vocabulary import Lifecycle, Sharing, Word

_OVER = {Lifecycle.RESTING, Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED}
DEMONSTRATION_NOTE = "Invented for demonstration. No such group or event exists."


@dataclass(frozen=True)
class Feature:
    """A published row before it is stored. `starts` and `ends` are the days between which it was going on."""

    id: str
    collection: str
    neighbourhood: str
    # WGS 84; None: it has no place, or does not show it.
    shape: BaseGeometry | None
    properties: dict[str, Any]
    starts: date | None = None
    ends: date | None = None

    def as_json(self) -> bytes:
        """The GeoJSON Feature (RFC 7946), UTF-8."""
        geometry = None if self.shape is None else mapping(self.shape)
        return orjson.dumps({"type": "Feature", "id": self.id, "geometry": geometry, "properties": self.properties})


def neighbourhood_feature(place: Neighbourhood) -> Feature:
    """A neighbourhood with its boundary in force."""
    values = public_values(place)
    properties = {name: values[name] for name in ("slug", "name", "codes", "note", "source", "licence", "credit")}
    properties["url"] = f"/neighbourhoods/{place.slug}"
    return Feature(place.slug, "neighbourhoods", place.slug, round_degrees(place.boundary), properties)


def is_public(entry: Initiative | Barrier) -> bool:
    """The one question whether an entry's words are public: an allow list."""
    return entry.is_public


def place_of(entry: Initiative | Barrier, home: Neighbourhood) -> PublicPlace | None:
    """The place of `entry` as everyone would see it, whether or not it is published yet."""
    return public_place(entry.exact_shape, effective_sharing(entry), home.boundary)


def effective_sharing(entry: Initiative | Barrier) -> Sharing:
    """The contributor's choice, but for benefit rules never finer than the neighbourhood."""
    return entry.effective_sharing


def initiative_feature(  # noqa: PLR0917 - what it is made of
    initiative: Initiative,
    home: Neighbourhood,
    enablers: list[Enabler],
    batch: ImportBatch | None,
    recognitions: Sequence[dict[str, Any]] = (),
    journal: Sequence[dict[str, Any]] = (),
    granted: Mapping[str, Any] | None = None,
) -> Feature | None:
    """An initiative as everyone may see it, or None where its contributor does not want it shown.

    `recognitions`, `journal` and `granted` are what everyone may read of who recognises it, of what it learned, and of
    the published grants that match it.
    """
    place = place_of(initiative, home)
    if place is None:
        return None
    values = public_values(initiative)
    first = as_partial(initiative.first_active, initiative.first_active_precision)
    last = as_partial(initiative.last_active, initiative.last_active_precision)
    properties: dict[str, Any] = {"title": values["title"], "summary": values["summary"], "story": values["story"]}
    properties |= _words(values, "activity", "lifecycle", "formality", "people_band")
    properties |= {name: values[name] for name in ("ways_of_working", "concerns", "recognised_by")}
    properties |= {
        "first_active": _text(first),
        "last_active": _text(last),
        "what_helped": [_enabler(one) for one in enablers],
        "recognitions": list(recognitions),
        "journal": list(journal),
        "organisation_id": values["organisation_id"],
        **(granted or {"grants": [], "grants_count": 0}),
    }
    properties |= _common(values, home, place, f"/initiatives/{initiative.id}")
    properties["updated"] = initiative.changed_at.date().isoformat()
    properties |= _imported(values, batch)
    starts = first.first_day if first else None
    # What goes on is open, whatever day somebody last saw it.
    ends = last.last_day if last and initiative.lifecycle in _OVER else None
    return Feature(initiative.id, "initiatives", initiative.neighbourhood, place.shape, properties, starts, ends)


def barrier_feature(
    barrier: Barrier,
    home: Neighbourhood,
    initiative_home: Neighbourhood | None,
    enablers: list[Enabler],
    *,
    batch: ImportBatch | None = None,
    said: Said = NOTHING_SAID,
) -> Feature | None:
    """A barrier as everyone may see it, or None where its contributor does not want it shown."""
    place = place_of(barrier, home)
    if place is None:
        return None
    values = public_values(barrier)
    happened = as_partial(barrier.happened, barrier.happened_precision)
    month = happened.cut_to("month") if happened and happened.precision == "day" else happened
    properties: dict[str, Any] = {"title": barrier.kind.label}
    properties |= _words(values, "kind", "stage", "effect")
    properties |= {name: values[name] for name in ("what_happened", "holder", "rule_cited")}
    # On which day its contributor said so stays with them.
    properties |= _holder(barrier) | {
        "answers": said.answers({}, fewest=1),
        "is_reopened": said.reopened_on() is not None,
    }
    properties |= {
        "happened": _text(month),
        "helped": values["what_helped"],
        "what_helped": [_enabler(one) for one in enablers],
    }
    properties |= _common(values, home, place, f"/barriers/{barrier.id}")
    properties["updated"] = barrier.changed_at.date().isoformat()[:7]
    properties |= _named_initiative(barrier, initiative_home, place) | _imported(values, batch)
    return Feature(
        barrier.id,
        "barriers",
        barrier.neighbourhood,
        place.shape,
        properties,
        month.first_day if month else None,
        month.last_day if month else None,
    )


def _named_initiative(barrier: Barrier, initiative_home: Neighbourhood | None, place: PublicPlace) -> dict[str, Any]:
    initiative = barrier.initiative
    if initiative is None or initiative_home is None or not is_public(initiative):
        return {}
    shown = place_of(initiative, initiative_home)
    if shown is None or is_finer(shown.shown_as, place.shown_as):
        return {}
    return {
        "initiative": initiative.id,
        "initiative_title": initiative.title,
        "initiative_url": f"/initiatives/{initiative.id}",
    }


def _holder(barrier: Barrier) -> dict[str, Any]:
    """The institution of the register, where one was picked; it also stands in for words of one's own."""
    if barrier.institution is None:
        return {"institution": None}
    told = public_values(barrier.institution)
    return {"institution": told["id"]} | ({} if barrier.holder else {"holder": told["name"]})


def _imported(values: dict[str, Any], batch: ImportBatch | None) -> dict[str, Any]:
    if batch is None:
        return {}
    credit = public_values(batch)
    return {
        "imported_from": credit["source"],
        "source_id": values["source_id"],
        "licence": credit["licence"],
        "credit": credit["credit"],
    }


def _words(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Each code word, and its plain label beside it."""
    pairs: dict[str, Any] = {}
    for name in names:
        word: Word | None = values[name]
        pairs[name] = word
        pairs[f"{name}_label"] = word.label if word else None
    return pairs


def _enabler(enabler: Enabler) -> dict[str, Any]:
    values = public_values(enabler)
    return _words(values, "kind", "from_whom") | {"text": values["text"]}


def _common(values: dict[str, Any], home: Neighbourhood, place: PublicPlace, url: str) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "neighbourhood": home.slug,
        "neighbourhood_name": home.name,
        "shown_as": place.shown_as,
        "language": values["language"],
        "url": url,
    }
    if values["is_demonstration"]:
        shared |= {"demonstration": True, "demonstration_note": DEMONSTRATION_NOTE}
    return shared


def _text(value: PartialDate | None) -> str | None:
    return None if value is None else str(value)


__all__ = [
    "Feature",
    "ShownAs",
    "barrier_feature",
    "effective_sharing",
    "initiative_feature",
    "is_public",
    "neighbourhood_feature",
    "place_of",
]
