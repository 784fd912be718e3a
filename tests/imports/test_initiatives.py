"""Files of places come in row by row: every row accounted for, once, and out again whole."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from app.formats.vector import read_layer
from app.imports import boundaries
from app.imports.batches import PLACES, all_batches, take_in, undo
from app.imports.columns import INITIATIVES
from app.imports.initiatives import Choices, sort_rows
from app.imports.rows import Provenance, Sorting, SourceFile
from app.imports.rows import read_file as read_any_file
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import ImportBatch, Initiative
from app.kit.errors import Invalid, NotFound
from app.neighbourhoods.service import all_neighbourhoods
from app.published.queries import Question
from app.vocabulary import Activity, Publication, Sharing
from app.web.house import House
from tests.support.cast import CHAPELTOWN, Cast
from tests.support.real_data import real_data

_HERE = "53.8172,-1.5309"  # well inside Chapeltown
_GIVEN = Choices(given=Provenance("Council list", "OGL-UK-3.0", "Leeds City Council"))


def read_file(file: Path, mapping: dict[str, str]) -> SourceFile:
    return read_any_file(file, mapping, None, INITIATIVES)


def sort_file(house: House, file: Path, choices: Choices = _GIVEN, **mapping: str) -> Sorting[InitiativeAnswers]:
    read = read_file(file, mapping)
    with house.private.reading() as db:
        sorting = sort_rows(read.rows, read.mapping, all_neighbourhoods(db), choices)
    assert len(sorting.accepted) + len(sorting.rejected) == len(read.rows)
    return sorting


@dataclass(frozen=True)
class Outcome:
    """How many rows an import touched, and its batches."""

    added: int
    changed: int
    unchanged: int
    kept: int
    batches: Sequence[ImportBatch]


def import_file(house: House, file: Path, choices: Choices = _GIVEN, **mapping: str) -> Outcome:
    sorting = sort_file(house, file, choices, **mapping)
    with house.private.writing() as db:
        done, batches = take_in(db, sorting, file.name, PLACES)
    return Outcome(len(done.fresh), len(done.changed), done.unchanged, done.kept, batches)


def write(folder: Path, *lines: str, head: str = "id,name,category,lat,lon") -> Path:
    file = folder / "places.csv"
    file.write_text("\n".join([head, *lines]) + "\n")
    return file


def published(house: House) -> list[dict[str, Any]]:
    page = house.published.page(Question("initiatives", limit=2_000))
    return [json.loads(feature) for feature in page.features]


def count(house: House) -> int:
    with house.private.reading() as db:
        return db.scalar(select(func.count()).select_from(Initiative)) or 0


@pytest.fixture
def wards(house: House) -> House:
    layer = read_layer(real_data("boundaries/leeds_wards_2020.geojson"))
    fields = boundaries.guess_fields(layer, None, None, {})
    with house.private.writing() as db:
        boundaries.apply(db, boundaries.plan(db, layer, fields, allow_overlap=False))
    return house


def test_all_1012_real_rows_come_in_once_and_go_out_again(wards: House) -> None:
    file = real_data("initiatives/leeds_initiatives_all.csv")
    first = import_file(wards, file)
    assert (first.added, len(sort_file(wards, file).rejected)) == (1_012, 0)
    version = wards.published.version("initiatives")
    assert version[1] == 1_012
    features = published(wards)
    by_licence = Counter((one["properties"]["licence"], one["properties"]["shown_as"]) for one in features)
    assert by_licence["ODbL-1.0", "place"] == 902
    # Known by postcode only: a square of streets, or where none is safe the ward, and never a pin.
    assert by_licence["ODC-By-1.0", "cell"] + by_licence["ODC-By-1.0", "neighbourhood"] == 110
    assert all(one["properties"]["credit"] and one["properties"]["source_id"] for one in features)
    again = import_file(wards, file)
    assert (again.added, again.changed, again.unchanged, list(again.batches)) == (0, 0, 1_012, [])
    assert wards.published.version("initiatives") == version
    with wards.private.writing() as db:
        assert sum(undo(db, batch.id).total() for batch in first.batches) == 1_012
    assert count(wards) == 0
    assert published(wards) == []
    assert wards.published.version("initiatives")[1] == 0


def test_all_7090_real_rows_are_inside_or_outside(wards: House) -> None:
    sorting = sort_file(wards, real_data("initiatives/uk_cooperatives_2023.csv"))
    assert len(sorting.accepted) == 110
    assert all("The nearest is" in one.reason for one in sorting.rejected)


def test_an_undone_import_may_come_in_again(house: House, cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, f"1,Soup,food,{_HERE}")
    (batch,) = import_file(house, file).batches
    with house.private.writing() as db:
        undo(db, batch.id)
    with house.private.writing() as db, pytest.raises(Invalid, match="was undone"):
        undo(db, batch.id)
    with house.private.writing() as db, pytest.raises(NotFound):
        undo(db, "nothing")
    assert import_file(house, file).added == 1
    with house.private.reading() as db:
        assert [batch.undone_on is None for batch in all_batches(db)].count(True) == 1


def test_undo_leaves_entries_of_people_and_what_they_say(house: House, cast: Cast, tmp_path: Path) -> None:
    (batch,) = import_file(house, write(tmp_path, f"1,The old library,library,{_HERE}")).batches
    (library,) = published(house)
    own = cast.plant()
    barrier = cast.plant("barriers", initiative=library["id"], sharing="exact")
    assert b"The old library" in (house.published.one("barriers", barrier.id) or b"")
    with house.private.writing() as db:
        undo(db, batch.id)
    assert [one["id"] for one in published(house)] == [own.id]
    assert b"initiative_title" not in (house.published.one("barriers", barrier.id) or b"initiative_title")
    assert not house.published.is_withdrawn("initiatives", library["id"])


def test_a_row_that_changed_at_its_source_is_changed_here(house: House, cast: Cast, tmp_path: Path) -> None:
    import_file(house, write(tmp_path, f"1,Soup,food,{_HERE}", f"2,Books,library,{_HERE}"))
    done = import_file(house, write(tmp_path, f"1,Soup and bread,food,{_HERE}", f"2,Books,library,{_HERE}"))
    assert (done.added, done.changed, done.unchanged) == (0, 1, 1)
    assert {one["properties"]["title"] for one in published(house)} == {"Soup and bread", "Books"}


def test_what_a_steward_hid_stays_hidden(house: House, cast: Cast, tmp_path: Path) -> None:
    import_file(house, write(tmp_path, f"1,Soup,food,{_HERE}"))
    with house.private.writing() as db:
        db.scalars(select(Initiative)).one().publication = Publication.HIDDEN
    done = import_file(house, write(tmp_path, f"1,Soup again,food,{_HERE}"))
    assert (done.changed, done.kept) == (0, 1)
    assert published(house) == []


def test_imported_places_are_shown_as_imported(house: House, cast: Cast, tmp_path: Path) -> None:
    import_file(house, write(tmp_path, f"A7,Soup,food,{_HERE}"))
    (soup,) = published(house)
    assert soup["geometry"] == {"type": "Point", "coordinates": [-1.5309, 53.8172]}
    told = {name: soup["properties"][name] for name in ("imported_from", "source_id", "licence", "credit")}
    assert told == {
        "imported_from": "Council list",
        "source_id": "A7",
        "licence": "OGL-UK-3.0",
        "credit": "Leeds City Council",
    }


_BAD = {
    f"1,,food,{_HERE}": "title: Give it a name",
    f"2,{'x' * 121},food,{_HERE}": "title: Please use at most 120 characters",
    f"3,{'x' * 100_000},food,{_HERE}": "title: Please use at most 120 characters",
    f"4,Soup,alchemy,{_HERE}": "The category “alchemy” is not known",
    f"5,Soup,,{_HERE}": "It has no category",
    "6,Soup,food,,": "It does not say where it is",
    "7,Soup,food,53.8,": "is no number for a place",
    "8,Soup,food,north,west": "“west” is no number",
    "9,Soup,food,nan,nan": "NaN and Infinity are not places",
    "10,Soup,food,53.8172,inf": "NaN and Infinity are not places",
    "11,Soup,food,0,0": "0, 0 is no place",
    "12,Soup,food,-1.5309,53.8172": "the other way round",
    "13,Soup,food,53.8,181": "Longitude goes from -180 to 180",
    "14,Soup,food,53.70,-1.55": "outside every neighbourhood here. The nearest is Beeston & Holbeck",
    f"15,Soup,food,{_HERE},6": "The row has 6 cells",
    f"16,Soup,food,{_HERE}": "same source and id as line 2",
}


def test_bad_rows_are_told_one_by_one_and_keep_no_good_one_out(house: House, cast: Cast, tmp_path: Path) -> None:
    good = [f"{'16' if number == 0 else f'g{number}'},Good {number},food,{_HERE}" for number in range(37)]
    sorting = sort_file(house, write(tmp_path, *good, *_BAD))
    assert len(sorting.accepted) == 37
    assert [one.row.line for one in sorting.rejected] == list(range(39, 39 + len(_BAD)))
    for one, told in zip(sorting.rejected, _BAD.values(), strict=True):
        assert told in one.reason


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{7*191}}", "${1+1}", "{% x %}", "=HYPERLINK(1)", "\u202egnp", "a\x07b"]
)
def test_hostile_cells_stay_words(house: House, cast: Cast, tmp_path: Path, text: str) -> None:
    import_file(house, write(tmp_path, f'1,"{text} soup",food,{_HERE}'))
    (soup,) = published(house)
    cleaned = text.replace("\u202e", "").replace("\x07", "")
    assert soup["properties"]["title"] == f"{cleaned} soup"


def test_every_dialect_of_table_gives_the_same_rows(house: House, cast: Cast, tmp_path: Path) -> None:
    text = "Nom;category;lat;lon\nCafé Zoë;food;53,8172;-1,5309\nBücherei;library;53,8173;-1,5310\n"
    file = tmp_path / "liste.csv"
    for encoding in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
        file.write_bytes(text.encode(encoding))
        sorting = sort_file(house, file, title="Nom")
        assert [row.answers.title for row in sorting.accepted] == ["Café Zoë", "Bücherei"]


def test_missing_columns_are_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"--map title=COLUMN. The file has: a, b"):
        read_file(write(tmp_path, head="a,b"), {})
    with pytest.raises(Invalid, match=r"Which columns say where it is\?.*The file has: name"):
        read_file(write(tmp_path, head="name"), {})
    with pytest.raises(Invalid, match="There is no column “nom”"):
        read_file(write(tmp_path), {"title": "nom"})
    with pytest.raises(Invalid, match="There is no “titel” to fill"):
        read_file(write(tmp_path), {"titel": "name"})


def test_a_licence_is_needed(house: House, cast: Cast, tmp_path: Path) -> None:
    (refused,) = sort_file(
        house, write(tmp_path, f"1,Soup,food,{_HERE}"), Choices(given=Provenance("x", "", ""))
    ).rejected
    assert refused.reason == "It does not say its licence: say --licence."


def test_rows_without_an_id_are_still_known_again(house: House, cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, f"Soup,food,{_HERE}", head="name,category,lat,lon")
    assert import_file(house, file).added == 1
    assert import_file(house, file).unchanged == 1


def test_what_is_known_by_postcode_is_shown_as_streets(house: House, cast: Cast, tmp_path: Path) -> None:
    by_code = write(tmp_path, "1,Soup,food,LS7 4AW", head="id,name,category,postcode")
    marked = tmp_path / "marked.csv"
    marked.write_text(f"id,name,category,lat,lon,location_precision\n2,Bread,food,{_HERE},postcode_centroid\n")
    for file in (by_code, marked):
        (row,) = sort_file(house, file).accepted
        assert row.answers.sharing is Sharing.STREET
    by_grid = write(tmp_path, "3,Tea,food,430980,435200", head="id,name,category,easting,northing")
    (row,) = sort_file(house, by_grid).accepted
    assert row.home == CHAPELTOWN
    assert row.answers.sharing is Sharing.EXACT


def test_categories_can_be_mapped(house: House, cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, f"1,One,Weird_Stuff,{_HERE}", f"2,Two,other,{_HERE}", f"3,Three,Having a say,{_HERE}")
    choices = Choices({"weird stuff": Activity.WELCOME}, Activity.SKILLS, _GIVEN.given)
    found = [row.answers.activity for row in sort_file(house, file, choices).accepted]
    assert found == [Activity.WELCOME, Activity.SKILLS, Activity.VOICE]


def test_geojson_comes_in_too(house: House, cast: Cast, tmp_path: Path) -> None:
    point, line = [-1.5309, 53.8172], [[-1.531, 53.8172], [-1.5309, 53.8173]]
    bow_tie = [[[-1.531, 53.817], [-1.53, 53.818], [-1.53, 53.817], [-1.531, 53.818], [-1.531, 53.817]]]
    shapes = [
        {"type": "Point", "coordinates": point},
        {"type": "LineString", "coordinates": line},
        None,
        {"type": "MultiPoint", "coordinates": [point]},
        {"type": "Polygon", "coordinates": bow_tie},
        {"type": "LineString", "coordinates": [[-1.53 + i * 1e-7, 53.8172] for i in range(2_001)]},
        {"type": "Point", "coordinates": [200, 53]},
        {"type": "Point", "coordinates": point[::-1]},
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"id": str(number), "name": f"No {number}", "category": "food"},
            "geometry": shape,
        }
        for number, shape in enumerate(shapes)
    ]
    file = tmp_path / "places.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    sorting = sort_file(house, file)
    assert [row.line for row in sorting.accepted] == [1, 2]
    told = [
        "no shape",
        "MultiPoint cannot be pinned",
        "crosses or touches",
        "2,001 points",
        "nowhere on",
        "other way round",
    ]
    for one, sentence in zip(sorting.rejected, told, strict=True):
        assert sentence in one.reason


@pytest.fixture
def full_disk(house: House) -> Iterator[None]:
    """The database refuses in the middle of writing, as a full disk does."""
    engine = house.private._engine

    def refuse(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "INSERT INTO published_feature" in statement:
            raise engine.dialect.dbapi.OperationalError("database or disk is full")  # type: ignore[union-attr]

    event.listen(engine, "before_cursor_execute", refuse)
    yield
    event.remove(engine, "before_cursor_execute", refuse)


def test_a_full_disk_leaves_nothing_half_done(house: House, cast: Cast, tmp_path: Path, full_disk: None) -> None:
    sorting = sort_file(house, write(tmp_path, f"1,Soup,food,{_HERE}"))
    refused = (DBAPIError, house.private._engine.dialect.dbapi.OperationalError)  # type: ignore[union-attr]
    with pytest.raises(refused), house.private.writing() as db:
        take_in(db, sorting, "places.csv", PLACES)
    assert count(house) == 0
    with house.private.reading() as db:
        assert db.scalar(select(func.count()).select_from(ImportBatch)) == 0
