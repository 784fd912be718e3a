"""What funders read: one neighbourhood on one page, in a stated order, from published features alone."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.funding.models import GrantMade
from app.initiatives.models import ImportBatch
from app.public.ecology.measures import measures_of
from app.vocabulary import MatchedBy, PlacedBy
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted, spots_in

PAGE = f"/funders/{CHAPELTOWN}"
PARTS = ("alive", "starting", "resting", "helped", "lift", "measures", "money", "recognised", "take")


def plant_many(cast: Cast) -> list[Planted]:
    """Things in every stage, with problems of both kinds that a funder could lift, and one that an office holds."""
    planted = [
        cast.plant(title=f"Going {number}", formality="informal_group", first_active="2024-02") for number in range(9)
    ]
    planted.append(cast.plant(title="Begun lately", lifecycle="starting", first_active="2026-08", activity="voice"))
    planted.append(
        cast.plant(
            title="Asleep", sharing="neighbourhood", lifecycle="resting", first_active="2021", last_active="2024-03"
        )
    )
    planted.append(cast.plant(title="Well ended", lifecycle="ended_well", first_active="2021", last_active="2023"))
    cast.plant("barriers", kind="budgets_and_accountability", effect="stopped", initiative=planted[10].id)
    cast.plant("barriers", kind="lack_of_recognition", effect="slowed", enablers=[{"kind": "small_money"}])
    cast.plant("barriers", kind="gatekeeping", effect="stopped")
    return planted


def give(
    cast: Cast, number: int, *, neighbourhood: str | None = None, placed_by: PlacedBy = PlacedBy.NOWHERE, **more: Any
) -> None:
    """A published grant of £1,000, from a file."""
    with cast.house.private.writing() as db:
        if db.get(ImportBatch, "grants") is None:
            words = dict.fromkeys(("file_name", "source", "licence", "credit"), "Grants of the Brook Fund")
            db.add(ImportBatch(id="grants", imported_on=date(2026, 1, 1), accepted=1, rejected=0, **words))
            db.flush()
        named = {
            "funder_name": "The Brook Fund",
            "recipient_name": "A group",
            "recipient_org_id": "",
            "funder_org_id": "",
        }
        plain: dict[str, Any] = {
            "id": f"g{number}", "grant_id": f"360G-{number}", "batch_id": "grants", "title": f"Grant {number}",
            "amount_hundredths": 100_000, "currency": "GBP", "awarded_on": date(2025, 3, 1), **named,
        }  # fmt: skip
        db.add(GrantMade(**(plain | more), neighbourhood=neighbourhood, placed_by=placed_by))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_neighbourhoods_stand_by_name_and_none_is_set_against_another(client: TestClient, cast: Cast) -> None:
    cast.plant(place=spots_in(SEACROFT, 1, seed=4)[0])
    page = client.get("/funders").text
    places = re.findall(r'<li><a href="(/funders/[a-z-]+)">', page)
    assert places == ["/funders/beeston-holbeck", "/funders/chapeltown", "/funders/seacroft"]
    assert "there is no ranking here" in page


def test_the_parts_stand_in_their_order_and_sentences_come_first(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    page = client.get(PAGE).text
    assert "Nine things go on, one is an idea or just starting, one rests and one is over." in page
    places = [page.index(f'id="{part}-title"') for part in PARTS]
    assert places == sorted(places)
    assert page.index("Nine things go on") < places[0]


def test_why_something_rests_is_told_where_somebody_told_it(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    page = client.get(PAGE).text
    resting = page[page.index(">Asleep<") : page.index(">Well ended<")]
    assert "Budgets and reporting" in resting
    assert "It stopped us" in resting
    assert "It did what it set out to do." in page[page.index(">Well ended<") :]


def test_what_a_funder_could_lift_is_sorted_by_a_rule_that_the_page_states(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    page = client.get(PAGE).text
    assert "How we sort" in page
    money = page[page.index("Money could lift") : page.index("Recognition could lift")]
    recognition = page[page.index("Recognition could lift") : page.index("See what councils see")]
    assert "Budgets and reporting" in money
    assert "1 story, nothing got through yet" in money
    assert "Not taken seriously" in recognition
    assert "1 story, something got through" in recognition
    assert "1 more story is of a rule or gate that an office holds" in recognition


def test_choices_are_kept_in_the_address_and_in_all_that_leads_on(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    page = client.get(f"{PAGE}?activity=voice&utm_source=letter&since=2026").text
    assert "Begun lately" in page
    assert "Going 1" not in page
    for address in (
        f"{PAGE}.csv?activity=voice&amp;since=2026",
        f"/funders/{CHAPELTOWN}/embed?activity=voice&amp;since=2026",
    ):
        assert address in page
    assert "utm_source" not in page
    assert "What people do: Having a say" in page


@pytest.mark.parametrize("query", ["activity=nonsense", "lifecycle=x", "formality=%00", "since=20", "grants=maybe"])
def test_a_wrong_choice_is_refused_in_words_for_people(client: TestClient, cast: Cast, query: str) -> None:
    for path in (PAGE, f"{PAGE}.csv", f"{PAGE}/embed"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert "mutual_aid" not in answer.text


def test_without_any_file_of_grants_nothing_is_said_of_who_has_money(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    page = client.get(PAGE).text
    assert "cannot say who has money" in page
    assert "no published grant was found" not in page.lower()


def test_what_has_no_grant_is_said_to_have_none_found_and_never_to_be_unfunded(client: TestClient, cast: Cast) -> None:
    planted = plant_many(cast)
    give(cast, 1, neighbourhood=CHAPELTOWN, placed_by=PlacedBy.WARD)
    give(cast, 2, initiative_id=planted[0].id, matched_by=MatchedBy.PERSON)
    give(cast, 3, placed_by=PlacedBy.CITY, amount_hundredths=5_000_000)
    give(cast, 4, placed_by=PlacedBy.CITY, currency="USD")
    give(cast, 5)
    page = client.get(PAGE).text
    assert "For nine of 10 that go on or begin, no published grant was found." in page
    assert "2 grants, £2,000 in all." in page
    assert "2 more grants (£50,000, USD 1,000) are for the whole city." in page
    assert "1 more grant names no place." in page
    assert "unfunded" not in page.lower()
    assert "not funded" not in page.lower()
    found = client.get(f"{PAGE}?grants=found").text
    assert "Going 0" in found
    assert "Going 1" not in found
    lines = rows_of(client.get(f"{PAGE}.csv?grants=none").text)
    assert {one["published grants"] for one in lines if one["line"] == "initiative"} == {"no published grant found"}
    assert "Grants of the Brook Fund" in page


def test_the_table_holds_all_that_the_page_shows(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    cast.plant(title="=HYPERLINK(1)")
    answer = client.get(f"{PAGE}.csv")
    lines = rows_of(answer.text)
    assert answer.headers["content-disposition"] == 'attachment; filename="chapeltown-for-funders.csv"'
    kinds = [one["line"] for one in lines]
    assert kinds.count("initiative") == 13
    assert kinds.count("what got in the way") == 3
    assert kinds.count("measure of the whole neighbourhood") == 7
    assert not any(cell.startswith("=") for one in lines for cell in one.values())
    lifted = {one["title"]: one["could be lifted by"] for one in lines if one["line"] == "what got in the way"}
    assert lifted == {
        "Budgets and reporting": "money",
        "Not taken seriously": "recognition",
        "Somebody held the gate": "an office",
    }


def test_a_view_that_did_not_change_is_not_sent_again_and_a_grant_changes_it(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    addresses = (
        "/funders",
        PAGE,
        f"{PAGE}?activity=food",
        f"{PAGE}.csv",
        f"{PAGE}/embed",
        f"{PAGE}/charts/activities.json",
    )
    marks = {}
    for address in addresses:
        answer = client.get(address)
        marks[address] = answer.headers["etag"]
        assert client.get(address, headers={"If-None-Match": marks[address]}).status_code == 304
        assert "set-cookie" not in answer.headers
    give(cast, 1, neighbourhood=CHAPELTOWN, placed_by=PlacedBy.WARD)
    for address in addresses:
        assert client.get(address, headers={"If-None-Match": marks[address]}).status_code == 200


def test_only_the_embed_may_be_framed(client: TestClient, cast: Cast) -> None:
    assert "frame-ancestors *" in client.get(f"{PAGE}/embed").headers["content-security-policy"]
    for address in ("/funders", PAGE):
        assert "frame-ancestors 'none'" in client.get(address).headers["content-security-policy"]


@pytest.mark.parametrize(
    "address", ["/funders/nowhere", "/funders/nowhere.csv", "/funders/nowhere/embed", "/funders/.csv"]
)
def test_a_place_that_is_not_there_is_a_helpful_page(client: TestClient, cast: Cast, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_empty_place_says_so(client: TestClient, cast: Cast) -> None:
    page = client.get(PAGE).text
    assert "Nothing has been added here yet." in page
    assert page.count("Too few to say") == 7
    assert "nan" not in page
    assert client.get(f"{PAGE}/embed").status_code == 200
    assert len(rows_of(client.get(f"{PAGE}.csv").text)) == 7


def test_measures_are_reckoned_once_for_each_state_of_the_public_side(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    published = cast.house.published
    before = measures_of(published, CHAPELTOWN)
    assert measures_of(published, CHAPELTOWN) is before
    cast.plant(sharing="stewards_only")
    assert measures_of(published, CHAPELTOWN) is before
    cast.plant()
    after = measures_of(published, CHAPELTOWN)
    assert after.variety.now.n == before.variety.now.n + 1


def test_who_is_signed_in_sees_what_everyone_sees(client: TestClient, cast: Cast) -> None:
    plant_many(cast)
    cookie = cast.signed_in(cast.steward())
    page = client.get(PAGE).content
    client.cookies.set("person", cookie)
    assert client.get(PAGE).content == page


def test_hidden_entries_change_no_byte(client: TestClient, cast: Cast) -> None:
    planted = plant_many(cast)
    addresses = (PAGE, f"{PAGE}.csv", f"{PAGE}/embed", "/funders", f"{PAGE}/charts/openings.json")
    before = [(client.get(address).content, client.get(address).headers["etag"]) for address in addresses]
    for number in range(7):
        cast.plant(title=f"Quiet {number}", sharing="counted_only", lifecycle="resting")
        cast.plant("barriers", sharing="stewards_only", initiative=planted[0].id, kind="no_formal_role")
    assert [(client.get(address).content, client.get(address).headers["etag"]) for address in addresses] == before
