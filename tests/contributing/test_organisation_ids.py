"""A registered body's public number: asked for, checked, shown, changed and taken back with the entry."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.initiatives.models import Initiative
from app.initiatives.organisation_ids import normalised, of_registers, read_organisation_id
from app.kit.errors import Invalid
from app.web.house import House
from tests.contributing.test_api import INITIATIVES, bearer, code_of, feature, point
from tests.contributing.test_forms import MARKED, WHAT, Visitor
from tests.support.cast import Cast
from tests.support.commands import Run


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("GB-CHC-1234567", "GB-CHC-1234567"),
        (" gb-chc- 1234567 ", "GB-CHC-1234567"),
        ("GB-CHC-0227523", "GB-CHC-227523"),
        ("GB-COH-123456", "GB-COH-00123456"),
        ("GB-COH-RC000123", "GB-COH-RC000123"),
        ("GB-SC-SC012345", "GB-SC-SC012345"),
    ],
)
def test_a_number_is_one_however_it_is_written(written: str, meant: str) -> None:
    assert normalised(written) == read_organisation_id(written) == meant


@pytest.mark.parametrize("written", ["1234567", "GB-CHC-", "charity 1234567", "360G-fund-org1", "GB-CHC-" + "1" * 200])
def test_what_is_no_number_is_refused_with_a_way_out(written: str) -> None:
    with pytest.raises(Invalid, match="GB-CHC- and the number for a charity"):
        read_organisation_id(written)


@pytest.mark.parametrize(
    ("charity", "company", "meant"),
    [
        ("1234567", "", "GB-CHC-1234567"),
        ("SC012345", "", "GB-SC-SC012345"),
        ("", "123456", "GB-COH-00123456"),
        ("none", "n/a", None),
    ],
)
def test_a_bare_number_stands_for_its_register(charity: str, company: str, meant: str | None) -> None:
    assert of_registers(charity, company) == meant


def test_the_form_asks_for_it_and_shows_it_before_sending(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    check = adding.to_check(WHAT, MARKED, {"organisation_id": "gb-chc-1234567"})
    assert "Your number in a register" in check.text
    assert adding.send(go="send").status_code == 200
    with cast.house.private.reading() as db:
        assert db.scalars(select(Initiative.organisation_id)).all() == ["GB-CHC-1234567"]


def test_the_form_says_what_is_wrong_with_it(cast: Cast, client: TestClient) -> None:
    adding = Visitor(client, "/initiatives/new")
    for fields in (WHAT, MARKED):
        adding.send(fields)
    answer = adding.send({"organisation_id": "1234567"})
    assert answer.status_code == 400
    assert "GB-CHC- and the number for a charity" in answer.text
    assert 'href="#f-organisation_id"' in answer.text


def test_a_program_gives_changes_and_takes_it_back(cast: Cast, client: TestClient, house: House) -> None:
    body = client.post(INITIATIVES, json=feature(point(), organisation_id="GB-CHC-1234567")).json()
    assert body["preview"]["properties"]["organisation_id"] == "GB-CHC-1234567"
    address, code = f"{INITIATIVES}/{body['id']}", code_of(body)
    kept = client.patch(
        address, json={"type": "Feature", "properties": {"summary": "More"}}, headers=bearer(code) | {"If-Match": "*"}
    )
    assert kept.status_code == 200
    with house.private.reading() as db:
        assert db.get_one(Initiative, body["id"]).organisation_id == "GB-CHC-1234567"
    client.patch(
        address,
        json={"type": "Feature", "properties": {"organisation_id": None}},
        headers=bearer(code) | {"If-Match": "*"},
    )
    with house.private.reading() as db:
        assert db.get_one(Initiative, body["id"]).organisation_id is None
    for wrong in ("1234567", 7):
        refused = client.post(INITIATIVES, json=feature(point(), organisation_id=wrong))
        assert refused.status_code in {400, 422}
        assert "organisation_id" in refused.text


def test_it_goes_with_the_entry(cast: Cast, house: House) -> None:
    planted = cast.plant(organisation_id="GB-CHC-1234567")
    assert b"GB-CHC-1234567" in (house.published.one("initiatives", planted.id) or b"")
    cast.withdraw(planted)
    with house.private.reading() as db:
        assert db.get_one(Initiative, planted.id).organisation_id is None


def test_a_list_of_places_may_bring_it(small_ecology: Run, house: House, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("name,category,lat,lon,org id\nA hall,food,53.8172,-1.5309,GB-CHC-1234567\n")
    done = small_ecology(
        "import", "initiatives", file, "--licence", "OGL-UK-3.0", "--default-activity", "food", "--yes"
    )
    assert done.code == 0, done.err
    with house.private.reading() as db:
        found = db.scalars(select(Initiative)).one()
    told = json.loads(house.published.one("initiatives", found.id) or b"{}")
    assert told["properties"]["organisation_id"] == "GB-CHC-1234567"
