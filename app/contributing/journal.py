"""An initiative's learning journal, kept by whoever holds its edit link: write, change, take out. No account."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.contributing.form_fields import Raw, read_form, text_of
from app.contributing.holding import (
    back_to,
    boxes_of,
    closed,
    date_boxes,
    date_in,
    errors_in,
    hints_on,
    in_words,
    initiative_held,
    options,
)
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.errors import Invalid, InvalidFields, NotSignedIn, PreconditionFailed, TooMany
from app.kit.partial_date import PartialDate
from app.learning import service
from app.learning.answers import NoteAnswers
from app.learning.models import JournalNote
from app.vocabulary import ConsentScope, Mechanism, Publication
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/mine/journal", include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_PAGE = "/mine/journal"
_TEXTS = {"tried": "What you tried", "learned": "What you learned", "changed": "What changed among people"}
_DONE = {
    "saved": "Your note is saved.",
    "public": "Your note is saved. Once a steward has read it, everyone sees it on your page.",
    "gone": "The note is gone. Nobody can read it any more.",
}
_STATES = {
    Publication.SUBMITTED: "A steward has not read it yet. Until then only you see it.",
    Publication.PUBLISHED: "Everyone can read it on your page.",
    Publication.RETURNED: "A steward asks",
    Publication.HIDDEN: "A steward hid it",
}
_STATUSES: dict[type[Exception], int] = {PreconditionFailed: 412, TooMany: 429}


@router.get("")
def show_journal(request: Request, done: str = "") -> Response:
    """All notes, and a form for the next one."""
    with house_of(request).private.reading() as db:
        try:
            held = initiative_held(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        return _journal_page(request, db, held, _fresh(), done=done)


@router.post("")
def write_note(request: Request, form: Form) -> Response:
    """Keep a new note."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        try:
            with house.private.writing() as db:
                held = initiative_held(request, db)
                house.limits.count_contribution(request)
                answers = _answers(form)
                service.write(db, held, answers)
        except (InvalidFields, TooMany) as error:
            with house.private.reading() as db:
                held = initiative_held(request, db)
                return _journal_page(request, db, held, _sent(form), error=error)
    except NotSignedIn as error:
        return closed(request, error, form)
    return back_to(_PAGE, "public" if answers.scope is ConsentScope.PUBLIC else "saved")


@router.get("/{entry_id}")
def show_note(request: Request, entry_id: str) -> Response:
    """One note, to be changed or taken out."""
    with house_of(request).private.reading() as db:
        try:
            note = service.note_of(db, initiative_held(request, db), entry_id)
        except NotSignedIn as error:
            return closed(request, error)
        return _note_page(request, note, _stored(note))


@router.post("/{entry_id}")
def change_note(request: Request, entry_id: str, form: Form) -> Response:
    """Change a note, or take it out."""
    refuse_forged(request.scope)
    is_removal = text_of(form, "action") == "remove"
    done = "gone"
    try:
        try:
            with house_of(request).private.writing() as db:
                note = service.note_of(db, initiative_held(request, db), entry_id, is_held=True)
                if is_removal:
                    _check_sure(form)
                    service.take_out(db, note)
                else:
                    answers = _answers(form)
                    service.change(note, answers, text_of(form, "reading"))
                    done = "public" if answers.scope is ConsentScope.PUBLIC else "saved"
        except (InvalidFields, PreconditionFailed) as error:
            with house_of(request).private.reading() as db:
                note = service.note_of(db, initiative_held(request, db), entry_id)
                return _note_page(request, note, _stored(note) if is_removal else _sent(form), error)
    except NotSignedIn as error:
        return closed(request, error, form)
    return back_to(_PAGE, done)


def _answers(form: Raw) -> NoteAnswers:
    given: dict[str, Any] = {name: text_of(form, name) for name in _TEXTS}
    given |= {"mechanisms": list(form.get("mechanisms", [])), "scope": text_of(form, "scope") or "group_only"}
    try:
        given["happened"] = date_in(form, "happened")
    except Invalid as error:
        raise InvalidFields({"happened": error.message}) from None
    return read_answers(NoteAnswers, given)


def _check_sure(form: Raw) -> None:
    if text_of(form, "sure") != "yes":
        raise InvalidFields({"sure": "Tick the box first, so that it does not happen by accident."})


def _fresh() -> dict[str, Any]:
    today = clock.today()
    now = {"day": "", "month": str(today.month), "year": str(today.year)}
    return {"happened": now, "mechanisms": [], "scope": str(ConsentScope.GROUP_ONLY)}


def _sent(form: Raw) -> dict[str, Any]:
    return dict(form) | {"happened": date_boxes(form, "happened"), "mechanisms": list(form.get("mechanisms", []))}


def _stored(note: JournalNote) -> dict[str, Any]:
    when = PartialDate(note.happened, str(note.happened_precision))
    return {name: getattr(note, name) for name in _TEXTS} | {
        "happened": boxes_of(when),
        "mechanisms": list(note.mechanisms),
        "scope": str(note.scope),
        "reading": service.reading_of(note),
    }


def _journal_page(
    request: Request,
    db: Session,
    held: Initiative,
    values: dict[str, Any],
    *,
    error: InvalidFields | TooMany | None = None,
    done: str = "",
) -> Response:
    notes = service.notes_of(db, held)
    context = _form(values, error) | {
        "title": held.title,
        "is_shown": held.is_public,
        "notes": [_listed(one) for one in notes],
        "done": _DONE.get(done, ""),
    }
    return _page(request, "contribute/journal.html", context, error)


def _note_page(
    request: Request, note: JournalNote, values: dict[str, Any], error: InvalidFields | PreconditionFailed | None = None
) -> Response:
    if error is not None and isinstance(error, PreconditionFailed):
        # Whoever sends it next has read what there is now.
        values |= {"reading": service.reading_of(note)}
    context = _form(values, error) | {"note": _listed(note), "action": f"{_PAGE}/{note.id}"}
    return _page(request, "contribute/journal_note.html", context, error)


def _page(request: Request, template: str, context: dict[str, Any], error: Exception | None) -> Response:
    status = 200 if error is None else _STATUSES.get(type(error), 400)
    return house_of(request).pages.answer(request, template, context, status=status)


def _form(values: dict[str, Any], error: InvalidFields | TooMany | PreconditionFailed | None) -> dict[str, Any]:
    return {
        "values": values,
        "mechanisms": options(Mechanism),
        "scopes": options(ConsentScope),
        "errors": errors_in(error, "tried") if error else {},
    }


def _listed(note: JournalNote) -> dict[str, Any]:
    is_public = note.scope is ConsentScope.PUBLIC
    texts = {question: getattr(note, name) for name, question in _TEXTS.items()}
    state = _STATES[note.publication] if is_public and note.publication in _STATES else ""
    return {
        "url": f"{_PAGE}/{note.id}",
        "when": in_words(PartialDate(note.happened, str(note.happened_precision))),
        "rows": [{"question": question, "answer": text} for question, text in texts.items() if text],
        "mechanisms": [word.label for code in note.mechanisms if (word := Mechanism.named(code)) is not None],
        "scope_label": note.scope.label,
        "state": f"{state}: {note.steward_note}" if state and note.steward_note else state,
        "needs_you": is_public and note.publication in {Publication.RETURNED, Publication.HIDDEN},
        "hints": [] if note.scope is ConsentScope.GROUP_ONLY else hints_on(texts),
    }
