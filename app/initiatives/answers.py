"""What a contributor says of an initiative, checked the same way for the forms, the API and imports."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from app.initiatives.organisation_ids import read_organisation_id
from app.kit.answers import MAY_BE_EMPTY, Answers, When, line, name_or_none, paragraphs
from app.kit.errors import Invalid
from app.vocabulary import (
    Activity,
    Concern,
    Formality,
    Lifecycle,
    PeopleBand,
    Precision,
    Recognition,
    Sharing,
    WayOfWorking,
)

TITLE_MOST, SUMMARY_MOST, STORY_MOST = 120, 300, 5_000


def _organisation_id(raw: object) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise Invalid("Send text here.")
    return read_organisation_id(raw or "")


class InitiativeAnswers(Answers):
    """All that can be said of an initiative, apart from its place. Only title and activity are needed."""

    title: Annotated[str, line(TITLE_MOST, needed="Give it a name, in a few words.")]
    summary: Annotated[str, line(SUMMARY_MOST)] = ""
    story: Annotated[str, paragraphs(STORY_MOST)] = ""
    activity: Activity
    formality: Annotated[Formality | None, MAY_BE_EMPTY] = None
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    ways_of_working: list[WayOfWorking] = Field(default_factory=list)
    concerns: list[Concern] = Field(default_factory=list)
    recognised_by: list[Recognition] = Field(default_factory=list)
    people_band: Annotated[PeopleBand | None, MAY_BE_EMPTY] = None
    first_active: When = None
    # Say here that a date is known less exactly than it is written: "2021-04-01" and "month".
    first_active_precision: Annotated[Precision | None, MAY_BE_EMPTY] = None
    last_active: When = None
    last_active_precision: Annotated[Precision | None, MAY_BE_EMPTY] = None
    sharing: Sharing = Sharing.STREET
    neighbourhood: Annotated[str | None, name_or_none(80)] = None
    language: Annotated[str, line(20)] = "en"
    # A registered body's public number, such as GB-CHC-1234567; published grants are matched by it.
    organisation_id: Annotated[str | None, BeforeValidator(_organisation_id)] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "InitiativeAnswers":
        if self.first_active and self.last_active and self.last_active.last_day < self.first_active.first_day:
            raise Invalid("The last date is before the first one.", field="last_active")
        return self
