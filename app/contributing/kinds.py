"""The two kinds of entry that contributors add: what each is called on the web, and the services behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers import service as barriers
from app.barriers.answers import BarrierAnswers
from app.barriers.models import Barrier, Enabler
from app.connections import service as connections
from app.connections import vouching
from app.funding import grants, reviews
from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.institutions import service as institutions
from app.kit.answers import Answers
from app.kit.errors import NotFound
from app.learning import service as journals
from app.moderation.vouching import publish_vouched
from app.neighbourhoods.entries import as_partial
from app.neighbourhoods.models import Neighbourhood
from app.publishing.features import Feature, barrier_feature, initiative_feature
from app.recognition import service as recognition

AnyEntry = Initiative | Barrier


@dataclass(frozen=True)
class Kind:
    """One kind of entry. `columns` are the answers that are stored under their own names."""

    collection: str
    model: type[Any]
    answers: type[Answers]
    add: Callable[[Session, Any, BaseGeometry | None], AnyEntry]
    change: Callable[[Session, Any, Any, BaseGeometry | None], None]
    withdraw: Callable[[Session, Any], None]
    columns: tuple[str, ...]
    dates: tuple[str, ...]


def _withdraw_initiative(db: Session, initiative: Initiative) -> None:
    """Take it back, with its journal and its reviews, and end what tied it to others and who recognised it."""
    journals.remove_all_of(db, initiative)
    recognition.remove_all_of(db, initiative)
    reviews.remove_all_of(db, initiative)
    grants.unmatch_all_of(db, initiative)
    initiatives.withdraw(initiative)
    connections.end_all(db, initiative)
    vouching.end_vouches(db, initiative)


def _change_initiative(
    db: Session, initiative: Initiative, answers: InitiativeAnswers, shape: BaseGeometry | None
) -> None:
    """Replace what was said; a group that enough others vouch for need not wait for a steward again."""
    since = initiative.shown_since
    initiatives.change(db, initiative, answers, shape)
    if publish_vouched(db, initiative) and since is not None:
        initiative.shown_since = since  # It goes and comes back in one commit: nobody saw a break.


KINDS: Mapping[str, Kind] = {
    "initiatives": Kind(
        "initiatives",
        Initiative,
        InitiativeAnswers,
        initiatives.pin,
        _change_initiative,
        _withdraw_initiative,
        (
            *("title", "summary", "story", "activity", "formality", "lifecycle", "people_band", "ways_of_working"),
            *("concerns", "recognised_by", "sharing", "neighbourhood", "language", "organisation_id"),
        ),
        ("first_active", "last_active"),
    ),
    "barriers": Kind(
        "barriers",
        Barrier,
        BarrierAnswers,
        barriers.report,
        barriers.change,
        barriers.withdraw,
        (
            *("kind", "what_happened", "holder", "rule_cited", "stage", "effect", "what_helped"),
            *("sharing", "neighbourhood", "language"),
        ),
        ("happened",),
    ),
}


def kind_named(collection: str) -> Kind:
    """The kind of entry of a collection. Raises NotFound where nothing can be added to it."""
    if collection not in KINDS:
        raise NotFound(f"Entries can be added to: {', '.join(KINDS)}.")
    return KINDS[collection]


def answers_of(db: Session, kind: Kind, entry: AnyEntry) -> dict[str, Any]:
    """What the contributor of `entry` said, in the words of the API: reading it again gives the same entry."""
    given: dict[str, Any] = {name: getattr(entry, name) for name in kind.columns}
    for name in kind.dates:
        moment = as_partial(getattr(entry, name), getattr(entry, f"{name}_precision"))
        given[name] = None if moment is None else str(moment)
    if isinstance(entry, Barrier):
        given["initiative"] = entry.initiative_id
        given["institution"] = _picked(db, entry)
        given["enablers"] = [
            {"kind": one.kind, "text": one.text, "from_whom": one.from_whom} for one in enablers_of(db, entry)
        ]
    return given


def _picked(db: Session, barrier: Barrier) -> str | None:
    """The institution that was picked by its id. What the holder's words lead to changes with them, and is left out."""
    if barrier.institution_id is None:
        return None
    meant = institutions.register(db).meant(barrier.holder)
    return None if meant is not None and meant.id == barrier.institution_id else barrier.institution_id


def enablers_of(db: Session, entry: AnyEntry) -> list[Enabler]:
    """What helped with `entry`, in the order of ids."""
    column = Enabler.barrier_id if isinstance(entry, Barrier) else Enabler.initiative_id
    return list(db.scalars(select(Enabler).where(column == entry.id).order_by(Enabler.id)))


def preview(db: Session, entry: AnyEntry) -> Feature | None:
    """What everyone will see of `entry` once it is published, or None: made as the published row is made."""
    home = db.get_one(Neighbourhood, entry.neighbourhood)
    if isinstance(entry, Initiative):
        return initiative_feature(entry, home, enablers_of(db, entry), None)
    initiative = db.get(Initiative, entry.initiative_id) if entry.initiative_id else None
    initiative_home = db.get_one(Neighbourhood, initiative.neighbourhood) if initiative else None
    return barrier_feature(entry, home, initiative_home, enablers_of(db, entry))
