"""The stewards' desk of grants: their own neighbourhood's, matched by who knows, and taken back."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.funding.models import GrantMade
from app.vocabulary import Role
from app.web.house import House
from tests.support.cast import SEACROFT, Cast
from tests.support.grants import add_areas, give, grant


@pytest.fixture
def given(house: House, cast: Cast, tmp_path: Path) -> str:
    """A grant for Chapeltown, one for Seacroft and one for the city; returns the id of the first."""
    add_areas(house)
    seacroft = [{"geoCode": "E01999002"}]
    give(
        house,
        tmp_path,
        grant(1, title="Chairs for a hall"),
        grant(2, title="Seeds for a green", beneficiaryLocation=seacroft),
        grant(3, title="Advice for all", beneficiaryLocation=None),
    )
    with house.private.reading() as db:
        return db.scalars(select(GrantMade.id).where(GrantMade.grant_id == "360G-try-1")).one()


def sign_in(client: TestClient, cast: Cast, person: Person) -> None:
    client.cookies.set("person", cast.signed_in(person))


def test_a_steward_matches_a_grant_and_takes_it_back(client: TestClient, cast: Cast, given: str) -> None:
    planted = cast.plant(title="A room with chairs")
    sign_in(client, cast, cast.steward())
    desk = client.get("/moderation/grants").text
    assert "Chairs for a hall" in desk
    assert "Seeds for a green" not in desk
    assert "Advice for all" not in desk
    page = f"/moderation/grants/{given}"
    assert "A room with chairs" in client.get(page).text
    nothing = client.post(page, data={"action": "match", "initiative": ""})
    assert nothing.status_code == 400
    assert "Choose what it belongs to." in nothing.text
    done = client.post(page, data={"action": "match", "initiative": planted.id})
    assert done.status_code == 303
    assert "Done." in client.get(done.headers["location"]).text
    assert "Chairs for a hall" not in client.get("/moderation/grants").text
    assert "A room with chairs" in client.get("/moderation/grants?pile=person").text
    shown = client.get(planted.page).text
    assert "Published grants" in shown
    assert "£1,000" in shown
    assert "A person found that they belong together" in shown
    client.post(page, data={"action": "unmatch"})
    assert "Chairs for a hall" in client.get("/moderation/grants").text
    assert "Published grants" not in client.get(planted.page).text


def test_only_what_is_of_the_neighbourhood_can_be_chosen(client: TestClient, cast: Cast, given: str) -> None:
    elsewhere = cast.plant(place=None, neighbourhood=SEACROFT, sharing="neighbourhood", title="Not from here")
    for_stewards = cast.plant(sharing="stewards_only", title="Not for others")
    sign_in(client, cast, cast.steward())
    page = f"/moderation/grants/{given}"
    shown = client.get(page).text
    assert "Not from here" not in shown
    assert "Not for others" not in shown
    for one in (elsewhere, for_stewards):
        assert client.post(page, data={"initiative": one.id}).status_code == 400


def test_a_steward_of_elsewhere_and_other_roles_cannot_touch_it(client: TestClient, cast: Cast, given: str) -> None:
    planted = cast.plant()
    page = f"/moderation/grants/{given}"
    assert client.get("/moderation/grants").headers["location"] == "/sign-in"
    assert client.post(page, data={"initiative": planted.id}).status_code in {401, 403}
    sign_in(client, cast, cast.steward(SEACROFT, email="s@example.org"))
    assert client.get(page).status_code == 404
    assert client.post(page, data={"initiative": planted.id}).status_code == 404
    with cast.house.private.writing() as db:
        funder = add_person(db, email="f@example.org", role=Role.FUNDER, neighbourhood=None, institution="A fund")
    sign_in(client, cast, funder)
    assert client.get("/moderation/grants").status_code == 403
    assert client.post(page, data={"initiative": planted.id}).status_code == 403
    with cast.house.private.reading() as db:
        assert db.get_one(GrantMade, given).initiative_id is None
