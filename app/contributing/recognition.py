"""Recognition by edit link: what was offered to one's own initiative, and offering it to what others do."""

import re
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.contributing.form_fields import Raw, read_form, text_of
from app.contributing.holding import (
    back_to,
    closed,
    date_boxes,
    date_in,
    day_in_words,
    errors_in,
    hints_on,
    in_words,
    initiative_held,
)
from app.initiatives.models import Initiative
from app.kit.answers import read_answers
from app.kit.errors import Conflict, Invalid, InvalidFields, NotAllowed, NotFound, NotSignedIn, TooMany
from app.neighbourhoods.entries import as_partial
from app.published.queries import Published, Question
from app.recognition import service
from app.recognition.answers import RecognitionAnswers
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, Publication
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/mine/recognition", include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_PAGE = "/mine/recognition"
_MOST_NEIGHBOURS = 1_000
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DONE = {
    "accept": "Done. Everyone sees it on your page now.",
    "decline": "Done. Nobody sees it. They cannot ask you again.",
    "offer": "Done. The group sees your offer. Everyone sees it once they say yes.",
    "take_back": "Done. You took it back, and nobody sees it any more.",
}
_STATES = {
    Agreement.PROPOSED: "Waits for the group’s answer. Nobody else sees it.",
    Agreement.ACCEPTED: "Everyone sees it on their page.",
    Agreement.DECLINED: "The group said no. Nobody sees it.",
}
_REFUSED = (InvalidFields, Conflict, NotAllowed, NotFound, TooMany)
_STATUSES: dict[type[Exception], int] = {
    InvalidFields: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
}


@router.get("")
def show_recognition(request: Request, initiative: str = "", done: str = "") -> Response:
    """Offers to answer, what stands, and a form to recognise others."""
    with house_of(request).private.reading() as db:
        try:
            held = initiative_held(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        values = {"initiative": initiative, "since": {}}
        return _page(request, db, held, values, done=done)


@router.post("")
def act(request: Request, form: Form) -> Response:
    """Say yes or no to an offer, offer, or take back. `action` is such as "accept:ID"."""
    refuse_forged(request.scope)
    house = house_of(request)
    verb, _, which = text_of(form, "action").partition(":")
    try:
        try:
            with house.private.writing() as db:
                held = initiative_held(request, db)
                if verb == "offer":
                    house.limits.count_contribution(request)
                _do(db, house.published, held, verb, which, form)
        except _REFUSED as error:
            with house.private.reading() as db:
                held = initiative_held(request, db)
                values = dict(form) | {"since": date_boxes(form, "since")}
                return _page(request, db, held, values, error=error)
    except NotSignedIn as error:
        return closed(request, error, form)
    return back_to(_PAGE, verb)


def _do(  # noqa: PLR0917 - who, what, to whom
    db: Session, published: Published, held: Initiative, verb: str, which: str, form: Raw
) -> None:
    if verb == "accept":
        service.accept(db, held, which)
    elif verb == "decline":
        service.decline(db, held, which)
    elif verb == "take_back":
        service.take_back(db, service.body_of_group(held), which)
    elif verb == "offer":
        _offer(db, published, held, form)
    else:
        raise InvalidFields({"action": "Choose what to do."})


def _offer(db: Session, published: Published, held: Initiative, form: Raw) -> None:
    errors: dict[str, str] = {}
    meant = _meant(published, held, text_of(form, "initiative"))
    if meant is None:
        errors["initiative"] = "Write its name as it stands on the map, or paste the address of its page."
    given: dict[str, Any] = {name: text_of(form, name) for name in ("what", "support")}
    try:
        given["since"] = date_in(form, "since")
        answers = read_answers(RecognitionAnswers, given)
    except Invalid as error:
        raise InvalidFields(errors | {"since": error.message}) from None
    except InvalidFields as error:
        raise InvalidFields(errors | error.errors) from None
    if meant is None:
        raise InvalidFields(errors)
    service.offer(db, service.body_of_group(held), meant, answers)


def _meant(published: Published, held: Initiative, text: str) -> str | None:
    """The id in an address; or that of the one initiative of the own neighbourhood with this name, for all to see."""
    found = _ID.search(text)
    if found is not None:
        return found[0].lower()
    alike = [one for one, title in _neighbours(published, held) if title.casefold() == text.casefold()]
    return alike[0] if len(alike) == 1 else None


def _neighbours(published: Published, held: Initiative) -> list[tuple[str, str]]:
    """Ids and titles of what everyone can see in the own neighbourhood, apart from oneself, by title."""
    page = published.page(Question("initiatives", neighbourhood=held.neighbourhood, limit=_MOST_NEIGHBOURS))
    found = [(one["id"], one["properties"]["title"]) for one in map(orjson.loads, page.features)]
    return sorted((one for one in found if one[0] != held.id), key=lambda one: (one[1].casefold(), one[0]))


def _page(
    request: Request,
    db: Session,
    held: Initiative,
    values: dict[str, Any],
    *,
    error: InvalidFields | Conflict | NotAllowed | NotFound | TooMany | None = None,
    done: str = "",
) -> Response:
    offered = [_offered(one, name) for one, name in service.offered_to(db, held)]
    given = [_given(db, one) for one in service.given_by(db, service.body_of_group(held))]
    context = {
        "title": held.title,
        "waiting": [one for one in offered if one["state"] == Agreement.PROPOSED],
        "accepted": [one for one in offered if one["state"] == Agreement.ACCEPTED],
        "declined": [one for one in offered if one["state"] == Agreement.DECLINED],
        "is_shown": service.is_public(held),
        "neighbours": [(title, title, "") for _id, title in _neighbours(house_of(request).published, held)],
        "given": given,
        "values": values,
        "errors": errors_in(error, "action") if error else {},
        "done": _DONE.get(done, ""),
    }
    status = 200 if error is None else _STATUSES.get(type(error), 400)
    return house_of(request).pages.answer(request, "contribute/recognition.html", context, status=status)


def _offered(one: RecognitionGiven, name: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "by": name,
        "by_kind_label": one.by_kind.label,
        "what": one.what,
        "since_words": in_words(as_partial(one.since, one.since_precision)),
        "support": one.support,
        "offered": day_in_words(one.offered_at.date()),
        "state": one.state,
        "is_hidden": one.publication is Publication.HIDDEN,
        "hints": hints_on({"What they recognise": one.what, "What follows from it": one.support}),
    }


def _given(db: Session, one: RecognitionGiven) -> dict[str, Any]:
    to = db.get(Initiative, one.initiative_id)
    is_there = to is not None and service.is_public(to)
    return {
        "id": one.id,
        "title": to.title if to is not None and is_there else "Something that is not shown any more",
        "url": f"/initiatives/{one.initiative_id}" if is_there else "",
        "what": one.what,
        "state_label": _STATES.get(one.state, ""),
        "is_hidden": one.publication is Publication.HIDDEN,
    }
