"""Half-finished groupings to learn from: true ones with mistakes put in, and those that the engine itself makes."""

from typing import Any

import numpy as np

from app.matching.corpus import Corpus, Ints
from app.matching.evidence import measure
from app.matching.profiles import compact, gather
from app.matching.seating import Table
from tests.bench.matching.learning import Lists


def spoiled(truth: Ints, corpus: Corpus, random: np.random.Generator) -> Ints:
    """The true grouping with pieces broken off, patterns split, and strangers put in."""
    labels = truth.copy()
    count = len(labels)
    fresh = int(labels.max()) + 1
    keep = random.choice([0.15, 0.35, 0.6, 0.85, 0.97])
    alone = random.random(count) > keep
    labels[alone] = fresh + np.arange(alone.sum())
    fresh += count
    for label in np.unique(truth):
        members = np.flatnonzero(labels == label)
        if len(members) >= 4 and random.random() < 0.35:
            part = members[random.random(len(members)) < random.uniform(0.2, 0.8)]
            labels[part] = fresh
            fresh += 1
    wrong = random.choice([0.0, 0.03, 0.08, 0.15])
    big = np.flatnonzero(np.bincount(compact(labels)) >= 2)
    flat = compact(labels)
    if len(big):
        stray = np.flatnonzero(random.random(count) < wrong)
        for row in stray:
            # Mostly into a pattern of the same kind or place: that is where mistakes go.
            alike = np.flatnonzero((corpus.kind == corpus.kind[row]) & np.isin(flat, big))
            flat[row] = flat[random.choice(alike)] if len(alike) and random.random() < 0.7 else random.choice(big)
    return compact(flat)


def lists_of(  # noqa: PLR0917 - a grouping and what is true of it
    corpus: Corpus, table: Table, labels: Ints, truth: Ints, rows: Ints, weight: float = 1.0
) -> Lists:
    """The choices that `rows` have under `labels`, with the right ones marked."""
    profiles = gather(corpus, labels)
    parts: list[Lists] = []
    members: dict[int, Any] = {}
    for begin in range(0, len(rows), 512):
        some = rows[begin : begin + 512]
        picked, features = measure(corpus, profiles, some, table.rows(some))
        right = np.zeros(picked.shape, bool)
        for number, row in enumerate(some):
            for place, pattern in enumerate(picked[number]):
                if pattern < 0:
                    continue
                if pattern not in members:
                    inside = profiles.order[profiles.starts[pattern] :][: int(profiles.size[pattern])]
                    members[pattern] = dict(zip(*np.unique(truth[inside], return_counts=True), strict=True))
                same = members[pattern].get(truth[row], 0)
                size = int(profiles.size[pattern])
                if labels[row] == pattern:
                    same, size = same - 1, size - 1
                right[number, place] = same * 2 >= size and same > 0
        parts.append(Lists(features, picked >= 0, right, np.full(len(some), weight, np.float32)))
    width = max(part.features.shape[1] for part in parts)
    assert all(part.features.shape[1] == width for part in parts)
    return Lists(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("features", "exists", "right", "weight"))
    )
