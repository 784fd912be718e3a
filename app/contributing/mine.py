"""One's own entry, by its edit link: see how it stands, change any answer, take it down. No account.

The link's secret stands in the fragment of its address, which no server sees; it is exchanged by POST for a short
session. All answers here are private: never cached, never indexed, never told to another site.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.accounts import edit_links, sessions
from app.accounts.secrets import EDIT_PREFIX, new_secret
from app.contributing.form_fields import Raw, answers_in, errors_by_field, raw_of, read_form, text_of
from app.contributing.kinds import AnyEntry, Kind, answers_of, kind_named
from app.contributing.steps import Step, context, problems_of_step, step_named
from app.contributing.summary import rows
from app.contributing.where import Where, find_where, settle
from app.kit.answers import read_answers
from app.kit.errors import Invalid, InvalidFields, NotSignedIn, PreconditionFailed
from app.neighbourhoods.entry_service import check_version
from app.neighbourhoods.models import Neighbourhood
from app.publishing.features import is_public, place_of
from app.vocabulary import Publication
from app.web import cookies
from app.web.drawings import place_drawing
from app.web.house import House, house_of
from app.web.security import refuse_forged
from app.web.templates import hidden_inputs

router = APIRouter(include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_ENTRY = "/mine/entry"
_SEE_OTHER = 303
_AWAY = "Your hour on this page is over, or the link was replaced. Please open your link again."
_CHANGED = (
    "This entry was changed in the meantime, perhaps by you in another window. "
    "What you wrote is still here: look at it, then save again."
)


@router.get("/mine")
def enter(request: Request) -> Response:
    """The form for the code; a script fills it from the link's fragment."""
    return house_of(request).pages.answer(request, "contribute/mine_enter.html", {"errors": {}})


@router.post("/mine")
def open_link(request: Request, form: Form) -> Response:
    """Exchange the code, or the whole link, for a session of an hour."""
    refuse_forged(request.scope)
    house = house_of(request)
    code = text_of(form, "code").rpartition("#k=")[2]
    try:
        with house.private.writing() as db:
            cookie = sessions.open_for_edit_link(db, edit_links.find(db, code))
    except NotSignedIn as error:
        house.limits.count_guess(request)
        return house.pages.answer(
            request, "contribute/mine_enter.html", {"errors": {"code": error.message}}, status=401
        )
    reply = RedirectResponse(_ENTRY, status_code=_SEE_OTHER)
    cookies.set_cookie(reply, house.settings.web, cookies.MINE, cookie, sessions.EDIT_SESSION)
    return reply


@router.get("/mine/entry")
def show_entry(request: Request) -> Response:
    """How the entry stands, what was said, and what everyone sees of it."""
    house = house_of(request)
    with house.private.reading() as db:
        kind, entry = _mine(request, db, house)
        return _own_page(request, house, db, kind, entry, saved="saved" in request.query_params)


@router.get("/mine/entry/{name}")
def show_step(request: Request, name: str) -> Response:
    """One step of the form, with what was said."""
    house = house_of(request)
    with house.private.reading() as db:
        kind, entry = _mine(request, db, house)
        raw = _raw(db, kind, entry)
        return _step_page(request, house, db, kind, step_named(kind, name), raw, {})


@router.post("/mine/entry/{name}")
def save_step(request: Request, name: str, form: Form) -> Response:
    """Save the answers of one step; the others stay as they are."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        with house.private.writing() as db:
            kind, entry = _mine(request, db, house)
            step = step_named(kind, name)
            stored = _raw(db, kind, entry)
            raw: Raw = stored | {field: form.get(field, _nothing(stored, field)) for field in step.fields}
            _save(db, kind, entry, step, raw | {"version": text_of(form, "version")})
    except InvalidFields as error:
        # Leaving the transaction by an error undid it; what was written is shown again, over the newest version.
        with house.private.reading() as db:
            return _step_page(request, house, db, kind, step, raw, error.errors)
    return RedirectResponse(f"{_ENTRY}?saved", status_code=_SEE_OTHER)


@router.post("/mine/withdraw")
def take_down(request: Request, form: Form) -> Response:
    """Take the entry down: at once, for good, and its link with it."""
    refuse_forged(request.scope)
    house = house_of(request)
    if text_of(form, "sure") != "yes":
        with house.private.reading() as db:
            kind, entry = _mine(request, db, house)
            errors = {"sure": "Tick the box first, so that it does not happen by accident."}
            return _own_page(request, house, db, kind, entry, errors=errors)
    with house.private.writing() as db:
        kind, entry = _mine(request, db, house)
        title = _title(entry)
        kind.withdraw(db, entry)
        edit_links.revoke(db, collection=kind.collection, entry_id=entry.id)
    reply = house.pages.answer(request, "contribute/withdrawn.html", {"title": title})
    cookies.clear_cookie(reply, house.settings.web, cookies.MINE)
    return reply


@router.post("/mine/new-link")
def renew_link(request: Request) -> Response:
    """A new link; the one used so far dies, and this session with it."""
    refuse_forged(request.scope)
    house = house_of(request)
    secret = new_secret(EDIT_PREFIX)
    with house.private.writing() as db:
        kind, entry = _mine(request, db, house)
        title = _title(entry)
        edit_links.give(db, secret=secret, collection=kind.collection, entry_id=entry.id)
    shown = {"title": title, "edit_url": f"{house.settings.web.public_url}/mine#k={secret}", "code": secret}
    reply = house.pages.answer(request, "contribute/new_link.html", shown)
    cookies.clear_cookie(reply, house.settings.web, cookies.MINE)
    return reply


@router.post("/mine/leave")
def leave(request: Request) -> Response:
    """Forget everything on this device."""
    refuse_forged(request.scope)
    house = house_of(request)
    cookie = cookies.read_cookie(request, house.settings.web, cookies.MINE)
    if cookie:
        with house.private.writing() as db:
            sessions.close(db, cookie)
    reply = RedirectResponse("/", status_code=_SEE_OTHER)
    cookies.clear_cookie(reply, house.settings.web, cookies.MINE)
    reply.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return reply


def _mine(request: Request, db: Session, house: House) -> tuple[Kind, AnyEntry]:
    cookie = cookies.read_cookie(request, house.settings.web, cookies.MINE)
    link = sessions.edit_link_of(db, cookie) if cookie else None
    if link is None:
        raise NotSignedIn(_AWAY)
    kind = kind_named(link.collection)
    return kind, db.get_one(kind.model, link.entry_id)


def _raw(db: Session, kind: Kind, entry: AnyEntry) -> Raw:
    raw = raw_of(kind.collection, answers_of(db, kind, entry)) | {"version": str(entry.version)}
    if entry.exact_shape is not None and entry.exact_shape.geom_type == "Point":
        lon, lat = entry.exact_shape.coords[0][:2]
        raw |= {"lon": str(lon), "lat": str(lat)}
    return raw


def _where(db: Session, entry: AnyEntry, raw: Raw) -> Where:
    """A line or area, which only a program can have sent, stays where no mark replaces it."""
    is_mark = entry.exact_shape is None or entry.exact_shape.geom_type == "Point"
    return find_where(db, raw, None if is_mark else entry.exact_shape)


def _nothing(stored: Raw, field: str) -> str | list[str]:
    """What a field holds that a browser did not send: no box was ticked."""
    return [] if isinstance(stored.get(field), list) else ""


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise InvalidFields(errors)


def _save(db: Session, kind: Kind, entry: AnyEntry, step: Step, raw: Raw) -> None:
    """Save `raw`. Raises InvalidFields: what is wrong, by the form's fields."""
    try:
        settled = settle(raw) if step.name == "where" else raw
        _refuse(problems_of_step(db, kind, step, settled))
        version = text_of(raw, "version")
        check_version(entry, int(version) if version.isdecimal() else -1)
        where = _where(db, entry, settled)
        given, _wrong_dates = answers_in(kind.collection, settled)
        given["neighbourhood"] = where.home.slug
        kind.change(db, entry, read_answers(kind.answers, given), where.shape)
    except PreconditionFailed as error:
        raise InvalidFields({step.fields[0]: _CHANGED}) from error
    except InvalidFields as error:
        raise InvalidFields(errors_by_field(error.errors)) from error
    except Invalid as error:
        raise InvalidFields(errors_by_field({error.field or step.fields[0]: error.message})) from error


def _step_page(  # noqa: PLR0917 - what a page needs
    request: Request, house: House, db: Session, kind: Kind, step: Step, raw: Raw, errors: dict[str, str]
) -> Response:
    shown = context(db, house, kind, step, raw) | {
        "action": f"{_ENTRY}/{step.name}",
        "number": 1,
        "steps": 0,
        "saving": True,
        "carried": hidden_inputs({"version": text_of(raw, "version")}),
        "can_go_back": False,
        "errors": errors,
    }
    return house.pages.answer(request, step.template, shown, status=400 if errors else 200)


def _own_page(
    request: Request,
    house: House,
    db: Session,
    kind: Kind,
    entry: AnyEntry,
    *,
    errors: dict[str, str] | None = None,
    saved: bool = False,
) -> Response:
    home = db.get_one(Neighbourhood, entry.neighbourhood)
    place = place_of(entry, home)
    raw = _raw(db, kind, entry)
    notes = {
        Publication.SUBMITTED: f"A steward of {home.name} has not looked at it yet. Until then it is not on the map.",
        Publication.RETURNED: f"A steward asks: {entry.steward_note}"
        if entry.steward_note
        else "A steward sent it back.",
        Publication.HIDDEN: f"A steward took it off the map. {entry.steward_note}",
    }
    shown: dict[str, Any] = {
        "title": _title(entry),
        "subject": "barrier" if kind.collection == "barriers" else "initiative",
        "status_label": entry.publication.label,
        "status_note": notes.get(entry.publication, ""),
        "rows": rows(kind.collection, raw, Where(entry.exact_shape, home), address=_ENTRY),
        "drawing": place_drawing(home.boundary, place.shape, "What others see.") if place else None,
        "public_url": f"/{kind.collection}/{entry.id}" if is_public(entry) else "",
        "version": str(entry.version),
        "withdraw_url": "/mine/withdraw",
        "new_link_url": "/mine/new-link",
        "leave_url": "/mine/leave",
        "errors": errors or {},
        "saved": saved,
    }
    return house.pages.answer(request, "contribute/mine.html", shown, status=400 if errors else 200)


def _title(entry: AnyEntry) -> str:
    text: str = getattr(entry, "title", "") or getattr(entry, "what_happened", "")
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line
