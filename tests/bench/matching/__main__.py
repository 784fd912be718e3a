"""Print how well recurring barriers are found: `python -m tests.bench.matching --benchmark FOLDER --seeds 501-510`."""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from datasketch import MinHash, MinHashLSH
from scipy.cluster.hierarchy import DisjointSet
from scipy.sparse.csgraph import connected_components

from app.matching.corpus import encode
from app.matching.meaning import judges_with_meaning
from app.matching.refinement import Judges, refine, shipped_judges
from app.matching.reports import Report
from app.matching.words import fold, tokens
from tests.bench.matching.people import arrive
from tests.bench.matching.worlds import load, reports_of, truth_of

Prediction = dict[str, Any]
_COLUMNS = ("pair_f1", "b3_f1", "found_whole", "false_pattern_rate")


def _ours(reports: list[Report]) -> Prediction:
    return dict(refine(reports).assignment())


def _without_text(reports: list[Report]) -> Prediction:
    return _ours([replace(one, text="", rule=None) for one in reports])


def _without_fields(reports: list[Report]) -> Prediction:
    return _ours(
        [replace(one, holder=None, holder_id=None, kind=None, neighbourhood=None, near=frozenset()) for one in reports]
    )


def _with_meaning(reports: list[Report]) -> Prediction:
    return dict(refine(reports, judges=_judges_with_meaning()).assignment())


@cache
def _judges_with_meaning() -> Judges:
    return judges_with_meaning()


def _kind_and_holder(reports: list[Report]) -> Prediction:
    return {one.id: (one.kind, fold(one.holder)) for one in reports if one.holder}


def _alike_texts(reports: list[Report]) -> Prediction:
    words = encode(reports).words
    near = (words @ words.T) > 0.35
    labels = connected_components(near, directed=False)[1]
    return {one.id: int(label) for one, label in zip(reports, labels, strict=True)}


def _min_hash(reports: list[Report]) -> Prediction:
    """Texts that share many of their pairs of words, found by MinHash: it is made for copies."""
    index = MinHashLSH(threshold=0.4, num_perm=64)
    joined = DisjointSet(one.id for one in reports)
    for one in reports:
        words = tokens(one.text)
        sketch = MinHash(num_perm=64, seed=1)
        sketch.update_batch([" ".join(pair).encode() for pair in pairwise(words)] or [b""])
        for other in index.query(sketch):
            joined.merge(one.id, other)
        index.insert(one.id, sketch)
    return {one: number for number, subset in enumerate(joined.subsets()) for one in subset}


_METHODS: dict[str, Callable[[list[Report]], Prediction]] = {
    "ours": _ours,
    "ours with sentence vectors": _with_meaning,
    "without text": _without_text,
    "without fields": _without_fields,
    "same kind and holder": _kind_and_holder,
    "TF-IDF and components": _alike_texts,
    "MinHash and components": _min_hash,
}


def _scored(bench: ModuleType, world: Any, prediction: Prediction) -> list[float]:
    score = bench.score(world, prediction)
    return [score[name] for name in _COLUMNS]


def _line(name: str, size: int, rows: list[list[float]]) -> None:
    mean = np.mean(np.array(rows), axis=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = " ".join(f"{value:8.3f}" for value in mean)
    print(f"{size:6d} {name:34s} {cells} {peak:7.0f} MB", flush=True)


def main() -> None:
    """Read the options, and print one line for each method and size: means over the seeds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--benchmark", type=Path, required=True)
    options.add_argument("--seeds", default="501-510")
    options.add_argument("--sizes", default="300,1000")
    options.add_argument("--only", help="methods, comma separated", default="")
    options.add_argument(
        "--people", action="store_true", help="also with holders picked and half of the people answering"
    )
    chosen = options.parse_args()
    bench = load(chosen.benchmark)
    first, _, last = chosen.seeds.partition("-")
    wanted = chosen.only.split(",") if chosen.only else list(_METHODS)
    print(f"{'n':>6s} {'method':34s} {'pair F1':>8s} {'B-cubed':>8s} {'whole':>8s} {'false':>8s} {'CPU s':>8s}")
    for size in map(int, chosen.sizes.split(",")):
        worlds = [bench.World(seed, size) for seed in range(int(first), int(last or first) + 1)]
        for name in wanted:
            rows = []
            for world in worlds:
                reports = reports_of(bench, world)
                begin = time.process_time()
                prediction = _METHODS[name](reports)
                rows.append([*_scored(bench, world, prediction), time.process_time() - begin])
            _line(name, size, rows)
        if chosen.people:
            _with_people(bench, worlds, size)


def _with_people(bench: ModuleType, worlds: list[Any], size: int) -> None:
    judges = shipped_judges()
    for name, picked, share in (("half answered", False, 0.5), ("holder picked, half answered", True, 0.5)):
        rows, hits = [], []
        for world in worlds:
            reports = reports_of(bench, world, picked=picked)
            answers, hit = arrive(reports, truth_of(world), judges, share=share)
            begin = time.process_time()
            prediction = dict(refine(reports, answers=answers, judges=judges).assignment())
            rows.append([*_scored(bench, world, prediction), time.process_time() - begin])
            hits.append(hit)
        _line(f"{name} (hit@3 {np.mean(hits):.2f})", size, rows)


if __name__ == "__main__":
    main()
