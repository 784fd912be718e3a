"""The coarsening grid: which square of EPSG:27700 stands for a place, so that no one home can be told from others.

A quadtree of squares from 2,000 m (corners at multiples of 2,000 m from the origin of EPSG:27700) down to 250 m. A
square is split into its quarters only where all four hold at least two postcode points, which stand for about 20 homes;
points at one spot (post office boxes, a tower) count once. Splitting top-down leaves no thin remainder, as merging
small cells upwards does.

The public sees of a record both its square and its neighbourhood, so what must hide a home is the part of the square
inside the neighbourhood. A square with fewer than two points in that part is no cell: the caller shows the whole
neighbourhood instead, as for all who chose that, and nobody can tell the two apart. Where nobody knows postcodes at
all, squares are 500 m.

Places outside the boundary: only the square decides, never on which side of the boundary the place lies, so the
answer cannot tell the two sides apart. A square that does not touch the neighbourhood is no cell.

Nothing is random, and nothing but the boundary and the postcode points is looked at: asking a thousand times, or for a
thousand records, adds nothing to what one answer says.

A changed boundary or a new release of postcodes moves cells, and an old square laid over a new one says more than
either. So both change seldom, together with all that was published, and never for one record.
"""

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ROOT_M = 2_000
FINEST_M = 250
WITHOUT_POSTCODES_M = 500
LEAST_POSTCODES = 2

Points = NDArray[np.integer] | NDArray[np.floating]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A square of EPSG:27700. Its west and south edges belong to it, its east and north edges to its neighbours."""

    west_m: int
    south_m: int
    size_m: int

    def polygon(self) -> Polygon:
        """The square as a shape (EPSG:27700)."""
        return shapely.box(self.west_m, self.south_m, self.west_m + self.size_m, self.south_m + self.size_m)

    def holds(self, easting: float, northing: float) -> bool:
        """Whether the place (EPSG:27700) belongs to this square and to no other of its size."""
        east_m, north_m = self.west_m + self.size_m, self.south_m + self.size_m
        return self.west_m <= easting < east_m and self.south_m <= northing < north_m

    def quarters(self) -> tuple["Cell", "Cell", "Cell", "Cell"]:
        half, west, south = self.size_m // 2, self.west_m, self.south_m
        return (
            Cell(west, south, half),
            Cell(west, south + half, half),
            Cell(west + half, south, half),
            Cell(west + half, south + half, half),
        )


def root_of(easting: float, northing: float) -> Cell:
    """The 2,000 m square of a place (EPSG:27700, finite)."""
    return Cell(math.floor(easting / ROOT_M) * ROOT_M, math.floor(northing / ROOT_M) * ROOT_M, ROOT_M)


def root_bounds(boundary: "BaseGeometry") -> Bounds:
    """West, south, east, north (EPSG:27700) of all root squares that `boundary` can touch: ask postcodes for these."""
    west, south, east, north = boundary.bounds
    first, last = root_of(west, south), root_of(east, north)
    return (first.west_m, first.south_m, last.west_m + ROOT_M, last.south_m + ROOT_M)


class Grid:
    """The cells of one neighbourhood.

    `boundary` is in EPSG:27700 and not empty. `postcodes` holds easting and northing (n, 2) of the postcode points in
    `root_bounds(boundary)`, others do no harm; None where no postcodes are known there.
    """

    def __init__(self, boundary: "BaseGeometry", postcodes: Points | None) -> None:
        self._boundary = boundary
        self._bounds = root_bounds(boundary)
        self._points = None
        if postcodes is not None:
            self._points = np.unique(np.asarray(postcodes, dtype=np.float64).reshape(-1, 2), axis=0)
        self._leaves_of_root = functools.cache(self._leaves_of)

    def cell_of(self, easting: float, northing: float) -> Cell | None:
        """The cell of a place (EPSG:27700), or None where only the whole neighbourhood hides it.

        Publish nothing then that tells "a cell was asked for" from "the neighbourhood was asked for": it would point to
        the few homes that have no cell.
        """
        west, south, east, north = self._bounds
        if not (west <= easting < east and south <= northing < north):  # so is NaN, and what no neighbour would ask
            return None
        root = root_of(easting, northing)
        return next((cell for cell in self._leaves_of_root(root) if cell.holds(easting, northing)), None)

    def cells_touching(self, shape: "BaseGeometry") -> tuple[Cell, ...]:
        """The cells that a shape (EPSG:27700) touches, in a fixed order.

        Empty where a part of the shape lies in no cell: half of it would mislead, so the whole neighbourhood is shown.
        What only touches an edge takes the cells on both sides of it; a point has one cell, as `cell_of` says.
        """
        if shape.is_empty:
            return ()
        if isinstance(shape, Point):
            cell = self.cell_of(shape.x, shape.y)
            return () if cell is None else (cell,)
        # A shape that reaches beyond the roots cannot be covered, however large it is: nothing is enumerated for it.
        if not shapely.box(*self._bounds).covers(shape):
            return ()
        touched = tuple(cell for cell in self._leaves_within(shape.bounds) if shape.intersects(cell.polygon()))
        covered = shapely.union_all([cell.polygon() for cell in touched])
        return touched if covered.covers(shape) else ()

    def leaves(self) -> tuple[Cell, ...]:
        """All cells, in a fixed order: for a map of the grid, and for checking it."""
        return self._leaves_within(self._boundary.bounds)

    def _leaves_within(self, bounds: Bounds) -> tuple[Cell, ...]:
        west, south, east, north = bounds
        first, last = root_of(west, south), root_of(east, north)
        return tuple(
            cell
            for west_m in range(first.west_m, last.west_m + 1, ROOT_M)
            for south_m in range(first.south_m, last.south_m + 1, ROOT_M)
            for cell in self._leaves_of_root(Cell(west_m, south_m, ROOT_M))
        )

    def _leaves_of(self, root: Cell) -> tuple[Cell, ...]:
        if not self._boundary.intersects(root.polygon()):
            return ()
        if self._points is None:
            return tuple(sorted(self._split_evenly(root)))
        points = self._points[_in_cell(self._points, root)]
        inside = shapely.intersects_xy(self._boundary, points[:, 0], points[:, 1])
        return tuple(sorted(self._split(root, points, inside)))

    def _split_evenly(self, cell: Cell) -> list[Cell]:
        if not self._boundary.intersects(cell.polygon()):
            return []
        if cell.size_m == WITHOUT_POSTCODES_M:
            return [cell]
        return [leaf for quarter in cell.quarters() for leaf in self._split_evenly(quarter)]

    def _split(self, cell: Cell, points: Points, inside: NDArray[np.bool_]) -> list[Cell]:
        if inside.sum() < LEAST_POSTCODES:
            return []
        quarters = [(quarter, _in_cell(points, quarter)) for quarter in cell.quarters()]
        if cell.size_m == FINEST_M or any(here.sum() < LEAST_POSTCODES for _quarter, here in quarters):
            return [cell]
        return [leaf for quarter, here in quarters for leaf in self._split(quarter, points[here], inside[here])]


def _in_cell(points: Points, cell: Cell) -> NDArray[np.bool_]:
    east, north = points[:, 0], points[:, 1]
    east_m, north_m = cell.west_m + cell.size_m, cell.south_m + cell.size_m
    return (cell.west_m <= east) & (east < east_m) & (cell.south_m <= north) & (north < north_m)
