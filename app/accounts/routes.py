"""Signing in by a one-time link, and signing out. Looking at the page changes nothing; only its button does."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts import access, sessions
from app.accounts.secrets import SIGN_IN_PREFIX
from app.accounts.sign_in import use_link
from app.kit.errors import NotSignedIn
from app.web import cookies
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(include_in_schema=False)

# People paste the code, or the whole link, or the line of the mail that holds it.
_CODE = re.compile(re.escape(SIGN_IN_PREFIX) + r"[A-Za-z0-9_-]{20,100}")
_SEE_OTHER = 303


@router.get(access.SIGN_IN)
def show_sign_in(request: Request) -> Response:
    """The page with the button. The link's code stays in the address's fragment, which no server sees."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
    who = {"email": person.email, "workplace": access.workplace_of(person)} if person else None
    return house.pages.answer(request, "moderation/sign_in.html", {"person": who, "errors": {}})


@router.post(access.SIGN_IN)
def sign_in(request: Request, code: Annotated[str, Form()] = "") -> Response:
    """Use the link up, and open a session under a new id; whatever session the browser held before ends."""
    refuse_forged(request.scope)
    house = house_of(request)
    web = house.settings.web
    found = _CODE.search(code)
    try:
        with house.private.writing() as db:
            person = use_link(db, found[0] if found else "")
            sessions.close(db, cookies.read_cookie(request, web, cookies.PERSON) or "")
            cookie = sessions.open_for_person(db, person)
    except NotSignedIn as error:
        house.limits.count_guess(request)
        return house.pages.answer(
            request,
            "moderation/sign_in.html",
            {"person": None, "errors": {"code": error.message}},
            status=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    reply = RedirectResponse(access.workplace_of(person), status_code=_SEE_OTHER)
    cookies.set_cookie(reply, web, cookies.PERSON, cookie, sessions.PERSON_SESSION)
    return reply


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session on the server, and take the cookie back."""
    refuse_forged(request.scope)
    house = house_of(request)
    web = house.settings.web
    cookie = cookies.read_cookie(request, web, cookies.PERSON)
    if cookie:
        with house.private.writing() as db:
            sessions.close(db, cookie)
    reply = RedirectResponse("/", status_code=_SEE_OTHER)
    cookies.clear_cookie(reply, web, cookies.PERSON)
    return reply
