"""Query parameters of the API: an allow list, each read once, each refusal a sentence."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl

from app.kit.errors import Invalid
from app.kit.geo import BBox
from app.kit.partial_date import PartialDate
from app.public.collections import Collection
from app.published.queries import Question

LIMIT_MOST, LIMIT_DEFAULT = 10_000, 100
FILTERS = ("bbox", "limit", "neighbourhood", "kind", "activity", "lifecycle", "datetime", "cursor")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_TIME_OF_DAY = re.compile(r"T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)


def read_query(query_string: bytes, allowed: tuple[str, ...]) -> dict[str, str]:
    """The parameters of a query string. Raises Invalid for an unknown or repeated one."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise Invalid("The query cannot be read. Write text in it as percent-encoded UTF-8.") from error
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            raise Invalid(f"There is no parameter called “{name[:40]}” here. Known ones: {known}.", field="query")
        if name in given:
            raise Invalid(f"Give {name} once only.", field=name)
        given[name] = value
    return given


def read_loosely(query_string: bytes) -> dict[str, str]:
    """The parameters of a page's address: the first of each name, whatever else stands there. Raises Invalid."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise Invalid("We cannot read this address. Try it without what follows the question mark.") from error
    return dict(reversed(pairs))


def read_question(collection: Collection, given: Mapping[str, str]) -> Question:
    """What `given` asks of a collection. Raises Invalid for a value that cannot be meant."""
    since, until = _days(given["datetime"]) if "datetime" in given else (None, None)
    boxes = BBox.parse(given["bbox"]).parts() if "bbox" in given else ()
    return Question(
        collection=collection.id,
        boxes=boxes,
        neighbourhood=_slug(given.get("neighbourhood")),
        kind=_word(collection, "kind", given),
        activity=_word(collection, "activity", given),
        lifecycle=_word(collection, "lifecycle", given),
        since=since,
        until=until,
        after=read_cursor(given["cursor"]) if "cursor" in given else None,
        limit=_limit(given.get("limit")),
    )


def cursor_after(feature_id: str) -> str:
    """An opaque cursor that goes on after a feature. It holds no limit."""
    return base64.urlsafe_b64encode(feature_id.encode()).decode().rstrip("=")


def read_cursor(text: str) -> str:
    """The id that a cursor goes on after."""
    try:
        after = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Invalid("This cursor is not one of ours. Follow the “next” link as it is.", field="cursor") from error
    if not _SLUG.fullmatch(after):
        raise Invalid("This cursor is not one of ours. Follow the “next” link as it is.", field="cursor")
    return after


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT_DEFAULT
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) == 0:
        raise Invalid(f"limit must be a whole number from 1 to {LIMIT_MOST:,}.", field="limit")
    return min(int(text), LIMIT_MOST)


def _slug(text: str | None) -> str | None:
    if text is not None and not _SLUG.fullmatch(text):
        raise Invalid(
            "neighbourhood must be a short name such as chapeltown: see /api/collections/neighbourhoods/items.",
            field="neighbourhood",
        )
    return text


def _word(collection: Collection, name: str, given: Mapping[str, str]) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if name not in collection.words:
        raise Invalid(f"{collection.title} have no {name}.", field=name)
    known = [str(word) for word in collection.words[name]]
    if value not in known:
        raise Invalid(f"{name} must be one of: {', '.join(known)}.", field=name)
    return value


def _days(text: str) -> tuple[date | None, date | None]:
    """First and last day of a `datetime`: an instant, a/b, a/.., ../b; a month or year stands for all its days."""
    start, slash, end = text.partition("/")
    if not slash:
        moment = _moment(start)
        return moment.first_day, moment.last_day
    if start in {"", ".."} and end in {"", ".."}:
        raise Invalid("datetime needs at least one date, such as 2021-01-01/.. .", field="datetime")
    since = None if start in {"", ".."} else _moment(start).first_day
    until = None if end in {"", ".."} else _moment(end).last_day
    if since and until and since > until:
        raise Invalid("In datetime, the start lies after the end.", field="datetime")
    return since, until


def _moment(text: str) -> PartialDate:
    day, _mark, time_of_day = text[:10], text[10:11], text[10:]
    if time_of_day and not _TIME_OF_DAY.fullmatch(time_of_day):
        raise Invalid(
            "Write datetime as 2021-04-17T09:00:00Z, 2021-04-17, 2021-04 or 2021, or two with / between.",
            field="datetime",
        )
    return PartialDate.parse(day, field="datetime")
