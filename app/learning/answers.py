"""What a group writes into its learning journal."""

from typing import Annotated

from pydantic import Field, model_validator

from app.kit.answers import Answers, When, paragraphs
from app.kit.errors import Invalid
from app.vocabulary import ConsentScope, Mechanism

TEXT_MOST = 1_500


class NoteAnswers(Answers):
    """One note: when, what was tried, learned and changed; who may read it. One of the three texts is enough."""

    happened: When = None
    tried: Annotated[str, paragraphs(TEXT_MOST)] = ""
    learned: Annotated[str, paragraphs(TEXT_MOST)] = ""
    changed: Annotated[str, paragraphs(TEXT_MOST)] = ""
    mechanisms: list[Mechanism] = Field(default_factory=list)
    scope: ConsentScope = ConsentScope.GROUP_ONLY

    @model_validator(mode="after")
    def _says_something(self) -> "NoteAnswers":
        if not (self.tried or self.learned or self.changed):
            raise Invalid("Write a few words in one of the three boxes.", field="tried")
        if self.happened is None:
            raise Invalid("Say when it was. A year is enough.", field="happened")
        return self
