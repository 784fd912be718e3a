"""How much others may see: the levels that fit an entry, and each level's public shape, drawn and in words."""

import math
from typing import Any

import shapely
from shapely.geometry import mapping

from app.contributing.form_fields import Raw, text_of, values_for_template
from app.contributing.kinds import Kind
from app.contributing.where import Where
from app.kit.geo import to_metres
from app.neighbourhoods.coarsening import PublicPlace, ShownAs, public_place
from app.vocabulary import BarrierKind, ReviewPolicy, Sharing
from app.web.drawings import place_drawing

_CLOSER = {Sharing.EXACT, Sharing.STREET}
# Corners of a square's ring, the first one repeated.
_CORNERS = 5


def sharing_levels(kind: Kind, raw: Raw, where: Where) -> dict[str, Any]:
    """The levels with the shape that would be public, why some are not offered, and which one is chosen."""
    offered, why_fewer = _offered(raw, where)
    levels = [
        {"value": level, "label": level.label, "hint": level.hint, **_shape_of(level, where)} for level in offered
    ]
    values = values_for_template(raw) | {"sharing": str(fitting_level(kind, raw, where))}
    return {"levels": levels, "why_fewer": why_fewer, "values": values, "review": review_sentence(where)}


def fitting_level(kind: Kind, raw: Raw, where: Where) -> Sharing:
    """The level that was chosen, as far as it fits; the usual one where none was. It is what the pages draw."""
    offered, _why = _offered(raw, where)
    chosen = Sharing.named(text_of(raw, "sharing"))
    if chosen in offered:
        return chosen
    is_usual_close = kind.collection == "initiatives" and chosen is None and Sharing.STREET in offered
    return Sharing.STREET if is_usual_close else Sharing.NEIGHBOURHOOD


def seen_by_others(sharing: Sharing, where: Where) -> dict[str, Any] | None:
    """The drawing of what everyone will see of a place, or None where nothing is shown."""
    drawing: dict[str, Any] | None = _shape_of(sharing, where)["drawing"]
    return drawing


def review_sentence(where: Where) -> str:
    """What the neighbourhood's stewards do with a new entry."""
    if where.home.review is ReviewPolicy.AFTER:
        return f"It is shown at once. A steward of {where.home.name} looks at it later."
    return f"A steward of {where.home.name}, somebody from the community, looks at it before it is shown."


def _offered(raw: Raw, where: Where) -> tuple[list[Sharing], str]:
    further = [level for level in Sharing if level not in _CLOSER]
    if where.shape is None:
        return further, "You named only the neighbourhood, so nothing closer can be shown."
    if text_of(raw, "kind") == BarrierKind.WELFARE_SANCTION:
        return further, "Stories about benefits are never shown closer than the neighbourhood. This keeps people safe."
    return list(Sharing), ""


def _shape_of(level: Sharing, where: Where) -> dict[str, Any]:
    place = public_place(where.shape, level, where.home.boundary)
    if place is None:
        return {"drawing": None, "shape": None, "words": ""}
    words = _in_words(level, place, where.home.name)
    drawing = place_drawing(where.home.boundary, place.shape, f"Drawing of {where.home.name}. {words}")
    return {"drawing": drawing | {"caption": words}, "shape": mapping(place.shape), "words": words}


def _in_words(level: Sharing, place: PublicPlace, name: str) -> str:
    if place.shown_as is ShownAs.PLACE:
        return "Others see the very place."
    if place.shown_as is ShownAs.CELL:
        if len(shapely.get_coordinates(place.shape)) > _CORNERS:
            return "Others see the squares of the map that your place touches."
        side = round(math.sqrt(to_metres(place.shape).area) / 50) * 50
        return f"Others see a square, about {side:,} m wide. It is the same for every place in it."
    if level is Sharing.STREET:
        return f"Others see the whole of {name}. Too few homes are near your place for anything smaller."
    return f"Others see the whole of {name}."
