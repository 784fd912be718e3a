"""The night: what it finds, what it leaves alone, and what people decided stands."""

from collections import Counter

from sqlalchemy import func, select

from app.patterns.finding import Night, look, settle
from app.patterns.models import Pattern, PatternMember
from app.patterns.service import answer, pattern_of, seat
from app.vocabulary import Likeness, Publication, Sharing
from tests.support.cast import SEACROFT, Cast, Planted
from tests.support.recurring import gather, reports

OTHER_THINGS = (
    "A swarm of bees moved in and the beekeeper cannot come before May.",
    "The bank closed our account without saying why.",
    "My sewing diploma from abroad counts for nothing here.",
    "The newspaper wrote that a company had planted our trees.",
    "They will not let me translate at the surgery.",
    "The post van blocks our table every Friday.",
)


def night(cast: Cast) -> Night:
    with cast.house.private.reading() as db:
        found = look(db)
    with cast.house.private.writing() as db:
        settle(db, found)
    return found


def seats(cast: Cast) -> dict[str, str | None]:
    with cast.house.private.reading() as db:
        return {one.barrier_id: one.pattern_id for one in db.scalars(select(PatternMember))}


def a_town(cast: Cast) -> list[Planted]:
    """Seven reports of one rule, and six of other things."""
    planted = [*reports(cast, 4), *reports(cast, 3, first=4, slug=SEACROFT)]
    kinds = ("low_visibility", "budgets_and_accountability", "expertise_not_recognised", "lack_of_recognition")
    for number, text in enumerate(OTHER_THINGS):
        cast.plant("barriers", what_happened=text, kind=kinds[number % 4], holder=f"Somebody {number}")
    return planted


def test_a_night_gathers_reports_of_one_rule_and_a_second_night_changes_nothing(cast: Cast) -> None:
    planted = a_town(cast)
    found = night(cast)
    held = Counter(seats(cast)[one.id] for one in planted if one.id in seats(cast))
    (pattern_id, count), *_ = held.most_common()
    assert count >= 6
    assert found.reports == 13
    assert pattern_id is not None
    assert cast.house.published.one("patterns", pattern_id) is not None
    before = seats(cast), cast.house.published.version("patterns")
    night(cast)
    assert (seats(cast), cast.house.published.version("patterns")) == before


def test_nights_over_no_reports_and_one_report_find_nothing(cast: Cast) -> None:
    assert night(cast).sights == {}
    reports(cast, 1)
    assert night(cast).sights == {}


def test_what_is_not_public_moves_nobody(cast: Cast) -> None:
    a_town(cast)
    night(cast)
    public_seats, versions = seats(cast), cast.house.published.version("patterns")
    reports(cast, 3, first=7, sharing=Sharing.STEWARDS_ONLY)
    reports(cast, 2, first=3, publication=Publication.SUBMITTED)
    reports(cast, 1, first=9, sharing=Sharing.COUNTED_ONLY)
    night(cast)
    now = seats(cast)
    assert {one: now[one] for one in public_seats} == public_seats
    assert cast.house.published.version("patterns") == versions


def test_a_report_that_is_only_counted_takes_a_seat(cast: Cast) -> None:
    planted = a_town(cast)
    (counted,) = reports(cast, 1, first=8, sharing=Sharing.COUNTED_ONLY)
    night(cast)
    home = Counter(seats(cast).get(one.id) for one in planted).most_common(1)[0][0]
    assert seats(cast).get(counted.id) == home


def test_a_steward_s_word_outlives_the_night(cast: Cast) -> None:
    planted = a_town(cast)
    night(cast)
    out = planted[0]
    with cast.house.private.writing() as db:
        seat(db, out.id, None, by_steward=True)
    night(cast)
    assert seats(cast)[out.id] is None
    with cast.house.private.writing() as db:
        # A contributor's later word does not move it either.
        answer(db, out.id, planted[1].id, Likeness.SAME)
    assert seats(cast)[out.id] is None


def test_the_same_seats_a_report_at_once_and_not_the_same_does_not(cast: Cast) -> None:
    planted = reports(cast, 3)
    pattern_id = gather(cast, planted[:2])
    with cast.house.private.writing() as db:
        answer(db, planted[2].id, planted[0].id, Likeness.NOT_SAME)
        answer(db, planted[2].id, planted[0].id, Likeness.NOT_SURE)
        assert pattern_of(db, planted[2].id) is None
        answer(db, planted[2].id, planted[0].id, Likeness.SAME)
        found = pattern_of(db, planted[2].id)
        assert found is not None
        assert found.id == pattern_id
    assert cast.house.published.one("patterns", pattern_id) is not None


def test_two_reports_that_people_call_the_same_wait_for_a_night_to_agree(cast: Cast) -> None:
    first, second = reports(cast, 2)
    with cast.house.private.writing() as db:
        answer(db, second.id, first.id, Likeness.SAME)
        found = pattern_of(db, first.id)
        assert found is not None
        assert not found.is_sure


def test_what_was_withdrawn_leaves_its_pattern(cast: Cast) -> None:
    planted = a_town(cast)
    night(cast)
    cast.withdraw(planted[0])
    night(cast)
    assert planted[0].id not in seats(cast)


def test_what_changed_while_the_night_was_at_work_is_left_alone(cast: Cast) -> None:
    planted = a_town(cast)
    with cast.house.private.reading() as db:
        found = look(db)
    elsewhere = gather(cast, planted[:1], is_sure=False)
    cast.withdraw(planted[1])
    with cast.house.private.writing() as db:
        settle(db, found)
    assert seats(cast)[planted[0].id] == elsewhere
    assert planted[1].id not in seats(cast)


def test_ids_stay_when_a_pattern_grows(cast: Cast) -> None:
    a_town(cast)
    night(cast)
    before = set(seats(cast).values()) - {None}
    reports(cast, 2, first=8)
    night(cast)
    assert set(seats(cast).values()) - {None} == before
    with cast.house.private.reading() as db:
        assert db.scalar(select(func.count()).select_from(Pattern)) == len(before)
