"""Recognition by institutions: whoever speaks for a council, a funder or another body offers it, and takes it back."""

import re
from typing import Annotated, Any

import orjson
from babel.dates import format_date
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.accounts import access
from app.initiatives.models import Initiative
from app.kit.answers import read_answers
from app.kit.errors import Conflict, Invalid, InvalidFields, NotFound, TooMany
from app.kit.partial_date import PartialDate, text_of_parts
from app.kit.text import looks_personal
from app.published.queries import Published
from app.recognition import service
from app.recognition.answers import RecognitionAnswers
from app.recognition.models import RecognitionGiven
from app.recognition.service import Body
from app.vocabulary import Agreement, Publication
from app.web.house import House, house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/recognition", include_in_schema=False)

_SEE_OTHER = 303
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PATTERNS = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}
_DONE = {
    "offer": "Done. The group sees your offer. Everyone sees it once they say yes.",
    "take_back": "Done. You took it back, and nobody sees it any more.",
}
_STATES = {
    Agreement.PROPOSED: "Waits for the group’s answer. Nobody else sees it.",
    Agreement.ACCEPTED: "Everyone sees it on their page.",
    Agreement.DECLINED: "The group said no. Nobody sees it.",
}
_NOT_HERE = "There is nothing of this address that everyone can see. It may have moved, or it is not public."
_STATUSES: dict[type[Exception], int] = {InvalidFields: 400, Conflict: 409, TooMany: 429}


@router.get("")
def show_given(request: Request, initiative: str = "", done: str = "") -> Response:
    """All that one's institution offered; and the way to something to recognise, by the address of its page."""
    house = house_of(request)
    found = _ID.search(initiative)
    if found is not None and house.published.one("initiatives", found[0].lower()) is not None:
        return RedirectResponse(f"/recognition/{found[0].lower()}", status_code=_SEE_OTHER)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
        body = service.body_of_person(db, person)
        context = _speaker(body) | {
            "given": [_listed(db, one) for one in service.given_by(db, body)],
            "errors": {"initiative": _NOT_HERE} if initiative else {},
            "initiative": initiative,
            "done": _DONE.get(done, ""),
        }
    return house.pages.answer(request, "recognition/given.html", context, status=404 if initiative else 200)


@router.post("")
def take_back_listed(request: Request, *, take_back: Annotated[str, Form()] = "") -> Response:
    """Take back one of the list, by its own id: what it was said of may be off the map by now."""
    refuse_forged(request.scope)
    with house_of(request).private.writing() as db:
        service.take_back(db, service.body_of_person(db, access.signed_in(request, db)), take_back)
    return RedirectResponse("/recognition?done=take_back", status_code=_SEE_OTHER)


@router.get("/{entry_id}")
def show_offer(request: Request, entry_id: str) -> Response:
    """One thing that people do, as everyone sees it, and the form to recognise it."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
        context = _context(db, house, service.body_of_person(db, person), entry_id)
    return house.pages.answer(request, "recognition/offer.html", context)


@router.post("/{entry_id}")
def act(
    request: Request,
    entry_id: str,
    *,
    action: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    support: Annotated[str, Form()] = "",
    since_day: Annotated[str, Form()] = "",
    since_month: Annotated[str, Form()] = "",
    since_year: Annotated[str, Form()] = "",
) -> Response:
    """Look at it as everyone would, offer it, or take it back. A refusal shows the form as it was sent."""
    refuse_forged(request.scope)
    house = house_of(request)
    since = {"day": since_day, "month": since_month, "year": since_year}
    values: dict[str, Any] = {"what": what, "support": support, "since": since}
    preview: dict[str, Any] = {}
    error: InvalidFields | Conflict | TooMany | None = None
    with house.private.reading() as db:
        service.body_of_person(db, access.signed_in(request, db))
    if action in {"preview", "offer"}:
        # Taking back needs no page of it: it may be off the map by now.
        _told(house.published, entry_id)
    try:
        if action == "offer":
            house.limits.count_contribution(request)
        with house.private.writing() as db:
            body = service.body_of_person(db, access.signed_in(request, db))
            if action == "preview":
                preview = _preview(_answers(values))
            elif _do(db, body, entry_id, action, values):
                return RedirectResponse(f"/recognition?done={action}", status_code=_SEE_OTHER)
    except (InvalidFields, Conflict, TooMany) as refused:
        error = refused
    with house.private.reading() as db:
        context = _context(db, house, service.body_of_person(db, access.signed_in(request, db)), entry_id)
    context |= {"values": values, "errors": _errors(error), "preview": preview}
    status = 200 if error is None else _STATUSES[type(error)]
    return house.pages.answer(request, "recognition/offer.html", context, status=status)


def _do(db: Session, body: Body, initiative_id: str, action: str, values: dict[str, Any]) -> bool:
    """Offer or take back. True where it was done."""
    if action == "offer":
        service.offer(db, body, initiative_id, _answers(values))
        return True
    if action == "take_back":
        standing = service.open_one(db, body, initiative_id)
        if standing is not None and standing.what:
            service.take_back(db, body, standing.id)
        return True
    raise InvalidFields({"action": "Choose what to do."})


def _answers(values: dict[str, Any]) -> RecognitionAnswers:
    since = {part: text.strip() for part, text in values["since"].items()}
    given = {name: values[name] for name in ("what", "support")}
    try:
        given["since"] = text_of_parts(since["year"], since["month"], since["day"])
    except Invalid as error:
        raise InvalidFields({"since": error.message}) from None
    return read_answers(RecognitionAnswers, given)


def _errors(error: InvalidFields | Conflict | TooMany | None) -> dict[str, str]:
    if error is None:
        return {}
    if not isinstance(error, InvalidFields):
        return {"action": error.message}
    # The page has no field for what it is about.
    return {"action" if name == "initiative" else name: told for name, told in error.errors.items()}


def _preview(answers: RecognitionAnswers) -> dict[str, Any]:
    texts = (answers.what, answers.support)
    return {
        "what": answers.what,
        "support": answers.support,
        "since_words": _in_words(answers.since),
        "hints": [
            f"Your words may hold {what}. Is it meant for everyone?" for text in texts for what in looks_personal(text)
        ],
    }


def _told(published: Published, initiative_id: str) -> dict[str, Any]:
    """What everyone reads of an initiative. Raises NotFound for unknown and for not public alike."""
    raw = published.one("initiatives", initiative_id)
    if raw is None:
        raise NotFound(_NOT_HERE)
    properties: dict[str, Any] = orjson.loads(raw)["properties"]
    return properties


def _context(db: Session, house: House, body: Body, initiative_id: str) -> dict[str, Any]:
    told = _told(house.published, initiative_id)
    standing = service.open_one(db, body, initiative_id)
    return _speaker(body) | {
        "record": told,
        "action": f"/recognition/{initiative_id}",
        "standing": _listed(db, standing) if standing and standing.what else None,
        "values": {"what": "", "support": "", "since": {}},
        "errors": {},
        "preview": {},
    }


def _speaker(body: Body) -> dict[str, Any]:
    return {
        "speaker": {
            "name": body.person.email if body.person else "",
            "institution": body.name,
            "kind_label": body.kind.label,
            "desk": access.workplace_of(body.person) if body.person else "/",
        }
    }


def _listed(db: Session, one: RecognitionGiven) -> dict[str, Any]:
    to = db.get(Initiative, one.initiative_id)
    is_there = to is not None and service.is_public(to)
    since = PartialDate(one.since, str(one.since_precision)) if one.since else None
    return {
        "id": one.id,
        "title": to.title if to is not None and is_there else "Something that is not shown any more",
        "url": f"/recognition/{one.initiative_id}" if is_there else "",
        "what": one.what,
        "support": one.support,
        "since_words": _in_words(since),
        "offered": format_date(one.offered_at, "d MMMM y", locale="en_GB"),
        "state_label": _STATES.get(one.state, ""),
        "is_hidden": one.publication is Publication.HIDDEN,
    }


def _in_words(when: PartialDate | None) -> str:
    return format_date(when.first_day, _PATTERNS[when.precision], locale="en_GB") if when else ""
