"""Adding an entry by form, step by step, with or without scripts. Nothing is kept until the last step is sent."""

import uuid
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.secrets import is_unguessable
from app.contributing.contribution import Added, Sending, add
from app.contributing.form_fields import Raw, answers_in, errors_by_field, only, read_form, text_of
from app.contributing.kinds import KINDS, Kind
from app.contributing.others import (
    asked_of,
    examples_of,
    keep_answers,
    none_of_these,
    opening,
    others_sentence,
    said_in,
    said_rows,
    same_pattern,
)
from app.contributing.sharing import fitting_level, review_sentence, seen_by_others
from app.contributing.steps import STEPS, Step, context, problems, settled, step_named
from app.contributing.summary import nudges, rows
from app.contributing.where import find_where
from app.kit.errors import Conflict, Gone, Invalid, InvalidFields, TooMany
from app.neighbourhoods.models import Neighbourhood
from app.patterns.suggestions import suggestions_of
from app.vocabulary import Likeness, Publication
from app.web.house import House, house_of
from app.web.security import refuse_forged
from app.web.templates import hidden_inputs

router = APIRouter(include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_SENT_BEFORE = (
    "You sent this once already, with other words. To change what you sent, use the link that you got. "
    "To add this as a new one, press “Send it” again."
)
_ADDRESSES = {"initiatives": "/initiatives/new", "barriers": "/barriers/new"}


@router.get("/initiatives/new")
def start_initiative(request: Request, neighbourhood: str = "") -> Response:
    """The first step of adding what one does."""
    return _start(request, KINDS["initiatives"], {"neighbourhood": neighbourhood})


@router.get("/barriers/new")
def start_barrier(request: Request, neighbourhood: str = "", initiative: str = "") -> Response:
    """The first step of saying what got in the way."""
    return _start(request, KINDS["barriers"], {"neighbourhood": neighbourhood, "initiative": initiative})


@router.post("/initiatives/new")
def go_on_with_initiative(request: Request, form: Form) -> Response:
    """The next step, or the end."""
    return _go_on(request, KINDS["initiatives"], form)


@router.post("/barriers/new")
def go_on_with_barrier(request: Request, form: Form) -> Response:
    """The next step, or the end."""
    return _go_on(request, KINDS["barriers"], form)


def _start(request: Request, kind: Kind, given: Raw) -> Response:
    # One key from the first page to the last: sent twice, an entry is stored once.
    raw = {name: value for name, value in given.items() if value} | {"idempotency_key": str(uuid.uuid4())}
    return _show(request, kind, STEPS[kind.collection][0], raw)


def _go_on(request: Request, kind: Kind, form: Raw) -> Response:
    refuse_forged(request.scope)
    house = house_of(request)
    step, go = step_named(kind, text_of(form, "step")), text_of(form, "go")
    steps = STEPS[kind.collection]
    is_mending = text_of(form, "then") == "check"
    if go == "back":
        before = steps[-1] if is_mending else steps[max(0, steps.index(step) - 1)]
        return _show(request, kind, before, form, is_back=True)
    if go in {one.name for one in steps}:
        return _show(request, kind, step_named(kind, go), form | {"then": "check"})
    with house.private.reading() as db:
        raw, errors = settled(db, kind, step, form)
    if errors:
        return _show(request, kind, step, form, errors=errors)
    if kind.collection == "barriers" and step.name == "what":
        suggestions_of(request).prepare()
    if step.is_extra and go == "none":
        raw = none_of_these(raw)
    if step.name == "check" and go == "send":
        return _send(request, kind, raw)
    # Another place has another public shape: that is looked at before the check.
    is_done = is_mending and step.name != "where"
    following = steps[-1] if is_done else step_named(kind, "sharing") if is_mending else _after(steps, step)
    return _show(request, kind, following, raw)


def _after(steps: tuple[Step, ...], step: Step) -> Step:
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def _send(request: Request, kind: Kind, raw: Raw) -> Response:
    house = house_of(request)
    with house.private.reading() as db:
        errors = problems(db, kind, raw)
        if errors:
            return _mend(request, kind, raw, errors)
        where = find_where(db, raw)
        examples = examples_of(db, house, suggestions_of(request), raw) if kind.collection == "barriers" else []
    given, _dates = answers_in(kind.collection, raw)
    given |= {"neighbourhood": where.home.slug, "sharing": fitting_level(kind, raw, where)}
    key = text_of(raw, "idempotency_key")
    if not is_unguessable(key):  # Not ours: the first page gives a long one.
        key = str(uuid.uuid4())
    sent = [given, None if where.shape is None else where.shape.wkt, said_in(raw)]
    body = orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)
    try:
        house.limits.count_contribution(request)
        added = add(
            house,
            kind,
            given,
            where.shape,
            Sending(key, body),
            lambda db, entry: keep_answers(db, entry.id, examples),
        )
    except TooMany as error:
        reply = _show(request, kind, step_named(kind, "check"), raw, errors={"send": error.message}, status=429)
        reply.headers["Retry-After"] = str(error.retry_after)
        return reply
    except (Conflict, Gone):
        again = raw | {"idempotency_key": str(uuid.uuid4())}
        return _show(request, kind, step_named(kind, "check"), again, errors={"send": _SENT_BEFORE}, status=409)
    except InvalidFields as error:
        return _mend(request, kind, raw, errors_by_field(error.errors))
    except Invalid as error:
        return _mend(request, kind, raw, errors_by_field({error.field or "send": error.message}))
    # Whoever pinned it cannot vouch for it from the same place on the same day.
    house.limits.mark(request, added.entry_id)
    return done_page(request, house, kind, raw, added)


def _mend(request: Request, kind: Kind, raw: Raw, errors: dict[str, str]) -> Response:
    """The first step that asks for something which is wrong."""
    steps = STEPS[kind.collection]
    wrong = next((step for step in steps if any(name in errors for name in step.fields)), steps[-1])
    return _show(request, kind, wrong, raw, errors=only(errors, wrong.fields) or errors)


def _show(
    request: Request,
    kind: Kind,
    step: Step,
    raw: Raw,
    *,
    errors: dict[str, str] | None = None,
    status: int | None = None,
    is_back: bool = False,
) -> Response:
    house = house_of(request)
    steps = STEPS[kind.collection]
    with house.private.reading() as db:
        try:
            asked = asked_of(db, house, suggestions_of(request), raw) if step.is_extra else []
            if step.is_extra and not asked:
                raw = {name: value for name, value in raw.items() if name not in step.fields}
                is_mending = text_of(raw, "then") == "check"
                step = steps[-1] if is_mending else steps[steps.index(step) + (-1 if is_back else 1)]
            shown = context(db, house, kind, step, raw) | {"asked": asked, "likenesses": list(Likeness)}
            if step.name == "check":
                shown |= _checked(db, house, kind, raw)
        except Invalid as error:
            # Somebody came here without saying where: that step comes first.
            step, errors = step_named(kind, "where"), {"neighbourhood": error.message}
            shown = context(db, house, kind, step, raw)
    # Only what we ask: what else was sent goes no further.
    known = {name for one in steps for name in one.fields} | ({"idempotency_key", "then"} if step.fields else set())
    carried = {name: value for name, value in raw.items() if name in known - {*step.fields, "forget"}}
    counted = [one for one in steps if not one.is_extra]
    shown |= {
        "action": _ADDRESSES[kind.collection],
        "number": counted.index(step) + 1 if step in counted else 0,
        "steps": len(counted) if step in counted else 0,
        "carried": hidden_inputs(carried),
        "can_go_back": steps.index(step) > 0,
        "errors": errors or {},
        "saving": False,
    }
    return house.pages.answer(request, step.template, shown, status=status or (400 if errors else 200))


def _initiative_title(house: House, raw: Raw) -> str:
    initiative_id = text_of(raw, "initiative")
    feature = house.published.one("initiatives", initiative_id) if initiative_id else None
    return "" if feature is None else str(orjson.loads(feature)["properties"]["title"])


def _checked(db: Session, house: House, kind: Kind, raw: Raw) -> dict[str, Any]:
    where = find_where(db, raw)
    sharing = fitting_level(kind, raw, where)
    told = rows(kind.collection, raw | {"sharing": str(sharing)}, where, _initiative_title(house, raw))
    return {
        "rows": [*told, *said_rows(house.published, raw)],
        "nudges": nudges(raw) if sharing.is_shown else [],
        "drawing": seen_by_others(sharing, where),
        "idempotency_key": text_of(raw, "idempotency_key"),
        "review": review_sentence(where),
    }


def done_page(request: Request, house: House, kind: Kind, raw: Raw, added: Added) -> Response:
    """Thanks, the link that is shown once, and what happens next."""
    with house.private.reading() as db:
        home = db.get_one(Neighbourhood, added.neighbourhood)
    secret = added.edit_secret or ""
    is_public = added.publication is Publication.PUBLISHED and added.shown is not None
    looks = f"A steward of {home.name} looks at it"
    if is_public:
        following = ["It is on the map now.", f"{looks} later."]
    elif added.shown is not None:
        following = [
            f"A steward of {home.name} looks at it. Then it is on the map.",
            "Your link tells you how it stands.",
        ]
    else:
        following = [f"{looks}. It is not shown on the map: you chose so."]
    kind_word = text_of(raw, "kind")
    others = others_sentence(house.published, home, kind_word, added.entry_id) if kind_word else ""
    shown = {
        "title": text_of(raw, "title") or opening(text_of(raw, "what_happened"), 80),
        "subject": "barrier" if kind.collection == "barriers" else "initiative",
        "edit_url": f"{house.settings.web.public_url}/mine#k={secret}",
        "code": secret,
        "public_url": f"/{kind.collection}/{added.entry_id}" if is_public else "",
        "next": following,
        "others": others,
        "same": same_pattern(house.published, raw),
        "add_url": f"{_ADDRESSES[kind.collection]}?neighbourhood={home.slug}",
        "sensitive": kind.collection == "barriers",
    }
    return house.pages.answer(request, "contribute/done.html", shown)
