"""Learning the small networks with numpy: a choice for seats ("this, that, or none"), plain odds for the rest."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.matching.scorer import Net

Floats = NDArray[np.float32]


@dataclass
class Lists:
    """Choices: features (lists x candidates x features), which candidates exist, and which are right (perhaps none)."""

    features: Floats
    exists: NDArray[np.bool_]
    right: NDArray[np.bool_]
    weight: Floats


def together(parts: list[Lists]) -> Lists:
    """All lists in one, short ones padded."""
    widest = max(part.features.shape[1] for part in parts)

    def padded(table: NDArray[Any], fill: float) -> NDArray[Any]:
        gap = [(0, 0), (0, widest - table.shape[1])] + [(0, 0)] * (table.ndim - 2)
        return np.pad(table, gap, constant_values=fill)

    return Lists(
        np.concatenate([padded(part.features, 0) for part in parts]).astype(np.float32),
        np.concatenate([padded(part.exists, False) for part in parts]),
        np.concatenate([padded(part.right, False) for part in parts]),
        np.concatenate([part.weight for part in parts]).astype(np.float32),
    )


class _Adam:
    def __init__(self, shapes: list[tuple[int, ...]], rate: float) -> None:
        self.mean = [np.zeros(shape, np.float32) for shape in shapes]
        self.square = [np.zeros(shape, np.float32) for shape in shapes]
        self.rate, self.step = rate, 0

    def move(self, values: list[Floats], gradients: list[Floats], rate: float) -> None:
        self.step += 1
        for value, gradient, mean, square in zip(values, gradients, self.mean, self.square, strict=True):
            mean[...] = 0.9 * mean + 0.1 * gradient
            square[...] = 0.999 * square + 0.001 * gradient**2
            value[...] -= rate * (mean / (1 - 0.9**self.step)) / (np.sqrt(square / (1 - 0.999**self.step)) + 1e-8)


def learn_seats(
    lists: Lists,
    *,
    hidden: tuple[int, ...] = (32, 16),
    rounds: int = 12,
    seed: int = 0,
    rate: float = 3e-3,
    decay: float = 1e-4,
    batch: int = 256,
    given: Floats | None = None,
) -> Net:
    """A network whose log odds, against "none" at nought, make the right choices likely.

    With `given` log odds (lists x candidates) it learns what is to be added to them.
    """
    real = lists.features[lists.exists]
    mean, scale = real.mean(axis=0), real.std(axis=0) + 1e-3
    random = np.random.default_rng(seed)
    sizes = [real.shape[1], *hidden, 1]
    values: list[Floats] = []
    for before, after in pairwise(sizes):
        values += [
            random.normal(0, 1 / np.sqrt(before), (before, after)).astype(np.float32),
            np.zeros(after, np.float32),
        ]
    values[-1][:] = -2 if given is None else 0
    if given is not None:
        values[-2][:] = 0
    adam = _Adam([value.shape for value in values], rate)
    count = len(lists.features)
    total = rounds * (count // batch + 1)
    step = 0
    for _ in range(rounds):
        shuffled = random.permutation(count)
        for begin in range(0, count, batch):
            some = shuffled[begin : begin + batch]
            exists, right, weight = lists.exists[some], lists.right[some], lists.weight[some]
            value = np.clip((lists.features[some][exists] - mean) / scale, -6, 6)
            layers = [value]
            for number in range(0, len(values), 2):
                value = value @ values[number] + values[number + 1]
                if number < len(values) - 2:
                    value = np.tanh(value)
                layers.append(value)
            odds = np.full(exists.shape, -1e9, np.float32)
            odds[exists] = value[:, 0] if given is None else value[:, 0] + given[some][exists]
            none = np.zeros(len(some), np.float32)
            top = np.maximum(odds.max(axis=1), none)
            chance = np.exp(odds - top[:, None])
            chance_none = np.exp(none - top)
            whole = chance.sum(axis=1) + chance_none
            share = chance / whole[:, None]
            any_right = np.asarray(right.any(axis=1))
            right_mass = np.where(any_right, (chance * right).sum(axis=1), chance_none)
            wanted = np.where(any_right[:, None], chance * right / np.maximum(right_mass, 1e-12)[:, None], 0)
            blame: Floats = np.asarray((share - wanted) * weight[:, None], np.float32)
            slope = blame[exists][:, None] / np.float32(len(some))
            gradients: list[Floats] = [np.zeros(0, np.float32)] * len(values)
            for number in range(len(values) - 2, -1, -2):
                gradients[number] = layers[number // 2].T @ slope + decay * values[number]
                gradients[number + 1] = slope.sum(axis=0)
                if number:
                    slope = (slope @ values[number].T) * (1 - layers[number // 2] ** 2)
            step += 1
            adam.move(values, gradients, rate * min(1.0, 0.05 + 1.5 * (1 - step / total)))
    return Net(mean, scale, [(values[number], values[number + 1]) for number in range(0, len(values), 2)])


def learn_odds(
    features: Floats, right: NDArray[np.bool_], *, hidden: tuple[int, ...] = (12,), rounds: int = 60, seed: int = 0
) -> Net:
    """A network whose log odds say whether a row is right."""
    lists = Lists(
        features[:, None, :].astype(np.float32),
        np.ones((len(features), 1), bool),
        right[:, None],
        np.ones(len(features), np.float32),
    )
    return learn_seats(lists, hidden=hidden, rounds=rounds, seed=seed, decay=3e-3, batch=128)


def document(nets: list[Net]) -> list[dict[str, list[object]]]:
    """The networks as JSON, four significant digits each."""

    def short(table: Floats) -> list[object]:
        rounded: list[object] = np.vectorize(lambda value: float(f"{value:.4g}"))(table.astype(float)).tolist()
        return rounded

    return [
        {
            "mean": short(net.mean),
            "scale": short(net.scale),
            "weights": [short(weight) for weight, _ in net.layers],
            "biases": [short(bias) for _, bias in net.layers],
        }
        for net in nets
    ]
