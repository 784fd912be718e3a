"""What all measures have in common, and the words that they are told in."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MOST_WORD = 10
# A share up to here, or from here on, is "hardly any" and "nearly all" rather than none and all.
_ALMOST_NONE, _ALMOST_ALL = 0.05, 0.95


@dataclass(frozen=True)
class Measure(ABC):
    """One measure at one time. `low` and `high` bound `value` with 95 % confidence; None where they mean nothing."""

    # For headings: what it is called, and the question that it answers.
    name: ClassVar[str]
    question: ClassVar[str]
    # How it is reckoned, for who wants to know.
    reckoned: ClassVar[str]
    # What is counted: singular and plural.
    records: ClassVar[tuple[str, str]] = ("initiative", "initiatives")
    # Fewer records than this, and nothing is told.
    threshold: ClassVar[int] = 8

    n: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def is_told(self) -> bool:
        """True where enough records stand behind the value."""
        return self.n >= self.threshold and self.value is not None

    @property
    def behind(self) -> str:
        """The number of records behind it: "41 initiatives"."""
        return counted(self.n, *self.records)

    def sentence(self) -> str:
        """The measure as a neighbour would say it, with the number of records behind it."""
        return self.told() if self.is_told else self.too_few()

    def brief(self) -> str:
        """The same in a few words, for "a year ago: ..."."""
        return f"{self.in_short()} (from {self.behind})" if self.is_told else f"too few to say ({self.behind})"

    def too_few(self) -> str:
        """What is said instead of a number that would mislead."""
        return f"Too few to say: it takes {self.threshold}, and there {'is' if self.n == 1 else 'are'} {self.behind}."

    def figures(self) -> str:
        """The value with its bounds, as a reader of statistics wants it: "6.84, between 5.10 and 9.02"; or ""."""
        if not self.is_told or self.value is None:
            return ""
        span = "" if self.low is None or self.high is None else f", between {self.low:.2f} and {self.high:.2f}"
        return f"{self.value:.2f}{span}"

    @abstractmethod
    def told(self) -> str:
        """The sentence, where there are enough records."""

    @abstractmethod
    def in_short(self) -> str:
        """The value in a few words, where there are enough records."""


M = TypeVar("M", bound=Measure)


@dataclass(frozen=True)
class Compared(Generic[M]):
    """A measure now, and the same measure of the same place as of one year before."""

    now: M
    then: M

    def sentence(self) -> str:
        """How it was a year ago, as far as people have told since."""
        return f"A year ago: {self.then.brief()}."


def number(count: int) -> str:
    """A small number as a word, others as figures."""
    return _NUMBERS[count] if 0 <= count <= _MOST_WORD else f"{count:,}"


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 initiative", "41 initiatives"."""
    return f"{count:,} {one if count == 1 else many}"


def tenths(share: float) -> str:
    """A share (0 to 1) as people say it: "about 3 of 10"."""
    if share <= 0:
        return "none"
    if share >= 1:
        return "all"
    if share <= _ALMOST_NONE:
        return "hardly any"
    if share >= _ALMOST_ALL:
        return "nearly all"
    return f"about {round(share * 10)} of 10"


def about(value: float) -> str:
    """A number without false exactness: to a half below three, whole above."""
    if value < 3:  # noqa: PLR2004 - "two or three" is as exact as people are
        halves = round(value * 2)
        return f"{halves // 2}" if halves % 2 == 0 else f"{halves // 2}½".removeprefix("0")
    return f"{round(value):,}"
