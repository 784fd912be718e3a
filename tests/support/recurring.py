"""A barrier that recurs, for tests: initiatives of several groups, and a report of each in words of its own."""

from collections.abc import Sequence
from typing import Any

from app.barriers.models import Barrier
from app.kit import clock
from app.patterns.models import Pattern
from app.patterns.service import new_pattern, seat
from app.vocabulary import Sharing
from tests.support.cast import CHAPELTOWN, Cast, Planted, spots_in

TEXTS = (
    "The parks team asked for public liability insurance before our picnic.",
    "No insurance certificate, no picnic: that is what they told us about the park.",
    "We need five million of liability insurance to sit on the grass.",
    "Public liability cover costs more than our whole year, so no games in the park.",
    "They want to see an insurance certificate before children may play in the park.",
    "Told to buy liability insurance for one afternoon on the green.",
    "Our street tea needs public liability insurance, the parks team says.",
    "Without an insurance certificate the parks desk will not let us have the grass.",
    "They asked the dog walkers for liability insurance to meet in the park.",
    "A choir of eleven was asked for five million of public liability insurance.",
)
HOLDER = "Eastmoor parks team"


def reports(
    cast: Cast, count: int, *, first: int = 0, slug: str = CHAPELTOWN, with_initiatives: bool = True, **answers: Any
) -> list[Planted]:
    """Plant `count` published reports of one rule, each by an initiative of its own (or by nobody named)."""
    planted = []
    for number in range(first, first + count):
        place = spots_in(slug, number + 1, seed=31)[number]
        given: dict[str, Any] = {
            "kind": "health_and_safety",
            "what_happened": TEXTS[number % len(TEXTS)],
            "holder": HOLDER,
            "sharing": Sharing.NEIGHBOURHOOD,
            "happened": f"2026-{1 + number % 9:02}-1{number % 9}",
            **answers,
        }
        if with_initiatives:
            group = cast.plant(place=place, title=f"Picnic number {number}", sharing="neighbourhood")
            given["initiative"] = group.id
        planted.append(cast.plant("barriers", place=place, **given))
    return planted


def gather(cast: Cast, planted: Sequence[Planted], *, pattern_id: str | None = None, is_sure: bool = True) -> str:
    """Seat reports in a new pattern, or in the one named; returns its id."""
    with cast.house.private.writing() as db:
        if pattern_id is None:
            pattern_id = new_pattern(db, is_sure=is_sure).id
        for one in planted:
            seat(db, one.id, pattern_id)
    return pattern_id


def pattern_row(cast: Cast, pattern_id: str) -> Pattern:
    """The private row of a pattern."""
    with cast.house.private.reading() as db:
        return db.get_one(Pattern, pattern_id)


def reshare(cast: Cast, planted: Planted, sharing: Sharing) -> None:
    """Let the contributor choose anew who may see a report; it stays published."""
    with cast.house.private.writing() as db:
        barrier = db.get_one(Barrier, planted.id)
        barrier.sharing, barrier.changed_at = sharing, clock.now()
