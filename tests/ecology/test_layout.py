"""The drawing without a map: rows by family, time from left to right, and groups where there are too many."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from app.ecology.grouping import by_place, by_year
from app.ecology.layout import ROW, draw
from app.ecology.moments import Moments
from app.ecology.records import Ecology
from tests.support.ecology import town

TODAY = date(2026, 11, 24)


def moments(ecology: Ecology) -> Moments:
    return Moments(ecology, TODAY)


@pytest.mark.parametrize(("lives", "ties"), [(0, 0), (1, 0), (2, 1), (300, 600)])
def test_each_has_a_row_of_its_own(lives: int, ties: int) -> None:
    ecology = town(lives, ties, lives // 2)
    drawing = draw(ecology, moments(ecology))
    assert sorted(row.life.id for row in drawing.rows) == sorted(ecology.lives)
    lines = sorted(row.y for row in drawing.rows)
    assert all(below - above >= ROW for above, below in pairwise(lines))
    assert not lines or drawing.height >= lines[-1] + ROW
    assert len(drawing.curves) == ties
    gates = len(drawing.gates) + sum(len(row.gates) for row in drawing.rows)
    assert gates == len(ecology.gates)


def test_all_of_it_lies_within_the_drawing() -> None:
    ecology = town(300, 600, 150)
    drawing = draw(ecology, moments(ecology))
    for row in drawing.rows:
        assert 0 <= row.start <= row.end <= 100
        assert all(0 <= mark.x <= 100 for mark in row.gates)
    for mark in drawing.gates:
        assert 0 <= mark.y <= drawing.height


def test_children_stand_below_the_oldest_of_their_family() -> None:
    ecology = town(40, 60, 0)
    drawing = draw(ecology, moments(ecology))
    row_of = {row.life.id: at for at, row in enumerate(drawing.rows)}
    tied = {end for tie in ecology.ties for end in (tie.start, tie.end)}
    alone = [row_of[one] for one in ecology.lives if one not in tied]
    assert all(at > max(row_of[one] for one in tied) for at in alone)


def test_a_circle_and_a_tie_to_itself_are_drawn_and_left_out() -> None:
    ecology = town(3, 0, 0)
    one, two, three = ecology.lives
    kind = town(2, 1, 0).ties[0]
    ties = [
        replace(kind, id=f"t{at}", start=start, end=end, is_mutual=False)
        for at, (start, end) in enumerate([(one, two), (two, three), (three, one), (one, one)])
    ]
    circle = Ecology(ecology.slug, ecology.lives, ties, [])
    drawing = draw(circle, moments(circle))
    assert len(drawing.rows) == 3
    assert len(drawing.curves) == 3


def test_the_same_ecology_is_drawn_the_same() -> None:
    ecology = town(60, 90, 10)
    assert draw(ecology, moments(ecology)) == draw(ecology, moments(ecology))


def test_groups_hold_each_once_and_are_few() -> None:
    ecology = town(2_000, 3_000, 500)
    for grouped in (by_place(ecology), by_year(ecology)):
        held = [one.id for members in grouped.members.values() for one in members]
        assert sorted(held) == sorted(ecology.lives)
        assert len(grouped.members) <= 120
        assert all(tie.start != tie.end for tie in grouped.ecology.ties)
        assert all(tie.start in grouped.members and tie.end in grouped.members for tie in grouped.ecology.ties)


def test_a_group_tells_no_place_where_its_members_show_none() -> None:
    grouped = by_place(town(1_000, 0, 0))
    for group, members in grouped.members.items():
        shows = [one.spot is not None for one in members]
        assert all(shows) or not any(shows)
        assert (grouped.ecology.lives[group].spot is None) is not all(shows)
