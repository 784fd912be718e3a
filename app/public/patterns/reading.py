"""Recurring barriers, read from the public side once for each version of it, and kept until it moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from app.public.patterns.order import in_order
from app.public.records import Record
from app.published.queries import Published, Question
from app.vocabulary import ResponseState

# A page of features is held whole while it is looked through.
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Recurring:
    """All public patterns in the stated order, without shapes, and which of them each public report belongs to."""

    patterns: Sequence[Record]
    of_report: Mapping[str, Record]
    # Those of them that gave way, newest first.
    opened: Sequence["Opened"]


@dataclass(frozen=True)
class Opened:
    """A rule that gave way: what it was met as (a pattern or one report), and the answer that opened it."""

    record: Record
    answer: Mapping[str, Any]


_kept: WeakKeyDictionary[Published, tuple[int, Recurring]] = WeakKeyDictionary()
_opened: WeakKeyDictionary[Published, tuple[tuple[int, int], Sequence[Opened]]] = WeakKeyDictionary()
# What stands in the text of every report that was answered so; the rest need not be read any further.
_MARKS = tuple(f'"state":"{state}"'.encode() for state in ResponseState if state.is_opening)


def recurring(published: Published) -> Recurring:
    """What recurs now. The records are shared by all requests: nobody may change them."""
    number = published.version("patterns")[0]
    held = _kept.get(published)
    if held is None or held[0] != number:
        patterns = in_order(_records(published, "patterns"))
        of_report = {told: pattern for pattern in patterns for told in pattern["told"]}
        held = _kept[published] = (number, Recurring(patterns, of_report, _opened_of(patterns)))
    return held[1]


def opened_rules(published: Published) -> Sequence[Opened]:
    """Rules that were changed, waived, made simpler or found not to exist, newest first.

    Answers to single reports are among them, so every report is looked at once for each version: for a page of its own.
    """
    numbers = (published.version("patterns")[0], published.version("barriers")[0])
    held = _opened.get(published)
    if held is None or held[0] != numbers:
        answered = _records(published, "barriers", marks=_MARKS)
        held = _opened[published] = (numbers, _opened_of([*recurring(published).patterns, *answered]))
    return held[1]


def current_answers(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Answers that were not corrected since, newest first."""
    return [answer for answer in record.get("answers", ()) if answer["is_current"]]


def opening_answer(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The answer that holds now, where it opened a way; None where another answer has settled it since."""
    settled = next((answer for answer in current_answers(record) if answer["is_settled"]), None)
    state = ResponseState.named(settled["state"]) if settled else None
    return settled if state is not None and state.is_opening else None


def _opened_of(subjects: Sequence[Record]) -> list[Opened]:
    found = [Opened(one, answer) for one in subjects if (answer := opening_answer(one)) is not None]
    return sorted(found, key=lambda one: (one.answer["published"], one.answer["id"]), reverse=True)


def _records(published: Published, collection: str, marks: Sequence[bytes] = ()) -> list[Record]:
    found: list[Record] = []
    after: str | None = None
    while True:
        page = published.page(Question(collection, after=after, limit=_AT_ONCE))
        for text in page.features:
            if marks and not any(mark in text for mark in marks):
                continue
            found.append(_without_shape(text))
        if page.next_after is None:
            return found
        after = page.next_after


def _without_shape(text: bytes) -> Record:
    """A finished feature without its geometry, which nobody here asks for and which takes 15 times as long to read.

    Publishing writes the parts of a feature in one order, and nothing that people wrote stands before the properties.
    """
    head, _mark, rest = text.partition(b',"geometry":')
    feature = orjson.loads(head + b',"properties":' + rest.partition(b',"properties":')[2])
    return {"id": feature["id"], **feature["properties"]}
