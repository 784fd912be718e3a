"""The stewards' desk of patterns: what holds a report of one's neighbourhood, and what to make of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import access
from app.accounts.models import Person
from app.kit.errors import InvalidFields, PreconditionFailed
from app.kit.text import looks_personal
from app.moderation.patterns import concerns_shown, count_if_seen, keep
from app.neighbourhoods.service import all_neighbourhoods
from app.patterns import stewarding, stewards_view
from app.patterns.stewarding import Held
from app.vocabulary.sharing import PatternAct
from app.web.house import House, house_of
from app.web.security import refuse_forged

# Before the desk of entries: `/moderation/{collection}/{id}` would take these addresses, too.
router = APIRouter(prefix="/moderation/patterns", include_in_schema=False)

_SEE_OTHER = 303
_AT_ONCE = 25
_LAST_PAGE = 10_000
_DONE = {
    "name": "Done. It has this name now.",
    "take_out": "Done. These reports stand alone now. The machine leaves them so.",
    "move": "Done. These reports moved.",
    "split": "Done. This is the new one. The others stayed where they were.",
    "merge": "Done. The two are one now. The older address stands for both.",
    "confirm": "Done. You said that all of these belong together.",
}
_ACTS = {
    "name": PatternAct.NAMED,
    "take_out": PatternAct.TAKEN_OUT,
    "move": PatternAct.MOVED,
    "split": PatternAct.SPLIT,
    "merge": PatternAct.MERGED,
    "confirm": PatternAct.CONFIRMED,
}
_OF_CHOSEN = {"take_out", "move", "split"}
# What the steward looks at next is another pattern than before.
_GOES_ON = {"split", "merge"}


@router.get("")
def show_patterns(request: Request, page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1, done: str = "") -> Response:
    """Patterns with a report of the steward's neighbourhood; those that the machine is not sure of come first."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        found = stewarding.patterns_before(db, person)
        first = (page - 1) * _AT_ONCE
        shown = [stewards_view.listed(one) for one in found[first : first + _AT_ONCE]]
        steward = _steward(db, person)
    turned = {
        "previous": _list(page - 1) if page > 1 else None,
        "next": _list(page + 1) if first + _AT_ONCE < len(found) else None,
        "first": first + 1,
        "last": first + len(shown),
        "total": len(found),
    }
    context = {"steward": steward, "done": _DONE.get(done, ""), "items": shown, "page": turned}
    return house.pages.answer(request, "moderation/patterns.html", context)


@router.get("/{pattern_id}")
def show_pattern(request: Request, pattern_id: str, done: str = "") -> Response:
    """One pattern with its reports, as far as the steward may see them."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        held = stewarding.pattern_before(db, person, pattern_id)
        if held.pattern.id != pattern_id:
            return _to(held.pattern.id, done)
        context = _context(db, person, held, house)
    return house.pages.answer(request, "moderation/pattern.html", context | {"done": _DONE.get(done, "")})


@router.post("/{pattern_id}")
def decide(
    request: Request,
    pattern_id: str,
    *,
    action: Annotated[str, Form()] = "",
    reading: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    description: Annotated[str, Form()] = "",
    chosen: Annotated[list[str] | None, Form()] = None,
    to: Annotated[str, Form()] = "",
    merge_with: Annotated[str, Form()] = "",
) -> Response:
    """Do one of the six. A refusal shows the pattern again, with what was written and chosen."""
    refuse_forged(request.scope)
    house = house_of(request)
    given = {"title": title, "description": description, "chosen": chosen or [], "to": to, "merge_with": merge_with}
    try:
        with house.private.writing() as db:
            person = access.signed_in(request, db)
            held = stewarding.pattern_before(db, person, pattern_id)
            stewarding.check_reading(held, reading)
            is_open = concerns_shown(held, given["chosen"] if action in _OF_CHOSEN else None)
            about = _act(db, person, held, action, given)
            noted = keep(db, person, _ACTS[action], [held.pattern.id, *about], house.published, is_open=is_open)
            goes_on = about[0] if action in _GOES_ON else held.pattern.id
            is_left = stewarding.is_before(db, person, goes_on)
    except (InvalidFields, PreconditionFailed, StaleDataError) as error:
        return _again(request, pattern_id, error, given, is_naming=action == "name")
    count_if_seen(house, noted)
    # A pattern that holds no report of this neighbourhood any more is not the steward's to look at.
    return _to(goes_on, action) if is_left else RedirectResponse(f"{_list(1)}?done={action}", status_code=_SEE_OTHER)


def _act(db: Session, person: Person, held: Held, action: str, given: dict[str, Any]) -> list[str]:
    """Do what was asked; returns the ids of further patterns that it is about, the one to look at next first."""
    if action == "name":
        stewarding.name(held, given["title"], given["description"])
    elif action == "take_out":
        stewarding.take_out(db, held, given["chosen"])
    elif action == "move":
        to = _other(db, person, given["to"], "to")
        stewarding.move(db, held, given["chosen"], to)
        return [to.pattern.id]
    elif action == "split":
        return [stewarding.split(db, held, given["chosen"]).id]
    elif action == "merge":
        other = _other(db, person, given["merge_with"], "merge_with")
        return [stewarding.merge(db, held, other).id, other.pattern.id]
    elif action == "confirm":
        stewarding.confirm(db, held)
    else:
        raise InvalidFields({"action": "Choose what to do with it."})
    return []


def _other(db: Session, person: Person, pattern_id: str, field: str) -> Held:
    if not pattern_id:
        raise InvalidFields({field: "Choose one from the list."})
    return stewarding.pattern_before(db, person, pattern_id)


def _again(request: Request, pattern_id: str, error: Exception, given: dict[str, Any], *, is_naming: bool) -> Response:
    house = house_of(request)
    told = "It changed while you were reading. This is how it is now. Please decide once more."
    with house.private.reading() as db:
        person = access.signed_in(request, db)
        context = _context(db, person, stewarding.pattern_before(db, person, pattern_id), house)
    # The form of a name is one of its own: what stands there is sent with that form only.
    context["values"] = given if is_naming else context["values"] | {
        name: given[name] for name in ("chosen", "to", "merge_with")
    }  # fmt: skip
    context["errors"] = error.errors if isinstance(error, InvalidFields) else {"action": told}
    status = 400 if isinstance(error, InvalidFields) else 412
    return house.pages.answer(request, "moderation/pattern.html", context | {"done": ""}, status=status)


def _context(db: Session, person: Person, held: Held, house: House) -> dict[str, Any]:
    pattern = held.pattern
    names = {place.slug: place.name for place in all_neighbourhoods(db)}
    texts = (pattern.title, pattern.description)
    return {
        "steward": _steward(db, person),
        "pattern": stewards_view.listed(held),
        "public_url": f"/patterns/{pattern.id}" if house.published.one("patterns", pattern.id) else "",
        "reasons": stewards_view.reasons_of(held),
        "members": stewards_view.members(held, names),
        "others": stewards_view.others(stewarding.patterns_before(db, person), held),
        "flags": [f"The name or the description may hold {what}." for text in texts for what in looks_personal(text)],
        "action": f"/moderation/patterns/{pattern.id}",
        "reading": held.reading,
        "values": {
            "title": pattern.title,
            "description": pattern.description,
            "chosen": [],
            "to": "",
            "merge_with": "",
        },
        "errors": {},
    }


def _steward(db: Session, person: Person) -> dict[str, str]:
    slug = access.neighbourhood_kept_by(person)
    names = {place.slug: place.name for place in all_neighbourhoods(db)}
    return {"name": person.email, "neighbourhood_name": names.get(slug, slug)}


def _to(pattern_id: str, done: str) -> Response:
    query = f"?done={done}" if done in _DONE else ""
    return RedirectResponse(f"/moderation/patterns/{pattern_id}{query}", status_code=_SEE_OTHER)


def _list(page: int) -> str:
    return "/moderation/patterns" if page == 1 else f"/moderation/patterns?page={page}"


def _to_sign_in() -> Response:
    return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
