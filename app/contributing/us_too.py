"""“This blocked us too”: one short page on a recurring barrier or a public report, for whoever met the same.

What it stores is a report like any other, under the same sharing choices, and waits for a steward like any other. All
that the page says, and all that it refuses, comes from the public side: nobody learns here who told what unseen.
"""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.accounts.secrets import is_unguessable
from app.contributing.contribution import Sending, add
from app.contributing.form_fields import Raw, answers_in, errors_by_field, only, read_form, text_of
from app.contributing.kinds import KINDS, AnyEntry
from app.contributing.others import first_public_member, keep_answers, sentence_of
from app.contributing.pages import done_page
from app.contributing.sharing import fitting_level
from app.contributing.steps import choices, problems, step_named
from app.contributing.where import Where, find_where
from app.kit.errors import Conflict, Gone, Invalid, InvalidFields, NotFound, TooMany
from app.patterns.service import pattern_of
from app.published.queries import Published
from app.vocabulary import Likeness, Sharing
from app.web.house import House, house_of
from app.web.security import refuse_forged

router = APIRouter(include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
Properties = Mapping[str, Any]

# Short, so that it never counts as a text that somebody sent round.
_WORDS = "This blocked us too."
_FIELDS = ("neighbourhood", "what_happened", "initiative", "stage", "effect", "sharing")
_COUNTED = (
    "This group is counted already, so all is well: nobody is counted twice. "
    "If it happened to another group, choose that one, or none."
)
_SENT_BEFORE = "You sent this once already. To change what you sent, use the link that you got."
_KIND = KINDS["barriers"]
# No place is asked for, so nothing closer can be shown.
_LEVELS = [
    (str(one), one.label, one.hint) for one in (Sharing.NEIGHBOURHOOD, Sharing.COUNTED_ONLY, Sharing.STEWARDS_ONLY)
]
_MOVED, _TWICE = 308, 409


@router.get("/patterns/{pattern_id}/us-too")
def ask_of_pattern(request: Request, pattern_id: str) -> Response:
    """The page for a recurring barrier."""
    return _ask(request, "patterns", pattern_id)


@router.get("/barriers/{record_id}/us-too")
def ask_of_report(request: Request, record_id: str) -> Response:
    """The page for one public report."""
    return _ask(request, "barriers", record_id)


@router.post("/patterns/{pattern_id}/us-too")
def tell_of_pattern(request: Request, pattern_id: str, form: Form) -> Response:
    """Take it in."""
    return _tell(request, "patterns", pattern_id, form)


@router.post("/barriers/{record_id}/us-too")
def tell_of_report(request: Request, record_id: str, form: Form) -> Response:
    """Take it in."""
    return _tell(request, "barriers", record_id, form)


def _ask(request: Request, collection: str, entry_id: str) -> Response:
    published = house_of(request).published
    to = published.moved_to(collection, entry_id)
    if to is not None:
        return RedirectResponse(f"/{collection}/{to}/us-too", status_code=_MOVED)
    _found(published, collection, entry_id)
    return _show(request, f"{collection}/{entry_id}", {"idempotency_key": str(uuid.uuid4())})


def _tell(request: Request, collection: str, asked_id: str, form: Raw) -> Response:
    refuse_forged(request.scope)
    house = house_of(request)
    entry_id = house.published.moved_to(collection, asked_id) or asked_id
    told, name = _found(house.published, collection, entry_id), f"{collection}/{entry_id}"
    raw = {field: value for field, value in form.items() if field in {*_FIELDS, "idempotency_key"}}
    told_in_full = raw | {
        "kind": told["kind"],
        "permission_holder": told.get("holder") or "",
        "what_happened": text_of(raw, "what_happened") or _WORDS,
    }
    with house.private.reading() as db:
        errors = problems(db, _KIND, told_in_full)
        if errors:
            return _show(request, name, raw, only(errors, _FIELDS) or errors)
        where = find_where(db, told_in_full)
        if _is_counted(db, house.published, name, told, text_of(raw, "initiative")):
            return _show(request, name, raw, {"initiative": _COUNTED}, _TWICE)
    return _store(request, house, name, told, told_in_full, where)


def _store(  # noqa: PLR0917 - what a report is made of
    request: Request, house: House, name: str, told: Properties, raw: Raw, where: Where
) -> Response:
    collection, _, entry_id = name.partition("/")
    given, _dates = answers_in("barriers", raw)
    given |= {
        "sharing": fitting_level(_KIND, raw, where),
        "neighbourhood": where.home.slug,
        "institution": told.get("institution"),
    }
    key = text_of(raw, "idempotency_key")
    if not is_unguessable(key):  # Not ours: the page gives a long one.
        key = str(uuid.uuid4())

    def is_the_same(db: Session, entry: AnyEntry) -> None:
        example = first_public_member(db, entry_id) if collection == "patterns" else entry_id
        keep_answers(db, entry.id, [(example, Likeness.SAME)] if example else [])

    try:
        house.limits.count_contribution(request)
        body = orjson.dumps([name, given], option=orjson.OPT_SORT_KEYS)
        added = add(house, _KIND, given, None, Sending(key, body), is_the_same)
    except TooMany as error:
        reply = _show(request, name, raw, {"send": error.message}, 429)
        reply.headers["Retry-After"] = str(error.retry_after)
        return reply
    except (Conflict, Gone):
        again = raw | {"idempotency_key": str(uuid.uuid4())}
        return _show(request, name, again, {"send": _SENT_BEFORE}, _TWICE)
    except InvalidFields as error:
        return _show(request, name, raw, errors_by_field(error.errors))
    except Invalid as error:
        return _show(request, name, raw, errors_by_field({error.field or "send": error.message}))
    said: Raw = {"earlier_1": name, "likeness_1": str(Likeness.SAME)}
    return done_page(request, house, _KIND, raw | said, added)


def _show(
    request: Request, name: str, raw: Raw, errors: dict[str, str] | None = None, status: int | None = None
) -> Response:
    house = house_of(request)
    words = text_of(raw, "what_happened")
    with house.private.reading() as db:
        offered = [choices(db, house.published, _KIND, step_named(_KIND, step), raw) for step in ("where", "more")]
    values = raw | {
        "what_happened": "" if words == _WORDS else words,
        "sharing": text_of(raw, "sharing") or str(Sharing.NEIGHBOURHOOD),
    }
    shown = {
        "sentence": sentence_of(house.published, name),
        "is_pattern": name.startswith("patterns/"),
        "url": f"/{name}",
        "action": f"/{name}/us-too",
        "idempotency_key": text_of(raw, "idempotency_key"),
        "values": values,
        "choices": {**offered[1], **offered[0], "sharing": _LEVELS},
        "errors": errors or {},
    }
    return house.pages.answer(request, "contribute/us_too.html", shown, status=status or (400 if errors else 200))


def _found(published: Published, collection: str, entry_id: str) -> Properties:
    feature = published.one(collection, entry_id)
    if feature is None and published.is_withdrawn(collection, entry_id):
        raise Gone("It was taken down.")
    if feature is None:
        raise NotFound("It may have moved, or it is not public.")
    properties: Properties = orjson.loads(feature)["properties"]
    return properties


def _is_counted(db: Session, published: Published, name: str, told: Properties, initiative: str) -> bool:
    """Whether everyone can see that this initiative told of the same.

    A report that is not public is never given away by a no. It need not be: groups are counted, so two reports of one
    group count once in any case.
    """
    collection, _, entry_id = name.partition("/")
    if not initiative:
        return False
    if collection == "patterns":
        return any(_initiative_of(published, one) == initiative for one in told["told"])
    if told.get("initiative") == initiative:
        return True
    pattern = pattern_of(db, entry_id)
    feature = published.one("patterns", pattern.id) if pattern is not None else None
    members = [] if feature is None else orjson.loads(feature)["properties"]["told"]
    return entry_id in members and any(_initiative_of(published, one) == initiative for one in members)


def _initiative_of(published: Published, barrier_id: str) -> str | None:
    feature = published.one("barriers", barrier_id)
    return None if feature is None else orjson.loads(feature)["properties"].get("initiative")
