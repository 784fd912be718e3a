"""Sending twice stores once: the `Idempotency-Key` of a contribution, kept for a day."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import IdempotencyKey
from app.accounts.secrets import hashed
from app.kit import clock
from app.kit.errors import Conflict, Invalid

_KEPT = timedelta(hours=24)
_LONGEST = 200


def earlier_entry(db: Session, key: str, body: bytes) -> str | None:
    """The id of the entry that `key` made before, or None. Raises Conflict where it came with another body."""
    if not 0 < len(key) <= _LONGEST:
        raise Invalid("Idempotency-Key must have 1 to 200 characters; a random UUID is best.")
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - _KEPT))
    held = db.get(IdempotencyKey, hashed(key))
    if held is None:
        return None
    if held.body_hash != hashed(body.hex()):
        raise Conflict("This Idempotency-Key was used for something else. Use a new one for each new entry.")
    return held.entry_id


def remember(db: Session, key: str, body: bytes, entry_id: str) -> None:
    """Note what came of `key`.

    Of two at once, the second one's transaction fails on the key, and finds the first on trying again.
    """
    db.add(
        IdempotencyKey(key_hash=hashed(key), body_hash=hashed(body.hex()), entry_id=entry_id, created_at=clock.now())
    )
