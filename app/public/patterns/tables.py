"""Sums over recurring barriers: kind by stage and by effect, what helped, typical words; and rows of a file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.public.patterns.filters import ANSWERED, answered
from app.public.patterns.reading import current_answers
from app.public.patterns.words import sentences, waiting_sentence
from app.vocabulary import BarrierKind, Effect, EnablerKind, Stage, Word

_MOST_WORDS = 24
COLUMNS = (
    *("id", "title", "in words", "kind", "office", "office id", "rule", "groups", "neighbourhoods"),
    *("number of neighbourhoods", "first told", "last told", "trend", "times as often", "times low", "times high"),
    *("early notice", "stages", "effects", "helped", "answered", "newest answer", "answered by", "answered on"),
    *("waiting", "address"),
)


def crossed(patterns: Sequence[Mapping[str, Any]], column: str) -> dict[str, Any]:
    """Groups by kind (rows) and by "stages" or "effects" (columns): {"columns": labels, "rows": [{label, cells}]}."""
    words: type[Word] = Stage if column == "stages" else Effect
    groups = Counter[tuple[str, str]]()
    for pattern in patterns:
        groups.update({(pattern["kind"], one["word"]): one["groups"] for one in pattern[column]})
    kinds = {kind for kind, _word in groups}
    return {
        "columns": [word.label for word in words],
        "rows": [
            {"label": kind.label, "cells": [groups[str(kind), str(word)] for word in words]}
            for kind in BarrierKind
            if str(kind) in kinds
        ],
    }


def helped(patterns: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What helped, by how many groups it helped; a group that met two of these barriers counts in both."""
    groups = Counter[str]()
    for pattern in patterns:
        groups.update({one["word"]: one["groups"] for one in pattern["helped"]})
    kinds = [(kind, groups[str(kind)]) for kind in EnablerKind if groups[str(kind)]]
    return [{"label": kind.label, "groups": count} for kind, count in sorted(kinds, key=lambda pair: -pair[1])]


def typical_words(patterns: Iterable[Mapping[str, Any]]) -> list[str]:
    """Words that came back in most of these, in the order of the alphabet where as many share them."""
    held = Counter(word for pattern in patterns for word in pattern["words"])
    return sorted(held, key=lambda word: (-held[word], word))[:_MOST_WORDS]


def row(one: Mapping[str, Any], public_url: str, today: date) -> list[str]:
    """A line of the file, in the order of COLUMNS."""
    newest = next(iter(current_answers(one)), None)
    cells: tuple[object, ...] = (
        *(one["id"], one["title"], " ".join(sentences(one)), one["kind_label"], one["holder"], one["institution"]),
        *(one["rule_cited"], one["groups_label"], "; ".join(place["name"] for place in one["neighbourhoods"])),
        *(one["neighbourhood_count"], one["first_told"], one["last_told"], one["trend_label"], one["times"]),
        *(one["times_low"], one["times_high"], "yes" if one["is_early_notice"] else "no"),
        *("; ".join(f"{part['label']}: {part['groups']}" for part in one[name]) for name in ("stages", "effects")),
        "; ".join(f"{part['label']}: {part['groups']}" for part in one["helped"]),
        ANSWERED[answered(one)],
        *((newest["state_label"], newest["institution_name"], newest["published"]) if newest else ("", "", "")),
        *(waiting_sentence(one, today), f"{public_url}{one['url']}"),
    )
    return ["" if cell is None else str(cell) for cell in cells]
