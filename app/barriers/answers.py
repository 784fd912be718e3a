"""What a contributor says of a barrier, and of what helped, checked the same way for the forms, the API and imports."""

from typing import Annotated

from pydantic import Field, model_validator

from app.kit.answers import MAY_BE_EMPTY, Answers, When, line, name_or_none, paragraphs
from app.kit.errors import Invalid
from app.vocabulary import BarrierKind, Effect, EnablerKind, Helper, Precision, Sharing, Stage

STORY_MOST, HOLDER_MOST, RULE_MOST, HELPED_MOST = 5_000, 200, 300, 2_000
_MOST_ENABLERS = 9


class EnablerAnswers(Answers):
    """One thing that helped: its kind, and what it was in a few words."""

    kind: EnablerKind
    text: Annotated[str, line(400)] = ""
    from_whom: Annotated[Helper | None, MAY_BE_EMPTY] = None


class BarrierAnswers(Answers):
    """All that can be said of a barrier, apart from its place. Only the kind and what happened are needed."""

    kind: BarrierKind
    what_happened: Annotated[str, paragraphs(STORY_MOST, needed="Say what happened, in your own words.")]
    holder: Annotated[str, line(HOLDER_MOST)] = ""
    # The id of an entry of the register. Where it is left out, the holder's words may lead to one without doubt.
    institution: Annotated[str | None, name_or_none(80)] = None
    rule_cited: Annotated[str, line(RULE_MOST)] = ""
    stage: Annotated[Stage | None, MAY_BE_EMPTY] = None
    effect: Annotated[Effect | None, MAY_BE_EMPTY] = None
    happened: When = None
    # Say here that the date is known less exactly than it is written.
    happened_precision: Annotated[Precision | None, MAY_BE_EMPTY] = None
    what_helped: Annotated[str, paragraphs(HELPED_MOST)] = ""
    # The id of a published initiative that this happened to.
    initiative: Annotated[str | None, name_or_none(80)] = None
    enablers: list[EnablerAnswers] = Field(default_factory=list)
    sharing: Sharing = Sharing.NEIGHBOURHOOD
    neighbourhood: Annotated[str | None, name_or_none(80)] = None
    language: Annotated[str, line(20)] = "en"

    @model_validator(mode="after")
    def _fits_together(self) -> "BarrierAnswers":
        if len(self.enablers) > _MOST_ENABLERS:
            raise Invalid(f"Name at most {_MOST_ENABLERS} things that helped.", field="enablers")
        return self
