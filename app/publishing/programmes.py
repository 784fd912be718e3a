"""What groups say of a funder's programme, as everyone may see it: counted, from five groups on, in whole batches.

One more review changes nothing until four others have come, so nobody can read off what a single group said: see
`app.funding.batches`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from app.funding.batches import FIVE, told
from app.funding.models import ProcessReview, Programme, ProgrammeReply
from app.funding.replies import newest_shown
from app.funding.reviews import QUESTIONS
from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.publishing.features import DEMONSTRATION_NOTE, Feature
from app.publishing.rules import public_values
from app.vocabulary import (
    Burden,
    CouldChange,
    DecidedBy,
    DecisionWait,
    Word,
    WouldAgain,
)

_ASKED: dict[str, tuple[str, type[Word]]] = {
    "wait": ("How long did the decision take?", DecisionWait),
    "burden": ("How much work was asking and reporting?", Burden),
    "decided_by": ("Who decided?", DecidedBy),
    "could_change": ("Could plans change on the way?", CouldChange),
    "again": ("Would you ask them again?", WouldAgain),
}


def programme_feature(
    programme: Programme,
    institution: Institution,
    reviews: Sequence[tuple[ProcessReview, Initiative]],
    replies: Sequence[ProgrammeReply],
) -> Feature:
    """A programme with what its groups said, and the funder's reply."""
    values = public_values(programme)
    properties: dict[str, Any] = {
        "name": values["name"],
        "funder": institution.name,
        "institution": institution.id,
        "reviews": _counted(told(reviews)),
        "reply": _reply(newest_shown(replies)),
    }
    if values["is_demonstration"]:
        properties |= {"demonstration": True, "demonstration_note": DEMONSTRATION_NOTE}
    return Feature(programme.id, "programmes", "", None, properties)


def _counted(reviews: Sequence[ProcessReview]) -> dict[str, Any] | None:
    if not reviews:
        return None
    return {"groups": len(reviews), "questions": [_question(name, reviews) for name in QUESTIONS]}


def _question(name: str, reviews: Sequence[ProcessReview]) -> dict[str, Any]:
    label, words = _ASKED[name]
    said = Counter(word for one in reviews if (word := getattr(one, name)) is not None)
    # A question that fewer groups answered is not told at all.
    is_told = said.total() >= FIVE
    return {
        "name": name,
        "label": label,
        "answers": [{"word": word, "label": word.label, "groups": said[word]} for word in words] if is_told else [],
    }


def _reply(newest: ProgrammeReply | None) -> dict[str, Any] | None:
    if newest is None or newest.published_at is None:
        return None
    return {"text": public_values(newest)["text"], "published": newest.published_at.date().isoformat()}
