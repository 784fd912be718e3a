"""Patterns are found, keep their ids, and people's word stands."""

from dataclasses import replace

import pytest

from app.matching import refinement
from app.matching.refinement import refine
from app.matching.reports import Answer, Earlier
from tests.matching.town import town


def test_the_same_rule_in_other_words_is_one_pattern() -> None:
    at = refine(town()).assignment(only_sure=False)
    assert len({at.get(f"insurance{number}") for number in range(6)}) <= 2
    assert len({at.get(f"key{number}") for number in range(5)}) <= 2


def test_what_stands_alone_stays_alone() -> None:
    at = refine(town()).assignment()
    assert sum(f"alone{number}" in at for number in range(8)) == 0


def test_the_same_night_twice_gives_the_same_grouping() -> None:
    def groups() -> set[frozenset[str]]:
        return {frozenset(found.members) for found in refine(town()).patterns}

    assert groups() == groups()


def test_ids_stay_when_reports_arrive() -> None:
    first = refine(town()[:16])
    earlier = Earlier(patterns=first.assignment(only_sure=False), aliases=first.aliases)
    second = refine(town(), earlier=earlier).assignment(only_sure=False)
    kept = [report for report, pattern in earlier.patterns.items() if second.get(report) == pattern]
    assert len(kept) >= 0.8 * len(earlier.patterns)


def test_a_merged_pattern_keeps_the_older_id_and_an_alias() -> None:
    halves = {f"key{number}": "older" if number < 3 else "younger" for number in range(5)}
    answers = [
        Answer("key4", "key0", same=True),
        Answer("key3", "key0", same=True),
        Answer("key1", "key0", same=True),
        Answer("key2", "key0", same=True),
    ]
    night = refine(town(), earlier=Earlier(patterns=halves), answers=answers)
    assert {night.assignment(only_sure=False)[f"key{number}"] for number in range(5)} == {"older"}
    assert night.aliases == {"younger": "older"}


def test_not_the_same_keeps_two_reports_apart() -> None:
    at = refine(town(), answers=[Answer("key1", "key0", same=False)]).assignment(only_sure=False)
    assert at.get("key0") is None or at.get("key0") != at.get("key1")


def test_the_same_brings_together_what_the_machine_would_not() -> None:
    at = refine(town(), answers=[Answer("alone0", "alone1", same=True)]).assignment(only_sure=False)
    assert at["alone0"] == at["alone1"]


def test_a_steward_beats_a_contributor() -> None:
    answers = [Answer("alone0", "alone1", same=False, by_steward=True), Answer("alone1", "alone0", same=True)]
    at = refine(town(), answers=answers).assignment(only_sure=False)
    assert at.get("alone0") is None or at.get("alone0") != at.get("alone1")


def test_a_lock_wins_over_every_answer() -> None:
    earlier = Earlier(locked={"alone0": "steward", "alone1": "steward", "key0": None})
    answers = [Answer("alone0", "alone1", same=False, by_steward=True), Answer("key0", "key1", same=True)]
    night = refine(town(), earlier=earlier, answers=answers)
    at = night.assignment()
    assert at["alone0"] == at["alone1"] == "steward"
    assert "key0" not in night.assignment(only_sure=False)


def test_cities_never_share_a_pattern() -> None:
    elsewhere = [replace(one, id=f"y{one.id}", group=f"y{one.group}", city="york") for one in town()]
    for found in refine([*town(), *elsewhere]).patterns:
        assert len({member.startswith("y") for member in found.members}) == 1


def test_three_people_who_agree_make_a_pattern_sure() -> None:
    answers = [Answer(f"alone{number}", "alone0", same=True) for number in (1, 2, 3)]
    at = refine(town(), answers=answers).assignment()
    assert at["alone0"] == at["alone3"]


def test_a_large_city_is_begun_with_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = refine(town()).assignment(only_sure=False)
    monkeypatch.setattr(refinement, "_BEGUN_WHOLE", 6)
    halved = refine(town()).assignment(only_sure=False)
    for name, count in (("insurance", 6), ("key", 5)):
        assert len({halved.get(f"{name}{number}") for number in range(count)}) <= 2
    assert set(whole) & set(halved)
    # What people tied together stays together, whichever half it is in.
    told = refine(town(), answers=[Answer("alone0", "alone1", same=True, by_steward=True)]).assignment(only_sure=False)
    assert told["alone0"] == told["alone1"]
