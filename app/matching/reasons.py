"""Why reports belong together, in what people can check: the words and the fields that weighed most."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.matching.reports import Report
from app.matching.words import SMALL_WORDS, fold, stem, tokens

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_PRIOR = 3.0
_MOST = 0.6
_SHORTEST = 3


@dataclass(frozen=True)
class Why:
    """What a pattern's members share.

    `words` are those that they use far more often than others of the city do, the weightiest first, none used by one
    group alone, and no name. The shares (0 to 1) tell how many members have the commonest holder, kind and place.
    """

    words: tuple[str, ...]
    holder: str | None
    holder_share: float
    kind: str | None
    kind_share: float
    places: tuple[str, ...]
    first_day: int | None
    last_day: int | None


@dataclass(frozen=True)
class Background:
    """How a city talks: in how many of its reports each word stands, and which words are names of people or places."""

    reports: int
    in_reports: Counter[str]
    names: frozenset[str]

    @classmethod
    def of(cls, reports: Sequence[Report]) -> "Background":
        """Read all reports once: it serves every pattern of the city."""
        counted: Counter[str] = Counter()
        for one in reports:
            counted.update({stem(word) for word in tokens(one.text)})
        return cls(len(reports), counted, _names(reports))

    @classmethod
    def unknown(cls, members: Sequence[Report]) -> "Background":
        """Nothing is known of the others: every word of `members` that is no name tells something."""
        return cls(0, Counter(), _names(members))


def why_together(members: Sequence[Report], city: Background, *, most_words: int = 6) -> Why:
    """What holds `members` together, against how their city talks."""
    holders = Counter(fold(one.holder).strip() for one in members if one.holder and one.holder.strip())
    kinds = Counter(one.kind for one in members if one.kind)
    places = Counter(one.neighbourhood for one in members if one.neighbourhood)
    days = [one.day for one in members if one.day is not None]
    top = holders.most_common(1)
    kind = kinds.most_common(1)
    shown = next((one.holder for one in members if top and one.holder and fold(one.holder).strip() == top[0][0]), None)
    return Why(
        words=telling_words(members, city, most=most_words),
        holder=shown,
        holder_share=top[0][1] / len(members) if top else 0.0,
        kind=kind[0][0] if kind else None,
        kind_share=kind[0][1] / len(members) if kind else 0.0,
        places=tuple(place for place, _ in places.most_common(3)),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
    )


def telling_words(members: Sequence[Report], city: Background, *, most: int = 6) -> tuple[str, ...]:
    """Words that two or more groups of `members` use, far more often than their city; names and places left out."""
    shown: defaultdict[str, Counter[str]] = defaultdict(Counter)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    inside: Counter[str] = Counter()
    for one in members:
        seen: set[str] = set()
        for word in _WORD.findall(one.text):
            plain = fold(word)
            if len(plain) >= _SHORTEST and plain not in SMALL_WORDS and plain not in city.names:
                shown[stem(plain)][plain] += 1
                seen.add(stem(plain))
        for root in seen:
            inside[root] += 1
            groups[root].add(one.group)
    weight = {}
    for root, count in inside.items():
        if len(groups[root]) > 1:
            usual = (city.in_reports[root] + 0.5) / (city.reports + 1)
            gain = np.log((count + _PRIOR * usual) / ((len(members) + _PRIOR) * usual))
            if gain > _MOST:
                weight[root] = float(count * gain)
    best = sorted(weight, key=lambda root: (-weight[root], root))[:most]
    return tuple(shown[root].most_common(1)[0][0] for root in best)


def _names(reports: Sequence[Report]) -> frozenset[str]:
    """Words that stand for a place or a holder, or that mostly have a capital inside a sentence."""
    inner: Counter[str] = Counter()
    small: Counter[str] = Counter()
    found: set[str] = set()
    for one in reports:
        found.update(tokens(one.neighbourhood or ""))
        for match in _WORD.finditer(one.text):
            word = match.group()
            if word[0].isupper() and match.start() and one.text[: match.start()].rstrip()[-1:] not in ".!?:;":
                inner[fold(word)] += 1
            elif word[0].islower():
                small[fold(word)] += 1
    return frozenset(found | {word for word, count in inner.items() if count > small[word]})
