"""One's own entry, by its edit link: see how it stands, change any answer, take it down. No account.

The link's secret stands in the fragment of its address, which no server sees; it is exchanged by POST for a short
session. All answers here are private: never cached, never indexed, never told to another site.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from starlette.responses import RedirectResponse, Response

from app.accounts import edit_links, sessions
from app.accounts.secrets import EDIT_PREFIX, new_secret
from app.barriers.models import Barrier
from app.connections.service import waiting_for
from app.connections.vouching import asks_before
from app.contributing.form_fields import Raw, read_form, text_of
from app.contributing.kinds import AnyEntry, Kind, kind_named
from app.contributing.others import opening
from app.contributing.saving import kept_shape, merged, save, stored_fields
from app.contributing.sharing import seen_by_others
from app.contributing.steps import Step, context, step_asking
from app.contributing.summary import rows
from app.contributing.verdicts import answered, say
from app.contributing.where import Where
from app.initiatives.models import Initiative
from app.kit.errors import InvalidFields, NotFound, NotSignedIn, PreconditionFailed
from app.neighbourhoods.models import Neighbourhood
from app.publishing.features import is_public
from app.recognition.service import offers_waiting
from app.vocabulary import Outcome, Publication
from app.web import cookies
from app.web.house import House, house_of
from app.web.security import refuse_forged
from app.web.templates import hidden_inputs

router = APIRouter(include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_ENTRY = "/mine/entry"
_SEE_OTHER = 303
# Where one may go on to, once the link is open: the page that thanks leads there.
_THEN = {"ties": "/mine/ties", "vouches": "/mine/vouches"}
# Of a long story, as much as a heading holds.
_LINE = 80
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
    reply = RedirectResponse(_THEN.get(text_of(form, "then"), _ENTRY), status_code=_SEE_OTHER)
    cookies.set_cookie(reply, house.settings.web, cookies.MINE, cookie, sessions.EDIT_SESSION)
    return reply


@router.get("/mine/entry")
def show_entry(request: Request) -> Response:
    """How the entry stands, what was said, and what everyone sees of it."""
    house = house_of(request)
    with house.private.reading() as db:
        try:
            kind, entry = _mine(request, db, house)
        except NotSignedIn as error:
            return _closed(request, house, error)
        return _own_page(request, house, db, kind, entry, saved="saved" in request.query_params)


@router.get("/mine/entry/{name}")
def show_step(request: Request, name: str) -> Response:
    """One step of the form, with what was said."""
    house = house_of(request)
    with house.private.reading() as db:
        try:
            kind, entry = _mine(request, db, house)
        except NotSignedIn as error:
            return _closed(request, house, error)
        return _step_page(request, house, db, kind, entry, step_asking(kind, name), stored_fields(db, kind, entry))


@router.post("/mine/entry/{name}")
def save_step(request: Request, name: str, form: Form) -> Response:
    """Save the answers of one step; the others stay as they are."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        with house.private.writing() as db:
            kind, entry = _mine(request, db, house)
            step = step_asking(kind, name)
            save(db, kind, entry, step, merged(stored_fields(db, kind, entry), step, form))
    # Leaving the transaction by an error undid it; what was written is shown again.
    except InvalidFields as error:
        return _again(request, house, name, form, error.errors)
    except (PreconditionFailed, StaleDataError):
        return _again(request, house, name, form, {step.fields[0]: _CHANGED}, status=412)
    except NotSignedIn as error:
        return _closed(request, house, error, form)
    return RedirectResponse(f"{_ENTRY}?saved", status_code=_SEE_OTHER)


@router.post("/mine/outcome")
def say_whether_it_was_real(request: Request, form: Form) -> Response:
    """Keep the group's own word on an answer to its report."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        with house.private.writing() as db:
            _kind, entry = _mine(request, db, house)
            if not isinstance(entry, Barrier):
                raise NotFound("Only what got in the way is answered.")
            say(db, entry, text_of(form, "response"), text_of(form, "outcome"))
    except InvalidFields as error:
        with house.private.reading() as db:
            kind, entry = _mine(request, db, house)
            return _own_page(request, house, db, kind, entry, errors=error.errors)
    except NotSignedIn as error:
        return _closed(request, house, error)
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


def _closed(request: Request, house: House, error: NotSignedIn, form: Raw | None = None) -> Response:
    """The way in again; and what was written in the meantime, so that it can be copied and is not lost."""
    sent = (form or {}).items()
    written = [text for name, text in sent if name not in {"version", "go", "step"} and isinstance(text, str)]
    shown = {"errors": {"code": error.message}, "written": [text for text in written if text.strip()]}
    return house.pages.answer(request, "contribute/mine_enter.html", shown, status=401)


def _again(  # noqa: PLR0917 - what an answer needs
    request: Request, house: House, name: str, form: Raw, errors: dict[str, str], status: int = 400
) -> Response:
    with house.private.reading() as db:
        kind, entry = _mine(request, db, house)
        step, stored = step_asking(kind, name), stored_fields(db, kind, entry)
        raw = merged(stored, step, form)
        if status != 400:  # noqa: PLR2004 - only who was told of the other change may save over it
            raw |= {"version": stored["version"]}
        return _step_page(request, house, db, kind, entry, step, raw, errors, status)


def _mine(request: Request, db: Session, house: House) -> tuple[Kind, AnyEntry]:
    cookie = cookies.read_cookie(request, house.settings.web, cookies.MINE)
    link = sessions.edit_link_of(db, cookie) if cookie else None
    if link is None:
        raise NotSignedIn(_AWAY)
    kind = kind_named(link.collection)
    return kind, db.get_one(kind.model, link.entry_id)


def _step_page(  # noqa: PLR0917 - what a page needs
    request: Request,
    house: House,
    db: Session,
    kind: Kind,
    entry: AnyEntry,
    step: Step,
    raw: Raw,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    shown = context(db, house, kind, step, raw, None if text_of(raw, "forget") else kept_shape(entry)) | {
        "action": f"{_ENTRY}/{step.name}",
        "number": 1,
        "steps": 0,
        "saving": True,
        "carried": hidden_inputs({"version": text_of(raw, "version")}),
        "can_go_back": False,
        "errors": errors or {},
    }
    return house.pages.answer(request, step.template, shown, status=status)


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
    raw = stored_fields(db, kind, entry)
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
        "rows": rows(kind.collection, raw, Where(entry.exact_shape, home), _named(entry), address=_ENTRY),
        "drawing": seen_by_others(entry.effective_sharing, Where(entry.exact_shape, home)),
        "public_url": f"/{kind.collection}/{entry.id}" if is_public(entry) else "",
        "version": str(entry.version),
        "ties_waiting": waiting_for(db, entry) if isinstance(entry, Initiative) else 0,
        "vouches_waiting": len(asks_before(db, entry)) if isinstance(entry, Initiative) else 0,
        "answered": answered(db, entry) if isinstance(entry, Barrier) else [],
        "offers_waiting": offers_waiting(db, entry) if isinstance(entry, Initiative) else 0,
        "outcomes": [(str(word), word.label, word.hint) for word in Outcome],
        "outcome_url": "/mine/outcome",
        "withdraw_url": "/mine/withdraw",
        "new_link_url": "/mine/new-link",
        "leave_url": "/mine/leave",
        "errors": errors or {},
        "saved": saved,
    }
    return house.pages.answer(request, "contribute/mine.html", shown, status=400 if errors else 200)


def _named(entry: AnyEntry) -> str:
    """The title of the initiative that a barrier names, while everyone can see it."""
    initiative = entry.initiative if isinstance(entry, Barrier) else None
    return initiative.title if initiative is not None and is_public(initiative) else ""


def _title(entry: AnyEntry) -> str:
    text: str = getattr(entry, "title", "") or getattr(entry, "what_happened", "")
    return opening(text, _LINE)
