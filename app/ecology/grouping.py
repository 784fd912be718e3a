"""A large ecology in fewer pieces: groups with their numbers stand for many initiatives, so that it can be read."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.ecology.records import Ecology, Gate, Living, Spot, Tie
from app.vocabulary import Lifecycle

# More than this many are drawn in groups.
MOST_DRAWN = 300
_MOST_TIES = 300
# Groups carry numbers, and need more room.
_MOST_GROUPS = 120
# Sides of the squares that groups are gathered in, in degrees of latitude; first, the squares that are public anyway.
_STEPS = (0.0, 0.009, 0.018, 0.036, 0.072, 0.3, 2.0)
# About as wide as high in the middle of Britain.
_WIDER = 1.7
Key = tuple[str, ...]


@dataclass(frozen=True)
class Grouped:
    """`ecology` holds one living thing a group; `members` are those that it stands for, `weights` a tie's number."""

    ecology: Ecology
    members: Mapping[str, Sequence[Living]]
    weights: Mapping[str, int]


def by_place(ecology: Ecology) -> Grouped:
    """Groups of one activity in one square, or one neighbourhood; squares grow until there are few enough."""
    for step in _STEPS:
        found = _grouped(ecology, lambda life, step=step: _where(life, ecology.slug, step))  # type: ignore[misc]
        if len(found.members) <= _MOST_GROUPS:
            break
    return found


def by_year(ecology: Ecology) -> Grouped:
    """Groups of one activity that began in one year."""
    return _grouped(ecology, lambda life: (_activity(life), str(life.born.year) if life.born else ""))


def _where(life: Living, slug: str, step: float) -> Key:
    if life.neighbourhood != slug:
        return _activity(life), "elsewhere"
    if life.spot is None:
        return _activity(life), "nowhere"
    if not step:
        return _activity(life), *(f"{part:.6f}" for part in life.spot)
    lon, lat = life.spot
    return _activity(life), str(step), f"{int(lon // (step * _WIDER))}", f"{int(lat // step)}"


def _activity(life: Living) -> str:
    return str(life.activity or "other")


def _grouped(ecology: Ecology, key: Callable[[Living], Key]) -> Grouped:
    members: dict[str, list[Living]] = defaultdict(list)
    group_of: dict[str, str] = {}
    for life in ecology.lives.values():
        group = "_".join(key(life)).replace(".", "-")
        members[group].append(life)
        group_of[life.id] = group
    lives = {group: _group(group, held) for group, held in members.items()}
    ties, weights = _ties(ecology, group_of)
    gates = _gates(ecology, group_of)
    return Grouped(Ecology(ecology.slug, lives, ties, gates), dict(members), weights)


def _group(group: str, held: Sequence[Living]) -> Living:
    first = held[0]
    born = [one.born for one in held if one.born]
    name = first.activity.label if first.activity else "Other"
    spots = [one.spot for one in held if one.spot]
    return Living(
        id=group,
        title=f"{name}: {len(held):,}",
        neighbourhood=first.neighbourhood,
        activity=first.activity,
        lifecycle=Lifecycle.ACTIVE,
        born=min(born) if len(born) == len(held) else None,
        spot=_middle(spots),
        is_exact=False,
        cell=first.cell if len({one.cell for one in held}) == 1 else (),
    )


def _middle(spots: Sequence[Spot]) -> Spot | None:
    if not spots:
        return None
    return round(sum(lon for lon, _ in spots) / len(spots), 5), round(sum(lat for _, lat in spots) / len(spots), 5)


def _ties(ecology: Ecology, group_of: Mapping[str, str]) -> tuple[list[Tie], dict[str, int]]:
    """One tie for all of a kind between two groups; the most frequent ones where there are too many to see."""
    held: dict[tuple[str, str, str], list[Tie]] = defaultdict(list)
    for tie in ecology.ties:
        start, end = group_of[tie.start], group_of[tie.end]
        if tie.is_mutual:
            start, end = sorted((start, end))
        if start != end:
            held[start, end, tie.kind].append(tie)
    most = sorted(held.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:_MOST_TIES]
    ties, weights = [], {}
    for number, ((start, end, _kind), several) in enumerate(most):
        since: list[date] = [tie.since for tie in several if tie.since]
        one = replace(several[0], id=f"t{number}", start=start, end=end)
        ties.append(replace(one, since=min(since) if len(since) == len(several) else None))
        weights[one.id] = len(several)
    return ties, weights


def _gates(ecology: Ecology, group_of: Mapping[str, str]) -> list[Gate]:
    """At most two gates for a group, one shut and one open, each with its number in its label."""
    held: dict[tuple[str, bool], list[Gate]] = defaultdict(list)
    for gate in ecology.gates:
        group = group_of.get(gate.initiative or "")
        held[group or "", gate.is_opened].append(gate)
    found = []
    for number, ((group, is_opened), several) in enumerate(held.items()):
        happened = [gate.happened for gate in several if gate.happened]
        words = Counter(gate.label for gate in several).most_common(1)[0][0]
        label = words if len(several) == 1 else f"{len(several):,} times something got in the way; most often: {words}"
        settled = [gate.settled for gate in several if gate.settled]
        found.append(
            replace(
                several[0],
                id=f"g{number}",
                label=label,
                initiative=group or None,
                happened=min(happened, default=None),
                settled=min(settled, default=None) if is_opened else None,
                spot=None,
                cell=(),
            )
        )
    return found
