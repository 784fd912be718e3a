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
_PARTS = ("before", "after", "beside")


@dataclass(frozen=True)
class Told:
    """One tie from one end: "grew out of", the other's title, its address, since when ("" for no date)."""

    label: str
    title: str
    url: str
    since: str
    imported_from: str
    part: str
    order: tuple[str, str]


_kept: WeakKeyDictionary[Published, tuple[int, Mapping[str, Sequence[Told]]]] = WeakKeyDictionary()


def ties_of(published: Published, initiative_id: str) -> dict[str, Any]:
    """`before`: what it grew out of ...; `after`: what came of it; `beside`: what it shares; `more`: how many more."""
    number = published.version("connections")[0]
    held = _kept.get(published)
    if held is None or held[0] != number:
        held = _kept[published] = (number, _by_end(published))
    told = held[1].get(initiative_id, ())
    parts = {part: [one for one in told if one.part == part] for part in _PARTS}
    more = sum(max(0, len(ties) - _MOST) for ties in parts.values())
    return {part: ties[:_MOST] for part, ties in parts.items()} | {"more": more}


def _by_end(published: Published) -> Mapping[str, Sequence[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for tie in _ties(published):
        parts = ("beside", "beside") if tie["is_mutual"] else ("before", "after")
        found[tie["from"]].append(_told(tie, "to", tie["kind_label"], parts[0]))
        found[tie["to"]].append(_told(tie, "from", tie["kind_back"], parts[1]))
    return {end: sorted(ties, key=lambda one: one.order) for end, ties in found.items()}


def _told(tie: dict[str, Any], side: str, label: str, part: str) -> Told:
    since = tie["since"] or ""
    title = tie[f"{side}_title"]
    return Told(
        label=label,
        title=title,
        url=tie[f"{side}_url"],
        since=in_words(since),
        imported_from=tie.get("imported_from") or "",
        part=part,
        # What has no date comes last.
        order=(since or "9999", title),
    )


def _ties(published: Published) -> Iterator[dict[str, Any]]:
    question = Question("connections", limit=_AT_ONCE)
    while True:
        page = published.page(question)
        yield from (orjson.loads(feature)["properties"] for feature in page.features)
        if page.next_after is None:
            return
        question = Question("connections", limit=_AT_ONCE, after=page.next_after)
