"""Signing in: a link works once, for 15 minutes, and every session is a new one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from app.accounts import sessions
from app.accounts.models import BrowserSession, Person, SignInLink
from app.accounts.sign_in import add_person, make_link, use_link
from app.kit import clock
from app.kit.errors import DomainError, NotSignedIn
from app.vocabulary import Role
from app.web.house import House
from tests.support.cast import CHAPELTOWN, Cast
from tests.support.service import settings_for

HOME = {"origin": "http://127.0.0.1:8000"}


def link_for(house: House, person: Person) -> str:
    """A fresh one-time code."""
    with house.private.writing() as db:
        return make_link(db, person)


def somebody(house: House, role: Role) -> Person:
    """Somebody with a role that needs an institution."""
    with house.private.writing() as db:
        return add_person(db, email=f"{role}@example.org", role=role, neighbourhood=None, institution="The council")


def session_count(house: House) -> int:
    """How many sessions there are on the server."""
    with house.private.reading() as db:
        return db.scalar(select(func.count()).select_from(BrowserSession)) or 0


def test_a_link_signs_its_steward_in(cast: Cast, client: TestClient) -> None:
    code = link_for(cast.house, cast.steward())
    answer = client.post("/sign-in", data={"code": code}, headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("person=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/moderation").status_code == 200


@pytest.mark.parametrize(
    ("role", "page"), [(Role.OFFICER, "/councils/desk"), (Role.FUNDER, "/funders/desk"), (Role.ADMIN, "/")]
)
def test_every_other_role_comes_to_its_own_page(cast: Cast, client: TestClient, role: Role, page: str) -> None:
    code = link_for(cast.house, somebody(cast.house, role))
    answer = client.post("/sign-in", data={"code": code}, headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_the_whole_link_may_be_pasted(cast: Cast, client: TestClient) -> None:
    code = link_for(cast.house, cast.steward())
    pasted = f"  Here it is: http://127.0.0.1:8000/sign-in#k={code}\n"
    assert client.post("/sign-in", data={"code": pasted}, headers=HOME).status_code == 303


def test_looking_at_a_link_uses_nothing_up(cast: Cast, client: TestClient) -> None:
    code = link_for(cast.house, cast.steward())
    for address in ("/sign-in", f"/sign-in?k={code}", f"/sign-in?code={code}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert code not in answer.text
        client.head(address)
    with cast.house.private.reading() as db:
        assert db.scalars(select(SignInLink.used_at)).all() == [None]
    assert client.post("/sign-in", data={"code": code}, headers=HOME).status_code == 303


def test_unknown_used_and_expired_links_get_one_answer(
    cast: Cast, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, ended, late = (
        link_for(cast.house, cast.steward(email=f"{name}@example.org")) for name in ("used", "ended", "late")
    )
    client.post("/sign-in", data={"code": used}, headers=HOME)
    client.cookies.clear()
    with cast.house.private.writing() as db:
        one = db.scalars(select(Person).where(Person.email == "ended@example.org")).one()
        one.ended_at = clock.now()
    answers = [client.post("/sign-in", data={"code": code}, headers=HOME) for code in (used, ended, "", "se-sign-in-x")]
    answers.append(client.post("/sign-in", headers=HOME))
    start = clock.now()
    monkeypatch.setattr(clock, "source", lambda: start + timedelta(minutes=15, seconds=1))
    answers.append(client.post("/sign-in", data={"code": late}, headers=HOME))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert "ask for a new one" in answers[0].text
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_a_link_lasts_fifteen_minutes_and_no_longer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    person, start = cast.steward(), clock.now()
    for seconds, works in ((-1, True), (0, False)):
        monkeypatch.setattr(clock, "source", lambda: start)
        code = link_for(cast.house, person)
        later = start + timedelta(minutes=15, seconds=seconds)
        monkeypatch.setattr(clock, "source", lambda later=later: later)
        with cast.house.private.writing() as db:
            if works:
                assert use_link(db, code).id == person.id
            else:
                with pytest.raises(NotSignedIn):
                    use_link(db, code)


def test_a_newer_link_ends_the_older_one(cast: Cast, client: TestClient) -> None:
    person = cast.steward()
    older, newer = link_for(cast.house, person), link_for(cast.house, person)
    assert client.post("/sign-in", data={"code": older}, headers=HOME).status_code == 401
    assert client.post("/sign-in", data={"code": newer}, headers=HOME).status_code == 303


def test_twenty_at_once_open_one_session(cast: Cast) -> None:
    code = link_for(cast.house, cast.steward())

    def try_it(_number: int) -> bool:
        try:
            with cast.house.private.writing() as db:
                sessions.open_for_person(db, use_link(db, code))
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(try_it, range(20))) == 1
    assert session_count(cast.house) == 1


def test_every_sign_in_opens_a_new_session_and_ends_the_one_before(cast: Cast, client: TestClient) -> None:
    person = cast.steward()
    planted = "se-session-chosen-by-somebody-else"
    client.cookies.set("person", planted)
    seen = {planted}
    for _turn in range(2):
        client.post("/sign-in", data={"code": link_for(cast.house, person)}, headers=HOME)
        fresh = client.cookies.get("person", domain="127.0.0.1") or ""
        assert fresh not in seen
        seen.add(fresh)
        assert session_count(cast.house) == 1
    for old in seen - {fresh}:
        client.cookies.clear()
        client.cookies.set("person", old)
        assert client.get("/moderation").headers.get("location") == "/sign-in"


def test_signing_out_ends_the_session_on_the_server(cast: Cast, client: TestClient) -> None:
    cookie = cast.signed_in(cast.steward())
    client.cookies.set("person", cookie)
    answer = client.post("/sign-out", headers=HOME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    client.cookies.clear()
    client.cookies.set("person", cookie)
    assert client.get("/moderation").headers["location"] == "/sign-in"


def test_a_session_lasts_twelve_hours_and_no_longer_than_the_role(
    cast: Cast, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, start = cast.steward(), clock.now()
    client.cookies.set("person", cast.signed_in(person))
    for hours, status in ((11.9, 200), (12.1, 303)):
        monkeypatch.setattr(clock, "source", lambda hours=hours: start + timedelta(hours=hours))
        assert client.get("/moderation").status_code == status
    monkeypatch.setattr(clock, "source", lambda: start)
    with cast.house.private.writing() as db:
        db.get_one(Person, person.id).ended_at = start
    assert client.get("/moderation").status_code == 303


def test_many_wrong_codes_are_slowed_down(cast: Cast, client: TestClient) -> None:
    statuses = [
        client.post("/sign-in", data={"code": f"se-sign-in-{turn:043}"}, headers=HOME).status_code for turn in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out"])
def test_a_form_of_another_site_is_refused(cast: Cast, client: TestClient, address: str) -> None:
    code = link_for(cast.house, cast.steward())
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {"origin": "null"}):
        assert client.post(address, data={"code": code}, headers=headers).status_code == 403
    assert session_count(cast.house) == 0


def test_no_secret_is_stored_as_it_is(cast: Cast) -> None:
    person = cast.steward()
    code, cookie = link_for(cast.house, person), cast.signed_in(person)
    with cast.house.private.reading() as db:
        for table in ("sign_in_link", "browser_session"):
            held = repr(db.execute(text(f"SELECT * FROM {table}")).all())
            assert code not in held
            assert cookie not in held


def test_behind_https_the_cookie_is_bound_to_this_host(sqlite_url: str) -> None:
    from app.main import create_app

    app = create_app(settings_for(sqlite_url, PUBLIC_URL="https://ecology.example"))
    acting = Cast(app.state.house)
    acting.found(CHAPELTOWN)
    with TestClient(app, base_url="https://ecology.example", follow_redirects=False) as client:
        answer = client.post("/sign-in", data={"code": link_for(acting.house, acting.steward())})
    assert answer.headers["set-cookie"].startswith("__Host-person=")
    assert "Secure" in answer.headers["set-cookie"]
    acting.house.close()
