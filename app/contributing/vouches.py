"""Vouching by edit link: a group that waits asks others "do you know us?", and they say yes or no."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.connections import vouching
from app.connections.models import Vouch
from app.connections.search import MOST_FOUND, find_initiatives
from app.contributing.form_fields import Raw, read_form, text_of
from app.contributing.holding import back_to, closed, day_in_words, errors_in, initiative_held
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, NotSignedIn, TooMany
from app.moderation.vouching import publish_vouched
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Agreement, Formality, Publication
from app.web.house import House, house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/mine/vouches", include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_PAGE = "/mine/vouches"
_REFUSED = (Invalid, Conflict, NotAllowed, NotFound, TooMany)
_STATUSES: dict[type[Exception], int] = {NotAllowed: 403, NotFound: 404, Conflict: 409, TooMany: 429}
_DONE = {
    "ask": "Done. They see your question the next time they open their link.",
    "yes": "Thank you. Your word is kept for two years. You can take it back at any time.",
    "no": "Done. They see that you said no. Nobody else does.",
    "take_back": "Done. You took it back.",
}


@router.get("")
def show_vouches(request: Request, q: str = "", done: str = "") -> Response:
    """Whom one asked, who asks, for whom one vouches."""
    with house_of(request).private.reading() as db:
        try:
            held = initiative_held(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        return _page(request, db, held, asked=q, done=done)


@router.post("")
def act(request: Request, form: Form) -> Response:
    """Ask a group, answer one, or take back. `action` is such as "yes:ID"."""
    refuse_forged(request.scope)
    house = house_of(request)
    verb, _, which = text_of(form, "action").partition(":")
    try:
        try:
            with house.private.writing() as db:
                held = initiative_held(request, db)
                if verb == "ask":
                    house.limits.count_contribution(request)
                _do(request, house, db, held, verb, which)
        except _REFUSED as error:
            with house.private.reading() as db:
                return _page(request, db, initiative_held(request, db), asked=text_of(form, "q"), error=error)
    except NotSignedIn as error:
        return closed(request, error, form)
    return back_to(_PAGE, verb)


def _do(request: Request, house: House, db: Session, held: Initiative, verb: str, which: str) -> None:  # noqa: PLR0917
    if verb == "ask":
        vouching.ask(db, held, which)
        house.limits.mark(request, held.id)
    elif verb == "yes":
        asked = db.get(Vouch, which)
        is_near = asked is not None and house.limits.is_same_network(request, asked.for_id)
        vouch = vouching.give(db, held, which, is_same_network=is_near)
        db.flush()  # It counts from now on.
        publish_vouched(db, db.get_one(Initiative, vouch.for_id))
    elif verb == "no":
        vouching.refuse(db, held, which)
    elif verb == "take_back":
        vouching.take_back(db, held, which)
    else:
        raise Invalid("Choose what to do.", field="action")


def _page(
    request: Request,
    db: Session,
    held: Initiative,
    *,
    asked: str = "",
    error: DomainError | None = None,
    done: str = "",
) -> Response:
    home = db.get_one(Neighbourhood, held.neighbourhood)
    is_waiting = held.publication is Publication.SUBMITTED and held.formality is not Formality.PERSON
    question = asked.strip()[:120]
    found = find_initiatives(db, held, question, groups_of=home.slug) if question and is_waiting else []
    asked_now = {one.voucher_id for one in vouching.asked_by(db, held) if one.state is Agreement.PROPOSED}
    groups = [one for one in found if one.id not in asked_now]
    standing = vouching.standing_of(db, held)
    context = {
        "title": held.title,
        "place": home.name,
        "is_trusted": home.trusts_vouches,
        "is_waiting": is_waiting,
        "is_person": held.formality is Formality.PERSON,
        "live": standing.live,
        "needed": standing.needed,
        "asked": [_asked(db, held, one) for one in vouching.asked_by(db, held)],
        "most": vouching.MOST_ASKED,
        "asking": [_asking(db, one) for one in vouching.asks_before(db, held)],
        "given": [_given(db, one) for one in vouching.given_by(db, held)],
        "question": question,
        "found": [{"id": one.id, "title": one.title, "summary": one.summary} for one in groups[:MOST_FOUND]],
        "has_more": len(found) > MOST_FOUND,
        "errors": errors_in(error, "action") if error else {},
        "done": _DONE.get(done, ""),
    }
    status = 200 if error is None else _STATUSES.get(type(error), 400)
    return house_of(request).pages.answer(request, "contribute/vouches.html", context, status=status)


def _asked(db: Session, held: Initiative, vouch: Vouch) -> dict[str, Any]:
    group = db.get_one(Initiative, vouch.voucher_id)
    is_over = vouch.expires_on is not None and vouch.expires_on <= clock.today()
    states = {
        Agreement.PROPOSED: "They have not answered yet.",
        Agreement.DECLINED: "They said no.",
        Agreement.ACCEPTED: "Their word is more than two years old. Ask again."
        if is_over
        else "They know you. But they are not on the map now, so it does not count."
        if not group.is_public
        else "They know you."
        if group.neighbourhood == held.neighbourhood
        else "They know you. But they are in another neighbourhood, so it does not count.",
    }
    return {
        "id": vouch.id,
        "title": group.title if group.is_public else "A group that is not on the map now",
        "state": states[vouch.state],
        "can_take_back": vouch.state is Agreement.PROPOSED,
    }


def _asking(db: Session, vouch: Vouch) -> dict[str, Any]:
    group = db.get_one(Initiative, vouch.for_id)
    return {
        "id": vouch.id,
        "title": group.title,
        "summary": group.summary,
        "when": day_in_words(vouch.asked_at.date()),
    }


def _given(db: Session, vouch: Vouch) -> dict[str, Any]:
    group = db.get_one(Initiative, vouch.for_id)
    return {
        "id": vouch.id,
        "title": group.title if group.is_public else "A group that is not on the map now",
        "until": day_in_words(vouch.expires_on) if vouch.expires_on else "",
    }
