"""Barriers: reported, changed, withdrawn; and what helped, beside each."""

from collections.abc import Iterable

from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.barriers.answers import BarrierAnswers, EnablerAnswers
from app.barriers.models import Barrier, Enabler
from app.initiatives.models import Initiative
from app.institutions import service as institutions
from app.institutions.models import Institution
from app.institutions.names import Register
from app.kit import clock
from app.kit.errors import Invalid
from app.neighbourhoods import entry_service
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.service import home_of
from app.storage.changes import note
from app.vocabulary import Publication

_PLAIN = ("kind", "what_happened", "holder", "rule_cited", "stage", "effect", "what_helped", "language")
_TEXTS = ("what_happened", "holder", "rule_cited", "what_helped")


def report(db: Session, answers: BarrierAnswers, shape: BaseGeometry | None) -> Barrier:
    """A new barrier at `shape` (WGS 84; None: only its neighbourhood). Raises Invalid for a place outside."""
    barrier = Barrier()
    _fill(db, barrier, answers, shape)
    db.add(barrier)
    db.flush()  # Whoever reported it gets a link to its id, and what helped refers to it.
    db.add_all(enablers_of(answers.enablers, barrier_id=barrier.id))
    return barrier


def change(db: Session, barrier: Barrier, answers: BarrierAnswers, shape: BaseGeometry | None) -> None:
    """Replace everything that its contributor said."""
    _fill(db, barrier, answers, shape)
    db.execute(delete(Enabler).where(Enabler.barrier_id == barrier.id))
    db.add_all(enablers_of(answers.enablers, barrier_id=barrier.id))


def withdraw(db: Session, barrier: Barrier) -> None:
    """Take it back, words, place and what helped included."""
    entry_service.withdraw(barrier, _TEXTS)
    barrier.initiative_id = barrier.institution_id = None
    db.execute(delete(Enabler).where(Enabler.barrier_id == barrier.id))


def enablers_of(
    answers: Iterable[EnablerAnswers], *, barrier_id: str | None = None, initiative_id: str | None = None
) -> list[Enabler]:
    """New rows for what helped with one entry."""
    now = clock.now()
    return [
        Enabler(
            kind=one.kind,
            text=one.text,
            from_whom=one.from_whom,
            barrier_id=barrier_id,
            initiative_id=initiative_id,
            created_at=now,
        )
        for one in answers
    ]


def fill(
    barrier: Barrier, answers: BarrierAnswers, shape: BaseGeometry | None, home: Neighbourhood, holders: Register
) -> None:
    """The answers that need no look-up: the caller has found the neighbourhood, and the register, for many at once.

    Words that stand for one entry of the register without doubt are linked to it, and kept as they were said.
    """
    for name in _PLAIN:
        setattr(barrier, name, getattr(answers, name))
    meant = holders.meant(answers.holder) if answers.holder else None
    barrier.institution_id = meant.id if meant is not None else None
    happened, barrier.happened_precision = entry_service.date_columns(answers.happened, answers.happened_precision)
    barrier.happened = happened.first_day if happened else None
    entry_service.submit(barrier, shape=shape, home=home, sharing=answers.sharing)


def link_holders(db: Session) -> int:
    """Link reports whose holder has come into the register since; returns how many. Nobody's words change."""
    holders = institutions.register(db)
    asked = select(Barrier.id, Barrier.holder).where(Barrier.institution_id.is_(None), Barrier.holder != "")
    found = [(barrier_id, meant.id) for barrier_id, words in db.execute(asked) if (meant := holders.meant(words))]
    for barrier_id, institution_id in found:
        # Past the session: the version stays, so that nobody who is editing their report just now is turned away.
        db.execute(update(Barrier).where(Barrier.id == barrier_id).values(institution_id=institution_id))
        note(db, "barrier", barrier_id)
    return len(found)


def _fill(db: Session, barrier: Barrier, answers: BarrierAnswers, shape: BaseGeometry | None) -> None:
    home = home_of(db, shape, answers.neighbourhood)
    picked = _picked(db, answers.institution)
    fill(barrier, answers, shape, home, institutions.register(db))
    if picked is not None:
        barrier.institution_id = picked.id
        # The form shows words, and finds the same institution by its name again.
        barrier.holder = barrier.holder or picked.name
    if answers.initiative is None or answers.initiative != barrier.initiative_id:
        # One named before may have been taken down since: that must not stand in the way of any other change.
        barrier.initiative_id = _named(db, answers.initiative)


def _picked(db: Session, institution_id: str | None) -> Institution | None:
    """The institution that was picked. Raises Invalid for none."""
    if institution_id is None:
        return None
    found = institutions.standing(db, institution_id)
    if found is None:
        raise Invalid(
            "There is no institution with this id. Leave it out, and say who it was in “holder”.", field="institution"
        )
    return found


def _named(db: Session, initiative_id: str | None) -> str | None:
    """The initiative that a barrier names: a public one. All else is answered alike, so nothing can be tried out."""
    if initiative_id is None:
        return None
    asked = select(Initiative).where(Initiative.id == initiative_id, Initiative.publication == Publication.PUBLISHED)
    initiative = db.scalar(asked)
    if initiative is None or not initiative.sharing.is_shown:
        raise Invalid(
            "There is no published initiative with this id. Leave it out, or choose one from the list.",
            field="initiative",
        )
    return initiative.id
