"""What vouches do where a neighbourhood's stewards chose so: a group that enough others know need not wait."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.connections.models import Vouch
from app.connections.vouching import standing_of
from app.initiatives.models import Initiative
from app.moderation.service import history_of, kept_place
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Agreement, Formality, Publication

_TOOK_OFF = {Publication.RETURNED, Publication.HIDDEN}


def publish_vouched(db: Session, entry: Initiative) -> bool:
    """Publish a waiting initiative that enough groups vouch for, where its stewards chose so; says whether it did.

    No steward decided it, so the log holds nothing of it: the desk shows it among what nobody has looked at yet.
    """
    home = db.get_one(Neighbourhood, entry.neighbourhood)
    if not (home.trusts_vouches and _may_go_at_once(db, entry)):
        return False
    entry.publication = Publication.PUBLISHED
    return True


def waiting_vouched(db: Session, slug: str) -> list[Initiative]:
    """Waiting initiatives of a neighbourhood that enough groups vouch for."""
    known = select(Vouch.for_id).where(Vouch.state == Agreement.ACCEPTED)
    asked = select(Initiative).where(
        Initiative.neighbourhood == slug, Initiative.publication == Publication.SUBMITTED, Initiative.id.in_(known)
    )
    return [one for one in db.scalars(asked.order_by(Initiative.id)) if _may_go_at_once(db, one)]


def set_trust(db: Session, person: Person, *, trusts: bool) -> int:
    """Let vouches count in the steward's neighbourhood, or not; returns how many entries are published by it now."""
    place = kept_place(db, person)
    place.trusts_vouches = trusts
    return sum(publish_vouched(db, one) for one in waiting_vouched(db, place.slug)) if trusts else 0


def _may_go_at_once(db: Session, entry: Initiative) -> bool:
    if entry.publication is not Publication.SUBMITTED or entry.formality is Formality.PERSON:
        return False
    # What a steward sent back or hid waits for a steward again.
    latest = next(iter(history_of(db, entry)), None)
    return (latest is None or latest.outcome not in _TOOK_OFF) and standing_of(db, entry).is_enough
