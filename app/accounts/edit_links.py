"""Edit links: a contributor's capability over one entry, without an account."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import EditLink
from app.accounts.secrets import hashed
from app.kit import clock
from app.kit.errors import NotSignedIn

_DEAD = "This edit link does not work. It may have been replaced by a newer one, or its entry was taken down."


def give(db: Session, *, secret: str, collection: str, entry_id: str) -> EditLink:
    """A new link for an entry. Older ones of the same entry die at once."""
    revoke(db, collection=collection, entry_id=entry_id)
    link = EditLink(token_hash=hashed(secret), collection=collection, entry_id=entry_id, created_at=clock.now())
    db.add(link)
    db.flush()  # A session may refer to it.
    return link


def revoke(db: Session, *, collection: str, entry_id: str) -> None:
    """End every link of an entry."""
    alive = (EditLink.collection == collection, EditLink.entry_id == entry_id, EditLink.revoked_at.is_(None))
    db.execute(update(EditLink).where(*alive).values(revoked_at=clock.now()))


def find(db: Session, secret: str) -> EditLink:
    """The live link that `secret` opens. Raises NotSignedIn: never made and revoked look the same."""
    link = db.scalar(select(EditLink).where(EditLink.token_hash == hashed(secret), EditLink.revoked_at.is_(None)))
    if link is None:
        raise NotSignedIn(_DEAD)
    return link
