"""Stewards' acts on recurring barriers, kept with all other decisions, and counted in public where that tells nothing.

An act is counted where everyone could see it by themselves: each pattern that it is about has a page, before it or
after, and it is not about hidden reports alone. Otherwise the log would tell of what is not shown.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.kit import clock
from app.moderation.models import Decision
from app.patterns.stewarding import Held
from app.published.queries import Published
from app.vocabulary.sharing import PatternAct
from app.web.house import House

COLLECTION = "patterns"


@dataclass(frozen=True)
class Noted:
    """An act that was kept. `unseen` are the patterns of it that had no page before; None: it is never counted."""

    number: int
    unseen: frozenset[str] | None


def keep(
    db: Session, person: Person, act: PatternAct, about: Sequence[str], published: Published, *, is_open: bool
) -> Noted:
    """Keep an act on the patterns `about`, the one that was looked at first. `is_open`: it is not of hidden ones alone.

    `published` still shows what everyone saw before the act.
    """
    unseen = frozenset(one for one in about if published.one(COLLECTION, one) is None)
    decision = Decision(
        collection=COLLECTION,
        entry_id=about[0],
        neighbourhood=neighbourhood_kept_by(person),
        outcome=act,
        is_logged=is_open and not unseen,
        person_id=person.id,
        decided_at=clock.now(),
    )
    db.add(decision)
    db.flush()  # It is found again by its number.
    return Noted(decision.number, unseen if is_open else None)


def count_if_seen(house: House, noted: Noted) -> None:
    """Count an act whose patterns everyone can see by now: to be called after the act was committed."""
    if noted.unseen and all(house.published.one(COLLECTION, one) is not None for one in noted.unseen):
        with house.private.writing() as db:
            db.get_one(Decision, noted.number).is_logged = True


def concerns_shown(held: Held, chosen: Collection[str] | None = None) -> bool:
    """Whether a report that everyone may read is among the chosen ones, or among all of a pattern."""
    return any(one.sharing.is_shown for one in held.barriers if chosen is None or one.id in chosen)
