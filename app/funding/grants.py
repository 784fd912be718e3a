"""Which initiative a grant belongs to: as a person found, or because both give the same number of a register.

Nothing is ever matched by name. A number counts only where exactly one initiative that everyone can read gives it: what
is hidden must not change what is seen, and a charity that does several things got its money for one of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.funding.models import GrantMade
from app.initiatives.models import Initiative
from app.initiatives.organisation_ids import is_registered
from app.kit import clock
from app.vocabulary import MatchedBy

# Funders of which there are none: no register has such a prefix.
INVENTED = "XI-EXAMPLE-"
_AT_ONCE = 500
# Another writer may have committed since this transaction read a row.
_FRESH = {"populate_existing": True}


@dataclass(frozen=True)
class Match:
    """An initiative that everyone can read, and why a grant is shown with it."""

    initiative: Initiative
    by: MatchedBy


def matches_of(db: Session, grants: Collection[GrantMade]) -> dict[str, Match]:
    """The match of each of `grants` that has one, by the grant's id."""
    picked = _by_id(db, {one.initiative_id for one in grants if one.initiative_id is not None})
    holders = _only_holders(db, {one.recipient_org_id for one in grants if is_registered(one.recipient_org_id)})
    found: dict[str, Match] = {}
    for one in grants:
        person, number = picked.get(one.initiative_id or ""), holders.get(one.recipient_org_id)
        if person is not None and person.is_public:
            found[one.id] = Match(person, MatchedBy.PERSON)
        elif number is not None:
            found[one.id] = Match(number, MatchedBy.ORGANISATION_ID)
    return found


def match(db: Session, grant: GrantMade, initiative: Initiative, person: Person) -> None:
    """Say, as a person, that `grant` belongs to `initiative`."""
    grant.initiative_id, grant.matched_by, grant.matched_by_id = initiative.id, MatchedBy.PERSON, person.id
    grant.matched_at = clock.now()
    db.flush()


def unmatch(db: Session, grant: GrantMade) -> None:
    """Take back what a person said of `grant`. A number that both give still counts."""
    grant.initiative_id = grant.matched_by = grant.matched_by_id = grant.matched_at = None
    db.flush()


def unmatch_all_of(db: Session, initiative: Initiative) -> None:
    """Let every grant that a person matched go again: the initiative is taken back."""
    for grant in db.scalars(select(GrantMade).where(GrantMade.initiative_id == initiative.id)):
        unmatch(db, grant)


def is_invented(grant: GrantMade) -> bool:
    """True for a grant of the demonstration."""
    return grant.funder_org_id.startswith(INVENTED)


def _only_holders(db: Session, numbers: Iterable[str]) -> Mapping[str, Initiative]:
    found: dict[str, list[Initiative]] = {}
    for row in _rows(db, Initiative.organisation_id, sorted(numbers)):
        if row.is_public and row.organisation_id is not None:
            found.setdefault(row.organisation_id, []).append(row)
    return {number: rows[0] for number, rows in found.items() if len(rows) == 1}


def _by_id(db: Session, ids: Iterable[str]) -> Mapping[str, Initiative]:
    return {row.id: row for row in _rows(db, Initiative.id, sorted(ids))}


def _rows(db: Session, column: Any, keys: Sequence[str]) -> Iterable[Initiative]:  # noqa: ANN401 - a mapped column
    for start in range(0, len(keys), _AT_ONCE):
        asked = select(Initiative).where(column.in_(keys[start : start + _AT_ONCE]))
        yield from db.scalars(asked, execution_options=_FRESH)
