"""Shapes and boxes on the globe: WGS 84 degrees (longitude first) outside, EPSG:27700 metres where distances count."""

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.kit.errors import Invalid

MAX_LON = 180
MAX_LAT = 90
MAX_VERTICES = 2_000  # of one contributed geometry; a hostile shape just above it can cost seconds in GEOS
LISTS_ABOVE_A_POSITION = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}

# EPSG:1314 with the British National Grid, written out: PROJ would otherwise choose by what grid files a machine has
# (OSTN15 or not), and a place could fall into one cell here and into another there. Accuracy: 2 m in Great Britain.
_DEGREES_TO_METRES = (
    "proj=pipeline step proj=unitconvert xy_in=deg xy_out=rad step proj=push v_3 step proj=cart ellps=WGS84 "
    "step inv proj=helmert x=446.448 y=-125.157 z=542.06 rx=0.15 ry=0.247 rz=0.842 s=-20.489 "
    "convention=position_vector step inv proj=cart ellps=airy step proj=pop v_3 "
    "step proj=tmerc lat_0=49 lon_0=-2 k=0.9996012717 x_0=400000 y_0=-100000 ellps=airy"
)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_HILBERT_ORDER = 24  # cells of about 2.4 m; 48 bits, which every database and JavaScript hold exactly

Shape = TypeVar("Shape", bound=BaseGeometry)
Coordinates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BBox:
    """A box in WGS 84 degrees; where west > east it crosses 180 degrees. Raises Invalid where it cannot be a box."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(edge) for edge in (self.west, self.south, self.east, self.north)):
            raise Invalid("bbox needs finite numbers: west,south,east,north.", field="bbox")
        if not (-MAX_LAT <= self.south <= MAX_LAT and -MAX_LAT <= self.north <= MAX_LAT):
            raise Invalid(
                "In bbox, south and north go from -90 to 90. The order is west,south,east,north.", field="bbox"
            )
        if not (-MAX_LON <= self.west <= MAX_LON and -MAX_LON <= self.east <= MAX_LON):
            raise Invalid(
                "In bbox, west and east go from -180 to 180. The order is west,south,east,north.", field="bbox"
            )
        if self.south > self.north:
            raise Invalid("In bbox, south is larger than north. The order is west,south,east,north.", field="bbox")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Box of "west,south,east,north"; of six numbers (west,south,lowest,east,north,highest) heights are dropped."""
        parts = text.split(",")
        if len(parts) not in (4, 6):
            raise Invalid("bbox needs four numbers with commas between: west,south,east,north.", field="bbox")
        numbers = []
        for place, part in enumerate(parts, start=1):
            if not _PLAIN_NUMBER.fullmatch(part.strip()):
                raise Invalid(f"bbox needs plain numbers such as -1.53. Number {place} is not one.", field="bbox")
            numbers.append(float(part))
        if not all(math.isfinite(number) for number in numbers):
            raise Invalid("A number in bbox is too large. Use degrees: west,south,east,north.", field="bbox")
        half = len(numbers) // 2  # each corner has two or three numbers
        (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
        return cls(west, south, east, north)

    @classmethod
    def of(cls, shape: BaseGeometry) -> Self:
        """Smallest box around `shape` (WGS 84), which must not be empty."""
        return cls(*(float(edge) for edge in shape.bounds))

    def parts(self) -> tuple["BBox", ...]:
        """One box, or two where it crosses 180 degrees: indexes know no date line."""
        if self.west <= self.east:
            return (self,)
        return (BBox(self.west, self.south, 180.0, self.north), BBox(-180.0, self.south, self.east, self.north))

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the point (WGS 84) lies in the box or on its edge."""
        return any(p.west <= lon <= p.east and p.south <= lat <= p.north for p in self.parts())


@functools.cache
def _transformer() -> Transformer:
    return Transformer.from_pipeline(_DEGREES_TO_METRES)


def to_metres(shape: Shape) -> Shape:
    """The shape (WGS 84, lon/lat) in EPSG:27700 metres. Raises Invalid on the far side of the globe."""
    return _moved(shape, TransformDirection.FORWARD)


def to_degrees(shape: Shape) -> Shape:
    """The shape (EPSG:27700 metres) in WGS 84 lon/lat. Raises Invalid where the metres are nowhere on the globe."""
    return _moved(shape, TransformDirection.INVERSE)


def _moved(shape: Shape, direction: TransformDirection) -> Shape:
    def move(coordinates: Coordinates) -> Coordinates:
        x, y = _transformer().transform(coordinates[:, 0], coordinates[:, 1], direction=direction)
        return np.column_stack((x, y))

    moved = shapely.transform(shape, move)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise Invalid("The place is too far away to be measured in metres of the British grid.", field="geometry")
    return moved


def round_degrees(shape: Shape, places: int = 6) -> Shape:
    """The shape with `places` decimals (6 are about 0.1 m). Plain rounding: nothing is snapped, merged or mended."""
    return shapely.transform(shape, lambda coordinates: np.round(coordinates, places) + 0.0)  # + 0.0: no "-0.0"


def hilbert_key(lon: float, lat: float) -> int:
    """Place on a Hilbert curve over the world (WGS 84): neighbours on the map are mostly neighbours in the order.

    The key says where the point is, to a few metres: give it the public shape, never an exact place that is withheld.
    """
    side = 1 << _HILBERT_ORDER
    x = min(max(int((lon + 180.0) / 360.0 * side), 0), side - 1)
    y = min(max(int((lat + 90.0) / 180.0 * side), 0), side - 1)
    key = 0
    half = side >> 1
    while half:
        right, upper = int(bool(x & half)), int(bool(y & half))
        key += half * half * ((3 * right) ^ upper)
        if not upper:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        half >>= 1
    return key


def looks_swapped(point: Point, near: BBox) -> bool:
    """Whether a point (lon/lat) far from `near` would lie in it if its numbers changed places: lat,lon was meant."""
    return not near.contains(point.x, point.y) and near.contains(point.y, point.x)


def read_geometry(mapping: object) -> Point | LineString | Polygon | MultiPolygon:
    """Shape (WGS 84, 2D, outer rings counter-clockwise) of GeoJSON that a stranger sent.

    It is refused with Invalid, one sentence each, and never repaired: mending a hostile polygon took 33 s where looking
    took 1 ms. Everything is counted and checked before a shape is built; no step recurses. Heights are dropped.
    """
    if not isinstance(mapping, Mapping):
        raise _invalid('The geometry is missing. Send one such as {"type": "Point", "coordinates": [-1.53, 53.8]}.')
    kind = mapping.get("type")
    if kind == "GeometryCollection":
        raise _invalid("A GeometryCollection is too much for one entry. Send one point, line or area.")
    if not isinstance(kind, str) or kind not in LISTS_ABOVE_A_POSITION:
        raise _invalid(f"The type of the geometry must be one of: {', '.join(LISTS_ABOVE_A_POSITION)}.")
    coordinates = mapping.get("coordinates")
    if coordinates is None:
        raise _invalid("The geometry has no coordinates. Send numbers: longitude first, then latitude.")
    _check_coordinates(coordinates, LISTS_ABOVE_A_POSITION[kind])
    shape = _build(kind, coordinates)
    if not shape.is_valid:
        raise _invalid(_why_invalid(shape))
    return shape


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, field="geometry")


def _check_coordinates(coordinates: object, lists_above_a_position: int) -> None:
    vertices = 0
    todo = [(coordinates, lists_above_a_position)]
    while todo:
        node, levels = todo.pop()
        if levels == 0:
            _check_position(node)
            continue
        if not isinstance(node, list | tuple):
            raise _invalid("The coordinates are not nested deeply enough for the type of the geometry.")
        if not node:
            raise _invalid("The geometry is empty. Send at least one point.")
        vertices += len(node) if levels == 1 else 0
        if vertices > MAX_VERTICES or len(node) > MAX_VERTICES:
            raise _invalid(f"The geometry has more than {MAX_VERTICES:,} points. Send a simpler shape.")
        todo.extend((child, levels - 1) for child in node)


def _check_position(node: object) -> None:
    if not isinstance(node, list | tuple):
        raise _invalid("Each point must be a list of numbers: [longitude, latitude].")
    if not node:
        raise _invalid("The geometry is empty. Send at least one point.")
    if isinstance(node[0], list | tuple):
        raise _invalid("The coordinates are nested too deeply for the type of the geometry.")
    if len(node) not in (2, 3):
        raise _invalid("Each point must have two numbers: [longitude, latitude].")
    for number in node:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _invalid("Each point must be made of numbers: [longitude, latitude].")
        if isinstance(number, float) and not math.isfinite(number):
            raise _invalid("NaN and Infinity are not places. Send numbers: [longitude, latitude].")
    if not -MAX_LON <= node[0] <= MAX_LON:
        raise _invalid("Longitude goes from -180 to 180. It comes first: [longitude, latitude].")
    if not -MAX_LAT <= node[1] <= MAX_LAT:
        raise _invalid("Latitude goes from -90 to 90. It comes second: [longitude, latitude].")


def _build(kind: str, coordinates: list[Any]) -> Point | LineString | Polygon | MultiPolygon:
    if kind == "Point":
        return Point(coordinates[:2])
    if kind == "LineString":
        return LineString(_flat(coordinates, least=2))
    if kind == "Polygon":
        return _polygon(coordinates)
    return MultiPolygon([_polygon(rings) for rings in coordinates])


def _flat(positions: list[Any], least: int) -> list[tuple[float, float]]:
    if len(positions) < least:
        raise _invalid("A line needs at least 2 points, and the edge of an area at least 4.")
    return [(float(position[0]), float(position[1])) for position in positions]


def _polygon(rings: list[Any]) -> Polygon:
    flat = [_flat(ring, least=4) for ring in rings]
    if any(ring[0] != ring[-1] for ring in flat):
        raise _invalid("The edge of an area must end where it begins: repeat its first point at the end.")
    return shapely.orient_polygons(Polygon(flat[0], flat[1:]))


def _why_invalid(shape: BaseGeometry) -> str:
    reason = shapely.is_valid_reason(shape)
    if "Self-intersection" in reason or "self-intersection" in reason:
        return "The edge of the area crosses or touches itself. Draw it so that it does not."
    if "Too few points" in reason:
        return "The points of the shape lie on top of each other. Send different points."
    return "The parts of the area do not fit together: a hole lies outside, or parts overlap."
