"""Reports as they come, from the door to the page: each has its clear behaviour, and none spoils a pattern."""

from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from app.institutions.service import add
from app.kit import clock
from app.patterns.models import Pattern
from app.vocabulary import InstitutionKind, Publication
from tests.contributing.test_api import BARRIERS, point
from tests.patterns.test_finding import a_town, night, seats
from tests.support.cast import SEACROFT, Cast, Planted
from tests.support.recurring import HOLDER, TEXTS, gather, pattern_row, reports

LONG = ("We asked for the key of the hall once more and waited for a letter that never came. " * 60)[:5000].strip()


def sent(client: TestClient, geometry: object = None, **properties: Any) -> Any:
    said = {"kind": "gatekeeping", "what_happened": "No."} | properties
    return client.post(BARRIERS, json={"type": "Feature", "geometry": geometry or point(), "properties": said})


def home(cast: Cast, planted: list[Planted]) -> str:
    """The pattern that most of these sit in."""
    held = [seats(cast).get(one.id) for one in planted]
    found = max((one for one in held if one), key=held.count)
    assert held.count(found) >= len(planted) - 1
    return found


def page(cast: Cast, pattern_id: str) -> dict[str, Any]:
    raw = cast.house.published.one("patterns", pattern_id)
    assert raw is not None
    properties: dict[str, Any] = orjson.loads(raw)["properties"]
    return properties


@pytest.mark.parametrize("text", ["No", "???", LONG, "x" * 4000], ids=["one word", "marks", "long", "one long word"])
def test_a_text_that_says_nothing_or_too_much_is_taken_and_joins_nothing(
    cast: Cast, client: TestClient, text: str
) -> None:
    planted = a_town(cast)
    assert sent(client, what_happened=text).status_code == 201
    odd = [cast.plant("barriers", what_happened=text, kind="gatekeeping") for _one in range(3)]
    night(cast)
    assert not {seats(cast).get(one.id) for one in odd} & {home(cast, planted)}
    # Word for word the same is one voice: no page comes of it.
    assert cast.house.published.version("patterns")[1] == 1


def test_a_text_beyond_the_limit_is_refused_with_a_sentence(cast: Cast, client: TestClient) -> None:
    answer = sent(client, what_happened="No. " * 5000)
    assert answer.status_code == 400
    assert "Please use at most" in answer.text


def test_one_person_who_sends_the_same_again_and_again_is_one_group(cast: Cast) -> None:
    planted = reports(cast, 3)
    again = [cast.plant("barriers", what_happened=TEXTS[0], holder=HOLDER) for _one in range(5)]
    pattern_id = gather(cast, [*planted, *again])
    assert page(cast, pattern_id)["groups"] == "3_to_4"


@pytest.mark.parametrize(
    ("happened", "status", "words"),
    [("1926-03", 201, ""), ("2062-01", 400, "This date is in the future."), ("26-13-45", 400, "date")],
)
def test_a_date_wrong_by_years_is_refused_or_spoils_nothing(
    cast: Cast, client: TestClient, happened: str, status: int, words: str
) -> None:
    answer = sent(client, happened=happened)
    assert answer.status_code == status, answer.text
    assert words in answer.text
    if status == 201:
        planted = [*a_town(cast), *reports(cast, 1, first=7, happened=happened)]
        night(cast)
        told = page(cast, home(cast, planted))
        # A hundred years ago does not make bars of a hundred years, nor a trend.
        assert len(told["quarters"]) <= 8
        assert told["times"] is None or 0 < told["times"] < 100
        assert told["last_told"] <= clock.today().isoformat()[:7]


def test_a_neighbourhood_and_no_point_is_enough(cast: Cast, client: TestClient) -> None:
    planted = a_town(cast)
    answer = client.post(
        BARRIERS,
        json={
            "type": "Feature",
            "geometry": None,
            "properties": {
                "kind": "health_and_safety",
                "what_happened": "Asked for public liability insurance before our picnic in the park.",
                "holder": HOLDER,
                "neighbourhood": SEACROFT,
            },
        },
    )
    assert answer.status_code == 201
    placeless = Planted("barriers", answer.json()["id"], "")
    cast.decide(placeless, Publication.PUBLISHED)
    night(cast)
    assert seats(cast)[placeless.id] == home(cast, planted)


def test_the_same_words_about_two_offices_have_two_pages(cast: Cast) -> None:
    with cast.house.private.writing() as db:
        parks = add(db, name="Eastmoor parks team", kind=InstitutionKind.DESK).id
        homes = add(db, name="Northside Homes", kind=InstitutionKind.HOUSING).id
    here = reports(cast, 4, institution=parks, holder="")
    there = reports(cast, 4, slug=SEACROFT, institution=homes, holder="")
    night(cast)
    assert not {seats(cast).get(one.id) for one in here} & {seats(cast).get(one.id) for one in there} - {None}


def test_one_office_with_two_rules_has_two_patterns(cast: Cast) -> None:
    planted = a_town(cast)
    keys = [
        "The key of the hall was with the caretaker, who would not come on Sunday.",
        "Nobody could open the hall: the caretaker keeps the key to himself.",
        "No key for our youth evening, the caretaker said the hall is his.",
        "We stood before the hall again, the caretaker had gone home with the key.",
    ]
    gate = [cast.plant("barriers", what_happened=text, kind="gatekeeping", holder=HOLDER) for text in keys]
    night(cast)
    assert home(cast, planted) not in {seats(cast).get(one.id) for one in gate}


def test_a_pattern_whose_members_all_left_has_no_page_and_holds_up_no_night(cast: Cast, client: TestClient) -> None:
    planted = reports(cast, 4)
    pattern_id = gather(cast, planted)
    for one in planted:
        cast.withdraw(one)
    night(cast)
    assert seats(cast) == {}
    assert client.get(f"/patterns/{pattern_id}").status_code == 410
    assert client.get(f"/patterns/{pattern_id}/us-too").status_code == 410
    assert isinstance(pattern_row(cast, pattern_id), Pattern)
