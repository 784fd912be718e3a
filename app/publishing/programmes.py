"""What groups say of a funder's programme, as everyone may see it: counted, from five groups on, in full fives.

One more review changes nothing until four others have come, so nobody can read off what a single group said.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from app.funding.models import ProcessReview, Programme, ProgrammeReply
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
    Publication,
    Sharing,
    Word,
    WouldAgain,
)

# Groups are counted in fives; a question that fewer of them answered is not told at all.
FIVE = 5
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
        "reviews": _counted([review for review, initiative in reviews if _counts(initiative)]),
        "reply": _reply(replies),
    }
    if values["is_demonstration"]:
        properties |= {"demonstration": True, "demonstration_note": DEMONSTRATION_NOTE}
    return Feature(programme.id, "programmes", "", None, properties)


def _counts(initiative: Initiative) -> bool:
    """A group counts once a steward let its entry stand; what is for stewards alone is never counted."""
    return initiative.publication is Publication.PUBLISHED and initiative.sharing is not Sharing.STEWARDS_ONLY


def _counted(reviews: Sequence[ProcessReview]) -> dict[str, Any] | None:
    # A free text is for the group or for researchers: whoever gave nothing else is not counted.
    told = [one for one in reviews if any(getattr(one, name) is not None for name in QUESTIONS)]
    told.sort(key=lambda one: (one.said_at, one.id))
    groups = len(told) - len(told) % FIVE
    if groups == 0:
        return None
    return {"groups": groups, "questions": [_question(name, told[:groups]) for name in QUESTIONS]}


def _question(name: str, reviews: Sequence[ProcessReview]) -> dict[str, Any]:
    label, words = _ASKED[name]
    said = Counter(word for one in reviews if (word := getattr(one, name)) is not None)
    is_told = said.total() >= FIVE
    return {
        "name": name,
        "label": label,
        "answers": [{"word": word, "label": word.label, "groups": said[word]} for word in words] if is_told else [],
    }


def _reply(replies: Sequence[ProgrammeReply]) -> dict[str, Any] | None:
    """The newest version that was ever published, unless a steward hid it."""
    once = [one for one in replies if one.published_at is not None and one.publication is not Publication.DRAFT]
    newest = max(once, key=lambda one: (one.published_at, one.id), default=None)
    if newest is None or newest.publication is not Publication.PUBLISHED or newest.published_at is None:
        return None
    return {"text": public_values(newest)["text"], "published": newest.published_at.date().isoformat()}
