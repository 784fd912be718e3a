"""How being funded went: told by groups, shown in full fives, with the funder's reply beside it."""

import html
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.funding import reviews
from app.funding.batches import FIVE
from app.funding.models import ProcessReview
from app.initiatives.models import Initiative
from app.main import build_house
from app.public.funders.programmes import sentences
from app.vocabulary import Publication, Role, Sharing
from tests.fences.test_time import differences
from tests.recognition.test_recognition import HOME, holding
from tests.support.cast import Cast, Planted
from tests.support.commands import Run
from tests.support.learning import FUND, body, programme, review, somebody
from tests.support.service import settings_for


def groups(cast: Cast, count: int, first: int = 0, **more: Any) -> list[Planted]:
    return [cast.plant(title=f"Group {first + number}", sharing="neighbourhood", **more) for number in range(count)]


def told(cast: Cast, programme_id: str) -> dict[str, Any]:
    raw = cast.house.published.one("programmes", programme_id)
    assert raw is not None
    properties: dict[str, Any] = orjson.loads(raw)["properties"]
    return properties


def counted(cast: Cast, programme_id: str) -> int:
    figures = told(cast, programme_id)["reviews"]
    return figures["groups"] if figures else 0


def said(cast: Cast, programme_id: str, name: str) -> dict[str, int]:
    (question,) = [one for one in told(cast, programme_id)["reviews"]["questions"] if one["name"] == name]
    return {one["word"]: one["groups"] for one in question["answers"]}


def funding(cast: Cast, client: TestClient, name: str = FUND) -> TestClient:
    client.cookies.clear()
    client.headers.update(HOME)
    client.cookies.set("person", cast.signed_in(somebody(cast, Role.FUNDER, name, f"{len(name)}-f@example.org")))
    return client


def test_a_group_tells_changes_and_takes_back(cast: Cast, lights: str, client: TestClient) -> None:
    (group,) = groups(cast, 1)
    holding(client, group)
    assert "Small Lights" in client.get("/mine/review").text
    form = {"wait": "up_to_14_days", "changed_in_us": "Courage.", "scope": "researchers"}
    assert client.post(f"/mine/review/{lights}", data=form).status_code == 303
    page = client.get(f"/mine/review/{lights}").text
    assert "Courage.</textarea>" in page
    assert 'value="up_to_14_days" checked' in page
    assert "you told of it" in client.get("/mine/review").text
    assert page.count("Leave this out") == 5
    assert client.post(f"/mine/review/{lights}", data=form | {"wait": "over_180_days"}).status_code == 303
    with cast.house.private.reading() as db:
        assert [str(one.wait) for one in db.scalars(select(ProcessReview))] == ["over_180_days"]
    assert client.post(f"/mine/review/{lights}", data={"action": "remove"}).status_code == 303
    assert client.post(f"/mine/review/{lights}", data={"action": "remove"}).status_code == 303
    with cast.house.private.reading() as db:
        assert db.scalars(select(ProcessReview)).all() == []


def test_nothing_below_five_and_full_fives_alone(cast: Cast, lights: str, client: TestClient) -> None:
    for number, group in enumerate(groups(cast, 11)):
        assert counted(cast, lights) == number // 5 * 5
        review(cast, group, lights, wait="15_to_60_days" if number < 7 else "up_to_14_days")
        page = client.get("/funders/programmes").text
        assert ("Too few groups have told of it" in page) is (number < 4)
    assert counted(cast, lights) == 10
    assert said(cast, lights, "wait") == {
        "up_to_14_days": 3,
        "15_to_60_days": 7,
        "61_to_180_days": 0,
        "over_180_days": 0,
    }
    page = client.get("/funders/programmes").text
    assert "Ten groups told how it went. Seven waited up to two months." in page
    assert "The funder has not replied." in page
    assert "Group 1" not in page


def test_the_earliest_are_counted_first(cast: Cast, lights: str) -> None:
    for number, group in enumerate(groups(cast, 9)):
        review(cast, group, lights, burden="light" if number < 5 else "heavy")
    assert said(cast, lights, "burden") == {"light": 5, "fair": 0, "heavy": 0}


def test_the_fifth_group_counts_as_soon_as_a_steward_lets_it_stand(cast: Cast, lights: str) -> None:
    for group in groups(cast, 4):
        review(cast, group, lights)
    (late,) = groups(cast, 1, 4, publication=Publication.SUBMITTED)
    review(cast, late, lights)
    assert counted(cast, lights) == 0
    cast.decide(late, Publication.PUBLISHED)
    assert counted(cast, lights) == 5


@pytest.mark.parametrize(
    ("trick", "more"), [("answers anew", 3), ("takes back", 4), ("takes back and answers", 3), ("is hidden", 4)]
)
def test_nobody_makes_room_for_a_sixth_to_slide_in(cast: Cast, lights: str, trick: str, more: int) -> None:
    """A group of the five steps aside: old figures minus new ones must not be what the sixth said."""
    five, (sixth,) = groups(cast, 5), groups(cast, 1, 5)
    for group in five:
        review(cast, group, lights, wait="up_to_14_days")
    review(cast, sixth, lights, wait="over_180_days")
    assert said(cast, lights, "wait")["over_180_days"] == 0
    _step_aside(cast, five[0], lights, trick)
    assert told(cast, lights)["reviews"] is None
    # The four that are left come back beside five that are new, and no sooner.
    for group in groups(cast, more, 6):
        assert counted(cast, lights) == 0
        review(cast, group, lights, wait="15_to_60_days")
    assert counted(cast, lights) == 9
    assert said(cast, lights, "wait")["up_to_14_days"] == 4
    assert differences(cast.house) == {}


def _step_aside(cast: Cast, group: Planted, lights: str, trick: str) -> None:
    if trick.startswith("takes back"):
        with cast.house.private.writing() as db:
            reviews.take_back(db, db.get_one(Initiative, group.id), lights)
    if "answers" in trick:
        review(cast, group, lights, wait="61_to_180_days")
    if trick == "is hidden":
        with cast.house.private.writing() as db:
            db.get_one(Initiative, group.id).publication = Publication.HIDDEN


def test_whole_fives_stay_when_another_lost_one(cast: Cast, lights: str) -> None:
    ten = groups(cast, 10)
    for number, group in enumerate(ten):
        review(cast, group, lights, burden="light" if number < 5 else "heavy")
    assert said(cast, lights, "burden") == {"light": 5, "fair": 0, "heavy": 5}
    review(cast, ten[0], lights, burden="fair")
    assert said(cast, lights, "burden") == {"light": 0, "fair": 0, "heavy": 5}


def test_other_words_alone_change_no_figure(cast: Cast, lights: str) -> None:
    five = groups(cast, 5)
    for group in five:
        review(cast, group, lights)
    before = told(cast, lights)
    review(cast, five[2], lights, changed_in_us="Courage.", scope="researchers")
    assert told(cast, lights) == before


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_holds_five_that_no_earlier_one_held(cast: Cast, lights: str, seed: int) -> None:
    """So no sum or difference of figures of any days comes down to fewer than five groups' answers."""
    chance, everyone = random.Random(seed), groups(cast, 14)
    ever: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for _step in range(60):
        act, group = chance.choice(["say"] * 6 + ["back", "hide", "show", "show"]), chance.choice(everyone)
        if act == "say":
            review(cast, group, lights, burden=chance.choice(["light", "fair", "heavy"]))
        with cast.house.private.writing() as db:
            held = db.get_one(Initiative, group.id)
            if act == "back" and reviews.review_of(db, held, lights) is not None:
                reviews.take_back(db, held, lights)
            elif act in {"hide", "show"}:
                held.publication = Publication.HIDDEN if act == "hide" else Publication.PUBLISHED
        with cast.house.private.reading() as db:
            by_batch: dict[str, set[tuple[str, str]]] = {}
            for one in db.scalars(select(ProcessReview)):
                if one.batch is not None:
                    by_batch.setdefault(one.batch, set()).add((one.id, str(one.said_at)))
        for batch, members in by_batch.items():
            assert batch in seen or len(members - ever) >= FIVE
        seen |= by_batch.keys()
        ever |= {one for members in by_batch.values() for one in members}
        assert differences(cast.house) == {}
    assert len(seen) > 1, "too little happened"


@pytest.mark.postgis
def test_two_that_come_at_once_are_not_counted_alone(postgis_url: str) -> None:
    """PostgreSQL lets two write at once: both must see each other before either of them fills the five."""
    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    lights, six = programme(cast), groups(cast, 6)
    for group in six[:4]:
        review(cast, group, lights)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda group: review(cast, group, lights), six[4:]))
    assert counted(cast, lights) == 5
    with house.private.reading() as db:
        assert len({one.batch for one in db.scalars(select(ProcessReview))} - {None}) == 1
    assert differences(house) == {}
    house.close()


def test_a_question_that_few_answered_is_not_told(cast: Cast, lights: str) -> None:
    for number, group in enumerate(groups(cast, 5)):
        review(cast, group, lights, burden=None if number == 0 else "heavy")
    assert counted(cast, lights) == 5
    assert said(cast, lights, "burden") == {}
    assert said(cast, lights, "decided_by") == {}
    assert sum(said(cast, lights, "wait").values()) == 5


def test_only_groups_that_a_steward_let_stand_count_and_words_alone_do_not(cast: Cast, lights: str) -> None:
    five = groups(cast, 5)
    for group in five:
        review(cast, group, lights)
    unseen = [
        *groups(cast, 1, 10, publication=Publication.SUBMITTED),
        cast.plant(sharing="stewards_only"),
        *groups(cast, 1, 11),
    ]
    for group in unseen[:2]:
        review(cast, group, lights)
    review(cast, unseen[2], lights, wait=None, burden=None, again=None, changed_in_us="Courage.")
    with cast.house.private.writing() as db:
        db.get_one(Initiative, five[0].id).publication = Publication.HIDDEN
    assert counted(cast, lights) == 0
    with cast.house.private.writing() as db:
        # Who is only counted is counted.
        db.get_one(Initiative, five[1].id).sharing = Sharing.COUNTED_ONLY
        db.get_one(Initiative, unseen[0].id).publication = Publication.PUBLISHED
    # The five lost one, and the one that came is the first of the next five.
    assert counted(cast, lights) == 0
    for group in groups(cast, 4, 20):
        review(cast, group, lights)
    assert counted(cast, lights) == 9
    with cast.house.private.writing() as db:
        db.get_one(Initiative, five[0].id).publication = Publication.PUBLISHED
    assert counted(cast, lights) == 9


def test_a_group_that_is_taken_down_does_not_count_any_more(cast: Cast, lights: str, client: TestClient) -> None:
    five = groups(cast, 5)
    for group in five:
        review(cast, group, lights)
    assert counted(cast, lights) == 5
    holding(client, five[2])
    assert client.post("/mine/withdraw", data={"sure": "yes"}).status_code == 200
    assert counted(cast, lights) == 0
    with cast.house.private.reading() as db:
        assert len(db.scalars(select(ProcessReview)).all()) == 4


def test_free_words_are_nowhere_in_public(cast: Cast, lights: str, client: TestClient) -> None:
    for scope in ("group_only", "researchers"):
        for group in groups(cast, 5, 20 if scope == "researchers" else 0):
            review(cast, group, lights, changed_in_us="Secret courage.", scope=scope)
    assert counted(cast, lights) == 10
    assert "Secret courage." not in str(told(cast, lights))
    funding(cast, client)
    for address in ("/funders/programmes", "/funders/desk", f"/funders/desk/{lights}"):
        assert "Secret courage." not in client.get(address).text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Answer one question at least."),
        ({"wait": "soon"}, "Choose one of"),
        ({"wait": "up_to_14_days", "scope": "public"}, "for you, or for researchers"),
        ({"changed_in_us": "x" * 1501}, "at most 1,500 characters"),
    ],
)
def test_what_cannot_be_said_is_refused(
    cast: Cast, lights: str, client: TestClient, form: dict[str, str], sentence: str
) -> None:
    holding(client, groups(cast, 1)[0])
    sent = client.post(f"/mine/review/{lights}", data=form)
    assert sent.status_code == 400
    assert sentence in html.unescape(sent.text)
    assert client.get("/mine/review/nowhere").status_code == 404
    assert client.post("/mine/review/nowhere", data={"wait": "up_to_14_days"}).status_code == 404


def test_the_link_of_a_report_saves_nothing(cast: Cast, lights: str, client: TestClient) -> None:
    holding(client, cast.plant("barriers"))
    for form in ({"wait": "up_to_14_days"}, {"action": "remove"}, {"wait": "soon"}):
        assert client.post(f"/mine/review/{lights}", data=form).status_code == 404
    with cast.house.private.reading() as db:
        assert db.scalars(select(ProcessReview)).all() == []


@pytest.mark.parametrize("form", [{"wait": "up_to_14_days"}, {"wait": "soon"}])
def test_words_are_not_lost_when_the_hour_is_over(lights: str, client: TestClient, form: dict[str, str]) -> None:
    client.headers.update(HOME)
    sent = client.post(f"/mine/review/{lights}", data=form | {"changed_in_us": "Courage, at last."})
    assert sent.status_code == 401
    assert "Courage, at last." in sent.text


def test_sentences_say_what_most_said_and_nothing_where_none_did() -> None:
    asked = [
        {"name": "wait", "answers": [{"word": "up_to_14_days", "groups": 3}, {"word": "15_to_60_days", "groups": 2}]},
        {"name": "burden", "answers": [{"word": "light", "groups": 2}, {"word": "heavy", "groups": 2}]},
        {"name": "again", "answers": []},
    ]
    assert sentences({"groups": 5, "questions": asked}) == [
        "Five groups told how it went.",
        "Three waited two weeks or less.",
    ]


def test_programmes_are_added_and_listed_by_command(cast: Cast, small_ecology: Run) -> None:
    body(cast, FUND)
    done = small_ecology("programme", "add", "Small Lights", "--institution", FUND)
    assert done.code == 0, done.err
    assert small_ecology("programme", "list").out.endswith(f"Small Lights ({FUND})\n")
    again = small_ecology("programme", "add", "Small Lights", "--institution", FUND)
    assert (again.code, again.err) == (1, f"{FUND} has a programme of this name already.\n")
    assert small_ecology("programme", "add", " ", "--institution", FUND).code == 1
    assert small_ecology("programme", "add", "More", "--institution", "Nobody").code == 1
    added = small_ecology(
        "person", "add", "--role", "funder", "--email", "f@example.org", "--institution", FUND.upper()
    )
    assert added.code == 0, added.err
