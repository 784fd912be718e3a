"""Published grants of a place and of the whole city, read once for each state of the public side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from app.public.records import Record
from app.published.queries import Published, Question
from app.vocabulary import PlacedBy

_AT_ONCE = 5_000


@dataclass(frozen=True)
class Grants:
    """All published grants: of each neighbourhood, for the whole city, and of no known place; newest first."""

    of_place: Mapping[str, Sequence[Record]]
    of_city: Sequence[Record]
    of_nowhere: Sequence[Record]
    of_initiative: Mapping[str, Sequence[Record]]

    @property
    def is_empty(self) -> bool:
        """True where no file of grants was ever taken in: then nothing is known of who has money."""
        return not (self.of_place or self.of_city or self.of_nowhere)


_kept: WeakKeyDictionary[Published, tuple[int, Grants]] = WeakKeyDictionary()


def grants_of(published: Published) -> Grants:
    """The published grants as they are now. The records are shared by all requests: nobody may change them."""
    number = published.version("grants")[0]
    held = _kept.get(published)
    if held is None or held[0] != number:
        held = _kept[published] = (number, _read(published))
    return held[1]


def sums(grants: Sequence[Record]) -> list[str]:
    """What grants come to, by currency: "£12,500", and as it is written elsewhere: "USD 300"."""
    held = Counter[str]()
    for one in grants:
        held[one["currency"]] += one["amount"] or 0
    return [money(amount, currency) for currency, amount in sorted(held.items())]


def money(amount: float, currency: str) -> str:
    """An amount as people write it, to the whole pound."""
    return f"£{amount:,.0f}" if currency == "GBP" else f"{currency} {amount:,.0f}"


def _read(published: Published) -> Grants:
    of_place: dict[str, list[Record]] = {}
    of_initiative: dict[str, list[Record]] = {}
    city: list[Record] = []
    nowhere: list[Record] = []
    for one in _all(published):
        if one["neighbourhood"]:
            of_place.setdefault(one["neighbourhood"], []).append(one)
        elif one["placed_by"] == PlacedBy.CITY:
            city.append(one)
        elif one["placed_by"] == PlacedBy.NOWHERE:
            # What names a place outside all of ours is neither.
            nowhere.append(one)
        if one.get("initiative"):
            of_initiative.setdefault(one["initiative"], []).append(one)
    return Grants(of_place, city, nowhere, of_initiative)


def _all(published: Published) -> list[Record]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = published.page(Question("grants", after=after, limit=_AT_ONCE))
        for text in page.features:
            feature = orjson.loads(text)
            found.append({"neighbourhood": "", "id": feature["id"], **feature["properties"]})
        if page.next_after is None:
            return sorted(found, key=lambda one: (one["awarded"], one["id"]), reverse=True)
        after = page.next_after
