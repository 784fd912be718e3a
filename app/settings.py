"""What a deployment chooses, read once from environment variables. One frozen class per concern."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.kit.errors import DomainError

DEFAULT_DATABASE_URL = "sqlite:///data/small-ecology.db"
_SHORTEST_SECRET = 32
_ALL_ADDRESSES = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound


class BadSetting(DomainError):
    """An environment variable has a value that we cannot work with."""


@dataclass(frozen=True)
class DatabaseSettings:
    """Where the records are kept. Both are SQLAlchemy URLs."""

    url: str = field(repr=False)  # It may hold a password, as the next one.
    # The public side's own connection: a standby, or a role that may read published tables only.
    read_url: str | None = field(repr=False)


@dataclass(frozen=True)
class WebSettings:
    """How the service is reached, and what it signs with."""

    public_url: str
    host: str
    port: int
    secret_key: str = field(repr=False)
    contributions_per_hour: int
    # The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas between.
    forwarded_allow_ips: str

    @property
    def is_secure(self) -> bool:
        """True behind HTTPS: cookies are then `Secure` with the `__Host-` prefix."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True)
class MapSettings:
    """`basemap` is "osm", "none", or the address of one's own raster tiles with {z}, {x} and {y}."""

    basemap: str
    attribution: str


@dataclass(frozen=True)
class MailSettings:
    """`smtp_url` is smtp://user:password@host:port, smtps://..., or None: then no mail is sent."""

    smtp_url: str | None = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Settings:
    """All settings of one process."""

    database: DatabaseSettings
    web: WebSettings
    map: MapSettings
    mail: MailSettings

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from `environ`; an empty value counts as unset. Raises BadSetting with the way to mend it."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        host = given.get("HOST", "127.0.0.1")
        port = _whole_number(given, "PORT", 8000)
        reached_at = "127.0.0.1" if host in _ALL_ADDRESSES else host
        public_url = given.get("PUBLIC_URL", f"http://{reached_at}:{port}").rstrip("/")
        return cls(
            database=DatabaseSettings(
                url=_with_driver(given.get("DATABASE_URL", DEFAULT_DATABASE_URL)),
                read_url=_optional_url(given.get("READ_DATABASE_URL")),
            ),
            web=WebSettings(
                public_url=public_url,
                host=host,
                port=port,
                secret_key=_secret(given.get("SECRET_KEY"), public_url),
                contributions_per_hour=_whole_number(given, "CONTRIBUTIONS_PER_HOUR", 120),
                forwarded_allow_ips=given.get("FORWARDED_ALLOW_IPS", "127.0.0.1"),
            ),
            map=MapSettings(
                basemap=_basemap(given.get("BASEMAP", "osm")),
                attribution=given.get("BASEMAP_ATTRIBUTION", "© OpenStreetMap contributors"),
            ),
            mail=MailSettings(
                smtp_url=given.get("SMTP_URL"),
                sender=given.get("MAIL_FROM", f"no-reply@{urlsplit(public_url).hostname}"),
            ),
        )


def _whole_number(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not value.isdecimal():
        raise BadSetting(f"{name} must be a whole number, such as {default}.")
    return int(value)


def _secret(value: str | None, public_url: str) -> str:
    if value is None:
        if public_url.startswith("https://"):
            raise BadSetting(
                "Set SECRET_KEY to at least 32 random characters: "
                "python -c 'import secrets; print(secrets.token_urlsafe(48))'."
            )
        # On one's own machine a fresh key per start is safe: it only ends sessions.
        return secrets.token_urlsafe(48)
    if len(value) < _SHORTEST_SECRET:
        raise BadSetting(f"SECRET_KEY is too short: it needs at least {_SHORTEST_SECRET} characters.")
    return value


def _basemap(value: str) -> str:
    is_tiles = value.startswith(("https://", "http://", "/")) and all(mark in value for mark in ("{z}", "{x}", "{y}"))
    # The address goes into the pages' security policy: nothing in it may end its place there.
    if value not in {"osm", "none"} and (not is_tiles or re.search(r"[\s;,'\"]", value)):
        raise BadSetting("BASEMAP must be osm, none, or a tile address that holds {z}, {x} and {y}.")
    return value


def _optional_url(value: str | None) -> str | None:
    return _with_driver(value) if value else None


def _with_driver(url: str) -> str:
    """Name psycopg 3 where a PostgreSQL URL names no driver: hosts hand out postgres:// and postgresql://."""
    scheme, mark, rest = url.partition("://")
    if not mark or not scheme.startswith(("sqlite", "postgres")):
        raise BadSetting("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url
