"""Statistical areas (small areas, wards ...) in: how much of each lies in which neighbourhood. Shapes are not kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.formats.vector import VectorLayer
from app.funding.models import AreaCode
from app.kit.errors import Invalid
from app.kit.geo import to_metres
from app.neighbourhoods.service import all_neighbourhoods

# A grant for an area is a neighbourhood's where at least this much of the area lies in it.
LEAST_SHARE = 0.5
# Two drawings of one border never agree to the metre: what shares less than this only touches.
_TOUCHES = 0.01
_AT_ONCE = 500
_CODE_FIELDS = ("code", "gss_code", "geocode", "area_code", "ward_code", "lsoa_code", "id")


@dataclass(frozen=True)
class AreaShare:
    """An area's code, and the neighbourhood that holds most of it, as a share from 0 to 1 of its square metres."""

    code: str
    neighbourhood: str
    share: float


@dataclass(frozen=True)
class AreaPlan:
    """What an import would write: `shares`, and no row for any other code of the file."""

    codes: tuple[str, ...]
    shares: Sequence[AreaShare]


def guess_code_field(layer: VectorLayer, asked: str | None) -> str:
    """The column of the codes. Raises Invalid where none can be it."""
    if asked is not None and asked not in layer.fields:
        raise Invalid(f"There is no column “{asked[:80]}”. The file has: {', '.join(layer.fields)}.")
    by_small = {name.casefold(): name for name in reversed(layer.fields)}
    known = next((by_small[name] for name in _CODE_FIELDS if name in by_small), None)
    # The Office for National Statistics writes LSOA21CD and WD24CD.
    found = asked or known or next((name for small, name in by_small.items() if small.endswith("cd")), None)
    if found is None:
        raise Invalid(f"Which column holds the codes? Say it with --code-field. It has: {', '.join(layer.fields)}.")
    return found


def plan_areas(db: Session, layer: VectorLayer, code_field: str) -> AreaPlan:
    """Measure, in EPSG:27700, how much of each area lies in which neighbourhood. Raises Invalid for a bad area."""
    homes = all_neighbourhoods(db)
    edges = [to_metres(home.boundary) for home in homes]
    shapely.prepare(edges)
    tree = shapely.STRtree(edges)
    codes: dict[str, None] = {}
    shares: list[AreaShare] = []
    for feature in layer.features:
        code = str(feature.values.get(code_field) or "").strip().upper()
        if not code or len(code) > AreaCode.code.type.length or code in codes:
            raise Invalid(f"Feature {feature.number} has no code of its own in the column “{code_field}”.")
        if not isinstance(feature.shape, Polygon | MultiPolygon) or not feature.shape.is_valid:
            raise Invalid(f"{code} is no clean area. {feature.problem}".strip())
        codes[code] = None
        area = to_metres(feature.shape)
        inside = [
            (area.intersection(edges[place]).area / area.area, homes[place].slug)
            for place in sorted(int(one) for one in tree.query(area, predicate="intersects"))
        ]
        most = max(inside, default=(0.0, ""))
        if most[0] >= _TOUCHES:
            shares.append(AreaShare(code, most[1], round(most[0], 4)))
    return AreaPlan(tuple(codes), shares)


def apply_areas(db: Session, planned: AreaPlan) -> None:
    """Write what was planned, in place of what stood there for the same codes."""
    for start in range(0, len(planned.codes), _AT_ONCE):
        db.execute(delete(AreaCode).where(AreaCode.code.in_(planned.codes[start : start + _AT_ONCE])))
    db.add_all(AreaCode(code=one.code, neighbourhood=one.neighbourhood, share=one.share) for one in planned.shares)


def differing(db: Session, planned: AreaPlan) -> int:
    """How many codes of the file would stand otherwise than they do now."""
    held = {row.code: (row.neighbourhood, row.share) for row in db.scalars(select(AreaCode))}
    wanted = {one.code: (one.neighbourhood, one.share) for one in planned.shares}
    return sum(held.get(code) != wanted.get(code) for code in planned.codes)
