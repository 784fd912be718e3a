"""The file for researchers: what groups opened to them, under pseudonyms, with each variable explained."""

import csv
from pathlib import Path
from typing import Any

import pytest

from app.publishing.codebook import COLUMNS, pseudonym
from app.vocabulary import ConsentScope, Mechanism, Publication, Sharing
from tests.support.cast import SEACROFT, Cast
from tests.support.commands import Run
from tests.support.learning import note, programme, review
from tests.support.life import SPOTS

KEY = "k" * 40


def rows_in(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


def test_only_what_was_opened_is_written_and_nobody_is_named(cast: Cast, small_ecology: Run, tmp_path: Path) -> None:
    soup = cast.plant(title="Soup on Tuesdays", summary="At number nine.", activity="food")
    many = [cast.plant(activity="food") for _number in range(4)]
    hidden = cast.plant(title="Sent back", publication=Publication.RETURNED)
    lights = programme(cast)
    note(cast, soup, scope=ConsentScope.GROUP_ONLY, tried="ours alone")
    note(cast, soup, scope=ConsentScope.RESEARCHERS, tried="=for researchers")
    note(cast, soup, scope=ConsentScope.PUBLIC, tried="for everyone")
    note(cast, soup, scope=ConsentScope.PUBLIC, publication=Publication.SUBMITTED, tried="waits")
    note(cast, soup, scope=ConsentScope.PUBLIC, publication=Publication.HIDDEN, tried="hidden")
    note(cast, hidden, scope=ConsentScope.RESEARCHERS, tried="of what is not here")
    review(cast, soup, lights, changed_in_us="Courage, ring 0113 496 0000.", scope="researchers")
    for one in many:
        note(cast, one, scope=ConsentScope.RESEARCHERS, tried="of many")
    file = tmp_path / "notes.csv"
    done = small_ecology("export-codebook", file, SECRET_KEY=KEY)
    assert done.code == 0, done.err
    assert "Wrote 7 rows" in done.out
    assert "1 texts may hold a name" in done.out
    rows = rows_in(file)
    assert tuple(rows[0]) == COLUMNS
    assert {row["tried"] for row in rows} == {"'=for researchers", "for everyone", "", "of many"}
    assert {row["changed_in_us"] for row in rows} == {"", "Courage, ring 0113 496 0000."}
    (opened,) = [row for row in rows if row["tried"].endswith("researchers")]
    assert (opened["month"], opened["neighbourhood"], opened["activity"]) == ("2025-03", "Chapeltown", "food")
    marks = [opened[f"mechanism_{word}"] for word in Mechanism]
    assert marks == ["1", "0", "0"]
    text = file.read_text()
    for secret in (soup.id, "Soup on Tuesdays", "number nine", "Small Lights", "2025-03-14", "53.8", "15_to_60_days"):
        assert secret not in text


def test_what_everyone_reads_does_not_tell_whose_the_other_rows_are(
    cast: Cast, small_ecology: Run, tmp_path: Path
) -> None:
    soup = cast.plant()
    for scope in (ConsentScope.RESEARCHERS, ConsentScope.RESEARCHERS, ConsentScope.PUBLIC):
        note(cast, soup, scope=scope)
    file = tmp_path / "notes.csv"
    small_ecology("export-codebook", file, SECRET_KEY=KEY)
    first = [(row["group"], row["scope"]) for row in rows_in(file)]
    assert len({group for group, _scope in first}) == 2
    assert len({group for group, scope in first if scope == "researchers"}) == 1
    small_ecology("export-codebook", file, SECRET_KEY=KEY)
    assert [(row["group"], row["scope"]) for row in rows_in(file)] == first
    small_ecology("export-codebook", file, SECRET_KEY="l" * 40)
    assert not {row["group"] for row in rows_in(file)} & {group for group, _scope in first}
    assert pseudonym(soup.id, ConsentScope.RESEARCHERS, KEY) in {group for group, _scope in first}


def test_the_codebook_explains_every_variable_and_counts(cast: Cast, small_ecology: Run, tmp_path: Path) -> None:
    note(cast, cast.plant(), scope=ConsentScope.RESEARCHERS)
    file = tmp_path / "notes.csv"
    small_ecology("export-codebook", file, SECRET_KEY=KEY)
    told = rows_in(tmp_path / "notes.codebook.csv")
    assert list(dict.fromkeys(row["variable"] for row in told)) == list(COLUMNS)
    assert all(row["definition"] for row in told if not row["value"])
    counts = {(row["variable"], row["value"]): row["rows"] for row in told}
    assert (counts["mechanism_hidden", "1"], counts["mechanism_educational", "1"]) == ("1", "0")
    # One group alone is not told by what it does and where.
    assert (counts["activity", "food"], counts["activity", "voice"]) == ("0", "0")
    assert counts["neighbourhood", ""] == "0"


def test_where_and_what_stand_only_where_five_groups_share_both(cast: Cast, small_ecology: Run, tmp_path: Path) -> None:
    five = [cast.plant(activity="food") for _number in range(5)]
    others = [
        *(cast.plant(activity="voice") for _number in range(4)),
        cast.plant(activity="food", place=SPOTS[SEACROFT][0]),
    ]
    for one in [*five, *others]:
        note(cast, one, scope=ConsentScope.RESEARCHERS)
    for scope in (ConsentScope.RESEARCHERS, ConsentScope.PUBLIC):
        # The same group again is not another one.
        note(cast, others[0], scope=scope)
    file = tmp_path / "notes.csv"
    small_ecology("export-codebook", file, SECRET_KEY=KEY)
    told = [(row["neighbourhood"], row["activity"]) for row in rows_in(file)]
    assert sorted(told) == [("", "")] * 7 + [("Chapeltown", "food")] * 5


@pytest.mark.parametrize("sharing", [Sharing.COUNTED_ONLY, Sharing.STEWARDS_ONLY])
def test_what_is_not_on_the_map_has_no_row(cast: Cast, small_ecology: Run, tmp_path: Path, sharing: Sharing) -> None:
    quiet, lights = cast.plant(sharing=sharing), programme(cast)
    note(cast, quiet, scope=ConsentScope.RESEARCHERS)
    review(cast, quiet, lights, changed_in_us="Courage.", scope="researchers")
    file = tmp_path / "notes.csv"
    small_ecology("export-codebook", file, SECRET_KEY=KEY)
    assert rows_in(file) == []


@pytest.mark.parametrize(
    ("words", "more", "sentence"),
    [
        (("notes.txt",), {"SECRET_KEY": KEY}, "must end in .csv"),
        (("nowhere/notes.csv",), {"SECRET_KEY": KEY}, "There is no folder"),
        (("notes.csv",), {}, "Set SECRET_KEY first"),
    ],
)
def test_a_file_that_cannot_be_written_well_is_refused(  # noqa: PLR0917 - a case
    cast: Cast, small_ecology: Run, tmp_path: Path, words: tuple[str], more: dict[str, Any], sentence: str
) -> None:
    done = small_ecology("export-codebook", tmp_path / words[0], **more)
    assert done.code == 1
    assert sentence in done.err
    assert list(tmp_path.glob("*.csv")) == []
