"""The measures of a place, reckoned once for each state of the public side, and told as cards."""

import threading
from collections import OrderedDict
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from app.ecology.measures import Measures, measures
from app.kit import clock
from app.public.ecology.reading import Versions, ecologies_of
from app.published.queries import Published

_MOST_KEPT = 64
_Key = tuple[str, Versions, date]
_kept: WeakKeyDictionary[Published, OrderedDict[_Key, Measures]] = WeakKeyDictionary()
_lock = threading.Lock()


def measures_of(published: Published, slug: str = "") -> Measures:
    """The measures of one neighbourhood, or of all (""), kept until something public changes or the day does."""
    ecologies = ecologies_of(published)
    key = slug, ecologies.versions(), clock.today()
    with _lock:
        held = _kept.setdefault(published, OrderedDict())
        if key in held:
            held.move_to_end(key)
            return held[key]
    # Not under the lock: who asks about another place need not wait.
    found = measures(ecologies.of(slug), clock.today())
    with _lock:
        held[key] = found
        while len(held) > _MOST_KEPT:
            held.popitem(last=False)
    return found


def measure_cards(published: Published, slug: str) -> list[dict[str, Any]]:
    """For components/measures.html: question, sentence, the same a year ago, and how it is reckoned."""
    return [
        {
            "name": one.now.name,
            "question": one.now.question,
            "sentence": one.now.sentence(),
            "then": one.sentence(),
            "figures": one.now.figures(),
            "reckoned": one.now.reckoned,
            "behind": one.now.behind,
            "is_told": one.now.is_told,
        }
        for one in measures_of(published, slug)
    ]
