"""The funders' desk: one's own programmes, what groups said of them as everyone sees it, and the reply."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

import orjson
from babel.dates import format_date
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import access
from app.funding import replies
from app.funding.models import Programme
from app.funding.replies import Funder, Replies, ReplyAnswers
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.errors import InvalidFields, PreconditionFailed
from app.kit.text import looks_personal
from app.published.queries import Published
from app.vocabulary import Publication
from app.web.house import house_of
from app.web.security import refuse_forged

# Before the pages for everyone: `/funders/{slug}` would take this address, too.
router = APIRouter(prefix="/funders/desk", include_in_schema=False)

_SEE_OTHER = 303
_DONE = {
    "publish": "Done. Everyone can read your reply now.",
    "draft": "Kept as a draft. Only people of your institution see it.",
    "discard": "The draft is gone. Nobody else has seen it.",
}
_STALE = "It changed while you were writing. Your words are still below. Read what there is now, then send them again."


@router.get("")
def show_desk(request: Request) -> Response:
    """The funder's programmes, and whether each has a reply."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        funder = replies.funder_at_work(db, person)
        programmes = [
            _listed(house.published, one, replies.replies_on(db, one)) for one in replies.programmes_of(db, funder)
        ]
    context = {"funder": _funder(funder), "programmes": programmes}
    return house.pages.answer(request, "funding/desk.html", context)


@router.get("/{entry_id}")
def show_programme(request: Request, entry_id: str, done: str = "") -> Response:
    """What groups said of one programme, and the form for the reply."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        funder = replies.funder_at_work(db, person)
        context = _context(db, house.published, funder, replies.programme_for(db, funder, entry_id))
    return house.pages.answer(request, "funding/programme.html", context | {"done": _DONE.get(done, "")})


@router.post("/{entry_id}")
def reply(
    request: Request,
    entry_id: str,
    *,
    action: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    reading: Annotated[str, Form()] = "",
) -> Response:
    """Look at a reply, keep it, publish it. A refusal shows the form as it was sent."""
    refuse_forged(request.scope)
    sent = _Sent(request, entry_id, text, reading)
    try:
        if action == "preview":
            return _preview(sent)
        with house_of(request).private.writing() as db:
            funder = replies.funder_at_work(db, access.signed_in(request, db))
            _do(db, funder, replies.programme_for(db, funder, entry_id), action, sent)
    except InvalidFields as error:
        return _again(sent, status=400, errors=error.errors)
    except (PreconditionFailed, StaleDataError) as error:
        told = error.message if isinstance(error, PreconditionFailed) else _STALE
        # Whoever sends it next has read what there is now.
        return _again(replace(sent, reading=""), status=412, errors={"text": told})
    return RedirectResponse(f"/funders/desk/{entry_id}?done={action}", status_code=_SEE_OTHER)


@dataclass(frozen=True)
class _Sent:
    """The form as it came in."""

    request: Request
    programme_id: str
    text: str
    reading: str

    @property
    def answers(self) -> ReplyAnswers:
        return read_answers(ReplyAnswers, {"text": self.text})


def _do(db: Session, funder: Funder, programme: Programme, action: str, sent: _Sent) -> None:
    if action == "publish":
        replies.publish(db, funder, programme, sent.answers, sent.reading)
    elif action == "draft":
        replies.save_draft(db, funder, programme, sent.answers, sent.reading)
    elif action == "discard":
        replies.discard_draft(db, programme, sent.reading)
    else:
        raise InvalidFields({"action": "Choose what to do with your reply."})


def _preview(sent: _Sent) -> Response:
    text = sent.answers.text
    shown = {"text": text, "when": format_date(clock.today(), "d MMMM y", locale="en_GB")}
    hints = [f"Your text may hold {what}. Is it meant for everyone?" for what in looks_personal(text)]
    return _again(sent, more={"preview": shown, "hints": hints})


def _again(
    sent: _Sent, *, status: int = 200, errors: dict[str, str] | None = None, more: Mapping[str, Any] | None = None
) -> Response:
    house = house_of(sent.request)
    with house.private.reading() as db:
        funder = replies.funder_at_work(db, access.signed_in(sent.request, db))
        programme = replies.programme_for(db, funder, sent.programme_id)
        context = _context(db, house.published, funder, programme)
    context |= {"values": {"text": sent.text}, "errors": errors or {}}
    context["reading"] = sent.reading or context["reading"]
    return house.pages.answer(sent.request, "funding/programme.html", context | dict(more or {}), status=status)


def _context(db: Session, published: Published, funder: Funder, programme: Programme) -> dict[str, Any]:
    own = replies.replies_on(db, programme)
    told = _told(published, programme)
    return {
        "funder": _funder(funder),
        "programme": told,
        "earlier": [_version(one.text, one.published_at) for one in own.versions if one is not own.newest],
        "hidden": [
            {"text": one.text, "note": one.steward_note}
            for one in own.versions
            if one.publication is Publication.HIDDEN
        ],
        "current": _version(own.newest.text, own.newest.published_at) if own.newest else None,
        "has_draft": own.draft is not None,
        "action": f"/funders/desk/{programme.id}",
        "reading": own.reading,
        "values": {"text": own.draft.text if own.draft else own.newest.text if own.newest else ""},
        "errors": {},
        "hints": [],
        "preview": None,
        "done": "",
    }


def _listed(published: Published, programme: Programme, own: Replies) -> dict[str, Any]:
    return _told(published, programme) | {
        "url": f"/funders/desk/{programme.id}",
        "has_reply": own.newest is not None,
        "has_draft": own.draft is not None,
    }


def _told(published: Published, programme: Programme) -> dict[str, Any]:
    """What everyone reads of a programme: a funder sees no more."""
    raw = published.one("programmes", programme.id)
    properties: dict[str, Any] = orjson.loads(raw)["properties"] if raw is not None else {"name": programme.name}
    return properties | {"id": programme.id}


def _version(text: str, published_at: Any) -> dict[str, str]:  # noqa: ANN401 - a moment, or none
    return {"text": text, "when": format_date(published_at, "d MMMM y", locale="en_GB") if published_at else ""}


def _funder(funder: Funder) -> dict[str, str]:
    return {"name": funder.person.email, "institution": funder.institution.name}


def _to_sign_in() -> Response:
    return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
