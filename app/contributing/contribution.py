"""Adding an entry, once, however often it is sent: the way that the API and the forms share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import edit_links, idempotency
from app.accounts.secrets import EDIT_PREFIX, edit_secret_for, is_unguessable, new_secret
from app.contributing.kinds import AnyEntry, Kind, preview
from app.kit.answers import read_answers
from app.kit.errors import Conflict, Gone, NotSignedIn
from app.publishing.features import Feature
from app.vocabulary import Publication
from app.web.house import House


@dataclass(frozen=True)
class Added:
    """An entry that was taken in. `edit_secret` is None where a repeat came with a key that others could guess."""

    entry_id: str
    publication: Publication
    neighbourhood: str
    shown: Feature | None
    edit_secret: str | None


@dataclass(frozen=True)
class Sending:
    """An `Idempotency-Key`, and the bytes that came with it: the same key with other bytes is refused."""

    key: str
    body: bytes


# What else belongs to an entry and is stored with it, or not at all.
Beside = Callable[[Session, AnyEntry], None]


def add(  # noqa: PLR0917 - what an entry is made of
    house: House,
    kind: Kind,
    given: Mapping[str, Any],
    shape: BaseGeometry | None,
    sending: Sending | None,
    beside: Beside | None = None,
) -> Added:
    """Take in what a contributor said, at `shape` (WGS 84; None: only a neighbourhood), and what stands `beside` it.

    Raises Invalid or InvalidFields for what needs mending, Conflict for a key that was used for something else.
    """
    answers = read_answers(kind.answers, given)
    try:
        return _add_once(house, kind, answers, shape, sending, beside)
    except IntegrityError:
        # Two of the same at once: the other one was stored first, and is found now.
        try:
            return _add_once(house, kind, answers, shape, sending, beside)
        except IntegrityError as again:
            # The key was forgotten after its time, yet the link that it made is still in use.
            raise Conflict("This Idempotency-Key was used before. Use a new one for each new entry.") from again


def _add_once(  # noqa: PLR0917 - as `add`
    house: House,
    kind: Kind,
    answers: Any,  # noqa: ANN401 - the kind's answers
    shape: BaseGeometry | None,
    sending: Sending | None,
    beside: Beside | None,
) -> Added:
    with house.private.writing() as db:
        if sending is not None:
            earlier = idempotency.earlier_entry(db, sending.key, sending.body)
            if earlier is not None:
                return _again(db, house, kind, sending.key, earlier)
        entry = kind.add(db, answers, shape)
        if beside is not None:
            beside(db, entry)
        secret = _secret_for(sending, house)
        edit_links.give(db, secret=secret, collection=kind.collection, entry_id=entry.id)
        if sending is not None:
            idempotency.remember(db, sending.key, sending.body, entry.id)
        return _added(db, entry, secret)


def _secret_for(sending: Sending | None, house: House) -> str:
    """The same again for the same key; but whoever used a short key once must not hold the next one's link."""
    if sending is None or not is_unguessable(sending.key):
        return new_secret(EDIT_PREFIX)
    return edit_secret_for(sending.key, house.settings.web.secret_key)


def _again(db: Session, house: House, kind: Kind, key: str, entry_id: str) -> Added:
    entry = db.get(kind.model, entry_id)
    if entry is None:
        raise Conflict("This Idempotency-Key was used for something else. Use a new one for each new entry.")
    if entry.publication is Publication.WITHDRAWN:
        raise Gone("You sent this before, and took it down since. To add it once more, use a new Idempotency-Key.")
    # Somebody else could try "1" and hope for another's link.
    secret = edit_secret_for(key, house.settings.web.secret_key) if is_unguessable(key) else None
    return _added(db, entry, secret if secret and _still_opens(db, secret) else None)


def _still_opens(db: Session, secret: str) -> bool:
    try:
        edit_links.find(db, secret)
    except NotSignedIn:  # It was replaced by a new one.
        return False
    return True


def _added(db: Session, entry: AnyEntry, secret: str | None) -> Added:
    return Added(entry.id, entry.publication, entry.neighbourhood, preview(db, entry), secret)
