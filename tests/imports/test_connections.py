"""Ties come in as a table: by ids here or at their source, each wrong row with its line and reason, out again whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.connections import service
from app.connections.models import Connection
from app.initiatives.models import Initiative
from app.published.queries import Question
from app.vocabulary import Agreement
from app.web.house import House
from tests.support.cast import Cast
from tests.support.commands import Done, Run

_HEAD = "from,kind,to,since,id"
_GIVEN = ("--source", "Ties of the city", "--licence", "OGL-UK-3.0", "--yes")
_PLACES = """id,name,category,lat,lon,first_active
A1,Soup,food,53.8172,-1.5309,2020
A2,Choir,culture,53.8172,-1.5309,2021
A3,Opera,culture,53.8172,-1.5309,2022
"""


@pytest.fixture
def small(small_ecology: Run, cast: Cast, tmp_path: Path) -> Run:
    """The command, over three imported initiatives."""
    del cast  # It has founded the neighbourhoods.
    file = tmp_path / "places.csv"
    file.write_text(_PLACES)
    done = small_ecology("import", "initiatives", file, *_GIVEN)
    assert done.code == 0, done.err
    return small_ecology


def take_in(run: Run, folder: Path, *lines: str, head: str = _HEAD, more: tuple[str, ...] = _GIVEN) -> Done:
    file = folder / "ties.csv"
    file.write_text("\n".join([head, *lines]) + "\n")
    return run("import", "connections", file, *more)


def shown(house: House) -> list[dict[str, Any]]:
    return [json.loads(one)["properties"] for one in house.published.page(Question("connections", limit=50)).features]


def test_a_file_comes_in_once_and_goes_out_whole(small: Run, house: House, tmp_path: Path) -> None:
    lines = ("A2,grew out of,A1,2021,T1", "A3,learned_from,A2,2022-05,T2", "A1,taught,A3,2022,T3")
    done = take_in(small, tmp_path, *lines)
    assert (done.code, "3 new (0 wait for a yes)" in done.out) == (0, True), done
    found = {one["source_id"]: one for one in shown(house)}
    assert found["T1"]["title"] == "Choir grew out of Soup"
    assert (found["T1"]["imported_from"], found["T1"]["licence"]) == ("Ties of the city", "OGL-UK-3.0")
    assert found["T3"]["title"] == "Opera learned from Soup"
    again = take_in(small, tmp_path, *lines)
    assert "3 unchanged" in again.out
    assert "There is nothing to do" in again.out
    changed = take_in(small, tmp_path, "A2,grew out of,A1,2022,T1")
    assert "1 changed" in changed.out
    assert {one["source_id"]: one["since"] for one in shown(house)}["T1"] == "2022"
    batch = done.out.split("import undo ")[1].split()[0]
    assert "Removed 3 connections." in small("import", "undo", batch, "--yes").out
    assert shown(house) == []


def test_a_dry_run_writes_nothing(small: Run, house: House, tmp_path: Path) -> None:
    done = take_in(small, tmp_path, "A2,grew_out_of,A1,,T1", more=(*_GIVEN[:4], "--dry-run"))
    assert "Nothing was written" in done.out
    assert shown(house) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A1,grew_out_of,A1,,T", "Both ends are the same"),
        ("A9,grew_out_of,A1,,T", "there is no initiative A9"),
        (",grew_out_of,A1,,T", "“from” is empty"),
        ("A2,married,A1,,T", "The kind “married” is not known"),
        ("A2,,A1,,T", "It has no kind"),
        ("A2,grew_out_of,A1,2019,T", "“Choir” began in 2021"),
        ("A2,grew_out_of,A1,2999,T", "in the future"),
        ("A2,grew_out_of,A1,last year,T", "Write the date as year"),
        ("A1,grew_out_of,A2,,T", "before “Choir”"),
        ("A2,grew_out_of,A1,,T,more", "cells"),
    ],
)
def test_a_wrong_row_is_told_with_its_line_and_reason(
    small: Run, house: House, tmp_path: Path, line: str, reason: str
) -> None:
    rejects = tmp_path / "rejects.csv"
    done = take_in(small, tmp_path, "A3,learned_from,A1,,Good", line, more=(*_GIVEN, "--rejects", str(rejects)))
    assert done.code == 0, done.err
    assert "refused line 3:" in done.out
    assert reason in done.out
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,")
    assert [one["source_id"] for one in shown(house)] == ["Good"]


def test_doubles_and_circles_within_a_file_are_refused(small: Run, tmp_path: Path) -> None:
    done = take_in(
        small,
        tmp_path,
        "A2,encouraged_by,A1,,T1",
        "A3,encouraged_by,A1,,T1",
        "A2,encouraged_by,A1,,T2",
        "A1,shares_space,A2,,T3",
        "A2,shares_space,A1,,T4",
    )
    assert "refused line 3: It has the same source and id as line 2" in done.out
    assert "refused line 4: It says the same as line 2" in done.out
    assert "refused line 6: It says the same as line 5" in done.out


def test_a_circle_names_the_lines_that_make_it(small: Run, cast: Cast, tmp_path: Path) -> None:
    with cast.house.private.writing() as db:
        for one in db.scalars(select(Initiative)):
            one.first_active = None
    done = take_in(small, tmp_path, "A2,grew_out_of,A1,,1", "A3,grew_out_of,A2,,2", "A1,grew_out_of,A3,,3")
    assert "refused line 4: That would be a circle of “grew out of” with line 2, 3." in done.out


def test_somebodys_own_entry_is_asked_first(small: Run, cast: Cast, tmp_path: Path) -> None:
    own, other = cast.plant(title="Our own"), cast.plant(title="Theirs")
    done = take_in(small, tmp_path, f"{own.id},grew_out_of,A1,,T1", f"{own.id},grew_out_of,{other.id},,T2")
    assert "1 new (1 wait for a yes)" in done.out
    assert "refused line 3: Both are entries of people's own" in done.out
    assert shown(cast.house) == []
    with cast.house.private.writing() as db:
        (tie,) = db.scalars(select(Connection))
        service.accept(db, db.get_one(Initiative, own.id), tie.id)
    assert [one["title"] for one in shown(cast.house)] == ["Our own grew out of Soup"]


def test_what_an_agreed_tie_says_anew_is_asked_anew(small: Run, cast: Cast, tmp_path: Path) -> None:
    own = cast.plant(title="Our own")
    take_in(small, tmp_path, f"{own.id},learned_from,A1,,T1", "A2,learned_from,A1,,T2")
    with cast.house.private.writing() as db:
        tie = db.scalars(select(Connection).where(Connection.source_id == "T1")).one()
        service.accept(db, db.get_one(Initiative, own.id), tie.id)
    assert len(shown(cast.house)) == 2
    for other in (f"{own.id},grew_out_of,A1,,T1", f"{own.id},grew_out_of,A3,,T1"):
        done = take_in(small, tmp_path, other)
        assert "1 changed (1 wait for a yes)" in done.out
        assert [one["source_id"] for one in shown(cast.house)] == ["T2"]
        with cast.house.private.writing() as db:
            tie = db.scalars(select(Connection).where(Connection.source_id == "T1")).one()
            assert (tie.state, tie.settled_at) == (Agreement.PROPOSED, None)
            service.accept(db, db.get_one(Initiative, own.id), tie.id)
    # A tie of two imported ones, moved to somebody's own entry, waits for their yes too.
    take_in(small, tmp_path, f"{own.id},learned_from,A2,,T2")
    assert [one["source_id"] for one in shown(cast.house)] == ["T1"]


def test_a_changed_row_makes_no_circle(small: Run, cast: Cast, tmp_path: Path) -> None:
    with cast.house.private.writing() as db:
        for one in db.scalars(select(Initiative)):
            one.first_active = None
    take_in(small, tmp_path, "A2,grew_out_of,A1,,T1", "A3,grew_out_of,A2,,T2", "A1,learned_from,A3,,T3")
    done = take_in(small, tmp_path, "A1,grew_out_of,A3,,T3")
    assert "would be a circle of “grew out of” with what is here" in done.out
    assert {one["source_id"]: one["kind"] for one in shown(cast.house)}["T3"] == "learned_from"
    # A row that turns its own tie round stands in nobody's way, least of all its own.
    assert "1 changed (0 wait" in take_in(small, tmp_path, "A2,grew_out_of,A3,,T2").out
    assert "1 changed" in take_in(small, tmp_path, "A1,grew_out_of,A3,,T3").out


def test_what_was_ended_here_is_left_alone(small: Run, cast: Cast, tmp_path: Path) -> None:
    take_in(small, tmp_path, "A2,grew_out_of,A1,2021,T1")
    with cast.house.private.writing() as db:
        (tie,) = db.scalars(select(Connection))
        tie.state = Agreement.WITHDRAWN
    assert "1 left alone" in take_in(small, tmp_path, "A2,grew_out_of,A1,2022,T1").out
    assert shown(cast.house) == []


def test_a_table_without_two_ends_is_refused_in_one_sentence(small: Run, tmp_path: Path) -> None:
    done = take_in(small, tmp_path, "A2,A1", head="from,kind")
    assert done.code != 0
    assert "Which column holds “to”?" in done.err
