"""A council's own past cases come in as reports: never finer than the neighbourhood, once, and out again whole."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.barriers.answers import BarrierAnswers
from app.barriers.models import Barrier
from app.imports.barriers import Choices, look_personal, sort_rows
from app.imports.batches import REPORTS, take_in, undo
from app.imports.columns import BARRIERS
from app.imports.rows import Provenance, Sorting, read_file
from app.institutions import service as institutions
from app.kit.errors import Invalid
from app.neighbourhoods.service import all_neighbourhoods
from app.patterns import finding
from app.patterns.models import PatternMember
from app.published.queries import Question
from app.vocabulary import BarrierKind, Effect, InstitutionKind, Publication, Sharing, Stage
from app.web.house import House
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast
from tests.support.commands import Run
from tests.support.recurring import TEXTS

_HERE = "53.8172,-1.5309"  # well inside Chapeltown
_HEAD = "Case number,Category,Department,Description,Date received,lat,lon,Ward"
_GIVEN = Choices(given=Provenance("Case book", "OGL-UK-3.0", "Eastmoor City Council"))


def write(folder: Path, *lines: str, head: str = _HEAD) -> Path:
    file = folder / "cases.csv"
    file.write_text("\n".join([head, *lines]) + "\n")
    return file


def sort_file(house: House, file: Path, choices: Choices = _GIVEN, **mapping: str) -> Sorting[BarrierAnswers]:
    read = read_file(file, mapping, None, BARRIERS)
    with house.private.reading() as db:
        sorting = sort_rows(read.rows, read.mapping, all_neighbourhoods(db), choices)
    assert len(sorting.accepted) + len(sorting.rejected) == len(read.rows)
    return sorting


@dataclass(frozen=True)
class Outcome:
    """How many rows an import touched, and the ids of its batches."""

    added: int
    changed: int
    unchanged: int
    kept: int
    batches: list[str]


def import_file(house: House, file: Path, choices: Choices = _GIVEN) -> Outcome:
    sorting = sort_file(house, file, choices)
    with house.private.writing() as db:
        done, batches = take_in(db, sorting, file.name, REPORTS)
        return Outcome(len(done.fresh), len(done.changed), done.unchanged, done.kept, [batch.id for batch in batches])


def published(house: House, collection: str = "barriers") -> list[dict[str, Any]]:
    page = house.published.page(Question(collection, limit=2_000))
    return [json.loads(feature) for feature in page.features]


def cases(count: int) -> list[str]:
    """Case lines of one rule, in different words, in two neighbourhoods."""
    places = (f"{_HERE},", ",,Seacroft")
    return [
        f'C{n},insurance,Eastmoor parks team,"{TEXTS[n % len(TEXTS)]} It was case {n} of that spring.",'
        f"{1 + n % 28}/0{1 + n % 9}/2025,{places[n % 2]}"
        for n in range(count)
    ]


def test_three_hundred_cases_come_in_once_and_go_out_again(house: House, cast: Cast, tmp_path: Path) -> None:
    own = cast.plant("barriers")
    file = write(tmp_path, *cases(300))
    first = import_file(house, file)
    assert (first.added, len(published(house))) == (300, 301)
    version = house.published.version("barriers")
    again = import_file(house, file)
    assert (again.added, again.changed, again.unchanged, again.batches) == (0, 0, 300, [])
    assert house.published.version("barriers") == version
    with house.private.writing() as db:
        assert undo(db, first.batches[0]) == {"barriers": 300}
    assert [one["id"] for one in published(house)] == [own.id]
    with house.private.writing() as db, pytest.raises(Invalid, match="was undone"):
        undo(db, first.batches[0])


def test_undo_takes_patterns_away_that_lived_on_the_imported_cases(house: House, cast: Cast, tmp_path: Path) -> None:
    (batch,) = import_file(house, write(tmp_path, *cases(30))).batches
    with house.private.writing() as db:
        finding.settle(db, finding.look(db))
    before = published(house, "patterns")
    assert before
    with house.private.writing() as db:
        undo(db, batch)
        assert db.scalar(select(func.count()).select_from(PatternMember)) == 0
    assert published(house, "patterns") == []
    assert all(house.published.is_withdrawn("patterns", one["id"]) for one in before)


def test_a_case_is_shown_as_imported_and_of_its_neighbourhood_alone(house: House, cast: Cast, tmp_path: Path) -> None:
    with house.private.writing() as db:
        parks = institutions.add(db, name="Eastmoor Parks Desk", kind=InstitutionKind.DESK).id
    line = f'A7,benefits,Eastmoor Parks team,"Helping out was called work.",17/04/2021,{_HERE},'
    import_file(house, write(tmp_path, line))
    (case,) = published(house)
    told = case["properties"]
    assert told["shown_as"] == "neighbourhood"
    assert told["neighbourhood"] == CHAPELTOWN
    assert "53.8172" not in json.dumps(case)
    assert (told["kind"], told["holder"], told["institution"]) == ("welfare_sanction", "Eastmoor Parks team", parks)
    assert (told["happened"], told["what_happened"]) == ("2021-04", "Helping out was called work.")
    assert {name: told[name] for name in ("imported_from", "source_id", "licence", "credit")} == {
        "imported_from": "Case book",
        "source_id": "A7",
        "licence": "OGL-UK-3.0",
        "credit": "Eastmoor City Council",
    }
    with house.private.reading() as db:
        barrier = db.scalars(select(Barrier)).one()
        # The door that it happened at is not kept at all.
        assert (barrier.exact_shape, barrier.sharing) == (None, Sharing.NEIGHBOURHOOD)


def test_what_is_only_counted_is_shown_nowhere(house: House, cast: Cast, tmp_path: Path) -> None:
    counted = Choices(given=_GIVEN.given, sharing=Sharing.COUNTED_ONLY)
    assert import_file(house, write(tmp_path, *cases(40)), counted).added == 40
    assert published(house) == []


def test_a_case_that_changed_is_changed_and_one_that_was_hidden_stays_hidden(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    import_file(house, write(tmp_path, *cases(3)))
    with house.private.writing() as db:
        hidden = db.scalars(select(Barrier).where(Barrier.source_id == "C2")).one()
        hidden.publication = Publication.HIDDEN
    lines = cases(3)
    lines[1], lines[2] = (line.replace("spring", "autumn") for line in lines[1:])
    done = import_file(house, write(tmp_path, *lines))
    assert (done.added, done.changed, done.unchanged, done.kept) == (0, 1, 1, 1)
    assert len(published(house)) == 2


_BAD = {
    f"1,insurance,Parks,,2025-01-01,{_HERE},": "what_happened: Say what happened",
    f"2,alchemy,Parks,No.,2025-01-01,{_HERE},": "The kind “alchemy” is not known: say --kind-map or --default-kind",
    f"3,,Parks,No.,2025-01-01,{_HERE},": "It has no kind",
    f"4,insurance,Parks,No.,2190-01-01,{_HERE},": "This date is in the future",
    f"5,insurance,Parks,No.,31/02/2025,{_HERE},": "happened:",
    f"6,insurance,Parks,No.,last spring,{_HERE},": "happened:",
    f"7,insurance,{'x' * 201},No.,2025-01-01,{_HERE},": "holder: Please use at most 200 characters",
    f"8,insurance,Parks,{'x' * 5_001},2025-01-01,{_HERE},": "what_happened: Please use at most 5,000 characters",
    "9,insurance,Parks,No.,2025-01-01,,,": "It does not say where it is",
    "10,insurance,Parks,No.,2025-01-01,,,Atlantis": "There is no neighbourhood called “Atlantis”",
    "11,insurance,Parks,No.,2025-01-01,53.70,-1.55,": "outside every neighbourhood here",
    "12,insurance,Parks,No.,2025-01-01,-1.5309,53.8172,": "the other way round",
    f"g1,insurance,Parks,No.,2025-01-01,{_HERE},": "same source and id as line 3",
}


def test_bad_rows_are_told_one_by_one_and_keep_no_good_one_out(house: House, cast: Cast, tmp_path: Path) -> None:
    good = [f"g{number},insurance,Parks,No key {number}.,,{_HERE}," for number in range(5)]
    sorting = sort_file(house, write(tmp_path, *good, *_BAD))
    assert len(sorting.accepted) == 5
    for one, told in zip(sorting.rejected, _BAD.values(), strict=True):
        assert told in one.reason


def test_words_of_ours_and_of_theirs(house: House, cast: Cast, tmp_path: Path) -> None:
    head = "id,what_happened,kind,stage,effect,happened,neighbourhood"
    lines = (
        "1,One.,gatekeeping,starting,It slowed us down,2024-05-06T10:00:00Z,seacroft",
        "2,Two.,Health and safety rules,When it was an idea,stopped,6.5.2024,Seacroft",
        "3,Three.,Road Closure,,,2024-05,SEACROFT",
        "4,Four.,paint,,,2024,Seacroft",
        "5,Five.,Our Form,,,,Seacroft",
        "6,Six.,gatekeeping,yesterday,,,Seacroft",
    )
    choices = Choices({"our form": BarrierKind.NO_FORMAL_ROLE}, BarrierKind.LOW_VISIBILITY, _GIVEN.given)
    sorting = sort_file(house, write(tmp_path, *lines, head=head), choices)
    answers = [row.answers for row in sorting.accepted]
    assert [str(one.kind) for one in answers] == [
        *("gatekeeping", "health_and_safety", "legislative_sanction", "low_visibility", "no_formal_role")
    ]
    assert [(one.stage, one.effect) for one in answers[:2]] == [
        (Stage.STARTING, Effect.SLOWED),
        (Stage.IDEA, Effect.STOPPED),
    ]
    assert [str(one.happened) for one in answers] == ["2024-05-06", "2024-05-06", "2024-05", "2024", "None"]
    assert {row.home for row in sorting.accepted} == {SEACROFT}
    assert "stage" in sorting.rejected[0].reason


def test_cases_without_a_number_are_still_known_again(house: House, cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, "One.,keys,Seacroft", "Two.,keys,Seacroft", head="text,kind,area")
    assert import_file(house, file).added == 2
    assert import_file(house, file).unchanged == 2


def test_missing_columns_are_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"Which column says what happened\? Say it with --map what_happened=COLUMN"):
        read_file(write(tmp_path, head="a,b"), {}, None, BARRIERS)
    with pytest.raises(Invalid, match="There is no “title” to fill"):
        read_file(write(tmp_path), {"title": "Ward"}, None, BARRIERS)


def test_rows_that_may_name_somebody_are_pointed_out(house: House, cast: Cast, tmp_path: Path) -> None:
    lines = ("1,keys,Hall,No key.,,,,Seacroft", "2,keys,Hall,Ring me on 0113 496 0000.,,,,Seacroft")
    sorting = sort_file(house, write(tmp_path, *lines))
    assert look_personal(sorting.accepted) == [3]


def test_the_command_shows_asks_writes_and_undoes(small_ecology: Run, cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, *cases(4), "x,alchemy,Parks,Ring 0113 496 0000.,,,,Seacroft")
    words = ("import", "barriers", file, "--licence", "OGL-UK-3.0", "--kind-map", "alchemy=gatekeeping")
    shown = small_ecology(*words, "--dry-run")
    assert shown.code == 0, shown.err
    assert "what_happened    from “Description”" in shown.out
    assert "5 rows: 5 accepted, 0 refused." in shown.out
    assert shown.out.rstrip().endswith("Nothing was written.")
    assert shown.err == "Note: 1 rows may hold something personal. Look at lines 6.\n"
    assert small_ecology(*words).err.endswith("Nothing was written. Say --yes to write without a terminal.\n")
    assert cast.house.published.version("barriers") == (0, 0)
    done = small_ecology(*words, "--yes")
    assert done.code == 0, done.err
    batch = done.out.split()[-1]
    assert small_ecology("import", "undo", batch, "--yes").out == "Removed 5 barriers.\n"
    for sharing in ("exact", "street", "stewards_only"):
        refused = small_ecology(*words, "--sharing", sharing)
        assert (refused.code, refused.err) == (1, "--sharing must be one of: neighbourhood, counted_only.\n")
