"""Rows as initiatives: which cell is which answer, and how exactly a place may be shown."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.imports.categories import ACTIVITIES
from app.imports.places import ImportedPlace
from app.imports.rows import LONGEST, Provenance, Reading, Sorting, SourceRow
from app.initiatives.answers import InitiativeAnswers
from app.kit.answers import read_answers
from app.kit.errors import Invalid
from app.kit.text import clean_line
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Activity, Sharing

_PLAIN = (
    "title",
    "summary",
    "story",
    "formality",
    "lifecycle",
    "people_band",
    "first_active",
    "last_active",
    "language",
    "organisation_id",
)


@dataclass(frozen=True)
class Choices:
    """What holds for the whole file: how categories are read, and what is said where no column says it."""

    activities: Mapping[str, Activity] = field(default_factory=dict)
    default_activity: Activity | None = None
    given: Provenance = field(default_factory=lambda: Provenance("", "", ""))
    sharing: Sharing = Sharing.EXACT


def sort_rows(
    rows: Iterable[SourceRow], mapping: Mapping[str, str], homes: Sequence[Neighbourhood], choices: Choices
) -> Sorting[InitiativeAnswers]:
    """Read each row on its own: one that is wrong never keeps another out. Nothing is written."""
    return _Reading(mapping, homes, choices).sort(rows)


class _Reading(Reading[InitiativeAnswers]):
    def __init__(self, mapping: Mapping[str, str], homes: Sequence[Neighbourhood], choices: Choices) -> None:
        super().__init__(mapping, homes, choices.given)
        self._choices = choices

    def answers(self, cells: Mapping[str, str], place: ImportedPlace) -> InitiativeAnswers:
        category = cells.get("activity", "")
        activity = ACTIVITIES.meant(category, self._choices.activities, self._choices.default_activity)
        if activity is None:
            told = f"The category “{category[:60]}” is not known" if category else "It has no category"
            raise Invalid(f"{told}: say --activity-map or --default-activity.", field="activity")
        given: dict[str, Any] = {word: cells[word] for word in _PLAIN if cells.get(word)}
        website = clean_line(cells.get("website", ""), most=LONGEST["website"], field="website")
        if website.startswith(("http://", "https://")):
            given["story"] = "\n\n".join(part for part in (given.get("story"), website) if part)
        given["title"] = cells.get("title", "")
        given["activity"] = activity
        given["sharing"] = self._sharing(place)
        return read_answers(InitiativeAnswers, given)

    def fingerprint(self, answers: InitiativeAnswers, place: ImportedPlace, home: str) -> str:
        del home  # The place says more.
        told = f"{answers.title}\n{place.shape.wkt if place.shape is not None else answers.neighbourhood}"
        return "row-" + hashlib.sha256(told.encode()).hexdigest()[:32]

    def _sharing(self, place: ImportedPlace) -> Sharing:
        if place.shape is None:
            return Sharing.NEIGHBOURHOOD
        # The middle of a postcode is a pin that nobody set; a registered office may also be somebody's home.
        return Sharing.STREET if place.is_rough and self._choices.sharing is Sharing.EXACT else self._choices.sharing
