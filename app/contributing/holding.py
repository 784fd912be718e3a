"""Pages beside one's own initiative: the journal, the review, recognition. Who holds its edit link may open them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.accounts import sessions
from app.contributing.form_fields import Raw, text_of
from app.initiatives.models import Initiative
from app.kit.errors import DomainError, InvalidFields, NotFound, NotSignedIn
from app.kit.partial_date import PartialDate, text_of_parts
from app.kit.text import looks_personal
from app.vocabulary import Word
from app.web import cookies
from app.web.house import house_of

_AWAY = "Your hour on this page is over, or the link was replaced. Please open your link again."
_NOT_YET = "Open your own private link first: then you can go on."
_SEE_OTHER = 303
_PATTERNS = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}
# Of a form, what is not worth copying out.
_NO_WORDS = {"action", "reading", "scope", "programme", "initiative"}
Option = tuple[str, str, str]


def initiative_held(request: Request, db: Session) -> Initiative:
    """The initiative whose edit link was opened. Raises NotSignedIn, and NotFound for the link of a barrier."""
    cookie = cookies.read_cookie(request, house_of(request).settings.web, cookies.MINE)
    link = sessions.edit_link_of(db, cookie) if cookie else None
    if link is None:
        raise NotSignedIn(_AWAY if cookie else _NOT_YET)
    if link.collection != "initiatives":
        raise NotFound("This page is for something that people do. Your link is of a report.")
    return db.get_one(Initiative, link.entry_id)


def closed(request: Request, error: NotSignedIn, form: Raw | None = None) -> Response:
    """The way in again; and what was written in the meantime, so that it can be copied and is not lost."""
    sent = (form or {}).items()
    written = [text for name, text in sent if name not in _NO_WORDS and isinstance(text, str) and text.strip()]
    shown = {"errors": {"code": error.message}, "written": written}
    return house_of(request).pages.answer(request, "contribute/mine_enter.html", shown, status=401)


def back_to(address: str, done: str = "") -> Response:
    """On to a page, as after every form that was taken."""
    return RedirectResponse(f"{address}?done={done}" if done else address, status_code=_SEE_OTHER)


def errors_in(error: DomainError, field: str) -> dict[str, str]:
    """What is to be mended, by the form's fields; a sentence without one stands at `field`."""
    return error.errors if isinstance(error, InvalidFields) else {error.field or field: error.message}


def date_in(form: Raw, name: str) -> str:
    """The date of three boxes, as text; "" where nothing was written. Raises Invalid."""
    return text_of_parts(*(text_of(form, f"{name}_{part}") for part in ("year", "month", "day")))


def date_boxes(form: Mapping[str, Any], name: str) -> dict[str, str]:
    """The three boxes as they were sent."""
    return {part: str(form.get(f"{name}_{part}", "")) for part in ("day", "month", "year")}


def boxes_of(when: PartialDate | None) -> dict[str, str]:
    """A date in the three boxes of a form."""
    year, month, day = [*str(when or "").split("-"), "", ""][:3]
    return {"day": day, "month": month, "year": year}


def in_words(when: PartialDate | None) -> str:
    """A date as people say it; "" for none."""
    return format_date(when.first_day, _PATTERNS[when.precision], locale="en_GB") if when else ""


def day_in_words(day: date) -> str:
    """A day as people say it."""
    return format_date(day, "d MMMM y", locale="en_GB")


def options(words: type[Word]) -> list[Option]:
    """Words to choose from, as the templates want them."""
    return [(str(word), word.label, word.hint) for word in words]


def hints_on(texts: Mapping[str, str]) -> list[str]:
    """What in these texts, by question, may give a person away: a hint, never a refusal."""
    return [
        f"“{question}” may hold {what}. Is it meant for others?"
        for question, text in texts.items()
        for what in looks_personal(text)
    ]
