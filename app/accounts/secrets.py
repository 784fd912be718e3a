"""Secrets that let somebody in: made here, shown once, kept as a hash.

A fast hash is right for them: they hold 256 random bits, so there is nothing to guess (OWASP ASVS 5.0, 6.5.2).
"""

import hashlib
import hmac
import secrets

# A readable prefix lets secret scanners know one when they see it.
EDIT_PREFIX = "se-edit-"
SIGN_IN_PREFIX = "se-sign-in-"
SESSION_PREFIX = "se-session-"
_SURE_TO_BE_RANDOM = 16


def new_secret(prefix: str) -> str:
    """A fresh secret of 256 bits: `prefix` and 43 characters that may stand in a URL."""
    return prefix + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 of `secret`, as 64 hexadecimal digits: what is stored and looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def edit_secret_for(idempotency_key: str, secret_key: str) -> str:
    """The edit link's secret for a contribution sent with `idempotency_key`: the same again for the same key.

    So a client whose answer got lost on the way can ask again and still receive the link, though only its hash is kept.
    """
    digest = hmac.new(secret_key.encode(), b"edit-link:" + idempotency_key.encode(), hashlib.sha256).hexdigest()
    return EDIT_PREFIX + digest


def is_unguessable(idempotency_key: str) -> bool:
    """Whether a key is long enough that nobody else can ask with it for the edit link of another."""
    return len(idempotency_key) >= _SURE_TO_BE_RANDOM
