"""Invented institutions, their officers, and what they answered: read strictly, and put beside the invented reports."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Annotated

from pydantic import BeforeValidator, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.barriers.models import Barrier
from app.demonstration.cast import Key
from app.institutions import service as institutions
from app.institutions.models import Institution
from app.kit.answers import Answers
from app.patterns import finding
from app.patterns.models import Pattern, PatternMember
from app.patterns.service import pattern_of
from app.publishing.thresholds import band_of
from app.responses.models import CannedText, GroupOutcome, Response
from app.vocabulary import InstitutionKind, Outcome, Publication, ResponseState, Role, Sharing

FILE = "institutions.json"
EMAIL_HOST = "demonstration.example"
Name = Annotated[str, Field(min_length=1, max_length=200)]


def _as_day(given: object) -> object:
    return date.fromisoformat(given) if isinstance(given, str) else given


Day = Annotated[date, BeforeValidator(_as_day)]


class InstitutionRecord(Answers):
    """An entry of the register; `part_of` names an earlier one."""

    name: Name
    kind: InstitutionKind
    part_of: Name | None
    agreed_since: Day | None
    other_names: tuple[Name, ...]


class OfficerRecord(Answers):
    """Somebody who answers. `email` is the part before the sign, `texts` are those that the office uses again."""

    email: Key
    institution: Name
    texts: dict[str, str]


class NameRecord(Answers):
    """What a steward calls the pattern that most of the reports `about` sit in; others are named by rule and holder."""

    about: tuple[Key, ...]
    title: Annotated[str, Field(min_length=1, max_length=160)]
    description: Annotated[str, Field(max_length=600)]


class AnswerRecord(Answers):
    """A published answer to the pattern that most of the reports `about` sit in, and verdicts of groups, by report."""

    about: tuple[Key, ...]
    officer: Key
    institution: Name
    state: ResponseState
    published: Day
    passed_to: Name | None
    text: Annotated[str, Field(min_length=20, max_length=2_000)]
    rule_cited: Annotated[str, Field(max_length=300)]
    outcomes: dict[Key, Outcome]


class Holders(Answers):
    """The whole file. `note` says that it is invented, in words for people."""

    note: Name
    institutions: tuple[InstitutionRecord, ...]
    officers: tuple[OfficerRecord, ...]
    names: tuple[NameRecord, ...]
    answers: tuple[AnswerRecord, ...]


def load_holders() -> Holders:
    """The invented institutions. Raises pydantic.ValidationError, which names each fault."""
    text = (resources.files(__package__) / FILE).read_text(encoding="utf-8")
    return Holders.model_validate_json(text, strict=True)


def add_institutions(db: Session, holders: Holders) -> None:
    """Fill the register, so that reports which come in lead to it. A name that stands there already is left alone."""
    known = {one.name for one in db.scalars(select(Institution))}
    for record in holders.institutions:
        if record.name not in known:
            added = institutions.add(
                db,
                name=record.name,
                kind=record.kind,
                part_of=institutions.named(db, record.part_of) if record.part_of else None,
                other_names=record.other_names,
                agreed_since=record.agreed_since,
            )
            added.is_demonstration = True


def let_them_answer(db: Session, holders: Holders, reports: Mapping[str, Barrier]) -> None:
    """Find the patterns as a night does, date them back, and put the answers there. `reports` are by their keys.

    An answer whose reports stand alone is left out: then there is nothing that it would answer.
    """
    finding.settle(db, finding.look(db))
    _date_back(db)
    for named in holders.names:
        pattern = _pattern_about(db, named.about, reports)
        if pattern is not None:
            pattern.title, pattern.description = named.title, named.description
    officers = {record.email: _add_officer(db, record) for record in holders.officers}
    for record in holders.answers:
        pattern = _pattern_about(db, record.about, reports)
        if pattern is not None:
            _add_answer(db, record, pattern, officers[record.officer], reports)
    db.flush()  # A second look reckons what came after each answer.
    finding.settle(db, finding.look(db))


def _date_back(db: Session) -> None:
    """Each pattern had its page from the day after the report that brought it above the threshold."""
    members: dict[str, list[Barrier]] = {}
    asked = select(PatternMember.pattern_id, Barrier).join(Barrier, Barrier.id == PatternMember.barrier_id)
    asked = asked.where(PatternMember.pattern_id.is_not(None), Barrier.publication == Publication.PUBLISHED)
    for pattern_id, barrier in db.execute(asked.order_by(Barrier.created_at, Barrier.id)):
        members.setdefault(pattern_id or "", []).append(barrier)
    for pattern_id, those in members.items():
        pattern = db.get_one(Pattern, pattern_id)
        pattern.created_at = those[0].created_at
        for count, barrier in enumerate(those, start=1):
            so_far = those[:count]
            shown = [one for one in so_far if one.sharing.is_shown]
            if pattern.is_sure and band_of(shown, [one for one in so_far if one.sharing is Sharing.COUNTED_ONLY]):
                pattern.first_shown_on = barrier.created_at.date() + timedelta(days=1)
                break


def _pattern_about(db: Session, keys: Sequence[str], reports: Mapping[str, Barrier]) -> Pattern | None:
    found = Counter(pattern.id for key in keys if (pattern := pattern_of(db, reports[key].id)) is not None)
    return db.get_one(Pattern, found.most_common(1)[0][0]) if found else None


def _add_officer(db: Session, record: OfficerRecord) -> Person:
    institution = institutions.named(db, record.institution)
    for name, text in record.texts.items():
        db.add(CannedText(institution_id=institution.id, name=name, text=text))
    email = f"{record.email}@{EMAIL_HOST}"
    return add_person(db, email=email, role=Role.OFFICER, neighbourhood=None, institution=institution.name)


def _add_answer(
    db: Session, record: AnswerRecord, pattern: Pattern, officer: Person, reports: Mapping[str, Barrier]
) -> None:
    published = datetime.combine(record.published, time(10, 30), UTC)
    answer = Response(
        collection="patterns",
        subject_id=pattern.id,
        institution_id=institutions.named(db, record.institution).id,
        state=record.state,
        text=record.text,
        rule_cited=record.rule_cited,
        passed_to_id=institutions.named(db, record.passed_to).id if record.passed_to else None,
        publication=Publication.PUBLISHED,
        written_by_id=officer.id,
        written_at=published - timedelta(days=1),
        published_at=published,
    )
    db.add(answer)
    db.flush()  # Verdicts refer to it.
    inside = [(key, outcome) for key, outcome in record.outcomes.items() if pattern_of(db, reports[key].id) is pattern]
    for number, (key, outcome) in enumerate(inside):
        said_at = published + timedelta(days=8 + 5 * number, hours=number)
        db.add(GroupOutcome(barrier_id=reports[key].id, response_id=answer.id, outcome=outcome, said_at=said_at))
