"""What a funder chose to see, kept in the address: the same for page, charts, table and embed."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.ecology.records import Living
from app.kit import clock
from app.kit.errors import Invalid
from app.public.filters import choices
from app.public.parameters import read_loosely
from app.vocabulary import Activity, Formality, Lifecycle, Word

_FIRST_YEAR = 1990
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_WORDS: Mapping[str, type[Word]] = {"activity": Activity, "formality": Formality, "lifecycle": Lifecycle}
_GRANTS = {"none": "No published grant found", "found": "A published grant found"}
_NAMES = {
    "activity": "What people do",
    "formality": "Who does it",
    "lifecycle": "How it is going",
    "since": "Began in this year or later",
    "grants": "Published grants",
}


@dataclass(frozen=True)
class FunderFilters:
    """What was chosen, each value checked."""

    chosen: Mapping[str, str]

    @classmethod
    def read(cls, query_string: bytes) -> "FunderFilters":
        """From a query; an empty choice counts as none, and what else stands there is left alone.

        Raises Invalid, in words for people, for a choice that there is not.
        """
        given = {name: value.strip() for name, value in read_loosely(query_string).items() if value.strip()}
        chosen = {name: given[name] for name in _NAMES if name in given}
        for name, value in chosen.items():
            if name == "since" and not _YEAR.fullmatch(value):
                raise Invalid("A year has four digits, such as 2021.", field=name)
            if name in _WORDS and _WORDS[name].named(value) is None:
                raise Invalid(f"We do not know this choice for “{_NAMES[name]}”.", field=name)
            if name == "grants" and value not in _GRANTS:
                raise Invalid(f"We do not know this choice for “{_NAMES[name]}”.", field=name)
        return cls(chosen)

    def keeps(self, one: Living, granted: Collection[str]) -> bool:
        """True where an initiative is among those chosen; `granted` are ids of those with a published grant."""
        return all(self._meets(one, name, value, granted) for name, value in self.chosen.items())

    def address(self, path: str) -> str:
        """`path` with these choices."""
        return f"{path}?{urlencode(self.chosen)}" if self.chosen else path

    def in_words(self) -> list[str]:
        """What was chosen, for a heading on paper and in an embed."""
        return [f"{_NAMES[name]}: {self._label(name, value)}" for name, value in self.chosen.items()]

    def as_context(self) -> list[dict[str, Any]]:
        """For components/filters.html."""
        years = [(str(year), str(year), "") for year in range(clock.today().year, _FIRST_YEAR - 1, -1)]
        options: dict[str, list[tuple[str, str, str]]] = {
            **{name: choices(words) for name, words in _WORDS.items()},
            "since": years,
            "grants": [(code, label, "") for code, label in _GRANTS.items()],
        }
        return [
            {"name": name, "label": label, "options": options[name], "value": self.chosen.get(name, "")}
            for name, label in _NAMES.items()
        ]

    @staticmethod
    def _meets(one: Living, name: str, value: str, granted: Collection[str]) -> bool:
        if name == "since":
            # What tells no beginning may have begun at any time: it is not among what began lately.
            return one.born is not None and one.born.year >= int(value)
        if name == "grants":
            return (one.id in granted) == (value == "found")
        return bool(getattr(one, name) == value)

    @staticmethod
    def _label(name: str, value: str) -> str:
        if name == "grants":
            return _GRANTS[value]
        word = _WORDS[name].named(value) if name in _WORDS else None
        return word.label if word is not None else value
