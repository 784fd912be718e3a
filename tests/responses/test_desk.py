"""The officers' desk: what is on it, drafts, previews, answers, versions, passing on, and texts to use again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.barriers.models import Barrier
from app.kit import clock
from app.publishing.projector import rebuild
from app.responses.models import CannedText, GroupOutcome, Response
from app.vocabulary import Outcome, Publication, ResponseState
from tests.responses.town import COUNCIL, HOUSING, PARKS, Town, reading_of, send

NASTY = "<script>alert(1)</script> {{7*191}} ${7*191} </textarea>"


def test_the_desk_shows_what_waits_and_for_how_long(
    town: Town, desk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, start = town.told(), clock.now()
    monkeypatch.setattr(clock, "source", lambda: start + timedelta(days=43))
    town.sign_in(desk, PARKS)  # The session before ended after 12 hours.
    page = desk.get("/councils/desk").text
    assert told["title"] in page
    assert "No answer for 43 days." in page
    assert page.index(told["title"]) < page.index("The gate stays shut on Sundays.")
    # The reports of the pattern are not listed once more.
    assert town.planted[0].id not in page
    assert town.lonely.id in page
    assert "has not agreed to answer here yet" in page


def test_an_officer_of_the_whole_sees_its_desks_and_others_do_not(town: Town, client: TestClient) -> None:
    for name, status in ((COUNCIL, 200), (PARKS, 200), (HOUSING, 404)):
        town.sign_in(client, name)
        assert client.get(town.page).status_code == status
        assert (town.pattern_id in client.get("/councils/desk").text) is (status == 200)
        answer = client.post(town.page, data={"action": "publish", "state": "heard"})
        assert (answer.status_code == 404) is (status == 404)
        assert town.told()["answers"] == []


def test_a_draft_is_seen_by_nobody_else(town: Town, desk: TestClient) -> None:
    before = town.told()
    answer = send(desk, town.page, "draft", state="waivable", text="Ring the desk on Mondays.")
    assert answer.status_code == 303
    assert town.told() == before
    assert "Ring the desk on Mondays." in desk.get(town.page).text
    assert "Your drafts" in desk.get("/councils/desk").text
    town.sign_in(desk, COUNCIL)
    for address in (town.page, "/councils/desk"):
        assert "Ring the desk" not in desk.get(address).text


def test_a_draft_is_changed_published_and_gone(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "draft", state="heard")
    send(desk, town.page, "draft", state="no_such_rule", text="Nobody needs cover for a picnic.")
    assert send(desk, town.page, "publish", state="no_such_rule", text="Nobody needs cover.").status_code == 303
    (answer,) = town.told()["answers"]
    assert (answer["state"], answer["text"], answer["institution_name"]) == (
        "no_such_rule",
        "Nobody needs cover.",
        PARKS,
    )
    assert answer["is_current"]
    assert town.people[PARKS].email not in str(town.told())
    assert "Your drafts" not in desk.get("/councils/desk").text
    # To be put right, it stands in the form.
    assert "Nobody needs cover.</textarea>" in desk.get(town.page).text
    assert "answered on" in desk.get("/councils/desk").text
    with town.cast.house.private.reading() as db:
        assert len(db.scalars(select(Response)).all()) == 1


def test_a_draft_is_thrown_away(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "draft", state="heard", text="Hm.")
    assert send(desk, town.page, "discard").status_code == 303
    assert "Hm." not in desk.get(town.page).text


def test_a_preview_stores_nothing_and_loses_nothing(town: Town, desk: TestClient) -> None:
    page = send(
        desk, town.page, "preview", state="upheld_with_reason", text="Ring 0113 496 0000.", rule_cited="Byelaw 12"
    ).text
    assert "This is how everyone will see it" in page
    assert "Your text may hold a phone number" in page
    assert page.count("Ring 0113 496 0000.") == 2
    assert page.count("Byelaw 12") >= 2
    with town.cast.house.private.reading() as db:
        assert db.scalars(select(Response)).all() == []


def test_a_correction_is_a_new_version_and_the_old_one_stays(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "publish", state="checking", text="We will know more by May.")
    send(desk, town.page, "publish", state="rule_changed", text="From now on no cover is needed.")
    newest, older = town.told()["answers"]
    assert (newest["text"], newest["is_current"]) == ("From now on no cover is needed.", True)
    assert (older["text"], older["is_current"]) == ("We will know more by May.", False)
    page = desk.get(town.page).text
    assert "We will know more by May." in page
    assert "a newer one replaced it" in page
    assert town.told()["waiting_since"] is None


@pytest.mark.parametrize("state", ["heard", "checking"])
def test_words_that_settle_nothing_do_not_stop_the_clock(town: Town, desk: TestClient, state: str) -> None:
    send(desk, town.page, "publish", state=state)
    assert town.told()["waiting_since"] is not None
    page = desk.get("/councils/desk").text
    assert "That settles nothing yet: people have waited for" in page
    assert page.index(town.pattern_id) < page.index('id="answered-title"')


def test_what_groups_call_still_blocked_is_open_again(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "publish", state="no_such_rule")
    assert desk.get("/councils/desk").text.index(town.pattern_id) > 0
    answer_id = town.told()["answers"][0]["id"]
    with town.cast.house.private.writing() as db:
        for one in town.planted[:2]:
            db.add(
                GroupOutcome(
                    barrier_id=one.id, response_id=answer_id, outcome=Outcome.STILL_BLOCKED, said_at=clock.now()
                )
            )
    page = desk.get("/councils/desk").text
    assert "Re-opened on" in page
    assert page.index(town.pattern_id) < page.index('id="answered-title"')
    # The same answer in other words does not silence them.
    send(desk, town.page, "publish", state="no_such_rule", text="Really not.")
    assert town.told()["reopened_on"] is not None
    assert "Re-opened on" in desk.get(town.page).text


def test_what_is_passed_on_lies_on_the_other_desk(town: Town, desk: TestClient) -> None:
    housing = town.institutions[HOUSING].id
    send(desk, town.page, "publish", state="passed_on", passed_to=housing, text="They own the green.")
    assert town.told()["answers"][0]["passed_to_name"] == HOUSING
    town.sign_in(desk, HOUSING)
    page = desk.get("/councils/desk").text
    assert f"{PARKS} passed it on to you." in page
    assert send(desk, town.page, "publish", state="waivable", text="Ask the front desk.").status_code == 303
    assert {one["institution_name"] for one in town.told()["answers"] if one["is_current"]} == {PARKS, HOUSING}
    # And it stays theirs after the first office has said something else.
    town.sign_in(desk, PARKS)
    send(desk, town.page, "publish", state="outside_powers")
    town.sign_in(desk, HOUSING)
    assert desk.get(town.page).status_code == 200


def test_a_single_report_is_answered_too(town: Town, desk: TestClient) -> None:
    address = f"/councils/desk/barriers/{town.lonely.id}"
    assert "The gate stays shut" in desk.get(address).text
    assert send(desk, address, "publish", state="simplified", text="It is open now.").status_code == 303
    assert town.told("barriers", town.lonely.id)["answers"][0]["text"] == "It is open now."
    with town.cast.house.private.writing() as db:
        answer = db.scalars(select(Response)).one()
        db.add(
            GroupOutcome(
                barrier_id=town.lonely.id, response_id=answer.id, outcome=Outcome.STILL_BLOCKED, said_at=clock.now()
            )
        )
    assert "Re-opened: at least half of the groups" in desk.get(address).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Choose what you answer."),
        ({"state": "nonsense"}, "Choose one of: heard"),
        ({"state": "waivable"}, "Say who to ask to be let off, and how."),
        ({"state": "upheld_with_reason", "text": "It keeps people safe."}, "Name the rule that stays"),
        ({"state": "upheld_with_reason", "rule_cited": "Byelaw 12"}, "Say why the rule is needed."),
        ({"state": "passed_on"}, "Choose the office that it is with now."),
        ({"state": "passed_on", "passed_to": "nobody"}, "This office is not in the register any more."),
        ({"state": "heard", "passed_to": "COUNCIL"}, "Then choose “We passed it on”"),
        ({"state": "passed_on", "passed_to": "PARKS"}, "That is you."),
        ({"state": "heard", "text": "a" * 4001}, "Please use at most 4,000 characters here."),
        ({"state": "heard", "rule_cited": "a" * 301}, "Please use at most 300 characters here."),
    ],
)
def test_each_mistake_is_a_sentence_and_nothing_is_lost(
    town: Town, desk: TestClient, form: dict[str, str], told: str
) -> None:
    ids = {"COUNCIL": town.institutions[COUNCIL].id, "PARKS": town.institutions[PARKS].id}
    given = {name: ids.get(value, value) for name, value in form.items()}
    for action in ("publish", "preview"):
        answer = send(desk, town.page, action, **given, canned_name="A name")
        assert answer.status_code == 400
        assert told in answer.text
        assert 'value="A name"' in answer.text
        for name in ("text", "rule_cited"):
            assert given.get(name, "") in answer.text
    assert town.told()["answers"] == []


def test_an_unknown_act_is_a_sentence(town: Town, desk: TestClient) -> None:
    for action in ("", "explode", "use:nothing"):
        answer = send(desk, town.page, action, text="Mine")
        assert answer.status_code in {400, 404}
        assert "Traceback" not in answer.text


def test_words_of_officers_stay_words(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "keep", canned_name=NASTY[:80], text=NASTY)
    pages = [
        send(desk, town.page, "preview", state="heard", text=NASTY),
        send(desk, town.page, "publish", state="", text=NASTY, rule_cited=NASTY, canned_name=NASTY),
    ]
    send(desk, town.page, "publish", state="heard", text=NASTY)
    pages += [desk.get(town.page), desk.get("/councils/desk")]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "1337" not in page.text


def test_sending_twice_publishes_once(town: Town, desk: TestClient) -> None:
    reading = reading_of(desk.get(town.page).text)
    for _ in range(2):
        answer = send(desk, town.page, "publish", reading=reading, state="no_such_rule", text="None.")
        assert answer.status_code == 303
    assert len(town.told()["answers"]) == 1


def test_a_colleague_s_words_are_not_written_over(town: Town, desk: TestClient) -> None:
    reading = reading_of(desk.get(town.page).text)
    send(desk, town.page, "publish", state="checking", text="By May.")
    for action in ("publish", "draft", "discard"):
        answer = send(desk, town.page, action, reading=reading, state="heard", text="My own words")
        assert answer.status_code == 412
        assert "while you were writing" in answer.text
        assert "My own words" in answer.text
        assert "By May." in answer.text
        # Whoever sends it once more has read what there is.
        assert reading_of(answer.text) != reading
    answer = desk.post(
        town.page,
        data={"action": "publish", "state": "heard", "text": "My own words", "reading": reading_of(answer.text)},
    )
    assert answer.status_code == 303
    assert len(town.told()["answers"]) == 2


def test_texts_are_kept_used_and_taken_away(town: Town, desk: TestClient) -> None:
    answer = send(desk, town.page, "keep", canned_name="Cover", text="No cover is needed.", state="heard")
    assert answer.status_code == 200
    assert "You can use this text again" in answer.text
    with town.cast.house.private.reading() as db:
        kept = db.scalars(select(CannedText)).one()
    used = send(desk, town.page, f"use:{kept.id}", state="waivable", text="Dear all.", rule_cited="Byelaw 12")
    assert "Dear all.\n\nNo cover is needed.</textarea>" in used.text
    assert 'value="Byelaw 12"' in used.text
    assert "You have a text of this name already" not in used.text
    again = send(desk, town.page, "keep", canned_name="Cover", text="Something else.")
    assert again.status_code == 400
    assert "You have a text of this name." in again.text
    for form in ({"canned_name": "", "text": "Words"}, {"canned_name": "Name", "text": ""}):
        assert send(desk, town.page, "keep", **form).status_code == 400
    # They are the institution's own.
    town.sign_in(desk, COUNCIL)
    assert "No cover is needed." not in desk.get(town.page).text
    assert send(desk, town.page, f"use:{kept.id}").status_code == 404
    send(desk, town.page, f"drop:{kept.id}")
    town.sign_in(desk, PARKS)
    assert "No cover is needed." in desk.get(town.page).text
    send(desk, town.page, f"drop:{kept.id}")
    assert "No cover is needed." not in desk.get(town.page).text


def test_what_is_gone_cannot_be_answered(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "draft", state="heard", text="Soon.")
    reading = reading_of(desk.get(town.page).text)
    for one in town.planted[:2]:
        town.cast.withdraw(one)
    assert desk.get(town.page).status_code == 410
    assert desk.post(town.page, data={"action": "publish", "state": "heard", "reading": reading}).status_code == 410
    # The draft stays to be read on the desk, and leads nowhere.
    assert "Something that is not shown any more" in desk.get("/councils/desk").text
    assert desk.get("/councils/desk/patterns/none").status_code == 404
    assert desk.get(f"/councils/desk/initiatives/{town.lonely.id}").status_code == 404


def test_a_rebuild_tells_the_same(town: Town, desk: TestClient) -> None:
    send(desk, town.page, "publish", state="checking", text="By May.")
    send(desk, town.page, "publish", state="waivable", text="Ask us.")
    send(desk, town.page, "draft", state="heard", text="A draft.")
    before = town.told()
    with town.cast.house.private.writing() as db:
        rebuild(db)
    assert town.told() == before
    assert "A draft." not in str(before)
    with town.cast.house.private.reading() as db:
        states = {one.state: one.publication for one in db.scalars(select(Response))}
    assert states[ResponseState.HEARD] is Publication.DRAFT


def test_two_clicks_at_once_are_one_answer(town: Town, desk: TestClient) -> None:
    reading = reading_of(desk.get(town.page).text)
    form = {"action": "publish", "state": "no_such_rule", "text": "None.", "reading": reading}
    cookies = dict(desk.cookies)

    def click(_number: int) -> int:
        # A client of its own, over the same running service.
        one = TestClient(desk.app, base_url="http://127.0.0.1:8000", cookies=cookies, follow_redirects=False)
        return one.post(town.page, data=form).status_code

    with ThreadPoolExecutor(4) as clicks:
        assert set(clicks.map(click, range(4))) == {303}
    assert len(town.told()["answers"]) == 1


def test_many_single_reports_are_turned_page_by_page(town: Town, desk: TestClient) -> None:
    parks = town.institutions[PARKS].id
    for number in range(25):
        one = town.cast.plant("barriers", what_happened=f"Gate number {number} is shut.", holder=PARKS)
        with town.cast.house.private.writing() as db:
            db.get_one(Barrier, one.id).institution_id = parks
    first, second = (desk.get(f"/councils/desk?page={page}").text for page in (1, 2))
    gates = [sum(f"Gate number {number} is shut." in page for number in range(25)) for page in (first, second)]
    gates = [count + ("The gate stays shut" in page) for count, page in zip(gates, (first, second), strict=True)]
    assert gates == [25, 1]
    assert town.pattern_id in second
    assert desk.get("/councils/desk?page=0").status_code == 400
    assert desk.get("/councils/desk?page=9999").status_code == 200
