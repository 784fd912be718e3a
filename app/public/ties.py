"""How one initiative hangs together with others, for its page: read from the public side once a version."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from app.public.records import in_words
from app.published.queries import Published, Question

_AT_ONCE = 2_000
# Beyond so many of one sort the page says how many more there are, and leads to the drawing.
_MOST = 40


@dataclass(frozen=True)
class Told:
    """One tie from one end: "grew out of", the other's title, its address, since when ("" for no date)."""

    label: str
    title: str
    url: str
    since: str
    imported_from: str
    order: tuple[bool, str, str]


_kept: WeakKeyDictionary[Published, tuple[int, Mapping[str, Sequence[Told]]]] = WeakKeyDictionary()


def ties_of(published: Published, initiative_id: str) -> dict[str, Any]:
    """`before`: what it grew out of, learned from ...; `after`: what came of it; the earliest first."""
    number = published.version("connections")[0]
    held = _kept.get(published)
    if held is None or held[0] != number:
        held = _kept[published] = (number, _by_end(published))
    told = held[1].get(initiative_id, ())
    before = [one for one in told if not one.order[0]]
    after = [one for one in told if one.order[0]]
    return {
        "before": before[:_MOST],
        "after": after[:_MOST],
        "more": max(0, len(before) - _MOST) + max(0, len(after) - _MOST),
    }


def _by_end(published: Published) -> Mapping[str, Sequence[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for tie in _ties(published):
        found[tie["from"]].append(_told(tie, "to", tie["kind_label"], is_after=False))
        found[tie["to"]].append(_told(tie, "from", tie["kind_back"], is_after=not tie["is_mutual"]))
    return {end: sorted(ties, key=lambda one: one.order) for end, ties in found.items()}


def _told(tie: dict[str, Any], side: str, label: str, *, is_after: bool) -> Told:
    since = tie["since"] or ""
    title = tie[f"{side}_title"]
    return Told(
        label=label,
        title=title,
        url=tie[f"{side}_url"],
        since=in_words(since),
        imported_from=tie.get("imported_from") or "",
        # What has no date comes last.
        order=(is_after, since or "9999", title),
    )


def _ties(published: Published) -> Iterator[dict[str, Any]]:
    question = Question("connections", limit=_AT_ONCE)
    while True:
        page = published.page(question)
        yield from (orjson.loads(feature)["properties"] for feature in page.features)
        if page.next_after is None:
            return
        question = Question("connections", limit=_AT_ONCE, after=page.next_after)
