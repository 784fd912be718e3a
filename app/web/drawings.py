"""Small drawings of places for pages without scripts: SVG paths of public shapes, as the templates ask for them."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import Point, Polygon, get_parts, prepare
from shapely.geometry.base import BaseGeometry

_PORTRAIT = (400, 300)
_PLACE = (320, 240)
_MARGIN = 24
# Feet of neighbouring plants stand this far apart, in drawing units; a plant is 24 wide.
_NEAREST, _FURTHEST = 13.0, 30.0
_ROW = 0.78
_SIZES = {"up_to_5": 1.0, "6_to_15": 1.15, "16_to_50": 1.3, "51_to_150": 1.5, "over_150": 1.75}
_USUAL_SIZE = 1.1
# About 400 m: what is drawn around a shape whose neighbourhood is not known.
_AROUND_DEGREES = 0.004


@dataclass(frozen=True)
class Frame:
    """Fits a boundary (WGS 84) into `width` by `height` drawing units; north is up, and degrees are made square."""

    width: int
    height: int
    scale: float
    squeeze: float
    left: float
    top: float

    @classmethod
    def around(cls, boundary: BaseGeometry, size: tuple[int, int]) -> "Frame":
        """The frame in which `boundary` fills a drawing of `size`, with a margin."""
        west, south, east, north = boundary.bounds
        squeeze = math.cos(math.radians((south + north) / 2))
        width, height = size
        wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
        scale = min((width - 2 * _MARGIN) / wide, (height - 2 * _MARGIN) / high)
        left = (width - scale * squeeze * (west + east)) / 2
        top = (height + scale * (south + north)) / 2
        return cls(width, height, scale, squeeze, left, top)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point of WGS 84 stands in the drawing, x to the right and y down."""
        return round(lon * self.squeeze * self.scale + self.left, 1), round(self.top - lat * self.scale, 1)

    def path(self, shape: BaseGeometry) -> str:
        """An SVG path of a polygon's or line's outlines; "" for a point."""
        pieces: list[str] = []
        for part in get_parts(shape):
            if isinstance(part, Polygon):
                pieces += [self._line(ring.coords) + "z" for ring in (part.exterior, *part.interiors)]
            elif not isinstance(part, Point):
                pieces.append(self._line(part.coords))
        return "".join(pieces)

    def _line(self, spots: Any) -> str:  # noqa: ANN401 - Shapely's coordinate sequence
        return "M" + " ".join(f"{x} {y}" for x, y in (self.place(*spot[:2]) for spot in spots))


def place_drawing(boundary: BaseGeometry | None, shape: BaseGeometry | None, words: str) -> dict[str, object]:
    """For components/place_drawing.html. `shape` is the *public* shape, never the contributor's own. Both: WGS 84."""
    around = boundary if boundary is not None else (shape or Point(0, 0)).buffer(_AROUND_DEGREES)
    frame = Frame.around(around, _PLACE)
    point = None
    if isinstance(shape, Point):
        x, y = frame.place(shape.x, shape.y)
        point = {"x": x, "y": y}
    return {
        "width": frame.width,
        "height": frame.height,
        "outline": frame.path(boundary) if boundary is not None else "",
        "shape": frame.path(shape) if shape is not None else "",
        "point": point,
        "words": words,
    }


def portrait(boundary: BaseGeometry, records: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """For components/portrait.html: one plant a record (`id`, `activity`, `lifecycle`, `people_band`).

    Spots are a fixed pattern inside the outline, given out by a hash of the record's id: where a thing really is plays
    no part.
    """
    frame = Frame.around(boundary, _PORTRAIT)
    spots = _spots(frame, boundary, len(records))
    in_turn = sorted(records, key=lambda record: _shuffled(str(record["id"])))
    plants = [
        {
            "x": x,
            "y": y,
            "lifecycle": record["lifecycle"],
            "activity": record["activity"],
            "size": _SIZES.get(str(record["people_band"]), _USUAL_SIZE),
        }
        for (x, y), record in zip(spots, in_turn, strict=False)
    ]
    plants.sort(key=lambda plant: float(plant["y"]))
    return {"width": frame.width, "height": frame.height, "outline": frame.path(boundary), "plants": plants}


def _spots(frame: Frame, boundary: BaseGeometry, wanted: int) -> list[tuple[float, float]]:
    outlines = [Polygon([frame.place(*spot[:2]) for spot in part.exterior.coords]) for part in get_parts(boundary)]
    ground = max(outlines, key=lambda part: part.area).buffer(-6)
    prepare(ground)
    step = max(_NEAREST, min(_FURTHEST, math.sqrt(ground.area / max(wanted, 1)) * 0.9))
    spots = []
    for row in range(int(frame.height / (step * _ROW))):
        for column in range(int(frame.width / step) + 1):
            x, y = column * step + (row % 2) * step / 2, row * step * _ROW
            if ground.contains(Point(x, y)):
                spots.append((round(x, 1), round(y, 1)))
    # An order of its own, so that few plants stand all over the shape and not in its upper rows.
    spots.sort(key=lambda spot: _shuffled(str(spot)))
    return spots


def _shuffled(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
