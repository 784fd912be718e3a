"""“Still blocked” opens an answer again, and only those who said so close it: no new answer makes it forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.kit import clock
from app.publishing.projector import rebuild
from app.responses.models import GroupOutcome, Response
from app.vocabulary import Outcome, Publication
from tests.contributing.test_mine import enter
from tests.responses.town import PARKS, Town, send
from tests.support.cast import Planted
from tests.support.recurring import gather, reports

STILL, SOLVED = Outcome.STILL_BLOCKED, Outcome.RESOLVED


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`days(n)` sets the clock to noon of the n-th of October 2026."""

    def to(number: int) -> None:
        monkeypatch.setattr(clock, "source", lambda: datetime(2026, 9, 30, 12, tzinfo=UTC) + timedelta(days=number))

    to(1)
    return to


def say(town: Town, planted: Sequence[Planted], outcome: Outcome, *, answer: int = 0) -> None:
    """What these say of the newest answer but `answer`."""
    answer_id = town.told()["answers"][answer]["id"]
    with town.cast.house.private.writing() as db:
        for one in planted:
            db.add(GroupOutcome(barrier_id=one.id, response_id=answer_id, outcome=outcome, said_at=clock.now()))


def state(town: Town) -> tuple[str | None, str | None, str | None]:
    told = town.told()
    with town.cast.house.private.writing() as db:
        rebuild(db)
    assert town.told() == told
    return told["reopened_on"], told["answered_again_on"], told["waiting_since"]


def blocked_then_answered_again(town: Town, desk: TestClient, days: Any) -> None:
    """Three of four groups are still blocked on the 4th; on the 8th the office says something else."""
    days(2)
    send(desk, town.page, "publish", state="no_such_rule", text="There is none.")
    days(4)
    say(town, town.planted[:3], STILL)
    days(8)
    send(desk, town.page, "publish", state="waivable", text="Ask us.")


def test_another_answer_does_not_close_what_groups_opened(town: Town, desk: TestClient, days: Any) -> None:
    days(2)
    send(desk, town.page, "publish", state="no_such_rule", text="There is none.")
    assert state(town) == (None, None, None)
    days(4)
    say(town, town.planted[:3], STILL)
    assert state(town) == ("2026-10-04", None, "2026-10-04")
    days(8)
    send(desk, town.page, "publish", state="waivable", text="Ask us.")
    # The office has answered, so its clock stands still. Whether it helps is for the groups to say.
    assert state(town) == ("2026-10-04", "2026-10-08", None)
    page = desk.get(f"/patterns/{town.pattern_id}").text
    assert "A new answer came on 8 October 2026. They have not said yet whether it helps." in page
    assert "Three groups said that they were still blocked after the answer of 2 October 2026." in page
    assert "They have not said yet whether the answer of 8 October 2026 helps." in desk.get("/changed").text
    assert town.pattern_id in desk.get("/councils?answered=reopened").text
    assert "A new answer came on 8 October 2026." in desk.get("/patterns.atom").text
    on_desk = desk.get("/councils/desk").text
    assert on_desk.index(town.pattern_id) < on_desk.index('id="answered-title"')
    assert "Those who were still blocked have not said yet whether this helps." in on_desk


@pytest.mark.parametrize("state_word", ["heard", "checking"])
def test_words_that_settle_nothing_change_nothing(town: Town, desk: TestClient, days: Any, state_word: str) -> None:
    days(2)
    send(desk, town.page, "publish", state="no_such_rule", text="There is none.")
    days(4)
    say(town, town.planted[:3], STILL)
    days(8)
    send(desk, town.page, "publish", state=state_word)
    reopened, again, waiting = state(town)
    assert (reopened, again) == ("2026-10-04", None)
    assert waiting is not None
    assert "Groups say that they are still blocked." in desk.get(f"/patterns/{town.pattern_id}").text


def test_those_who_said_it_close_it_and_it_stays_told(town: Town, desk: TestClient, days: Any) -> None:
    blocked_then_answered_again(town, desk, days)
    days(9)
    say(town, town.planted[:1], SOLVED)
    assert state(town) == ("2026-10-04", "2026-10-08", None)
    days(10)
    say(town, town.planted[1:2], SOLVED)
    assert state(town) == (None, None, None)
    page = desk.get(f"/patterns/{town.pattern_id}").text
    assert "still blocked after the answer of 2 October 2026" in page
    assert "They have not said yet" not in page


def test_still_blocked_after_the_new_answer_starts_the_clock_anew(town: Town, desk: TestClient, days: Any) -> None:
    blocked_then_answered_again(town, desk, days)
    days(11)
    say(town, town.planted[:1], STILL)
    assert state(town) == ("2026-10-04", None, "2026-10-11")
    days(14)
    assert "No new answer for 3 days." in desk.get(f"/patterns/{town.pattern_id}").text


def test_an_answer_that_is_only_reworded_keeps_its_day(town: Town, desk: TestClient, days: Any) -> None:
    days(2)
    send(desk, town.page, "publish", state="no_such_rule", text="There is none.")
    days(4)
    say(town, town.planted[:3], STILL)
    days(6)
    send(desk, town.page, "publish", state="no_such_rule", text="Really none.")
    assert state(town) == ("2026-10-04", None, "2026-10-04")
    days(8)
    send(desk, town.page, "publish", state="waivable", text="Ask us.")
    page = desk.get(f"/patterns/{town.pattern_id}").text
    assert "Three groups said that they were still blocked after the answer of 2 October 2026." in page


def test_whoever_takes_their_report_back_takes_their_word_along(town: Town, desk: TestClient, days: Any) -> None:
    gather(town.cast, reports(town.cast, 2, first=4), pattern_id=town.pattern_id)
    blocked_then_answered_again(town, desk, days)
    for one in town.planted[:3]:
        town.cast.withdraw(one)
    assert state(town) == (None, None, None)


def test_a_hidden_answer_takes_what_was_said_of_it_along(town: Town, desk: TestClient, days: Any) -> None:
    blocked_then_answered_again(town, desk, days)
    with town.cast.house.private.writing() as db:
        older = db.get_one(Response, town.told()["answers"][1]["id"])
        older.publication = Publication.HIDDEN
    assert state(town) == (None, None, None)
    assert "still blocked" not in desk.get(f"/patterns/{town.pattern_id}").text


def test_three_reports_of_one_group_are_one_voice(town: Town, desk: TestClient, days: Any) -> None:
    (told,) = reports(town.cast, 1, first=6)
    initiative = town.told("barriers", told.id)["initiative"]
    more = [town.cast.plant("barriers", what_happened=f"Once more {n}.", initiative=initiative) for n in range(2)]
    gather(town.cast, [told, *more], pattern_id=town.pattern_id)
    days(2)
    send(desk, town.page, "publish", state="no_such_rule", text="There is none.")
    say(town, town.planted[:2], SOLVED)
    say(town, [told, *more], STILL)
    assert [(one["outcome"], one["groups"]) for one in town.told()["answers"][0]["outcomes"]] == [
        ("resolved", 2),
        ("still_blocked", 1),
    ]
    assert state(town)[0] is None


def test_below_three_voices_no_number_is_told(town: Town, desk: TestClient, days: Any) -> None:
    days(2)
    send(desk, town.page, "publish", state="no_such_rule", text="There is none.")
    say(town, town.planted[:1], STILL)
    days(8)
    send(desk, town.page, "publish", state="waivable", text="Ask us.")
    page = desk.get(f"/patterns/{town.pattern_id}").text
    assert "Groups said that they were still blocked after the answer of 2 October 2026." in page
    assert "One group said" not in page


def test_a_single_report_is_open_again_too(town: Town, desk: TestClient, days: Any) -> None:
    page, report = f"/councils/desk/barriers/{town.lonely.id}", f"/barriers/{town.lonely.id}"
    days(2)
    send(desk, page, "publish", state="no_such_rule", text="It is open now.")
    days(4)
    enter(desk, town.lonely.secret)
    answer_id = town.told("barriers", town.lonely.id)["answers"][0]["id"]
    assert desk.post("/mine/outcome", data={"response": answer_id, "outcome": "still_blocked"}).status_code == 303
    assert "The group says that it is still blocked." in desk.get("/changed").text
    days(8)
    town.sign_in(desk, PARKS)
    send(desk, page, "publish", state="waivable", text="Ask us.")
    assert town.told("barriers", town.lonely.id)["is_reopened"] is True
    told = "The group said that it was still blocked after the answer of 2 October 2026."
    assert told in desk.get(report).text
    enter(desk, town.lonely.secret)
    newer = town.told("barriers", town.lonely.id)["answers"][0]["id"]
    desk.post("/mine/outcome", data={"response": newer, "outcome": "resolved"})
    assert town.told("barriers", town.lonely.id)["is_reopened"] is False
    assert told in desk.get(report).text
