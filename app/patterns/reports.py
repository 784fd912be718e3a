"""Barriers as the engine reads them. Only what everyone may read goes in: what is hidden can then move nothing."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.barriers.models import Barrier
from app.kit.geo import to_metres
from app.matching.reports import Report
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Publication, Sharing

# One deployment serves one city.
CITY = "here"
_NEAR_METRES = 250.0
SHOWN = tuple(one for one in Sharing if one.is_shown)


def group_of(barrier: Barrier) -> str:
    """Who speaks: the initiative that the report names, or the report alone. Groups are counted, never reports."""
    return barrier.initiative_id or barrier.id


def day_of(barrier: Barrier) -> int:
    """When it happened, or else when it was told: a day counted from a fixed date."""
    return (barrier.happened or barrier.created_at.date()).toordinal()


def report_of(barrier: Barrier, near: Mapping[str, frozenset[str]] | None = None) -> Report:
    """The engine's view of a barrier; `near` maps a neighbourhood to those beside it."""
    picked = barrier.institution
    return Report(
        id=barrier.id,
        city=CITY,
        group=group_of(barrier),
        text=barrier.what_happened,
        neighbourhood=barrier.neighbourhood,
        near=(near or {}).get(barrier.neighbourhood, frozenset()),
        day=day_of(barrier),
        initiative=barrier.initiative_id,
        kind=str(barrier.kind),
        holder=barrier.holder or (picked.name if picked else None),
        holder_id=barrier.institution_id,
        rule=barrier.rule_cited or None,
        stage=str(barrier.stage) if barrier.stage else None,
        effect=str(barrier.effect) if barrier.effect else None,
        language=barrier.language,
    )


def shown_barriers(db: Session) -> Sequence[Barrier]:
    """All that everyone may read, in the order of ids."""
    asked = select(Barrier).where(Barrier.publication == Publication.PUBLISHED, Barrier.sharing.in_(SHOWN))
    return db.scalars(asked.options(selectinload(Barrier.institution)).order_by(Barrier.id)).all()


def counted_barriers(db: Session) -> Sequence[Barrier]:
    """All that are counted and not shown, in the order of ids."""
    asked = select(Barrier).where(Barrier.publication == Publication.PUBLISHED, Barrier.sharing == Sharing.COUNTED_ONLY)
    return db.scalars(asked.options(selectinload(Barrier.institution)).order_by(Barrier.id)).all()


def neighbours(places: Iterable[Neighbourhood]) -> dict[str, frozenset[str]]:
    """Which neighbourhoods lie beside which, by slug: less than 250 m apart."""
    outlines = {place.slug: to_metres(place.boundary) for place in places}
    beside: dict[str, set[str]] = {slug: set() for slug in outlines}
    for one, other in combinations(outlines, 2):
        if outlines[one].distance(outlines[other]) < _NEAR_METRES:
            beside[one].add(other)
            beside[other].add(one)
    return {slug: frozenset(others) for slug, others in beside.items()}
