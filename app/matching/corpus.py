"""A city's reports as arrays: what every comparison reads. Unknown is -1 in whole numbers, NaN in days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.names import SORTS, NameBook, name_features
from app.matching.reports import Report
from app.matching.words import SPACE, letter_features, tokens, word_features

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
# Texts to rows of length one.
Reader = Callable[[Sequence[str]], Floats]

# A feature that more than this share of a city's reports have tells nothing, and costs most.
_TOO_COMMON = 0.12
_TOO_COMMON_LETTERS = 0.08


@dataclass
class Coder:
    """How the features of one text become a row: which columns are kept, and what each is worth."""

    columns: Ints
    weight: NDArray[np.float64]

    def row(self, features: list[int]) -> sparse.csr_matrix:
        """The row of one more text, as `weighed` would have made it."""
        found = np.array(sorted(features), np.int64)
        value = np.maximum(self.weight[found], 0)
        length = max(float(np.sqrt((value**2).sum())), 1e-6)
        return _picked(self.columns, found, (value / length).astype(np.float32))


def _picked(columns: Ints, found: Ints, value: Floats) -> sparse.csr_matrix:
    place = np.searchsorted(columns, found)
    kept = (
        (place < len(columns)) & (columns[np.minimum(place, len(columns) - 1)] == found) if len(columns) else found < 0
    )
    return sparse.csr_matrix((value[kept], place[kept], [0, int(kept.sum())]), shape=(1, len(columns)))


@dataclass
class Corpus:
    """Parallel arrays, one entry per report, in the order given."""

    reports: list[Report]
    words: sparse.csr_matrix
    letters: sparse.csr_matrix
    word_sets: sparse.csr_matrix
    word_shares: Floats
    names: list[frozenset[str]]
    name_parts: sparse.csr_matrix
    name_weight: NDArray[np.float64]
    word_code: Coder
    letter_code: Coder
    set_columns: Ints
    box_name: Ints
    text_name: Ints
    box_sorts: Floats
    any_sorts: Floats
    kind: Ints
    place: Ints
    near: Floats
    day: NDArray[np.float64]
    group: Ints
    holder: Ints
    language: Ints
    book: NameBook
    vectors: Floats | None = None

    @property
    def size(self) -> int:
        """How many reports there are."""
        return len(self.reports)


def encode(reports: Sequence[Report], read: Reader | None = None) -> Corpus:
    """The arrays of one city's `reports`; with sentence vectors where there is somebody to `read` them."""
    texts = [tokens(f"{one.text} {one.rule or ''}") for one in reports]
    places = sorted({one.neighbourhood for one in reports if one.neighbourhood})
    book = NameBook((one.holder or "" for one in reports), texts, places)
    named = [book.of_box(one.holder or "") for one in reports]
    told = [book.of_text(one.text, words) for one, words in zip(reports, texts, strict=True)]
    plain = [
        [word for word in words if book.standard(word) not in in_text | in_box and word not in book.places] + ordinary
        for words, (in_box, _, ordinary), (in_text, _) in zip(texts, named, told, strict=True)
    ]
    entries: dict[frozenset[str], int] = {}
    box_name = _numbered([names for names, _, _ in named], entries)
    text_name = _numbered([names for names, _ in told], entries)
    uses = [*(names for names, _, _ in named), *(names for names, _ in told)]
    name_parts, name_weight = _name_parts(list(entries), uses)
    word_lists = [word_features(words) for words in plain]
    sets, set_columns, shares = _sets(word_lists)
    words, word_code = weighed(word_lists, most=_TOO_COMMON)
    letters, letter_code = weighed([letter_features(words) for words in plain], most=_TOO_COMMON_LETTERS)
    place_number = {place: number for number, place in enumerate(places)}
    near = np.zeros((len(places) + 1, len(places) + 1), np.float32)
    for one in reports:
        if one.neighbourhood:
            for other in one.near:
                if other in place_number:
                    near[place_number[one.neighbourhood], place_number[other]] = 1
    box_sorts, any_sorts = np.zeros((len(reports), SORTS), np.float32), np.zeros((len(reports), SORTS), np.float32)
    for row, ((_, sorts, _), (_, more)) in enumerate(zip(named, told, strict=True)):
        box_sorts[row, list(sorts)] = 1
        any_sorts[row, list(sorts | more)] = 1
    return Corpus(
        reports=list(reports),
        words=words,
        letters=letters,
        word_sets=sets,
        word_shares=shares,
        names=list(entries),
        name_parts=name_parts,
        name_weight=name_weight,
        word_code=word_code,
        letter_code=letter_code,
        set_columns=set_columns,
        box_name=box_name,
        text_name=text_name,
        box_sorts=box_sorts,
        any_sorts=any_sorts,
        kind=_codes([one.kind for one in reports]),
        place=_codes([one.neighbourhood for one in reports], place_number),
        near=near,
        day=np.array([np.nan if one.day is None else one.day for one in reports], np.float64),
        group=_codes([one.group for one in reports]),
        holder=_codes([one.holder_id for one in reports]),
        language=_codes([one.language for one in reports]),
        book=book,
        vectors=read([one.text for one in reports]) if read and reports else None,
    )


def _codes(values: list[str | None], known: dict[str, int] | None = None) -> Ints:
    numbers: dict[str, int] = {} if known is None else known
    return np.array([-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values], np.int64)


def _numbered(name_sets: list[frozenset[str]], entries: dict[frozenset[str], int]) -> Ints:
    return np.array([entries.setdefault(names, len(entries)) if names else -1 for names in name_sets], np.int64)


def _matrix(lists: list[list[int]], columns: int) -> sparse.csr_matrix:
    starts = np.cumsum([0, *(len(one) for one in lists)])
    flat = np.fromiter((column for one in lists for column in one), np.int64, starts[-1])
    return sparse.csr_matrix((np.ones(len(flat), np.float32), flat, starts), shape=(len(lists), columns))


def set_row(columns: Ints, features: list[int]) -> sparse.csr_matrix:
    """One more text's row of `word_sets`."""
    found = np.array(sorted(features), np.int64)
    return _picked(columns, found, np.ones(len(found), np.float32))


def weighed(lists: list[list[int]], *, most: float) -> tuple[sparse.csr_matrix, Coder]:
    """Rows of inverse-frequency weights with length one, over the columns that at least two reports share.

    What one report alone says still counts in its length: a long story is not more alike for its other half.
    """
    matrix = _matrix(lists, SPACE)
    count = matrix.shape[0]
    used = np.bincount(matrix.indices, minlength=SPACE)
    weight = np.log((count + 2.0) / (used + 0.5))
    matrix.data = np.maximum(weight[matrix.indices], 0).astype(np.float32)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    kept = np.flatnonzero((used >= 2) & (used <= max(6, most * count)))  # noqa: PLR2004 - a pair needs two
    matrix = matrix[:, kept]
    matrix = sparse.diags_array(1 / np.maximum(lengths, 1e-6).astype(np.float32)) @ matrix
    return sparse.csr_matrix(matrix.astype(np.float32)), Coder(kept, weight)


def _sets(lists: list[list[int]]) -> tuple[sparse.csr_matrix, Ints, Floats]:
    matrix = _matrix(lists, SPACE)
    used = np.bincount(matrix.indices, minlength=SPACE)
    kept = np.flatnonzero(used >= 2)  # noqa: PLR2004 - a pair needs two
    shares = ((used[kept] + 0.5) / (matrix.shape[0] + 1)).astype(np.float32)
    return sparse.csr_matrix(matrix[:, kept]), kept, shares


def _name_parts(
    entries: list[frozenset[str]], uses: list[frozenset[str]]
) -> tuple[sparse.csr_matrix, NDArray[np.float64]]:
    """A row of length one for each distinct name, rare parts weighing more, and those weights."""
    place = {names: number for number, names in enumerate(entries)}
    often = np.zeros(len(entries) + 1)
    for names in uses:
        if names:
            often[place[names]] += 1
    used = np.zeros(SPACE)
    for names, count in zip(entries, often, strict=False):
        used[list(name_features(names))] += count
    weight = np.log((often.sum() + 10) / (used + 1))
    empty = sparse.csr_matrix((0, SPACE), dtype=np.float32)
    rows = [name_row(names, weight) for names in entries]
    return sparse.csr_matrix(sparse.vstack([empty, *rows], format="csr")), weight


def name_row(names: frozenset[str], weight: NDArray[np.float64]) -> sparse.csr_matrix:
    """The row of one name."""
    parts = sorted(name_features(names).items())
    columns = np.array([column for column, _ in parts], np.int64)
    value = np.array([worth for _, worth in parts]) * weight[columns]
    length = max(float(np.sqrt((value**2).sum())), 1e-6)
    return sparse.csr_matrix(((value / length).astype(np.float32), columns, [0, len(columns)]), shape=(1, SPACE))
