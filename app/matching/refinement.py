"""The nightly run: every report of a city finds its seat anew, patterns keep their ids, and people's word stands."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from app.matching import scorer
from app.matching.bonds import Bonds, free, obey, tie
from app.matching.corpus import Corpus, Ints, Reader, encode
from app.matching.profiles import compact
from app.matching.reports import Answer, Earlier, Found, Night, Report, standing
from app.matching.seating import Table, sweep
from app.matching.voices import campaign_size, count_voices, same_words
from app.matching.whole import join, mutual, part, soundness

# Log odds above which a report takes a seat, and two patterns are one.
SEAT_FLOOR = 0.5
JOIN_FLOOR = 0.0
# Mean log odds of its members above which a pattern is surely one. A learned judge of whole patterns was tried instead:
# it hid as many true ones as false ones.
SURE = 1.5
SWEEPS = 3
_JOINS = 5
# So many people of different groups who said "the same" make a pattern sure, whatever the machine thinks.
_CONFIRMED = 3
# Each such person counts this much beside the fit, in log odds.
_PER_CONFIRMATION = 1.0
# Most of a city's reports have a seat from last night: go on from there, which keeps patterns steady.
_WARM_SHARE = 0.5
# A larger city is begun with half of it. Where a thousand reports say nearly the same, none of them is the likeliest to
# sit with another; once some sit together, the rest find them.
_BEGUN_WHOLE = 6_000


@dataclass(frozen=True)
class Judges:
    """The learned parts: who fits where, which two patterns are one, and perhaps a reader of sentences."""

    seat: scorer.Committee
    pair: scorer.Committee
    read: Reader | None = None


def shipped_judges() -> Judges:
    """The judges that come with the package."""
    return Judges(scorer.shipped("seat"), scorer.shipped("pair"))


def refine(
    reports: Sequence[Report],
    *,
    earlier: Earlier | None = None,
    answers: Iterable[Answer] = (),
    judges: Judges | None = None,
    new_id: Callable[[], str] = lambda: uuid4().hex,
) -> Night:
    """The patterns of all cities in `reports`. The same input gives the same grouping."""
    earlier, answers, judges = earlier or Earlier(), list(answers), judges or shipped_judges()
    by_city: defaultdict[str, list[Report]] = defaultdict(list)
    for one in reports:
        by_city[one.city].append(one)
    patterns: list[Found] = []
    aliases = dict(earlier.aliases)
    for city in sorted(by_city):
        found, gone = _refine_city(by_city[city], earlier, answers, judges, new_id)
        patterns += found
        aliases.update(gone)
    return Night(tuple(patterns), {old: standing(aliases, old) for old in aliases})


def group(  # noqa: PLR0917 - what a grouping may go on from
    corpus: Corpus,
    judges: Judges,
    bonds: Bonds | None = None,
    start: Ints | None = None,
    table: Table | None = None,
    watch: Callable[[Ints], object] | None = None,
) -> Ints:
    """A label for each report of `corpus`: equal for reports of one pattern. Goes on from `start` where given.

    `watch` is shown the groupings on the way.
    """
    bonds = bonds or free(corpus.size)
    table = table or Table(corpus)
    random = np.random.default_rng(corpus.size)
    if start is None:
        labels = np.array(bonds.unit, np.int64)
        labels = sweep(
            corpus, labels, table, judges.seat, np.argsort(np.nan_to_num(corpus.day), kind="stable"), SEAT_FLOOR, bonds
        )
    else:
        labels = compact(start)
    _show(watch, labels)
    for turn in range(SWEEPS):
        if turn == SWEEPS - 1:
            labels = part(corpus, labels, bonds)
            _show(watch, labels)
        for _ in range(_JOINS):
            labels, joined = join(corpus, labels, table, judges.seat, judges.pair, JOIN_FLOOR, bonds)
            if joined <= corpus.size // 1500:
                break
        _show(watch, labels)
        labels = sweep(corpus, labels, table, judges.seat, random.permutation(corpus.size), SEAT_FLOOR, bonds)
    _show(watch, labels)
    return compact(labels)


def _show(watch: Callable[[Ints], object] | None, labels: Ints) -> None:
    if watch is not None:
        watch(compact(labels))


def _refine_city(
    reports: list[Report], earlier: Earlier, answers: list[Answer], judges: Judges, new_id: Callable[[], str]
) -> tuple[list[Found], dict[str, str]]:
    reports = sorted(reports, key=lambda one: (one.day is None, one.day or 0, one.id))
    kept, copy_of = same_words(reports)
    whole_bonds = tie(reports, answers, earlier)
    # A copy that a person spoke about is a report of its own again: their word is about it alone.
    spoken = {one for pair in answers for one in (pair.report, pair.other)} | set(earlier.locked)
    kept = [place for place in range(len(reports)) if copy_of[place] == place or reports[place].id in spoken]
    if len(kept) == len(reports):
        seated, bonds = reports, whole_bonds
    else:
        seated = [reports[place] for place in kept]
        bonds = tie(seated, answers, earlier)
    corpus = encode(seated, judges.read)
    table = Table(corpus)
    start = _warm(seated, earlier, bonds)
    if start is None and len(seated) > _BEGUN_WHOLE:
        start = _from_half(seated, judges, bonds)
    labels = group(corpus, judges, bonds=bonds, start=start, table=table)
    labels = compact(np.array(obey(labels.tolist(), bonds), np.int64))
    seats, profiles = mutual(corpus, labels, table, judges.seat)
    fit = soundness(seats, profiles)
    at = {place: int(labels[number]) for number, place in enumerate(kept)}
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place in range(len(reports)):
        members[at[place] if place in at else at[copy_of[place]]].append(place)
    confirmed: defaultdict[int, set[str]] = defaultdict(set)
    for number, groups in bonds.confirmed.items():
        confirmed[int(labels[number])] |= groups
    locked = {int(labels[number]) for number, one in enumerate(seated) if earlier.locked.get(one.id) is not None}
    grown = {label: them for label, them in members.items() if len(them) > 1 or label in locked}
    ids, gone = _ids(grown, reports, earlier, new_id)
    found = [
        Found(
            id=ids[label],
            members=tuple(reports[place].id for place in them),
            confidence=float(1 / (1 + np.exp(-fit[label]))),
            is_sure=bool(
                fit[label] + _PER_CONFIRMATION * len(confirmed[label]) > SURE
                or len(confirmed[label]) >= _CONFIRMED
                or label in locked
            ),
            voices=count_voices([reports[place] for place in them]),
            campaign_size=campaign_size([reports[place] for place in them]),
        )
        for label, them in grown.items()
    ]
    return found, gone


def _warm(reports: list[Report], earlier: Earlier, bonds: Bonds) -> Ints | None:
    """Last night's grouping with newcomers alone, or None where too little of it is left."""
    known = [earlier.patterns.get(one.id) for one in reports]
    if sum(pattern is not None for pattern in known) < _WARM_SHARE * len(reports):
        return None
    numbers: dict[str, int] = {}
    labels = [
        place + len(reports) if pattern is None else numbers.setdefault(earlier.standing(pattern), len(numbers))
        for place, pattern in enumerate(known)
    ]
    return _bound(labels, bonds)


def _from_half(reports: list[Report], judges: Judges, bonds: Bonds) -> Ints:
    """The grouping of every second report of a large city, the others alone."""
    half = reports[::2]
    start = _from_half(half, judges, free(len(half))) if len(half) > _BEGUN_WHOLE else None
    found = group(encode(half, judges.read), judges, start=start).tolist()
    labels = [found[place // 2] if place % 2 == 0 else place + len(reports) for place in range(len(reports))]
    return _bound(labels, bonds)


def _bound(labels: list[int], bonds: Bonds) -> Ints:
    """`labels` with all that people tied together together, and all that they hold apart apart."""
    fresh = 3 * len(labels)
    for first, them in bonds.mates.items():
        for place in them:
            labels[place] = labels[first]
    for first, others in bonds.apart.items():
        for other in others:
            if other > first and labels[other] == labels[first]:
                fresh += 1
                for place in bonds.mates.get(other, [other]):
                    labels[place] = fresh
    for place in bonds.alone:
        fresh += 1
        labels[place] = fresh
    return np.array(labels, np.int64)


def _ids(  # noqa: C901 - one decision, step by step
    members: dict[int, list[int]], reports: list[Report], earlier: Earlier, new_id: Callable[[], str]
) -> tuple[dict[int, str], dict[str, str]]:
    """An id for each pattern: a steward's lock first, then the earlier pattern that most of it comes from.

    An earlier pattern gives its id to one pattern only. Where several earlier ones went into one, the one with the
    oldest report among them lends its id, and the others become aliases of it.
    """
    overlap: Counter[tuple[str, int]] = Counter()
    oldest: dict[str, int] = {}
    whole: Counter[str] = Counter()
    held: dict[int, str] = {}
    for label, them in members.items():
        for place in them:
            lock = earlier.locked.get(reports[place].id)
            if lock is not None:
                held[label] = earlier.standing(lock)
    for label, them in members.items():
        for place in them:
            pattern = earlier.patterns.get(reports[place].id)
            if pattern is not None:
                pattern = earlier.standing(pattern)
                overlap[pattern, label] += 1
                whole[pattern] += 1
                oldest[pattern] = min(oldest.get(pattern, place), place)
    heir: dict[str, int] = {}
    for (pattern, label), _ in sorted(overlap.items(), key=lambda item: (-item[1], oldest[item[0][0]])):
        heir.setdefault(pattern, label)
    claims: defaultdict[int, list[str]] = defaultdict(list)
    taken = set(held.values())
    for pattern, label in heir.items():
        # A few reports that changed seats do not carry their pattern's name along, unless it is all that is left of it.
        if 2 * overlap[pattern, label] >= whole[pattern] and pattern not in taken:
            claims[label].append(pattern)
    ids: dict[int, str] = {}
    gone: dict[str, str] = {}
    for label in members:
        olds = sorted(claims[label], key=oldest.__getitem__)
        ids[label] = held.get(label) or (olds[0] if olds else new_id())
        gone.update({old: ids[label] for old in olds if old != ids[label]})
    return ids, gone
