"""What a pattern is like: its members' gathered words, names, sorts, places, kinds and days."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.corpus import Corpus, Floats, Ints

# So many reports of everybody's words are mixed into a pattern's: a small one is not sure of its words.
PRIOR = 3.0
_TEACHES = 3


@dataclass
class Profiles:
    """One row per pattern (a report that stands alone is a pattern of one).

    `order` sorts the reports by pattern and `starts` is where each pattern begins in it, so that a row of comparisons
    with reports folds into one with patterns in a single pass.
    """

    labels: Ints
    order: Ints
    starts: Ints
    size: Floats
    word_norm: Floats
    letter_norm: Floats
    kinds: Floats
    places: Floats
    holders: sparse.csr_matrix
    groups: sparse.csr_matrix
    languages: Floats
    box_sorts: Floats
    any_sorts: Floats
    with_box_sort: Floats
    with_any_sort: Floats
    with_name: Floats
    gathered: sparse.csr_matrix
    word_sums: sparse.csr_matrix
    letter_sums: sparse.csr_matrix
    word_shares: Floats
    meaning_norm: Floats | None = None

    @property
    def count(self) -> int:
        """How many patterns there are, single reports included."""
        return len(self.starts)

    @cached_property
    def word_odds(self) -> sparse.csr_matrix:
        """What each word speaks for each pattern (words x patterns): log of how much more often it is said there."""
        weight = self.gathered.copy()
        weight.data = np.log1p(weight.data / (PRIOR * self.word_shares[weight.indices])).astype(np.float32)
        return sparse.csr_matrix(weight.T)

    @cached_property
    def relatives(self) -> tuple[Ints, Floats]:
        """The patterns large enough to teach words, and the square of how alike each is to every pattern."""
        large = np.flatnonzero(self.size[: self.word_sums.shape[0]] >= _TEACHES)
        norm = self.word_norm[: self.word_sums.shape[0]]
        sums = sparse.csr_matrix(sparse.diags_array(1 / np.sqrt(np.maximum(norm, 0.25))) @ self.word_sums)
        alike = np.asarray((sums[large] @ sums.T).toarray(), np.float32)
        alike[np.arange(len(large)), large] = 0
        return large, alike**2

    @cached_property
    def group_count(self) -> Floats:
        """How many groups each pattern has."""
        return np.bincount(self.groups.nonzero()[0], minlength=self.count).astype(np.float32)


def compact(labels: NDArray[np.int64]) -> Ints:
    """Labels 0, 1, 2 ... in the order of first use: same grouping."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[inverse], np.int64)


def gather(corpus: Corpus, labels: Ints) -> Profiles:
    """Profiles of the grouping `labels` (compact: 0 to count - 1)."""
    count = int(labels.max()) + 1 if len(labels) else 0
    order = np.argsort(labels, kind="stable")
    size = np.bincount(labels, minlength=count)
    starts = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
    member = sparse.csr_matrix(
        (np.ones(len(labels), np.float32), order, np.concatenate([starts, [len(labels)]])),
        shape=(count, len(labels)),
    )
    word_sums, letter_sums = member @ corpus.words, member @ corpus.letters
    has_name = ((corpus.box_name >= 0) | (corpus.text_name >= 0)).astype(np.float32)
    return Profiles(
        labels=labels,
        order=order,
        starts=starts,
        size=size.astype(np.float32),
        word_norm=_squared(word_sums),
        letter_norm=_squared(letter_sums),
        kinds=_tally(labels, corpus.kind, count),
        places=_tally(labels, corpus.place, count, corpus.near.shape[0]),
        holders=_sparse_tally(labels, corpus.holder, count),
        groups=_sparse_tally(labels, corpus.group, count),
        languages=_tally(labels, corpus.language, count),
        box_sorts=np.asarray(member @ corpus.box_sorts, np.float32),
        any_sorts=np.asarray(member @ corpus.any_sorts, np.float32),
        with_box_sort=np.asarray(member @ (corpus.box_sorts.max(axis=1)), np.float32),
        with_any_sort=np.asarray(member @ (corpus.any_sorts.max(axis=1)), np.float32),
        with_name=np.asarray(member @ has_name, np.float32),
        gathered=sparse.csr_matrix(member @ corpus.word_sets),
        word_sums=sparse.csr_matrix(word_sums),
        letter_sums=sparse.csr_matrix(letter_sums),
        word_shares=corpus.word_shares,
        meaning_norm=None if corpus.vectors is None else ((member @ corpus.vectors) ** 2).sum(axis=1),
    )


def _squared(sums: sparse.csr_matrix) -> Floats:
    return np.asarray(sums.multiply(sums).sum(axis=1), np.float32).ravel()


def _tally(labels: Ints, codes: Ints, count: int, width: int | None = None) -> Floats:
    """How many members of each pattern have each code; the last column counts the unknown."""
    width = (int(codes.max(initial=-1)) + 2) if width is None else width
    cells = labels * width + np.where(codes < 0, width - 1, codes)
    return np.bincount(cells, minlength=count * width).reshape(count, width).astype(np.float32)


def _sparse_tally(labels: Ints, codes: Ints, count: int) -> sparse.csr_matrix:
    known = codes >= 0
    shape = (count, int(codes.max(initial=-1)) + 2)
    return sparse.csr_matrix((np.ones(known.sum(), np.float32), (labels[known], codes[known])), shape=shape)
