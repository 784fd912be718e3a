"""How being funded went, told by whoever holds a group's edit link: one short form for each programme."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.contributing.form_fields import Raw, read_form, text_of
from app.contributing.holding import back_to, closed, errors_in, hints_on, initiative_held, options
from app.funding import programmes, reviews
from app.funding.models import ProcessReview
from app.funding.reviews import QUESTIONS, ReviewAnswers
from app.initiatives.models import Initiative
from app.kit.answers import read_answers
from app.kit.errors import InvalidFields, NotFound, NotSignedIn, TooMany
from app.vocabulary import Burden, ConsentScope, CouldChange, DecidedBy, DecisionWait, Word, WouldAgain
from app.web.house import house_of
from app.web.security import refuse_forged

router = APIRouter(prefix="/mine/review", include_in_schema=False)

Form = Annotated[Raw, Depends(read_form)]
_PAGE = "/mine/review"
_FIELDS = (*QUESTIONS, "changed_in_us", "scope")
_WORDS: dict[str, type[Word]] = {
    "wait": DecisionWait,
    "burden": Burden,
    "decided_by": DecidedBy,
    "could_change": CouldChange,
    "again": WouldAgain,
}
_SCOPES = [
    (str(one), one.label, one.hint) for one in (ConsentScope.GROUP_ONLY, ConsentScope.RESEARCHERS)
]  # What being involved changed in a group is never for everyone.
_NO_ANSWER = ("", "Leave this out", "")
_DONE = {
    "saved": "Thank you. Your answers are saved. You can change them at any time.",
    "gone": "Your answers are taken back. They do not count any more.",
}


@router.get("")
def show_programmes(request: Request, done: str = "") -> Response:
    """Which programme it is about, and what was said so far."""
    with house_of(request).private.reading() as db:
        try:
            held = initiative_held(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        said = {review.programme_id for review, _programme in reviews.reviews_of(db, held)}
        listed = [
            {"url": f"{_PAGE}/{one.id}", "name": one.name, "funder": funder, "is_said": one.id in said}
            for one, funder in programmes.all_programmes(db)
        ]
        context = {"title": held.title, "programmes": listed, "done": _DONE.get(done, "")}
    return house_of(request).pages.answer(request, "contribute/review_choose.html", context)


@router.get("/{entry_id}")
def show_review(request: Request, entry_id: str) -> Response:
    """The form for one programme, with what was said before."""
    with house_of(request).private.reading() as db:
        try:
            held = initiative_held(request, db)
        except NotSignedIn as error:
            return closed(request, error)
        said = reviews.review_of(db, held, entry_id)
        return _page(request, db, held, entry_id, _stored(said))


@router.post("/{entry_id}")
def save_review(request: Request, entry_id: str, form: Form) -> Response:
    """Keep what is said, or take it back."""
    refuse_forged(request.scope)
    house = house_of(request)
    is_taken_back = text_of(form, "action") == "remove"
    try:
        try:
            with house.private.writing() as db:
                held = initiative_held(request, db)
                house.limits.count_contribution(request)
                programmes.programme_of(db, entry_id)
                if is_taken_back:
                    with suppress(NotFound):  # The button was pressed twice.
                        reviews.take_back(db, held, entry_id)
                else:
                    given = {name: text_of(form, name) for name in _FIELDS}
                    given["scope"] = given["scope"] or str(ConsentScope.GROUP_ONLY)
                    reviews.say(db, held, entry_id, read_answers(ReviewAnswers, given))
        except (InvalidFields, TooMany) as error:
            with house.private.reading() as db:
                return _page(request, db, initiative_held(request, db), entry_id, dict(form), error)
    except NotSignedIn as error:
        return closed(request, error, form)
    return back_to(_PAGE, "gone" if is_taken_back else "saved")


def _page(  # noqa: PLR0917 - what a page needs
    request: Request,
    db: Session,
    held: Initiative,
    programme_id: str,
    values: dict[str, Any],
    error: InvalidFields | TooMany | None = None,
) -> Response:
    programme = programmes.programme_of(db, programme_id)
    before = reviews.review_of(db, held, programme_id)
    words = "What being involved changed in you"
    context = {
        "title": held.title,
        "programme": programme.name,
        "funder": programmes.funder_of(db, programme),
        "action": f"{_PAGE}/{programme_id}",
        "has_said": before is not None,
        # What was answered once can be left out again, also without a script.
        "choices": {
            name: [*options(members), *([_NO_ANSWER] if before is not None else [])] for name, members in _WORDS.items()
        },
        "scopes": _SCOPES,
        "values": values,
        "hints": hints_on({words: before.changed_in_us}) if before and before.scope != "group_only" else [],
        "errors": errors_in(error, "wait") if error else {},
    }
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 400
    return house_of(request).pages.answer(request, "contribute/review.html", context, status=status)


def _stored(said: ProcessReview | None) -> dict[str, Any]:
    if said is None:
        return {"scope": str(ConsentScope.GROUP_ONLY)}
    return {name: str(getattr(said, name) or "") for name in _FIELDS}
