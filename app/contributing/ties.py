"""Ties by edit link: what others propose, what was agreed, and proposing one to what others do. All private."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.connections import service
from app.connections.models import Connection
from app.connections.search import MOST_FOUND, find_initiatives
from app.contributing.form_fields import Raw, read_form, text_of
from app.contributing.holding import back_to, closed, date_boxes, date_in, day_in_words, errors_in, in_words
from app.contributing.holding import initiative_held as held_by
from app.contributing.tie_words import KINDS_BY_WORD, kind_choices, tie_sentence
from app.initiatives.models import Initiative
from app.kit.errors import Conflict, DomainError, Invalid, NotFound, NotSignedIn, TooMany
from app.kit.partial_date import PartialDate
from app.neighbourhoods.entries import as_partial
from app.neighbourhoods.service import all_neighbourhoods
from app.vocabulary import Agreement
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/mine/ties", include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_PAGE = "/mine/ties"
_REFUSED = (Invalid, Conflict, NotFound, TooMany)
_STATUSES: dict[type[Exception], int] = {NotFound: 404, Conflict: 409, TooMany: 429}
_DONE = {
    "accept": "Done. Both of you agree. Everyone sees it on both pages, while both are on the map.",
    "decline": "Done. You said no. Nobody else sees that they asked.",
    "withdraw": "Done. It is over, and nobody sees it any more.",
    "propose": "Done. They see your question. Everyone sees the tie once they say yes.",
}


@router.get("")
def show_ties(request: Request, q: str = "", done: str = "") -> Response:
    """What waits for an answer, what stands, and a search for others to tie to."""
    with house_of(request).private.reading() as db:
        try:
            held = held_by(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        return _page(request, db, held, asked=q, done=done)


@router.post("")
def act(request: Request, form: Form) -> Response:
    """Say yes or no, or take back. `action` is such as "accept:ID"."""
    refuse_forged(request.scope)
    verb, _, which = text_of(form, "action").partition(":")
    try:
        try:
            with house_of(request).private.writing() as db:
                _do(db, held_by(request, db), verb, which)
        except _REFUSED as error:
            with house_of(request).private.reading() as db:
                return _page(request, db, held_by(request, db), error=error)
    except NotSignedIn as error:
        return closed(request, error)
    return back_to(_PAGE, verb)


@router.get("/{entry_id}")
def show_form(request: Request, entry_id: str) -> Response:
    """The question how one's own hangs together with another."""
    with house_of(request).private.reading() as db:
        try:
            held = held_by(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        return _form(request, db, held, entry_id, {})


@router.post("/{entry_id}")
def propose(request: Request, entry_id: str, form: Form) -> Response:
    """Ask the other side."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        try:
            with house.private.writing() as db:
                held = held_by(request, db)
                house.limits.count_contribution(request)
                service.propose(db, held, entry_id, _terms(form))
        except _REFUSED as error:
            with house.private.reading() as db:
                return _form(request, db, held_by(request, db), entry_id, dict(form), error)
    except NotSignedIn as error:
        return closed(request, error, form)
    return back_to(_PAGE, "propose")


def _do(db: Session, held: Initiative, verb: str, which: str) -> None:
    if verb == "accept":
        service.accept(db, held, which)
    elif verb == "decline":
        service.decline(db, held, which)
    elif verb == "withdraw":
        service.withdraw(db, held, which)
    else:
        raise Invalid("Choose what to do.", field="action")


def _terms(form: Raw) -> service.Terms:
    chosen = KINDS_BY_WORD.get(text_of(form, "kind"))
    if chosen is None:
        raise Invalid("Choose how they hang together.", field="kind")
    try:
        text = date_in(form, "since")
        since = PartialDate.parse(text, field="since") if text else None
    except Invalid as error:
        raise Invalid(error.message, field="since") from error
    kind, is_from = chosen
    return service.Terms(kind, since, is_from=is_from)


def _page(
    request: Request,
    db: Session,
    held: Initiative,
    *,
    asked: str = "",
    error: DomainError | None = None,
    done: str = "",
) -> Response:
    ties = service.ties_of(db, held)
    waiting = service.asked_of(db, held)
    mine = [tie for tie in ties if service.is_proposed_by(tie, held)]
    question = asked.strip()[:120]
    found = find_initiatives(db, held, question) if question else []
    names = {place.slug: place.name for place in all_neighbourhoods(db)}
    context = {
        "title": held.title,
        "waiting": [_told(db, tie, held) for tie in waiting],
        "agreed": [_told(db, tie, held) for tie in ties if tie.state is Agreement.ACCEPTED],
        "asked": [_told(db, tie, held) for tie in mine if tie.state is Agreement.PROPOSED],
        "refused": [_told(db, tie, held) for tie in mine if tie.state is Agreement.DECLINED],
        "is_shown": held.is_public,
        "question": question,
        "found": [
            {
                "url": f"{_PAGE}/{one.id}",
                "title": one.title,
                "summary": one.summary,
                "place": names.get(one.neighbourhood, ""),
            }
            for one in found[:MOST_FOUND]
        ],
        "has_more": len(found) > MOST_FOUND,
        "errors": errors_in(error, "action") if error else {},
        "done": _DONE.get(done, ""),
    }
    status = 200 if error is None else _STATUSES.get(type(error), 400)
    return house_of(request).pages.answer(request, "contribute/ties.html", context, status=status)


def _form(  # noqa: PLR0917 - what a page needs
    request: Request,
    db: Session,
    held: Initiative,
    entry_id: str,
    values: dict[str, Any],
    error: DomainError | None = None,
) -> Response:
    other = db.get(Initiative, entry_id)
    if other is None or not service.answers(other) or other.id == held.id:
        # What is not on the map is told of in the same words, whether or not it is there.
        told = "This is your own entry. Choose another one." if entry_id == held.id else service.NOT_THERE
        return _page(request, db, held, error=error or Invalid(told, field="q"))
    context = {
        "title": held.title,
        "other": {"title": other.title, "summary": other.summary, "url": f"/initiatives/{other.id}"},
        "action": f"{_PAGE}/{other.id}",
        "kinds": kind_choices(),
        "values": {"kind": values.get("kind", ""), "since": date_boxes(values, "since")},
        "is_shown": held.is_public,
        "is_told": service.tells_its_title(held),
        "errors": errors_in(error, "kind") if error else {},
    }
    status = 200 if error is None else _STATUSES.get(type(error), 400)
    return house_of(request).pages.answer(request, "contribute/tie_new.html", context, status=status)


def _told(db: Session, tie: Connection, held: Initiative) -> dict[str, Any]:
    """A tie as its holder may read it: the title of the other end only where it is meant for them."""
    other = db.get_one(Initiative, service.other_end(tie, held))
    is_asking = tie.state is Agreement.PROPOSED and not service.is_proposed_by(tie, held)
    is_named = other.is_public or (is_asking and service.tells_its_title(other))
    name = other.title if is_named else ""
    since = in_words(as_partial(tie.since, tie.since_precision))
    return {
        "id": tie.id,
        "sentence": tie_sentence(tie, held, name),
        "other": name or "One that is not on the map now",
        "summary": other.summary if is_asking and is_named else "",
        "url": f"/initiatives/{other.id}" if other.is_public else "",
        "since": since,
        "asked": day_in_words(tie.proposed_at.date()),
        "is_shown": held.is_public and other.is_public,
    }
