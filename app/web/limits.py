"""How often one part of the network may do a thing. Nothing is written down: it lives in memory, for a day at most."""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict

from fastapi import Request
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.kit.errors import TooMany
from app.settings import WebSettings

_GUESSES_PER_MINUTE = 10
# For so long it is known from which part of the network something was done, and for so many things at a time.
_REMEMBERED_SECONDS = 86_400
_REMEMBERED = 20_000


class Limits:
    """Counts by network prefix (/24, or /56 in IPv6), kept as a keyed hash: a library or a phone mast shares one."""

    def __init__(self, settings: WebSettings) -> None:
        self._key = secrets.token_bytes(32)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._contributions = (
            RateLimitItemPerHour(settings.contributions_per_hour) if settings.contributions_per_hour else None
        )
        self._guesses = RateLimitItemPerMinute(_GUESSES_PER_MINUTE)
        self._marks: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def count_contribution(self, request: Request) -> None:
        """Raises TooMany where too many entries came from the same part of the network within an hour."""
        if self._contributions is not None:
            self._count(self._contributions, "contribution", request)

    def count_guess(self, request: Request) -> None:
        """Raises TooMany after too many links that did not work: call it when one did not."""
        self._count(self._guesses, "guess", request)

    def mark(self, request: Request, what: str) -> None:
        """Remember for a day, in memory alone, that `what` was done from this part of the network."""
        self._forget()
        self._marks[what] = (time.monotonic(), self._prefix(request))
        self._marks.move_to_end(what)

    def is_same_network(self, request: Request, what: str) -> bool:
        """Whether `what` was done from this part of the network within a day. Not known is no."""
        self._forget()
        held = self._marks.get(what)
        return held is not None and held[1] == self._prefix(request)

    def _forget(self) -> None:
        before = time.monotonic() - _REMEMBERED_SECONDS
        while self._marks and (len(self._marks) > _REMEMBERED or next(iter(self._marks.values()))[0] < before):
            self._marks.popitem(last=False)

    def _count(self, limit: RateLimitItemPerHour | RateLimitItemPerMinute, what: str, request: Request) -> None:
        who = self._prefix(request)
        if not self._limiter.hit(limit, what, who):
            reset = self._limiter.get_window_stats(limit, what, who).reset_time
            wait = max(1, int(reset - time.time()) + 1)
            minutes = -(-wait // 60)
            raise TooMany(
                "Many came from your part of the network just now. "
                f"What you wrote is still here: send it again in {minutes} min.",
                retry_after=wait,
            )

    def _prefix(self, request: Request) -> str:
        host = request.client.host if request.client else "0.0.0.0"  # noqa: S104 - a stand-in, not bound
        try:
            address = ipaddress.ip_address(host)
        except ValueError:  # A Unix socket or a test client has a name.
            prefix = host
        else:
            prefix = str(ipaddress.ip_network((address, 24 if address.version == 4 else 56), strict=False))  # noqa: PLR2004 - IP versions
        return hmac.new(self._key, prefix.encode(), hashlib.sha256).hexdigest()
