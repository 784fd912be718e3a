"""Neighbourhoods: which one a place belongs to, and new versions of their boundaries."""

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.kit.errors import Invalid
from app.kit.geo import BBox, looks_swapped, to_metres
from app.neighbourhoods.models import Neighbourhood


def all_neighbourhoods(db: Session) -> Sequence[Neighbourhood]:
    """All of them by name, boundaries loaded."""
    return db.scalars(
        select(Neighbourhood).options(selectinload(Neighbourhood.boundaries)).order_by(Neighbourhood.name)
    ).all()


def home_of(db: Session, shape: BaseGeometry | None, chosen: str | None) -> Neighbourhood:
    """The neighbourhood that a record belongs to: the chosen one, else the smallest that holds its place.

    `shape` is WGS 84; a line or area belongs where it touches. Raises Invalid, with the nearest neighbourhood's name,
    for a place outside all of them or outside the chosen one.
    """
    places = all_neighbourhoods(db)
    if chosen is not None:
        home = next((place for place in places if place.slug == chosen), None)
        if home is None:
            raise Invalid(
                f"There is no neighbourhood called “{chosen[:80]}”. "
                f"Choose one of: {', '.join(place.slug for place in places)}.",
                field="neighbourhood",
            )
        if shape is not None and not home.boundary.intersects(shape):
            raise Invalid(f"This place is not in {home.name}. {_nearest_sentence(places, shape)}", field="geometry")
        return home
    if shape is None:
        raise Invalid("Say where it is: mark a place, or choose a neighbourhood.", field="neighbourhood")
    holding = [place for place in places if place.boundary.intersects(shape)]
    if not holding:
        raise Invalid(
            f"This place is outside every neighbourhood here. {_nearest_sentence(places, shape)}", field="geometry"
        )
    return min(holding, key=lambda place: (to_metres(place.boundary).area, place.slug))


def _nearest_sentence(places: Sequence[Neighbourhood], shape: BaseGeometry) -> str:
    if not places:
        return "There are no neighbourhoods yet."
    point = shape.representative_point()
    if any(looks_swapped(point, BBox.of(place.boundary)) for place in places):
        return "Longitude comes first, then latitude: the two seem to be the other way round."
    nearest = min(places, key=lambda place: place.boundary.distance(shape))
    return f"The nearest is {nearest.name}."
