"""What measures say of nothing, of one, of all alike, and of a place with a past: always with the records behind it."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.ecology.measures import Measures, measures
from app.ecology.measures.measure import about, tenths
from app.ecology.measures.together import a_year_before
from app.ecology.records import Ecology, Gate, Living, Recognised, Tie
from app.vocabulary import Activity, Effect, EnablerKind, Formality, Lifecycle

TODAY = date(2026, 11, 24)
HERE = "here"


def life(number: int, **more: object) -> Living:
    """An initiative that began three years ago, and goes on unless told otherwise."""
    plain = Living(
        f"i{number}",
        f"Title {number}",
        HERE,
        Activity.FOOD,
        Lifecycle.ACTIVE,
        Formality.INFORMAL_GROUP,
        born=date(2023, 5, 1),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def told(*lives: Living, ties: tuple[Tie, ...] = (), gates: tuple[Gate, ...] = ()) -> Measures:
    return measures(Ecology(HERE, {one.id: one for one in lives}, ties, gates), TODAY)


def grew(number: int, root: int, since: date | None = None) -> Tie:
    return Tie(f"t{number}-{root}", f"i{number}", f"i{root}", "grew_out_of", "grew out of", "led to", since=since)


def gate(number: int, **more: object) -> Gate:
    return replace(Gate(f"g{number}", "gatekeeping", "Somebody held the gate", None, Effect.STOPPED), **more)  # type: ignore[arg-type]


def sentences(found: Measures) -> list[str]:
    return [one.now.sentence() for one in found]


def test_an_empty_place_is_told_so_and_nothing_is_a_number_that_misleads() -> None:
    found = told()
    for one in found:
        assert one.now.sentence().startswith("Too few to say"), one.now.name
        assert not one.now.is_told
        assert "nan" not in one.now.sentence() + one.sentence()
        assert re.search(r"\b0\b", one.now.sentence())
        assert one.sentence().startswith("A year ago: too few to say")


def test_one_initiative_is_too_few_for_everything() -> None:
    found = told(life(1), gates=(gate(1),))
    assert all(one.now.sentence().startswith("Too few to say") for one in found)
    assert "there is 1 initiative." in found.variety.now.sentence()
    assert "there is 1 story of what got in the way." in found.openings.now.sentence()


def test_all_alike_is_one_kind_and_no_uncertainty_is_made_up() -> None:
    found = told(*(life(number) for number in range(12)))
    assert found.variety.now.value == pytest.approx(1)
    assert found.variety.now.sentence() == (
        "All 12 initiatives do the same kind of thing. We have probably met most kinds of things that go on."
    )
    assert found.connectedness.now.sentence().startswith("Nobody has told of a tie yet, among 12 initiatives")
    assert found.roots.now.sentence() == "Nobody has told yet that one thing grew out of another, among 12 initiatives."
    assert found.staying_power.now.sentence() == "None of the 12 initiatives that tell when they began has ended."
    assert found.hidden_share.now.sentence().startswith("All are done by people without a constitution")
    assert found.momentum.now.sentence().startswith("Too few to say: it takes 5 beginnings")


def test_every_sentence_tells_how_many_records_stand_behind_it() -> None:
    kinds = list(Activity)
    lives = [
        life(
            number, activity=kinds[number % 7], born=TODAY - timedelta(days=60 * number), recognised_by=("neighbours",)
        )
        for number in range(30)
    ]
    lives[29] = replace(lives[29], lifecycle=Lifecycle.ENDED_WELL, rested=date(2023, 1, 10))
    ties = (grew(1, 2), grew(2, 3), grew(3, 4))
    gates = tuple(gate(number, helped=(EnablerKind.SPACE,) if number % 2 else ()) for number in range(10))
    found = told(*lives, ties=ties, gates=gates)
    for one in found:
        assert one.now.is_told, one.now.name
        assert one.now.behind in one.now.sentence(), one.now.sentence()
        assert one.now.low is None or one.now.high is None or one.now.low <= one.now.value <= one.now.high
    assert found.roots.now.generations == 4
    assert "Three of 30 initiatives grew out of another one. The longest line has 4 generations." in sentences(found)
    assert found.openings.now.value == 0.5


def test_a_place_is_compared_with_its_own_past_alone() -> None:
    old = [life(number, activity=list(Activity)[number % 3]) for number in range(9)]
    new = [life(20 + number, activity=list(Activity)[3 + number % 4], born=date(2026, 5, 2)) for number in range(8)]
    found = told(*old, *new, ties=(grew(20, 1, date(2026, 6, 1)),))
    assert (found.variety.now.n, found.variety.then.n) == (17, 9)
    assert found.variety.sentence() == "A year ago: about 3 kinds of things (from 9 initiatives)."
    assert (found.roots.now.rooted, found.roots.then.rooted) == (1, 0)
    assert "neighbourhoods" not in " ".join(sentences(found))


def test_resting_is_not_ended() -> None:
    resting = [life(number, lifecycle=Lifecycle.RESTING, rested=date(2025, 5, 1)) for number in range(10)]
    found = told(*resting)
    assert found.staying_power.now.ended == 0
    ended = [replace(one, lifecycle=Lifecycle.STOPPED) for one in resting[:4]]
    assert told(*ended, *resting[4:]).staying_power.now.ended == 4


def test_what_ended_without_saying_when_is_left_out_and_told() -> None:
    lives = [life(number) for number in range(10)]
    found = told(*lives, life(11, lifecycle=Lifecycle.STOPPED, rested=None))
    assert found.staying_power.now.n == 10
    assert "1 more ended, and nobody said when: it is left out." in found.staying_power.now.sentence()


def test_a_year_without_a_month_makes_no_wave_of_beginnings_in_january() -> None:
    lives = [life(number, born=date(2025, 1, 1), born_latest=date(2025, 12, 31)) for number in range(12)]
    quarters = told(*lives).momentum.now.quarters
    starts = {one.label: one.starts for one in quarters if one.starts}
    assert list(starts) == ["Jan 25", "Apr 25", "Jul 25", "Oct 25"]
    assert all(abs(one - 3) < 0.05 for one in starts.values())


def test_who_told_only_this_year_does_not_go_on_until_december() -> None:
    lives = [life(number, lifecycle=Lifecycle.RESTING, rested=date(2026, 12, 31)) for number in range(9)]
    assert told(*lives).connectedness.now.n == 0


def test_an_undated_tie_stands_since_both_ends_began() -> None:
    lives = [life(number) for number in range(8)] + [life(9, born=date(2026, 3, 1))]
    found = told(*lives, ties=(grew(1, 2), grew(9, 1)))
    assert (found.roots.then.rooted, found.roots.now.rooted) == (1, 2)


def test_a_circle_of_roots_and_a_tie_to_oneself_break_nothing() -> None:
    lives = [life(number) for number in range(9)]
    found = told(*lives, ties=(grew(1, 2), grew(2, 1), grew(3, 3), grew(4, 1)))
    assert found.roots.now.generations == 2
    assert found.connectedness.now.tied == 3


def test_waiting_is_said_where_there_is_no_median() -> None:
    gates = [
        gate(number, happened=date(2025, 1, 1), settled=date(2025, 3, 1) if number < 3 else None)
        for number in range(12)
    ]
    found = told(gates=tuple(gates))
    assert "Of 12 stories that an office had to answer, more than half still wait." in found.openings.now.sentence()
    quick = [replace(one, settled=date(2025, 2, 1)) for one in gates[:9]] + gates[9:]
    assert "was settled within 31 days (from 12 stories)." in told(gates=tuple(quick)).openings.now.sentence()


def test_a_public_recognition_counts_beside_what_the_group_says() -> None:
    by_funder = Recognised("The Brook Fund", "funder")
    lives = [
        life(number, recognitions=(by_funder,)) if number < 6 else life(number, recognised_by=("neighbours",))
        for number in range(10)
    ]
    assert "Four of 10 that say are recognised by no funder" in told(*lives).hidden_share.now.sentence()


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "none"),
        (0.05, "hardly any"),
        (0.14, "about 1 of 10"),
        (0.5, "about 5 of 10"),
        (0.96, "nearly all"),
        (1.0, "all"),
    ],
)
def test_shares_are_said_as_people_say_them(share: float, words: str) -> None:
    assert tenths(share) == words


@pytest.mark.parametrize(
    ("value", "words"), [(0.5, "½"), (1.0, "1"), (1.4, "1½"), (2.8, "3"), (6.7, "7"), (1234.2, "1,234")]
)
def test_numbers_are_told_without_false_exactness(value: float, words: str) -> None:
    assert about(value) == words


def test_a_leap_day_has_a_day_a_year_before() -> None:
    assert a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)
