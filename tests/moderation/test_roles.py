"""Who may do what: one table of every route of sign-in and moderation. A route without a row fails."""

from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.accounts import edit_links, sessions
from app.accounts import routes as accounts
from app.accounts.models import BrowserSession, Person
from app.accounts.sign_in import add_person
from app.initiatives.models import Initiative
from app.kit.errors import NotAllowed
from app.moderation import routes as moderation
from app.moderation.models import Decision
from app.moderation.queue import queue
from app.moderation.service import Verdict, decide, set_review
from app.neighbourhoods.models import Neighbourhood
from app.public import log
from app.vocabulary import DecisionReason, Publication, ReviewPolicy, Role
from tests.support.cast import SEACROFT, Cast, Planted

ACTORS = ("public", "contributor", "steward", "steward elsewhere", "officer", "funder", "admin")
ITEM = "/moderation/{collection}/{entry_id}"
PUBLISH = {"decision": "publish", "version": "1"}

# What each of ACTORS gets; "all" stands for everybody alike. The last column is the form that is sent.
TABLE: dict[tuple[str, str], tuple[tuple[int, ...], dict[str, str] | None]] = {
    ("GET", "/sign-in"): ((200,) * 7, None),
    ("POST", "/sign-in"): ((401,) * 7, {"code": "se-sign-in-that-nobody-ever-was-given"}),
    ("POST", "/sign-out"): ((303,) * 7, {}),
    ("GET", "/moderation"): ((303, 303, 200, 200, 403, 403, 403), None),
    ("POST", "/moderation/review"): ((401, 401, 303, 303, 403, 403, 403), {"review": "after"}),
    ("GET", ITEM): ((303, 303, 200, 404, 403, 403, 403), None),
    ("POST", ITEM): ((401, 401, 303, 404, 403, 403, 403), PUBLISH),
    ("GET", "/moderation/log"): ((200,) * 7, None),
}
HOME = {"origin": "http://127.0.0.1:8000"}


@dataclass(frozen=True)
class Troupe:
    """Everybody of ACTORS over one store, and an entry that waits in Chapeltown."""

    cast: Cast
    waiting: Planted
    cookies: dict[str, str]


@pytest.fixture
def troupe(cast: Cast) -> Troupe:
    """All seven, signed in as far as they can be."""
    waiting = cast.plant(publication=Publication.SUBMITTED)
    cookies = {"public": ""}
    with cast.house.private.writing() as db:
        link = edit_links.find(db, waiting.secret)
        opened = sessions.open_for_edit_link(db, link)
        # A contributor's session is worth nothing as a person's.
        cookies["contributor"] = f"mine={opened}; person={opened}"
        people = {
            "steward": _person(db, Role.STEWARD, "chapeltown"),
            "steward elsewhere": _person(db, Role.STEWARD, SEACROFT),
            "officer": _person(db, Role.OFFICER, None),
            "funder": _person(db, Role.FUNDER, None),
            # Not even one who is said to belong to the place.
            "admin": _person(db, Role.ADMIN, "chapeltown"),
        }
        cookies |= {name: f"person={sessions.open_for_person(db, one)}" for name, one in people.items()}
    return Troupe(cast, waiting, cookies)


def _person(db: Session, role: Role, neighbourhood: str | None) -> Person:
    return add_person(
        db,
        email=f"{role}-{neighbourhood}@example.org",
        role=role,
        neighbourhood=neighbourhood,
        institution="An institution",
    )


def test_every_route_has_a_row() -> None:
    there = {
        (method, route.path)
        for part in (accounts, moderation, log)
        for route in part.router.routes
        for method in route.methods
    }
    assert there == set(TABLE)


@pytest.mark.parametrize(("method", "path"), list(TABLE), ids=lambda part: part.replace("/", "-").strip("-"))
def test_each_role_gets_what_the_table_says(troupe: Troupe, client: TestClient, method: str, path: str) -> None:
    expected, form = TABLE[method, path]
    address = path.format(collection=troupe.waiting.collection, entry_id=troupe.waiting.id)
    # The steward comes last: what is decided is decided.
    for actor, status in sorted(zip(ACTORS, expected, strict=True), key=lambda pair: pair[0] == "steward"):
        answer = client.request(method, address, data=form, headers={**HOME, "cookie": troupe.cookies[actor]})
        assert answer.status_code == status, actor
        client.cookies.clear()
        if path != "/moderation/log":
            assert answer.headers["cache-control"] == "no-store", actor
        if status >= 400:
            assert "Soup on Tuesdays" not in answer.text
        if actor != "steward":
            assert _state(troupe) is Publication.SUBMITTED, actor


def test_a_decision_that_another_site_sends_is_refused(troupe: Troupe, client: TestClient) -> None:
    headers = {"cookie": troupe.cookies["steward"], "sec-fetch-site": "cross-site"}
    for address, form in ((f"/moderation{troupe.waiting.page}", PUBLISH), ("/moderation/review", {"review": "after"})):
        assert client.post(address, data=form, headers=headers).status_code == 403
    assert _state(troupe) is Publication.SUBMITTED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FUNDER, Role.ADMIN])
def test_no_service_lets_another_role_change_what_is_seen(cast: Cast, role: Role) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    with cast.house.private.writing() as db:
        person = _person(db, role, "chapeltown")
    for outcome in Publication:
        with pytest.raises(NotAllowed):
            _decide(cast, person, planted, outcome)
    with pytest.raises(NotAllowed), cast.house.private.writing() as db:
        set_review(db, person, ReviewPolicy.AFTER)
    with pytest.raises(NotAllowed), cast.house.private.reading() as db:
        queue(db, person)
    with cast.house.private.reading() as db:
        assert db.query(Decision).count() == 0


def test_a_steward_decides_at_home_only(cast: Cast) -> None:
    planted, elsewhere = cast.plant(publication=Publication.SUBMITTED), cast.steward(SEACROFT)
    with pytest.raises(NotAllowed):
        _decide(cast, elsewhere, planted, Publication.PUBLISHED)


def test_the_review_policy_is_the_stewards_own_neighbourhoods(troupe: Troupe, client: TestClient) -> None:
    headers = {**HOME, "cookie": troupe.cookies["steward elsewhere"]}
    client.post("/moderation/review", data={"review": "after"}, headers=headers)
    with troupe.cast.house.private.reading() as db:
        policies = {place.slug: place.review for place in db.query(Neighbourhood)}
    assert [slug for slug, policy in policies.items() if policy is ReviewPolicy.AFTER] == [SEACROFT]


def test_nothing_is_held_of_a_visitor_who_only_looks(cast: Cast, client: TestClient) -> None:
    for address in ("/moderation", "/moderation/log", "/sign-in"):
        assert "set-cookie" not in client.get(address).headers
    with cast.house.private.reading() as db:
        assert db.query(BrowserSession).count() == 0


def _decide(cast: Cast, person: Person, planted: Planted, outcome: Publication) -> None:
    with cast.house.private.writing() as db:
        entry = db.get_one(Initiative, planted.id)
        decide(db, person, entry, Verdict(outcome, DecisionReason.ADVERT), version=entry.version)


def _state(troupe: Troupe) -> Publication:
    with troupe.cast.house.private.reading() as db:
        return db.get_one(Initiative, troupe.waiting.id).publication
