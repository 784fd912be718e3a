"""Pages of recurring barriers: what they tell, how they end, and that what a reader chose is what they show."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.kit import clock
from app.patterns.models import Pattern
from app.public.feeds import changed_on
from app.vocabulary import Outcome, ResponseState, Sharing
from tests.public.test_pages import HOSTILE
from tests.support.answering import PARKS, answer, held_by, institution, verdicts
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted
from tests.support.recurring import gather, reports, reshare

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def _a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "source", lambda: NOW)


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(clock, "source", lambda: NOW + timedelta(days=days))


def parks_pattern(cast: Cast, **more: Any) -> tuple[str, str, list[Planted]]:
    """Ids of a pattern of five groups and of the institution that could change it, and the reports."""
    office = institution(cast, **more)
    planted = held_by(cast, reports(cast, 5, stage="starting", effect="stopped"), office)
    return gather(cast, planted), office, planted


def figures(cast: Cast, pattern_id: str, **told: Any) -> None:
    with cast.house.private.writing() as db:
        row = db.get_one(Pattern, pattern_id)
        row.figures = {**row.figures, **told}


def test_a_page_tells_who_met_what_and_who_could_change_it(client: TestClient, cast: Cast) -> None:
    pattern_id, _office, planted = parks_pattern(cast)
    page = client.get(f"/patterns/{pattern_id}").text
    assert "5 to 9 groups in one neighbourhood were stopped by health and safety rules." in page
    assert PARKS in page
    assert f'href="/patterns/{pattern_id}/us-too"' in page
    assert all(one.page in page for one in planted)
    assert "It is told from Chapeltown." in page
    assert f"/patterns/{pattern_id}" in client.get("/patterns").text


def test_the_clock_moves_with_the_day_and_so_does_the_etag(
    client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern_id, _office, _planted = parks_pattern(cast)
    for address in (f"/patterns/{pattern_id}", "/patterns", "/councils", "/councils.csv"):
        later(monkeypatch, 42)
        before = client.get(address)
        assert "No answer for 42 days." in before.text
        known = {"If-None-Match": before.headers["etag"]}
        assert client.get(address, headers=known).status_code == 304
        later(monkeypatch, 43)
        after = client.get(address, headers=known)
        assert after.status_code == 200
        assert "No answer for 43 days." in after.text


def test_an_office_that_agreed_to_nothing_is_not_said_to_be_late(
    client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern_id, _office, _planted = parks_pattern(cast, agreed_since=None)
    later(monkeypatch, 43)
    page = client.get(f"/patterns/{pattern_id}").text
    assert "This office has not agreed to answer here" in page
    assert "43 days" not in page
    assert "sent to" not in page


def test_nobody_is_late_before_they_agreed(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern_id, _office, _planted = parks_pattern(cast, agreed_since=date(2026, 12, 4))
    later(monkeypatch, 20)
    assert "No answer for 10 days." in client.get(f"/patterns/{pattern_id}").text


def test_an_answer_its_versions_and_the_groups_verdict_stand_together(client: TestClient, cast: Cast) -> None:
    pattern_id, office, planted = parks_pattern(cast)
    first = answer(cast, pattern_id, office, ResponseState.CHECKING, text="We ask our insurer.", at=NOW)
    second = answer(
        cast,
        pattern_id,
        office,
        ResponseState.WAIVABLE,
        text="Ring the parks desk.",
        rule_cited="Parks 7",
        corrects_id=first,
        at=NOW + timedelta(hours=1),
    )
    page = client.get(f"/patterns/{pattern_id}").text
    assert "“You can be let off this rule”" in page
    assert "One earlier version" in page
    assert page.index("Ring the parks desk.") < page.index("We ask our insurer.")
    assert "Parks 7" in page
    assert "Too few groups have said yet whether this was real." in page
    assert "No answer" not in page
    verdicts(cast, second, planted[:3], Outcome.RESOLVED)
    assert "“It is solved” (three groups)" in client.get(f"/patterns/{pattern_id}").text


def test_still_blocked_opens_it_again(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern_id, office, planted = parks_pattern(cast)
    said = answer(cast, pattern_id, office, ResponseState.SIMPLIFIED)
    verdicts(cast, said, planted[:3], Outcome.STILL_BLOCKED)
    later(monkeypatch, 5)
    page = client.get(f"/patterns/{pattern_id}").text
    assert "Groups say that they are still blocked. No new answer for 5 days." in page
    assert pattern_id in client.get("/councils?answered=reopened").text
    assert pattern_id not in client.get("/councils?answered=yes").text
    assert "Since 24 November 2026 groups say that they are still blocked." in client.get("/changed").text
    assert (
        f'href="/patterns/{pattern_id}">' not in client.get("/").text.partition("What changed")[2].partition("How")[0]
    )


def test_what_changed_tells_what_gave_way_and_how_long_it_took(
    client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nothing yet." in client.get("/changed").text
    pattern_id, office, planted = parks_pattern(cast)
    later(monkeypatch, 30)
    answer(cast, pattern_id, office, ResponseState.RULE_CHANGED, text="No insurance for under 50 people.")
    answer(cast, planted[0].id, office, ResponseState.NO_SUCH_RULE, collection="barriers", text="Nobody asks for it.")
    kept = gather(cast, held_by(cast, reports(cast, 3, first=5), office))
    answer(cast, kept, office, ResponseState.UPHELD_WITH_REASON, text="The law asks for it.")
    page = client.get("/changed").text
    assert "No insurance for under 50 people." in page
    assert "It took 30 days from when it was first shown here." in page
    assert "Nobody asks for it." in page
    assert "The law asks for it." not in page
    assert "“We changed the rule”" in client.get("/").text


def test_what_was_opened_and_closed_again_is_no_change(client: TestClient, cast: Cast) -> None:
    pattern_id, office, _planted = parks_pattern(cast)
    answer(cast, pattern_id, office, ResponseState.WAIVABLE, text="Ask us.", at=NOW - timedelta(days=3))
    answer(cast, pattern_id, office, ResponseState.UPHELD_WITH_REASON, text="We thought again.", rule_cited="Part 1")
    assert "Nothing yet." in client.get("/changed").text


def test_a_story_names_what_keeps_happening_and_its_own_answers(client: TestClient, cast: Cast) -> None:
    pattern_id, office, planted = parks_pattern(cast)
    alone = cast.plant("barriers", what_happened="The key was lost.")
    answer(cast, planted[0].id, office, ResponseState.HEARD, collection="barriers", text="We read this.")
    page = client.get(planted[0].page).text
    assert "This keeps happening:" in page
    assert f"/patterns/{pattern_id}" in page
    assert "We read this." in page
    assert f'href="{planted[0].page}/us-too"' in page
    assert "This keeps happening:" not in client.get(alone.page).text
    reshare(cast, planted[1], Sharing.STEWARDS_ONLY)
    assert "4 groups" in client.get(planted[0].page).text


def test_addresses_end_as_they_should(client: TestClient, cast: Cast) -> None:
    old, merged = (gather(cast, reports(cast, 3, first=number)) for number in (0, 3))
    below = gather(cast, gone := reports(cast, 3, first=6))
    with cast.house.private.writing() as db:
        db.get_one(Pattern, merged).merged_into_id = old
    reshare(cast, gone[0], Sharing.STEWARDS_ONLY)
    answer_ = client.get(f"/patterns/{merged}")
    assert (answer_.status_code, answer_.headers["location"]) == (301, f"/patterns/{old}")
    assert client.get(f"/patterns/{below}").status_code == 410
    assert "Too few groups share what they told" in client.get(f"/patterns/{below}").text
    assert client.get("/patterns/00000000-0000-4000-8000-000000000000").status_code == 404
    never = gather(cast, reports(cast, 2, first=9))
    assert client.get(f"/patterns/{never}").status_code == 404


def test_benefit_rules_show_the_city_and_no_story(client: TestClient, cast: Cast) -> None:
    planted = reports(cast, 10, kind="welfare_sanction")
    pattern_id = gather(cast, planted)
    page = client.get(f"/patterns/{pattern_id}").text
    assert "10 to 19 groups in this city were held up by benefit rules." in page
    assert "We show no stories here" in page
    assert not any(one.id in page for one in planted)
    assert "This keeps happening" not in client.get(planted[0].page).text
    assert '"areas": []' in page


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("kind=health_and_safety", True),
        ("kind=gatekeeping", False),
        (f"neighbourhood={CHAPELTOWN}", True),
        (f"neighbourhood={SEACROFT}", False),
        ("stage=starting&effect=stopped", True),
        ("stage=growing", False),
        ("effect=slowed", False),
        ("answered=no", True),
        ("answered=yes", False),
        ("from=2026", True),
        ("from=2027", False),
        ("to=2025", False),
        ("from=2027&to=2020", True),
        ("kind=&from=&utm_source=mail", True),
        ("institution=00000000-0000-4000-8000-000000000000", False),
    ],
)
def test_filters_hold_for_page_and_file(client: TestClient, cast: Cast, query: str, is_kept: bool) -> None:
    pattern_id, _office, _planted = parks_pattern(cast)
    answer_ = client.get(f"/councils?{query}")
    assert answer_.status_code == 200
    assert (f'href="/patterns/{pattern_id}"' in answer_.text) is is_kept
    assert (pattern_id in client.get(f"/councils.csv?{query}").text) is is_kept


def test_an_office_sees_what_is_its_own(client: TestClient, cast: Cast) -> None:
    pattern_id, office, _planted = parks_pattern(cast)
    other = gather(cast, reports(cast, 3, first=5, holder="Somebody else"))
    page = client.get(f"/councils?institution={office}").text
    assert f'href="/patterns/{pattern_id}"' in page
    assert f'href="/patterns/{other}"' not in page
    assert f'<option value="{office}" selected>{PARKS}</option>' in page


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "stage=x", "effect=x", "answered=maybe", "from=21", "to=x", "institution=1", "neighbourhood=A B",
     "page=0", "page=x"],
)  # fmt: skip
def test_a_wrong_choice_is_refused_in_words(client: TestClient, cast: Cast, query: str) -> None:
    answer_ = client.get(f"/councils?{query}")
    assert answer_.status_code == 400
    assert any(words in answer_.text for words in ("We do not know this", "A year has", "A page is"))
    assert "health_and_safety" not in answer_.text


def test_the_file_has_a_row_for_each_in_the_order_of_the_page(client: TestClient, cast: Cast) -> None:
    pattern_id, _office, _planted = parks_pattern(cast)
    with cast.house.private.writing() as db:
        db.get_one(Pattern, pattern_id).title = "=HYPERLINK(1)"
    gather(cast, reports(cast, 3, first=5))
    text = client.get("/councils.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2
    first = next(row for row in rows if row["id"] == pattern_id)
    assert (first["title"], first["groups"], first["effects"]) == (
        "'=HYPERLINK(1)",
        "5 to 9 groups",
        "It stopped us: 5",
    )
    page = client.get("/councils").text
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), key=page.index)


def test_the_feed_is_well_formed_stable_and_no_more_exact_than_a_month(client: TestClient, cast: Cast) -> None:
    pattern_id, office, _planted = parks_pattern(cast)
    answer(cast, pattern_id, office, ResponseState.CHECKING, text="We ask our insurer.")
    figures(cast, pattern_id, is_early_notice=True)
    for query in ("", f"?institution={office}", "?kind=health_and_safety", f"?neighbourhood={CHAPELTOWN}"):
        reply = client.get(f"/patterns.atom{query}")
        assert reply.headers["content-type"].startswith("application/atom+xml")
        feed = ET.fromstring(reply.content)  # noqa: S314 - our own
        (entry,) = feed.findall("a:entry", ATOM)
        assert entry.findtext("a:id", "", ATOM) == f"urn:uuid:{pattern_id}"
        assert entry.findtext("a:updated", "", ATOM) == "2026-11-24T00:00:00Z"
        assert entry.findtext("a:title", "", ATOM).startswith("Early notice: ")
        content = entry.findtext("a:content", "", ATOM)
        assert "in the last six weeks more groups told of it" in content
        assert "We ask our insurer." in content
        assert "It was first told of in January 2026" in content
    empty = ET.fromstring(client.get("/patterns.atom?kind=gatekeeping").content)  # noqa: S314 - our own
    assert empty.findall("a:entry", ATOM) == []
    assert client.get("/patterns.atom?kind=x").status_code == 400


def test_a_date_still_to_come_does_not_make_a_feed_newer_than_today() -> None:
    told: dict[str, Any] = {"shown_since": "2026-10-02", "reopened_on": None, "answers": [], "last_told": "2031-05"}
    assert changed_on(told, NOW.date()) == "2026-10-02"
    # A month is no day of its own.
    assert changed_on(told | {"last_told": "2026-11"}, NOW.date()) == "2026-11-01"
    assert changed_on(told | {"last_told": "2026", "shown_since": None}, NOW.date()) == "2026-01-01"


def test_early_notice_is_told_on_the_pages(client: TestClient, cast: Cast) -> None:
    pattern_id, _office, _planted = parks_pattern(cast)
    figures(cast, pattern_id, is_early_notice=True)
    for address in ("/patterns", f"/patterns/{pattern_id}", "/councils"):
        assert "Early notice" in client.get(address).text


def test_trends_are_drawn_with_their_doubt_and_told_in_a_table(client: TestClient, cast: Cast) -> None:
    pattern_id, _office, _planted = parks_pattern(cast)
    quarter = {"begins": "2026-01", "groups": 2, "per_thousand": 20.0, "low": 4.2, "high": 60.1}
    few = {"begins": "2026-04", "groups": 1, "per_thousand": None, "low": None, "high": None}
    figures(cast, pattern_id, quarters=[quarter, few], trend="more_often", times=2.0, times_low=1.2, times_high=4.0)
    page = client.get(f"/patterns/{pattern_id}").text
    assert 'class="chart-range"' in page
    assert "<td>4 and 60</td>" in page
    assert "too few to say" in page
    assert "about 20 times" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_on_pages_and_in_the_feed(client: TestClient, cast: Cast, text: str) -> None:
    office = institution(cast, name=f"Parks {text}")
    planted = held_by(cast, reports(cast, 3, holder=text, rule_cited=text, what_happened=text), office)
    planted += held_by(cast, reports(cast, 3, first=3, holder=text, rule_cited=text), office)
    pattern_id = gather(cast, planted)
    with cast.house.private.writing() as db:
        row = db.get_one(Pattern, pattern_id)
        row.title, row.description, row.words = f"T {text}", text, [text, "insurance"]
    answer(cast, pattern_id, office, ResponseState.RULE_CHANGED, text=text, rule_cited=text)
    for address in (f"/patterns/{pattern_id}", "/patterns", "/councils", "/changed", planted[0].page, "/"):
        page = client.get(address).text
        assert "1337" not in page
        assert "<script>window" not in page
        assert "<img src=x" not in page
        # Folium's script holds nothing that anybody wrote.
        script = page.partition("smallEcology.areas(")[2].partition("</script>")[0]
        assert "hurt" not in script
        assert "alert(1)" not in script
    feed = ET.fromstring(client.get("/patterns.atom").content)  # noqa: S314 - our own
    assert feed.findtext("a:entry/a:title", "", ATOM) == f"T {text}"


def test_the_map_marks_areas_and_never_a_point(client: TestClient, cast: Cast) -> None:
    pattern_id, _office, _planted = parks_pattern(cast)
    for address in (f"/patterns/{pattern_id}", "/councils"):
        page = client.get(address).text
        assert f'"areas": ["{CHAPELTOWN}"]' in page
        assert page.index("Chapeltown") < page.index('id="map-region"')
        assert '"collections": []' in page


def test_long_lists_have_pages(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.public.patterns.filters.PER_PAGE", 1)
    ids = [gather(cast, reports(cast, 3, first=number)) for number in (0, 3)]
    for path in ("/patterns", "/councils"):
        pages = [client.get(f"{path}?page={number}").text for number in (1, 2)]
        assert sorted(one for page in pages for one in ids if f'href="/patterns/{one}"' in page) == sorted(ids)
        assert client.get(f"{path}?page=3").status_code == 404


def test_pages_of_what_recurs_read_each_version_once(client: TestClient, cast: Cast, monkeypatch: Any) -> None:
    _pattern_id, _office, planted = parks_pattern(cast)
    client.get("/patterns")
    asked: list[str] = []
    page = type(cast.house.published).page

    def counted(self: Any, question: Any, *given: Any) -> Any:
        asked.append(question.collection)
        return page(self, question, *given)

    monkeypatch.setattr(type(cast.house.published), "page", counted)
    for address in ("/patterns", planted[0].page, "/councils.csv", "/patterns.atom"):
        client.get(address)
    assert "patterns" not in asked
