"""Invented recognitions, journals and reviews: read strictly, and put beside the invented initiatives."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.demonstration.cast import Key
from app.demonstration.holders import EMAIL_HOST, Day, Name
from app.funding import programmes
from app.funding.models import ProcessReview, Programme, ProgrammeReply
from app.initiatives.models import Initiative
from app.institutions import service as institutions
from app.kit.answers import Answers, When, read_answers
from app.learning.answers import NoteAnswers
from app.learning.models import JournalNote
from app.moderation.models import Decision
from app.recognition.answers import RecognitionAnswers
from app.recognition.models import RecognitionGiven
from app.recognition.service import kind_of
from app.vocabulary import (
    Agreement,
    Burden,
    ConsentScope,
    CouldChange,
    DecidedBy,
    DecisionWait,
    Mechanism,
    Precision,
    Publication,
    Recogniser,
    Role,
    WouldAgain,
)

FILE = "learning.json"
# Offers and notes came in one after another from this day on.
_FROM = datetime(2026, 8, 3, 9, 15, tzinfo=UTC)
Text = Annotated[str, Field(max_length=1_500)]


class RecognitionRecord(Answers):
    """A recognition by an institution of the register, or by another initiative."""

    of: Key
    by_institution: Name | None
    by_group: Key | None
    what: Annotated[str, Field(min_length=10, max_length=300)]
    since: str | None
    support: Annotated[str, Field(max_length=500)]
    state: Agreement


class NoteRecord(Answers):
    """A note of an initiative's journal."""

    of: Key
    happened: str
    tried: Text
    learned: Text
    changed: Text
    mechanisms: tuple[Mechanism, ...]
    scope: ConsentScope
    publication: Publication


class FunderRecord(Answers):
    """Somebody who replies. `email` is the part before the sign."""

    email: Key
    institution: Name


class ReviewRecord(Answers):
    """What one group said of a programme, and on which day."""

    of: Key
    said: Day
    wait: DecisionWait | None
    burden: Burden | None
    decided_by: DecidedBy | None
    could_change: CouldChange | None
    again: WouldAgain | None
    changed_in_us: Text
    scope: ConsentScope


class ReplyRecord(Answers):
    """A funder's published reply."""

    by: Key
    published: Day
    text: Annotated[str, Field(min_length=20, max_length=2_000)]


class ProgrammeRecord(Answers):
    """A programme with its reviews."""

    name: Name
    institution: Name
    reviews: tuple[ReviewRecord, ...]
    reply: ReplyRecord | None


class Learning(Answers):
    """The whole file. `note` says that it is invented, in words for people."""

    note: Name
    recognitions: tuple[RecognitionRecord, ...]
    notes: tuple[NoteRecord, ...]
    funders: tuple[FunderRecord, ...]
    programmes: tuple[ProgrammeRecord, ...]


def load_learning() -> Learning:
    """The invented recognitions and journals. Raises pydantic.ValidationError, which names each fault."""
    text = (resources.files(__package__) / FILE).read_text(encoding="utf-8")
    return Learning.model_validate_json(text, strict=True)


def let_them_learn(
    db: Session, learning: Learning, rows: Mapping[str, Initiative], stewards: Mapping[str, str]
) -> None:
    """Put all of it beside the initiatives `rows`, by their keys; `stewards` are ids of people by neighbourhood."""
    for number, given in enumerate(learning.recognitions):
        _recognise(db, given, rows, _FROM + timedelta(days=number * 5))
    for number, told in enumerate(learning.notes):
        _write(db, told, rows[told.of], stewards, _FROM + timedelta(days=number * 6, hours=3))
    people = {one.email: _add_funder(db, one) for one in learning.funders}
    for record in learning.programmes:
        funder = institutions.named(db, record.institution)
        programme = programmes.add(db, record.name, funder, is_demonstration=True)
        _review(db, programme, record, rows)
        if record.reply is not None:
            _reply(db, programme, record.reply, people[record.reply.by])
    db.flush()


def _recognise(db: Session, record: RecognitionRecord, rows: Mapping[str, Initiative], offered: datetime) -> None:
    institution = institutions.named(db, record.by_institution) if record.by_institution else None
    given = {"what": record.what, "since": record.since or "", "support": record.support}
    answers = read_answers(RecognitionAnswers, given)
    is_settled = record.state is not Agreement.PROPOSED
    db.add(
        RecognitionGiven(
            initiative_id=rows[record.of].id,
            by_kind=kind_of(db, institution) if institution else Recogniser.GROUP,
            institution_id=institution.id if institution else None,
            group_id=rows[record.by_group].id if record.by_group else None,
            what=answers.what,
            since=answers.since.first_day if answers.since else None,
            since_precision=_precision(answers.since),
            support=answers.support,
            state=record.state,
            publication=Publication.PUBLISHED,
            offered_at=offered,
            settled_at=offered + timedelta(days=4) if is_settled else None,
        )
    )


def _write(
    db: Session, record: NoteRecord, initiative: Initiative, stewards: Mapping[str, str], written: datetime
) -> None:
    given = record.model_dump(include={"happened", "tried", "learned", "changed", "scope"}, mode="json")
    answers = read_answers(NoteAnswers, given | {"mechanisms": list(record.mechanisms)})
    assert answers.happened is not None  # noqa: S101 - the answers are checked
    note = JournalNote(
        initiative_id=initiative.id,
        happened=answers.happened.first_day,
        happened_precision=_precision(answers.happened),
        tried=answers.tried,
        learned=answers.learned,
        changed=answers.changed,
        mechanisms=sorted(str(word) for word in answers.mechanisms),
        scope=answers.scope,
        publication=record.publication,
        created_at=written,
        changed_at=written,
    )
    db.add(note)
    db.flush()  # The decision refers to it.
    if record.publication is Publication.PUBLISHED:
        db.add(
            Decision(
                collection="journal",
                entry_id=note.id,
                neighbourhood=initiative.neighbourhood,
                outcome=Publication.PUBLISHED,
                is_logged=True,
                person_id=stewards[initiative.neighbourhood],
                decided_at=written + timedelta(hours=20),
            )
        )


def _add_funder(db: Session, record: FunderRecord) -> Person:
    name = institutions.named(db, record.institution).name
    email = f"{record.email}@{EMAIL_HOST}"
    return add_person(db, email=email, role=Role.FUNDER, neighbourhood=None, institution=name)


def _review(db: Session, programme: Programme, record: ProgrammeRecord, rows: Mapping[str, Initiative]) -> None:
    for said in record.reviews:
        words = said.model_dump(exclude={"of", "said"})
        review = ProcessReview(programme_id=programme.id, initiative_id=rows[said.of].id, **words)
        review.said_at = _at_noon(said.said)
        db.add(review)


def _reply(db: Session, programme: Programme, record: ReplyRecord, person: Person) -> None:
    db.add(
        ProgrammeReply(
            programme_id=programme.id,
            text=record.text,
            publication=Publication.PUBLISHED,
            written_by_id=person.id,
            written_at=_at_noon(record.published) - timedelta(days=1),
            published_at=_at_noon(record.published),
        )
    )


def _precision(when: When) -> Precision | None:
    return Precision[when.precision.upper()] if when else None


def _at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
