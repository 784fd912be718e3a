"""Who came from whom: generations, trees and ripples, whatever the data holds."""

from datetime import date
from itertools import pairwise

import pytest

from app.ecology.lineage import DEEPEST, Branch, Lineage
from app.ecology.records import Ecology, Living, Tie
from app.vocabulary import Activity, ConnectionKind, Lifecycle
from tests.support.ecology import town


def life(name: str, year: int = 2020) -> Living:
    return Living(name, name, "here", Activity.FOOD, Lifecycle.ACTIVE, born=date(year, 1, 1))


def tie(start: str, end: str, kind: ConnectionKind = ConnectionKind.GREW_OUT_OF) -> Tie:
    return Tie(f"{start}-{end}-{kind}", start, end, kind, kind.label, kind.back, kind.is_mutual, date(2021, 5, 1))


def ecology(*ties: Tie, names: str = "abcdef") -> Ecology:
    return Ecology("here", {name: life(name, 2019 + at) for at, name in enumerate(names)}, ties, [])


def outline(lines: list[Branch] | tuple[Branch, ...]) -> list[tuple[int, str]]:
    return [(line.depth, line.id) for line in lines]


def test_generations_count_the_longest_way() -> None:
    found = Lineage(ecology(tie("b", "a"), tie("c", "b"), tie("c", "a"))).generations
    assert {one: found[one] for one in "abcd"} == {"a": 0, "b": 1, "c": 2, "d": 0}


def test_other_ties_make_no_generation() -> None:
    assert Lineage(ecology(tie("b", "a", ConnectionKind.LEARNED_FROM))).generations["b"] == 0


def test_a_tree_hangs_children_under_their_parents_by_age() -> None:
    lines = Lineage(ecology(tie("c", "a"), tie("b", "a"), tie("d", "b"))).trees()
    assert outline(lines) == [(0, "a"), (1, "b"), (2, "d"), (1, "c")]
    assert not any(line.told_elsewhere for line in lines)


def test_what_has_two_parents_is_told_once() -> None:
    lines = Lineage(ecology(tie("c", "a"), tie("c", "b"), tie("d", "c"))).trees()
    assert [line.id for line in lines].count("d") == 1
    assert [line.told_elsewhere for line in lines if line.id == "c"].count(True) == 1


def test_a_circle_ends() -> None:
    around = Lineage(ecology(tie("b", "a"), tie("c", "b"), tie("a", "c"), tie("d", "c")))
    assert len({around.generations[one] for one in "abc"}) == 1
    assert outline(around.trees())[:3] == [(0, "a"), (1, "b"), (2, "c")]
    assert around.ripple("a").ids == frozenset("abcd")


def test_a_tie_to_itself_says_nothing() -> None:
    alone = Lineage(ecology(tie("a", "a")))
    assert alone.trees() == []
    assert alone.ripple("a").ids == frozenset("a")


def test_a_tie_to_what_is_not_shown_says_nothing() -> None:
    assert Lineage(ecology(tie("a", "hidden"))).ripple("a").back == ()


def test_a_ripple_runs_both_ways_over_ties_with_a_direction() -> None:
    found = Lineage(
        ecology(
            tie("b", "a"),
            tie("c", "b", ConnectionKind.LEARNED_FROM),
            tie("d", "c", ConnectionKind.ENCOURAGED_BY),
            tie("b", "e", ConnectionKind.SHARES_PEOPLE),
        )
    ).ripple("b")
    assert outline(found.onward) == [(0, "c"), (1, "d")]
    assert outline(found.back) == [(0, "a")]
    assert outline(found.beside) == [(0, "e")]
    assert found.ids == frozenset("abcd")


@pytest.mark.parametrize("names", ["", "a"])
def test_nothing_and_one_have_no_trees(names: str) -> None:
    found = Lineage(ecology(names=names))
    assert found.trees() == []
    assert dict(found.generations) == dict.fromkeys(names, 0)


def test_a_long_chain_is_written_less_deep_than_it_is() -> None:
    names = [f"n{number:03}" for number in range(300)]
    lives = {name: life(name) for name in names}
    ties = [tie(after, before) for before, after in pairwise(names)]
    found = Lineage(Ecology("here", lives, ties, []))
    lines = found.trees()
    assert len(lines) == 300
    assert max(line.depth for line in lines) == DEEPEST
    assert lines[-1].is_capped
    assert lines[-1].parent == names[-2]
    assert found.generations[names[-1]] == 299


def test_a_large_one_tells_each_once_with_its_branches() -> None:
    large = town(300, 600, 0)
    lines = Lineage(large).trees()
    grew = [one for one in large.ties if one.kind == ConnectionKind.GREW_OUT_OF]
    # One line for each pair, and one for each that nothing is known to have led to.
    roots = {one.end for one in grew} - {one.start for one in grew}
    assert len(lines) == len({(one.start, one.end) for one in grew}) + len(roots)
