"""What people have decided, as ties that no machine may break: together, apart, alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.matching.reports import Answer, Earlier, Report


@dataclass
class Bonds:
    """Ties between reports by their number.

    `unit` names for each report the first of those that must sit with it (itself where there is none); `mates` lists a
    unit; `apart` holds for a unit the units that it must not sit with; `alone` are reports that stay by themselves.
    These are a steward's. `wishes` are the contributors' words, report by report: the other report, and whether it is
    the same. They weigh heavily while seats are found, and are obeyed for the report itself at the end; they tie no
    others, so that one slip of a finger cannot weld two patterns.
    """

    unit: list[int]
    mates: dict[int, list[int]]
    apart: dict[int, set[int]]
    alone: frozenset[int]
    confirmed: dict[int, set[str]]
    wishes: dict[int, list[tuple[int, bool]]]


def free(count: int) -> Bonds:
    """No ties at all between `count` reports."""
    return Bonds(list(range(count)), {}, {}, frozenset(), {}, {})


def tie(  # noqa: C901, PLR0912, PLR0915 - the order of whose word counts, in one place
    reports: list[Report], answers: Iterable[Answer], earlier: Earlier
) -> Bonds:
    """The ties that answers and locks make.

    A steward's lock comes before a steward's answer, that before a contributor's; a later answer before an earlier one.
    A "same" that would bring together what a stronger word holds apart is left out, never half applied.
    """
    number = {one.id: place for place, one in enumerate(reports)}
    root = list(range(len(reports)))
    apart: defaultdict[int, set[int]] = defaultdict(set)

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    def unite(one: int, two: int) -> bool:
        one, two = sorted((find(one), find(two)))
        if one == two:
            return True
        if two in apart[one]:
            return False
        root[two] = one
        apart[one] |= apart.pop(two, set())
        for other in apart[one]:
            apart[other].discard(two)
            apart[other].add(one)
        return True

    def part(one: int, two: int) -> None:
        one, two = find(one), find(two)
        if one != two:
            apart[one].add(two)
            apart[two].add(one)

    alone = frozenset(
        number[report] for report, pattern in earlier.locked.items() if pattern is None and report in number
    )
    seats: defaultdict[str, list[int]] = defaultdict(list)
    for report, pattern in earlier.locked.items():
        if pattern is not None and report in number:
            seats[earlier.standing(pattern)].append(number[report])
    for members in seats.values():
        for member in members[1:]:
            unite(members[0], member)
    firsts = [members[0] for members in seats.values()]
    for place, one in enumerate(firsts):
        for two in firsts[place + 1 :]:
            part(one, two)
    last: dict[tuple[int, int], Answer] = {}
    for answer in answers:
        if answer.report in number and answer.other in number and answer.report != answer.other:
            one, two = sorted((number[answer.report], number[answer.other]))
            known = last.get((one, two))
            if known is None or answer.by_steward or not known.by_steward:
                last.pop((one, two), None)
                last[one, two] = answer
    confirmed: defaultdict[int, set[str]] = defaultdict(set)
    wishes: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
    words = list(reversed(last.items()))
    for (one, two), answer in words:
        if answer.by_steward and not answer.same:
            part(one, two)
    for (one, two), answer in words:
        if answer.same and answer.by_steward and not {one, two} & alone:
            unite(one, two)
    for (one, two), answer in words:
        if not answer.by_steward and not {one, two} & alone and find(two) not in apart[find(one)]:
            teller = number[answer.report]
            wishes[teller].append((number[answer.other], answer.same))
            if answer.same:
                confirmed[teller].add(reports[teller].group)
    unit = [find(place) for place in range(len(reports))]
    mates: defaultdict[int, list[int]] = defaultdict(list)
    for place, first in enumerate(unit):
        mates[first].append(place)
    several = {first: them for first, them in mates.items() if len(them) > 1}
    return Bonds(unit, several, dict(apart), alone, dict(confirmed), dict(wishes))


def obey(labels: list[int], bonds: Bonds) -> list[int]:
    """`labels` after each contributor's word about a report has been obeyed for that report.

    Everybody goes to where the other report sits; who still sits with a report said to be another one, stands alone. A
    steward's ties stay as they are.
    """
    after = list(labels)
    fresh = max(labels, default=0) + 1
    tied = {place for them in bonds.mates.values() for place in them} | bonds.alone
    for report in sorted(bonds.wishes):
        if report in tied:
            continue
        same = [other for other, is_same in bonds.wishes[report] if is_same]
        if same:
            # The last word counts.
            target = after[same[0]]
            if all(target != after[other] for other in bonds.apart.get(report, ())):
                after[report] = target
        elif any(after[report] == after[other] for other, _ in bonds.wishes[report]):
            after[report] = fresh
            fresh += 1
    return after
