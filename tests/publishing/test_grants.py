"""What everyone may see of grants: a match by a number or by a person, with what is public, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.funding import grants
from app.funding.models import GrantMade
from app.imports.batches import undo
from app.initiatives.models import ImportBatch, Initiative
from app.published.queries import Question
from app.vocabulary import Publication, Sharing
from app.web.house import House
from tests.fences.test_time import differences, published_rows
from tests.support.cast import Cast, Planted
from tests.support.grants import add_areas, give, grant

NUMBER = "GB-CHC-999002"


@pytest.fixture
def placed(house: House, cast: Cast) -> House:
    add_areas(house)
    return house


def shown(house: House) -> dict[str, Any]:
    """The one published grant."""
    (feature,) = house.published.page(Question("grants", limit=5)).features
    told: dict[str, Any] = json.loads(feature)
    return told


def told_of(house: House, planted: Planted) -> list[str]:
    """The titles of the grants that an initiative tells of."""
    feature = json.loads(house.published.one("initiatives", planted.id) or b"{}")
    return [one["title"] for one in feature["properties"]["grants"]]


def say(cast: Cast, planted: Planted) -> None:
    """Let a person match the one grant."""
    person = cast.steward(email="g@example.org")
    with cast.house.private.writing() as db:
        made = db.scalars(select(GrantMade)).one()
        grants.match(db, made, db.get_one(Initiative, planted.id), db.get_one(Person, person.id))


def test_a_grant_is_published_as_its_funder_published_it(placed: House, tmp_path: Path) -> None:
    give(placed, tmp_path, grant(1, amountAwarded=1999.99, plannedDates=[{"endDate": "2025-01-01"}]))
    told = shown(placed)
    assert told["geometry"] is None
    assert told["properties"] == {
        "title": "Chairs, lot 1",
        "grant_id": "360G-try-1",
        "funder": "A fund",
        "funder_org_id": "GB-CHC-999001",
        "recipient": "A hall association",
        "recipient_org_id": NUMBER,
        "amount": 1999.99,
        "currency": "GBP",
        "awarded": "2024-03-05",
        "ends": "2025-01-01",
        "programme": "",
        "neighbourhood": "chapeltown",
        "placed_by": "small_area",
        "placed_by_label": "by a small area that it is for",
        "initiative": None,
        "initiative_title": None,
        "matched_by": None,
        "matched_by_label": None,
        "imported_from": "A fund’s grants",
        "licence": "CC-BY-4.0",
        "credit": "A fund",
    }


def test_a_number_that_both_give_matches_whichever_comes_first(placed: House, cast: Cast, tmp_path: Path) -> None:
    early = cast.plant(title="Chairs for all", organisation_id="gb-chc-0999002")
    give(placed, tmp_path, grant(1))
    assert shown(placed)["properties"]["initiative"] == early.id
    assert shown(placed)["properties"]["matched_by"] == "organisation_id"
    assert told_of(placed, early) == ["Chairs, lot 1"]
    cast.withdraw(early)
    assert shown(placed)["properties"]["initiative"] is None
    late = cast.plant(title="Chairs again", organisation_id=NUMBER)
    assert shown(placed)["properties"]["initiative_title"] == "Chairs again"
    assert told_of(placed, late) == ["Chairs, lot 1"]
    assert differences(placed) == {}


def test_nothing_is_matched_by_a_name(placed: House, cast: Cast, tmp_path: Path) -> None:
    cast.plant(title="A hall association")
    give(placed, tmp_path, grant(1))
    assert shown(placed)["properties"]["initiative"] is None


def test_a_number_of_two_initiatives_matches_neither_until_one_is_gone(
    placed: House, cast: Cast, tmp_path: Path
) -> None:
    one, other = (cast.plant(title=title, organisation_id=NUMBER) for title in ("One", "Other"))
    give(placed, tmp_path, grant(1))
    assert shown(placed)["properties"]["initiative"] is None
    assert told_of(placed, one) == told_of(placed, other) == []
    with placed.private.writing() as db:
        db.get_one(Initiative, other.id).organisation_id = "GB-CHC-5"
    assert shown(placed)["properties"]["initiative"] == one.id
    assert told_of(placed, one) == ["Chairs, lot 1"]
    assert differences(placed) == {}


def test_a_person_who_knows_stands_before_a_number(placed: House, cast: Cast, tmp_path: Path) -> None:
    by_number, by_person = cast.plant(organisation_id=NUMBER), cast.plant(title="Really this")
    give(placed, tmp_path, grant(1))
    say(cast, by_person)
    assert shown(placed)["properties"]["initiative"] == by_person.id
    assert shown(placed)["properties"]["matched_by"] == "person"
    assert (told_of(placed, by_number), told_of(placed, by_person)) == ([], ["Chairs, lot 1"])
    with placed.private.writing() as db:
        grants.unmatch(db, db.scalars(select(GrantMade)).one())
    assert told_of(placed, by_number) == ["Chairs, lot 1"]
    assert differences(placed) == {}


def _withdraw(cast: Cast, planted: Planted) -> None:
    cast.withdraw(planted)


def _hide(cast: Cast, planted: Planted) -> None:
    cast.decide(planted, Publication.HIDDEN)


def _count_only(cast: Cast, planted: Planted) -> None:
    with cast.house.private.writing() as db:
        db.get_one(Initiative, planted.id).sharing = Sharing.COUNTED_ONLY


def _delete(cast: Cast, planted: Planted) -> None:
    with cast.house.private.writing() as db:
        db.delete(db.get_one(Initiative, planted.id))


@pytest.mark.parametrize("leave", [_withdraw, _hide, _count_only, _delete])
def test_a_grant_lets_go_of_an_initiative_that_is_no_longer_public(
    placed: House, cast: Cast, tmp_path: Path, leave: Callable[[Cast, Planted], None]
) -> None:
    planted = cast.plant(title="Gone tomorrow")
    give(placed, tmp_path, grant(1))
    say(cast, planted)
    assert "Gone tomorrow" in json.dumps(shown(placed))
    leave(cast, planted)
    assert shown(placed)["properties"]["initiative"] is None
    assert "Gone tomorrow" not in json.dumps(shown(placed))
    assert differences(placed) == {}


@pytest.mark.parametrize(
    "hidden",
    [
        {"sharing": Sharing.COUNTED_ONLY},
        {"sharing": Sharing.STEWARDS_ONLY},
        {"publication": Publication.SUBMITTED},
        {"publication": Publication.HIDDEN},
    ],
)
def test_a_match_with_what_is_hidden_changes_no_public_byte(
    placed: House, cast: Cast, tmp_path: Path, hidden: dict[str, Any]
) -> None:
    by_number = cast.plant(organisation_id=NUMBER)
    give(placed, tmp_path, grant(1))
    before, version = published_rows(placed), placed.published.version("grants")
    planted = cast.plant(organisation_id=NUMBER, **hidden)
    say(cast, planted)
    assert published_rows(placed) == before
    assert placed.published.version("grants") == version
    assert told_of(placed, by_number) == ["Chairs, lot 1"]


def test_an_undone_import_leaves_no_trace_on_a_page(placed: House, cast: Cast, tmp_path: Path) -> None:
    planted = cast.plant(organisation_id=NUMBER)
    before = placed.published.one("initiatives", planted.id)
    batch = give(placed, tmp_path, grant(1), grant(2))
    assert placed.published.one("initiatives", planted.id) != before
    with placed.private.writing() as db:
        undo(db, batch)
    assert placed.published.one("initiatives", planted.id) == before
    assert placed.published.page(Question("grants", limit=5)).features == []


def test_a_credit_that_is_put_right_is_put_right_everywhere(placed: House, cast: Cast, tmp_path: Path) -> None:
    planted = cast.plant(organisation_id=NUMBER)
    batch = give(placed, tmp_path, grant(1))
    with placed.private.writing() as db:
        db.get_one(ImportBatch, batch).credit = "Another fund"
    assert shown(placed)["properties"]["credit"] == "Another fund"
    assert b"Another fund" in (placed.published.one("initiatives", planted.id) or b"")


def test_an_initiative_tells_its_newest_grants_and_how_many_there_are(
    placed: House, cast: Cast, tmp_path: Path
) -> None:
    planted = cast.plant(organisation_id=NUMBER)
    give(placed, tmp_path, *(grant(number, awardDate=f"2024-01-{number:02}") for number in range(1, 26)))
    told = json.loads(placed.published.one("initiatives", planted.id) or b"{}")["properties"]
    assert (len(told["grants"]), told["grants_count"]) == (20, 25)
    assert told["grants"][0]["awarded"] == "2024-01-25"
