"""The journal's verbs: write, change, take out. What everyone may read waits for a steward first."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import NotFound, PreconditionFailed, TooMany
from app.kit.partial_date import PartialDate
from app.learning.answers import NoteAnswers
from app.learning.models import JournalNote
from app.vocabulary import ConsentScope, Precision, Publication

MOST_A_DAY, MOST = 30, 500
_DAY = timedelta(days=1)
_CHANGED = (
    "This note was changed in the meantime, perhaps by you in another window. "
    "What you wrote is still here: look at it, then save again."
)


def notes_of(db: Session, initiative: Initiative) -> Sequence[JournalNote]:
    """All notes of an initiative, the latest first."""
    asked = select(JournalNote).where(JournalNote.initiative_id == initiative.id)
    return db.scalars(asked.order_by(JournalNote.happened.desc(), JournalNote.created_at.desc(), JournalNote.id)).all()


def note_of(db: Session, initiative: Initiative, note_id: str, *, is_held: bool = False) -> JournalNote:
    """One note of the initiative; `is_held` where it changes next. Raises NotFound for everybody else's."""
    # Held until the commit: a steward must not publish meanwhile what nobody has read.
    found = db.get(JournalNote, note_id, populate_existing=is_held, with_for_update=is_held or None)
    if found is None or found.initiative_id != initiative.id:
        raise NotFound("This note is not here any more.")
    return found


def reading_of(note: JournalNote) -> str:
    """Changes with the note: whoever sends an older one has not read it as it is now."""
    return f"{note.publication}-{note.changed_at.isoformat()}"


def write(db: Session, initiative: Initiative, answers: NoteAnswers) -> JournalNote:
    """A new note; the very same one sent twice is one. Raises TooMany after many."""
    db.get(Initiative, initiative.id, with_for_update=True)  # Two clicks at once must not be two notes.
    held = notes_of(db, initiative)
    same = next((one for one in held if _says(one) == _said(answers)), None)
    if same is not None:
        return same
    now = clock.now()
    if len(held) >= MOST or sum(one.created_at > now - _DAY for one in held) >= MOST_A_DAY:
        raise TooMany("These are many notes. What you wrote is still here: keep it, and send it tomorrow.",
                      retry_after=86_400)  # fmt: skip
    note = JournalNote(initiative_id=initiative.id, created_at=now)
    _fill(note, answers)
    db.add(note)
    db.flush()  # Its page is asked for next.
    return note


def change(note: JournalNote, answers: NoteAnswers, reading: str) -> None:
    """Replace all that a note says. A public one waits for a steward again. Raises PreconditionFailed."""
    if _says(note) == _said(answers):
        return
    if reading_of(note) != reading:
        raise PreconditionFailed(_CHANGED)
    _fill(note, answers)


def take_out(db: Session, note: JournalNote) -> None:
    """Delete a note: it is gone from everywhere at once."""
    db.delete(note)


def remove_all_of(db: Session, initiative: Initiative) -> None:
    """Delete the whole journal of an initiative that is taken down."""
    for one in notes_of(db, initiative):
        db.delete(one)


def waiting(db: Session, initiative: Initiative) -> int:
    """How many public notes a steward has not read yet."""
    asked = select(func.count()).where(
        JournalNote.initiative_id == initiative.id,
        JournalNote.scope == ConsentScope.PUBLIC,
        JournalNote.publication == Publication.SUBMITTED,
    )
    return db.scalar(asked) or 0


def _fill(note: JournalNote, answers: NoteAnswers) -> None:
    assert answers.happened is not None  # noqa: S101 - the answers are checked
    note.happened = answers.happened.first_day
    note.happened_precision = Precision[answers.happened.precision.upper()]
    note.tried, note.learned, note.changed = answers.tried, answers.learned, answers.changed
    note.mechanisms = _words(answers)
    note.scope = answers.scope
    note.publication, note.steward_note = Publication.SUBMITTED, ""
    note.changed_at = clock.now()


def _words(answers: NoteAnswers) -> list[str]:
    # The order in which boxes were ticked says nothing.
    return sorted({str(word) for word in answers.mechanisms})


def _says(note: JournalNote) -> tuple[object, ...]:
    when = str(PartialDate(note.happened, str(note.happened_precision)))
    return when, note.tried, note.learned, note.changed, sorted(note.mechanisms), note.scope


def _said(answers: NoteAnswers) -> tuple[object, ...]:
    return (
        str(answers.happened), answers.tried, answers.learned, answers.changed, _words(answers), answers.scope
    )  # fmt: skip
