"""The ecology of a neighbourhood over HTTP: page, map and data, and what is never in them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.connections.models import Connection
from app.kit import clock
from app.vocabulary import Agreement, ConnectionKind, Precision, Publication
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted, spots_in

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE = f"/neighbourhoods/{CHAPELTOWN}/ecology"
DATA = f"{PAGE}.json"


@pytest.fixture(autouse=True)
def _a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "source", lambda: NOW)


def tie(
    cast: Cast,
    start: Planted,
    end: Planted,
    kind: ConnectionKind = ConnectionKind.GREW_OUT_OF,
    *,
    state: Agreement = Agreement.ACCEPTED,
) -> None:
    with cast.house.private.writing() as db:
        db.add(
            Connection(
                from_id=start.id,
                to_id=end.id,
                kind=kind,
                since=date(2022, 3, 1),
                since_precision=Precision.MONTH,
                state=state,
                proposed_at=NOW,
                settled_at=NOW,
            )
        )


def family(cast: Cast) -> list[Planted]:
    """Soup, from which a choir grew, from which a garden learned."""
    soup = cast.plant(title="Soup for all", first_active="2019-05")
    choir = cast.plant(title="Kitchen choir", activity="culture", first_active="2022-03")
    garden = cast.plant(title="Plot nine", activity="shared_space", first_active="2023-06")
    tie(cast, choir, soup)
    tie(cast, garden, choir, ConnectionKind.LEARNED_FROM)
    return [soup, choir, garden]


def told(client: TestClient) -> Any:
    return client.get(DATA).json()


def test_a_page_tells_the_moment_the_trees_and_the_years(client: TestClient, cast: Cast) -> None:
    soup, choir, _garden = family(cast)
    page = client.get(PAGE).text
    assert "November 2026: 3 going on" in page
    assert "3 things that people do in Chapeltown, and 2 ties between them." in page
    assert f'href="{soup.page}">Soup for all</a>' in page
    assert f'<a href="{soup.page}">Soup for all</a> led to <a href="{choir.page}">Kitchen choir</a>' in page
    assert "What grew out of what" in page


def test_a_moment_of_the_past_is_drawn_by_the_server(client: TestClient, cast: Cast) -> None:
    family(cast)
    page = client.get(f"{PAGE}?at=2022-03").text
    assert "March 2022: 2 going on, 1 began, 2 first links" in page
    assert '<option value="2022-03" selected>' in page


@pytest.mark.parametrize("at", ["2022-13", "soon", "2022", "%7B%7B7*191%7D%7D"])
def test_a_month_that_there_is_not_is_refused_in_words(client: TestClient, cast: Cast, at: str) -> None:
    answer = client.get(f"{PAGE}?at={at}")
    assert answer.status_code == 400
    assert "2022-03" in answer.text
    assert "1337" not in answer.text


def test_a_ripple_is_told_and_drawn_by_the_server(client: TestClient, cast: Cast) -> None:
    soup, choir, garden = family(cast)
    other = cast.plant(title="Something else")
    page = client.get(f"{PAGE}?from={choir.id}").text
    assert "What did Kitchen choir lead to?" in page
    assert "It led to 1 other thing. It came from 1 other thing." in page
    assert 'class="eco-how">taught</span>' in page
    rows = {one.id: f'data-id="{one.id}"' for one in (soup, choir, garden, other)}
    lit = {one: "lit" in page.split(mark)[0].rpartition('class="eco-row')[2] for one, mark in rows.items()}
    assert lit == {soup.id: True, choir.id: True, garden.id: True, other.id: False}


def test_a_ripple_from_what_is_not_shown_tells_nothing_of_it(client: TestClient, cast: Cast) -> None:
    family(cast)
    hidden = cast.plant(title="Only between us", sharing="counted_only")
    unknown, secret = (client.get(f"{PAGE}?from={one}") for one in ("nobody", hidden.id))
    assert unknown.status_code == secret.status_code == 200
    assert unknown.text.replace("nobody", "") == secret.text.replace(hidden.id, "")
    assert "not shown here" in secret.text


def test_data_holds_what_is_public_and_nothing_more(client: TestClient, cast: Cast) -> None:
    soup, choir, garden = family(cast)
    hidden = cast.plant(title="Only between us", sharing="counted_only", first_active="2020")
    waiting = cast.plant(title="Not yet read", publication=Publication.SUBMITTED)
    tie(cast, hidden, soup)
    tie(cast, garden, soup, ConnectionKind.LENT_BY, state=Agreement.PROPOSED)
    answer = client.get(DATA)
    body = answer.json()
    assert sorted(body["lives"]["title"]) == ["Kitchen choir", "Plot nine", "Soup for all"]
    assert len(body["ties"]["source"]) == 2
    for secret in (hidden.id, waiting.id, "Only between us", "Not yet read"):
        assert secret not in answer.text
        assert secret not in client.get(PAGE).text
    assert body["hidden"][0] == "Fewer than 8 more things that people do are counted and not shown."
    first = body["ties"]["source"][0], body["ties"]["result"][0]
    assert {body["lives"]["id"][at] for at in first} <= {soup.id, choir.id, garden.id}


def test_a_square_is_a_square_and_a_neighbourhood_no_place(client: TestClient, cast: Cast) -> None:
    spot = spots_in(CHAPELTOWN, 1, seed=5)[0]
    cast.plant(title="Exact", sharing="exact", place=spot)
    cast.plant(title="Square", sharing="street", place=spot)
    cast.plant(title="Somewhere", sharing="neighbourhood", place=spot)
    lives = told(client)["lives"]
    shown = dict(zip(lives["title"], zip(lives["shown"], lives["spot"], lives["cell"], strict=True), strict=True))
    assert shown["Exact"][0] == 0
    assert shown["Square"][0] == 1
    assert shown["Square"][2] is not None
    assert shown["Square"][1] != list(spot)
    assert shown["Somewhere"] == (2, None, None)


def test_what_is_elsewhere_comes_without_its_place(client: TestClient, cast: Cast) -> None:
    soup = cast.plant(title="Soup for all")
    away = cast.plant(title="Far away", sharing="exact", place=spots_in(SEACROFT, 1, seed=1)[0])
    tie(cast, soup, away)
    lives = told(client)["lives"]
    at = lives["title"].index("Far away")
    assert (lives["shown"][at], lives["spot"][at]) == (3, None)


def test_gates_stand_before_what_they_stopped(client: TestClient, cast: Cast) -> None:
    soup = cast.plant(title="Soup for all", first_active="2019")
    cast.plant("barriers", sharing="street", initiative=soup.id, happened="2022-03", effect="stopped")
    cast.plant("barriers", happened="2022-04", effect="went_ahead_anyway")
    body = told(client)
    gates = dict(zip(body["gates"]["life"], body["gates"]["opened"], strict=True))
    assert gates[0] is None
    assert gates[None] is not None
    assert "What got in the way of others" in client.get(PAGE).text


@pytest.mark.parametrize("address", [PAGE, DATA, f"{PAGE}/map", f"{PAGE}?at=2022-03"])
def test_what_has_not_changed_is_not_sent_again(client: TestClient, cast: Cast, address: str) -> None:
    soup, *_others = family(cast)
    etag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    cast.withdraw(soup)
    changed = client.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert "Soup for all" not in changed.text


def test_a_new_month_is_a_new_page(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    family(cast)
    etag = client.get(DATA).headers["etag"]
    monkeypatch.setattr(clock, "source", lambda: datetime(2026, 12, 1, tzinfo=UTC))
    answer = client.get(DATA, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.json()["months"] == told(client)["months"] == 96


@pytest.mark.parametrize("address", ["ecology", "ecology.json", "ecology/map"])
def test_an_unknown_neighbourhood_is_not_found(client: TestClient, cast: Cast, address: str) -> None:
    assert client.get(f"/neighbourhoods/nowhere/{address}").status_code == 404


def test_an_empty_neighbourhood_says_so(client: TestClient, cast: Cast) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Nobody has told yet what grew out of what." in page.text
    assert told(client)["lives"]["id"] == []


def test_only_the_map_alone_may_stand_in_a_frame(client: TestClient, cast: Cast) -> None:
    assert "frame-ancestors 'none'" in client.get(PAGE).headers["content-security-policy"]
    assert "frame-ancestors *" in client.get(f"{PAGE}/map").headers["content-security-policy"]


def test_data_is_zipped_and_may_be_read_from_anywhere(client: TestClient, cast: Cast) -> None:
    family(cast)
    answer = client.get(DATA, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_pages_nearby_lead_here(client: TestClient, cast: Cast) -> None:
    soup, choir, _garden = family(cast)
    assert f'href="{PAGE}"' in client.get(f"/neighbourhoods/{CHAPELTOWN}").text
    assert f'href="{PAGE}?from={choir.id}"' in client.get(choir.page).text
    assert soup.page in client.get(choir.page).text
