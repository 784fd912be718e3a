"""A tie between two initiatives, as everyone may see it: once both agreed, and while everyone may read both."""

from collections.abc import Mapping
from typing import Any

from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from app.connections.models import Connection
from app.initiatives.models import ImportBatch, Initiative
from app.kit.geo import round_degrees
from app.neighbourhoods.coarsening import ShownAs
from app.neighbourhoods.entries import as_partial
from app.neighbourhoods.models import Neighbourhood
from app.publishing.features import DEMONSTRATION_NOTE, Feature, is_public, place_of
from app.publishing.rules import public_values
from app.vocabulary import Agreement


def connection_feature(
    tie: Connection,
    start: Initiative,
    end: Initiative,
    homes: Mapping[str, Neighbourhood],
    batch: ImportBatch | None = None,
) -> Feature | None:
    """The tie from `start` to `end`, or None where one of them is not public or did not agree.

    Its geometry is a line between the middles of what both show. Where one shows only its neighbourhood there is none:
    a line into the middle of a neighbourhood would look like a place.
    """
    if tie.state is not Agreement.ACCEPTED or not (is_public(start) and is_public(end)):
        return None
    values = public_values(tie)
    since = as_partial(tie.since, tie.since_precision)
    properties: dict[str, Any] = {
        "title": f"{start.title} {tie.kind.label} {end.title}",
        "kind": values["kind"],
        "kind_label": tie.kind.label,
        "kind_back": tie.kind.back,
        "is_mutual": tie.kind.is_mutual,
        "since": None if since is None else str(since),
    }
    for side, one in (("from", start), ("to", end)):
        properties |= {
            side: one.id,
            f"{side}_title": one.title,
            f"{side}_url": f"/initiatives/{one.id}",
            f"{side}_neighbourhood": one.neighbourhood,
        }
    if batch is not None:
        credit = public_values(batch)
        properties |= {"imported_from": credit["source"], "source_id": values["source_id"]}
        properties |= {"licence": credit["licence"], "credit": credit["credit"]}
    if start.is_demonstration or end.is_demonstration:
        properties |= {"demonstration": True, "demonstration_note": DEMONSTRATION_NOTE}
    starts = since.first_day if since else None
    return Feature(tie.id, "connections", start.neighbourhood, _line(start, end, homes), properties, starts)


def _line(start: Initiative, end: Initiative, homes: Mapping[str, Neighbourhood]) -> BaseGeometry | None:
    places = [place_of(one, homes[one.neighbourhood]) for one in (start, end)]
    if any(place is None or place.shown_as is ShownAs.NEIGHBOURHOOD for place in places):
        return None
    middles = [place.shape.representative_point() for place in places if place is not None]
    return None if middles[0].equals(middles[1]) else round_degrees(LineString(middles))
