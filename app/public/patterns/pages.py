"""Pages of recurring barriers: the list, one of them, and what changed. They read the public side alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.kit import clock
from app.kit.errors import NotFound
from app.public.answers import unchanged
from app.public.area_maps import area_map
from app.public.map_pages import map_headers
from app.public.page_answers import page_etag, send_page
from app.public.patterns import words
from app.public.patterns.filters import PatternFilters, answered
from app.public.patterns.reading import current_answers, opened_rules, recurring
from app.public.places import all_places
from app.public.records import record_of
from app.published.queries import Published
from app.web.charts import quarter_chart
from app.web.house import house_of

router = APIRouter(include_in_schema=False)


@router.get("/patterns")
def patterns(request: Request) -> Response:
    """What gets in the way again and again."""
    filters = PatternFilters.read(request.scope["query_string"], ())
    etag = page_etag(request, clock.today())
    same = unchanged(request, etag)
    if same is not None:
        return same
    all_patterns = recurring(house_of(request).published).patterns
    shown = filters.shown(all_patterns)
    if filters.page > 1 and not shown:
        raise NotFound("This list has fewer pages.")
    context = {
        "patterns": [card(one) for one in shown],
        "total": len(all_patterns),
        "page": filters.pagination("/patterns", len(all_patterns)),
        "notices": [card(one) for one in all_patterns if one["is_early_notice"]],
        "feed_url": "/patterns.atom",
    }
    return send_page(request, "public/patterns.html", context, etag)


@router.get("/patterns/{pattern_id}")
def pattern(request: Request, pattern_id: str) -> Response:
    """One recurring barrier. 301 where it was joined with another, 410 where too few groups share it by now."""
    # The clock moves every day.
    etag = page_etag(request, clock.today())
    house = house_of(request)
    feature = house.published.one("patterns", pattern_id)
    if feature is None:
        return _not_here(request, pattern_id)
    same = unchanged(request, etag)
    if same is not None:
        return same
    record = record_of(feature)
    shell = area_map(all_places(house.published), [record], "/neighbourhoods/", house.settings)
    quarters = [{**one, "label": words.month_words(one["begins"])} for one in record["quarters"]]
    context = {
        "record": record,
        "card": card(record),
        "where": words.where_sentence(record),
        "since": words.since_sentence(record),
        "answers": told_answers(record),
        "earlier": earlier_answers(record),
        "once": words.once_reopened(record),
        "quarters": quarters,
        "has_quarters": any(one["groups"] for one in quarters),
        "chart": quarter_chart([one | {"label": _short(one["begins"])} for one in quarters]),
        "times": words.times_sentence(record),
        "stories": _stories(house.published, record["told"]),
        "together": words.together_sentences(record),
        "map_shell": shell,
        "data_url": f"/api/collections/patterns/items/{pattern_id}",
        "feed_url": PatternFilters.read(b"").address("/patterns.atom", **_narrowed(record)),
    }
    return send_page(request, "public/pattern.html", context, etag, map_headers(shell, house.settings))


@router.get("/changed")
def changed(request: Request) -> Response:
    """Rules that were changed, waived, made simpler or found not to exist."""
    etag = page_etag(request)
    same = unchanged(request, etag)
    if same is not None:
        return same
    filters = PatternFilters.read(request.scope["query_string"], ())
    opened = opened_rules(house_of(request).published)
    shown = filters.shown(opened)
    if filters.page > 1 and not shown:
        raise NotFound("This list has fewer pages.")
    context = {
        "changes": [
            {
                "title": one.record["title"],
                "url": one.record["url"],
                "is_pattern": "groups" in one.record,
                "main": words.main_sentence(one.record) if "groups" in one.record else "",
                "demonstration": one.record.get("demonstration", False),
                "reopened": words.reopened_sentence(one.record),
                "answer": _answer(one.record, one.answer),
            }
            for one in shown
        ],
        "total": len(opened),
        "page": filters.pagination("/changed", len(opened)),
    }
    return send_page(request, "public/changed.html", context, etag)


def card(one: Mapping[str, Any]) -> dict[str, Any]:
    """A recurring barrier for components/pattern_list.html."""
    today = clock.today()
    newest = next(iter(current_answers(one)), None)
    return {
        "id": one["id"],
        "title": one["title"],
        "url": one["url"],
        "sentences": words.sentences(one),
        "words": words.listed(one["words"]),
        "answered": answered(one),
        "state": words.state_quote(newest) if newest else "",
        "said": words.answer_title(newest) if newest else "",
        "waiting": words.waiting_sentence(one, today),
        "groups_label": one["groups_label"],
        "is_early_notice": one["is_early_notice"],
        "demonstration": one.get("demonstration", False),
    }


def told_answers(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answers that hold, newest first, for components/answers.html."""
    return [_answer(record, one) for one in current_answers(record)]


def earlier_answers(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Versions that were corrected since, newest first."""
    return [_answer(record, one) for one in record["answers"] if not one["is_current"]]


def _answer(record: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    is_pattern = "groups" in record
    return {
        **one,
        "title": words.answer_title(one),
        "quote": words.state_quote(one),
        "when": words.day_words(one["published"]),
        "took": words.took_sentence(record.get("shown_since"), one["published"]),
        "verdict": words.verdict_sentence(one["outcomes"], is_pattern=is_pattern),
        "change": words.after_sentences(one["after"]) if is_pattern and one["is_settled"] else [],
    }


def _stories(published: Published, told: Sequence[str]) -> list[dict[str, Any]]:
    features = (published.one("barriers", report_id) for report_id in told)
    return [record_of(feature) for feature in features if feature is not None]


def _narrowed(record: Mapping[str, Any]) -> dict[str, str]:
    return {"institution": record["institution"]} if record["institution"] else {"kind": record["kind"]}


def _short(month: str) -> str:
    """Like "Jan 25" for "2025-01"."""
    full = words.month_words(month)
    return f"{full[:3]} {month[2:4]}"


def _not_here(request: Request, pattern_id: str) -> Response:
    house = house_of(request)
    published = house.published
    to = published.moved_to("patterns", pattern_id)
    if to is not None and published.one("patterns", to) is not None:
        return RedirectResponse(f"/patterns/{to}", status_code=301, headers={"Cache-Control": "no-cache"})
    if published.is_withdrawn("patterns", to or pattern_id):
        return house.pages.answer(request, "public/pattern_gone.html", {}, status=410)
    raise NotFound("There is no recurring problem with this address. It may have moved, or too few groups share it.")
