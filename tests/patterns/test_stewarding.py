"""The stewards' desk of patterns: what they see of it, what they decide, and that nights and the public side follow."""

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.sign_in import add_person
from app.institutions.service import add
from app.kit import clock
from app.moderation import pattern_routes as routes
from app.patterns.finding import look, settle
from app.patterns.models import LikenessAnswer, Pattern, PatternMember
from app.patterns.service import pattern_of
from app.publishing.projector import rebuild
from app.responses.models import Response
from app.vocabulary import InstitutionKind, Likeness, Publication, ResponseState, Role, Sharing
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted
from tests.support.recurring import gather, pattern_row, reports

HOME = {"origin": "http://127.0.0.1:8000"}
LIST, ITEM = "/moderation/patterns", "/moderation/patterns/{pattern_id}"
NASTY = "<script>alert(1)</script> {{7*191}} ${7*191}"
Send = Callable[..., Any]


@pytest.fixture
def desk(cast: Cast, client: TestClient) -> TestClient:
    """A client that Chapeltown's steward has signed in with."""
    client.cookies.set("person", cast.signed_in(cast.steward()))
    client.headers.update(HOME)
    return client


@pytest.fixture
def send(desk: TestClient) -> Send:
    """Opens a pattern and sends its form, as a browser would."""

    def sending(pattern_id: str, action: str, *, reading: str | None = None, **form: Any) -> Any:
        address = ITEM.format(pattern_id=pattern_id)
        if reading is None:
            reading = reading_of(desk.get(address).text)
        return desk.post(address, data={"action": action, "reading": reading, **form})

    return sending


def reading_of(page: str) -> str:
    found = re.search(r'name="reading" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def a_night(cast: Cast) -> None:
    with cast.house.private.reading() as db:
        found = look(db)
    with cast.house.private.writing() as db:
        settle(db, found)


def home_of(cast: Cast, planted: Planted) -> str | None:
    """The pattern that a report sits in."""
    with cast.house.private.reading() as db:
        found = pattern_of(db, planted.id)
        return found.id if found else None


def title(cast: Cast, pattern_id: str) -> str:
    raw = cast.house.published.one("patterns", pattern_id)
    assert raw is not None
    return str(orjson.loads(raw)["properties"]["title"])


def answered(db: Session, pattern_id: str) -> None:
    """Let a council say something of a pattern."""
    office = add(db, name="Eastmoor council", kind=InstitutionKind.COUNCIL)
    person = add_person(db, email="o@example.org", role=Role.OFFICER, neighbourhood=None, institution=office.name)
    db.add(
        Response(
            collection="patterns",
            subject_id=pattern_id,
            institution_id=office.id,
            state=ResponseState.NO_SUCH_RULE,
            text="There is none.",
            publication=Publication.PUBLISHED,
            written_by_id=person.id,
            written_at=clock.now(),
            published_at=clock.now(),
        )
    )


def check_rebuild(cast: Cast) -> None:
    """What stands in public equals what a rebuild makes."""
    with cast.house.private.reading() as db:
        ids = list(db.scalars(select(Pattern.id)))
    before = [
        (cast.house.published.one("patterns", one), cast.house.published.moved_to("patterns", one)) for one in ids
    ]
    with cast.house.private.writing() as db:
        rebuild(db)
    after = [(cast.house.published.one("patterns", one), cast.house.published.moved_to("patterns", one)) for one in ids]
    assert after == before


def test_a_steward_sees_their_own_reports_and_of_others_what_everyone_sees(cast: Cast, desk: TestClient) -> None:
    own = reports(cast, 2)
    counted = reports(cast, 1, first=2, sharing=Sharing.COUNTED_ONLY, what_happened="Only counted, at home.")
    there = reports(cast, 1, first=3, slug=SEACROFT, what_happened="Shown, and from elsewhere.")
    hidden = reports(
        cast, 1, first=4, slug=SEACROFT, sharing=Sharing.COUNTED_ONLY, what_happened="Only counted, from elsewhere."
    )
    elsewhere = gather(cast, reports(cast, 3, first=5, slug=SEACROFT, what_happened="Nothing of Chapeltown."))
    pattern_id = gather(cast, [*own, *counted, *there, *hidden])
    page = desk.get(LIST).text
    assert pattern_id in page
    assert "4 reports" in page
    assert "3 of them from your neighbourhood" in page
    assert elsewhere not in page
    assert desk.get(ITEM.format(pattern_id=elsewhere)).status_code == 404
    page = desk.get(ITEM.format(pattern_id=pattern_id)).text
    assert "Only counted, at home." in page
    assert "Shown, and from elsewhere." in page
    assert "Only counted, from elsewhere." not in page
    assert hidden[0].id not in page
    assert "Eastmoor parks team (all of them)" in page


def test_what_the_machine_is_not_sure_of_comes_first(cast: Cast, desk: TestClient) -> None:
    sure = gather(cast, reports(cast, 4))
    unsure = gather(cast, reports(cast, 2, first=4), is_sure=False)
    page = desk.get(LIST).text
    assert page.index(unsure) < page.index(sure)
    assert "not sure yet" in page
    assert "It has no public page" in desk.get(ITEM.format(pattern_id=unsure)).text


def test_a_name_is_given_and_taken_back(cast: Cast, desk: TestClient, send: Send) -> None:
    pattern_id = gather(cast, reports(cast, 4))
    made = title(cast, pattern_id)
    form = {"title": "Cover for picnics", "description": f"Ring 0113 496 0000. {NASTY}"}
    assert send(pattern_id, "name", **form).status_code == 303
    assert title(cast, pattern_id) == "Cover for picnics"
    page = desk.get(ITEM.format(pattern_id=pattern_id)).text
    assert "may hold a phone number" in page
    assert "<script>alert" not in page
    assert "1337" not in page
    for long in ({"title": "t" * 161}, {"title": "Fine", "description": "d" * 2001}):
        answer = send(pattern_id, "name", **long)
        assert answer.status_code == 400
        assert "Please use at most" in answer.text
        assert next(iter(long.values())) in answer.text
    assert title(cast, pattern_id) == "Cover for picnics"
    a_night(cast)
    assert title(cast, pattern_id) == "Cover for picnics"
    send(pattern_id, "name")
    assert title(cast, pattern_id) == made


def test_a_report_that_is_taken_out_stays_out(cast: Cast, send: Send) -> None:
    planted = reports(cast, 6)
    pattern_id = gather(cast, planted)
    assert send(pattern_id, "take_out", chosen=[planted[0].id]).status_code == 303
    assert home_of(cast, planted[0]) is None
    a_night(cast)
    assert home_of(cast, planted[0]) is None
    with cast.house.private.reading() as db:
        said = db.scalars(select(LikenessAnswer)).one()
        assert (said.barrier_id, said.likeness, said.by_steward) == (planted[0].id, Likeness.NOT_SAME, True)
        assert db.get_one(PatternMember, planted[0].id).by_steward
    check_rebuild(cast)


def test_below_the_threshold_the_page_goes(cast: Cast, desk: TestClient, send: Send) -> None:
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted)
    assert cast.house.published.one("patterns", pattern_id)
    send(pattern_id, "take_out", chosen=[planted[0].id])
    assert cast.house.published.one("patterns", pattern_id) is None
    assert cast.house.published.is_withdrawn("patterns", pattern_id)
    # When the last of the neighbourhood's own goes, the steward comes back to the list.
    answer = send(pattern_id, "take_out", chosen=[one.id for one in planted[1:]])
    assert answer.headers["location"] == f"{LIST}?done=take_out"
    assert "These reports stand alone now" in desk.get(answer.headers["location"]).text


def test_a_report_moves_and_stays_there(cast: Cast, send: Send) -> None:
    here, there = reports(cast, 4), reports(cast, 4, first=4)
    one, other = gather(cast, here), gather(cast, there)
    assert send(one, "move", chosen=[here[0].id], to=other).status_code == 303
    assert home_of(cast, here[0]) == other
    a_night(cast)
    assert home_of(cast, here[0]) == home_of(cast, there[0])
    check_rebuild(cast)


def test_what_was_split_stays_split(cast: Cast, send: Send) -> None:
    planted = reports(cast, 8)
    pattern_id = gather(cast, planted)
    answer = send(pattern_id, "split", chosen=[one.id for one in planted[:4]])
    fresh = answer.headers["location"].split("/")[-1].split("?")[0]
    assert fresh != pattern_id
    for _ in range(2):
        assert {home_of(cast, one) for one in planted[:4]} == {fresh}
        assert {home_of(cast, one) for one in planted[4:]} == {pattern_id}
        assert cast.house.published.one("patterns", fresh)
        assert cast.house.published.one("patterns", pattern_id)
        a_night(cast)
    check_rebuild(cast)


def test_two_become_one_and_the_older_address_stands(cast: Cast, send: Send) -> None:
    older = gather(cast, reports(cast, 4))
    planted = reports(cast, 4, first=4)
    younger = gather(cast, planted)
    with cast.house.private.writing() as db:
        answered(db, younger)
    send(younger, "name", title="The younger one's name")
    # Asked for from either side, the older one stays.
    answer = send(older, "merge", merge_with=younger)
    assert answer.headers["location"] == f"/moderation/patterns/{older}?done=merge"
    for _ in range(2):
        assert cast.house.published.moved_to("patterns", younger) == older
        assert cast.house.published.one("patterns", younger) is None
        assert title(cast, older) == "The younger one's name"
        raw = cast.house.published.one("patterns", older)
        assert raw is not None
        assert [one["text"] for one in orjson.loads(raw)["properties"]["answers"]] == ["There is none."]
        assert {home_of(cast, one) for one in planted} == {older}
        a_night(cast)
    check_rebuild(cast)


def test_the_address_of_a_merged_one_leads_to_the_other(cast: Cast, desk: TestClient, send: Send) -> None:
    older, younger = gather(cast, reports(cast, 4)), gather(cast, reports(cast, 4, first=4))
    send(younger, "merge", merge_with=older)
    answer = desk.get(ITEM.format(pattern_id=younger))
    assert answer.headers["location"] == f"/moderation/patterns/{older}"
    assert younger not in desk.get(LIST).text


def test_what_is_decided_while_the_night_is_at_work_stands(cast: Cast, send: Send) -> None:
    older = gather(cast, reports(cast, 4))
    bees: dict[str, Any] = {
        "what_happened": "No beekeeper may come before May, they said.",
        "kind": "gatekeeping",
        "holder": "Bees Ltd",
    }
    younger = gather(cast, reports(cast, 4, first=4, **bees))
    keys: dict[str, Any] = {
        "what_happened": "Nobody gives us the key of the hall.",
        "kind": "low_visibility",
        "holder": "Hall trust",
    }
    unsure = gather(cast, reports(cast, 2, first=8, **keys), is_sure=False)
    with cast.house.private.reading() as db:
        found = look(db)
    assert younger in found.sights
    assert younger not in found.aliases
    send(younger, "merge", merge_with=older)
    send(unsure, "confirm")
    with cast.house.private.writing() as db:
        settle(db, found)
    assert pattern_row(cast, younger).merged_into_id == older
    assert pattern_row(cast, unsure).is_sure


def test_a_night_that_makes_two_one_takes_the_answers_along(cast: Cast) -> None:
    planted = reports(cast, 8)
    older, younger = gather(cast, planted[:4]), gather(cast, planted[4:])
    with cast.house.private.writing() as db:
        answered(db, younger)
    a_night(cast)
    moved = {one: cast.house.published.moved_to("patterns", one) for one in (older, younger)}
    (gone,) = [one for one, to in moved.items() if to is not None]
    raw = cast.house.published.one("patterns", moved[gone] or "")
    assert raw is not None
    assert [one["text"] for one in orjson.loads(raw)["properties"]["answers"]] == ["There is none."]


def test_an_unsure_one_is_confirmed_and_public_from_then_on(cast: Cast, desk: TestClient, send: Send) -> None:
    planted = reports(cast, 4)
    pattern_id = gather(cast, planted, is_sure=False)
    assert cast.house.published.one("patterns", pattern_id) is None
    assert send(pattern_id, "confirm").status_code == 303
    assert cast.house.published.one("patterns", pattern_id)
    assert "People said that these belong together." in desk.get(ITEM.format(pattern_id=pattern_id)).text
    a_night(cast)
    assert cast.house.published.one("patterns", pattern_id)
    assert {home_of(cast, one) for one in planted} == {pattern_id}
    check_rebuild(cast)


def test_each_mistake_is_a_sentence_and_nothing_is_lost(cast: Cast, send: Send) -> None:
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted)
    elsewhere = gather(cast, reports(cast, 3, first=3, slug=SEACROFT))
    all_of_them = [one.id for one in planted]
    for action, form, told in (
        ("", {}, "Choose what to do with it."),
        ("explode", {}, "Choose what to do with it."),
        ("take_out", {}, "Choose at least one report first."),
        ("split", {"chosen": all_of_them}, "Leave at least one where it is."),
        ("take_out", {"chosen": ["nobody"]}, "One of these is not here any more."),
        ("move", {"chosen": all_of_them}, "Choose one from the list."),
        ("move", {"chosen": all_of_them, "to": pattern_id}, "They are in this one already."),
        ("merge", {}, "Choose one from the list."),
        ("merge", {"merge_with": pattern_id}, "This is the same one."),
    ):
        answer = send(pattern_id, action, **form)
        assert answer.status_code == 400, action
        assert told in answer.text
        if form.get("chosen") == all_of_them:
            assert answer.text.count(" checked") == 3
    for action, field in (("merge", "merge_with"), ("move", "to")):
        assert send(pattern_id, action, chosen=all_of_them, **{field: elsewhere}).status_code == 404
    assert {home_of(cast, one) for one in planted} == {pattern_id}


def test_a_decision_on_an_older_reading_is_shown_again(cast: Cast, desk: TestClient, send: Send) -> None:
    planted = reports(cast, 5)
    pattern_id = gather(cast, planted)
    reading = reading_of(desk.get(ITEM.format(pattern_id=pattern_id)).text)
    send(pattern_id, "take_out", chosen=[planted[0].id])
    answer = send(pattern_id, "split", reading=reading, chosen=[planted[1].id])
    assert answer.status_code == 412
    assert "It changed while you were reading." in answer.text
    assert answer.text.count(" checked") == 1
    assert home_of(cast, planted[1]) == pattern_id


ACTORS = ("public", "steward", "steward elsewhere", "officer", "funder", "admin")
TABLE = {
    ("GET", LIST): (303, 200, 200, 403, 403, 403),
    ("GET", ITEM): (303, 200, 404, 403, 403, 403),
    ("POST", ITEM): (401, 412, 404, 403, 403, 403),
}


def test_each_role_gets_what_the_table_says(cast: Cast, client: TestClient) -> None:
    there = {(method, route.path) for route in routes.router.routes for method in route.methods}  # type: ignore[attr-defined]
    assert there == set(TABLE)
    planted = reports(cast, 4)
    pattern_id = gather(cast, planted)
    cookies = {"public": ""}
    with cast.house.private.writing() as db:
        for name, role, place in (
            ("steward", Role.STEWARD, CHAPELTOWN),
            ("steward elsewhere", Role.STEWARD, SEACROFT),
            ("officer", Role.OFFICER, None),
            ("funder", Role.FUNDER, None),
            ("admin", Role.ADMIN, CHAPELTOWN),
        ):
            person = add_person(
                db, email=f"{role}-{place}@example.org", role=role, neighbourhood=place, institution="Somebody"
            )
            cookies[name] = f"person={sessions.open_for_person(db, person)}"
    for (method, path), expected in TABLE.items():
        for actor, status in zip(ACTORS, expected, strict=True):
            address = path.format(pattern_id=pattern_id)
            headers = {**HOME, "cookie": cookies[actor]}
            answer = client.request(
                method, address, headers=headers, data={"action": "take_out"} if method == "POST" else None
            )
            # The steward's form says nothing of what was read: so it is out of date.
            assert answer.status_code == status, (method, path, actor)
            client.cookies.clear()
    forged = {"cookie": cookies["steward"], "sec-fetch-site": "cross-site"}
    assert (
        client.post(ITEM.format(pattern_id=pattern_id), headers=forged, data={"action": "confirm"}).status_code == 403
    )
    assert {home_of(cast, one) for one in planted} == {pattern_id}
