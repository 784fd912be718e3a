"""The stewards' desk: what waits, one entry, a decision. Only stewards come in; everybody else is told why not."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.accounts import access
from app.accounts.models import Person
from app.kit.answers import MAY_BE_EMPTY, Answers, paragraphs, read_answers
from app.kit.errors import InvalidFields, PreconditionFailed
from app.moderation import journal, views
from app.moderation.queue import AT_ONCE, OnDesk, Pile, counts, next_after, queue
from app.moderation.service import (
    NOTE_MOST,
    Moderated,
    Verdict,
    decide,
    entry_for,
    history_of,
    kept_place,
    possible_outcomes,
    set_review,
)
from app.vocabulary import DecisionReason, Publication, ReviewPolicy
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/moderation", include_in_schema=False)

_SEE_OTHER = 303
_LAST_PAGE = 10_000
_BUTTONS = {"publish": Publication.PUBLISHED, "return": Publication.RETURNED, "hide": Publication.HIDDEN}
_DONE = {
    "publish": "Done. The entry stands as its contributor chose.",
    "return": "Done. You sent it back. Whoever added it sees your question.",
    "hide": "Done. The entry is hidden. Whoever added it sees why.",
    "review": "Done. From now on, new entries go this way.",
}


class _DecisionAnswers(Answers):
    reason: Annotated[DecisionReason | None, MAY_BE_EMPTY] = None
    note: Annotated[str, paragraphs(NOTE_MOST)] = ""


@router.get("")
def show_desk(
    request: Request,
    pile: str = "",
    page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
    done: str = "",
) -> Response:
    """One pile of the steward's entries, newest change first."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        place = kept_place(db, person)
        lying = counts(db, person)
        chosen = next((one for one in Pile if one == pile), Pile.WAITING)
        skip = (page - 1) * AT_ONCE
        found = queue(db, person, chosen, skip=skip)
        context = {
            "steward": {"name": person.email, "neighbourhood_name": place.name},
            "done": _DONE.get(done, ""),
            "tabs": [
                {"label": one.label, "url": _desk(one), "count": lying[one], "current": one is chosen} for one in Pile
            ],
            "items": [_on_desk(one) for one in found],
            "page": _turned(chosen, page, len(found), lying[chosen]),
            "notes_waiting": journal.waiting(db, person),
            "review": {
                "value": place.review,
                "options": [(policy, policy.label, policy.hint) for policy in ReviewPolicy],
            },
        }
    return house.pages.answer(request, "moderation/queue.html", context)


@router.post("/review")
def change_review(request: Request, review: Annotated[ReviewPolicy, Form()]) -> Response:
    """Let new entries wait for a look, or not."""
    refuse_forged(request.scope)
    with house_of(request).private.writing() as db:
        set_review(db, access.signed_in(request, db), review)
    return RedirectResponse("/moderation?done=review", status_code=_SEE_OTHER)


@router.get("/{collection}/{entry_id}")
def show_entry(request: Request, collection: str, entry_id: str, done: str = "") -> Response:
    """One entry, as its contributor wrote it, with its place as everyone would see it."""
    house = house_of(request)
    with house.private.reading() as db:
        person = access.person_asking(request, db)
        if person is None:
            return _to_sign_in()
        context = _entry_context(db, person, entry_for(db, person, collection, entry_id))
    return house.pages.answer(request, "moderation/item.html", context | {"done": _DONE.get(done, "")})


@router.post("/{collection}/{entry_id}")
def decide_on_entry(
    request: Request,
    collection: str,
    entry_id: str,
    *,
    decision: Annotated[str, Form()] = "",
    version: Annotated[int, Form()] = 0,
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Decide, and go on to the next entry. A refusal shows the entry again, with what was written."""
    refuse_forged(request.scope)
    try:
        with house_of(request).private.writing() as db:
            person = access.signed_in(request, db)
            entry = entry_for(db, person, collection, entry_id)
            decide(db, person, entry, _verdict(decision, reason, note), version=version)
            db.flush()  # What comes next depends on it.
            following = next_after(db, person, entry)
    except (InvalidFields, PreconditionFailed, StaleDataError) as error:
        return _shown_again(request, collection, entry_id, error, {"reason": reason, "note": note})
    target = f"/moderation/{following[0]}/{following[1]}" if following else "/moderation"
    return RedirectResponse(f"{target}?done={decision}", status_code=_SEE_OTHER)


def _shown_again(
    request: Request, collection: str, entry_id: str, error: Exception, values: dict[str, str]
) -> Response:
    told = "It changed while you were reading. This is how it is now. Please read it again, then decide."
    with house_of(request).private.reading() as db:
        person = access.signed_in(request, db)
        context = _entry_context(db, person, entry_for(db, person, collection, entry_id))
    is_stale = not isinstance(error, InvalidFields)
    mend = error.errors if isinstance(error, InvalidFields) else {"decision": told}
    return house_of(request).pages.answer(
        request,
        "moderation/item.html",
        context | {"done": "", "errors": mend, "values": values},
        status=412 if is_stale else 400,
    )


def _verdict(decision: str, reason: str, note: str) -> Verdict:
    if decision not in _BUTTONS:
        raise InvalidFields({"decision": "Choose what to do with it."})
    answers = read_answers(_DecisionAnswers, {"reason": reason, "note": note})
    return Verdict(_BUTTONS[decision], answers.reason, answers.note)


def _entry_context(db: Session, person: Person, entry: Moderated) -> dict[str, Any]:
    place, drawing = views.place_of(db, entry)
    possible = possible_outcomes(db, entry)
    following = next_after(db, person, entry)
    return {
        "steward": {"name": person.email, "neighbourhood_name": kept_place(db, person).name},
        "item": {
            "title": views.title_of(entry),
            "kind_label": views.kind_label(entry),
            "status_label": entry.publication.label,
            "activity": views.figure_of(entry),
            "demonstration": entry.is_demonstration,
        },
        "rows": views.rows_of(db, entry, place),
        "drawing": drawing,
        "flags": views.flags_of(entry),
        "history": views.history_rows(history_of(db, entry)),
        "action": f"/moderation/{entry.collection}/{entry.id}",
        "next_url": f"/moderation/{following[0]}/{following[1]}" if following else "",
        "version": entry.version,
        "decisions": [name for name, outcome in _BUTTONS.items() if outcome in possible],
        "publish_words": views.publish_words(entry.sharing)
        if entry.publication is not Publication.PUBLISHED
        else "It is fine as it is",
        "reasons": [(one, one.label, one.hint) for one in DecisionReason],
        "errors": {},
        "values": {"reason": "", "note": ""},
    }


def _on_desk(one: OnDesk) -> dict[str, Any]:
    entry = one.entry
    return {
        "url": f"/moderation/{entry.collection}/{entry.id}",
        "title": views.title_of(entry),
        "excerpt": views.excerpt_of(entry),
        "kind": entry.collection,
        "activity": views.figure_of(entry),
        "kind_label": views.kind_label(entry),
        "status_label": entry.publication.label,
        "is_changed": one.was_decided,
        "sharing_label": entry.sharing.label,
        "waiting": views.waiting_in_words(entry.changed_at),
        "is_waiting": entry.publication is Publication.SUBMITTED,
        "demonstration": entry.is_demonstration,
        "flags": views.flags_of(entry),
    }


def _turned(pile: Pile, page: int, shown: int, total: int) -> dict[str, Any]:
    first = (page - 1) * AT_ONCE + 1
    return {
        "previous": _desk(pile, page - 1) if page > 1 else None,
        "next": _desk(pile, page + 1) if first + shown <= total and shown else None,
        "first": first,
        "last": first + shown - 1,
        "total": total,
    }


def _desk(pile: Pile, page: int = 1) -> str:
    if page > 1:
        return f"/moderation?pile={pile}&page={page}"
    return "/moderation" if pile is Pile.WAITING else f"/moderation?pile={pile}"


def _to_sign_in() -> Response:
    return RedirectResponse(access.SIGN_IN, status_code=_SEE_OTHER)
