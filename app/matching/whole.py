"""Patterns seen whole: which two are one, which one is two, and how well its members fit it."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.matching.bonds import Bonds
from app.matching.corpus import Corpus, Floats, Ints
from app.matching.profiles import Profiles, compact, gather
from app.matching.seating import NONE, Scorer, Seats, Table, judge

# A pattern that is not among a member's likeliest counts this much for it, in log odds.
_MISSING = -6.0
_HOPELESS = -4.0
_LARGE = 12
_CUT = 8


def mutual(corpus: Corpus, labels: Ints, table: Table, score: Scorer, block: int = 384) -> tuple[Seats, Profiles]:
    """Every report's seats under one grouping."""
    profiles = gather(corpus, labels)
    parts = [
        judge(corpus, profiles, table, np.arange(begin, min(begin + block, corpus.size)), score)
        for begin in range(0, corpus.size, block)
    ]
    return (
        Seats(
            np.concatenate([part.picked for part in parts]),
            np.concatenate([part.odds for part in parts]),
            np.concatenate([part.features for part in parts]),
        ),
        profiles,
    )


def pairs(seats: Seats, profiles: Profiles) -> tuple[Ints, Ints, Floats]:
    """Pairs of patterns (first < second) that may be one, and the evidence on each pair.

    The evidence: mean log odds of each one's members in the other, the larger and smaller of them, the best single one,
    sizes, and the mean of all evidence of the members that have the other among their likeliest.
    """
    rows, places = np.nonzero(seats.picked >= 0)
    source, target = profiles.labels[rows], seats.picked[rows, places]
    other = source != target
    rows, places, source, target = rows[other], places[other], source[other], target[other]
    count = profiles.count
    keys, inverse = np.unique(source * count + target, return_inverse=True)
    odds = np.maximum(seats.odds[rows, places], _MISSING)
    present = np.bincount(inverse, minlength=len(keys))
    size = profiles.size[keys // count]
    mean = (np.bincount(inverse, odds, minlength=len(keys)) + _MISSING * (size - present)) / size
    top = np.full(len(keys), _MISSING, np.float32)
    np.maximum.at(top, inverse, odds)
    spread = sparse.csr_matrix(
        (np.ones(len(rows), np.float32), (inverse, np.arange(len(rows)))), shape=(len(keys), len(rows))
    )
    one, two = np.minimum(keys // count, keys % count), np.maximum(keys // count, keys % count)
    both, fold = np.unique(one * count + two, return_inverse=True)
    forward, backward = np.full(len(both), _MISSING), np.full(len(both), _MISSING)
    is_forward = keys // count == one
    forward[fold[is_forward]] = mean[is_forward]
    backward[fold[~is_forward]] = mean[~is_forward]
    best = np.full(len(both), _MISSING, np.float32)
    np.maximum.at(best, fold, top)
    first, second = both // count, both % count
    size_one, size_two = profiles.size[first], profiles.size[second]
    weight_one, weight_two = np.minimum(size_one, _LARGE), np.minimum(size_two, _LARGE)
    overall = (weight_one * forward + weight_two * backward) / (weight_one + weight_two)
    kept = np.flatnonzero((overall > _HOPELESS) | (np.maximum(forward, backward) > _HOPELESS / 2))
    place = np.full(len(both), -1)
    place[kept] = np.arange(len(kept))
    wanted = place[fold[inverse]] >= 0
    spread = sparse.csr_matrix(
        (np.ones(wanted.sum(), np.float32), (place[fold[inverse[wanted]]], np.flatnonzero(wanted))),
        shape=(len(kept), len(rows)),
    )
    flat = seats.features[rows, places]
    number = np.maximum(np.asarray(spread.sum(axis=1)).ravel(), 1)
    means = np.asarray(spread @ flat) / number[:, None]
    small, large = np.minimum(size_one, size_two), np.maximum(size_one, size_two)
    covered = number / (size_one + size_two)[kept]
    one_of, two_of = first[kept], second[kept]
    extra = [
        _alike(profiles.word_sums, one_of, two_of), _alike(profiles.letter_sums, one_of, two_of),
        _alike(sparse.csr_matrix(profiles.kinds[:, :-1]), one_of, two_of),
        _alike(sparse.csr_matrix(profiles.any_sorts), one_of, two_of),
        overall[kept], np.minimum(forward, backward)[kept], np.maximum(forward, backward)[kept], best[kept],
        np.log(small[kept]), np.log(large[kept]), covered,
    ]  # fmt: skip
    return first[kept], second[kept], np.column_stack([*extra, means]).astype(np.float32)


def _alike(table: sparse.csr_matrix, one: Ints, two: Ints) -> Floats:
    """Cosines of pairs of rows."""
    norm = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    products = np.asarray(table[one].multiply(table[two]).sum(axis=1)).ravel()
    return np.asarray(products / np.maximum(norm[one] * norm[two], 1e-6), np.float32)


def part(corpus: Corpus, labels: Ints, bonds: Bonds) -> Ints:
    """Labels after each larger pattern has been cut in two by its words: a proposal, for `join` to take back or not.

    Two rules of one holder look like one pattern as long as they sit together; cut, each shows its own words.
    """
    labels = compact(labels)
    profiles = gather(corpus, labels)
    fresh = profiles.count
    held = set(bonds.mates)
    after = labels.copy()
    for pattern in np.flatnonzero(profiles.size >= _CUT):
        begin = profiles.starts[pattern]
        members = profiles.order[begin : begin + int(profiles.size[pattern])]
        rows = corpus.words[members]
        side = _two_sides(rows)
        if 3 <= side.sum() <= len(members) - 3:  # noqa: PLR2004 - a pattern needs three
            after[members[side]] = fresh
            fresh += 1
    for first in held:
        after[bonds.mates[first]] = after[first]
    return after


def _two_sides(rows: sparse.csr_matrix) -> NDArray[np.bool_]:
    """Which of `rows` lie on one side after two means have settled, begun from the two that are least alike."""
    like = (rows @ rows.T).toarray()
    weight = like.sum(axis=1)
    one = int(np.argmax(weight))
    side = like[one] < np.median(like[one])
    for _ in range(8):
        if side.all() or not side.any():
            break
        here, there = like[:, side].mean(axis=1), like[:, ~side].mean(axis=1)
        scale_here, scale_there = (np.sqrt(max(like[np.ix_(half, half)].mean(), 1e-6)) for half in (side, ~side))
        now = here / scale_here > there / scale_there
        if (now == side).all():
            break
        side = now
    return np.asarray(side, np.bool_)


def join(  # noqa: PLR0917 - what is joined, by which judges, and what holds it
    corpus: Corpus, labels: Ints, table: Table, score: Scorer, pair: Scorer, floor: float, bonds: Bonds
) -> tuple[Ints, int]:
    """Labels after the patterns that are most likely one have been joined, each at most once; and how many were."""
    labels = compact(labels)
    seats, profiles = mutual(corpus, labels, table, score)
    first, second, evidence = pairs(seats, profiles)
    odds = pair(evidence) if len(evidence) else np.zeros(0, np.float32)
    apart = {(int(labels[one]), int(labels[two])) for one, others in bonds.apart.items() for two in others}
    closed = {int(labels[one]) for one in bonds.alone}
    joined: set[int] = set(closed)
    into = np.arange(profiles.count)
    for number in np.argsort(-odds, kind="stable"):
        if odds[number] <= floor:
            break
        one, two = int(first[number]), int(second[number])
        if one not in joined and two not in joined and (one, two) not in apart and (two, one) not in apart:
            joined |= {one, two}
            into[two] = one
    return compact(into[labels]), (len(joined) - len(closed)) // 2


def soundness(seats: Seats, profiles: Profiles) -> Floats:
    """How well each pattern's members fit it: their mean log odds, each one left out in turn."""
    own = np.where(seats.picked[:, 0] >= 0, seats.odds[:, 0], NONE / 3)
    total = np.bincount(profiles.labels, own, minlength=profiles.count)
    return np.asarray(total / profiles.size, np.float32)
