"""Learn what sentence vectors add: `python -m tests.bench.matching.train_meaning --benchmark FOLDER`.

The shipped networks stay as they are; a small further one learns from development seeds what to add to their log odds.
With `--blind` it is shown nothing in place of the vectors: what is gained so comes from more learning, not from them.
About five minutes on one processor.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from app.matching import meaning, refinement
from app.matching.corpus import Ints
from app.matching.evidence import MEANING, NAMES
from app.matching.refinement import Judges, shipped_judges
from app.matching.scorer import Committee, Net
from tests.bench.matching.learning import Lists, document, learn_seats, together
from tests.bench.matching.states import lists_of, spoiled
from tests.bench.matching.train import cities
from tests.bench.matching.worlds import load

# How many cities of each size, and the first seed.
_CITIES = ((80, 12), (150, 10), (300, 24), (600, 6), (1000, 6), (3000, 2))
_SEED = 201
_NETS = 2


def _learn(lists: Lists, blind: bool) -> list[Net]:
    base = shipped_judges().seat
    given = base(lists.features[..., : len(NAMES)])
    shown = lists.features[..., meaning.SEAT_COLUMNS].copy()
    if blind:
        shown[..., -len(MEANING) :] = 0
    lists = Lists(shown, lists.exists, lists.right, lists.weight)
    return [learn_seats(lists, hidden=(12,), rounds=6, seed=seed, decay=1e-3, given=given) for seed in range(_NETS)]


def main() -> None:
    """Read the options, learn, and write what was learned."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--benchmark", type=Path, required=True)
    options.add_argument("--out", type=Path, default=Path(meaning.__file__).with_name("meaning.json"))
    options.add_argument("--blind", action="store_true")
    chosen = options.parse_args()
    random = np.random.default_rng(7)
    reader = meaning.Reader()
    towns = cities(load(chosen.benchmark), _CITIES, _SEED, random, reader)
    lists = [
        lists_of(
            city.corpus, city.table, spoiled(city.truth, city.corpus, random), city.truth,
            random.permutation(city.corpus.size)[:400],
        )
        for city in towns
        for _ in range(2)
    ]  # fmt: skip
    shipped = shipped_judges()
    judges = Judges(meaning.Narrowed(shipped.seat.nets), meaning.Narrowed(shipped.pair.nets))
    for _ in range(2):  # First as the shipped judges group, then as they do with what was learned.
        for city in towns:
            stages = list[Ints]()
            refinement.group(city.corpus, judges, table=city.table, watch=stages.append)
            for labels in (stages[0], stages[len(stages) // 2], stages[-1]):
                rows = random.permutation(city.corpus.size)[:450]
                lists.append(lists_of(city.corpus, city.table, labels, city.truth, rows))
        nets = _learn(together(lists), chosen.blind)
        judges = meaning.enlarge(shipped, Committee(nets), reader)
        print("learned from", sum(len(one.features) for one in lists), "choices", flush=True)
    text = json.dumps({"seat": document(nets)}, separators=(",", ":"))
    chosen.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
