"""The learned part: small networks, read from `weights.json` and evaluated with numpy alone."""

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Net:
    """Standardise, then layers of `tanh`, then one number: the log odds."""

    def __init__(self, mean: Floats, scale: Floats, layers: list[tuple[Floats, Floats]]) -> None:
        self.mean, self.scale, self.layers = mean, scale, layers

    def __call__(self, features: Floats) -> Floats:
        """The log odds of each row; the last axis holds the features."""
        value = np.clip((features - self.mean) / self.scale, -6, 6)
        for number, (weight, bias) in enumerate(self.layers):
            value = value @ weight + bias
            if number < len(self.layers) - 1:
                value = np.tanh(value)
        return np.asarray(value[..., 0], np.float32)


class Committee:
    """The mean of several networks: steadier on wordings that none has met."""

    def __init__(self, nets: list[Net]) -> None:
        self.nets = nets

    def __call__(self, features: Floats) -> Floats:
        """The mean log odds of each row."""
        total = self.nets[0](features)
        for net in self.nets[1:]:
            total = total + net(features)
        return np.asarray(total / len(self.nets), np.float32)


def read(document: dict[str, list[dict[str, list[object]]]], name: str) -> Committee:
    """The committee called `name` of a weights document."""
    nets = []
    for net in document[name]:
        layers = [
            (np.array(weight, np.float32), np.array(bias, np.float32))
            for weight, bias in zip(net["weights"], net["biases"], strict=True)
        ]
        nets.append(Net(np.array(net["mean"], np.float32), np.array(net["scale"], np.float32), layers))
    return Committee(nets)


@cache
def shipped(name: str) -> Committee:
    """The committee called `name` as it ships with the package."""
    return read(json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8")), name)
