"""The stewards' public log: how many decisions of each sort there were in a week, and by which rule; never on what."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Annotated, Any

from babel.dates import format_date
from fastapi import APIRouter, Query, Request, Response

from app.public.answers import etag_of_bytes, unchanged
from app.public.page_answers import page_etag, send_page
from app.public.places import all_places
from app.published.queries import DecisionCount
from app.vocabulary import DecisionReason, Publication, Word
from app.vocabulary.sharing import PatternAct
from app.web.house import house_of

router = APIRouter(include_in_schema=False)

_KINDS = {
    "initiatives": "Something people do",
    "barriers": "Something that got in the way",
    "responses": "What an institution answered",
    "journal": "A note of a learning journal",
    "recognitions": "Recognition in public",
    "replies": "A funder’s reply",
    "patterns": "What gets in the way again and again",
}
_OUTCOMES: dict[Word, str] = {
    Publication.PUBLISHED: "Published",
    Publication.RETURNED: "Sent back",
    Publication.HIDDEN: "Hidden",
    **{act: act.label for act in PatternAct},
}
_WEEKS_A_PAGE = 12
_LAST_PAGE = 10_000


@router.get("/moderation/log")
def show_log(request: Request, page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1) -> Response:
    """Decisions by week, newest first; the same page for everyone."""
    published = house_of(request).published
    decisions = published.decisions()
    etag = f"{page_etag(request)[:-1]}-{etag_of_bytes(repr(decisions).encode())[3:]}"
    known = unchanged(request, etag)
    if known is not None:
        return known
    names = {place.slug: place.name for place in all_places(published)}
    weeks = [
        {"when_iso": week, "when": _in_words(week), "decisions": _lines(list(found), names)}
        for week, found in groupby(decisions, key=lambda one: one.week)
    ]
    first = (page - 1) * _WEEKS_A_PAGE
    turned = {
        "previous": _address(page - 1) if page > 1 else None,
        "next": _address(page + 1) if first + _WEEKS_A_PAGE < len(weeks) else None,
        "first": first + 1,
        "last": min(first + _WEEKS_A_PAGE, len(weeks)),
        "total": len(weeks),
    }
    context = {"weeks": weeks[first : first + _WEEKS_A_PAGE], "page": turned}
    return send_page(request, "moderation/log.html", context, etag)


def _address(page: int) -> str:
    return "/moderation/log" if page == 1 else f"/moderation/log?page={page}"


def _lines(found: Sequence[DecisionCount], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "count": one.decisions,
            "neighbourhood_name": names.get(one.neighbourhood, one.neighbourhood),
            "kind_label": _KINDS.get(one.collection, one.collection),
            "decision_label": next((words for code, words in _OUTCOMES.items() if code == one.outcome), one.outcome),
            "reason": _label(DecisionReason, one.reason),
        }
        for one in found
    ]


def _in_words(week: str) -> str:
    """An ISO week such as "2026-W47" as the day on which it began."""
    year, number = week.split("-W")
    return format_date(date.fromisocalendar(int(year), int(number), 1), "d MMMM y", locale="en_GB")


def _label(words: type[Word], code: str) -> str:
    # A word that a newer version wrote is left out, not an error.
    return next((word.label for word in words if word == code), "")
