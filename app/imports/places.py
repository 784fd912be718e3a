"""Where an imported row is, and whose neighbourhood that is: prepared once for thousands of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.kit.errors import Invalid
from app.kit.geo import LISTS_ABOVE_A_POSITION, MAX_VERTICES, BBox, looks_swapped, read_geometry, to_degrees, to_metres
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.postcodes import find_postcode


@dataclass(frozen=True)
class ImportedPlace:
    """A shape in WGS 84 (None: only a neighbourhood is known). `is_rough`: it stands for a whole postcode."""

    shape: BaseGeometry | None
    is_rough: bool


class Homes:
    """The same rule as `neighbourhoods.service.home_of`, with an index in place of a walk through all of them."""

    def __init__(self, places: Sequence[Neighbourhood]) -> None:
        if not places:
            raise Invalid(
                "There are no neighbourhoods yet. Import them first: small-ecology import neighbourhoods FILE."
            )
        self._places = sorted(places, key=lambda place: (to_metres(place.boundary).area, place.slug))
        boundaries = [place.boundary for place in self._places]
        self._tree = shapely.STRtree(boundaries)
        self._boxes = [BBox.of(boundary) for boundary in boundaries]
        self._by_name = {name.casefold(): place for place in places for name in (place.name, place.slug)}
        shapely.prepare(boundaries)

    def holding(self, shape: BaseGeometry) -> Neighbourhood:
        """The smallest neighbourhood that `shape` (WGS 84) touches. Raises Invalid, with the nearest, outside all."""
        found = self._tree.query(shape, predicate="intersects")
        if len(found):
            return self._places[int(found.min())]
        point = shape.representative_point()
        if any(looks_swapped(point, box) for box in self._boxes):
            raise Invalid("Longitude and latitude seem to be the other way round.", field="place")
        nearest = self._places[int(self._tree.nearest(shape))]
        raise Invalid(f"This place is outside every neighbourhood here. The nearest is {nearest.name}.", field="place")

    def called(self, name: str) -> Neighbourhood:
        """The neighbourhood with this name or slug. Raises Invalid for none."""
        found = self._by_name.get(name.strip().casefold())
        if found is None:
            raise Invalid(f"There is no neighbourhood called “{name[:80]}”.", field="place")
        return found


def place_of_cells(cells: Mapping[str, str]) -> ImportedPlace:
    """The place that a row gives, by our words: degrees, else metres of the British grid, else a postcode.

    Raises Invalid where what it gives is no place. Where it gives nothing at all, the shape is None.
    """
    is_rough = "postcode" in cells.get("place_precision", "").casefold()
    for east, north, in_metres in (("longitude", "latitude", False), ("easting", "northing", True)):
        if cells.get(east) or cells.get(north):
            return ImportedPlace(_point(cells.get(east, ""), cells.get(north, ""), in_metres=in_metres), is_rough)
    if not (postcode := cells.get("postcode")):
        return ImportedPlace(None, is_rough=False)
    found = find_postcode(postcode)
    if found is None:
        raise Invalid("The postcode is not known here.", field="place")
    return ImportedPlace(Point(found), is_rough=True)


def checked_shape(shape: BaseGeometry) -> BaseGeometry:
    """`shape` (WGS 84) of a file, where it may stand for an initiative. Raises Invalid otherwise; nothing is mended."""
    if shape.geom_type not in LISTS_ABOVE_A_POSITION:
        raise Invalid(
            f"A {shape.geom_type} cannot be pinned. Use one of: {', '.join(LISTS_ABOVE_A_POSITION)}.", field="place"
        )
    vertices = int(shapely.get_num_coordinates(shape))
    if vertices > MAX_VERTICES:
        raise Invalid(f"The shape has {vertices:,} points. At most {MAX_VERTICES:,} are taken.", field="place")
    if not shape.is_valid:
        raise Invalid("The edge of the area crosses or touches itself.", field="place")
    return shape


def _point(east: str, north: str, *, in_metres: bool) -> Point:
    numbers: list[float] = []
    for text in (east, north):
        try:
            # Some spreadsheets write a comma in place of the point.
            numbers.append(float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text))
        except ValueError as error:
            raise Invalid(f"“{text[:40]}” is no number for a place.", field="place") from error
    if in_metres:
        if not all(0 <= number <= 1_300_000 for number in numbers):  # noqa: PLR2004 - the British grid ends there
            raise Invalid("Easting and northing are not on the British grid.", field="place")
        return to_degrees(Point(numbers))
    shape = read_geometry({"type": "Point", "coordinates": numbers})
    if not isinstance(shape, Point) or numbers == [0.0, 0.0]:
        raise Invalid("0, 0 is no place: it stands in the sea.", field="place")
    return shape
