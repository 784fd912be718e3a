"""What forms and lists do not see: people without a registered body, and things that nobody official recognises."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.ecology.measures.as_of import going_on
from app.ecology.measures.intervals import wilson
from app.ecology.measures.measure import Measure, number, tenths
from app.ecology.records import Ecology, Living
from app.vocabulary import Formality, Recogniser, Recognition

_INFORMAL = {Formality.PERSON, Formality.INFORMAL_GROUP}
_OFFICIAL = {str(Recognition.FUNDER), str(Recognition.COUNCIL), str(Recogniser.OTHER)}


@dataclass(frozen=True)
class HiddenShare(Measure):
    """`value` is the share (0 to 1) of what goes on that is done without a constitution, with Wilson's interval.

    Only who says how formal it is stands in it: k/n, Wilson (1927), J. Am. Stat. Assoc. 22:209. `unrecognised` of
    `recognition_told` are recognised by no funder, council or other institution. What nobody has added here is not in
    it, and cannot be: to reckon that takes two independent lists (Chapman 1951), which a place seldom has.
    """

    name: ClassVar[str] = "The part that forms do not see"
    question: ClassVar[str] = "How much has no papers, and no official recognition?"
    reckoned: ClassVar[str] = "share done without a constitution or registration, Wilson interval (Wilson 1927)"

    informal: int = 0
    unrecognised: int = 0
    recognition_told: int = 0

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "HiddenShare":
        """Over what went on that day."""
        alive = going_on(ecology, day)
        formal = [one for one in alive if one.formality is not None]
        told = [one for one in alive if is_recognition_told(one)]
        informal = sum(one.formality in _INFORMAL for one in formal)
        unrecognised = sum(not is_officially_recognised(one) for one in told)
        if not formal:
            return cls(0, None, None, None, unrecognised=unrecognised, recognition_told=len(told))
        low, high = wilson(informal, len(formal))
        return cls(
            len(formal),
            informal / len(formal),
            low,
            high,
            informal=informal,
            unrecognised=unrecognised,
            recognition_told=len(told),
        )

    def told(self) -> str:
        """As a neighbour would say it."""
        return (
            f"{self.in_short().capitalize()} are done by people without a constitution or a registered body: "
            f"{self.informal:,} of {self.behind} that say. {self._recognition()}"
        )

    def in_short(self) -> str:
        """The value in a few words."""
        return tenths(self.value or 0)

    def _recognition(self) -> str:
        if self.recognition_told < self.threshold:
            return "Too few say who recognises them."
        if not self.unrecognised:
            return (
                f"All {self.recognition_told:,} that say are recognised by a funder, a council or another institution."
            )
        return (
            f"{number(self.unrecognised).capitalize()} of {self.recognition_told:,} that say are recognised by no "
            "funder, council or other institution."
        )


def is_recognition_told(one: Living) -> bool:
    """Whether it says who recognises it, or somebody has said so in public."""
    return bool(one.recognised_by or one.recognitions)


def is_officially_recognised(one: Living) -> bool:
    """Whether a funder, a council or another institution recognises it."""
    return bool(_OFFICIAL & {*one.recognised_by, *(told.by_kind for told in one.recognitions)})
