"""Published features as the templates show them: their properties, with dates and lists put into words."""

from collections.abc import Iterable
from typing import Any

import orjson
from babel.dates import format_date
from babel.numbers import format_currency
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.kit.partial_date import PartialDate
from app.vocabulary import Concern, Recognition, WayOfWorking, Word

Record = dict[str, Any]

_OPENING = 160
_PATTERNS = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}


def record_of(feature_json: bytes) -> Record:
    """The properties of a finished feature, with its `id`, its `geometry` and words for the page."""
    feature = orjson.loads(feature_json)
    record: Record = {"id": feature["id"], "geometry": feature["geometry"], **feature["properties"]}
    record.setdefault("demonstration", False)
    record.setdefault("imported_from", None)
    record |= {"imported_licence": record.get("licence"), "imported_id": record.get("source_id")}
    for name, words in (("ways_of_working", WayOfWorking), ("concerns", Concern), ("recognised_by", Recognition)):
        record[f"{name}_labels"] = [member.label for member in _members(words, record.get(name, ()))]
    record |= {"since": in_words(record.get("first_active")), "until": in_words(record.get("last_active"))}
    record |= {"when": in_words(record.get("happened")), "permission_holder": record.get("holder")}
    for name, day, spoken in (("recognitions", "since", "since_words"), ("journal", "when", "when_words")):
        record[name] = [one | {spoken: in_words(one[day])} for one in record.get(name, ())]
    record["grants"] = [
        one
        | {"awarded_words": in_words(one["awarded"]), "amount_words": amount_in_words(one["amount"], one["currency"])}
        for one in record.get("grants", ())
    ]
    if record.get("what_happened"):
        record["summary"] = opening(record["what_happened"])
    return record


def amount_in_words(amount: float, currency: str) -> str:
    """An amount of money as British readers write it: whole pounds without pence, other currencies by their sign."""
    pattern = "¤#,##0" if amount == int(amount) else None
    return format_currency(amount, currency, pattern, locale="en_GB", currency_digits=False)


def opening(story: str) -> str:
    """The first words of a story, whole, up to about two lines."""
    line = " ".join(story.split())
    if len(line) <= _OPENING:
        return line
    # Cut between words, unless the text has none.
    return (line[:_OPENING].rpartition(" ")[0] or line[:_OPENING]) + " …"


def helped_sentences(record: Record) -> list[str]:
    """What helped, one sentence each: what it was, and what kind of person it came from."""
    sentences = [str(record["helped"])] if record.get("helped") else []
    for one in record.get("what_helped", ()):
        source = f" ({one['from_whom_label'].lower()})" if one["from_whom_label"] else ""
        sentences.append(f"{one['kind_label']}{source}" + (f": {one['text']}" if one["text"] else ""))
    return sentences


def shape_of(record: Record) -> BaseGeometry:
    """The public shape (WGS 84)."""
    return shape(record["geometry"])


def _members(words: type[Word], codes: Iterable[str]) -> list[Word]:
    # A word that a newer version wrote is left out, not an error.
    known = {str(member): member for member in words}
    return [known[code] for code in codes if code in known]


def in_words(text: str | None) -> str:
    """A day, month or year as people say it; "" for none."""
    if not text:
        return ""
    moment = PartialDate.parse(text, field="date")
    return format_date(moment.first_day, _PATTERNS[moment.precision], locale="en_GB")
