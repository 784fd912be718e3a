"""What holds for every answer and every request: security headers, a size limit, and no forged forms."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.errors import Invalid, NotAllowed, TooLarge
from app.settings import Settings
from app.web.problems import answer_any

BODY_MOST = 1_000_000
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_OSM_TILES = "https://tile.openstreetmap.org"


def tile_host(settings: Settings) -> str | None:
    """Where a browser fetches base map tiles, as an origin; None for no tiles or our own."""
    if settings.map.basemap == "osm":
        return _OSM_TILES
    address = urlsplit(settings.map.basemap)
    return f"{address.scheme}://{address.netloc}".replace("{s}", "*") if address.netloc else None


def content_security_policy(
    settings: Settings, *, script_hashes: Iterable[str] = (), may_be_framed: bool = False
) -> str:
    """The policy of a page. Scripts are our own files, and inline ones only by the hash of a text of ours."""
    framing = "*" if may_be_framed else "'none'"
    scripts = " ".join(["'self'", *(f"'{one}'" for one in script_hashes)])
    images = " ".join(filter(None, ["'self'", "data:", tile_host(settings)]))
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src {images}; connect-src 'self'; "
        "font-src 'self'; "
        f"manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors {framing}"
    )


class SecurityMiddleware:
    """Plain ASGI: Starlette's base class for middleware would cost more than a read."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._origin = settings.web.public_url
        defaults = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "permissions-policy": "geolocation=(self), camera=(), microphone=(), browsing-topics=()",
            "cross-origin-opener-policy": "same-origin",
            "cache-control": "no-store",
            "content-security-policy": content_security_policy(settings),
        }
        if settings.web.is_secure:
            defaults["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        self._defaults = [(name.encode(), value.encode()) for name, value in defaults.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, guarded."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False
        is_head = scope["method"] == "HEAD"

        async def send_guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = message["headers"]
                given = {name for name, _value in headers}
                # A browser puts the headers of a 304 over those it kept: the page's own policy would be lost.
                if message["status"] != 304:  # noqa: PLR2004 - HTTP
                    headers.extend(pair for pair in self._defaults if pair[0] not in given)
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if is_head:
            # Every page can be asked for its headers alone; no route needs to say so.
            scope = {**scope, "method": "GET"}
        try:
            _refuse_zero_bytes(scope)
            if scope["method"] not in _SAFE:
                scope["forged"] = self._is_forged(Headers(scope=scope))
                receive = _limited(scope, receive)
            await self._app(scope, receive, send_guarded)
        except Exception as error:  # noqa: BLE001 - answered here, and not further out: surprises carry our headers, too
            reply = await answer_any(Request(scope), error)
            if has_begun:
                raise RuntimeError("An answer broke off; see the line before.") from None
            await reply(scope, receive, send_guarded)

    def _is_forged(self, headers: Headers) -> bool:
        """True where a browser says that another site sent this. Programs send neither header, and no cookie."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin not in {None, self._origin, f"http://{headers.get('host')}", f"https://{headers.get('host')}"}


def refuse_forged(scope: Scope) -> None:
    """Raise NotAllowed for a form that another site sent. Called by every route that reads a cookie or a form."""
    if scope.get("forged"):
        raise NotAllowed("This form came from another site. Please open it here and send it again.")


def _refuse_zero_bytes(scope: Scope) -> None:
    """No address of ours holds one, and PostgreSQL takes no text with one."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
        raise Invalid("There is a character in this address that we cannot read.")


def _limited(scope: Scope, receive: Receive) -> Receive:
    announced = Headers(scope=scope).get("content-length", "")
    # A length of more than 19 digits is as good as endless; `int` would refuse very many.
    if announced.isdecimal() and int(announced[:19]) > BODY_MOST:
        raise TooLarge("Please send at most 1 MB at once.")
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > BODY_MOST:
            raise TooLarge("Please send at most 1 MB at once.")
        return message

    return counted
