"""An officer's answer as the form sends it, and what is still missing before everyone may read it."""

from collections.abc import Collection
from typing import Annotated

from app.kit.answers import MAY_BE_EMPTY, Answers, line, name_or_none, paragraphs
from app.kit.errors import InvalidFields
from app.vocabulary import ResponseState

TEXT_MOST = 4000
RULE_MOST = 300
NAME_MOST = 80
# What is of no use to anybody without words.
_NEEDS_WORDS = {
    ResponseState.WAIVABLE: "Say who to ask to be let off, and how.",
    ResponseState.SIMPLIFIED: "Say what is simpler now.",
    ResponseState.RULE_CHANGED: "Say what the rule is now.",
    ResponseState.UPHELD_WITH_REASON: "Say why the rule is needed. One sentence will do.",
}


class ResponseAnswers(Answers):
    """What an institution says of a barrier or a pattern. `passed_to` is an id of the register."""

    state: Annotated[ResponseState | None, MAY_BE_EMPTY] = None
    text: Annotated[str, paragraphs(TEXT_MOST)] = ""
    rule_cited: Annotated[str, line(RULE_MOST)] = ""
    passed_to: Annotated[str | None, name_or_none(36)] = None


class CannedAnswers(Answers):
    """A text to keep for the next time, and what to call it."""

    name: Annotated[str, line(NAME_MOST, needed="Give the text a name, so that you find it again.")] = ""
    text: Annotated[str, paragraphs(TEXT_MOST, needed="Write the text first. Then keep it.")] = ""


def check_draft(answers: ResponseAnswers, own_id: str, register: Collection[str]) -> ResponseState:
    """The state of an answer that may be kept as a draft. Raises InvalidFields for what could never be published."""
    errors = _contradictions(answers, own_id, register)
    if answers.state is None:
        errors = {"state": "Choose what you answer. You can change it until you publish."} | errors
    if errors or answers.state is None:
        raise InvalidFields(errors)
    return answers.state


def check_complete(answers: ResponseAnswers, own_id: str, register: Collection[str]) -> ResponseState:
    """The state of an answer that everyone may read. Raises InvalidFields with all that is missing."""
    errors: dict[str, str] = {}
    if answers.state is None:
        errors["state"] = "Choose what you answer."
    elif answers.state in _NEEDS_WORDS and not answers.text:
        errors["text"] = _NEEDS_WORDS[answers.state]
    if answers.state is ResponseState.UPHELD_WITH_REASON and not answers.rule_cited:
        errors["rule_cited"] = "Name the rule that stays, so that people can look it up."
    if answers.state is ResponseState.PASSED_ON and answers.passed_to is None:
        errors["passed_to"] = "Choose the office that it is with now."
    errors |= _contradictions(answers, own_id, register)
    if errors or answers.state is None:
        raise InvalidFields(errors)
    return answers.state


def _contradictions(answers: ResponseAnswers, own_id: str, register: Collection[str]) -> dict[str, str]:
    if answers.passed_to is None:
        return {}
    if answers.passed_to == own_id:
        return {"passed_to": "That is you. Choose another office."}
    if answers.passed_to not in register:
        return {"passed_to": "This office is not in the register any more. Choose another one."}
    if answers.state is not ResponseState.PASSED_ON:
        told = f"You chose an office to pass it on to. Then choose “{ResponseState.PASSED_ON.label}” above, too."
        return {"passed_to": f"{told} Or choose no office."}
    return {}
