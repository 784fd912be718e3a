"""Answers from a form or from JSON: refused field by field in words, never with a crash, never with what was sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.barriers.answers import BarrierAnswers
from app.initiatives.answers import InitiativeAnswers
from app.kit import clock
from app.kit.answers import Answers, read_answers
from app.kit.errors import InvalidFields
from app.vocabulary import BarrierKind

MODELS: tuple[type[Answers], ...] = (InitiativeAnswers, BarrierAnswers)
LEAST: dict[type[Answers], dict[str, Any]] = {
    InitiativeAnswers: {"title": "Soup", "activity": "food"},
    BarrierAnswers: {"kind": "gatekeeping", "what_happened": "The key was lost."},
}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=40)
    | st.sampled_from(["", "2021", "2021-13", "food", "street", "nowhere", "\x00", "{{7*191}}", "<script>"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def refusals(model: type[Answers], sent: dict[str, Any]) -> dict[str, str]:
    """The sentence for each field that is refused."""
    try:
        read_answers(model, sent)
    except InvalidFields as error:
        return error.errors
    return {}


each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@each_model
@given(data=st.data())
def test_whatever_is_sent_is_taken_or_refused_in_words(model: type[Answers], data: st.DataObject) -> None:
    names = st.sampled_from([*model.model_fields, "status", "publication"]) | st.text(
        st.characters(codec=None), max_size=8
    )
    sent = data.draw(st.dictionaries(names, ODD, max_size=6))
    for sentence in refusals(model, LEAST[model] | sent).values():
        assert sentence.endswith((".", "?", "!")), sentence
        assert "pydantic" not in sentence
        assert "Traceback" not in sentence
        assert len(sentence) < 700
        sentence.encode()


@each_model
def test_the_least_is_enough(model: type[Answers]) -> None:
    read_answers(model, LEAST[model])


@pytest.mark.parametrize(("model", "missing"), [(model, name) for model in MODELS for name in LEAST[model]])
def test_what_is_needed_is_asked_for(model: type[Answers], missing: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        read_answers(model, {name: value for name, value in LEAST[model].items() if name != missing})
    assert set(refused.value.errors) == {missing}


@each_model
@pytest.mark.parametrize(
    "name",
    ["id", "publication", "steward_note", "was_shown", "version", "exact_shape", "batch_id", "source_id",
     "is_demonstration", "created_at", "changed_at", "__class__", "model_config"],
)  # fmt: skip
def test_nobody_can_set_what_we_did_not_ask(model: type[Answers], name: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        read_answers(model, LEAST[model] | {name: "published"})
    assert set(refused.value.errors) == {name}
    assert "There is no field called" in refused.value.errors[name]


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InvalidFields) as refused:
        read_answers(BarrierAnswers, LEAST[BarrierAnswers] | {"kind": "red_tape", "effect": "none", "enablers": "x"})
    assert set(refused.value.errors) == {"kind", "effect", "enablers"}
    assert all(kind.value in refused.value.errors["kind"] for kind in BarrierKind)
    assert "went_ahead_anyway" in refused.value.errors["effect"]


@pytest.mark.parametrize(
    ("given_answers", "field"),
    [
        ({"first_active": "2027"}, "first_active"),
        ({"first_active": "2026-11-25"}, "first_active"),
        ({"first_active": "2021", "last_active": "2020"}, "last_active"),
        ({"title": "a" * 121}, "title"),
        ({"title": "\u200b \u202e"}, "title"),
        ({"story": "a" * 100_000}, "story"),
        ({"story": 7}, "story"),
        ({"ways_of_working": "collective_action"}, "ways_of_working"),
        ({"ways_of_working": ["nothing"]}, "ways_of_working"),
    ],
)
def test_each_refusal_stands_beside_its_field(
    monkeypatch: pytest.MonkeyPatch, given_answers: dict[str, Any], field: str
) -> None:
    monkeypatch.setattr(clock, "source", lambda: datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
    with pytest.raises(InvalidFields) as refused:
        read_answers(InitiativeAnswers, LEAST[InitiativeAnswers] | given_answers)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11", "2026"])
def test_today_is_not_the_future(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(clock, "source", lambda: datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    read_answers(InitiativeAnswers, LEAST[InitiativeAnswers] | {"first_active": day, "last_active": day})


def test_a_refusal_does_not_send_back_what_was_written() -> None:
    secret = "my own words " * 20
    with pytest.raises(InvalidFields) as refused:
        read_answers(BarrierAnswers, {"kind": secret, "what_happened": [secret], "stage": secret, "happened": secret})
    assert "own words" not in refused.value.message
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@each_model
def test_a_name_to_look_up_is_cleaned_like_any_text(model: type[Answers]) -> None:
    read: Any = read_answers(model, LEAST[model] | {"neighbourhood": "chapel\x00town\ud800\u202e "})
    assert read.neighbourhood == "chapeltown"
    assert read_answers(model, LEAST[model] | {"neighbourhood": "\x00"}).neighbourhood is None  # type: ignore[attr-defined]


def test_answers_cannot_be_changed_afterwards() -> None:
    answers, name = read_answers(InitiativeAnswers, LEAST[InitiativeAnswers]), "title"
    with pytest.raises(ValidationError):
        setattr(answers, name, "Another")
