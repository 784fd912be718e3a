"""The officers' desk: what one's institution has to answer, one thing, its form. No script is needed for any of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import access
from app.institutions.service import all_institutions
from app.kit.answers import read_answers
from app.kit.errors import InvalidFields, PreconditionFailed
from app.responses import service, subjects, views
from app.responses.answers import CannedAnswers, ResponseAnswers
from app.responses.service import Speaker
from app.responses.subjects import Subject
from app.vocabulary import ResponseState
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/councils/desk", include_in_schema=False)

_SEE_OTHER = 303
_AT_ONCE = 25
_LAST_PAGE = 10_000
_DONE = {
    "published": "Done. Everyone can read your answer now.",
    "draft": "Kept as a draft. Only officers of your institution see it.",
    "discard": "The draft is gone. Nobody else has seen it.",
    "keep": "Kept. You can use this text again.",
    "drop": "Taken away from your texts.",
    "use": "The text stands in the form now. Nothing is published yet.",
}
_FIELDS = ("state", "text", "rule_cited", "passed_to")
_STALE = "It changed while you were writing. Your words are still below. Read what there is now, then send them again."


@router.get("")
def show_desk(request: Request, page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1) -> Response:
    """What the officer's institution may answer: patterns first, then single reports; of each, first what waits."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        speaker = service.speaker_of(db, person)
        patterns, reports = map(views.in_order, subjects.on_desk(db, house.published, speaker))
        begun = service.drafts_of(db, speaker)
        about = {
            (one.collection, one.subject_id): subjects.find(house.published, one.collection, one.subject_id)
            for one in begun
        }
        lines = [views.listed(one, speaker) for one in patterns]
        first = (page - 1) * _AT_ONCE
        context = {
            "officer": _officer(speaker),
            "waiting": [line for line in lines if line["is_open"]],
            "answered": [line for line in lines if not line["is_open"]],
            "reports": [views.listed(one, speaker) for one in reports[first : first + _AT_ONCE]],
            "page": _turned(page, len(reports)),
            "drafts": views.drafts(begun, about),
        }
    return house.pages.answer(request, "responses/desk.html", context)


@router.get("/{collection}/{entry_id}")
def show_subject(request: Request, collection: str, entry_id: str, done: str = "") -> Response:
    """One thing to answer, and the form, with the draft in it where there is one."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        speaker = service.speaker_of(db, person)
        subject = subjects.subject_for(house.published, speaker, collection, entry_id)
        if subject.id != entry_id:
            return _to(subject, done)
        context = _context(db, speaker, subject)
    return house.pages.answer(request, "responses/subject.html", context | {"done": _DONE.get(done, "")})


@router.post("/{collection}/{entry_id}")
def answer_subject(
    request: Request,
    collection: str,
    entry_id: str,
    *,
    action: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    rule_cited: Annotated[str, Form()] = "",
    passed_to: Annotated[str, Form()] = "",
    canned_name: Annotated[str, Form()] = "",
    reading: Annotated[str, Form()] = "",
) -> Response:
    """Look at an answer, keep it, publish it; or use, keep and drop a text. A refusal shows the form as it was sent."""
    refuse_forged(request.scope)
    house = house_of(request)
    given = {"state": state, "text": text, "rule_cited": rule_cited, "passed_to": passed_to, "canned_name": canned_name}
    with house.private.reading() as db:
        speaker = service.speaker_of(db, access.signed_in(request, db))
    subject = subjects.subject_for(house.published, speaker, collection, entry_id)
    sent = _Sent(request, speaker, subject, given, reading)
    verb, _, which = action.partition(":")
    try:
        return _act_of(verb)(sent, which)
    except InvalidFields as error:
        return _again(sent, status=400, errors=error.errors)
    except (PreconditionFailed, StaleDataError) as error:
        told = error.message if isinstance(error, PreconditionFailed) else _STALE
        # Whoever sends it next has read what there is now.
        return _again(replace(sent, reading=""), status=412, errors={"text": told})


@dataclass(frozen=True)
class _Sent:
    """The form as it came in."""

    request: Request
    speaker: Speaker
    subject: Subject
    given: dict[str, str]
    reading: str

    @property
    def answers(self) -> ResponseAnswers:
        return read_answers(ResponseAnswers, {name: self.given[name] for name in _FIELDS})

    @property
    def place(self) -> tuple[str, str]:
        return self.subject.collection, self.subject.id


def _preview(sent: _Sent, _which: str) -> Response:
    answers = sent.answers
    with house_of(sent.request).private.reading() as db:
        service.checked(db, sent.speaker, answers)
        shown = views.preview(answers, sent.speaker, all_institutions(db))
    return _again(sent, more={"preview": shown, "hints": views.hints(answers.text)})


def _publish(sent: _Sent, _which: str) -> Response:
    answers = sent.answers
    with house_of(sent.request).private.writing() as db:
        service.publish(db, sent.speaker, *sent.place, answers, sent.reading)
    return _to(sent.subject, "published")


def _save(sent: _Sent, _which: str) -> Response:
    answers = sent.answers
    with house_of(sent.request).private.writing() as db:
        service.save_draft(db, sent.speaker, *sent.place, answers, sent.reading)
    return _to(sent.subject, "draft")


def _discard(sent: _Sent, _which: str) -> Response:
    with house_of(sent.request).private.writing() as db:
        service.discard_draft(db, sent.speaker, *sent.place, sent.reading)
    return _to(sent.subject, "discard")


def _use(sent: _Sent, which: str) -> Response:
    with house_of(sent.request).private.reading() as db:
        stored = service.canned_text(db, sent.speaker, which).text
    before = sent.given["text"].strip()
    # What is written already stays; the text comes below it, once.
    filled = stored if not before else before if stored in before else f"{before}\n\n{stored}"
    return _again(replace(sent, given=sent.given | {"text": filled}), more={"done": _DONE["use"]})


def _keep(sent: _Sent, _which: str) -> Response:
    try:
        answers = read_answers(CannedAnswers, {"name": sent.given["canned_name"], "text": sent.given["text"]})
        with house_of(sent.request).private.writing() as db:
            service.keep_text(db, sent.speaker, answers)
    except InvalidFields as error:
        # The form calls the name by a name of its own.
        renamed = {"canned_name" if name == "name" else name: told for name, told in error.errors.items()}
        raise InvalidFields(renamed) from None
    return _again(replace(sent, given=sent.given | {"canned_name": ""}), more={"done": _DONE["keep"]})


def _drop(sent: _Sent, which: str) -> Response:
    with house_of(sent.request).private.writing() as db:
        service.drop_text(db, sent.speaker, which)
    return _again(sent, more={"done": _DONE["drop"]})


_ACTS: Mapping[str, Callable[[_Sent, str], Response]] = {
    "preview": _preview,
    "publish": _publish,
    "draft": _save,
    "discard": _discard,
    "use": _use,
    "keep": _keep,
    "drop": _drop,
}


def _act_of(verb: str) -> Callable[[_Sent, str], Response]:
    if verb not in _ACTS:
        raise InvalidFields({"action": "Choose what to do with your answer."})
    return _ACTS[verb]


def _again(
    sent: _Sent,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The page with the form as it was sent."""
    house = house_of(sent.request)
    with house.private.reading() as db:
        context = _context(db, sent.speaker, sent.subject)
    context |= {"values": sent.given, "errors": errors or {}}
    context["reading"] = sent.reading or context["reading"]
    return house.pages.answer(sent.request, "responses/subject.html", context | dict(more or {}), status=status)


def _context(db: Session, speaker: Speaker, subject: Subject) -> dict[str, Any]:
    own = service.written(db, speaker, subject.collection, subject.id)
    return {
        "officer": _officer(speaker),
        "subject": views.listed(subject, speaker) | {"public_url": subject.told["url"]},
        "rows": views.rows_of(subject),
        "what_happened": subject.told.get("what_happened", ""),
        "answers": views.earlier(subject),
        "hidden": views.hidden(own),
        "has_answered": own.newest is not None,
        "draft_from": views.day_in_words(own.draft.written_at.date()) if own.draft else "",
        "action": f"/councils/desk/{subject.collection}/{subject.id}",
        "reading": own.reading,
        "states": [(state, state.label, state.hint) for state in ResponseState],
        "offices": [(one.id, one.name) for one in all_institutions(db) if one.id != speaker.institution.id],
        "canned": views.canned(service.canned_texts(db, speaker)),
        "values": views.values_of(own),
        "errors": {},
        "hints": [],
        "preview": None,
        "done": "",
    }


def _turned(page: int, total: int) -> dict[str, Any]:
    first = (page - 1) * _AT_ONCE
    return {
        "previous": f"/councils/desk?page={page - 1}" if page > 1 else None,
        "next": f"/councils/desk?page={page + 1}" if first + _AT_ONCE < total else None,
        "first": first + 1,
        "last": min(first + _AT_ONCE, total),
        "total": total,
    }


def _officer(speaker: Speaker) -> dict[str, Any]:
    own = speaker.institution
    return {
        "name": speaker.person.email,
        "institution": own.name,
        "agreed": views.day_in_words(own.agreed_since) if own.agreed_since else "",
    }


def _to(subject: Subject, done: str) -> Response:
    query = f"?done={done}" if done in _DONE else ""
    return RedirectResponse(f"/councils/desk/{subject.collection}/{subject.id}{query}", status_code=_SEE_OTHER)


def _to_sign_in() -> Response:
    return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
