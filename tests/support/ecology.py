"""Invented ecologies of any size, as pure records: the same for the same numbers."""

import random
from datetime import date

import shapely

from app.ecology.records import Ecology, Gate, Living, Spot, Tie
from app.vocabulary import (
    Activity,
    BarrierKind,
    ConnectionKind,
    Effect,
    EnablerKind,
    Formality,
    Lifecycle,
    PeopleBand,
)
from tests.support.cast import CHAPELTOWN, outline_of

_OVER = (Lifecycle.RESTING, Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED)
_STAGES = [Lifecycle.ACTIVE] * 8 + list(Lifecycle)
# About 250 m, in degrees.
_HIGH, _WIDE = 0.00225, 0.0038
_WORDS = (
    "garden", "kitchen", "choir", "library", "walk", "repair", "supper", "football", "film", "sewing", "bread", "bees",
    "drums", "letters", "planting",
)  # fmt: skip


def town(lives: int, ties: int, gates: int, *, seed: int = 1, slug: str = CHAPELTOWN) -> Ecology:
    """So many initiatives, ties and barriers in one neighbourhood, a third of them in shared squares."""
    chance = random.Random(seed)
    held = {one.id: one for one in (_life(chance, number, slug) for number in range(lives))}
    ids = sorted(held, key=lambda one: (held[one].born or date.min, one))
    found: dict[tuple[str, str, ConnectionKind], Tie] = {}
    while len(found) < ties and lives > 1:
        later = chance.randrange(1, lives)
        # Mostly to one that began not long before: families, and not a tangle.
        earlier = max(0, later - 1 - int(chance.expovariate(8 / lives)))
        if earlier == later:
            continue
        kind = chance.choice(list(ConnectionKind))
        since = held[ids[later]].born
        tie = Tie(f"tie-{len(found)}", ids[later], ids[earlier], kind, kind.label, kind.back, kind.is_mutual, since)
        found.setdefault((tie.start, tie.end, kind), tie)
    barriers = [_gate(chance, number, ids) for number in range(gates)]
    return Ecology(slug, held, list(found.values()), barriers)


def _life(chance: random.Random, number: int, slug: str) -> Living:
    stage = chance.choice(_STAGES)
    born = date(chance.randint(2019, 2026), chance.randint(1, 10), 1)
    rested = date(chance.randint(born.year, 2026), 11, 30) if stage in _OVER else None
    spot, cell = _place(chance, slug)
    is_exact = bool(spot) and not cell
    return Living(
        id=f"{chance.getrandbits(128):032x}",
        title=f"{' '.join(chance.sample(_WORDS, 3)).capitalize()} {number}",
        neighbourhood=slug,
        activity=chance.choice(list(Activity)),
        lifecycle=stage,
        formality=chance.choice(list(Formality)),
        people=chance.choice(list(PeopleBand)),
        born=born,
        rested=rested,
        helped=(chance.choice(list(EnablerKind)),) if chance.random() < 0.2 else (),
        spot=spot,
        is_exact=is_exact,
        cell=cell,
    )


def _place(chance: random.Random, slug: str) -> tuple[Spot | None, tuple[Spot, ...]]:
    west, south, east, north = outline_of(slug).bounds
    outline = outline_of(slug)
    while True:
        lon, lat = chance.uniform(west, east), chance.uniform(south, north)
        if outline.contains(shapely.Point(lon, lat)):
            break
    share = chance.random()
    if share < 0.1:
        return None, ()
    if share < 0.4:
        return (round(lon, 6), round(lat, 6)), ()
    left, low = round(lon // _WIDE * _WIDE, 6), round(lat // _HIGH * _HIGH, 6)
    right, high = round(left + _WIDE, 6), round(low + _HIGH, 6)
    ring = ((left, low), (right, low), (right, high), (left, high), (left, low))
    return (round(left + _WIDE / 2, 6), round(low + _HIGH / 2, 6)), ring


def _gate(chance: random.Random, number: int, ids: list[str]) -> Gate:
    kind = chance.choice(list(BarrierKind))
    helped = (chance.choice(list(EnablerKind)),) if chance.random() < 0.4 else ()
    return Gate(
        id=f"gate-{number}",
        kind=kind,
        label=kind.label,
        initiative=chance.choice(ids) if ids and chance.random() < 0.8 else None,
        effect=chance.choice(list(Effect)),
        happened=date(chance.randint(2019, 2026), chance.randint(1, 10), 1),
        helped=helped,
    )
