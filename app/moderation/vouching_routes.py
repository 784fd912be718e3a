"""The switch with which stewards let what groups say of each other count."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts import access
from app.connections.vouching import needed_in
from app.moderation.service import kept_place
from app.moderation.vouching import set_trust, waiting_vouched
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/moderation/vouching", include_in_schema=False)

_SEE_OTHER = 303
_DONE = {
    "on": "Done. A group that enough others know need not wait from now on.",
    "off": "Done. You look at every new entry first. What is on the map stays there.",
}


@router.get("")
def show_switch(request: Request, done: str = "") -> Response:
    """What vouches are, what they would do here, and the choice."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
        place = kept_place(db, person)
        context = {
            "steward": {"name": person.email, "neighbourhood_name": place.name},
            "place": place.name,
            "is_on": place.trusts_vouches,
            "needed": needed_in(db, place.slug),
            "ready": len(waiting_vouched(db, place.slug)),
            "done": _DONE.get(done, ""),
        }
    return house.pages.answer(request, "moderation/vouching.html", context)


@router.post("")
def turn(request: Request, trusts: Annotated[str, Form()] = "") -> Response:
    """Let vouches count, or not."""
    refuse_forged(request.scope)
    is_on = trusts == "on"
    with house_of(request).private.writing() as db:
        set_trust(db, access.signed_in(request, db), trusts=is_on)
    return RedirectResponse(f"/moderation/vouching?done={'on' if is_on else 'off'}", status_code=_SEE_OTHER)
