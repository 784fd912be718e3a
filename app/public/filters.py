"""The filters of a list, kept in the address: the same for the list, its map and its files."""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.kit import clock
from app.kit.errors import Invalid
from app.public.collections import COLLECTIONS
from app.public.parameters import read_loosely, read_question
from app.published.queries import Question
from app.vocabulary import Activity, BarrierKind, Lifecycle

PER_PAGE = 25
_MOST_PAGES = 400
_KNOWN = ("activity", "lifecycle", "kind", "from", "to", "page", "barriers")
_FIRST_YEAR = 1990


@dataclass(frozen=True)
class Filters:
    """What a reader chose: words, and years from and to. `initiatives_page` and `barriers_page` count from 1."""

    chosen: dict[str, str]
    initiatives_page: int
    barriers_page: int

    @classmethod
    def read(cls, query_string: bytes) -> "Filters":
        """From a query; an empty choice counts as none. Raises Invalid for a word, year or page that there is not.

        What else stands in the query is left alone: sites on which people share a page add marks of their own to it.
        """
        given = {name: value for name, value in read_loosely(query_string).items() if name in _KNOWN and value}
        chosen: dict[str, str] = {name: given[name] for name in ("activity", "lifecycle", "kind") if name in given}
        years: dict[str, str] = {name: _year(given[name]) for name in ("from", "to") if name in given}
        # Whoever chose them the other way round meant the same years.
        years = dict(zip(years, sorted(years.values()), strict=True))
        return cls(chosen | years, _page(given.get("page", "1")), _page(given.get("barriers", "1")))

    def question(self, collection: str, neighbourhood: str | None) -> Question:
        """The question for one collection: only the filters that it knows."""
        try:
            question = read_question(COLLECTIONS[collection], self._for(collection))
        except Invalid as error:
            # The API names the words that it knows; people know them by their labels only.
            raise Invalid("We do not know one of the choices in this address.", field=error.field) from error
        page = self.initiatives_page if collection == "initiatives" else self.barriers_page
        return replace(question, neighbourhood=neighbourhood, limit=PER_PAGE, skip=PER_PAGE * (page - 1))

    def api_address(self, collection: str, neighbourhood: str) -> str:
        """Where the same features are, for the map and for programs."""
        return f"/api/collections/{collection}/items?{self._asked(collection, neighbourhood)}"

    def table_address(self, collection: str, neighbourhood: str) -> str:
        """Where the same features are as a table for spreadsheets."""
        return f"/api/collections/{collection}/items.csv?{self._asked(collection, neighbourhood)}"

    def pagination(self, address: str, name: str, total: int) -> dict[str, Any]:
        """For components/pagination.html; `name` is "page" or "barriers"."""
        page = self.initiatives_page if name == "page" else self.barriers_page
        first, last = PER_PAGE * (page - 1) + 1, min(PER_PAGE * page, total)
        return {
            "previous": self._turned(address, name, page - 1) if page > 1 else None,
            "next": self._turned(address, name, page + 1) if last < total else None,
            "first": first,
            "last": last,
            "total": total,
        }

    def as_context(self) -> list[dict[str, Any]]:
        """For components/filters.html."""
        shown = (
            ("activity", "What people do", Activity),
            ("lifecycle", "How it is going", Lifecycle),
            ("kind", "What got in the way", BarrierKind),
        )
        years = [(str(year), str(year), "") for year in range(clock.today().year, _FIRST_YEAR - 1, -1)]
        fields = [(name, label, choices(words)) for name, label, words in shown]
        fields += [("from", "From the year", years), ("to", "Up to the year", years)]
        return [
            {"name": name, "label": label, "options": options, "value": self.chosen.get(name, "")}
            for name, label, options in fields
        ]

    def _asked(self, collection: str, neighbourhood: str) -> str:
        return urlencode({"neighbourhood": neighbourhood, **self._for(collection)})

    def _for(self, collection: str) -> dict[str, str]:
        words = {name: word for name, word in self.chosen.items() if name in COLLECTIONS[collection].words}
        first, last = self.chosen.get("from", ".."), self.chosen.get("to", "..")
        return words if first == last == ".." else words | {"datetime": f"{first}/{last}"}

    def _turned(self, address: str, name: str, page: int) -> str:
        pages = {"page": self.initiatives_page, "barriers": self.barriers_page} | {name: page}
        kept = {which: str(number) for which, number in pages.items() if number > 1}
        return f"{address}?{urlencode(self.chosen | kept)}" if self.chosen or kept else address


def choices(words: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - a class of words
    """(value, label, hint) of each word, in its order."""
    return [(str(word), word.label, word.hint) for word in words]


def _year(text: str) -> str:
    if not re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise Invalid("A year has four digits, such as 2021.", field="from")
    return text


def _page(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 0 < int(text[:6]) <= _MOST_PAGES:
        raise Invalid(f"A page is a whole number from 1 to {_MOST_PAGES}.", field="page")
    return int(text)
