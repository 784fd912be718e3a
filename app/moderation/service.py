"""What stewards decide: publish, send back, hide. They never change words, and nobody else changes what is seen."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.barriers.models import Barrier
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Conflict, Gone, InvalidFields, NotAllowed, NotFound
from app.kit.text import clean_text
from app.moderation.models import Decision
from app.neighbourhoods.entry_service import check_version
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import DecisionReason, Publication, ReviewPolicy

Moderated = Initiative | Barrier

MODELS: dict[str, Any] = {"initiatives": Initiative, "barriers": Barrier}
NOTE_MOST = 1000
_OUTCOMES = (Publication.PUBLISHED, Publication.RETURNED, Publication.HIDDEN)
_NEVER_A_STEWARDS = {Publication.DRAFT, Publication.WITHDRAWN}


@dataclass(frozen=True)
class Verdict:
    """What a steward makes of an entry. `note` is for the contributor alone; publishing needs no reason."""

    outcome: Publication
    reason: DecisionReason | None = None
    note: str = ""


def entry_for(db: Session, person: Person, collection: str, entry_id: str) -> Moderated:
    """An entry of the steward's own neighbourhood.

    Raises NotAllowed for other roles, NotFound for what is elsewhere or not handed in yet, and Gone for what its
    contributor took back.
    """
    slug = neighbourhood_kept_by(person)
    model = MODELS.get(collection)
    entry: Moderated | None = db.get(model, entry_id) if model else None
    if entry is None or entry.neighbourhood != slug or entry.publication is Publication.DRAFT:
        raise NotFound("There is no such entry in your neighbourhood.")
    if entry.publication is Publication.WITHDRAWN:
        raise Gone("Whoever added this has taken it back. There is nothing left to decide.")
    return entry


def decide(db: Session, person: Person, entry: Moderated, verdict: Verdict, *, version: int) -> Decision:
    """Publish, send back or hide `entry`, which the steward read at `version`.

    Raises NotAllowed for everybody but a steward of this neighbourhood,
    PreconditionFailed where the entry changed meanwhile, InvalidFields where a reason is missing, Conflict where there
    is nothing to decide.
    """
    if neighbourhood_kept_by(person) != entry.neighbourhood:
        raise NotAllowed("Only stewards of its own neighbourhood decide on an entry.")
    outcome, reason = verdict.outcome, verdict.reason
    if outcome not in _OUTCOMES or entry.publication in _NEVER_A_STEWARDS:
        raise Conflict("There is nothing to decide here.")
    check_version(entry, version)
    if outcome not in possible_outcomes(db, entry):
        raise Conflict("This was decided already.")
    text = clean_text(verdict.note, most=NOTE_MOST, field="note")
    if outcome is Publication.PUBLISHED:
        reason, text = None, ""
    elif reason is None:
        raise InvalidFields({"reason": "Choose the rule that you go by. The contributor will see it."})
    entry.publication = outcome
    # A steward who only confirms changes no column; yet the next one must not decide on what was read before.
    flag_modified(entry, "publication")
    entry.steward_note = f"{reason.label}. {text}".strip() if reason else ""
    decision = Decision(
        collection=entry.collection,
        entry_id=entry.id,
        neighbourhood=entry.neighbourhood,
        outcome=outcome,
        reason=reason,
        note=text,
        # A log of entries that are not shown would tell that they exist.
        is_logged=entry.sharing.is_shown,
        person_id=person.id,
        decided_at=clock.now(),
    )
    db.add(decision)
    return decision


def possible_outcomes(db: Session, entry: Moderated) -> list[Publication]:
    """What may be decided now: anything but what is so already; what is published unseen may be confirmed."""
    return [one for one in _OUTCOMES if one is not entry.publication or _is_unseen(db, entry)]


def history_of(db: Session, entry: Moderated) -> list[Decision]:
    """Earlier decisions on an entry, newest first."""
    asked = select(Decision).where(Decision.collection == entry.collection, Decision.entry_id == entry.id)
    return list(db.scalars(asked.order_by(Decision.decided_at.desc(), Decision.number.desc())))


def set_review(db: Session, person: Person, policy: ReviewPolicy) -> Neighbourhood:
    """Let entries of the steward's neighbourhood be published before or after a look, from now on."""
    place = kept_place(db, person)
    place.review = policy
    return place


def kept_place(db: Session, person: Person) -> Neighbourhood:
    """The neighbourhood that a steward looks after. Raises NotAllowed for every other role."""
    place = db.get(Neighbourhood, neighbourhood_kept_by(person))
    if place is None:
        raise NotFound("Your neighbourhood is not here any more.")
    return place


def _is_unseen(db: Session, entry: Moderated) -> bool:
    if entry.publication is not Publication.PUBLISHED:
        return False
    latest = next(iter(history_of(db, entry)), None)
    return latest is None or latest.decided_at < entry.changed_at
