"""What the pages of one place's ecology are made from, worked out once for each state of the public side."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from app.ecology.grouping import MOST_DRAWN, Grouped, by_place, by_year
from app.ecology.layout import Drawing, draw
from app.ecology.lineage import Lineage
from app.ecology.moments import Moments
from app.ecology.records import Ecology
from app.kit import clock
from app.public.ecology.data import ecology_data
from app.public.ecology.reading import ecologies_of
from app.public.places import Place
from app.published.queries import Published
from app.vocabulary import FEWEST_COUNTED

_KEPT = 16
_WORDS = {
    "initiatives": "more things that people do",
    "connections": "more ties",
    "barriers": "more stories of what got in the way",
}
Key = tuple[object, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Made:
    """All that is told of one place's ecology. Parts are worked out when they are first asked for."""

    ecology: Ecology
    moments: Moments
    hidden: tuple[str, ...]
    _told: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, tell: Callable[["Made"], T]) -> T:
        """What `tell` says of it, worked out when it is first asked for by this name."""
        if name not in self._told:
            self._told[name] = tell(self)
        return cast("T", self._told[name])

    @cached_property
    def lineage(self) -> Lineage:
        """Who came from whom."""
        return Lineage(self.ecology)

    @property
    def is_grouped(self) -> bool:
        """True where there are too many initiatives to draw each."""
        return len(self.ecology.lives) > MOST_DRAWN

    @cached_property
    def years(self) -> Grouped:
        """Groups of one activity and one year, for the drawing without places."""
        return by_year(self.ecology)

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing without places."""
        if not self.is_grouped:
            return draw(self.ecology, self.moments)
        return draw(self.years.ecology, self.moments.of_groups(self.years.ecology), by_age=True)

    @cached_property
    def data(self) -> bytes:
        """What the map and its slider draw, as JSON."""
        return ecology_data(self.moments, by_place(self.ecology) if self.is_grouped else None, self.hidden)


class Kept:
    """Makes and keeps the latest few. Safe between threads: several work out the same at most once."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._kept: OrderedDict[Key, Made] = OrderedDict()
        self._lock = threading.Lock()

    def key(self, slug: str) -> Key:
        """What moves whenever anything told of this place does: its records, hidden counts, and the month."""
        return slug, ecologies_of(self._published).versions(), self.hidden(slug), _month(clock.today())

    def of(self, place: Place) -> Made:
        """What is told of `place`."""
        key = self.key(place.slug)
        with self._lock:
            if key not in self._kept:
                ecology = ecologies_of(self._published).of(place.slug)
                self._kept[key] = Made(ecology, Moments(ecology, clock.today()), self.hidden(place.slug))
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def hidden(self, slug: str) -> tuple[str, ...]:
        """Sentences on what is counted without being shown: below the threshold, the same for none and for some."""
        totals = {one.collection: one.rounded for one in self._published.hidden_counts(slug) if not one.word}
        return tuple(
            f"About {totals[name]} {words} are counted and not shown: their people chose so."
            if totals.get(name)
            else f"Fewer than {FEWEST_COUNTED} {words} are counted and not shown."
            for name, words in _WORDS.items()
        )


_OF: WeakKeyDictionary[Published, Kept] = WeakKeyDictionary()


def kept_of(published: Published) -> Kept:
    """The one keeper that a process needs for its public side."""
    return _OF.setdefault(published, Kept(published))


def _month(day: date) -> str:
    return day.isoformat()[:7]
