"""The anonymous pages: what they show, what they keep to themselves, and that the list says what the map says."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.public.maps import UnsafeText, refuse_template_marks
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, spots_in

HOSTILE = [
    "{{7*191}}",
    "{% raw %}{{ cycler }}",
    "${alert(1)}",
    "<script>window.hurt=1</script>",
    "</script><script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    "`${window.hurt=1}`",
]


def test_home_shows_every_neighbourhood_as_a_living_place(client: TestClient, cast: Cast) -> None:
    cast.plant(title="Soup on Tuesdays", first_active="2024")
    page = client.get("/").text
    for name in ("Chapeltown", "Seacroft", "Beeston &amp; Holbeck"):
        assert name in page
    assert "Soup on Tuesdays" in page
    assert page.count('class="portrait"') == 3


def test_the_list_stands_before_the_map_and_says_the_same(client: TestClient, cast: Cast) -> None:
    kept = cast.plant(title="Soup", activity="food")
    cast.plant(title="Choir", activity="culture")
    page = client.get(f"/neighbourhoods/{CHAPELTOWN}?activity=food").text
    assert page.index("What people do") < page.index('id="map-region"')
    assert kept.page in page
    assert "Choir" not in page
    address = re.search(r'"url": "(/api/collections/initiatives/items[^"]*)"', page)
    assert address is not None
    drawn = client.get(address.group(1)).json()
    assert [feature["id"] for feature in drawn["features"]] == [kept.id]


def test_a_wrong_choice_is_refused_without_code_words(client: TestClient, cast: Cast) -> None:
    answer = client.get(f"/neighbourhoods/{CHAPELTOWN}?activity=nonsense")
    assert answer.status_code == 400
    assert "We do not know one of the choices" in answer.text
    assert "mutual_aid" not in answer.text


def test_both_lists_can_be_taken_away_as_tables(client: TestClient, cast: Cast) -> None:
    kept, told = cast.plant(activity="food"), cast.plant("barriers")
    other = cast.plant(activity="culture")
    page = client.get(f"/neighbourhoods/{CHAPELTOWN}?activity=food").text
    tables = [
        client.get(address.replace("&amp;", "&")).text for address in re.findall(r'href="(/api[^"]*csv[^"]*)"', page)
    ]
    assert [kept.id in table or told.id in table for table in tables] == [True, True]
    assert not any(other.id in table for table in tables)


def test_funders_are_told_what_is_informal_only_where_it_was_said(client: TestClient, cast: Cast) -> None:
    cast.plant(formality="informal_group", activity="food")
    cast.plant(formality="registered_body")
    cast.plant(place=spots_in(SEACROFT, 1, seed=4)[0], activity="culture")
    page = client.get("/funders").text
    assert "3 things" not in page
    assert "2 things that people do; 1 of them by people without a registered group" in page
    assert page.count("of them by people") == 1
    # A neighbourhood is named only where there is something to see.
    assert f"/funders/{SEACROFT}?activity=culture" in page
    assert f"/funders/{SEACROFT}?activity=food" not in page


def test_among_many_neighbourhoods_small_counts_are_folded_away(
    client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Fewer than 8 in each of" not in client.get("/councils").text
    monkeypatch.setattr("app.public.overviews._MANY", 2)
    # Another version of what is public: the page as it was before is not kept.
    cast.plant("barriers")
    page = client.get("/councils").text
    assert "Fewer than 8 in each of 3 neighbourhoods" in page
    assert page.count(f"/neighbourhoods/{CHAPELTOWN}?kind=gatekeeping") == 1


def test_a_long_list_has_pages(client: TestClient, cast: Cast) -> None:
    for number, spot in enumerate(spots_in(SEACROFT, 27, seed=2)):
        cast.plant(place=spot, title=f"Thing {number:02}")
    first = client.get(f"/neighbourhoods/{SEACROFT}").text
    second = client.get(f"/neighbourhoods/{SEACROFT}?page=2").text
    shown = set(re.findall(r"Thing \d\d", first)), set(re.findall(r"Thing \d\d", second))
    assert [len(one) for one in shown] == [25, 2]
    assert not shown[0] & shown[1]


def test_hidden_entries_are_the_same_words_for_none_and_for_seven(client: TestClient, cast: Cast) -> None:
    before = client.get(f"/neighbourhoods/{CHAPELTOWN}").text
    for number in range(7):
        cast.plant(title=f"Quiet {number}", sharing="counted_only")
    assert client.get(f"/neighbourhoods/{CHAPELTOWN}").text == before
    assert "Fewer than 8 more things" in before
    cast.plant(title="The eighth", sharing="counted_only")
    assert "About 10 more things" in client.get(f"/neighbourhoods/{CHAPELTOWN}").text


@pytest.mark.parametrize(
    "address", ["/neighbourhoods/nowhere", "/initiatives/none", "/barriers/none", "/patterns/1", "/x"]
)
def test_what_is_not_there_is_a_helpful_page(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_withdrawn_page_is_gone(client: TestClient, cast: Cast) -> None:
    planted = cast.plant()
    assert client.get(planted.page).status_code == 200
    cast.withdraw(planted)
    assert client.get(planted.page).status_code == 410


def test_a_page_that_did_not_change_is_not_sent_again(client: TestClient, cast: Cast) -> None:
    planted = cast.plant()
    for address in ("/", f"/neighbourhoods/{CHAPELTOWN}", f"/neighbourhoods/{CHAPELTOWN}/map", planted.page, "/about"):
        answer = client.get(address)
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert "set-cookie" not in answer.headers


@pytest.mark.usefixtures("cast")
def test_only_the_map_alone_may_be_framed(client: TestClient) -> None:
    alone = client.get(f"/neighbourhoods/{CHAPELTOWN}/map").headers["content-security-policy"]
    assert "frame-ancestors *" in alone
    for address in ("/", f"/neighbourhoods/{CHAPELTOWN}", "/initiatives/new", "/about", "/mine"):
        assert "frame-ancestors 'none'" in client.get(address).headers["content-security-policy"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_on_every_page(client: TestClient, cast: Cast, text: str) -> None:
    told: dict[str, Any] = {"title": text, "summary": text, "story": text}
    initiative = cast.plant(**told)
    barrier = cast.plant("barriers", what_happened=text, holder=text, rule_cited=text, what_helped=text)
    map_page = client.get(f"/neighbourhoods/{CHAPELTOWN}/map").text
    for address in (
        "/",
        f"/neighbourhoods/{CHAPELTOWN}",
        initiative.page,
        barrier.page,
        "/councils",
        "/funders",
        "/patterns",
    ):
        page = client.get(address).text
        assert "1337" not in page
        assert "<script>window" not in page
        assert "<img src=x" not in page
    # Folium's document holds nothing that anybody wrote.
    assert "hurt" not in map_page
    assert "1337" not in map_page


@pytest.mark.parametrize("text", ["{{7*191}}", "{% x %}", "{# x #}", "${x}", "`x`", "</script>", "<!-- x"])
def test_template_marks_never_reach_folium(text: str) -> None:
    with pytest.raises(UnsafeText):
        refuse_template_marks(text)


def test_the_map_page_is_small_and_the_same_for_everyone(client: TestClient, cast: Cast) -> None:
    for number, spot in enumerate(spots_in(CHAPELTOWN, 30, seed=4)):
        cast.plant(place=spot, title=f"Thing {number}")
    one, other = (client.get(f"/neighbourhoods/{CHAPELTOWN}/map") for _ in range(2))
    assert one.content == other.content
    assert len(one.content) < 60_000
    assert len(client.get(f"/neighbourhoods/{CHAPELTOWN}").content) < 60_000


def test_invented_records_are_marked_on_every_page(client: TestClient, cast: Cast) -> None:
    planted = cast.plant()
    assert "This is a demonstration" not in client.get("/").text
    with cast.house.private.writing() as db:
        from app.initiatives.models import Initiative

        db.get_one(Initiative, planted.id).is_demonstration = True
    for address in ("/", f"/neighbourhoods/{CHAPELTOWN}", planted.page, "/initiatives/new", "/mine", "/nothing"):
        assert "This is a demonstration" in client.get(address).text
    assert "Demonstration: entries" in client.get(f"/neighbourhoods/{CHAPELTOWN}/map").text
    assert client.get(planted.item).json()["properties"]["demonstration"] is True
