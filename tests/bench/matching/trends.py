"""How often planted patterns of each shape are called more frequent: `python -m tests.bench.matching.trends`.

True groupings are used, so that only the trend is judged; patterns with fewer than six reports are left out.
"""

import argparse
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from app.matching.trend import Trend, is_early_notice, trend_of
from tests.bench.matching.worlds import load, reports_of

_FEWEST = 6
_STEPS = 26


def main() -> None:
    """Read the options, and print the share of each verdict by planted shape, and the false alarms of the notice."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--benchmark", type=Path, required=True)
    options.add_argument("--seeds", default="501-505")
    options.add_argument("--size", type=int, default=3000)
    chosen = options.parse_args()
    bench = load(chosen.benchmark)
    first, _, last = chosen.seeds.partition("-")
    verdicts: defaultdict[str, Counter[Trend]] = defaultdict(Counter)
    for seed in range(int(first), int(last or first) + 1):
        world = bench.World(seed, chosen.size)
        reports = reports_of(bench, world)
        days: defaultdict[object, list[int]] = defaultdict(list)
        everybody = [one.day for one in reports if one.day is not None]
        for one, key in zip(reports, world.truth_key, strict=True):
            if key in world.planted and one.day is not None:
                days[key].append(one.day)
        for key, some in days.items():
            if len(some) >= _FEWEST:
                verdicts[world.planted[key]["trend"]][trend_of(some, everybody, max(everybody)).trend] += 1
    for shape, counted in sorted(verdicts.items()):
        total = counted.total()
        shares = ", ".join(f"{word} {counted[word] / total:.2f}" for word in Trend)
        print(f"{shape:10s} {total:4d} patterns: {shares}")
    _false_alarms()


def _false_alarms() -> None:
    """Steady patterns of 6 to 60 groups over three years, looked at every week of the last half year."""
    random = np.random.default_rng(3)
    once = ever = runs = 0
    for _ in range(1000):
        some = [int(day) for day in random.integers(0, 1096, int(random.integers(6, 60)))]
        everybody = [int(day) for day in random.integers(0, 1096, 3000)]
        noticed = []
        for week in range(_STEPS):
            today = 1096 - 7 * week
            known = [day for day in everybody if day <= today]
            noticed.append(is_early_notice([day for day in some if day <= today], known, today))
        once += sum(noticed)
        ever += any(noticed)
        runs += 1
    looks = once / runs / _STEPS
    print(f"early notice of a steady pattern: {looks:.4f} of single looks, {ever / runs:.3f} in half a year")


if __name__ == "__main__":
    main()
