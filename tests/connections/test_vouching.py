"""Vouching: enough groups that are known on the map put another one there, and how their words are counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from app.connections import vouching
from app.contributing.kinds import KINDS
from app.initiatives.models import Initiative
from app.kit.errors import NotAllowed
from app.moderation.vouching import publish_vouched
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Formality, Lifecycle, Publication, Sharing
from tests.support.cast import CHAPELTOWN, SEACROFT, Planted
from tests.support.tying import imported
from tests.support.vouching import START, Vouches


def test_enough_yeses_publish_at_once_where_the_stewards_chose_so(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    vouches.vouch(elders[0], newcomer)
    assert vouches.publication(newcomer) is Publication.SUBMITTED
    vouches.vouch(elders[1], newcomer)
    assert vouches.publication(newcomer) is Publication.PUBLISHED
    assert vouches.cast.house.published.one("initiatives", newcomer.id)


def test_without_that_choice_it_waits_and_the_choice_lets_it_go(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    for elder in elders:
        vouches.vouch(elder, newcomer)
    assert vouches.publication(newcomer) is Publication.SUBMITTED
    vouches.trust()
    assert vouches.publication(newcomer) is Publication.PUBLISHED


def test_later_edits_of_a_known_group_need_not_wait(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    for elder in elders[:2]:
        vouches.vouch(elder, newcomer)
    vouches.edit(newcomer, title="Another name")
    assert vouches.publication(newcomer) is Publication.PUBLISHED
    vouches.trust(trusts=False)
    vouches.edit(newcomer, title="A third name")
    assert vouches.publication(newcomer) is Publication.SUBMITTED


def test_what_a_steward_sent_back_waits_for_a_steward(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    vouches.vouch(elders[0], newcomer)
    vouches.cast.decide(newcomer, Publication.RETURNED)
    vouches.edit(newcomer, title="Mended")
    vouches.vouch(elders[1], newcomer)
    assert vouches.publication(newcomer) is Publication.SUBMITTED


def test_a_vouch_that_ends_does_not_unpublish(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    last = [vouches.vouch(elder, newcomer) for elder in elders[:2]][-1]
    vouches.take_back(elders[1], last)
    assert vouches.publication(newcomer) is Publication.PUBLISHED
    assert vouches.live(newcomer) == 1


def test_a_word_holds_for_two_years(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    vouches.vouch(elders[0], newcomer)
    given = vouches.now.date()
    vouches.now = datetime.combine(given.replace(year=given.year + 2), START.timetz()) - timedelta(days=1)
    assert vouches.live(newcomer) == 1
    vouches.now += timedelta(days=1)
    assert vouches.live(newcomer) == 0
    vouches.vouch(elders[0], newcomer)
    assert vouches.live(newcomer) == 1


def test_a_leap_day_has_an_anniversary() -> None:
    assert vouching._years_later(date(2028, 2, 29), 2) == date(2030, 2, 28)


def test_a_word_counts_while_its_group_is_on_the_map(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    vouches.vouch(elders[0], newcomer)
    vouches.cast.decide(elders[0], Publication.HIDDEN)
    assert vouches.live(newcomer) == 0
    with vouches.cast.house.private.writing() as db:
        KINDS["initiatives"].withdraw(db, db.get_one(Initiative, elders[0].id))
    assert vouches.live(newcomer) == 0


@pytest.mark.parametrize(("active", "needed"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (9, 3)])
def test_half_of_the_active_groups_at_least_one_at_most_three(vouches: Vouches, active: int, needed: int) -> None:
    for number in range(active):
        vouches.cast.plant(title=f"Active {number}")
    vouches.cast.plant(title="Rests", lifecycle=Lifecycle.RESTING)
    vouches.cast.plant(title="Counted", sharing=Sharing.COUNTED_ONLY)
    vouches.cast.plant(title="Elsewhere", place=None, neighbourhood=SEACROFT)
    with vouches.cast.house.private.reading() as db:
        assert vouching.needed_in(db, CHAPELTOWN) == needed


def test_the_switch_is_a_stewards_own(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    with vouches.cast.house.private.reading() as db:
        chosen = {
            place.slug: place.trusts_vouches for place in (db.get_one(Neighbourhood, s) for s in (CHAPELTOWN, SEACROFT))
        }
    assert chosen == {CHAPELTOWN: True, SEACROFT: False}


def test_words_do_not_follow_an_entry_to_another_neighbourhood(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer(place=None)
    for elder in elders[:2]:
        vouches.vouch(elder, newcomer)
    late = vouches.ask(newcomer, elders[2])
    vouches.edit(newcomer, neighbourhood=SEACROFT)
    assert vouches.live(newcomer) == 0
    with pytest.raises(NotAllowed, match="two neighbourhoods"):
        vouches.give(elders[2], late)
    near = [vouches.cast.plant(title=f"Near {number}", place=None, neighbourhood=SEACROFT) for number in range(2)]
    vouches.months_later()
    for other in near:  # What was said elsewhere does not keep it from asking here.
        vouches.ask(newcomer, other)
    vouches.edit(newcomer, neighbourhood=CHAPELTOWN)
    assert vouches.live(newcomer) == 2


def test_who_cannot_vouch_is_not_counted(vouches: Vouches, elders: list[Planted]) -> None:
    for number in range(4):
        vouches.cast.plant(title=f"Alone {number}", formality=Formality.PERSON)
        imported(vouches.cast, f"From a list {number}")
    with vouches.cast.house.private.reading() as db:
        assert vouching.needed_in(db, CHAPELTOWN) == 2


def test_of_two_last_words_at_once_the_second_sees_the_first(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    first, second = (vouches.ask(newcomer, elder) for elder in elders[:2])
    with ThreadPoolExecutor(1) as beside:
        with vouches.cast.house.private.writing() as db:
            vouching.give(db, db.get_one(Initiative, elders[0].id), first, is_same_network=False)
            db.flush()
            assert not publish_vouched(db, db.get_one(Initiative, newcomer.id))
            other = beside.submit(vouches.give, elders[1], second)
            with pytest.raises(TimeoutError):
                other.result(0.5)  # It waits for this one.
        other.result(20)
    assert vouches.publication(newcomer) is Publication.PUBLISHED


# --- Since when it is shown ---


def test_what_vouches_put_on_the_map_counts_from_that_day(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    waited = vouches.newcomer("Waited long")
    vouches.months_later(3)
    for elder in elders[:2]:
        vouches.vouch(elder, waited)
    assert vouches.shown_since(waited) == vouches.now
    vouches.now += timedelta(days=1)
    vouch_id = vouches.ask(vouches.newcomer("Later"), waited)
    with pytest.raises(NotAllowed, match="for a month"):
        vouches.give(waited, vouch_id)
    vouches.months_later(1)
    vouches.give(waited, vouch_id)


def test_time_that_it_waited_again_does_not_count(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.edit(elders[0], title="Changed")
    assert vouches.shown_since(elders[0]) is None
    vouches.months_later(3)
    vouches.cast.decide(elders[0], Publication.PUBLISHED)
    assert vouches.shown_since(elders[0]) == vouches.now


def test_a_change_that_need_not_wait_is_no_break(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    for elder in elders[:2]:
        vouches.vouch(elder, newcomer)
    since = vouches.now
    vouches.months_later()
    vouches.edit(newcomer, title="Another name")
    assert vouches.publication(newcomer) is Publication.PUBLISHED
    assert vouches.shown_since(newcomer) == since
