"""What every word has: a code for the database and the API, and a label and a hint for people."""

from enum import StrEnum
from typing import Self


def marked(message: str) -> str:
    """`message` itself: whoever extracts texts for translation finds it by this name."""
    return message


class Word(StrEnum):
    """A member is its code word (a str), and carries `label` and `hint` in plain English."""

    label: str
    hint: str

    def __new__(cls, code: str, label: str, hint: str = "") -> Self:
        """Make the member: the code word is its value."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.hint = hint
        return member

    @classmethod
    def named(cls, code: str) -> Self | None:
        """The member with this code word, or None."""
        return next((member for member in cls if member.value == code), None)
