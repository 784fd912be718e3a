"""What a group says of how being funded went: one short review for each programme, changed or taken back at will."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import ProcessReview, Programme
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import MAY_BE_EMPTY, Answers, paragraphs
from app.kit.errors import Invalid, InvalidFields, NotFound
from app.vocabulary import Burden, ConsentScope, CouldChange, DecidedBy, DecisionWait, WouldAgain

TEXT_MOST = 1_500
# The questions with words to choose from, in the order in which they are asked.
QUESTIONS = ("wait", "burden", "decided_by", "could_change", "again")


class ReviewAnswers(Answers):
    """All that a review may say. One answer is enough; the free text is never for everyone."""

    wait: Annotated[DecisionWait | None, MAY_BE_EMPTY] = None
    burden: Annotated[Burden | None, MAY_BE_EMPTY] = None
    decided_by: Annotated[DecidedBy | None, MAY_BE_EMPTY] = None
    could_change: Annotated[CouldChange | None, MAY_BE_EMPTY] = None
    again: Annotated[WouldAgain | None, MAY_BE_EMPTY] = None
    changed_in_us: Annotated[str, paragraphs(TEXT_MOST)] = ""
    scope: ConsentScope = ConsentScope.GROUP_ONLY

    @model_validator(mode="after")
    def _says_something(self) -> "ReviewAnswers":
        if not self.changed_in_us and all(getattr(self, name) is None for name in QUESTIONS):
            raise Invalid("Answer one question at least. Which one is up to you.", field="wait")
        if self.scope is ConsentScope.PUBLIC:
            raise Invalid("Your words are for you, or for researchers. Choose one of the two.", field="scope")
        return self


def say(db: Session, initiative: Initiative, programme_id: str, answers: ReviewAnswers) -> ProcessReview:
    """Keep the group's review of a programme, in place of an earlier one. Raises InvalidFields where there is none."""
    db.get(Initiative, initiative.id, with_for_update=True)  # Two clicks at once must not be two reviews.
    if db.get(Programme, programme_id, with_for_update=True) is None:
        raise InvalidFields({"programme": "Choose the programme that you mean."})
    review = review_of(db, initiative, programme_id, is_held=True)
    if review is None:
        review = ProcessReview(programme_id=programme_id, initiative_id=initiative.id)
    elif all(getattr(review, name) == getattr(answers, name) for name in (*QUESTIONS, "changed_in_us", "scope")):
        return review
    if any(getattr(review, name) != getattr(answers, name) for name in QUESTIONS):
        # It leaves those that it was counted with, and waits for four others: see `app.funding.batches`.
        review.batch = review.batch_size = None
    for name in (*QUESTIONS, "changed_in_us", "scope"):
        setattr(review, name, getattr(answers, name))
    review.said_at = clock.now()
    db.add(review)
    return review


def review_of(db: Session, initiative: Initiative, programme_id: str, *, is_held: bool = False) -> ProcessReview | None:
    """What the group said of one programme, or None; `is_held` where it changes next."""
    asked = select(ProcessReview).where(
        ProcessReview.programme_id == programme_id, ProcessReview.initiative_id == initiative.id
    )
    # Others may have put it into a batch since this transaction read it.
    return db.scalar(asked, execution_options={"populate_existing": is_held})


def reviews_of(db: Session, initiative: Initiative) -> Sequence[tuple[ProcessReview, Programme]]:
    """All that the group said, by the programmes' names."""
    asked = select(ProcessReview, Programme).join(Programme, Programme.id == ProcessReview.programme_id)
    rows = db.execute(asked.where(ProcessReview.initiative_id == initiative.id).order_by(Programme.name, Programme.id))
    return [(review, programme) for review, programme in rows]


def take_back(db: Session, initiative: Initiative, programme_id: str) -> None:
    """Delete the group's review of a programme. Raises NotFound where there is none."""
    # The programme first, as whoever gathers its reviews does.
    db.get(Programme, programme_id, with_for_update=True)
    found = review_of(db, initiative, programme_id, is_held=True)
    if found is None:
        raise NotFound("This review is not here any more.")
    db.delete(found)


def remove_all_of(db: Session, initiative: Initiative) -> None:
    """Delete every review of an initiative that is taken down."""
    ids = sorted(programme.id for _review, programme in reviews_of(db, initiative))
    db.execute(select(Programme.id).where(Programme.id.in_(ids)).order_by(Programme.id).with_for_update())
    for review, _programme in reviews_of(db, initiative):
        db.delete(review)
