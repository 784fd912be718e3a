"""Answers from a form or from JSON, checked by a pydantic model, with refusals as plain sentences."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.kit import clock
from app.kit.errors import DomainError, Invalid, InvalidFields
from app.kit.partial_date import PartialDate
from app.kit.text import clean_line, clean_text


class Answers(BaseModel):
    """Base of all checked answers: unknown fields are refused, so that nobody can set what we did not ask."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True)


def line(most: int, *, needed: str | None = None) -> BeforeValidator:
    """One line of cleaned text of at most `most` characters; `needed` is the sentence said where it is empty."""

    def check(raw: object) -> str:
        text = clean_line(_as_text(raw), most=most, field="text")
        if needed and not text:
            raise Invalid(needed)
        return text

    return BeforeValidator(check)


def paragraphs(most: int, *, needed: str | None = None) -> BeforeValidator:
    """Cleaned text that keeps its line breaks; see `line`."""

    def check(raw: object) -> str:
        text = clean_text(_as_text(raw), most=most, field="text")
        if needed and not text:
            raise Invalid(needed)
        return text

    return BeforeValidator(check)


def name_or_none(most: int) -> BeforeValidator:
    """One cleaned line that may be left out: what others call a thing, to be looked up."""

    def check(raw: object) -> str | None:
        return clean_line(_as_text(raw), most=most, field="text") or None

    return BeforeValidator(check)


def _as_text(raw: object) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise Invalid("Send text here.")
    return raw


def _empty_as_none(raw: object) -> object:
    return None if raw == "" else raw


def _past(raw: object) -> PartialDate | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, PartialDate):
        return raw
    value = PartialDate.parse(_as_text(raw), field="date")
    if value.first_day > clock.today():
        raise Invalid("This date is in the future. Give one that has been.")
    return value


# A form sends an empty text for what was not answered.
MAY_BE_EMPTY = BeforeValidator(_empty_as_none)
# A day, month or year that has been, as text: "2021-04-17", "2021-04" or "2021".
When = Annotated[PartialDate | None, BeforeValidator(_past)]

Checked = TypeVar("Checked", bound=Answers)


def read_answers(model: type[Checked], given: Mapping[str, Any]) -> Checked:
    """`given` as a checked `model`. Raises InvalidFields: each field with one sentence that says how to mend it."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise InvalidFields(_sentences(model, error)) from None


def _sentences(model: type[BaseModel], error: ValidationError) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        cause = problem.get("ctx", {}).get("error")
        told = cause.field if isinstance(cause, DomainError) else None
        field = str(problem["loc"][0]) if problem["loc"] else told or "answers"
        sentences.setdefault(
            field, cause.message if isinstance(cause, DomainError) else _sentence(model, field, dict(problem))
        )
    return sentences


def _sentence(model: type[BaseModel], field: str, problem: dict[str, Any]) -> str:
    kind = problem["type"]
    if kind == "missing":
        return "Please answer this."
    if kind == "enum":
        return f"Choose one of: {_known_words(model, field)}."
    if kind == "extra_forbidden":
        return f"There is no field called “{field[:60]}”. Known fields: {', '.join(sorted(model.model_fields))}."
    if kind.startswith("list"):
        return "Send a list here."
    return "Send text here." if kind.startswith("string") else "This answer cannot be read."


def _known_words(model: type[BaseModel], field: str) -> str:
    """The code words that a field takes, where its type is an enum, a list of them, or one that may be left out."""
    waiting = [model.model_fields[field].annotation] if field in model.model_fields else []
    while waiting:
        annotation: Any = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return ", ".join(str(member.value) for member in annotation)
        waiting.extend(get_args(annotation))
    return ""
