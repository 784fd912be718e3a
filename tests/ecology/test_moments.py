"""Months of an ecology: what was going on, what happened, and what the slider says."""

from datetime import date

from app.ecology.moments import Calendar, Form, Moments
from app.ecology.records import Ecology, Gate, Living, Tie
from app.vocabulary import Activity, ConnectionKind, Effect, EnablerKind, Lifecycle

TODAY = date(2026, 11, 24)
GREW = ConnectionKind.GREW_OUT_OF


def life(name: str, born: date | None, rested: date | None = None, stage: Lifecycle = Lifecycle.ACTIVE) -> Living:
    return Living(name, name, "here", Activity.FOOD, stage, born=born, rested=rested)


def moments(*lives: Living, ties: tuple[Tie, ...] = (), gates: tuple[Gate, ...] = ()) -> Moments:
    return Moments(Ecology("here", {one.id: one for one in lives}, ties, gates), TODAY)


def said(found: Moments, code: str) -> str:
    month = found.calendar.named(code)
    assert month is not None
    return found.sentence(month)


def grew(start: str, end: str, since: date | None = None) -> Tie:
    return Tie("t", start, end, GREW, GREW.label, GREW.back, is_mutual=False, since=since)


def test_a_month_says_what_went_on_and_what_happened() -> None:
    found = moments(
        life("a", date(2019, 4, 1)),
        life("b", date(2022, 3, 1)),
        life("c", date(2022, 3, 9)),
        life("d", date(2020, 1, 1), date(2022, 2, 28), Lifecycle.RESTING),
    )
    assert said(found, "2022-02") == "February 2022: 2 going on"
    # It still went on in its last month, and rests from the next.
    assert said(found, "2022-03") == "March 2022: 3 going on, 2 began, 1 rests"
    assert said(found, "2026-11") == "November 2026: 3 going on"


def test_first_links_are_told_once() -> None:
    found = moments(life("a", date(2020, 1, 1)), life("b", date(2021, 5, 1)), ties=(grew("b", "a", date(2021, 5, 1)),))
    assert said(found, "2021-05") == "May 2021: 2 going on, 1 began, 2 first links"


def test_a_tie_older_than_its_ends_begins_with_them() -> None:
    found = moments(life("a", date(2020, 1, 1)), life("b", date(2021, 5, 1)), ties=(grew("b", "a", date(2015, 1, 1)),))
    assert found.calendar.code(found.since(found.ecology.ties[0])) == "2021-05"


def test_forms_change_with_time() -> None:
    rests = life("a", date(2020, 1, 1), date(2023, 6, 30), Lifecycle.RESTING)
    found = moments(rests, life("b", date(2026, 9, 1), stage=Lifecycle.IDEA))
    at = {code: found.calendar.named(code) or 0 for code in ("2019-12", "2020-01", "2023-06", "2023-07")}
    assert found.calendar.first_year == 2020
    assert found.form_on(rests, at["2020-01"]) is Form.ACTIVE
    assert found.form_on(rests, at["2023-06"]) is Form.ACTIVE
    assert found.form_on(rests, at["2023-07"]) is Form.RESTING
    assert found.form_on(found.ecology.lives["b"], at["2023-07"]) is None
    assert found.form_on(found.ecology.lives["b"], found.calendar.last) is Form.IDEA


def test_without_a_date_it_was_always_there() -> None:
    found = moments(life("a", None))
    assert said(found, "2019-01") == "January 2019: 1 going on"
    assert not any(moment.began for moment in found.every)


def test_rest_without_a_date_is_told_of_today_alone() -> None:
    found = moments(life("a", date(2020, 1, 1), None, Lifecycle.RESTING))
    assert said(found, "2026-10") == "October 2026: 1 going on"
    assert said(found, "2026-11") == "November 2026: 0 going on"


def test_nothing_at_all_still_has_months() -> None:
    found = moments()
    assert said(found, "2026-11") == "November 2026: 0 going on"
    assert found.calendar.first_year == 2019


def test_a_very_old_one_was_there_before() -> None:
    found = moments(life("a", date(1950, 1, 1)), life("b", date(2030, 1, 1)))
    assert found.calendar.first_year == 2011
    assert found.spans["a"].born == -1
    # A date to come is drawn in to the present month.
    assert found.spans["b"].born == found.calendar.last


def test_months_of_addresses_are_drawn_in() -> None:
    calendar = Calendar(2019, 95)
    assert calendar.named("2022-03") == 38
    assert calendar.code(38) == "2022-03"
    assert calendar.named("1890-01") == 0
    assert calendar.named("2999-12") == calendar.last
    assert [calendar.named(code) for code in ("", "2022", "2022-13", "2022-3", "x-y", "2022-00")] == [None] * 6


def test_gates_open_when_something_got_through() -> None:
    happened = date(2022, 3, 1)
    found = moments(
        life("a", date(2021, 1, 1)),
        gates=(
            Gate("shut", "k", "K", "a", Effect.STOPPED, happened),
            Gate("helped", "k", "K", "a", Effect.SLOWED, happened, helped=(EnablerKind.SPACE,)),
            Gate("settled", "k", "K", "a", Effect.SLOWED, happened, settled=date(2022, 9, 4)),
            Gate("undated", "k", "K", "a", Effect.STOPPED),
        ),
    )
    spans = {gate.id: found.gate_span(gate) for gate in found.ecology.gates}
    code = found.calendar.code
    assert spans["shut"].rested is None
    assert code(spans["helped"].rested or 0) == "2022-04"
    assert code(spans["settled"].rested or 0) == "2022-09"
    assert spans["undated"].born == found.spans["a"].born
    assert found.every[spans["shut"].born].stopped == ["shut", "helped", "settled"]
