"""Finding a seat for every report: sweeps that move each to the pattern that it fits best."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.matching.bonds import Bonds
from app.matching.corpus import Corpus, Floats, Ints
from app.matching.evidence import NAMES, Sims, compare, measure
from app.matching.profiles import Profiles, compact, gather

Scorer = Callable[[Floats], Floats]

# Tables of comparisons are kept for the whole night up to this many reports; above, each block makes its own again.
_KEEP_ALL = 6000
_BLOCK = 192
NONE = -30.0
_AT = {name: number for number, name in enumerate(NAMES)}
_OTHER_HOLDER = 6.0
_OTHER_LANGUAGE = 4.0
# What one contributor's word weighs: nearly all of them are right.
_WORD = 5.0


@dataclass
class Seats:
    """The likeliest patterns of each report in one sweep: `picked` numbers (-1 where none), `odds` of each."""

    picked: Ints
    odds: Floats
    features: Floats


class Table:
    """Comparisons of all reports with all, made once where memory allows."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._words: Floats | None = None
        self._letters: Floats | None = None
        if corpus.size <= _KEEP_ALL:
            self._words = (corpus.words @ corpus.words.T).toarray()
            self._letters = (corpus.letters @ corpus.letters.T).toarray()

    def rows(self, rows: Ints) -> Sims:
        """Comparisons of `rows` with all reports."""
        if self._words is None or self._letters is None:
            return compare(self._corpus, rows)
        return Sims(self._corpus, rows, self._words[rows], self._letters[rows])


def weigh(score: Scorer, features: Floats) -> Floats:
    """Log odds of the learned score, less what no learning may forgive.

    Most of a pattern's holders picked from the register are another one; or its members share no language with the
    report and nothing but everyday fields speaks for it.
    """
    odds = score(features)
    odds -= _OTHER_HOLDER * (features[..., _AT["holder_other"]] > 0.5)  # noqa: PLR2004 - most of them
    names = np.maximum(features[..., _AT["box_best"]], features[..., _AT["told_best"]])
    no_office = (names < 0.4) & (features[..., _AT["box_sort_share"]] < 0.5)  # noqa: PLR2004 - not the same one
    unnamed = no_office & (features[..., _AT["words_best"]] < 0.12)  # noqa: PLR2004 - hardly a word in common
    foreign = (features[..., _AT["language_same"]] == 0) & (features[..., _AT["holder_same"]] == 0)
    odds -= _OTHER_LANGUAGE * (unnamed & foreign)
    return np.asarray(odds, np.float32)


def judge(corpus: Corpus, profiles: Profiles, table: Table, rows: Ints, score: Scorer) -> Seats:
    """How well each of `rows` fits its likeliest patterns."""
    picked, features = measure(corpus, profiles, rows, table.rows(rows))
    odds = weigh(score, features)
    odds[picked < 0] = NONE
    return Seats(picked, odds, features)


def sweep(  # noqa: PLR0917 - what moves, by which judge, and what holds it
    corpus: Corpus,
    labels: Ints,
    table: Table,
    score: Scorer,
    rows: Ints,
    floor: float,
    bonds: Bonds,
    block: int = _BLOCK,
) -> Ints:
    """Labels after each of `rows`, in blocks, has moved to its best pattern, or stands alone where none beats `floor`.

    Reports that people tied together move as one, with the first of them; none moves to where one sits that people hold
    apart from it.
    """
    for begin in range(0, len(rows), block):
        some = np.array(
            [row for row in rows[begin : begin + block] if bonds.unit[row] == row and row not in bonds.alone], np.int64
        )
        if len(some):
            labels = compact(labels)
            profiles = gather(corpus, labels)
            seats = judge(corpus, profiles, table, some, score)
            _hear(labels, some, seats, bonds)
            labels = _Moves(labels, profiles, bonds).make(some, seats, floor)
    return compact(labels)


def _hear(labels: Ints, rows: Ints, seats: Seats, bonds: Bonds) -> None:
    """Weigh in what contributors said of `rows`."""
    for place, row in enumerate(rows.tolist()):
        for other, is_same in bonds.wishes.get(row, ()):
            here = seats.picked[place] == labels[other]
            seats.odds[place][here] += _WORD if is_same else -_WORD


class _Moves:
    """One block's moves, the surest first, each seeing those before it."""

    def __init__(self, labels: Ints, profiles: Profiles, bonds: Bonds) -> None:
        self._labels, self._before, self._bonds = labels.copy(), labels, bonds
        self._size = dict(enumerate(profiles.size.astype(int).tolist()))
        self._fresh = profiles.count

    def make(self, rows: Ints, seats: Seats, floor: float) -> Ints:
        best = seats.odds.max(axis=1)
        for place in np.argsort(-best, kind="stable"):
            row = int(rows[place])
            if self._labels[row] == self._before[row]:  # Else somebody who wanted to sit here has taken it along.
                self._seat(row, seats.picked[place], seats.odds[place], floor)
        return self._labels

    def _seat(self, row: int, picked: Ints, odds: Floats, floor: float) -> None:
        own = int(self._labels[row])
        unit = self._bonds.mates.get(row, [row])
        for choice in np.argsort(-odds, kind="stable")[:4]:
            if odds[choice] <= floor:
                break
            pattern = int(picked[choice])
            if self._size[pattern] < 1:  # Its only member has moved on: follow it.
                pattern = int(self._labels[np.flatnonzero(self._before == pattern)[0]])
            if pattern == own:
                return
            if not self._held_apart(row, pattern):
                self._move(unit, own, pattern)
                return
        if self._size[own] > len(unit):
            self._move(unit, own, self._fresh)
            self._fresh += 1

    def _held_apart(self, row: int, pattern: int) -> bool:
        return any(self._labels[other] == pattern for other in self._bonds.apart.get(row, ()))

    def _move(self, unit: list[int], own: int, pattern: int) -> None:
        self._labels[unit] = pattern
        self._size[own] -= len(unit)
        self._size[pattern] = self._size.get(pattern, 0) + len(unit)
