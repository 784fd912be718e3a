"""What recurring barriers say of themselves: plain sentences, no more exact than what is published."""

from datetime import date
from typing import Any

import pytest

from app.public.patterns import words

TODAY = date(2026, 11, 24)


def pattern(**more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": "Public liability insurance: Eastmoor parks team",
        "kind": "health_and_safety",
        "kind_label": "Health and safety rules",
        "rule_cited": None,
        "holder": "Eastmoor parks team",
        "institution": None,
        "agreed_since": None,
        "groups_label": "5 to 9 groups",
        "neighbourhoods": [],
        "neighbourhood_count": 3,
        "is_sensitive": False,
        "first_told": "2024-03",
        "last_told": "2026-07",
        "trend": "more_often",
        "is_early_notice": False,
        "effects": [
            {"word": "slowed", "groups": 4},
            {"word": "cost_more", "groups": 1},
            {"word": "stopped", "groups": 2},
        ],
        "helped": [{"word": "template", "groups": 3}],
        "words": [],
        "state": None,
        "reopened_on": None,
        "waiting_since": None,
    }
    return told | more


def test_a_pattern_is_told_in_a_few_plain_sentences() -> None:
    assert words.sentences(pattern(rule_cited="Public liability insurance")) == [
        "5 to 9 groups in three neighbourhoods were stopped or slowed down by the rule “Public liability insurance”.",
        "It comes up more often than before.",
        "What helped: a ready-made form or letter (three groups).",
    ]


@pytest.mark.parametrize(
    ("effects", "done"),
    [
        ([], "held up"),
        ([{"word": "went_ahead_anyway", "groups": 5}], "held up"),
        ([{"word": "cost_more", "groups": 1}], "made to pay more"),
    ],
)
def test_what_it_did_is_said_as_far_as_it_was_told(effects: list[dict[str, Any]], done: str) -> None:
    assert f"were {done} by health and safety rules." in words.main_sentence(pattern(effects=effects))


def test_what_is_sensitive_names_the_city_alone() -> None:
    told = pattern(is_sensitive=True, neighbourhood_count=None, kind="welfare_sanction", effects=[], helped=[])
    assert words.main_sentence(told) == "5 to 9 groups in this city were held up by benefit rules."
    assert "neighbourhood" not in words.where_sentence(told)


def test_places_are_named_only_where_they_are_published() -> None:
    named = pattern(neighbourhoods=[{"slug": "seacroft", "name": "Seacroft"}])
    assert words.where_sentence(named) == "It is told from Seacroft, and from two more."
    assert words.where_sentence(pattern()).startswith("It is told from three neighbourhoods.")
    assert words.where_sentence(pattern(neighbourhood_count=1)).startswith("It is told from one neighbourhood.")


def test_early_notice_is_told_in_words() -> None:
    assert words.EARLY_NOTICE in words.sentences(pattern(is_early_notice=True))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, ""),
        ({"waiting_since": "2026-10-12"}, "This office has not agreed to answer here: Eastmoor parks team."),
        ({"waiting_since": "2026-10-12", "holder": None}, "We do not know yet which office could change this."),
        ({"waiting_since": "2026-10-12", "agreed_since": "2026-01-01"}, "No answer for 43 days."),
        ({"waiting_since": "2026-01-01", "agreed_since": "2026-11-23"}, "No answer for 1 day."),
        ({"waiting_since": "2026-11-24", "agreed_since": "2026-01-01"}, "No answer yet."),
        (
            {"waiting_since": "2026-10-12", "agreed_since": "2026-01-01", "state": "heard"},
            "No answer that settles it for 43 days.",
        ),
        (
            {"waiting_since": "2026-11-04", "reopened_on": "2026-11-04", "state": "waivable"},
            "Groups say that they are still blocked. No new answer for 20 days.",
        ),
    ],
)
def test_silence_is_told_with_its_length_where_an_answer_was_promised(more: dict[str, Any], sentence: str) -> None:
    assert words.waiting_sentence(pattern(**more), TODAY) == sentence


def test_nothing_is_ever_said_to_have_been_sent() -> None:
    told = words.waiting_sentence(pattern(waiting_since="2026-10-12"), TODAY)
    assert "sent" not in told


@pytest.mark.parametrize(
    ("days", "span"), [(1, "1 day"), (59, "59 days"), (60, "2 months"), (719, "24 months"), (720, "2 years")]
)
def test_spans_are_told_as_people_say_them(days: int, span: str) -> None:
    assert words.span_words(days) == span


def test_how_often_is_told_with_its_doubt() -> None:
    figures = {"times": 2.1, "times_low": 1.1, "times_high": 40.0}
    assert words.times_sentence(figures) == (
        "Where it came up 10 times before, it now comes up about 21 times. It could be anything from 11 to 100 or more."
    )
    assert words.times_sentence({"times": None, "times_low": None, "times_high": None}) == ""


def test_what_changed_after_an_answer_is_told_or_called_too_few() -> None:
    after = {"trend": "too_early_to_say", "times": None, "times_low": None, "times_high": None, "days": 120}
    few = words.after_sentences({**after, "before": 2, "after": 1})
    assert few == [
        "In the 4 months since the answer one group told of it; in the same time before it, two groups.",
        "These are too few to say whether anything changed.",
    ]
    less = {**after, "trend": "less_often", "times": 0.2, "times_low": 0.0, "times_high": 0.7, "before": 9, "after": 1}
    assert words.after_sentences(less)[1] == "It comes up less often than before."
    for nothing in (None, {**after, "days": 0, "before": 0, "after": 0}):
        assert words.after_sentences(nothing) == ["It is too early to say whether anything changed."]


def test_how_long_an_answer_took_is_counted_from_when_all_could_read_of_it() -> None:
    assert words.took_sentence("2026-05-11", "2026-07-14") == "It took 2 months from when it was first shown here."
    assert words.took_sentence("2026-07-14", "2026-07-14") == "That was on the day it was first shown here."
    assert words.took_sentence(None, "2026-07-14") == ""


def test_verdicts_are_the_groups_own() -> None:
    said = [{"outcome": "resolved", "groups": 2}, {"outcome": "still_blocked", "groups": 1}]
    assert (
        words.verdict_sentence(said)
        == "Groups say: “It is solved” (two groups) and “We are still blocked” (one group)."
    )
    assert words.verdict_sentence([]).startswith("Too few groups")


def test_a_campaign_is_told_as_one_voice() -> None:
    told = words.together_sentences(pattern(campaign=12, words=["insurance", "picnic"], rule_cited="Part 7"))
    assert told[-1] == "12 reports sent the same text. We count them as one group."
    assert "They share words: insurance and picnic." in told
