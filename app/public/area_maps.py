"""A map of whole neighbourhoods: where recurring barriers are told from. Areas and their names, never a point."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.public.maps import MapShell, map_shell
from app.public.places import Place
from app.settings import Settings

_MOST = 1_000
_WORLD = (-180.0, -60.0, 180.0, 75.0)


def area_map(places: Sequence[Place], patterns: Iterable[Mapping[str, Any]], link: str, settings: Settings) -> MapShell:
    """The shell of a map of all places, with those marked that `patterns` name. A name leads to `link` and its slug."""
    told = sorted({place["slug"] for one in patterns for place in one["neighbourhoods"]})
    edges = [place.boundary.bounds for place in places]
    bounds = _WORLD
    if edges:
        west, south, east, north = (pick(one[side] for one in edges) for side, pick in enumerate((min, min, max, max)))
        bounds = (round(west, 5), round(south, 5), round(east, 5), round(north, 5))
    options = {"areas": told, "link": link}
    return map_shell(
        bounds, {}, f"/api/collections/neighbourhoods/items?limit={_MOST}", settings.map, {}, areas=options
    )
