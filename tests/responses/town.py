"""A town with three institutions and their officers, and a barrier that recurs: four groups met it."""

import re
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi.testclient import TestClient

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.barriers.models import Barrier
from app.institutions.models import Institution
from app.institutions.service import add
from app.kit import clock
from app.vocabulary import InstitutionKind, Role
from tests.support.cast import Cast, Planted
from tests.support.recurring import gather, reports

HOME = {"origin": "http://127.0.0.1:8000"}
COUNCIL, PARKS, HOUSING = "Eastmoor council", "Eastmoor parks team", "Northside Homes"


@dataclass(frozen=True)
class Town:
    """`parks` is a desk of the council; `pattern_id` is of the parks team, `lonely` a report that names it alone."""

    cast: Cast
    institutions: dict[str, Institution]
    people: dict[str, Person]
    planted: list[Planted]
    pattern_id: str
    lonely: Planted

    @property
    def page(self) -> str:
        """The officers' page of the pattern."""
        return f"/councils/desk/patterns/{self.pattern_id}"

    def told(self, collection: str = "patterns", one: str | None = None) -> dict[str, Any]:
        """Properties of a public feature: the pattern's, where none is named."""
        raw = self.cast.house.published.one(collection, one or self.pattern_id)
        assert raw is not None
        properties: dict[str, Any] = orjson.loads(raw)["properties"]
        return properties

    def sign_in(self, client: TestClient, name: str) -> TestClient:
        """Let `client` be the officer of the institution with this name, from now on."""
        client.cookies.clear()
        client.cookies.set("person", self.cast.signed_in(self.people[name]))
        client.headers.update(HOME)
        return client


def build_town(cast: Cast) -> Town:
    """All of it, over an empty store."""
    with cast.house.private.writing() as db:
        council = add(db, name=COUNCIL, kind=InstitutionKind.COUNCIL, agreed_since=clock.today())
        parks = add(db, name=PARKS, kind=InstitutionKind.DESK, part_of=council)
        housing = add(db, name=HOUSING, kind=InstitutionKind.HOUSING)
        people = {
            name: add_person(db, email=f"{number}@example.org", role=Role.OFFICER, neighbourhood=None, institution=name)
            for number, name in enumerate((COUNCIL, PARKS, HOUSING))
        }
    planted = reports(cast, 4)
    lonely = cast.plant("barriers", what_happened="The gate stays shut on Sundays.", holder=PARKS)
    with cast.house.private.writing() as db:
        for one in (*planted, lonely):
            db.get_one(Barrier, one.id).institution_id = parks.id
    named = {COUNCIL: council, PARKS: parks, HOUSING: housing}
    return Town(cast, named, people, planted, gather(cast, planted), lonely)


def reading_of(page: str) -> str:
    """What the form sends back about what was read."""
    found = re.search(r'name="reading" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def send(desk: TestClient, address: str, action: str, **form: str) -> Any:
    """Open the page, then send its form, as a browser would."""
    reading = form.pop("reading", None) or reading_of(desk.get(address).text)
    return desk.post(address, data={"action": action, "reading": reading, **form})


def answered(town: Town, client: TestClient) -> str:
    """Publish an answer of the parks team; returns its id."""
    town.sign_in(client, PARKS)
    reading = client.get(town.page).text.split('name="reading" value="')[1].split('"')[0]
    form = {"action": "publish", "state": "no_such_rule", "text": "Come as you are.", "reading": reading}
    assert client.post(town.page, data=form).status_code == 303
    client.cookies.clear()
    return str(town.told()["answers"][0]["id"])
