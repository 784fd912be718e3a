"""Who comes to the officers' desk, and who decides on answers: every route, every role."""

import pytest
from fastapi.testclient import TestClient

from app.accounts import edit_links, sessions
from app.accounts.sign_in import add_person
from app.moderation import answer_routes
from app.responses import routes
from app.responses.models import Response
from app.vocabulary import Publication, Role
from tests.responses.town import COUNCIL, HOME, HOUSING, PARKS, Town, answered
from tests.support.cast import SEACROFT

ACTORS = ("public", "contributor", "steward", "steward elsewhere", "officer", "officer elsewhere", "funder", "admin")
DESK = "/councils/desk/{collection}/{entry_id}"
ANSWER = "/moderation/answers/{entry_id}"
TABLE: dict[tuple[str, str], tuple[tuple[int, ...], dict[str, str] | None]] = {
    ("GET", "/councils/desk"): ((303, 303, 403, 403, 200, 200, 403, 403), None),
    ("GET", DESK): ((303, 303, 403, 403, 200, 404, 403, 403), None),
    ("POST", DESK): ((401, 401, 403, 403, 400, 404, 403, 403), {"action": "publish"}),
    ("GET", "/moderation/answers"): ((303, 303, 200, 200, 403, 403, 403, 403), None),
    ("GET", ANSWER): ((303, 303, 200, 404, 403, 403, 403, 403), None),
    ("POST", ANSWER): ((401, 401, 303, 404, 403, 403, 403, 403), {"decision": "hide", "reason": "advert"}),
}


def cookies_of(town: Town) -> dict[str, str]:
    """What each of ACTORS sends."""
    cookies = {"public": ""}
    with town.cast.house.private.writing() as db:
        link = edit_links.find(db, town.lonely.secret)
        opened = sessions.open_for_edit_link(db, link)
        cookies["contributor"] = f"mine={opened}; person={opened}"
        people = {
            name: add_person(
                db, email=f"{role}-{place}@example.org", role=role, neighbourhood=place, institution=institution
            )
            for name, role, place, institution in (
                ("steward", Role.STEWARD, "chapeltown", None),
                ("steward elsewhere", Role.STEWARD, SEACROFT, None),
                ("funder", Role.FUNDER, None, PARKS),
                ("admin", Role.ADMIN, "chapeltown", PARKS),
            )
        } | {"officer": town.people[PARKS], "officer elsewhere": town.people[HOUSING]}
        cookies |= {name: f"person={sessions.open_for_person(db, one)}" for name, one in people.items()}
    return cookies


def test_every_route_has_a_row() -> None:
    there = {
        (method, route.path)
        for part in (routes, answer_routes)
        for route in part.router.routes
        for method in route.methods
    }
    assert there == set(TABLE)


@pytest.mark.parametrize(("method", "path"), list(TABLE), ids=lambda part: part.replace("/", "-").strip("-"))
def test_each_role_gets_what_the_table_says(town: Town, client: TestClient, method: str, path: str) -> None:
    answer_id, cookies = answered(town, client), cookies_of(town)
    expected, form = TABLE[method, path]
    data = form | {"read_as": "published"} if form else None
    entry_id = answer_id if path == ANSWER else town.pattern_id
    address = path.format(collection="patterns", entry_id=entry_id)
    # The steward comes last: what is decided is decided.
    for actor, status in sorted(zip(ACTORS, expected, strict=True), key=lambda pair: pair[0] == "steward"):
        answer = client.request(method, address, data=data, headers={**HOME, "cookie": cookies[actor]})
        assert answer.status_code == status, actor
        assert answer.headers["cache-control"] == "no-store", actor
        client.cookies.clear()
        if actor != "steward":
            assert town.told()["answers"], actor


def test_an_answer_that_another_site_sends_is_refused(town: Town, client: TestClient) -> None:
    answer_id, cookies = answered(town, client), cookies_of(town)
    for actor, address, form in (
        ("officer", town.page, {"action": "publish", "state": "heard"}),
        ("steward", f"/moderation/answers/{answer_id}", {"decision": "hide", "reason": "advert"}),
    ):
        headers = {"cookie": cookies[actor], "sec-fetch-site": "cross-site"}
        assert client.post(address, data=form, headers=headers).status_code == 403
    with town.cast.house.private.reading() as db:
        assert db.get_one(Response, answer_id).publication is Publication.PUBLISHED


def test_an_officer_whose_institution_is_not_in_the_register_is_told_so(town: Town, client: TestClient) -> None:
    with town.cast.house.private.writing() as db:
        stranger = add_person(
            db, email="s@example.org", role=Role.OFFICER, neighbourhood=None, institution="Nowhere council"
        )
    client.cookies.set("person", town.cast.signed_in(stranger))
    answer = client.get("/councils/desk")
    assert answer.status_code == 403
    assert "not in the register yet" in answer.text


def test_signing_in_leads_an_officer_to_the_desk(town: Town, client: TestClient) -> None:
    town.sign_in(client, COUNCIL)
    assert "/councils/desk" in client.get("/sign-in").text
