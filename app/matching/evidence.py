"""What speaks for and against a report belonging to a pattern, as numbers for the scorer.

Each comparison leaves the report itself out: a report is no witness for its own place.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.corpus import Corpus, Floats, Ints
from app.matching.profiles import PRIOR, Profiles

NAMES = (
    "words_sum", "letters_sum", "words_best", "letters_best", "words_mean", "letters_mean",
    "gathered_words", "relatives",
    "box_best", "box_mean", "told_best", "told_mean", "has_box", "has_told", "named_share", "box_rarity",
    "box_sort_share", "box_sort_clash", "any_sort_share", "any_sort_clash",
    "kind", "place", "near", "place_unknown", "gap", "span", "same_group", "echo",
    "size", "groups", "tightness", "letter_tightness", "holder_same", "holder_other", "language_same", "is_foreign",
    "length", "city_size", "words_lead", "letters_lead", "name_lead", "kind_peak", "place_peak",
)  # fmt: skip
# These come after the others where a corpus has sentence vectors.
MEANING = ("meaning_sum", "meaning_best", "meaning_lead")
CANDIDATES = 28
_FAR = 2000.0
# The same group again within so many days mostly says the same again.
_ECHO_DAYS = 10


class Sims:
    """Comparisons of some reports (rows) with all reports (columns), each report with itself set to nothing."""

    def __init__(self, corpus: Corpus, rows: Ints, words: Floats, letters: Floats) -> None:
        own = np.arange(len(rows))
        self.words, self.letters = words, letters
        self.sets = corpus.word_sets[rows]
        self.box = _names_alike(corpus, corpus.box_name[rows])
        self.told = _names_alike(corpus, corpus.text_name[rows])
        gap = np.abs(corpus.day[rows][:, None] - corpus.day[None, :]).astype(np.float32)
        self.gap = np.nan_to_num(gap, nan=_FAR)
        self.gap[own, rows] = _FAR
        for table in (self.words, self.letters, self.box, self.told):
            table[own, rows] = 0
        self.meaning: Floats | None = None
        if corpus.vectors is not None:
            self.meaning = corpus.vectors[rows] @ corpus.vectors.T
            self.meaning[own, rows] = 0


def _names_alike(corpus: Corpus, mine: Ints) -> Floats:
    """How alike a name (0 to 1) is to the likest of each report's: from the holder box, or from the text."""
    distinct, place = np.unique(mine, return_inverse=True)
    table = np.zeros((len(distinct), corpus.name_parts.shape[0] + 1), np.float32)  # The last column is no name.
    known = distinct >= 0
    table[known, :-1] = (corpus.name_parts[distinct[known]] @ corpus.name_parts.T).toarray()
    both = np.maximum(table[:, corpus.box_name], table[:, corpus.text_name])
    return np.asarray(both[place], np.float32)


def compare(corpus: Corpus, rows: Ints) -> Sims:
    """The comparisons of `rows` with every report."""
    return Sims(
        corpus,
        rows,
        np.asarray((corpus.words[rows] @ corpus.words.T).toarray(), np.float32),
        np.asarray((corpus.letters[rows] @ corpus.letters.T).toarray(), np.float32),
    )


def measure(  # noqa: PLR0915 - one line of evidence after another
    corpus: Corpus,
    profiles: Profiles,
    rows: Ints,
    sims: Sims,
    candidates: int = CANDIDATES,
) -> tuple[Ints, Floats]:
    """For each of `rows`: its likeliest patterns (numbers, shape rows x candidates) and their evidence (x features).

    The report's own pattern is always among them and comes first; where it stands alone there, its place is -1.
    """
    order, starts = profiles.order, profiles.starts
    own = profiles.labels[rows]
    at = (np.arange(len(rows)), own)
    size = np.repeat(profiles.size[None, :], len(rows), axis=0)
    size[at] -= 1

    words_sum, words_best = _fold(sims.words, order, starts)
    letters_sum, letters_best = _fold(sims.letters, order, starts)
    box_sum, box_best = _fold(sims.box, order, starts)
    told_sum, told_best = _fold(sims.told, order, starts)
    words_cos = _cosine(words_sum, profiles.word_norm, at)
    letters_cos = _cosine(letters_sum, profiles.letter_norm, at)
    gathered = _gathered(corpus, profiles, sims.sets, at)
    relatives = _relatives(profiles, words_cos)
    box_share, box_clash = _sorts(corpus.box_sorts[rows], profiles.box_sorts, profiles.with_box_sort, at)
    any_share, any_clash = _sorts(corpus.any_sorts[rows], profiles.any_sorts, profiles.with_any_sort, at)
    kind, kind_peak = _ratio(profiles.kinds, corpus.kind[rows], at)
    place, place_peak = _ratio(profiles.places, corpus.place[rows], at)
    near = _near(corpus, profiles, rows, size)

    prescore = (
        2 * words_cos
        + 2 * letters_cos
        + words_best
        + letters_best
        + 1.2 * np.maximum(box_best, 0.8 * told_best)
        + 0.5 * any_share
        - 0.3 * any_clash
        + 0.15 * kind
        + 0.1 * np.maximum(place, near)
        + 0.08 * gathered
        + relatives
    )
    holder_same, holder_other = _holders(corpus, profiles, rows, at)
    prescore += 2 * (holder_same > 0) - 1.0 * (holder_other > 0)
    prescore[at] = 1e6
    width = min(candidates, profiles.count)
    picked = np.argpartition(-prescore, width - 1, axis=1)[:, :width]
    # Own pattern first.
    spot = np.argmax(picked == own[:, None], axis=1)
    first = np.arange(len(rows))
    picked[first, spot] = picked[:, 0]
    picked[:, 0] = own

    def take(table: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.take_along_axis(table, picked, axis=1)

    def lead(here: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far each candidate is before the best of the others."""
        top = np.sort(here, axis=1)[:, -2:]
        return here - np.where(here >= top[:, -1:], top[:, :1], top[:, -1:])

    folded_gap = np.minimum.reduceat(sims.gap[:, order], starts, axis=1)
    counted = take(size)
    safe = np.maximum(counted, 1)
    same_group = np.asarray(profiles.groups[:, corpus.group[rows]].T.toarray(), np.float32)
    same_group[at] -= 1
    groups, span = profiles.group_count, _span(corpus, profiles)
    named = take(np.repeat(profiles.with_name[None, :], len(rows), axis=0))
    has_box = (corpus.box_name[rows] >= 0).astype(np.float32)[:, None]
    has_told = (corpus.text_name[rows] >= 0).astype(np.float32)[:, None]
    gap = take(folded_gap)
    foreign = _foreign(corpus)[rows][:, None]
    tight = (profiles.word_norm - profiles.size) / np.maximum(profiles.size * (profiles.size - 1), 1)
    letter_tight = (profiles.letter_norm - profiles.size) / np.maximum(profiles.size * (profiles.size - 1), 1)
    names_best = np.maximum(box_best, told_best)
    full = np.ones_like(counted)
    columns = [
        take(words_cos), take(letters_cos), take(words_best), take(letters_best),
        take(words_sum) / safe, take(letters_sum) / safe, take(gathered) / 5, take(relatives),
        take(box_best), take(box_sum) / safe, take(told_best), take(told_sum) / safe, has_box * full, has_told * full,
        np.minimum(named / safe, 1), _rarity(corpus, rows)[:, None] * full,
        take(box_share), take(box_clash), take(any_share), take(any_clash),
        take(kind), take(place), take(near), (corpus.place[rows] < 0)[:, None] * full,
        np.log1p(gap) / 4, np.log1p(np.maximum(gap - span[picked], 0)) / 4,
        np.minimum(take(same_group), 2), ((take(same_group) > 0) & (gap < _ECHO_DAYS)).astype(np.float32),
        np.log1p(counted), np.log1p(groups[picked]), tight[picked] * 5, letter_tight[picked] * 5,
        take(holder_same), take(holder_other), take(_language(corpus, profiles, rows, at)) / safe, foreign * full,
        np.log1p(np.diff(sims.sets.indptr))[:, None] * full / 3, np.full_like(counted, np.log(corpus.size + 1) / 4),
        lead(take(words_cos)), lead(take(letters_cos)), lead(take(names_best)), take(kind_peak), take(place_peak),
    ]  # fmt: skip
    if sims.meaning is not None and profiles.meaning_norm is not None:
        meaning_sum, meaning_best = _fold(sims.meaning, order, starts)
        meaning_cos = _cosine(meaning_sum, profiles.meaning_norm, at)
        columns += [take(meaning_cos), take(meaning_best), lead(take(meaning_cos))]
    features = np.stack([np.asarray(column, np.float32) for column in columns], axis=2)
    # A report that stands alone has no pattern of its own to stay in.
    picked[:, 0] = np.where(size[at] > 0, own, -1)
    return picked, features


def _fold(table: Floats, order: Ints, starts: Ints) -> tuple[Floats, Floats]:
    sorted_ = table[:, order]
    return np.add.reduceat(sorted_, starts, axis=1), np.maximum.reduceat(sorted_, starts, axis=1)


def _cosine(sums: Floats, norm: Floats, at: tuple[Ints, Ints]) -> Floats:
    lengths = np.repeat(norm[None, :], sums.shape[0], axis=0)
    lengths[at] -= 2 * sums[at] + 1
    return np.asarray(sums / np.sqrt(np.maximum(lengths, 0.25)), np.float32)


def _gathered(corpus: Corpus, profiles: Profiles, mine: sparse.csr_matrix, at: tuple[Ints, Ints]) -> Floats:
    """Log likelihood ratio of the report's words under the pattern's words against everybody's, per root of length."""
    table = np.asarray((mine @ profiles.word_odds).toarray(), np.float32)
    shared = mine.multiply(profiles.gathered[at[1]]).tocsr()
    shared.data = np.log1p(np.maximum(shared.data - 1, 0) / (PRIOR * corpus.word_shares[shared.indices]))
    table[at] = np.asarray(shared.sum(axis=1)).ravel()
    return np.asarray(table / np.sqrt(np.maximum(np.diff(mine.indptr), 1))[:, None], np.float32)


def _relatives(profiles: Profiles, words_cos: Floats) -> Floats:
    """How well the report fits other patterns that read like this one: the same rule of other holders teaches words."""
    large, alike = profiles.relatives
    if not len(large):
        return np.zeros_like(words_cos)
    table = np.zeros_like(words_cos)
    table[:, : alike.shape[1]] = np.sqrt(np.maximum((words_cos[:, large] ** 2) @ alike, 0))
    return table


def _sorts(mine: Floats, theirs: Floats, with_sort: Floats, at: tuple[Ints, Ints]) -> tuple[Floats, Floats]:
    total = np.repeat(with_sort[None, :], len(mine), axis=0)
    has = mine.max(axis=1)
    total[at] -= has
    agree = np.zeros((len(mine), len(theirs)), np.float32)
    for sort in np.flatnonzero(mine.any(axis=0)):
        having = np.flatnonzero(mine[:, sort])
        agree[having] = np.maximum(agree[having], theirs[:, sort])
    agree[at] -= has
    share = np.where(total > 0, agree / np.maximum(total, 1), 0)
    clash = np.where((total > 0) & (has[:, None] > 0), 1 - share, 0) * np.minimum(1, 0.4 + 0.2 * total)
    return share.astype(np.float32), clash.astype(np.float32)


def _ratio(tally: Floats, codes: Ints, at: tuple[Ints, Ints]) -> tuple[Floats, Floats]:
    """Log ratio of a code's share in the pattern to its share in the city; and how much one code rules the pattern."""
    known = tally[:, :-1].sum(axis=1)
    base = (tally.sum(axis=0) + 0.5) / (tally.sum() + 1)
    counts = tally[:, codes].T.copy()
    counts[at] -= 1
    total = np.repeat(known[None, :], len(codes), axis=0)
    total[at] -= codes >= 0
    share = base[codes][:, None]
    ratio = np.log((counts + share) / ((total + 1) * share))
    ratio[codes < 0] = 0
    peak = tally[:, :-1].max(axis=1, initial=0) / np.maximum(known, 1)
    return ratio.astype(np.float32), np.repeat(peak[None, :], len(codes), axis=0).astype(np.float32)


def _near(corpus: Corpus, profiles: Profiles, rows: Ints, size: Floats) -> Floats:
    places = corpus.place[rows]
    # Members in places adjacent to each place that occurs here: for one report a column, not the whole table.
    occurring, column = np.unique(places, return_inverse=True)
    close = profiles.places @ corpus.near[:, occurring]
    share = close.sum(axis=0) / max(1.0, float(profiles.size.sum()))
    base = share[column][:, None] + 1e-3
    ratio = np.log((close[:, column].T + base) / ((size + 1) * base))
    ratio[places < 0] = 0
    return np.asarray(ratio, np.float32)


def _holders(corpus: Corpus, profiles: Profiles, rows: Ints, at: tuple[Ints, Ints]) -> tuple[Floats, Floats]:
    picked = corpus.holder[rows]
    total = np.repeat(np.asarray(profiles.holders.sum(axis=1), np.float32).ravel()[None, :], len(rows), axis=0)
    total[at] -= picked >= 0
    same = np.asarray(profiles.holders[:, picked].T.toarray(), np.float32)
    same[at] -= 1
    same[picked < 0] = 0
    share = same / np.maximum(total, 1)
    other = np.where((total > 0) & (picked >= 0)[:, None], 1 - share, 0)
    return share.astype(np.float32), other.astype(np.float32)


def _span(corpus: Corpus, profiles: Profiles) -> Floats:
    """Mean number of days between neighbouring members."""
    days = corpus.day[profiles.order]
    low = np.fmin.reduceat(days, profiles.starts)
    high = np.fmax.reduceat(days, profiles.starts)
    return np.asarray(np.nan_to_num((high - low) / np.maximum(profiles.size - 1, 1)), np.float32)


def _rarity(corpus: Corpus, rows: Ints) -> Floats:
    uses = np.bincount(corpus.box_name + 1, minlength=len(corpus.names) + 1)
    mine = corpus.box_name[rows]
    return np.asarray(np.where(mine >= 0, np.log(uses[mine + 1] / corpus.size + 1e-4), 0) / 5, np.float32)


def _foreign(corpus: Corpus) -> Floats:
    known = corpus.language[corpus.language >= 0]
    if not len(known):
        return np.zeros(corpus.size, np.float32)
    main = np.bincount(known).argmax()
    return np.asarray((corpus.language >= 0) & (corpus.language != main), np.float32)


def _language(corpus: Corpus, profiles: Profiles, rows: Ints, at: tuple[Ints, Ints]) -> Floats:
    """How many others of each pattern write in the report's language."""
    same = profiles.languages[:, corpus.language[rows]].T.copy()
    same[at] -= 1
    return np.asarray(same, np.float32)
