"""Published grants come in row by row: counted, placed by whom they are for, never a person's, and out again whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.funding.models import AreaCode, GrantMade
from app.imports.batches import undo
from app.imports.rows import Provenance
from app.published.queries import Question
from app.vocabulary import PlacedBy
from app.web.house import House
from tests.fences.test_time import differences, published_rows
from tests.support.cast import BEESTON, CHAPELTOWN, IN_CHAPELTOWN, SEACROFT, Cast
from tests.support.commands import Run, run_command
from tests.support.grants import (
    KINDS,
    add_areas,
    broken_grants,
    give,
    grant,
    import_grants,
    sort_file,
    valid_grants,
    write_file,
)


def published(house: House) -> list[dict[str, Any]]:
    page = house.published.page(Question("grants", limit=2_000))
    return [json.loads(feature)["properties"] for feature in page.features]


@pytest.fixture
def placed(house: House, cast: Cast) -> House:
    """A store with the areas that the files name."""
    add_areas(house)
    return house


@pytest.mark.parametrize("kind", KINDS)
def test_five_hundred_and_fifty_broken_ones_come_in_counted_and_go_out_whole(
    placed: House, cast: Cast, tmp_path: Path, kind: str
) -> None:
    cast.plant(organisation_id="GB-CHC-900001")
    valid = valid_grants(500)
    file = write_file(tmp_path / f"grants.{kind}", [*valid, *broken_grants(50, valid)])
    before = published_rows(placed)
    sorting = sort_file(placed, file)
    assert (len(sorting.accepted), len(sorting.refused), len(sorting.individuals)) == (500, 50, 0)
    assert all(one.sentence for one in sorting.refused)
    counts, batch = import_grants(placed, file)
    assert counts == {"new": 500, "changed": 0, "unchanged": 0}
    assert batch is not None
    assert len(published(placed)) == 500
    assert any(one["matched_by"] == "organisation_id" for one in published(placed))
    assert import_grants(placed, file) == ({"new": 0, "changed": 0, "unchanged": 500}, None)
    assert differences(placed) == {}
    with placed.private.writing() as db:
        assert undo(db, batch) == {"grants": 500}
    after = published_rows(placed)
    # Only the number of a collection that once held something remains, and it is nought.
    assert {row for row in after["published_version"] ^ before["published_version"] if row != ("grants", 0)} == set()
    assert {name: rows for name, rows in after.items() if name != "published_version"} == {
        name: rows for name, rows in before.items() if name != "published_version"
    }


def test_the_command_tells_each_row_and_counts_them_all(database_url: str, tmp_path: Path) -> None:
    run_command(database_url, "demo")
    valid = valid_grants(5)
    people = [grant(90, recipientOrganization=None, recipientIndividual={"id": "x", "name": "Ada Somebody"})]
    file = write_file(tmp_path / "grants.json", [*valid, *people, *broken_grants(12, valid)[-6:]])
    told = run_command(database_url, "import", "grants", file, "--dry-run", "--report", tmp_path / "report.csv")
    assert told.code == 0, told.err
    assert "12 grants read: 5 new, 0 changed, 0 unchanged, 6 refused, 1 to people (left out), 0 for other" in told.out
    assert "Nothing was written." in told.out
    report = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert report.count("refused") == 6
    assert "360G-try-0" in report
    assert "Ada" not in told.out + report
    assert "It has the same id as number 1 of the file." in report
    done = run_command(database_url, "import", "grants", file, "--yes")
    again = run_command(database_url, "import", "grants", file, "--yes")
    assert "5 unchanged" in again.out
    assert "There is nothing to do." in again.out
    batch = done.out.split()[-1]
    assert run_command(database_url, "import", "undo", batch, "--yes").out.startswith("Removed 5 grants")
    assert run_command(database_url, "import", "undo", batch, "--yes").code == 1


def test_a_file_without_a_licence_is_refused(small_ecology: Run, tmp_path: Path) -> None:
    small_ecology("demo")
    file = write_file(tmp_path / "grants.csv", [grant()])
    refused = small_ecology("import", "grants", file, "--yes")
    assert refused.code == 1
    assert "say --licence" in refused.err
    assert small_ecology("import", "grants", file, "--yes", "--licence", "CC-BY-4.0").code == 0


def test_a_changed_grant_is_changed_and_not_doubled(placed: House, tmp_path: Path) -> None:
    give(placed, tmp_path, grant(1), grant(2))
    counts, batch = import_grants(placed, write_file(tmp_path / "b.json", [grant(1, amountAwarded=7.5), grant(2)]))
    assert (counts, batch) == ({"new": 0, "changed": 1, "unchanged": 1}, None)
    assert sorted(one["amount"] for one in published(placed)) == [7.5, 1000.0]


def test_another_source_changes_no_grant_under_the_first_one_s_credit(placed: House, tmp_path: Path) -> None:
    give(placed, tmp_path, grant(1))
    file = write_file(tmp_path / "b.json", [grant(1, amountAwarded=7.5), grant(2)])
    counts, _batch = import_grants(placed, file, provenance=Provenance("Somebody else’s list", "CC0-1.0", ""))
    assert counts == {"new": 1, "changed": 0, "unchanged": 0}
    told = {one["grant_id"]: (one["amount"], one["licence"]) for one in published(placed)}
    assert sorted(told.values()) == [(1000.0, "CC-BY-4.0"), (1000.0, "CC0-1.0")]


@pytest.mark.parametrize(
    "more",
    [
        {"recipientOrganization": None, "recipientIndividual": {"id": "1", "name": "Ada Somebody"}},
        {"toIndividualsDetails": {"primaryGrantReason": "GTIR010"}},
        {"recipientOrganization": [{"id": "360G-try-IND-7", "name": "A recipient"}]},
        {"recipientOrganization": [{"id": "360G-try-o7", "name": "Mrs Somebody"}]},
        {"recipientOrganization": [{"id": "360G-try-o7", "name": "Mohammed Somebody"}]},
        {"recipientOrganization": [{"id": "360G-try-o7", "name": "Individual"}]},
        {"recipientOrganization": [{"id": "x", "name": "A recipient", "organisationType": "Individual"}]},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_person_is_never_stored(placed: House, tmp_path: Path, kind: str, more: dict[str, Any]) -> None:
    sorting = sort_file(placed, write_file(tmp_path / f"people.{kind}", [grant(1, **more), grant(2)]))
    assert [one.grant_id for one in sorting.accepted] == ["360G-try-2"]
    assert len(sorting.individuals) == 1
    assert "Somebody" not in str(sorting)


def test_words_that_may_hold_a_person_are_told_and_an_address_is_not_read(placed: House, tmp_path: Path) -> None:
    personal = grant(1, description="For Mr Somebody, call 0113 496 0000.")
    sorting = sort_file(placed, write_file(tmp_path / "a.json", [personal]))
    assert [one.field for one in sorting.notes] == ["description"]
    assert "a phone number" in sorting.notes[0].sentence
    assert "LS7" not in str(sorting.accepted)


@pytest.mark.parametrize(
    ("given", "by", "slug"),
    [
        (([{"geoCode": "E01999001"}], None), PlacedBy.SMALL_AREA, CHAPELTOWN),
        (([{"geoCode": "e01999002", "geoCodeType": "LSOA"}], None), PlacedBy.SMALL_AREA, SEACROFT),
        (([{"geoCode": "E05999001", "geoCodeType": "WD"}], None), PlacedBy.WARD, BEESTON),
        (([{"longitude": IN_CHAPELTOWN[0], "latitude": IN_CHAPELTOWN[1]}], None), PlacedBy.POINT, CHAPELTOWN),
        # A code says more than a point, and the finest place more than what it lies in.
        (([{"geoCode": "E01999002", "longitude": -1.5309, "latitude": 53.8172}], None), PlacedBy.SMALL_AREA, SEACROFT),
        (([{"geoCode": "E08999001"}, {"geoCode": "E01999001"}], None), PlacedBy.SMALL_AREA, CHAPELTOWN),
        (([{"geoCode": "E08999001", "longitude": -1.5309, "latitude": 53.8172}], None), PlacedBy.CITY, None),
        (([{"geoCode": "E01999001"}], "GLS050"), PlacedBy.CITY, None),
        (([{"geoCode": "E01999001"}], "Local authority"), PlacedBy.CITY, None),
        (([{"geoCode": "E01999001"}, {"geoCode": "E01999002"}], None), PlacedBy.CITY, None),
        (([{"geoCode": "E01999001"}], "GLS060"), PlacedBy.SMALL_AREA, CHAPELTOWN),
        (([{"longitude": 0, "latitude": 0}], None), PlacedBy.NOWHERE, None),
        (([{"longitude": 2.35, "latitude": 48.85}], None), PlacedBy.POINT, None),
        (([{"name": "Somewhere"}], None), PlacedBy.NOWHERE, None),
        ((None, None), PlacedBy.NOWHERE, None),
        # Less than half of it lies here.
        (([{"geoCode": "E01999003"}], None), PlacedBy.SMALL_AREA, None),
    ],
)
def test_a_grant_is_placed_by_whom_it_is_for(
    placed: House,
    tmp_path: Path,
    given: tuple[list[dict[str, Any]] | None, str | None],
    by: PlacedBy,
    slug: str | None,
) -> None:
    with placed.private.writing() as db:
        db.add(AreaCode(code="E01999003", neighbourhood=CHAPELTOWN, share=0.49))
    # The recipient's own postcode lies in Chapeltown, and says nothing.
    made = grant(1, beneficiaryLocation=given[0], locationScope=given[1])
    (one,) = sort_file(placed, write_file(tmp_path / "a.json", [made])).accepted
    assert (one.placed.by, one.placed.neighbourhood) == (by, slug)
    if by is PlacedBy.NOWHERE or one.placed.note:
        assert sort_file(placed, tmp_path / "a.json").notes


def test_grants_for_other_places_are_left_out_where_a_city_is_named(placed: House, tmp_path: Path) -> None:
    grants = [
        grant(1),
        grant(2, beneficiaryLocation=[{"geoCode": "E08999001"}]),
        grant(3, beneficiaryLocation=[{"geoCode": "E08999777"}]),
        grant(4, beneficiaryLocation=[{"geoCode": "E01777001"}]),
        grant(5, beneficiaryLocation=[{"longitude": 2.35, "latitude": 48.85}]),
        grant(6, beneficiaryLocation=None),
    ]
    file = write_file(tmp_path / "a.json", grants)
    assert len(sort_file(placed, file).accepted) == 6
    sorting = sort_file(placed, file, cities=["e08999001"])
    assert [one.place for one in sorting.accepted] == [1, 2, 6]
    assert [one.place for one in sorting.elsewhere] == [3, 4, 5]


def test_days_with_the_day_first_are_read_where_somebody_says_so(placed: House, tmp_path: Path) -> None:
    file = write_file(tmp_path / "a.csv", [grant(1, awardDate="04/05/2021"), grant(2, awardDate="44320")])
    sorting = sort_file(placed, file)
    (refused,) = sorting.refused
    assert (refused.place, refused.field) == (2, "awardDate")
    assert "Write 2021-05-04" in refused.sentence
    assert "--day-first" in refused.sentence
    assert sorting.accepted[0].columns["awarded_on"].isoformat() == "2021-05-04"
    days = {one.columns["awarded_on"].isoformat() for one in sort_file(placed, file, day_first=True).accepted}
    assert days == {"2021-05-04"}


def test_odd_amounts_are_told(placed: House, tmp_path: Path) -> None:
    grants = [grant(1, amountAwarded=0), grant(2, currency="eur"), grant(3, amountAwarded=12.345)]
    sorting = sort_file(placed, write_file(tmp_path / "a.json", grants))
    assert [(one.place, one.field) for one in sorting.notes] == [(1, "amountAwarded"), (2, "currency")]
    assert [one.columns["amount_hundredths"] for one in sorting.accepted] == [0, 100_000, 1_234]
    assert sorting.accepted[1].columns["currency"] == "EUR"


@pytest.mark.parametrize(
    "odd",
    [
        {"id": 7},
        {"title": ["a"]},
        {"amountAwarded": "1000"},
        {"amountAwarded": True},
        {"awardDate": True},
        {"recipientOrganization": {"id": "x"}},
        {"recipientOrganization": []},
        {"fundingOrganization": ["A fund"]},
        {"beneficiaryLocation": "here"},
        {"beneficiaryLocation": [{"latitude": "north", "longitude": 1}]},
        {"id": "x" * 201},
        {"title": "x" * 1_001},
    ],
)
def test_what_is_not_as_the_standard_says_is_refused_with_its_field(
    placed: House, tmp_path: Path, odd: dict[str, Any]
) -> None:
    sorting = sort_file(placed, write_file(tmp_path / "a.json", [grant(1, **odd), grant(2)]))
    (refused,) = sorting.refused
    assert refused.field.startswith(next(iter(odd)))
    assert len(sorting.accepted) == 1


def test_a_charity_s_bare_number_stands_for_its_registered_one(placed: House, tmp_path: Path) -> None:
    recipient = {"id": "360G-try-o1", "name": "A hall association", "charityNumber": "0123456"}
    give(placed, tmp_path, grant(1, recipientOrganization=[recipient]))
    with placed.private.reading() as db:
        assert db.scalars(select(GrantMade.recipient_org_id)).all() == ["GB-CHC-123456"]
