"""The stewards' desk of published grants: which initiative of their neighbourhood a grant belongs to."""

from typing import Annotated, Any

from babel.dates import format_date
from babel.numbers import format_currency
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.models import Person
from app.funding.grants import is_invented
from app.initiatives.models import Initiative
from app.kit.errors import InvalidFields
from app.moderation import grants
from app.moderation.grants import AT_ONCE, OnDesk, Pile
from app.moderation.service import kept_place
from app.web.house import house_of
from app.web.security import refuse_forged

# Before the desk of entries: `/moderation/{collection}/{id}` would take these addresses, too.
router = APIRouter(prefix="/moderation/grants", include_in_schema=False)

_SEE_OTHER = 303
_LAST_PAGE = 10_000
_HUNDRED = 100
_DONE = {
    "match": "Done. The grant is shown with what it belongs to.",
    "unmatch": "Done. A person’s match was taken back.",
}


@router.get("")
def show_grants(
    request: Request,
    pile: str = "",
    page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
    done: str = "",
) -> Response:
    """One pile of the grants for the steward's neighbourhood, the newest first."""
    house = house_of(request)
    chosen = next((one for one in Pile if one == pile), Pile.OPEN)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
        found = grants.on_desk(db, person)
        there = [one for one in found if one.pile is chosen]
        first = (page - 1) * AT_ONCE
        context = {
            "steward": _steward(db, person),
            "done": _DONE.get(done, ""),
            "tabs": [
                {
                    "label": one.label,
                    "url": _desk(one),
                    "count": sum(other.pile is one for other in found),
                    "current": one is chosen,
                }
                for one in Pile
            ],
            "items": [_listed(one) for one in there[first : first + AT_ONCE]],
            "page": {
                "previous": _desk(chosen, page - 1) if page > 1 else None,
                "next": _desk(chosen, page + 1) if first + AT_ONCE < len(there) else None,
                "first": first + 1,
                "last": min(first + AT_ONCE, len(there)),
                "total": len(there),
            },
        }
    return house.pages.answer(request, "moderation/grants.html", context)


@router.get("/{grant_id}")
def show_grant(request: Request, grant_id: str) -> Response:
    """One grant, and what it may belong to."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
        context = _grant_context(db, person, grant_id)
    return house.pages.answer(request, "moderation/grant.html", context)


@router.post("/{grant_id}")
def decide_on_grant(
    request: Request,
    grant_id: str,
    *,
    action: Annotated[str, Form()] = "",
    initiative: Annotated[str, Form()] = "",
) -> Response:
    """Match it, or take a match back. Where nothing was chosen, the grant is shown again."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        with house.private.writing() as db:
            person = access.signed_in(request, db)
            if action == "unmatch":
                grants.unmatch(db, person, grant_id)
            else:
                grants.match(db, person, grant_id, initiative)
    except InvalidFields as error:
        with house.private.reading() as db:
            context = _grant_context(db, access.signed_in(request, db), grant_id)
        return house.pages.answer(request, "moderation/grant.html", context | {"errors": error.errors}, status=400)
    did = "unmatch" if action == "unmatch" else "match"
    return RedirectResponse(f"/moderation/grants?done={did}", status_code=_SEE_OTHER)


def _grant_context(db: Session, person: Person, grant_id: str) -> dict[str, Any]:
    held = grants.one_on_desk(db, person, grant_id)
    grant = held.grant
    return {
        "steward": _steward(db, person),
        "item": _listed(held),
        "rows": [
            {"question": "Who gave it", "answer": f"{grant.funder_name} ({grant.funder_org_id})"},
            {"question": "Who got it", "answer": f"{grant.recipient_name} ({grant.recipient_org_id})"},
            {"question": "How much", "answer": _amount(held)},
            {"question": "When", "answer": _day(held)},
            {"question": "Programme", "answer": grant.programme},
            {"question": "How we know the place", "answer": grant.placed_by.label.capitalize()},
            {"question": "What the funder says of it", "answer": grant.description},
            {"question": "Its number", "answer": grant.grant_id},
        ],
        "options": [(one.id, _offered(one), "") for one in grants.choices(db, person)],
        "is_matched": held.pile is Pile.PERSON,
        "chosen": held.initiative.id if held.initiative else "",
        "errors": {},
    }


def _steward(db: Session, person: Person) -> dict[str, str]:
    return {"name": person.email, "neighbourhood_name": kept_place(db, person).name}


def _listed(held: OnDesk) -> dict[str, Any]:
    grant = held.grant
    return {
        "url": f"/moderation/grants/{grant.id}",
        "title": grant.title,
        "amount": _amount(held),
        "funder": grant.funder_name,
        "recipient": grant.recipient_name,
        "when": _day(held),
        "placed": grant.placed_by.label,
        "pile": held.pile,
        "pile_label": held.pile.label,
        "initiative": _offered(held.initiative) if held.initiative else "",
        "demonstration": is_invented(grant),
    }


def _offered(initiative: Initiative) -> str:
    """The name of an initiative, and a word where nobody else sees it: a match with it shows nothing."""
    return initiative.title if initiative.sharing.is_shown else f"{initiative.title} (not shown to others)"


def _amount(held: OnDesk) -> str:
    grant = held.grant
    pattern = None if grant.amount_hundredths % _HUNDRED else "¤#,##0"
    amount = grant.amount_hundredths / _HUNDRED
    return str(format_currency(amount, grant.currency, pattern, locale="en_GB", currency_digits=False))


def _day(held: OnDesk) -> str:
    return str(format_date(held.grant.awarded_on, "d MMMM y", locale="en_GB"))


def _desk(pile: Pile, page: int = 1) -> str:
    words = [f"pile={pile}"] if pile is not Pile.OPEN else []
    words += [f"page={page}"] if page > 1 else []
    return "/moderation/grants" + (f"?{'&'.join(words)}" if words else "")
