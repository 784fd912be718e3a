"""Where a contributor says it is: a mark on the map, a postcode, or only a neighbourhood."""

from dataclasses import dataclass

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.contributing.form_fields import Raw, text_of
from app.kit.errors import Invalid
from app.kit.geo import read_geometry
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.postcodes import find_postcode
from app.neighbourhoods.service import home_of

_NOWHERE = "Say where it is. Choose a neighbourhood from the list, or write a postcode, or mark the place on the map."


@dataclass(frozen=True)
class Where:
    """The exact place (WGS 84; None: only the neighbourhood), and the neighbourhood that it belongs to."""

    shape: BaseGeometry | None
    home: Neighbourhood


def find_where(db: Session, raw: Raw, kept: BaseGeometry | None = None) -> Where:
    """The place that the fields `lon`, `lat`, `postcode` and `neighbourhood` mean. Raises Invalid, naming the field.

    `kept` is a line or area that cannot be marked with a cross: it stays where no other place is named.
    """
    shape = _marked(raw) or kept
    chosen = text_of(raw, "neighbourhood") or None
    if shape is None and chosen is None:
        raise Invalid(_NOWHERE, field="neighbourhood")
    return Where(shape, home_of(db, shape, chosen))


def settle(raw: Raw) -> Raw:
    """`raw` with a postcode turned into its place, so that the postcode itself is not carried on. Raises Invalid.

    A ticked `forget` takes the place out that was marked before: without scripts there is no other way to.
    """
    postcode = text_of(raw, "postcode")
    settled = {name: value for name, value in raw.items() if name not in {"postcode", "forget"}}
    if text_of(raw, "forget"):
        settled |= {"lon": "", "lat": ""}
    if postcode:
        found = find_postcode(postcode)
        if found is None:
            raise Invalid("We do not know this postcode. Check it, or leave it out.", field="postcode")
        settled |= {"lon": f"{found[0]:.5f}", "lat": f"{found[1]:.5f}"}
    return settled


def _marked(raw: Raw) -> Point | None:
    lon, lat = text_of(raw, "lon"), text_of(raw, "lat")
    if not lon and not lat:
        return None
    try:
        marked = read_geometry({"type": "Point", "coordinates": [float(lon), float(lat)]})
    except ValueError as error:  # Invalid is one, too.
        raise Invalid("The place on the map could not be read. Please mark it again.", field="lon") from error
    assert isinstance(marked, Point)  # noqa: S101 - it was made from one
    return marked
