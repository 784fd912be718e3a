"""Adding an entry by form, step by step, with or without scripts. Nothing is kept until the last step is sent."""

import uuid
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.contributing.contribution import Added, Sending, add
from app.contributing.form_fields import Raw, answers_in, errors_by_field, read_form, text_of
from app.contributing.kinds import KINDS, Kind
from app.contributing.others import others_sentence
from app.contributing.steps import STEPS, Step, context, problems, problems_of_step, review_sentence, step_named
from app.contributing.summary import nudges, rows
from app.contributing.where import find_where, settle
from app.kit.errors import Invalid, InvalidFields, TooMany
from app.neighbourhoods.coarsening import public_place
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import BarrierKind, Publication, Sharing
from app.web.drawings import place_drawing
from app.web.house import House, house_of
from app.web.security import refuse_forged
from app.web.templates import hidden_inputs

router = APIRouter(include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
# Not answers: how the form travels.
_TRAVEL = {"step", "go"}
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
    if go == "back":
        return _show(request, kind, steps[max(0, steps.index(step) - 1)], form)
    if go in {one.name for one in steps}:
        return _show(request, kind, step_named(kind, go), form)
    try:
        raw = settle(form) if step.name == "where" else form
    except Invalid as error:
        return _show(request, kind, step, form, errors={error.field or "postcode": error.message})
    with house.private.reading() as db:
        errors = problems_of_step(db, kind, step, raw)
    if errors:
        return _show(request, kind, step, raw, errors=errors)
    if step.name == "check" and go == "send":
        return _send(request, kind, raw)
    return _show(request, kind, steps[min(steps.index(step) + 1, len(steps) - 1)], raw)


def _send(request: Request, kind: Kind, raw: Raw) -> Response:
    house = house_of(request)
    with house.private.reading() as db:
        errors = problems(db, kind, raw)
        wrong = next((step for step in STEPS[kind.collection] if any(name in errors for name in step.fields)), None)
        if errors:
            return _show(request, kind, wrong or STEPS[kind.collection][0], raw, errors=errors)
        where = find_where(db, raw)
    given, _dates = answers_in(kind.collection, raw)
    given["neighbourhood"] = where.home.slug
    key = text_of(raw, "idempotency_key") or str(uuid.uuid4())
    body = orjson.dumps([given, None if where.shape is None else where.shape.wkt], option=orjson.OPT_SORT_KEYS)
    try:
        house.limits.count_contribution(request)
        added = add(house, kind, given, where.shape, Sending(key, body))
    except TooMany as error:
        return _show(request, kind, step_named(kind, "check"), raw, errors={"send": error.message}, status=429)
    except InvalidFields as error:
        return _show(request, kind, STEPS[kind.collection][0], raw, errors=errors_by_field(error.errors))
    return _done(request, house, kind, raw, added)


def _show(
    request: Request,
    kind: Kind,
    step: Step,
    raw: Raw,
    *,
    errors: dict[str, str] | None = None,
    status: int | None = None,
) -> Response:
    house = house_of(request)
    steps = STEPS[kind.collection]
    with house.private.reading() as db:
        try:
            shown = context(db, house, kind, step, raw)
            if step.name == "check":
                shown |= _checked(db, kind, raw)
        except Invalid as error:
            # Somebody came here without saying where: that step comes first.
            step, errors = step_named(kind, "where"), {"neighbourhood": error.message}
            shown = context(db, house, kind, step, raw)
    carried = {name: value for name, value in raw.items() if name not in {*_TRAVEL, *step.fields}}
    if step.name == "check":
        carried.pop("idempotency_key", None)
    shown |= {
        "action": _ADDRESSES[kind.collection],
        "number": steps.index(step) + 1,
        "steps": len(steps),
        "carried": hidden_inputs(carried),
        "can_go_back": steps.index(step) > 0,
        "errors": errors or {},
        "saving": False,
    }
    return house.pages.answer(request, step.template, shown, status=status or (400 if errors else 200))


def _checked(db: Any, kind: Kind, raw: Raw) -> dict[str, Any]:  # noqa: ANN401 - a session
    where = find_where(db, raw)
    sharing = Sharing.named(text_of(raw, "sharing")) or Sharing.NEIGHBOURHOOD
    if text_of(raw, "kind") == BarrierKind.WELFARE_SANCTION and sharing in {Sharing.EXACT, Sharing.STREET}:
        sharing = Sharing.NEIGHBOURHOOD
    place = public_place(where.shape, sharing, where.home.boundary)
    return {
        "rows": rows(kind.collection, raw, where),
        "nudges": nudges(raw) if sharing.is_shown else [],
        "drawing": place_drawing(where.home.boundary, place.shape, "What others will see.") if place else None,
        "idempotency_key": text_of(raw, "idempotency_key"),
        "review": review_sentence(where),
    }


def _done(request: Request, house: House, kind: Kind, raw: Raw, added: Added) -> Response:
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
        "title": text_of(raw, "title") or (text_of(raw, "what_happened")[:80]),
        "subject": "barrier" if kind.collection == "barriers" else "initiative",
        "edit_url": f"{house.settings.web.public_url}/mine#k={secret}",
        "code": secret,
        "public_url": f"/{kind.collection}/{added.entry_id}" if is_public else "",
        "next": following,
        "others": others,
        "add_url": f"{_ADDRESSES[kind.collection]}?neighbourhood={home.slug}",
        "sensitive": kind.collection == "barriers",
    }
    return house.pages.answer(request, "contribute/done.html", shown)
