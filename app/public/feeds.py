"""Recurring barriers as an Atom feed (RFC 4287): what is new, what is answered, what suddenly comes up more often."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.kit import clock
from app.public.answers import unchanged, zipped_if_wanted
from app.public.page_answers import page_etag
from app.public.patterns.filters import FEED, PatternFilters
from app.public.patterns.reading import current_answers, recurring
from app.public.patterns.words import (
    day_words,
    listed,
    not_agreed,
    sentences,
    since_sentence,
    state_quote,
    where_sentence,
)
from app.web.house import house_of

ATOM = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_MOST_ENTRIES = 100
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Of a feed that holds nothing yet.
_LONG_AGO = "2017-01-01"

router = APIRouter(include_in_schema=False)
ET.register_namespace("", _NAMESPACE)


@router.get("/patterns.atom")
def feed(request: Request) -> Response:
    """Recurring barriers, newest change first; narrowed by office, kind or neighbourhood."""
    filters = PatternFilters.read(request.scope["query_string"], FEED)
    house = house_of(request)
    etag = page_etag(request, clock.today())
    same = unchanged(request, etag)
    if same is not None:
        return same
    kept = [one for one in recurring(house.published).patterns if filters.keeps(one)]
    body = atom(kept, house.settings.web.public_url, filters.feed_address(), filters.address("/councils"))
    body, packed = zipped_if_wanted(request, body)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": etag, **packed}
    return Response(body, headers=headers, media_type=f"{ATOM}; charset=utf-8")


def atom(patterns: Sequence[Mapping[str, Any]], public_url: str, here: str, page: str) -> bytes:
    """The feed of `patterns`. `here` and `page` are addresses below `public_url`: of the feed, and of its list."""
    today = clock.today()
    dated = sorted(patterns, key=lambda one: (changed_on(one, today), one["id"]), reverse=True)[:_MOST_ENTRIES]
    made = ET.Element(f"{{{_NAMESPACE}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(made, "title", "Small Ecology: what gets in the way again and again")
    _add(made, "id", f"{public_url}{here}")
    _add(made, "updated", _moment(changed_on(dated[0], today) if dated else _LONG_AGO))
    _add(made, "link", rel="self", type=ATOM, href=f"{public_url}{here}")
    _add(made, "link", rel="alternate", type="text/html", href=f"{public_url}{page}")
    _add(_add(made, "author"), "name", "Small Ecology")
    for one in dated:
        entry = _add(made, "entry")
        _add(entry, "title", f"Early notice: {one['title']}" if one["is_early_notice"] else one["title"])
        # The id of a pattern is a UUID and stays, wherever the service moves.
        _add(entry, "id", f"urn:uuid:{one['id']}")
        _add(entry, "updated", _moment(changed_on(one, today)))
        if one["shown_since"]:
            _add(entry, "published", _moment(one["shown_since"]))
        _add(entry, "link", rel="alternate", type="text/html", href=f"{public_url}{one['url']}")
        _add(entry, "category", term=one["kind"], label=one["kind_label"])
        _add(entry, "content", "\n".join(_told(one)), type="text")
    return bytes(ET.tostring(made, encoding="utf-8", xml_declaration=True))


def changed_on(one: Mapping[str, Any], today: date) -> str:
    """The newest day that a pattern tells of (ISO): a page, an answer, a verdict, or the first day of a month."""
    days = [one["shown_since"], one["reopened_on"], *(answer["published"] for answer in one["answers"])]
    if one["last_told"]:
        # A month or a year, as it was told: never a day.
        days.append(f"{one['last_told']}-01-01"[:10])
    # Somebody may have mistyped a year that is still to come.
    return max((day for day in days if day and day <= today.isoformat()), default=_LONG_AGO)


def _told(one: Mapping[str, Any]) -> list[str]:
    lines = [*sentences(one), where_sentence(one), since_sentence(one)]
    lines += [f"Words that kept coming back: {listed(one['words'])}."] if one["words"] else []
    lines += [
        f"{answer['institution_name']}, {day_words(answer['published'])}: “{state_quote(answer)}”. {answer['text']}"
        for answer in current_answers(one)
    ]
    return [line for line in (*lines, _waiting(one)) if line]


def _waiting(one: Mapping[str, Any]) -> str:
    """Since when nobody answered. A feed that counted days would be new every day, and nothing in it is."""
    if one["reopened_on"]:
        said = f"Groups said on {day_words(one['reopened_on'])} that they are still blocked."
        again = one["answered_again_on"]
        return f"{said} A new answer came on {day_words(again)}." if again else said
    if not one["waiting_since"]:
        return ""
    if not one["agreed_since"]:
        return not_agreed(one["holder"])
    return f"No answer that settles it since {day_words(max(one['waiting_since'], one['agreed_since']))}."


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    kept = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    made = ET.SubElement(parent, f"{{{_NAMESPACE}}}{name}", kept)
    made.text = _NOT_XML.sub("", text) or None
    return made


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"
