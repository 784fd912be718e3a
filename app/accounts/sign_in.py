"""Signing in by a one-time link: no passwords. Looking at a link changes nothing; only the button behind it does."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import Person, SignInLink
from app.accounts.secrets import SIGN_IN_PREFIX, hashed, new_secret
from app.kit import clock
from app.kit.errors import Invalid, NotSignedIn
from app.vocabulary import Role

LINK_LIFE = timedelta(minutes=15)
_LONGEST_EMAIL = 254


def add_person(db: Session, *, email: str, role: Role, neighbourhood: str | None, institution: str | None) -> Person:
    """A person with a role. A steward needs a neighbourhood; an officer and a funder an institution."""
    address = email.strip()
    if "@" not in address or any(letter.isspace() for letter in address) or len(address) > _LONGEST_EMAIL:
        raise Invalid(f"“{address[:80]}” is not an e-mail address.", field="email")
    if role is Role.STEWARD and not neighbourhood:
        raise Invalid("A steward looks after a neighbourhood: give its slug.", field="neighbourhood")
    if role in {Role.OFFICER, Role.FUNDER} and not institution:
        raise Invalid("An officer or funder speaks for an institution: give its name.", field="institution")
    person = Person(
        email=address, role=role, neighbourhood=neighbourhood, institution=institution, created_at=clock.now()
    )
    db.add(person)
    db.flush()  # The link refers to it.
    return person


def make_link(db: Session, person: Person) -> str:
    """The secret of a one-time link: 15 minutes, one use. Older unused links of the person end."""
    now = clock.now()
    db.execute(
        update(SignInLink).where(SignInLink.person_id == person.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )
    secret = new_secret(SIGN_IN_PREFIX)
    db.add(SignInLink(token_hash=hashed(secret), person_id=person.id, expires_at=now + LINK_LIFE))
    return secret


def use_link(db: Session, secret: str) -> Person:
    """Who the link is for, and the link is used up. Raises NotSignedIn: unknown, used and expired look the same."""
    now = clock.now()
    # One conditional UPDATE: of a hundred at once, one wins.
    used = update(SignInLink).where(
        SignInLink.token_hash == hashed(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    person_id = db.scalar(used.values(used_at=now).returning(SignInLink.person_id))
    person = db.get(Person, person_id) if person_id else None
    if person is None or person.ended_at is not None:
        raise NotSignedIn(
            "This sign-in link does not work any more. Links work once, for 15 minutes. Please ask for a new one."
        )
    return person
