"""The features API, entered as its clients do: contract, filters, paging, exact boxes, conditional requests."""

import gzip
import json
import random
import time
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import LineString, Point, box, shape

from app.main import build_house
from tests.support.cast import BEESTON, CHAPELTOWN, SEACROFT, Cast, spots_in

ITEMS = "/api/collections/initiatives/items"
BARRIERS = "/api/collections/barriers/items"


def got(client: TestClient, address: str, **headers: str) -> Any:
    """The JSON at an address that must answer."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walked(client: TestClient, address: str, limit: int) -> list[dict[str, Any]]:
    """All features of an answer, by following its next links with one's own limit."""
    features: list[dict[str, Any]] = []
    joined = "&" if "?" in address else "?"
    page = got(client, f"{address}{joined}limit={limit}")
    while True:
        features += page["features"]
        assert page["numberReturned"] == len(page["features"])
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return features
        assert "limit" not in following[0]
        page = got(client, f"{following[0]}&limit={limit}")


def test_landing_answers_with_and_without_a_closing_slash(client: TestClient) -> None:
    assert client.get("/api").json() == client.get("/api/").json()
    kinds = {link["rel"] for link in got(client, "/api")["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= kinds


def test_every_link_of_the_landing_page_leads_somewhere(client: TestClient) -> None:
    for link in got(client, "/api")["links"]:
        assert client.get(link["href"]).status_code == 200
        assert link["type"]


def test_collections_tell_what_they_hold_and_where(client: TestClient, cast: Cast) -> None:
    listed = got(client, "/api/collections")["collections"]
    assert [one["id"] for one in listed] == ["neighbourhoods", "initiatives", "barriers", "patterns", "connections"]
    for one in listed:
        assert got(client, f"/api/collections/{one['id']}") == one
    west, south, east, north = listed[0]["extent"]["spatial"]["bbox"][0]
    assert -1.7 < west < east < -1.3
    assert 53.7 < south < north < 53.9


def test_items_are_geojson_with_words_and_labels(client: TestClient, cast: Cast) -> None:
    planted = cast.plant(title="Soup", activity="food", sharing="exact", first_active="2021-04")
    answer = client.get(ITEMS)
    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["id"] == planted.id
    assert feature["geometry"]["type"] == "Point"
    told = feature["properties"]
    assert (told["title"], told["activity"], told["activity_label"]) == ("Soup", "food", "Food and growing")
    assert (told["first_active"], told["shown_as"]) == ("2021-04", "place")
    item = client.get(planted.item)
    assert item.headers["content-type"] == "application/geo+json"
    assert item.json()["properties"] == told
    assert {link["rel"] for link in item.json()["links"]} == {"self", "collection", "alternate"}


def test_a_walk_meets_everything_once(client: TestClient, cast: Cast) -> None:
    planted = {
        cast.plant(place=spot, title=f"Thing {number}").id for number, spot in enumerate(spots_in(SEACROFT, 7, seed=1))
    }
    for limit in (1, 2, 3, 7, 100):
        features = walked(client, ITEMS, limit)
        assert [feature["id"] for feature in features] == sorted(planted)
    assert got(client, f"{ITEMS}?limit=2")["numberMatched"] == 7


def test_filters_keep_what_fits(client: TestClient, cast: Cast) -> None:
    cast.plant(title="Soup", activity="food", lifecycle="active")
    cast.plant(title="Choir", activity="culture", lifecycle="resting")
    cast.plant(title="Shed", activity="skills", place=None, neighbourhood=SEACROFT)
    cast.plant("barriers", kind="gatekeeping")
    cast.plant("barriers", kind="health_and_safety", place=None, neighbourhood=BEESTON)

    def titles(query: str) -> set[str]:
        return {feature["properties"]["title"] for feature in walked(client, f"{ITEMS}?{query}", 10)}

    assert titles(f"neighbourhood={CHAPELTOWN}") == {"Soup", "Choir"}
    assert titles("activity=culture") == {"Choir"}
    assert titles("lifecycle=active&neighbourhood=chapeltown") == {"Soup"}
    assert got(client, f"{BARRIERS}?kind=gatekeeping")["numberMatched"] == 1
    assert got(client, f"{BARRIERS}?kind=gatekeeping&neighbourhood={BEESTON}")["numberMatched"] == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2020-06-15", {"once", "undated"}),
        ("2022-06-15T10:00:00Z", {"still", "undated"}),
        ("2020", {"once", "undated"}),
        ("2019-01-01/2020-03-01", {"once", "undated"}),
        ("2021-01-01/..", {"still", "undated"}),
        ("../2019-12-31", {"undated"}),
        ("/2019-12-31", {"undated"}),
        ("2020-12-31/2021-05-01", {"once", "still", "undated"}),
    ],
)
def test_datetime_means_going_on_then(client: TestClient, cast: Cast, asked: str, found: set[str]) -> None:
    cast.plant(title="once", first_active="2020", last_active="2020", lifecycle="ended_well")
    cast.plant(title="still", first_active="2021-04")
    cast.plant(title="undated")
    features = walked(client, f"{ITEMS}?datetime={asked}", 10)
    assert {feature["properties"]["title"] for feature in features} == found


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=-1", "limit=many", "limit=1.5", "limit=1&limit=2", "cursor=%00", "cursor=zzz*"),
        *("bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,0,1,1", "bbox=-1,60,1,50", "bbox=-200,0,1,1"),
        *("datetime=yesterday", "datetime=../..", "datetime=2021-13-01", "datetime=2022/2021"),
        *("activity=cooking", "lifecycle=", "kind=gatekeeping", "neighbourhood=../etc", "colour=red", "%ff=1"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(client: TestClient, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert problem["detail"]


def test_an_unknown_word_is_answered_with_the_known_ones(client: TestClient) -> None:
    assert "mutual_aid, food" in client.get(f"{ITEMS}?activity=cooking").json()["detail"]
    assert "bbox, limit" in client.get(f"{ITEMS}?colour=red").json()["detail"]


def test_a_limit_beyond_the_most_is_cut_down(client: TestClient, cast: Cast) -> None:
    assert got(client, f"{ITEMS}?limit=99999999")["numberMatched"] == 0


@pytest.mark.parametrize("address", ["/api/collections/people/items", "/api/nothing", f"{ITEMS}/none"])
def test_what_is_not_there_is_a_problem_document(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_withdrawn_item_is_gone(client: TestClient, cast: Cast) -> None:
    shown, hidden = cast.plant(), cast.plant(sharing="counted_only")
    cast.withdraw(shown)
    cast.withdraw(hidden)
    assert client.get(shown.item).status_code == 410
    # What was never public was never here.
    assert client.get(hidden.item).status_code == 404


def test_a_box_finds_exactly_what_meets_it(client: TestClient, cast: Cast) -> None:
    chance = random.Random(7)
    for number, spot in enumerate(spots_in(CHAPELTOWN, 12, seed=3)):
        cast.plant(place=spot, title=str(number), sharing=("exact", "street", "neighbourhood")[number % 3])
    line = LineString(spots_in(CHAPELTOWN, 3, seed=5))
    cast.plant(place=line, title="walk", sharing="exact")
    everything = walked(client, ITEMS, 50)
    shapes = {feature["id"]: shape(feature["geometry"]) for feature in everything}
    west, south, east, north = shapely.total_bounds(list(shapes.values())).tolist()
    corners = [coordinate for one in shapes.values() for coordinate in shapely.get_coordinates(one).tolist()]
    for _ in range(60):
        # Half of the corners lie on a coordinate of a shape: the edge of a box belongs to it.
        xs = sorted([chance.uniform(west, east), chance.choice(corners)[0]])
        ys = sorted([chance.uniform(south, north), chance.choice(corners)[1]])
        asked = box(xs[0], ys[0], xs[1], ys[1])
        found = {
            feature["id"] for feature in walked(client, f"{ITEMS}?bbox={xs[0]!r},{ys[0]!r},{xs[1]!r},{ys[1]!r}", 50)
        }
        assert found == {one for one, its in shapes.items() if its.intersects(asked)}


def test_a_box_across_180_degrees_is_two_boxes(client: TestClient, cast: Cast) -> None:
    cast.plant(sharing="exact")
    assert got(client, f"{ITEMS}?bbox=170,-80,-170,80")["numberMatched"] == 0
    # From 170 degrees east over the date line to Leeds.
    assert got(client, f"{ITEMS}?bbox=170,-80,0,80")["numberMatched"] == 1
    assert got(client, f"{ITEMS}?bbox=-2,53,0,-1,54,9")["numberMatched"] == 1


def test_an_unchanged_answer_is_not_sent_again(client: TestClient, cast: Cast) -> None:
    planted = cast.plant()
    for address in (ITEMS, f"{ITEMS}?limit=1", planted.item):
        etag = client.get(address).headers["etag"]
        again = client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    cast.plant(title="Another")
    assert client.get(ITEMS, headers={"If-None-Match": etag}).status_code == 200


def test_what_another_process_changes_is_told_within_a_tenth_of_a_second(client: TestClient, cast: Cast) -> None:
    cast.plant()
    etag = client.get(ITEMS).headers["etag"]
    another = Cast(build_house(cast.house.settings))
    another.plant()
    another.house.close()
    time.sleep(0.1)
    assert client.get(ITEMS, headers={"If-None-Match": etag}).status_code == 200


def test_an_address_asked_for_twice_is_answered_anew_after_a_change(client: TestClient, cast: Cast) -> None:
    address = f"{ITEMS}?bbox=-1.7,53.7,-1.3,53.9"
    planted = cast.plant()
    assert got(client, address)["numberMatched"] == 1
    cast.withdraw(planted)
    assert got(client, address)["numberMatched"] == 0


def test_a_change_that_nobody_sees_moves_no_etag(client: TestClient, cast: Cast) -> None:
    cast.plant()
    before = client.get(ITEMS)
    cast.plant(sharing="stewards_only", title="Quiet")
    cast.plant(sharing="counted_only", title="Quiet too")
    after = client.get(ITEMS)
    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]


def test_answers_are_zipped_for_those_who_ask(client: TestClient, cast: Cast) -> None:
    for number in range(4):
        cast.plant(title=f"Thing {number}")
    plain = client.get(ITEMS, headers={"Accept-Encoding": "identity"})
    with client.stream("GET", ITEMS, headers={"Accept-Encoding": "gzip"}) as zipped:
        assert zipped.headers["content-encoding"] == "gzip"
        raw = b"".join(zipped.iter_raw())
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2
    assert json.loads(plain.content)["numberReturned"] == 4


def test_anybody_may_read_from_anywhere(client: TestClient, cast: Cast) -> None:
    answer = client.get(ITEMS, headers={"Origin": "https://council.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers
    asked = client.options(ITEMS)
    assert asked.status_code == 200
    assert "POST" in asked.headers["allow"]


def test_head_answers_as_get_without_a_body(client: TestClient, cast: Cast) -> None:
    whole, head = client.get(ITEMS), client.head(ITEMS)
    assert head.status_code == 200
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.content == b""


def test_openapi_names_every_parameter(client: TestClient) -> None:
    document = got(client, "/api/openapi.json")
    assert document["openapi"].startswith("3.1")
    told = document["paths"]["/api/collections/{collection}/items"]["get"]["parameters"]
    assert [one["name"] for one in told] == [
        "collection", "bbox", "limit", "neighbourhood", "activity", "lifecycle", "kind", "datetime", "cursor",
    ]  # fmt: skip
    assert client.get("/api/docs").status_code == 200


def test_a_point_on_the_corner_of_a_box_is_in_it(client: TestClient, cast: Cast) -> None:
    planted = cast.plant(place=Point(-1.53, 53.82), sharing="exact")
    found = got(client, f"{ITEMS}?bbox=-1.53,53.82,-1.5,53.9")["features"]
    assert [feature["id"] for feature in found] == [planted.id]
    assert got(client, f"{ITEMS}?bbox=-1.529999,53.82,-1.5,53.9")["numberMatched"] == 0
