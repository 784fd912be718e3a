"""Who comes to the pages around journals, recognition and reviews: every route, every role."""

import pytest
from fastapi.testclient import TestClient

from app.accounts import edit_links, sessions
from app.accounts.sign_in import add_person
from app.contributing import journal, recognition, reviews
from app.funding import desk_routes
from app.moderation import journal_routes
from app.public.funders import programmes
from app.recognition import routes
from app.vocabulary import Publication, Role
from tests.support.cast import SEACROFT, Cast
from tests.support.learning import FUND, note, programme

ACTORS = ("public", "contributor", "steward", "steward elsewhere", "officer", "funder", "admin")
HOME = {"origin": "http://127.0.0.1:8000"}
NOTE, LIGHTS, SOUP = "the note", "the programme", "the initiative"
# By route: what each of ACTORS gets, the form that is sent, and what {entry_id} stands for.
TABLE: dict[tuple[str, str], tuple[tuple[int, ...], dict[str, str] | None, str]] = {
    ("GET", "/mine/journal"): ((401, 200, *(401,) * 5), None, ""),
    ("POST", "/mine/journal"): ((401, 303, *(401,) * 5), {"tried": "A rota", "happened_year": "2025"}, ""),
    ("GET", "/mine/journal/{entry_id}"): ((401, 200, *(401,) * 5), None, NOTE),
    ("POST", "/mine/journal/{entry_id}"): ((401, 400, *(401,) * 5), {"action": "remove"}, NOTE),
    ("GET", "/mine/review"): ((401, 200, *(401,) * 5), None, ""),
    ("GET", "/mine/review/{entry_id}"): ((401, 200, *(401,) * 5), None, LIGHTS),
    ("POST", "/mine/review/{entry_id}"): ((401, 303, *(401,) * 5), {"again": "yes"}, LIGHTS),
    ("GET", "/mine/recognition"): ((401, 200, *(401,) * 5), None, ""),
    ("POST", "/mine/recognition"): ((401, 404, *(401,) * 5), {"action": "accept:nothing"}, ""),
    ("GET", "/recognition"): ((303, 303, 403, 403, 200, 200, 403), None, ""),
    ("POST", "/recognition"): ((401, 401, 403, 403, 404, 404, 403), {"take_back": "nothing"}, ""),
    ("GET", "/recognition/{entry_id}"): ((303, 303, 403, 403, 200, 200, 403), None, SOUP),
    ("POST", "/recognition/{entry_id}"): ((401, 401, 403, 403, 400, 400, 403), {"action": "offer"}, SOUP),
    ("GET", "/funders/desk"): ((303, 303, 403, 403, 403, 200, 403), None, ""),
    ("GET", "/funders/desk/{entry_id}"): ((303, 303, 403, 403, 403, 200, 403), None, LIGHTS),
    ("POST", "/funders/desk/{entry_id}"): ((401, 401, 403, 403, 403, 400, 403), {"action": "publish"}, LIGHTS),
    ("GET", "/moderation/journal"): ((303, 303, 200, 200, 403, 403, 403), None, ""),
    ("GET", "/moderation/journal/{collection}/{entry_id}"): ((303, 303, 200, 404, 403, 403, 403), None, NOTE),
    ("POST", "/moderation/journal/{collection}/{entry_id}"): ((401, 401, 400, 404, 403, 403, 403), {}, NOTE),
    ("GET", "/funders/programmes"): ((200,) * 7, None, ""),
}


def test_every_route_has_a_row() -> None:
    parts = (journal, recognition, reviews, routes, desk_routes, journal_routes, programmes)
    there = {(method, route.path) for part in parts for route in part.router.routes for method in route.methods}
    assert there == set(TABLE)


@pytest.mark.parametrize(("method", "path"), list(TABLE), ids=lambda part: part.replace("/", "-").strip("-"))
def test_each_role_gets_what_the_table_says(cast: Cast, client: TestClient, method: str, path: str) -> None:
    expected, form, what = TABLE[method, path]
    soup = cast.plant()
    lights = programme(cast)
    ids = {NOTE: note(cast, soup, publication=Publication.SUBMITTED), LIGHTS: lights, SOUP: soup.id, "": ""}
    address = path.format(collection="journal", entry_id=ids[what])
    with cast.house.private.writing() as db:
        opened = sessions.open_for_edit_link(db, edit_links.find(db, soup.secret))
        cookies = {"public": "", "contributor": f"mine={opened}; person={opened}"}
        for actor, role, place, institution in (
            ("steward", Role.STEWARD, "chapeltown", None),
            ("steward elsewhere", Role.STEWARD, SEACROFT, None),
            ("officer", Role.OFFICER, None, FUND),
            ("funder", Role.FUNDER, None, FUND),
            ("admin", Role.ADMIN, "chapeltown", FUND),
        ):
            person = add_person(
                db, email=f"{role}-{place}@example.org", role=role, neighbourhood=place, institution=institution
            )
            cookies[actor] = f"person={sessions.open_for_person(db, person)}"
    for actor, status in zip(ACTORS, expected, strict=True):
        client.cookies.clear()
        answer = client.request(method, address, data=form, headers={**HOME, "cookie": cookies[actor]})
        assert answer.status_code == status, actor
        if path != "/funders/programmes":
            assert answer.headers["cache-control"] == "no-store", actor


@pytest.mark.parametrize(
    "path", [path for method, path in TABLE if method == "POST"], ids=lambda path: path.replace("/", "-").strip("-")
)
def test_a_form_of_another_site_is_refused(cast: Cast, client: TestClient, path: str) -> None:
    address = path.format(collection="journal", entry_id="any")
    answer = client.post(address, data={"action": "offer"}, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
