"""Published grants before a steward: those for their neighbourhood that match nothing yet, and what people matched."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.funding import grants
from app.funding.models import GrantMade
from app.initiatives.models import Initiative
from app.kit.errors import InvalidFields, NotFound
from app.vocabulary import MatchedBy, Publication, Sharing, Word

AT_ONCE = 25


class Pile(Word):
    """Where a grant lies on this desk."""

    OPEN = "open", "Belong to nothing yet"
    PERSON = "person", "Matched by a person"
    NUMBER = "number", "Matched by their number"


@dataclass(frozen=True)
class OnDesk:
    """A grant for the steward's neighbourhood. `initiative` is what it is shown with, or what a person picked."""

    grant: GrantMade
    pile: Pile
    initiative: Initiative | None


def on_desk(db: Session, person: Person) -> Sequence[OnDesk]:
    """All grants for the steward's neighbourhood, the newest first. Raises NotAllowed for all but stewards."""
    slug = neighbourhood_kept_by(person)
    asked = select(GrantMade).where(GrantMade.neighbourhood == slug)
    rows = db.scalars(asked.order_by(GrantMade.awarded_on.desc(), GrantMade.id)).all()
    found = grants.matches_of(db, rows)
    return [_placed(db, row, found.get(row.id)) for row in rows]


def one_on_desk(db: Session, person: Person, grant_id: str) -> OnDesk:
    """One grant for the steward's neighbourhood. Raises NotAllowed, and NotFound for what is elsewhere."""
    grant = db.get(GrantMade, grant_id)
    if grant is None or grant.neighbourhood != neighbourhood_kept_by(person):
        raise NotFound("There is no such grant for your neighbourhood.")
    return _placed(db, grant, grants.matches_of(db, [grant]).get(grant.id))


def choices(db: Session, person: Person) -> Sequence[Initiative]:
    """The initiatives of the steward's neighbourhood that a grant may belong to, by their names."""
    asked = select(Initiative).where(
        Initiative.neighbourhood == neighbourhood_kept_by(person),
        Initiative.publication == Publication.PUBLISHED,
        Initiative.sharing != Sharing.STEWARDS_ONLY,
    )
    return sorted(db.scalars(asked), key=lambda one: (one.title.casefold(), one.id))


def match(db: Session, person: Person, grant_id: str, initiative_id: str) -> None:
    """Say that a grant belongs to an initiative. Raises NotAllowed, NotFound, and InvalidFields for no such one."""
    held = one_on_desk(db, person, grant_id)
    chosen = next((one for one in choices(db, person) if one.id == initiative_id), None)
    if chosen is None:
        raise InvalidFields({"initiative": "Choose what it belongs to."})
    grants.match(db, held.grant, chosen, person)


def unmatch(db: Session, person: Person, grant_id: str) -> None:
    """Take back what a person said of a grant. Raises NotAllowed and NotFound."""
    grants.unmatch(db, one_on_desk(db, person, grant_id).grant)


def _placed(db: Session, grant: GrantMade, shown: grants.Match | None) -> OnDesk:
    if grant.matched_by is MatchedBy.PERSON and grant.initiative_id is not None:
        return OnDesk(grant, Pile.PERSON, db.get(Initiative, grant.initiative_id))
    if shown is not None:
        return OnDesk(grant, Pile.NUMBER, shown.initiative)
    return OnDesk(grant, Pile.OPEN, None)
