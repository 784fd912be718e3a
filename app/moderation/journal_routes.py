"""Journals, recognitions and funders' replies on the stewards' desk: what waits, one of them, a decision."""

from typing import Annotated, Any

from babel.dates import format_date
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.models import Person
from app.funding.models import ProgrammeReply
from app.funding.programmes import funder_of
from app.kit.answers import MAY_BE_EMPTY, Answers, paragraphs, read_answers
from app.kit.errors import Conflict, InvalidFields, PreconditionFailed
from app.kit.partial_date import PartialDate
from app.kit.text import holds_link, looks_personal
from app.learning.models import JournalNote
from app.moderation import journal, views
from app.moderation.journal import AT_ONCE, Lying, Pile
from app.moderation.service import NOTE_MOST, Verdict, kept_place
from app.recognition.models import RecognitionGiven
from app.recognition.service import name_of_body
from app.vocabulary import DecisionReason, Mechanism, Publication
from app.web.house import house_of
from app.web.security import refuse_forged

# Before the entries' desk: `/moderation/{collection}/{id}` would take these addresses, too.
router = APIRouter(prefix="/moderation/journal", include_in_schema=False)

_SEE_OTHER = 303
_LAST_PAGE = 10_000
_BUTTONS = {"publish": Publication.PUBLISHED, "return": Publication.RETURNED, "hide": Publication.HIDDEN}
_DONE = {
    "publish": "Done. Everyone can read it.",
    "return": "Done. You sent it back. Whoever wrote it sees your question.",
    "hide": "Done. It is hidden. Whoever wrote it sees that.",
}
_KINDS = {
    "journal": "A note of a learning journal",
    "recognitions": "Recognition in public",
    "replies": "A funder’s reply",
}
_WHEN = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}
_STATUSES: dict[type[Exception], int] = {InvalidFields: 400, Conflict: 409, PreconditionFailed: 412}


class _DecisionAnswers(Answers):
    reason: Annotated[DecisionReason | None, MAY_BE_EMPTY] = None
    note: Annotated[str, paragraphs(NOTE_MOST)] = ""


@router.get("")
def show_desk(
    request: Request, pile: str = "", page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1, done: str = ""
) -> Response:
    """One pile, the newest first."""
    house = house_of(request)
    chosen = next((one for one in Pile if one == pile), Pile.WAITING)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        steward = _steward(db, person)
        skip = (page - 1) * AT_ONCE
        found, total = journal.lying(db, person, chosen, skip=skip)
        counts = {one: journal.lying(db, person, one)[1] for one in Pile}
        items = [_listed(db, one) for one in found]
    context = {
        "steward": steward,
        "done": _DONE.get(done, ""),
        "tabs": [
            {"label": one.label, "url": _address(one), "current": one is chosen, "count": counts[one]} for one in Pile
        ],
        "items": items,
        "page": {
            "previous": _address(chosen, page - 1) if page > 1 else None,
            "next": _address(chosen, page + 1) if skip + len(items) < total and items else None,
            "first": skip + 1,
            "last": skip + len(items),
            "total": total,
        },
    }
    return house.pages.answer(request, "moderation/journal.html", context)


@router.get("/{collection}/{entry_id}")
def show_one(request: Request, collection: str, entry_id: str) -> Response:
    """One of them as everyone would read it, and what a steward may do about it."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        context = _context(db, person, journal.one_for(db, person, collection, entry_id))
    return house.pages.answer(request, "moderation/journal_item.html", context)


@router.post("/{collection}/{entry_id}")
def decide(
    request: Request,
    collection: str,
    entry_id: str,
    *,
    decision: Annotated[str, Form()] = "",
    read_as: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Publish, send back or hide. A refusal shows it once more, with what was written."""
    refuse_forged(request.scope)
    house = house_of(request)
    try:
        with house.private.writing() as db:
            person = access.signed_in(request, db)
            one = journal.one_for(db, person, collection, entry_id, is_held=True)
            journal.decide(db, person, one, _verdict(decision, reason, note), read_as=read_as)
    except (InvalidFields, PreconditionFailed, Conflict) as error:
        with house.private.reading() as db:
            person = access.signed_in(request, db)
            context = _context(db, person, journal.one_for(db, person, collection, entry_id))
        errors = error.errors if isinstance(error, InvalidFields) else {"decision": error.message}
        context |= {"errors": errors, "values": {"reason": reason, "note": note}}
        return house.pages.answer(request, "moderation/journal_item.html", context, status=_STATUSES[type(error)])
    return RedirectResponse(f"/moderation/journal?done={decision}", status_code=_SEE_OTHER)


def _verdict(decision: str, reason: str, note: str) -> Verdict:
    if decision not in _BUTTONS:
        raise InvalidFields({"decision": "Choose what to do with it."})
    answers = read_answers(_DecisionAnswers, {"reason": reason, "note": note})
    return Verdict(_BUTTONS[decision], answers.reason, answers.note)


def _context(db: Session, person: Person, one: Lying) -> dict[str, Any]:
    possible = journal.possible_outcomes(one)
    return {
        "steward": _steward(db, person),
        "item": _listed(db, one),
        "history": views.history_rows(journal.decisions_on(db, one)),
        "action": f"/moderation/journal/{one.collection}/{one.row.id}",
        "read_as": one.reading,
        "decisions": [name for name, outcome in _BUTTONS.items() if outcome in possible],
        "collection": one.collection,
        "reasons": [(word, word.label, word.hint) for word in DecisionReason],
        "errors": {},
        "values": {"reason": "", "note": ""},
    }


def _listed(db: Session, one: Lying) -> dict[str, Any]:
    rows = [(question, text) for question, text in _texts(db, one) if text]
    flags = [f"“{question}” may hold {what}." for question, text in rows for what in looks_personal(text)]
    flags += [f"“{question}” holds a web address." for question, text in rows if holds_link(text)]
    title = one.about.title if one.about else one.programme.name if one.programme else ""
    return {
        "url": f"/moderation/journal/{one.collection}/{one.row.id}",
        "public_url": f"/initiatives/{one.about.id}" if one.about else "/funders/programmes",
        "title": title,
        "kind_label": _KINDS[one.collection],
        "status_label": one.row.publication.label,
        "is_waiting": one.row.publication is Publication.SUBMITTED,
        "when": format_date(journal.moment_of(one.row), "d MMMM y", locale="en_GB"),
        "rows": [{"question": question, "answer": text} for question, text in rows],
        "flags": flags,
        "demonstration": one.about.is_demonstration
        if one.about
        else bool(one.programme and one.programme.is_demonstration),
    }


def _texts(db: Session, one: Lying) -> list[tuple[str, str]]:
    row = one.row
    if isinstance(row, JournalNote):
        when = PartialDate(row.happened, str(row.happened_precision))
        words = [word.label for code in row.mechanisms if (word := Mechanism.named(code)) is not None]
        return [
            ("When", format_date(when.first_day, _WHEN["month" if when.precision == "day" else when.precision],
                                 locale="en_GB")),
            ("Tried", row.tried),
            ("Learned", row.learned),
            ("What changed among people", row.changed),
            ("How it came about", ", ".join(words)),
        ]  # fmt: skip
    if isinstance(row, RecognitionGiven):
        return [
            ("Who recognises it", name_of_body(db, row)),
            ("What they recognise", row.what),
            ("What follows from it", row.support),
        ]
    assert isinstance(row, ProgrammeReply)  # noqa: S101 - there are three
    return [("Who replied", funder_of(db, one.programme) if one.programme else ""), ("The reply", row.text)]


def _steward(db: Session, person: Person) -> dict[str, str]:
    return {"name": person.email, "neighbourhood_name": kept_place(db, person).name}


def _address(pile: Pile, page: int = 1) -> str:
    parts = [f"pile={pile}"] if pile is not Pile.WAITING else []
    parts += [f"page={page}"] if page > 1 else []
    return f"/moderation/journal{'?' if parts else ''}{'&'.join(parts)}"


def _to_sign_in() -> Response:
    return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
