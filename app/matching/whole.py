"""Patterns seen whole: which two are one, and which are none at all."""

import numpy as np
from scipy import sparse

from app.matching.bonds import Bonds
from app.matching.corpus import Corpus, Floats, Ints
from app.matching.profiles import Profiles, compact, gather
from app.matching.seating import NONE, Scorer, Seats, Table, judge

# A pattern that is not among a member's likeliest counts this much for it, in log odds.
_MISSING = -6.0
_HOPELESS = -4.0
_LARGE = 12


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
    spread = sparse.csr_matrix((np.ones(len(rows), np.float32), (inverse, np.arange(len(rows)))))
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
    extra = [
        overall[kept], np.minimum(forward, backward)[kept], np.maximum(forward, backward)[kept], best[kept],
        np.log(small[kept]), np.log(large[kept]), covered,
    ]  # fmt: skip
    return first[kept], second[kept], np.column_stack([*extra, means]).astype(np.float32)


def join(
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


def soundness(corpus: Corpus, seats: Seats, profiles: Profiles) -> Floats:
    """For each pattern, what tells whether it is one: how its members fit it, each left out in turn."""
    own = np.where(seats.picked[:, 0] >= 0, seats.odds[:, 0], NONE / 3).astype(np.float32)
    rival = seats.odds[:, 1:].max(axis=1, initial=NONE).clip(_MISSING * 2)
    order, starts, size = profiles.order, profiles.starts, profiles.size
    member = sparse.csr_matrix(
        (np.ones(len(order), np.float32), order, np.append(starts, len(order))), shape=(profiles.count, len(order))
    )
    mean = (member @ own) / size
    spread = np.sqrt(np.maximum((member @ own**2) / size - mean**2, 0))
    means = np.asarray(member @ seats.features[:, 0, :]) / size[:, None]
    groups = profiles.group_count
    extra = [
        np.log(size), np.log(groups), mean, spread, np.minimum.reduceat(own[order], starts), np.maximum.reduceat(own[order], starts),
        (member @ (own > 0)) / size, (member @ rival) / size, (member @ (own - rival)) / size,
        np.full(len(size), np.log(corpus.size)),
    ]  # fmt: skip
    return np.column_stack([*extra, means]).astype(np.float32)
