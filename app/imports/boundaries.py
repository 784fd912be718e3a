"""Boundaries in: which neighbourhoods a file adds or changes, checked before anything is written."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy.orm import Session

from app.formats.vector import VectorFeature, VectorLayer
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.geo import MAX_VERTICES, round_degrees, to_metres
from app.kit.text import clean_line
from app.neighbourhoods.models import Boundary, Neighbourhood
from app.neighbourhoods.service import all_neighbourhoods

_MOST_VERTICES = 50_000  # of one boundary; drawn on a map, it is simplified long before that
# An overlap that is nowhere wider than twice this comes from drawing, not from a dispute.
_SLIVER_METRES = 25
_NAME_FIELDS = ("name", "ward_name", "neighbourhood", "title", "label")
_CODE_FIELDS = ("codes", "code", "gss_code", "ward_code", "id")
_TEXTS = ("source", "licence", "credit", "note")
_OTHER_NAMES = {"licence": ("license",), "credit": ("attribution",), "source": ("product",)}
_LONGEST = {"slug": 80, "name": 200}


@dataclass(frozen=True)
class BoundaryFields:
    """Which column of the file holds what; None: nowhere. `given` are texts that hold for the whole file."""

    name: str
    code: str | None
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BoundaryPlan:
    """What an import would do. `warnings` are sentences; nothing is wrong enough to refuse the file."""

    wanted: Sequence[Neighbourhood]
    added: Sequence[str]
    changed: Sequence[str]
    unchanged: Sequence[str]
    warnings: Sequence[str]


def guess_fields(layer: VectorLayer, name: str | None, code: str | None, given: Mapping[str, str]) -> BoundaryFields:
    """The columns for names and codes: those that were asked for, else the likeliest. Raises Invalid for none."""
    for asked in (name, code):
        if asked is not None and asked not in layer.fields:
            raise Invalid(f"There is no column “{asked[:80]}”. The file has: {', '.join(layer.fields)}.")
    name = name or _likeliest(layer.fields, _NAME_FIELDS, "nm")
    if name is None:
        raise Invalid(
            f"Which column holds the names? Say it with --name-field. The file has: {', '.join(layer.fields)}."
        )
    return BoundaryFields(name, code or _likeliest(layer.fields, _CODE_FIELDS, "cd"), given)


def plan(db: Session, layer: VectorLayer, fields: BoundaryFields, *, allow_overlap: bool) -> BoundaryPlan:
    """Compare `layer` with what is there. Raises Invalid where the file cannot be taken in as it is."""
    warnings: list[str] = []
    wanted = [_read(feature, fields, warnings) for feature in layer.features]
    slugs = [place.slug for place in wanted]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise Invalid(f"Several features would have the same address: {', '.join(twice)}. Give each its own name.")
    held = {place.slug: place for place in all_neighbourhoods(db)}
    standing = [place for slug, place in held.items() if slug not in set(slugs)]
    overlaps = _overlaps(wanted, standing)
    if overlaps and not allow_overlap:
        raise Invalid(
            f"Some boundaries overlap: {'; '.join(overlaps[:5])}{'; and more' if len(overlaps) > 5 else ''}. "  # noqa: PLR2004
            "Where that is meant, say --allow-overlap: a place in two belongs to the smaller one."
        )
    warnings += [f"They overlap: {pair}." for pair in overlaps]
    return BoundaryPlan(
        wanted,
        added=[slug for slug in slugs if slug not in held],
        changed=[place.slug for place in wanted if place.slug in held and not _is_same(held[place.slug], place)],
        unchanged=[place.slug for place in wanted if place.slug in held and _is_same(held[place.slug], place)],
        warnings=warnings,
    )


def apply(db: Session, planned: BoundaryPlan) -> None:
    """Write what was planned. A changed boundary closes the version before it; what is unchanged is not touched."""
    held = {place.slug: place for place in all_neighbourhoods(db)}
    for place in planned.wanted:
        standing = held.get(place.slug)
        if standing is None:
            db.add(place)
        elif place.slug in set(planned.changed):
            _renew(standing, place)


def _renew(standing: Neighbourhood, place: Neighbourhood) -> None:
    for name in ("name", "codes", *_TEXTS):
        if getattr(standing, name) != getattr(place, name):
            setattr(standing, name, getattr(place, name))
    if not _is_same_shape(standing, place):
        today = clock.today()
        for boundary in standing.boundaries:
            if boundary.valid_to is None:
                boundary.valid_to = today
        standing.boundaries.append(Boundary(shape=place.boundary, valid_from=today, valid_to=None))


def _is_same(one: Neighbourhood, other: Neighbourhood) -> bool:
    same_words = all(getattr(one, name) == getattr(other, name) for name in ("name", "codes", *_TEXTS))
    return same_words and _is_same_shape(one, other)


def _is_same_shape(one: Neighbourhood, other: Neighbourhood) -> bool:
    return bool(shapely.equals_exact(one.boundary, other.boundary, normalize=True))


def _read(feature: VectorFeature, fields: BoundaryFields, warnings: list[str]) -> Neighbourhood:
    name = clean_line(str(feature.values.get(fields.name) or ""), most=_LONGEST["name"], field="name")
    if not name:
        raise Invalid(f"Feature {feature.number} has no name in the column “{fields.name}”.")
    codes = feature.values.get(fields.code) if fields.code else None
    listed = [str(one) for one in (codes if isinstance(codes, list) else [codes]) if one not in {None, ""}]
    slug = slug_of(str(feature.values.get("slug") or name)) or slug_of(" ".join(listed))
    if not slug:
        raise Invalid(f"{name} needs a column “slug” with a name in the letters a to z for its address.")
    shape = _checked(feature, name, warnings)
    place = Neighbourhood(slug=slug, name=name, codes=listed, **_texts(feature, fields.given))
    place.boundaries = [Boundary(shape=shape, valid_from=clock.today(), valid_to=None)]
    return place


def _texts(feature: VectorFeature, given: Mapping[str, str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in _TEXTS:
        found: Any = next(
            (feature.values.get(one) for one in (name, *_OTHER_NAMES.get(name, ())) if one in feature.values), ""
        )
        texts[name] = clean_line(given.get(name) or str(found or ""), most=1_000, field=name)
    return texts


def _checked(feature: VectorFeature, name: str, warnings: list[str]) -> Polygon | MultiPolygon:
    shape = feature.shape
    if shape is None:
        raise Invalid(f"{name} cannot be taken in. {feature.problem}")
    if not isinstance(shape, Polygon | MultiPolygon):
        raise Invalid(f"{name} is no area. A neighbourhood needs a Polygon or MultiPolygon.")
    vertices = int(shapely.get_num_coordinates(shape))
    if vertices > _MOST_VERTICES:
        raise Invalid(f"{name} has {vertices:,} points. Simplify it to at most {_MOST_VERTICES:,}.")
    shape = round_degrees(shape)
    if not shape.is_valid:
        shape = _mended(shape, name, vertices, warnings)
    return shapely.orient_polygons(shape)


def _mended(shape: Polygon | MultiPolygon, name: str, vertices: int, warnings: list[str]) -> Polygon | MultiPolygon:
    """An operator's own file may be mended, as a contribution may not; but a hostile shape could take minutes."""
    reason = shapely.is_valid_reason(shape).partition("[")[0].lower()
    if vertices > MAX_VERTICES:
        raise Invalid(f"{name} is not a clean area ({reason}), and has too many points to be mended here.")
    parts = [part for part in shapely.get_parts(shapely.make_valid(shape)) if isinstance(part, Polygon | MultiPolygon)]
    mended = round_degrees(shapely.union_all(parts))
    if not isinstance(mended, Polygon | MultiPolygon) or mended.is_empty or not mended.is_valid:
        raise Invalid(f"{name} is not a clean area ({reason}), and could not be mended.")
    warnings.append(f"{name} was not a clean area ({reason}) and has been mended. Look at it on the map.")
    return mended


def _overlaps(wanted: Sequence[Neighbourhood], standing: Sequence[Neighbourhood]) -> list[str]:
    places = [*wanted, *standing]
    shapes = [to_metres(place.boundary) for place in places]
    # Which of what stands already overlap each other was settled when they came in.
    pairs = shapely.STRtree(shapes).query(shapes[: len(wanted)], predicate="intersects").T
    return [
        f"{places[one].name} and {places[other].name}"
        for one, other in sorted((int(one), int(other)) for one, other in pairs if one < other)
        if not shapely.intersection(shapes[one], shapes[other]).buffer(-_SLIVER_METRES).is_empty
    ]


def _likeliest(fields: Sequence[str], names: Sequence[str], ending: str) -> str | None:
    by_small = {name.casefold(): name for name in reversed(fields)}
    known = next((by_small[name] for name in names if name in by_small), None)
    # The Office for National Statistics writes WD24NM and WD24CD.
    return known or next((name for small, name in by_small.items() if small.endswith(ending)), None)


def slug_of(text: str) -> str:
    """The name of a place as it stands in an address: "Beeston & Holbeck" becomes "beeston-holbeck"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[: _LONGEST["slug"]].strip("-")
