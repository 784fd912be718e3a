"""What an institution writes: drafts that nobody else sees, answers for everyone, and texts to use again.

An answer that was published is never changed: what comes after it is a new version, and the old one stays to be read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.institutions.models import Institution
from app.institutions.service import all_institutions, institution_of, speaks_for
from app.kit import clock
from app.kit.errors import Conflict, InvalidFields, NotAllowed, NotFound, PreconditionFailed
from app.responses.answers import CannedAnswers, ResponseAnswers, check_complete, check_draft
from app.responses.models import CannedText, GroupOutcome, Response
from app.vocabulary import Publication, Role

COLLECTIONS = ("patterns", "barriers")
# More would be a drawer that nobody finds anything in.
CANNED_MOST = 50


@dataclass(frozen=True)
class Speaker:
    """An officer at work: the person, whom they answer as, and the ids of all that they may answer for."""

    person: Person
    institution: Institution
    ids: frozenset[str]


@dataclass(frozen=True)
class Written:
    """All that one institution wrote on one thing. `versions` were published once, the newest first."""

    versions: Sequence[Response]
    draft: Response | None

    @property
    def newest(self) -> Response | None:
        """What stands for everyone to read now, or None."""
        return next((one for one in self.versions if one.publication is Publication.PUBLISHED), None)

    @property
    def reading(self) -> str:
        """Changes with everything that is written here: whoever sends an older one has not read it all."""
        parts = [f"{one.id} {one.publication}" for one in self.versions]
        parts += [f"{self.draft.id} {self.draft.written_at.isoformat()}"] if self.draft else []
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def speaker_of(db: Session, person: Person) -> Speaker:
    """Who answers. Raises NotAllowed for all but officers whose institution stands in the register."""
    if person.role is not Role.OFFICER:
        raise NotAllowed("Only officers answer here, for the institution that they work for.")
    own = institution_of(db, person)
    if own is None:
        raise NotAllowed("Your institution is not in the register yet. Please ask whoever runs this service to add it.")
    return Speaker(person, own, frozenset(one.id for one in speaks_for(db, person)))


def written(db: Session, speaker: Speaker, collection: str, subject_id: str) -> Written:
    """What the speaker's institution wrote on one thing."""
    asked = select(Response).where(
        Response.collection == collection,
        Response.subject_id == subject_id,
        Response.institution_id == speaker.institution.id,
    )
    rows = list(db.scalars(asked.order_by(Response.id)))
    once = [one for one in rows if one.published_at is not None]
    drafts = [one for one in rows if one.publication is Publication.DRAFT]
    return Written(
        sorted(once, key=lambda one: (one.published_at, one.id), reverse=True),
        max(drafts, key=lambda one: one.written_at, default=None),
    )


def drafts_of(db: Session, speaker: Speaker) -> list[Response]:
    """Everything that the institution has begun and not published, the newest first."""
    asked = select(Response).where(
        Response.institution_id == speaker.institution.id, Response.publication == Publication.DRAFT
    )
    return list(db.scalars(asked.order_by(Response.written_at.desc(), Response.id)))


def checked(db: Session, speaker: Speaker, answers: ResponseAnswers) -> None:
    """Raise InvalidFields where `answers` could not be published as they are."""
    check_complete(answers, speaker.institution.id, _register(db))


def save_draft(  # noqa: PLR0917 - who, what on, what, and what they had read
    db: Session, speaker: Speaker, collection: str, subject_id: str, answers: ResponseAnswers, reading: str
) -> Response:
    """Keep an answer for later. Raises InvalidFields, and PreconditionFailed where a colleague wrote meanwhile."""
    _lock(db, speaker)
    state = check_draft(answers, speaker.institution.id, _register(db))
    before = written(db, speaker, collection, subject_id)
    _check_reading(before, reading)
    draft = before.draft or _new(speaker, collection, subject_id)
    draft.state = state
    _fill(draft, speaker, answers)
    db.add(draft)
    return draft


def discard_draft(db: Session, speaker: Speaker, collection: str, subject_id: str, reading: str) -> None:
    """Throw the draft away. Nobody else has seen it."""
    _lock(db, speaker)
    before = written(db, speaker, collection, subject_id)
    _check_reading(before, reading)
    if before.draft is not None:
        db.delete(before.draft)


def publish(  # noqa: PLR0917 - who, what on, what, and what they had read
    db: Session, speaker: Speaker, collection: str, subject_id: str, answers: ResponseAnswers, reading: str
) -> Response:
    """Let everyone read an answer; it replaces the one before, which stays marked. The same one twice is one.

    Raises InvalidFields, and PreconditionFailed where a colleague wrote meanwhile.
    """
    _lock(db, speaker)
    state = check_complete(answers, speaker.institution.id, _register(db))
    before = written(db, speaker, collection, subject_id)
    newest = before.newest
    says = (state, answers.text, answers.rule_cited, answers.passed_to)
    if newest is not None and _says(newest) == says:
        if before.draft is not None and before.reading == reading:
            db.delete(before.draft)
        return newest
    _check_reading(before, reading)
    if any(one.publication is Publication.HIDDEN and _says(one) == says for one in before.versions):
        raise InvalidFields({"text": "A steward hid this very answer. Please change what they say breaks a rule."})
    answer = before.draft or _new(speaker, collection, subject_id)
    answer.state = state
    _fill(answer, speaker, answers)
    answer.publication, answer.published_at = Publication.PUBLISHED, clock.now()
    answer.corrects_id = newest.id if newest else None
    db.add(answer)
    db.flush()  # Whoever asks next finds it, and verdicts refer to it.
    if newest is not None and newest.state is state:
        _take_verdicts_along(db, newest, answer)
    return answer


def canned_texts(db: Session, speaker: Speaker) -> list[CannedText]:
    """The institution's own texts, by name."""
    asked = select(CannedText).where(CannedText.institution_id == speaker.institution.id)
    return sorted(db.scalars(asked), key=lambda one: (one.name.casefold(), one.id))


def canned_text(db: Session, speaker: Speaker, text_id: str) -> CannedText:
    """One of the institution's own texts. Raises NotFound."""
    found = db.get(CannedText, text_id)
    if found is None or found.institution_id != speaker.institution.id:
        raise NotFound("This text is not here any more.")
    return found


def keep_text(db: Session, speaker: Speaker, given: CannedAnswers) -> CannedText:
    """Keep a text for the next time; the same text under the same name is kept once. Raises InvalidFields."""
    _lock(db, speaker)
    held = canned_texts(db, speaker)
    same = next((one for one in held if one.name == given.name), None)
    if same is not None and same.text == given.text:
        return same
    if same is not None:
        raise InvalidFields({"name": "You have a text of this name. Choose another name, or take the old one away."})
    if len(held) >= CANNED_MOST:
        raise InvalidFields({"name": f"You have {CANNED_MOST} texts already. Take one away first."})
    kept = CannedText(institution_id=speaker.institution.id, name=given.name, text=given.text)
    db.add(kept)
    return kept


def drop_text(db: Session, speaker: Speaker, text_id: str) -> None:
    """Take a text away. One that is gone already stays gone."""
    found = db.get(CannedText, text_id)
    if found is not None and found.institution_id == speaker.institution.id:
        db.delete(found)


def move_answers(db: Session, old_id: str, to_id: str) -> None:
    """Let the answers to a pattern that was merged stand with the one that stands for both."""
    asked = select(Response).where(Response.collection == "patterns", Response.subject_id == old_id)
    for one in db.scalars(asked):
        one.subject_id = to_id


def show_again(db: Session, answer: Response) -> None:
    """Publish a hidden answer once more. A version that came after it counts as the newer one."""
    if answer.publication is not Publication.HIDDEN:
        raise Conflict("This answer is shown already.")
    asked = select(Response).where(
        Response.collection == answer.collection,
        Response.subject_id == answer.subject_id,
        Response.institution_id == answer.institution_id,
        Response.publication == Publication.PUBLISHED,
    )
    later = [one for one in db.scalars(asked) if _moment(one) > _moment(answer)]
    following = next((one for one in later if one.corrects_id == answer.corrects_id), None)
    if following is not None:
        following.corrects_id = answer.id
    answer.publication, answer.steward_note = Publication.PUBLISHED, ""


def _take_verdicts_along(db: Session, older: Response, newer: Response) -> None:
    """An answer that says the same in other words is the same answer: rewording must not silence "still blocked"."""
    for one in db.scalars(select(GroupOutcome).where(GroupOutcome.response_id == older.id)):
        one.response_id = newer.id


def _moment(one: Response) -> str:
    return one.published_at.isoformat() if one.published_at else ""


def _new(speaker: Speaker, collection: str, subject_id: str) -> Response:
    return Response(
        collection=collection,
        subject_id=subject_id,
        institution_id=speaker.institution.id,
        publication=Publication.DRAFT,
    )


def _fill(answer: Response, speaker: Speaker, answers: ResponseAnswers) -> None:
    answer.text, answer.rule_cited, answer.passed_to_id = answers.text, answers.rule_cited, answers.passed_to
    answer.written_by_id, answer.written_at = speaker.person.id, clock.now()


def _says(one: Response) -> tuple[object, ...]:
    return one.state, one.text, one.rule_cited, one.passed_to_id


def _register(db: Session) -> set[str]:
    return {one.id for one in all_institutions(db)}


def _lock(db: Session, speaker: Speaker) -> None:
    """Let one officer of an institution write at a time: two clicks at once must not be two answers."""
    db.get(Institution, speaker.institution.id, with_for_update=True)


def _check_reading(before: Written, reading: str) -> None:
    if before.reading != reading:
        raise PreconditionFailed(
            "Somebody of your institution wrote here while you were writing. Your words are still below. "
            "Read what there is now, then send yours again."
        )
