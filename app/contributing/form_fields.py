"""The forms' fields and the answers behind them: the one place that knows both names."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request

from app.kit.errors import Invalid
from app.kit.partial_date import text_of_parts

# More than any entry will be changed; a longer number would cost time to read.
_VERSION_DIGITS = 9
# What a form sends: a text for each field, or a list where several boxes can be ticked.
Raw = dict[str, str | list[str]]

_SEVERAL = {"ways_of_working", "concerns", "recognised_by", "helped", "mechanisms"}
_DATES = {"since": "first_active", "until": "last_active", "occurred": "happened"}
_RENAMED = {"people": "people_band", "permission_holder": "holder", "helped_words": "what_helped"}
_SAME = {
    "initiatives": {
        *("title", "summary", "story", "activity", "lifecycle", "formality", "sharing", "neighbourhood"),
        "organisation_id",
    },
    "barriers": {"kind", "what_happened", "rule_cited", "stage", "effect", "initiative", "sharing", "neighbourhood"},
}
_LISTS = {"initiatives": {"ways_of_working", "concerns", "recognised_by"}, "barriers": set[str]()}
_OF = {"initiatives": {"people", "since", "until"}, "barriers": {"permission_holder", "helped_words", "occurred"}}
_ELSEWHERE = {"enablers": "helped", "geometry": "neighbourhood"}
_FIELD_OF_ANSWER = {
    **{answer: name for name, answer in (_DATES | _RENAMED).items()},
    "enablers": "helped",
    "geometry": "neighbourhood",
}


async def read_form(request: Request) -> Raw:
    """What a form sent, as text. Files are refused."""
    form = await request.form(max_fields=200, max_files=0)
    raw: Raw = {}
    for name in form:
        values = [value for value in form.getlist(name) if isinstance(value, str)]
        raw[name] = values if name in _SEVERAL else values[-1] if values else ""
    return raw


def text_of(raw: Raw, name: str) -> str:
    """A field's text, trimmed; "" where it was not sent."""
    value = raw.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def version_in(text: str) -> int:
    """The version that a form or a header names; -1, which no entry has, where it names none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _VERSION_DIGITS else -1


def answers_in(collection: str, raw: Raw) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers in the words of the API; and sentences on dates that cannot be read, by field."""
    given: dict[str, Any] = {name: text_of(raw, name) for name in _SAME[collection] if text_of(raw, name)}
    given |= {name: list(raw.get(name, [])) for name in _LISTS[collection]}
    given |= {answer: text_of(raw, name) for name, answer in _RENAMED.items() if name in _OF[collection]}
    errors: dict[str, str] = {}
    for name, answer in _DATES.items():
        if name in _OF[collection]:
            try:
                given[answer] = _date_text(raw, name)
            except Invalid as error:
                errors[name] = error.message
    if collection == "barriers":
        source = text_of(raw, "helped_by")
        given["enablers"] = [{"kind": kind, "from_whom": source} for kind in raw.get("helped", [])]
    return given, errors


def raw_of(collection: str, given: Mapping[str, Any]) -> Raw:
    """The form's fields that give these answers."""
    raw: Raw = {name: str(given[name] or "") for name in _SAME[collection]}
    raw |= {name: [str(word) for word in given[name]] for name in _LISTS[collection]}
    raw |= {name: str(given[answer] or "") for name, answer in _RENAMED.items() if name in _OF[collection]}
    for name, answer in _DATES.items():
        if name in _OF[collection]:
            parts = [*str(given[answer] or "").split("-"), "", ""][:3]
            raw |= {f"{name}_year": parts[0], f"{name}_month": parts[1], f"{name}_day": parts[2]}
    if collection == "barriers":
        raw["helped"] = [str(one["kind"]) for one in given["enablers"]]
        raw["helped_by"] = next((str(one["from_whom"]) for one in given["enablers"] if one["from_whom"]), "")
    return raw


def with_kept_words(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What helped, as the form's boxes say; what a program had told of each beyond them stays."""
    stored = [dict(one) for one in before]
    wanted = {str(one["kind"]): dict(one) for one in now}
    helper = next((str(one["from_whom"]) for one in stored if one["from_whom"]), "")
    is_same_helper = all(one["from_whom"] == helper for one in wanted.values())
    kept = [
        one if is_same_helper else one | {"from_whom": wanted[str(one["kind"])]["from_whom"]}
        for one in stored
        if str(one["kind"]) in wanted
    ]
    return kept + [one for kind, one in wanted.items() if kind not in {str(old["kind"]) for old in stored}]


def values_for_template(raw: Raw) -> dict[str, Any]:
    """The fields as the templates fill them in: dates in parts."""
    values: dict[str, Any] = dict(raw)
    for name in _DATES:
        values[name] = {part: text_of(raw, f"{name}_{part}") for part in ("day", "month", "year")}
    return values


def errors_by_field(errors: Mapping[str, str]) -> dict[str, str]:
    """Sentences on answers, by the name of the form's field."""
    return {_FIELD_OF_ANSWER.get(name, name): sentence for name, sentence in errors.items()}


def only(errors: Mapping[str, str], fields: Iterable[str]) -> dict[str, str]:
    """The sentences on these fields, in the order of the fields."""
    return {name: errors[name] for name in fields if name in errors}


def _date_text(raw: Raw, name: str) -> str | None:
    """The text of three boxes; None where nothing was written. Raises Invalid."""
    year, month, day = (text_of(raw, f"{name}_{part}") for part in ("year", "month", "day"))
    return text_of_parts(year, month, day) or None
