"""The ecology of a place, read from the public side and kept until something public changes."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from shapely.geometry import shape

from app.ecology.records import Ecology, Gate, Living, Recognised, Spot, Tie
from app.kit.partial_date import PartialDate
from app.published.queries import Published, Question
from app.vocabulary import Activity, Effect, EnablerKind, Formality, Lifecycle, PeopleBand

_AT_ONCE = 5_000
_KEPT = 16
_READ = ("initiatives", "connections", "barriers")
_OVER = {Lifecycle.RESTING, Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED}
Versions = tuple[int, ...]


class Ecologies:
    """Reads ecologies; the latest few are kept, each for one state of the public side. Safe between threads."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._kept: OrderedDict[tuple[str, Versions], Ecology] = OrderedDict()
        self._lock = threading.Lock()

    def versions(self) -> Versions:
        """What an answer made from an ecology is good for: a change of any of these makes it old."""
        return tuple(self._published.version(collection)[0] for collection in _READ)

    def of(self, slug: str = "") -> Ecology:
        """The ecology of one neighbourhood, or of all of them ("")."""
        key = slug, self.versions()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._read(slug)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]

    def _read(self, slug: str) -> Ecology:
        # Ties lead across the edges of neighbourhoods: all are read, and those that touch this one are kept.
        lives = {one.id: one for one in map(_living, self._features("initiatives", slug))}
        ties = [tie for tie in map(_tie, self._features("connections", "")) if tie.start in lives or tie.end in lives]
        elsewhere = {end for tie in ties for end in (tie.start, tie.end)} - lives.keys()
        for one in sorted(elsewhere):
            found = self._published.one("initiatives", one)
            if found is not None:
                lives[one] = _living(orjson.loads(found))
        ties = [tie for tie in ties if tie.start in lives and tie.end in lives]
        return Ecology(slug, lives, ties, [_gate(one) for one in self._features("barriers", slug)])

    def _features(self, collection: str, slug: str) -> Iterator[dict[str, Any]]:
        question = Question(collection, neighbourhood=slug or None, limit=_AT_ONCE)
        while True:
            page = self._published.page(question)
            yield from (orjson.loads(feature) for feature in page.features)
            if page.next_after is None:
                return
            question = Question(collection, neighbourhood=slug or None, limit=_AT_ONCE, after=page.next_after)


_OF: WeakKeyDictionary[Published, Ecologies] = WeakKeyDictionary()


def ecologies_of(published: Published) -> Ecologies:
    """The one reader of ecologies that a process needs for its public side."""
    return _OF.setdefault(published, Ecologies(published))


def _living(feature: dict[str, Any]) -> Living:
    told = feature["properties"]
    lifecycle = Lifecycle.named(told["lifecycle"] or "")
    return Living(
        id=feature["id"],
        title=told["title"],
        neighbourhood=told["neighbourhood"],
        activity=Activity.named(told["activity"] or ""),
        lifecycle=lifecycle,
        formality=Formality.named(told["formality"] or ""),
        people=PeopleBand.named(told["people_band"] or ""),
        born=_first_day(told["first_active"]),
        rested=_last_day(told["last_active"]) if lifecycle in _OVER else None,
        born_latest=_last_day(told["first_active"]),
        rested_earliest=_first_day(told["last_active"]) if lifecycle in _OVER else None,
        recognised_by=tuple(told["recognised_by"]),
        recognitions=tuple(map(_recognised, told.get("recognitions", ()))),
        helped=_helped(told),
        spot=_spot(feature),
        is_exact=told["shown_as"] == "place",
        cell=_cell(feature),
        is_demonstration=told.get("demonstration", False),
    )


def _tie(feature: dict[str, Any]) -> Tie:
    told = feature["properties"]
    return Tie(
        id=feature["id"],
        start=told["from"],
        end=told["to"],
        kind=told["kind"],
        label=told["kind_label"],
        back=told["kind_back"],
        is_mutual=told["is_mutual"],
        since=_first_day(told["since"]),
    )


def _gate(feature: dict[str, Any]) -> Gate:
    told = feature["properties"]
    settled = [date.fromisoformat(one["published"]) for one in told["answers"] if one["is_settled"]]
    return Gate(
        id=feature["id"],
        kind=told["kind"],
        label=told["kind_label"],
        initiative=told.get("initiative"),
        effect=Effect.named(told["effect"] or ""),
        happened=_first_day(told["happened"]),
        happened_latest=_last_day(told["happened"]),
        helped=_helped(told),
        settled=min(settled, default=None),
        spot=_spot(feature),
        cell=_cell(feature),
        is_demonstration=told.get("demonstration", False),
    )


def _recognised(one: dict[str, Any]) -> Recognised:
    return Recognised(one["by"], one["by_kind"], one["what"], one["since"] or "", one["support"] or "")


def _helped(told: dict[str, Any]) -> tuple[EnablerKind, ...]:
    kinds = (EnablerKind.named(one["kind"]) for one in told["what_helped"])
    return tuple(kind for kind in kinds if kind is not None)


def _spot(feature: dict[str, Any]) -> Spot | None:
    if feature["geometry"] is None or feature["properties"]["shown_as"] == "neighbourhood":
        return None
    middle = shape(feature["geometry"]).representative_point()
    return round(middle.x, 6), round(middle.y, 6)


def _cell(feature: dict[str, Any]) -> tuple[Spot, ...]:
    if feature["properties"]["shown_as"] != "cell" or feature["geometry"]["type"] != "Polygon":
        return ()
    return tuple((round(lon, 6), round(lat, 6)) for lon, lat, *_height in feature["geometry"]["coordinates"][0])


def _first_day(text: str | None) -> date | None:
    return PartialDate.parse(text, field="date").first_day if text else None


def _last_day(text: str | None) -> date | None:
    return PartialDate.parse(text, field="date").last_day if text else None
