"""Words that do not count: rings, twins, the person next door, and whoever is too new or not to be seen."""

from datetime import timedelta

import pytest

from app.connections import vouching
from app.connections.models import Vouch
from app.initiatives.models import Initiative
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.vocabulary import Agreement, Formality, Publication, Sharing
from tests.support.cast import SEACROFT, Planted
from tests.support.tying import imported
from tests.support.vouching import Vouches


def _refused(vouches: Vouches, voucher: Planted, group: Planted, **more: bool) -> str:
    vouch_id = vouches.ask(group, voucher)
    with pytest.raises(DomainError) as refused:
        vouches.give(voucher, vouch_id, **more)
    assert vouches.live(group) == 0
    return refused.value.message


def test_a_group_has_to_be_on_the_map_for_a_month(vouches: Vouches) -> None:
    young = vouches.cast.plant(title="Young")
    vouches.now += timedelta(days=29)
    newcomer = vouches.newcomer()
    assert "from 1 July 2026" in _refused(vouches, young, newcomer)
    vouches.now += timedelta(days=1)
    vouches.give(young, _ask_again(vouches, newcomer, young))
    assert vouches.live(newcomer) == 1


def test_a_month_begins_anew_once_a_steward_took_it_off(vouches: Vouches, elders: list[Planted]) -> None:
    for outcome in (Publication.HIDDEN, Publication.PUBLISHED):
        vouches.cast.decide(elders[0], outcome, by=vouches.cast.steward(email=f"{outcome}@example.org"))
    assert "for a month" in _refused(vouches, elders[0], vouches.newcomer())


def test_an_entry_that_nobody_sees_has_no_word(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    vouch_id = vouches.ask(newcomer, elders[0])
    with vouches.cast.house.private.writing() as db:
        db.get_one(Initiative, elders[0].id).sharing = Sharing.COUNTED_ONLY
    with pytest.raises(NotAllowed, match="on the map"):
        vouches.give(elders[0], vouch_id)


def test_two_that_were_made_on_the_same_day_do_not_vouch(vouches: Vouches) -> None:
    newcomer, twin = vouches.newcomer(), vouches.cast.plant(title="Twin")
    vouches.months_later()
    assert "same day" in _refused(vouches, twin, newcomer)


def test_one_part_of_the_network_does_not_vouch_for_itself(vouches: Vouches, elders: list[Planted]) -> None:
    told = _refused(vouches, elders[0], vouches.newcomer(), is_same_network=True)
    assert "your part of the network" in told


def test_no_rings(vouches: Vouches, elders: list[Planted]) -> None:
    first = vouches.newcomer("First")
    vouches.vouch(elders[0], first)
    vouches.cast.decide(first, Publication.PUBLISHED)
    vouches.months_later()
    second = vouches.newcomer("Second")
    vouches.vouch(first, second)
    vouches.edit(elders[0], title="Elder 0, once more")  # It waits again, and asks.
    vouches.cast.decide(second, Publication.PUBLISHED, by=vouches.cast.steward(email="other@example.org"))
    vouches.months_later()
    for voucher in (first, second):
        assert "vouched for you" in _refused(vouches, voucher, elders[0])


def test_a_second_word_is_refused(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    vouch_id = vouches.vouch(elders[0], newcomer)
    with pytest.raises(Conflict, match="You said already"):
        vouches.give(elders[0], vouch_id)
    with pytest.raises(Conflict, match="They said already"):
        vouches.ask(newcomer, elders[0])


def test_nobody_asks_oneself_a_person_or_what_is_not_there(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    with pytest.raises(Invalid, match="your own entry"):
        vouches.ask(newcomer, newcomer)
    with pytest.raises(Invalid, match="One person"):
        vouches.ask(newcomer, vouches.cast.plant(title="Alone", formality=Formality.PERSON))
    with pytest.raises(NotAllowed, match="Groups vouch for groups"):
        vouches.ask(vouches.newcomer("Me", formality=Formality.PERSON), elders[0])
    told = set()
    hidden = vouches.cast.plant(title="Hidden", sharing=Sharing.COUNTED_ONLY)
    far = vouches.cast.plant(title="Far", place=None, neighbourhood=SEACROFT)
    listed = imported(vouches.cast, "From a list")
    for other in (hidden, far, listed, vouches.newcomer("Also new"), "nobody"):
        with pytest.raises(Invalid) as refused:
            vouches.ask(newcomer, other)
        told.add(refused.value.message)
    assert len(told) == 1


def test_three_questions_at_a_time(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    fourth = vouches.cast.plant(title="Fourth")
    asked = [vouches.ask(newcomer, elder) for elder in elders]
    with pytest.raises(Conflict, match="3 groups at a time"):
        vouches.ask(newcomer, fourth)
    vouches.take_back(newcomer, asked[0])
    vouches.ask(newcomer, fourth)
    with pytest.raises(NotFound):
        vouches.give(elders[0], asked[0])


def test_only_who_is_asked_answers(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    vouch_id = vouches.ask(newcomer, elders[0])
    for side in (elders[1], newcomer):
        with pytest.raises(NotFound):
            vouches.give(side, vouch_id)
        with pytest.raises(NotFound):
            vouches.take_back(elders[1], vouch_id)


def test_after_a_no_one_waits_before_asking_again(vouches: Vouches, elders: list[Planted]) -> None:
    newcomer = vouches.newcomer()
    vouch_id = vouches.ask(newcomer, elders[0])
    with vouches.cast.house.private.writing() as db:
        vouching.refuse(db, db.get_one(Initiative, elders[0].id), vouch_id)
    with pytest.raises(Conflict, match="They said no"):
        vouches.ask(newcomer, elders[0])
    vouches.months_later(3)
    assert vouches.ask(newcomer, elders[0]) == vouch_id


def test_who_is_on_the_map_need_not_ask(vouches: Vouches, elders: list[Planted]) -> None:
    with pytest.raises(Conflict, match="waits for a steward"):
        vouches.ask(elders[0], elders[1])


def _ask_again(vouches: Vouches, group: Planted, voucher: Planted) -> str:
    with vouches.cast.house.private.reading() as db:
        held = [one for one in vouching.asked_by(db, db.get_one(Initiative, group.id)) if one.voucher_id == voucher.id]
        assert [one.state for one in held] == [Agreement.PROPOSED]
        return db.get_one(Vouch, held[0].id).id
