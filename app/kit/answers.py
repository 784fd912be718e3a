"""Answers from a form or from JSON, checked by a pydantic model, with refusals as plain sentences."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from app.kit.errors import DomainError, InvalidFields


class Answers(BaseModel):
    """Base of all checked answers: unknown fields are refused, so that nobody can set what we did not ask."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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
        field = str(problem["loc"][0]) if problem["loc"] else "answers"
        sentences.setdefault(field, _sentence(model, field, dict(problem)))
    return sentences


def _sentence(model: type[BaseModel], field: str, problem: dict[str, Any]) -> str:
    cause = problem.get("ctx", {}).get("error")
    kind = problem["type"]
    if isinstance(cause, DomainError):
        sentence = cause.message
    elif kind == "missing":
        sentence = "Please answer this."
    elif kind == "enum":
        sentence = f"Choose one of: {_known_words(model, field) or problem['ctx']['expected']}."
    elif kind == "extra_forbidden":
        known = ", ".join(sorted(model.model_fields))
        sentence = f"There is no field called “{field[:60]}”. Known fields: {known}."
    elif kind.startswith("list"):
        sentence = "Send a list here."
    elif kind.startswith("string"):
        sentence = "Send text here."
    else:
        sentence = "This answer cannot be read."
    return sentence


def _known_words(model: type[BaseModel], field: str) -> str:
    """The code words that a field takes, where its type is an enum, a list of them, or one that may be left out."""
    waiting = [model.model_fields[field].annotation] if field in model.model_fields else []
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return ", ".join(str(member.value) for member in annotation)
        waiting.extend(get_args(annotation))
    return ""
