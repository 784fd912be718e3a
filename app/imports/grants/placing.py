"""Which neighbourhood a grant is for: its beneficiaries' small area, ward or point, and never its recipient's address.

A code says more than a point: the point beside "Leeds" is only the middle of Leeds on somebody's map.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import AreaCode
from app.imports.areas import LEAST_SHARE
from app.imports.grants.values import several
from app.imports.places import Homes
from app.kit.errors import Invalid
from app.neighbourhoods.service import all_neighbourhoods
from app.vocabulary import PlacedBy

_SMALL = {"OA", "LSOA", "MSOA", "DZ", "IG", "SA", "USOA"}
_WARDS = {"WD", "CMWD", "PAR", "COM"}
_SMALL_CODES = re.compile(r"(?:E0[0-2]|W0[0-2]|S0[0-2]|N00|95)")
_WARD_CODES = re.compile(r"(?:E0[45]|E36|W0[45]|W40|S13|N08)")
_WIDE_SCOPES = re.compile(r"GLS0[1-5]0|global|supranational|national|subnational region|local authority", re.IGNORECASE)
_FINEST_FIRST = (PlacedBy.SMALL_AREA, PlacedBy.WARD, PlacedBy.POINT, PlacedBy.CITY, PlacedBy.NOWHERE)


@dataclass(frozen=True)
class Placed:
    """Where a grant is for. `is_elsewhere`: it has a place, and none of it is here. `note` tells what is odd, or ""."""

    by: PlacedBy
    neighbourhood: str | None
    is_elsewhere: bool = False
    note: str = ""


_NOWHERE = Placed(PlacedBy.NOWHERE, None)


class Placing:
    """Places one grant after another. `cities` are codes of the wider areas that are ours; empty: all of them."""

    def __init__(self, homes: Homes, areas: Mapping[str, tuple[str, float]], cities: Collection[str]) -> None:
        self._homes = homes
        self._areas = areas
        self._kinds = {code[:3] for code in areas}
        self._cities = frozenset(cities)

    @classmethod
    def over(cls, db: Session, cities: Collection[str]) -> "Placing":
        """With the neighbourhoods and areas as they stand now. Raises Invalid where there are no neighbourhoods."""
        rows = db.execute(select(AreaCode.code, AreaCode.neighbourhood, AreaCode.share))
        return cls(
            Homes(all_neighbourhoods(db)),
            {code: (slug, share) for code, slug, share in rows},
            {*map(str.upper, cities)},
        )

    def place(self, values: Mapping[str, Any]) -> Placed:
        """The place of a grant in the shape of the standard's JSON. Raises Invalid for a place that cannot be one."""
        locations = several(values, "beneficiaryLocation")
        found = [self._of_one(one) for one in locations]
        scope = values.get("locationScope")
        if isinstance(scope, str) and _WIDE_SCOPES.fullmatch(scope.strip()):
            # Whatever point or code stands beside it: the funder says that it is for more.
            return Placed(PlacedBy.CITY, None, all(one.is_elsewhere for one in found) and bool(found))
        if not found:
            return _NOWHERE
        best = min(_FINEST_FIRST.index(one.by) for one in found)
        # Beside the finest, wider ones only say what that lies in.
        local = [one for one in found if one.by not in {PlacedBy.CITY, PlacedBy.NOWHERE}]
        if not local:
            return next(one for one in found if one.by is _FINEST_FIRST[best])
        slugs = {one.neighbourhood for one in local}
        if len(slugs) > 1:
            return Placed(PlacedBy.CITY, None, note="It is for several places: it counts as wider than one of them.")
        note = next((one.note for one in local if one.note), "")
        return Placed(_FINEST_FIRST[best], slugs.pop(), all(one.is_elsewhere for one in local), note)

    def _of_one(self, location: Mapping[str, Any]) -> Placed:
        code, kind = (str(location.get(name) or "").strip().upper() for name in ("geoCode", "geoCodeType"))
        point = _point(location)
        by = _kind_of(code, kind)
        if by is PlacedBy.CITY:
            return Placed(by, None, bool(self._cities) and code not in self._cities)
        if code in self._areas:
            return self._of_area(code, by)
        if point is not None:
            return self._of_point(point)
        if not code or code[:3] in self._kinds:
            return Placed(by, None, is_elsewhere=bool(code))
        return Placed(
            PlacedBy.NOWHERE, None, note=f"The area {code[:20]} is not known here: small-ecology import areas FILE."
        )

    def _of_area(self, code: str, by: PlacedBy) -> Placed:
        slug, share = self._areas[code]
        if share >= LEAST_SHARE:
            return Placed(by, slug)
        return Placed(by, None, note=f"{share:.0%} of {code} lies in {slug}: less than half, so it is not placed.")

    def _of_point(self, point: Point) -> Placed:
        try:
            return Placed(PlacedBy.POINT, self._homes.holding(point).slug)
        except Invalid:
            return Placed(PlacedBy.POINT, None, is_elsewhere=True)


def _kind_of(code: str, kind: str) -> PlacedBy:
    """What an area's code stands for, by its type, else by its first letters; a code of any other type is wide."""
    if not code:
        return PlacedBy.NOWHERE
    if kind in _SMALL or (not kind and _SMALL_CODES.match(code)):
        return PlacedBy.SMALL_AREA
    if kind in _WARDS or (not kind and _WARD_CODES.match(code)):
        return PlacedBy.WARD
    return PlacedBy.CITY


def _point(location: Mapping[str, Any]) -> Point | None:
    """The point of a location (WGS 84); None where it has none. Raises Invalid for one that is not on the globe."""
    numbers: list[float] = []
    for name, most in (("longitude", 180), ("latitude", 90)):
        raw = location.get(name)
        if raw is None or raw == "":
            return None
        try:
            number = float("nan") if isinstance(raw, bool) else float(raw)
        except (TypeError, ValueError) as error:
            raise Invalid(f"“{str(raw)[:40]}” is no {name}.", field="beneficiaryLocation") from error
        if not math.isfinite(number) or abs(number) > most:
            raise Invalid(f"{str(raw)[:40]} is no {name}.", field="beneficiaryLocation")
        numbers.append(number)
    # 0, 0 stands in the sea: what programs write for "not known".
    return None if numbers == [0.0, 0.0] else Point(numbers)
