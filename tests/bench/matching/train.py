"""Learn the engine's weights from development seeds: `python -m tests.bench.matching.train --benchmark FOLDER`.

Two things are learned: who fits where, and which two patterns are one. First from true
groupings with mistakes put in, then twice from the imperfect groupings that the engine makes with what it has learned
so far: that second schooling is worth most. About six minutes on one processor.
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from app.matching import refinement
from app.matching.bonds import free
from app.matching.corpus import Corpus, Floats, Ints, Reader, encode
from app.matching.profiles import compact
from app.matching.scorer import Committee
from app.matching.seating import Table
from app.matching.whole import mutual, pairs, part
from tests.bench.matching.learning import Lists, document, learn_odds, learn_seats, together
from tests.bench.matching.states import lists_of, spoiled
from tests.bench.matching.worlds import load, reports_of, truth_of

# How many cities of each size.
_CITIES = ((80, 20), (150, 14), (300, 32), (600, 8), (1000, 8), (3000, 3))
_PICKED_SHARE = 0.35
_UNKNOWN_LANGUAGE_SHARE = 0.25
_LARGE_CITY = 1000
_OVERALL = 4  # Where the evidence on a pair holds the mean log odds.


@dataclass
class City:
    """One invented city, and what is true of it."""

    corpus: Corpus
    table: Table
    truth: Ints


def cities(
    bench: ModuleType,
    plan: tuple[tuple[int, int], ...],
    seed: int,
    random: np.random.Generator,
    read: Reader | None = None,
) -> list[City]:
    """Cities with some of the development themes each, so that no single theme is leaned on."""
    themes = sys.modules["themes_dev"]
    every = list(themes.THEMES)
    found = []
    for size, count in plan:
        for _ in range(count):
            some = random.choice(len(every), random.integers(6, len(every) + 1), replace=False)
            themes.THEMES = [every[number] for number in some]  # type: ignore[attr-defined]
            world = bench.World(seed, size)
            seed += 1
            reports = reports_of(bench, world, picked=bool(random.random() < _PICKED_SHARE))
            if random.random() < _UNKNOWN_LANGUAGE_SHARE:
                reports = [replace(one, language=None) for one in reports]
            corpus = encode(reports, read)
            found.append(City(corpus, Table(corpus), truth_of(world)))
    themes.THEMES = every  # type: ignore[attr-defined]
    return found


@dataclass
class _Wholes:
    """Evidence on pairs of patterns, with the truth."""

    pairs: Floats
    same: NDArray[np.bool_]


def _wholes(city: City, labels: Ints, seat: Committee) -> _Wholes:
    seats, profiles = mutual(city.corpus, labels, city.table, seat)
    first, second, evidence = pairs(seats, profiles)
    most = np.zeros(profiles.count, np.int64)
    for pattern in range(profiles.count):
        members = profiles.order[profiles.starts[pattern] :][: int(profiles.size[pattern])]
        values, counts = np.unique(city.truth[members], return_counts=True)
        most[pattern] = values[counts.argmax()]
    same = most[first] == most[second]
    # Hopeless pairs are many and alike: a few of them do.
    kept = same | (np.random.default_rng(len(first)).random(len(first)) < 0.15) | (evidence[:, _OVERALL] > -2.5)
    return _Wholes(evidence[kept], same[kept])


def _learn_pairs(parts: list[_Wholes], count: int) -> Committee:
    evidence, same = np.concatenate([one.pairs for one in parts]), np.concatenate([one.same for one in parts])
    return Committee([learn_odds(evidence, same, hidden=(16,), rounds=8, seed=seed) for seed in range(count)])


def learn(bench: ModuleType, seed: int) -> dict[str, list[dict[str, list[object]]]]:
    """The weights document."""
    random = np.random.default_rng(seed)
    towns = cities(bench, _CITIES, 1, random)
    lists: list[Lists] = []
    for city in towns:
        lists += [
            lists_of(
                city.corpus, city.table, spoiled(city.truth, city.corpus, random), city.truth, _some(city, random, 400)
            )
            for _ in range(3)
        ]
    seat = Committee([learn_seats(together(lists), rounds=6)])
    pair = _learn_pairs([_wholes(city, spoiled(city.truth, city.corpus, random), seat) for city in towns], 1)
    for schooling in (1, 2):
        judges = refinement.Judges(seat, pair)
        wholes: list[_Wholes] = []
        for city in towns:
            stages: list[Ints] = []
            refinement.group(city.corpus, judges, table=city.table, watch=stages.append)
            shown = stages if city.corpus.size <= _LARGE_CITY else [stages[0], stages[len(stages) // 2], stages[-1]]
            lists += [
                lists_of(city.corpus, city.table, labels, city.truth, _some(city, random, 450), 0.5 + schooling / 2)
                for labels in shown
            ]
            halves = compact(part(city.corpus, city.truth, free(city.corpus.size)))
            wholes += [_wholes(city, labels, seat) for labels in (stages[0], *stages[-3:], halves)]
        seat = Committee([learn_seats(together(lists), rounds=8, seed=number) for number in range(schooling)])
        pair = _learn_pairs(wholes, schooling)
        print("schooling", schooling, "done", flush=True)
    return {name: document(one.nets) for name, one in (("seat", seat), ("pair", pair))}


def _some(city: City, random: np.random.Generator, most: int) -> Ints:
    return np.asarray(random.permutation(city.corpus.size)[:most], np.int64)


def main() -> None:
    """Read the options, learn, and write the weights, one network to a line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--benchmark", type=Path, required=True)
    options.add_argument("--out", type=Path, default=Path(refinement.__file__).with_name("weights.json"))
    options.add_argument("--seed", type=int, default=5)
    chosen = options.parse_args()
    weights = learn(load(chosen.benchmark), chosen.seed)
    texts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(net, separators=(",", ":")) for net in nets) + "\n]"
        for name, nets in weights.items()
    ]
    chosen.out.write_text("{\n" + ",\n".join(texts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
