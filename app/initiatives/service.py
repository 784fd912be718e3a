"""Initiatives: pinned, changed, withdrawn."""

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.neighbourhoods import entry_service
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.service import home_of

_PLAIN = (
    *("title", "summary", "story", "activity", "formality", "lifecycle", "people_band", "language"),
    "organisation_id",
)
_LISTS = ("ways_of_working", "concerns", "recognised_by")
_TEXTS = ("title", "summary", "story")


def pin(db: Session, answers: InitiativeAnswers, shape: BaseGeometry | None) -> Initiative:
    """A new initiative at `shape` (WGS 84; None: only its neighbourhood). Raises Invalid for a place outside."""
    initiative = Initiative()
    change(db, initiative, answers, shape)
    db.add(initiative)
    db.flush()  # Whoever pinned it gets a link to its id.
    return initiative


def change(db: Session, initiative: Initiative, answers: InitiativeAnswers, shape: BaseGeometry | None) -> None:
    """Replace everything that its contributor said."""
    fill(initiative, answers, shape, home_of(db, shape, answers.neighbourhood))


def fill(initiative: Initiative, answers: InitiativeAnswers, shape: BaseGeometry | None, home: Neighbourhood) -> None:
    """Like `change`, where the caller has found out already which neighbourhood holds `shape`."""
    for name in _PLAIN:
        setattr(initiative, name, getattr(answers, name))
    for name in _LISTS:
        # The order in which boxes were ticked says nothing.
        setattr(initiative, name, sorted({str(word) for word in getattr(answers, name)}))
    first, initiative.first_active_precision = entry_service.date_columns(
        answers.first_active, answers.first_active_precision
    )
    last, initiative.last_active_precision = entry_service.date_columns(
        answers.last_active, answers.last_active_precision
    )
    initiative.first_active = first.first_day if first else None
    initiative.last_active = last.first_day if last else None
    entry_service.submit(initiative, shape=shape, home=home, sharing=answers.sharing)


def withdraw(initiative: Initiative) -> None:
    """Take it back, words and place included."""
    entry_service.withdraw(initiative, _TEXTS)
    for name in _LISTS:
        setattr(initiative, name, [])
    initiative.organisation_id = None
