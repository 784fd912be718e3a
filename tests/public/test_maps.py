"""The map's shell, and the addresses in it: what an operator sets stays text, and the filters are the list's own."""

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.public.filters import Filters
from app.public.maps import MapShell, map_shell
from app.settings import MapSettings
from tests.support.cast import CHAPELTOWN, Cast, spots_in

BOUNDS = (-1.6, 53.8, -1.5, 53.9)
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def shell_with(attribution: str, basemap: str = TILES) -> MapShell:
    settings = MapSettings(basemap=basemap, attribution=attribution)
    return map_shell(BOUNDS, {"initiatives": "/api"}, "/api/x", settings, {})


def options_in(shell: MapShell) -> Any:
    """The options as a browser reads them."""
    found = re.search(r"smallEcology\.start\(\w+, (\{.*\})\);", str(shell.script))
    assert found is not None
    return json.loads(found.group(1))


@pytest.mark.parametrize(
    "credit",
    ['© <a href="https://example.org">Maps</a>', "{{7*191}}", "{% x %}", "{# x #}", "${x}", "`x`", "<!-- x", "\\"],
)
def test_an_operators_credit_is_text_to_every_engine(credit: str) -> None:
    shell = shell_with(credit)
    assert options_in(shell)["attribution"] == credit
    assert credit == "\\" or credit not in str(shell.script)
    assert "1337" not in str(shell.script)


def test_openstreetmap_is_credited_with_its_own_link() -> None:
    assert options_in(shell_with("© OpenStreetMap contributors", basemap="osm"))["attribution"] == ""


def test_a_shell_is_the_same_each_time_and_brings_no_file_of_others() -> None:
    shell = shell_with("")
    assert shell == shell_with("")
    assert "http" not in str(shell.html)
    assert "src=" not in str(shell.script)
    assert '"zoomControl": true' in str(shell.script)


def test_filters_of_the_list_are_those_of_the_map() -> None:
    filters = Filters.read(b"activity=food&kind=gatekeeping&to=2021&from=2023&fbclid=x")
    assert filters.api_address("initiatives", CHAPELTOWN).endswith("activity=food&datetime=2021%2F2023")
    assert filters.api_address("barriers", CHAPELTOWN).endswith("kind=gatekeeping&datetime=2021%2F2023")
    assert Filters.read(b"from=2021").api_address("barriers", CHAPELTOWN).endswith("datetime=2021%2F..")


def test_years_choose_on_list_and_map_alike(client: TestClient, cast: Cast) -> None:
    old = cast.plant(title="Long ago", lifecycle="ended_well", first_active="2010", last_active="2012")
    new = cast.plant(title="Of late", first_active="2022")
    page = client.get(f"/neighbourhoods/{CHAPELTOWN}?from=2020").text
    assert new.page in page
    assert old.page not in page
    listed = client.get(Filters.read(b"from=2020").api_address("initiatives", CHAPELTOWN)).json()
    assert [one["id"] for one in listed["features"]] == [new.id]


@pytest.mark.parametrize("query", ["fbclid=abc&utm_source=x", "activity=&from=", "activity=food&activity=voice"])
def test_a_shared_address_still_opens(client: TestClient, cast: Cast, query: str) -> None:
    for tail in ("", "/map"):
        assert client.get(f"/neighbourhoods/{CHAPELTOWN}{tail}?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["activity=nonsense", "kind=%7B%7B7*191%7D%7D", "from=0", "from=20211", "page=0", "page=x", "activity=%ff"]
)
def test_a_choice_that_there_is_not_is_refused_in_words(client: TestClient, cast: Cast, query: str) -> None:
    answer = client.get(f"/neighbourhoods/{CHAPELTOWN}?{query}")
    assert answer.status_code == 400
    assert "1337" not in answer.text


def test_a_page_beyond_the_last_is_not_there(client: TestClient, cast: Cast) -> None:
    cast.plant()
    assert client.get(f"/neighbourhoods/{CHAPELTOWN}?page=2").status_code == 404


def test_counts_of_hidden_entries_move_the_page(client: TestClient, cast: Cast) -> None:
    for number in range(7):
        cast.plant(title=f"Quiet {number}", sharing="counted_only")
    address = f"/neighbourhoods/{CHAPELTOWN}"
    seven = client.get(address).headers["etag"]
    cast.plant(title="The eighth", sharing="counted_only")
    assert client.get(address, headers={"If-None-Match": seven}).status_code == 200


def test_an_unchanged_page_keeps_the_policy_that_it_came_with(client: TestClient, cast: Cast) -> None:
    address = f"/neighbourhoods/{CHAPELTOWN}/map"
    first = client.get(address)
    assert "sha256-" in first.headers["content-security-policy"]
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers
    assert "referrer-policy" not in again.headers


def test_new_growth_is_the_newest_of_all(client: TestClient, cast: Cast) -> None:
    for number, spot in enumerate(spots_in(CHAPELTOWN, 70, seed=8)):
        cast.plant(place=spot, title=f"Old thing {number}", first_active="2001")
    newest = [cast.plant(title=f"New thing {number}", first_active=f"202{number}") for number in range(3)]
    page = client.get("/").text
    assert all(one.page in page for one in newest)


def test_stories_are_told_apart_in_the_list(client: TestClient, cast: Cast) -> None:
    cast.plant("barriers", what_happened="The hall wanted a letter. " * 20)
    page = client.get(f"/neighbourhoods/{CHAPELTOWN}").text
    assert "The hall wanted a letter. The hall" in page
    assert "letter. " * 12 not in page


def test_many_neighbourhoods_are_a_list_to_search(client: TestClient, cast: Cast) -> None:
    from datetime import date

    from shapely.geometry import box

    from app.neighbourhoods.models import Boundary, Neighbourhood

    with cast.house.private.writing() as db:
        for number in range(33):
            shape = box(-1 + number / 50, 53.8, -0.99 + number / 50, 53.81)
            edges = [Boundary(shape=shape, valid_from=date(2020, 1, 1))]
            db.add(Neighbourhood(slug=f"ward-{number}", name=f"Ward <{number}>", boundaries=edges))
    everything = client.get("/").text
    assert everything.count('class="portrait"') == 3
    assert 'href="/neighbourhoods/ward-32"' in everything
    found = client.get("/", params={"name": "  seaCROFT "}).text
    assert "/neighbourhoods/seacroft" in found
    assert 'href="/neighbourhoods/ward-32"' not in found
    hostile = client.get("/", params={"name": '"><script>x</script>{{7*191}}'}).text
    assert "There is no neighbourhood of that name" in hostile
    assert "<script>x" not in hostile
    assert "1337" not in hostile
