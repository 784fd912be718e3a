"""From when on a recurring barrier has a page, what the page tells, and what it never tells."""

from typing import Any

import orjson
import pytest

from app.institutions.models import Institution
from app.kit import clock
from app.patterns.models import Pattern
from app.vocabulary import GroupBand, InstitutionKind, Publication, Sharing
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast
from tests.support.recurring import HOLDER, TEXTS, gather, reports, reshare


def page_of(cast: Cast, pattern_id: str) -> dict[str, Any] | None:
    feature = cast.house.published.one("patterns", pattern_id)
    return None if feature is None else orjson.loads(feature)["properties"]


def told(cast: Cast, pattern_id: str) -> dict[str, Any]:
    page = page_of(cast, pattern_id)
    assert page is not None
    return page


@pytest.mark.parametrize(("groups", "band"), [(2, None), (3, "3_to_4"), (4, "3_to_4"), (5, "5_to_9"), (10, "10_to_19")])
def test_a_page_begins_at_three_groups_and_tells_a_band(cast: Cast, groups: int, band: str | None) -> None:
    page = page_of(cast, gather(cast, reports(cast, groups)))
    assert (page["groups"] if page else None) == band


def test_every_number_has_one_band() -> None:
    assert [GroupBand.of(count) for count in (0, 2)] == [None, None]
    bands = [band for count in range(3, 200) if (band := GroupBand.of(count)) is not None]
    assert list(dict.fromkeys(bands)) == list(GroupBand)


def test_an_unsure_pattern_has_no_page(cast: Cast) -> None:
    assert page_of(cast, gather(cast, reports(cast, 5), is_sure=False)) is None


def test_reports_of_one_initiative_are_one_group(cast: Cast) -> None:
    planted = reports(cast, 2)
    group = cast.plant(title="One busy group", sharing="neighbourhood")
    planted += reports(cast, 3, first=2, with_initiatives=False, initiative=group.id)
    # Three groups, but one of them made more than half of the reports.
    pattern_id = gather(cast, planted)
    assert page_of(cast, pattern_id) is None
    gather(cast, reports(cast, 1, first=6), pattern_id=pattern_id)
    assert told(cast, pattern_id)["groups"] == "3_to_4"


def test_a_text_that_many_send_is_one_voice_and_its_size_is_told(cast: Cast) -> None:
    text = "We call on the parks team to stop asking small groups for five million pounds of liability insurance."
    copies = reports(cast, 6, what_happened=text)
    pattern_id = gather(cast, copies)
    assert page_of(cast, pattern_id) is None
    gather(cast, reports(cast, 3, first=6), pattern_id=pattern_id)
    page = told(cast, pattern_id)
    assert (page["groups"], page["campaign"]) == ("3_to_4", 6)


def test_reports_that_are_only_counted_count_from_five_on_and_are_never_named(cast: Cast) -> None:
    open_ones = reports(cast, 2)
    hidden = reports(cast, 2, first=2, sharing=Sharing.COUNTED_ONLY, happened="2019-05-17", stage="growing")
    pattern_id = gather(cast, [*open_ones, *hidden])
    assert page_of(cast, pattern_id) is None
    more = reports(cast, 1, first=4, sharing=Sharing.COUNTED_ONLY)
    gather(cast, more, pattern_id=pattern_id)
    page = told(cast, pattern_id)
    assert page["groups"] == "5_to_9"
    assert set(page["told"]) == {one.id for one in open_ones}
    assert page["first_told"] == "2026-01"
    assert page["stages"] == []


def test_below_five_what_is_only_counted_moves_no_byte(cast: Cast) -> None:
    pattern_id = gather(cast, reports(cast, 3))
    before = cast.house.published.one("patterns", pattern_id), cast.house.published.version("patterns")
    gather(cast, reports(cast, 1, first=3, sharing=Sharing.COUNTED_ONLY), pattern_id=pattern_id)
    gather(cast, reports(cast, 4, first=4, sharing=Sharing.STEWARDS_ONLY), pattern_id=pattern_id)
    assert (cast.house.published.one("patterns", pattern_id), cast.house.published.version("patterns")) == before


def test_one_more_group_within_the_band_does_not_show_where_it_is_only_counted(cast: Cast) -> None:
    pattern_id = gather(cast, reports(cast, 5))
    before = cast.house.published.one("patterns", pattern_id)
    gather(cast, reports(cast, 3, first=5, sharing=Sharing.COUNTED_ONLY), pattern_id=pattern_id)
    assert cast.house.published.one("patterns", pattern_id) == before


def test_benefit_rules_need_ten_groups_and_show_the_city_and_no_report(cast: Cast) -> None:
    first = reports(cast, 9, kind="welfare_sanction")
    pattern_id = gather(cast, first)
    assert page_of(cast, pattern_id) is None
    gather(cast, reports(cast, 1, first=9, kind="welfare_sanction"), pattern_id=pattern_id)
    page = told(cast, pattern_id)
    assert (page["groups"], page["shown_as"], page["told"]) == ("10_to_19", "city", [])
    assert page["neighbourhoods"] == page["quarters"] == page["stages"] == page["helped"] == []


def test_what_is_only_counted_of_benefit_rules_does_not_add_where_three_are_enough(cast: Cast) -> None:
    pattern_id = gather(cast, reports(cast, 3))
    gather(
        cast,
        reports(cast, 4, first=3, sharing=Sharing.COUNTED_ONLY, kind="welfare_sanction"),
        pattern_id=pattern_id,
    )
    assert told(cast, pattern_id)["groups"] == "3_to_4"


def test_a_neighbourhood_is_named_where_it_reaches_the_threshold_alone(cast: Cast) -> None:
    pattern_id = gather(cast, [*reports(cast, 2), *reports(cast, 2, first=2, slug=SEACROFT)])
    page = told(cast, pattern_id)
    assert (page["shown_as"], page["neighbourhoods"], page["neighbourhood_count"]) == ("city", [], 2)
    gather(cast, reports(cast, 1, first=5), pattern_id=pattern_id)
    page = told(cast, pattern_id)
    assert (page["shown_as"], [one["slug"] for one in page["neighbourhoods"]]) == ("neighbourhood", [CHAPELTOWN])


def test_what_one_group_alone_says_stays_with_it(cast: Cast) -> None:
    planted = reports(cast, 3, holder="", rule_cited="")
    planted += reports(cast, 1, first=3, holder="Mrs Bell at the desk", rule_cited="Rule 9")
    pattern_id = gather(cast, planted)
    with cast.house.private.writing() as db:
        db.get_one(Pattern, pattern_id).words = ["insurance", "picnic", "grass", "million"]
    page = told(cast, pattern_id)
    assert (page["holder"], page["rule_cited"]) == (None, None)
    # "grass" and "million" stand in one report each.
    assert page["words"] == ["insurance", "picnic"]


def test_the_register_names_the_holder_over_all_spellings(cast: Cast) -> None:
    with cast.house.private.writing() as db:
        parks = Institution(
            name="Eastmoor City Council, parks", kind=InstitutionKind.DESK, areas=[], other_names=[],
            created_at=clock.now(),
        )  # fmt: skip
        db.add(parks)
        db.flush()
        institution_id = parks.id
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted)
    assert told(cast, pattern_id)["title"] == f"Health and safety rules: {HOLDER}"
    from app.barriers.models import Barrier

    with cast.house.private.writing() as db:
        for one in planted:
            db.get_one(Barrier, one.id).institution_id = institution_id
    page = told(cast, pattern_id)
    assert (page["holder"], page["institution"]) == ("Eastmoor City Council, parks", institution_id)
    with cast.house.private.writing() as db:
        db.get_one(Institution, institution_id).name = "Eastmoor parks desk"
    assert told(cast, pattern_id)["holder"] == "Eastmoor parks desk"


def test_below_the_threshold_a_page_is_gone_and_comes_back(cast: Cast) -> None:
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted)
    reshare(cast, planted[0], Sharing.STEWARDS_ONLY)
    assert page_of(cast, pattern_id) is None
    assert cast.house.published.is_withdrawn("patterns", pattern_id)
    reshare(cast, planted[0], Sharing.NEIGHBOURHOOD)
    assert told(cast, pattern_id)["groups"] == "3_to_4"
    assert not cast.house.published.is_withdrawn("patterns", pattern_id)


def test_a_pattern_whose_members_all_left_is_gone(cast: Cast) -> None:
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted)
    for one in planted:
        cast.withdraw(one)
    assert page_of(cast, pattern_id) is None
    assert cast.house.published.is_withdrawn("patterns", pattern_id)


def test_what_never_had_a_page_is_not_known_to_be_gone(cast: Cast) -> None:
    pattern_id = gather(cast, reports(cast, 2))
    assert not cast.house.published.is_withdrawn("patterns", pattern_id)


def test_the_address_of_a_merged_pattern_leads_to_the_standing_one(cast: Cast) -> None:
    old, middle, new = (gather(cast, reports(cast, 3, first=number)) for number in (0, 3, 6))
    with cast.house.private.writing() as db:
        db.get_one(Pattern, new).merged_into_id = middle
        db.get_one(Pattern, middle).merged_into_id = old
    assert cast.house.published.moved_to("patterns", new) == old
    assert cast.house.published.moved_to("patterns", old) is None
    assert not cast.house.published.is_withdrawn("patterns", new)


@pytest.mark.parametrize("publication", [Publication.SUBMITTED, Publication.RETURNED, Publication.HIDDEN])
def test_what_is_not_published_counts_nowhere(cast: Cast, publication: Publication) -> None:
    pattern_id = gather(cast, [*reports(cast, 2), *reports(cast, 3, first=2, publication=publication)])
    assert page_of(cast, pattern_id) is None


def test_no_raw_text_stands_on_the_page(cast: Cast) -> None:
    pattern_id = gather(cast, reports(cast, 4))
    feature = (cast.house.published.one("patterns", pattern_id) or b"").decode()
    assert not any(text in feature for text in TEXTS)
