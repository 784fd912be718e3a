"""Who is asking: the person behind the cookie, as far as there is one."""

from fastapi import Request
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.models import Person
from app.kit.errors import NotAllowed, NotSignedIn
from app.vocabulary import Role
from app.web import cookies
from app.web.house import house_of

SIGN_IN = "/sign-in"
# Where each role's work is.
_WORKPLACES = {Role.STEWARD: "/moderation", Role.OFFICER: "/councils/desk", Role.FUNDER: "/funders/desk"}


def person_asking(request: Request, db: Session) -> Person | None:
    """Who signed in with this browser, or None."""
    cookie = cookies.read_cookie(request, house_of(request).settings.web, cookies.PERSON)
    return sessions.person_of(db, cookie) if cookie else None


def signed_in(request: Request, db: Session) -> Person:
    """Who signed in with this browser. Raises NotSignedIn."""
    person = person_asking(request, db)
    if person is None:
        raise NotSignedIn("Please sign in first. You may have been away for longer than 12 hours.")
    return person


def neighbourhood_kept_by(person: Person) -> str:
    """The slug of the neighbourhood that a steward looks after.

    Raises NotAllowed for every other role: whoever is reported on, or pays, must not decide what is seen.
    """
    if person.role is not Role.STEWARD or person.neighbourhood is None:
        raise NotAllowed("Only stewards, who come from the neighbourhood, look at entries before they are shown.")
    return person.neighbourhood


def workplace_of(person: Person) -> str:
    """The page on which the person's work begins."""
    return _WORKPLACES.get(person.role, "/")
