"""What a body says when it recognises an initiative, checked the same way for its desk and for groups."""

from typing import Annotated

from pydantic import model_validator

from app.kit.answers import Answers, When, paragraphs
from app.kit.errors import Invalid
from app.kit.text import holds_link

WHAT_MOST, SUPPORT_MOST = 300, 500


class RecognitionAnswers(Answers):
    """What is recognised, since when, and what support follows ("" for none)."""

    what: Annotated[str, paragraphs(WHAT_MOST, needed="Say in a sentence what you recognise.")]
    since: When = None
    support: Annotated[str, paragraphs(SUPPORT_MOST)] = ""

    @model_validator(mode="after")
    def _advertises_nothing(self) -> "RecognitionAnswers":
        for name in ("what", "support"):
            if holds_link(getattr(self, name)):
                raise Invalid("Leave web addresses out. Say it in words.", field=name)
        return self
