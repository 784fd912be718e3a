"""The filters of a list, kept in the address: the same for the list, its map and its files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.kit.errors import Invalid
from app.public.collections import COLLECTIONS
from app.public.parameters import read_question
from app.published.queries import Question
from app.vocabulary import Activity, BarrierKind, Lifecycle

PER_PAGE = 25
_MOST_PAGES = 400
ALLOWED = ("activity", "lifecycle", "kind", "page", "barriers")


@dataclass(frozen=True)
class Filters:
    """What a reader chose. `initiatives_page` and `barriers_page` count from 1."""

    chosen: dict[str, str]
    initiatives_page: int
    barriers_page: int

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """From a query; an empty choice counts as none. Raises Invalid for a word or page that there is not."""
        chosen = {name: given[name] for name in ("activity", "lifecycle", "kind") if given.get(name)}
        return cls(chosen, _page(given.get("page", "1")), _page(given.get("barriers", "1")))

    def question(self, collection: str, neighbourhood: str | None) -> Question:
        """The question for one collection: only the filters that it knows."""
        question = read_question(COLLECTIONS[collection], self._for(collection))
        page = self.initiatives_page if collection == "initiatives" else self.barriers_page
        return replace(question, neighbourhood=neighbourhood, limit=PER_PAGE, skip=PER_PAGE * (page - 1))

    def api_address(self, collection: str, neighbourhood: str) -> str:
        """Where the same features are, for the map and for programs."""
        return f"/api/collections/{collection}/items?" + urlencode(
            {"neighbourhood": neighbourhood, **self._for(collection)}
        )

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
        return [
            {"name": name, "label": label, "options": choices(words), "value": self.chosen.get(name, "")}
            for name, label, words in shown
        ]

    def _for(self, collection: str) -> dict[str, str]:
        return {name: word for name, word in self.chosen.items() if name in COLLECTIONS[collection].words}

    def _turned(self, address: str, name: str, page: int) -> str:
        pages = {"page": self.initiatives_page, "barriers": self.barriers_page} | {name: page}
        kept = {which: str(number) for which, number in pages.items() if number > 1}
        return f"{address}?{urlencode(self.chosen | kept)}" if self.chosen or kept else address


def choices(words: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - a class of words
    """(value, label, hint) of each word, in its order."""
    return [(str(word), word.label, word.hint) for word in words]


def _page(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 0 < int(text[:6]) <= _MOST_PAGES:
        raise Invalid(f"A page is a whole number from 1 to {_MOST_PAGES}.", field="page")
    return int(text)
