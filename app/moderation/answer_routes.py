"""Institutions' answers on the stewards' desk: one pile of them, one answer, a decision."""

from typing import Annotated, Any

from babel.dates import format_date
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.models import Person
from app.institutions.models import Institution
from app.kit.answers import MAY_BE_EMPTY, Answers, paragraphs, read_answers
from app.kit.errors import Conflict, InvalidFields, PreconditionFailed
from app.moderation import views
from app.moderation.answers import AT_ONCE, Given, answer_for, answers_before, decide_on_answer, decisions_on
from app.moderation.service import NOTE_MOST, Verdict, kept_place
from app.vocabulary import DecisionReason, Publication
from app.web.house import house_of
from app.web.security import refuse_forged

# Before the desk's own routes: `/moderation/{collection}/{id}` would take these addresses, too.
router = APIRouter(prefix="/moderation/answers", include_in_schema=False)

_SEE_OTHER = 303
_LAST_PAGE = 10_000
_PILES = {"": Publication.PUBLISHED, "hidden": Publication.HIDDEN}
_TABS = {"": "Published", "hidden": "Hidden"}
_BUTTONS = {"hide": Publication.HIDDEN, "show": Publication.PUBLISHED}
_DONE = {
    "hide": "Done. The answer is hidden. The institution sees why.",
    "show": "Done. Everyone can read the answer again.",
}


class _DecisionAnswers(Answers):
    reason: Annotated[DecisionReason | None, MAY_BE_EMPTY] = None
    note: Annotated[str, paragraphs(NOTE_MOST)] = ""


@router.get("")
def show_answers(
    request: Request, pile: str = "", page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1, done: str = ""
) -> Response:
    """Answers to what is told of the steward's neighbourhood, newest first."""
    house = house_of(request)
    chosen = pile if pile in _PILES else ""
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        steward = _steward(db, person)
        skip = (page - 1) * AT_ONCE
        found, total = answers_before(db, house.published, person, _PILES[chosen], skip=skip)
        items = [_listed(db, one) for one in found]
    context = {
        "steward": steward,
        "done": _DONE.get(done, ""),
        "tabs": [{"label": label, "url": _pile(one), "current": one == chosen} for one, label in _TABS.items()],
        "items": items,
        "page": {
            "previous": _pile(chosen, page - 1) if page > 1 else None,
            "next": _pile(chosen, page + 1) if skip + len(items) < total and items else None,
            "first": skip + 1,
            "last": skip + len(items),
            "total": total,
        },
    }
    return house.pages.answer(request, "moderation/answers.html", context)


@router.get("/{entry_id}")
def show_answer(request: Request, entry_id: str, done: str = "") -> Response:
    """One answer as everyone reads it, and what a steward may do about it."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        context = _context(db, person, answer_for(db, house.published, person, entry_id))
    return house.pages.answer(request, "moderation/answer.html", context | {"done": _DONE.get(done, "")})


@router.post("/{entry_id}")
def decide(
    request: Request,
    entry_id: str,
    *,
    decision: Annotated[str, Form()] = "",
    read_as: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Hide an answer or show it again. A refusal shows it once more, with what was written."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        with house.private.writing() as db:
            person = access.signed_in(request, db)
            given = answer_for(db, house.published, person, entry_id)
            decide_on_answer(db, person, given, _verdict(decision, reason, note), read_as=read_as)
    except (InvalidFields, PreconditionFailed, Conflict) as error:
        with house.private.reading() as db:
            person = access.signed_in(request, db)
            context = _context(db, person, answer_for(db, house.published, person, entry_id))
        errors = error.errors if isinstance(error, InvalidFields) else {"decision": error.message}
        status = 400 if isinstance(error, InvalidFields) else 409 if isinstance(error, Conflict) else 412
        more = {"done": "", "errors": errors, "values": {"reason": reason, "note": note}}
        return house.pages.answer(request, "moderation/answer.html", context | more, status=status)
    return RedirectResponse(f"/moderation/answers?done={decision}", status_code=_SEE_OTHER)


def _verdict(decision: str, reason: str, note: str) -> Verdict:
    if decision not in _BUTTONS:
        raise InvalidFields({"decision": "Choose what to do with it."})
    answers = read_answers(_DecisionAnswers, {"reason": reason, "note": note})
    return Verdict(_BUTTONS[decision], answers.reason, answers.note)


def _context(db: Session, person: Person, given: Given) -> dict[str, Any]:
    return {
        "steward": _steward(db, person),
        "item": _listed(db, given),
        "history": views.history_rows(decisions_on(db, given.answer)),
        "action": f"/moderation/answers/{given.answer.id}",
        "read_as": given.answer.publication,
        "is_hidden": given.answer.publication is Publication.HIDDEN,
        "reasons": [(one, one.label, one.hint) for one in DecisionReason],
        "errors": {},
        "values": {"reason": "", "note": ""},
    }


def _listed(db: Session, given: Given) -> dict[str, Any]:
    answer = given.answer
    passed_to = db.get(Institution, answer.passed_to_id) if answer.passed_to_id else None
    when = answer.published_at or answer.written_at
    return {
        "url": f"/moderation/answers/{answer.id}",
        "title": given.title,
        "public_url": given.url,
        "state_label": answer.state.label,
        "institution_name": given.institution.name,
        "text": answer.text,
        "rule_cited": answer.rule_cited,
        "passed_to_name": passed_to.name if passed_to else None,
        "when": format_date(when, "d MMMM y", locale="en_GB"),
        "is_current": True,
        "outcomes": [],
    }


def _steward(db: Session, person: Person) -> dict[str, str]:
    return {"name": person.email, "neighbourhood_name": kept_place(db, person).name}


def _pile(pile: str, page: int = 1) -> str:
    parts = [f"pile={pile}"] if pile else []
    parts += [f"page={page}"] if page > 1 else []
    return f"/moderation/answers{'?' if parts else ''}{'&'.join(parts)}"


def _to_sign_in() -> Response:
    return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
