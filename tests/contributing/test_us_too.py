"""“This blocked us too”: a short page that stores a report like any other, and gives nothing away."""

import html
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.barriers.models import Barrier
from app.institutions.models import Institution
from app.kit import clock
from app.patterns.finding import look
from app.patterns.models import LikenessAnswer
from app.patterns.service import pattern_of
from app.vocabulary import InstitutionKind, Likeness, Publication, Sharing
from tests.contributing.test_forms import heading, hidden_in
from tests.support.browser import PHONE, OpenPage
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted
from tests.support.recurring import HOLDER, gather, reports
from tests.support.service import LiveServer, settings_for

THANKS = "Thank you. We have it."
LEAST = {"neighbourhood": SEACROFT, "sharing": "neighbourhood"}


def tell(client: TestClient, address: str, **fields: Any) -> Response:
    """Open the page and send it, as a browser does."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return client.post(address, data=hidden_in(page.text) | LEAST | fields)


def newest(cast: Cast) -> Barrier:
    with cast.house.private.reading() as db:
        found = db.scalar(select(Barrier).order_by(Barrier.created_at.desc()).limit(1))
        assert found is not None
        db.expunge(found)
        return found


def count(cast: Cast) -> int:
    with cast.house.private.reading() as db:
        return len(db.scalars(select(Barrier.id)).all())


@pytest.fixture
def planted(cast: Cast) -> list[Planted]:
    return reports(cast, 5)


@pytest.fixture
def address(cast: Cast, planted: list[Planted]) -> str:
    return f"/patterns/{gather(cast, planted)}/us-too"


def test_a_place_alone_is_enough_and_it_waits_for_a_steward(cast: Cast, client: TestClient, address: str) -> None:
    done = tell(client, address)
    assert (done.status_code, heading(done)) == (200, THANKS)
    assert "A steward of Seacroft looks at it." in html.unescape(done.text)
    assert "5 to 9 groups told of this" in done.text
    told = newest(cast)
    assert (told.what_happened, told.kind, told.holder) == ("This blocked us too.", "health_and_safety", HOLDER)
    assert (told.publication, told.sharing) == (Publication.SUBMITTED, Sharing.NEIGHBOURHOOD)
    with cast.house.private.reading() as db:
        (said,) = db.scalars(select(LikenessAnswer)).all()
        seat = pattern_of(db, told.id)
    assert (said.barrier_id, said.likeness) == (told.id, Likeness.SAME)
    assert seat is not None
    assert address == f"/patterns/{seat.id}/us-too"


def test_the_link_opens_what_was_said(cast: Cast, client: TestClient, address: str) -> None:
    code = re.findall(r"#k=(se-edit-[\w-]+)", tell(client, address, what_happened="At the gate.").text)[0]
    own = client.get("/api/mine", headers={"Authorization": f"Bearer {code}"}).json()["feature"]["properties"]
    assert (own["what_happened"], own["neighbourhood"]) == ("At the gate.", SEACROFT)


def test_all_that_may_be_said_is_stored(cast: Cast, client: TestClient, address: str) -> None:
    group = cast.plant(title="The choir", sharing="neighbourhood")
    done = tell(client, address, initiative=group.id, stage="idea", effect="stopped", sharing="counted_only")
    assert heading(done) == THANKS
    told = newest(cast)
    assert (told.initiative_id, told.stage, told.effect, told.sharing) == (group.id, "idea", "stopped", "counted_only")


def test_the_institution_comes_along(cast: Cast, client: TestClient) -> None:
    with cast.house.private.writing() as db:
        office = Institution(
            name="Eastmoor Council parks",
            kind=InstitutionKind.COUNCIL,
            areas=[],
            other_names=[],
            created_at=clock.now(),
        )
        db.add(office)
    planted = reports(cast, 1, institution=office.id, holder="")
    assert heading(tell(client, f"/barriers/{planted[0].id}/us-too")) == THANKS
    assert newest(cast).institution_id == office.id


def test_after_a_steward_it_is_public_and_counts(cast: Cast, client: TestClient) -> None:
    planted = reports(cast, 2)
    pattern_id = gather(cast, planted)
    assert client.get(f"/patterns/{pattern_id}/us-too").status_code == 404
    group = cast.plant(title="The choir", sharing="neighbourhood")
    assert heading(tell(client, f"/barriers/{planted[0].id}/us-too", initiative=group.id)) == THANKS
    assert cast.house.published.one("patterns", pattern_id) is None
    with cast.house.private.writing() as db:
        db.get_one(Barrier, newest(cast).id).publication = Publication.PUBLISHED
    assert cast.house.published.one("patterns", pattern_id) is not None


def test_the_same_few_words_about_two_offices_are_never_welded(cast: Cast, client: TestClient, address: str) -> None:
    keys: dict[str, Any] = {"holder": "Community centre", "kind": "gatekeeping"}
    planted = [
        *reports(cast, 1, what_happened="The caretaker keeps the key of the hall and was never there.", **keys),
        *reports(cast, 1, first=1, what_happened="Nobody at the centre gave us the key on a Sunday.", **keys),
        *reports(cast, 1, first=2, what_happened="We stood before a locked hall without a key.", **keys),
    ]
    other = f"/patterns/{gather(cast, planted)}/us-too"
    for slug in (CHAPELTOWN, SEACROFT, CHAPELTOWN):
        for where in (address, other):
            assert heading(tell(client, where, neighbourhood=slug)) == THANKS
    with cast.house.private.writing() as db:
        for told in db.scalars(select(Barrier)):
            told.publication = Publication.PUBLISHED
    with cast.house.private.reading() as db:
        seats, holders = look(db).seats, {one.id: one.holder for one in db.scalars(select(Barrier))}
    assert len({(seats[one], holder) for one, holder in holders.items()}) == 2
    assert len({seats[one] for one in holders}) == 2


def test_sent_twice_it_is_stored_once(cast: Cast, client: TestClient, address: str) -> None:
    sent = hidden_in(client.get(address).text) | LEAST
    before = count(cast)
    links = [re.findall(r"se-edit-[\w-]+", client.post(address, data=sent).text)[0] for _press in range(2)]
    assert links[0] == links[1]
    assert count(cast) == before + 1


def test_a_group_that_everyone_can_see_is_counted_is_told_so_kindly(
    cast: Cast, client: TestClient, planted: list[Planted], address: str
) -> None:
    group = client.get(planted[0].item).json()["properties"]["initiative"]
    before = count(cast)
    for where in (address, f"/barriers/{planted[0].id}/us-too", f"/barriers/{planted[1].id}/us-too"):
        told = tell(client, where, initiative=group, what_happened="Again.")
        assert told.status_code == 409
        assert "This group is counted already, so all is well" in told.text
        assert "Again." in told.text
        assert re.search(rf'value="{group}"[^>]* selected', told.text)
    assert count(cast) == before


def test_a_second_word_of_a_group_that_waits_counts_once_and_tells_nobody(
    cast: Cast, client: TestClient, address: str
) -> None:
    group = cast.plant(title="The choir", sharing="neighbourhood")
    pattern_id = address.split("/")[2]
    for _word in range(2):
        # The same answer, whether or not somebody told of it unseen.
        assert heading(tell(client, address, initiative=group.id)) == THANKS
        with cast.house.private.writing() as db:
            db.get_one(Barrier, newest(cast).id).sharing = Sharing.STEWARDS_ONLY
    with cast.house.private.writing() as db:
        for told in db.scalars(select(Barrier).where(Barrier.initiative_id == group.id)):
            told.publication, told.sharing = Publication.PUBLISHED, Sharing.NEIGHBOURHOOD
    page = client.get(f"/api/collections/patterns/items/{pattern_id}").json()["properties"]
    assert sum(one["groups"] for one in page["stages"]) <= 6
    assert tell(client, address, initiative=group.id).status_code == 409


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"neighbourhood": ""}, "Say where it is."),
        ({"neighbourhood": "nowhere"}, "There is no neighbourhood"),
        ({"initiative": "nobody"}, "no published initiative"),
        ({"stage": "later"}, "Choose one of"),
        ({"what_happened": "a" * 6_000}, "at most 5,000"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(
    cast: Cast, client: TestClient, address: str, fields: dict[str, str], sentence: str
) -> None:
    told = tell(client, address, **fields)
    assert told.status_code == 400
    assert sentence in html.unescape(told.text)


@pytest.mark.parametrize("sharing", ["exact", "street", "nonsense", ""])
def test_nothing_closer_than_the_neighbourhood_is_shown(
    cast: Cast, client: TestClient, address: str, sharing: str
) -> None:
    told = tell(client, address, sharing=sharing)
    if told.status_code == 200:
        assert newest(cast).sharing is Sharing.NEIGHBOURHOOD
    else:
        assert "Choose one of" in html.unescape(told.text)


def test_what_is_not_public_has_no_such_page(cast: Cast, client: TestClient) -> None:
    hidden = reports(cast, 1, sharing=Sharing.STEWARDS_ONLY)[0]
    small = gather(cast, reports(cast, 2))
    taken = reports(cast, 1)[0]
    cast.withdraw(taken)
    for address, status in (
        (f"/barriers/{hidden.id}/us-too", 404),
        ("/barriers/nobody/us-too", 404),
        (f"/patterns/{small}/us-too", 404),
        (f"/barriers/{taken.id}/us-too", 410),
    ):
        assert client.get(address).status_code == status
        assert client.post(address, data=LEAST).status_code == status


def test_a_merged_pattern_leads_to_the_one_that_stands(cast: Cast, client: TestClient, address: str) -> None:
    from app.patterns.models import Pattern

    old = gather(cast, reports(cast, 3, first=5))
    with cast.house.private.writing() as db:
        db.get_one(Pattern, old).merged_into_id = address.split("/")[2]
    answer = client.get(f"/patterns/{old}/us-too")
    assert (answer.status_code, answer.headers["location"]) == (308, address)


def test_a_story_about_benefits_keeps_its_members_to_itself(cast: Cast, client: TestClient) -> None:
    planted = reports(cast, 10, kind="welfare_sanction", holder="Jobcentre")
    address = f"/patterns/{gather(cast, planted)}/us-too"
    page = client.get(address).text
    assert not any(one.id in page for one in planted)
    group = client.get(planted[0].item).json()["properties"]["initiative"]
    # Which reports belong to it is withheld, so a no must not tell.
    assert heading(tell(client, address, initiative=group)) == THANKS
    assert newest(cast).kind == "welfare_sanction"


def test_forms_from_another_site_are_refused(cast: Cast, client: TestClient, address: str) -> None:
    sent = hidden_in(client.get(address).text) | LEAST
    assert client.post(address, data=sent, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_flood_is_slowed_and_what_was_written_stays(sqlite_url: str) -> None:
    from app.main import create_app

    app = create_app(settings_for(sqlite_url, CONTRIBUTIONS_PER_HOUR="2"))
    acting = Cast(app.state.house)
    acting.found()
    address = f"/patterns/{gather(acting, reports(acting, 5))}/us-too"
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        answers = [tell(client, address, what_happened="At the gate.") for _one in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "retry-after" in answers[2].headers
    assert "At the gate." in answers[2].text


@pytest.mark.browser
def test_on_a_phone_with_scripts_off_and_for_everyone(live_server: LiveServer, open_page: OpenPage, axe: Any) -> None:
    cast = Cast(live_server.app.state.house)
    cast.found()
    pattern_id = gather(cast, reports(cast, 5))
    for scripts in (True, False):
        page: Page = open_page(width=PHONE, scripts=scripts)
        page.goto(f"{live_server.url}/patterns/{pattern_id}/us-too")
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_role("alert")).to_be_visible()
        if scripts:
            axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_role("radio", name="Chapeltown").check()
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert newest(cast).neighbourhood == CHAPELTOWN
