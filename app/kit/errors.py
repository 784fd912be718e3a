"""What can go wrong, in words that the reader can act on. `app.web.problems` turns these into HTTP statuses."""


class DomainError(Exception):
    """A refusal with one sentence that says how to mend it.

    `field` names the answer at fault, where there is one, so that a form can show the sentence beside it.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DomainError, ValueError):
    """What was sent cannot be used as it is. A ValueError too, so that pydantic gathers it with the others."""


class InvalidFields(DomainError):
    """Several answers need mending; `errors` maps each field to its sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("Some answers need another look. " + " ".join(errors.values()))
        self.errors = errors


class TooLarge(DomainError):
    """What was sent is bigger than we take."""


class NotFound(DomainError):
    """No such thing, or not for you: the two look the same from outside."""


class Gone(DomainError):
    """It was public once and has been withdrawn."""


class NotSignedIn(DomainError):
    """The caller has shown no link, session or capability."""


class NotAllowed(DomainError):
    """The caller is known, and may not do this."""


class Conflict(DomainError):
    """Another change or another use of the same key came first."""


class PreconditionMissing(DomainError):
    """A change needs an `If-Match` header, so that nobody overwrites what they have not seen."""


class PreconditionFailed(DomainError):
    """The record changed since the caller last read it."""


class TooMany(DomainError):
    """The caller asks too often; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The database is locked, gone or full for now; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
