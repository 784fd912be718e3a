"""Which recurring barriers a reader chose to see, kept in the address: the same for list, map, table and file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.kit import clock
from app.kit.errors import Invalid
from app.public.filters import choices
from app.public.parameters import read_loosely
from app.public.patterns.reading import current_answers
from app.vocabulary import BarrierKind, Effect, ResponseState, Stage, Word

PER_PAGE = 25
_MOST_PAGES = 400
_FIRST_YEAR = 1990
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_WORDS: Mapping[str, type[Word]] = {"kind": BarrierKind, "stage": Stage, "effect": Effect}
_NAMES = {
    "institution": "Which office",
    "neighbourhood": "Which neighbourhood",
    "kind": "What got in the way",
    "stage": "When it came up",
    "effect": "What it did",
    "answered": "Whether it was answered",
    "from": "From the year",
    "to": "Up to the year",
}
ANSWERED = {"yes": "Answered", "no": "Waiting for an answer", "reopened": "Answered, but groups are still blocked"}
# What a feed may be narrowed to.
FEED = ("institution", "kind", "neighbourhood")


@dataclass(frozen=True)
class PatternFilters:
    """What was chosen, each value checked. `page` counts from 1."""

    chosen: Mapping[str, str]
    page: int

    @classmethod
    def read(cls, query_string: bytes, allowed: Iterable[str] = tuple(_NAMES)) -> "PatternFilters":
        """From a query; an empty choice counts as none, and what else stands there is left alone.

        Raises Invalid, in words for people, for a choice that there is not.
        """
        given = {name: value.strip() for name, value in read_loosely(query_string).items() if value.strip()}
        chosen = {name: given[name] for name in allowed if name in given}
        for name, value in chosen.items():
            if not _can_be(name, value):
                raise Invalid(_REFUSALS.get(name, f"We do not know this choice for “{_NAMES[name]}”."), field=name)
        years = [name for name in ("from", "to") if name in chosen]
        # Whoever chose them the other way round meant the same years.
        chosen |= dict(zip(years, sorted(chosen[name] for name in years), strict=True))
        return cls(chosen, _page(given.get("page", "1")))

    def keeps(self, pattern: Mapping[str, Any]) -> bool:
        """True where a pattern is among those chosen."""
        return all(_meets(pattern, name, value) for name, value in self.chosen.items())

    def address(self, path: str, **more: str) -> str:
        """`path` with these choices, and `more`."""
        asked = {**self.chosen, **more}
        return f"{path}?{urlencode(asked)}" if asked else path

    def feed_address(self) -> str:
        """The feed of what was chosen, as far as a feed can be narrowed."""
        kept = {name: value for name, value in self.chosen.items() if name in FEED}
        return f"/patterns.atom?{urlencode(kept)}" if kept else "/patterns.atom"

    def shown(self, patterns: Sequence[Any]) -> Sequence[Any]:
        """Those on this page."""
        return patterns[PER_PAGE * (self.page - 1) : PER_PAGE * self.page]

    def pagination(self, path: str, total: int) -> dict[str, Any]:
        """For components/pagination.html."""
        first, last = PER_PAGE * (self.page - 1) + 1, min(PER_PAGE * self.page, total)
        return {
            "previous": self._turned(path, self.page - 1) if self.page > 1 else None,
            "next": self._turned(path, self.page + 1) if last < total else None,
            "first": first,
            "last": last,
            "total": total,
        }

    def as_context(self, patterns: Sequence[Any], places: Mapping[str, str]) -> list[dict[str, Any]]:
        """For components/filters.html; `places` are names by slug."""
        offices = {one["institution"]: one["holder"] for one in patterns if one["institution"]}
        chosen = self.chosen.get("institution")
        if chosen is not None:
            offices.setdefault(chosen, "An office that nothing here is about yet")
        years = [(str(year), str(year), "") for year in range(clock.today().year, _FIRST_YEAR - 1, -1)]
        options: dict[str, list[tuple[str, str, str]]] = {
            "institution": [(one, name, "") for one, name in sorted(offices.items(), key=lambda pair: pair[1])],
            "neighbourhood": [(slug, name, "") for slug, name in places.items()],
            **{name: choices(words) for name, words in _WORDS.items()},
            "answered": [(code, words, "") for code, words in ANSWERED.items()],
            "from": years,
            "to": years,
        }
        return [
            {"name": name, "label": label, "options": options[name], "value": self.chosen.get(name, "")}
            for name, label in _NAMES.items()
        ]

    def _turned(self, path: str, page: int) -> str:
        return self.address(path, page=str(page)) if page > 1 else self.address(path)


def answered(pattern: Mapping[str, Any]) -> str:
    """One of ANSWERED: whether people still wait."""
    if pattern["reopened_on"]:
        return "reopened"
    newest = next(iter(current_answers(pattern)), None)
    state = ResponseState.named(newest["state"]) if newest else None
    return "yes" if state is not None and state.is_settled else "no"


def _meets(pattern: Mapping[str, Any], name: str, value: str) -> bool:
    if name == "neighbourhood":
        return any(place["slug"] == value for place in pattern["neighbourhoods"])
    if name in {"stage", "effect"}:
        return any(one["word"] == value for one in pattern[f"{name}s"])
    if name == "answered":
        return answered(pattern) == value
    # What tells no date may have been at any time.
    if name == "from":
        return not pattern["last_told"] or pattern["last_told"][:4] >= value
    if name == "to":
        return not pattern["first_told"] or pattern["first_told"][:4] <= value
    return bool(pattern[name] == value)


def _can_be(name: str, value: str) -> bool:
    if name in _WORDS:
        return _WORDS[name].named(value) is not None
    if name == "answered":
        return value in ANSWERED
    pattern = _ID if name == "institution" else _SLUG if name == "neighbourhood" else _YEAR
    return pattern.fullmatch(value) is not None


_REFUSALS = {
    "from": "A year has four digits, such as 2021.",
    "to": "A year has four digits, such as 2021.",
    "institution": "We do not know this office. Choose one from the list on the page for councils.",
    "neighbourhood": "We do not know this neighbourhood. Choose one from the list on the page for councils.",
}


def _page(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 0 < int(text[:6]) <= _MOST_PAGES:
        raise Invalid(f"A page is a whole number from 1 to {_MOST_PAGES}.", field="page")
    return int(text)
