"""What others see of a place: the one rule for every page, preview and published row."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.kit.geo import round_degrees, to_degrees, to_metres
from app.kit.grid import Grid, root_bounds
from app.neighbourhoods.postcodes import points_within
from app.vocabulary import Sharing


class ShownAs(StrEnum):
    """How a published shape is to be read."""

    PLACE = "place"
    CELL = "cell"
    NEIGHBOURHOOD = "neighbourhood"


@dataclass(frozen=True)
class PublicPlace:
    """A shape in WGS 84 that may be shown to everyone, and how to read it."""

    shape: BaseGeometry
    shown_as: ShownAs


# From the finest to the coarsest.
_ORDER = (ShownAs.PLACE, ShownAs.CELL, ShownAs.NEIGHBOURHOOD)


def public_place(exact: BaseGeometry | None, sharing: Sharing, boundary: BaseGeometry) -> PublicPlace | None:
    """The place as everyone will see it, or None where the record is not shown at all.

    `exact` and `boundary` are WGS 84. A street-level place is the square, or the squares, of the neighbourhood's fixed
    grid that it touches; where the grid has no safe square there, the whole neighbourhood.
    """
    if not sharing.is_shown:
        return None
    if exact is not None and sharing is Sharing.EXACT:
        return PublicPlace(round_degrees(exact), ShownAs.PLACE)
    if exact is not None and sharing is Sharing.STREET:
        squares = _squares(exact, boundary)
        if squares is not None:
            return PublicPlace(squares, ShownAs.CELL)
    return PublicPlace(round_degrees(boundary), ShownAs.NEIGHBOURHOOD)


def is_finer(one: ShownAs, other: ShownAs) -> bool:
    """True where `one` tells more of a place than `other`."""
    return _ORDER.index(one) < _ORDER.index(other)


def _squares(exact: BaseGeometry, boundary: BaseGeometry) -> BaseGeometry | None:
    grid = _grid(boundary.wkb)
    on_ground = to_metres(exact)
    if isinstance(on_ground, Point):
        cell = grid.cell_of(on_ground.x, on_ground.y)
        return None if cell is None else _drawn(cell.polygon())
    cells = grid.cells_touching(on_ground)
    return _drawn(shapely.union_all([cell.polygon() for cell in cells])) if cells else None


def _drawn(squares: BaseGeometry) -> BaseGeometry:
    return round_degrees(shapely.orient_polygons(to_degrees(squares)))


@lru_cache(maxsize=128)
def _grid(boundary_wkb: bytes) -> Grid:
    on_ground = to_metres(shapely.from_wkb(boundary_wkb))
    return Grid(on_ground, points_within(root_bounds(on_ground)))
