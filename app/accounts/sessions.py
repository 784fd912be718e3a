"""What a cookie stands for, kept on the server: it can be ended at once."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.accounts.models import BrowserSession, EditLink, Person
from app.accounts.secrets import SESSION_PREFIX, hashed, new_secret
from app.kit import clock

EDIT_SESSION = timedelta(hours=1)
PERSON_SESSION = timedelta(hours=12)


def open_for_person(db: Session, person: Person) -> str:
    """A new session for somebody with a role; returns the cookie's value."""
    return _open(db, BrowserSession(person_id=person.id, expires_at=clock.now() + PERSON_SESSION))


def open_for_edit_link(db: Session, link: EditLink) -> str:
    """A short session over one entry; returns the cookie's value."""
    return _open(db, BrowserSession(edit_link_id=link.id, expires_at=clock.now() + EDIT_SESSION))


def person_of(db: Session, cookie: str) -> Person | None:
    """Who signed in with `cookie`, while the session and the role last."""
    found = select(Person).join(BrowserSession).where(_alive(cookie), Person.ended_at.is_(None))
    return db.scalar(found)


def edit_link_of(db: Session, cookie: str) -> EditLink | None:
    """Which edit link `cookie` stands for, while the session and the link last."""
    found = select(EditLink).join(BrowserSession).where(_alive(cookie), EditLink.revoked_at.is_(None))
    return db.scalar(found)


def close(db: Session, cookie: str) -> None:
    """End a session, and sweep up those that ran out."""
    db.execute(
        delete(BrowserSession).where(
            (BrowserSession.token_hash == hashed(cookie)) | (BrowserSession.expires_at < clock.now())
        )
    )


def _open(db: Session, session: BrowserSession) -> str:
    cookie = new_secret(SESSION_PREFIX)
    session.token_hash = hashed(cookie)
    db.add(session)
    return cookie


def _alive(cookie: str) -> ColumnElement[bool]:
    return (BrowserSession.token_hash == hashed(cookie)) & (BrowserSession.expires_at > clock.now())
