"""Vouching: groups that are known on the map say who they know; rings, twins and the person next door do not count."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.connections import vouching
from app.connections.models import Vouch
from app.contributing.kinds import KINDS, answers_of
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.moderation.vouching import publish_vouched, set_trust, shown_since
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Agreement, Formality, Lifecycle, Publication, Sharing
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Vouches:
    """Asks and answers as the holders of edit links would. `now` is the time for all."""

    def __init__(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast, self.now = cast, START
        monkeypatch.setattr(clock, "source", lambda: self.now)

    def ask(self, group: Planted, voucher: Planted | str) -> str:
        with self.cast.house.private.writing() as db:
            voucher_id = voucher if isinstance(voucher, str) else voucher.id
            return vouching.ask(db, db.get_one(Initiative, group.id), voucher_id).id

    def give(self, voucher: Planted, vouch_id: str, *, is_same_network: bool = False) -> None:
        with self.cast.house.private.writing() as db:
            side = db.get_one(Initiative, voucher.id)
            vouch = vouching.give(db, side, vouch_id, shown_since, is_same_network=is_same_network)
            db.flush()
            publish_vouched(db, db.get_one(Initiative, vouch.for_id))

    def take_back(self, side: Planted, vouch_id: str) -> None:
        with self.cast.house.private.writing() as db:
            vouching.take_back(db, db.get_one(Initiative, side.id), vouch_id)

    def vouch(self, voucher: Planted, group: Planted) -> str:
        vouch_id = self.ask(group, voucher)
        self.give(voucher, vouch_id)
        return vouch_id

    def trust(self, *, trusts: bool = True) -> None:
        person = self.cast.steward(email=f"s{self.now.timestamp()}{trusts}@example.org")
        with self.cast.house.private.writing() as db:
            set_trust(db, db.merge(person), trusts=trusts)

    def publication(self, planted: Planted) -> Publication:
        with self.cast.house.private.reading() as db:
            return db.get_one(Initiative, planted.id).publication

    def live(self, planted: Planted) -> int:
        with self.cast.house.private.reading() as db:
            return vouching.standing_of(db, db.get_one(Initiative, planted.id)).live

    def months_later(self, months: int = 2) -> None:
        self.now += timedelta(days=31 * months)

    def newcomer(self, title: str = "Newcomer", **more: Any) -> Planted:
        return self.cast.plant(title=title, publication=Publication.SUBMITTED, **more)


@pytest.fixture
def vouches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Vouches:
    return Vouches(cast, monkeypatch)


@pytest.fixture
def elders(vouches: Vouches) -> list[Planted]:
    """Three groups that have been on the map for two months."""
    found = [vouches.cast.plant(title=f"Elder {number}") for number in range(3)]
    vouches.months_later()
    return found


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
    _edit(vouches, newcomer, "Another name")
    assert vouches.publication(newcomer) is Publication.PUBLISHED
    vouches.trust(trusts=False)
    _edit(vouches, newcomer, "A third name")
    assert vouches.publication(newcomer) is Publication.SUBMITTED


def test_what_a_steward_sent_back_waits_for_a_steward(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    newcomer = vouches.newcomer()
    vouches.vouch(elders[0], newcomer)
    vouches.cast.decide(newcomer, Publication.RETURNED)
    _edit(vouches, newcomer, "Mended")
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


# --- What does not count ---


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
    _edit(vouches, elders[0], "Elder 0, once more")  # It waits again, and asks.
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
    for other in (hidden, far, vouches.newcomer("Also new"), "nobody"):
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


def _edit(vouches: Vouches, planted: Planted, title: str) -> None:
    kind = KINDS["initiatives"]
    with vouches.cast.house.private.writing() as db:
        entry = db.get_one(Initiative, planted.id)
        given = answers_of(db, kind, entry) | {"title": title}
        kind.change(db, entry, read_answers(InitiativeAnswers, given), entry.exact_shape)


def test_the_switch_is_a_stewards_own(vouches: Vouches, elders: list[Planted]) -> None:
    vouches.trust()
    with vouches.cast.house.private.reading() as db:
        chosen = {
            place.slug: place.trusts_vouches for place in (db.get_one(Neighbourhood, s) for s in (CHAPELTOWN, SEACROFT))
        }
    assert chosen == {CHAPELTOWN: True, SEACROFT: False}
