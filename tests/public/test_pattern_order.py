"""The order of recurring barriers: what most groups meet over time comes first, and one loud month does not."""

from typing import Any

import pytest

from app.public.patterns.order import Evidence, Prior, in_order


def pattern(name: str, quarters: list[int], **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": name,
        "title": name,
        "groups": "10_to_19",
        "quarters": [{"begins": f"20{24 + number // 4}-{1 + number % 4 * 3:02}", "groups": count}
                     for number, count in enumerate(quarters)],
        "neighbourhood_count": 1,
        "trend": "about_as_often",
        "effects": [],
    }  # fmt: skip
    return told | more


QUIET = [pattern(f"quiet {number}", [0, 1, 0, 0, 1, 0, 0, 1]) for number in range(6)]


def names(patterns: list[dict[str, Any]]) -> list[str]:
    return [one["title"] for one in in_order(patterns)]


def test_one_loud_month_does_not_win() -> None:
    loud = pattern("loud", [0, 0, 0, 0, 0, 14, 0, 0])
    steady = pattern("steady", [2, 1, 2, 2, 1, 2, 2, 1])
    assert names([loud, steady, *QUIET])[0] == "steady"


def test_more_groups_come_first_where_both_are_steady() -> None:
    assert names([*QUIET, pattern("many", [4, 5, 4, 5, 4, 5, 4, 5]), pattern("some", [2] * 8)])[:2] == ["many", "some"]


def test_a_single_pattern_and_none_at_all_have_an_order() -> None:
    assert names([pattern("alone", [1, 0])]) == ["alone"]
    assert in_order([]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"neighbourhood_count": 3}, {"neighbourhood_count": 2}),
        ({"trend": "more_often"}, {"trend": "less_often"}),
        ({"trend": "about_as_often"}, {"trend": "too_early_to_say"}),
        ({"effects": [{"word": "stopped"}]}, {"effects": [{"word": "slowed"}]}),
        ({"groups": "20_to_49"}, {"groups": "10_to_19"}),
    ],
    ids=["spread", "trend", "steady before unknown", "effect", "size"],
)
def test_what_is_met_as_often_goes_by_the_rest_of_the_rule(first: dict[str, Any], second: dict[str, Any]) -> None:
    counts = [1, 1, 1, 1, 1, 1, 1, 1]
    # The name alone would put it the other way round.
    assert names([pattern("a", counts, **second), pattern("b", counts, **first)]) == ["b", "a"]


def test_what_is_met_in_more_quarters_comes_first() -> None:
    assert names([pattern("a", [0, 2, 0, 2, 0, 2, 0, 2]), pattern("b", [1] * 8)]) == ["b", "a"]


def test_a_sensitive_pattern_that_tells_no_quarters_goes_by_its_size() -> None:
    large = pattern("large", [], groups="50_or_more", neighbourhood_count=None)
    assert names([*QUIET, large])[0] == "large"


def test_patterns_are_drawn_towards_what_is_usual_and_the_more_so_the_less_they_tell() -> None:
    all_evidence = [Evidence.of(one) for one in (*QUIET, pattern("many", [4] * 8))]
    prior = Prior.fitted(all_evidence)
    usual = 4 * prior.shape / prior.rate
    short, long = Evidence(8.0, 2.0), Evidence(32.0, 8.0)
    assert usual < prior.groups_a_year(short) < prior.groups_a_year(long) < 16
