"""What becomes of ties when an end goes, is hidden, waits, or changes its mind in the same moment."""

import pytest
from sqlalchemy import select

from app.connections import service
from app.connections.models import Connection
from app.contributing.kinds import KINDS
from app.initiatives.models import Initiative
from app.kit.errors import NotFound
from app.main import build_house
from app.vocabulary import Agreement, ConnectionKind, Publication
from tests.support.cast import SEACROFT, Cast, Planted
from tests.support.proposing import Ties
from tests.support.service import settings_for


def test_withdrawing_an_entry_takes_its_ties_with_it(cast: Cast, ties: Ties, soup: Planted, choir: Planted) -> None:
    agreed, asked = ties.agree(choir, soup), ties.propose(soup, choir, ConnectionKind.LEARNED_FROM)
    with cast.house.private.writing() as db:
        KINDS["initiatives"].withdraw(db, db.get_one(Initiative, soup.id))
    assert ties.public() == []
    assert {ties.state(agreed), ties.state(asked)} == {Agreement.WITHDRAWN}
    with pytest.raises(NotFound):
        ties.act("accept", choir, asked)


def test_a_yes_to_one_that_went_is_refused(cast: Cast, ties: Ties, soup: Planted, choir: Planted) -> None:
    tie_id = ties.propose(choir, soup)
    cast.withdraw(choir)
    with pytest.raises(NotFound):
        ties.act("accept", soup, tie_id)
    assert ties.waiting(soup) == 0


def test_a_hidden_proposer_is_not_passed_on(cast: Cast, ties: Ties, soup: Planted, choir: Planted) -> None:
    ties.propose(choir, soup)
    cast.decide(choir, Publication.HIDDEN)
    assert ties.waiting(soup) == 0


def test_a_yes_to_one_that_waits_shows_once_it_is_on_the_map(cast: Cast, ties: Ties, soup: Planted) -> None:
    fresh = cast.plant(title="Fresh", publication=Publication.SUBMITTED, place=None, neighbourhood=SEACROFT)
    ties.agree(fresh, soup)
    assert ties.public() == []
    cast.decide(fresh, Publication.PUBLISHED)
    assert [one["from_title"] for one in ties.public()] == ["Fresh"]


def test_a_deleted_entry_leaves_no_tie(cast: Cast, ties: Ties, soup: Planted, choir: Planted) -> None:
    ties.agree(choir, soup)
    with cast.house.private.writing() as db:
        db.delete(db.get_one(Initiative, soup.id))
    assert ties.public() == []
    with cast.house.private.reading() as db:
        assert db.scalars(select(Connection)).all() == []


@pytest.mark.postgis
def test_a_yes_does_not_overtake_what_was_taken_back_meanwhile(postgis_url: str) -> None:
    """PostgreSQL lets two write at once: whoever says yes must see that the other side has changed its mind."""
    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    ties, one, other = Ties(cast), cast.plant(title="One"), cast.plant(title="Other")
    tie_id = ties.propose(one, other)
    with house.private.writing() as slow:
        held = slow.get_one(Connection, tie_id)  # It keeps what it read.
        ties.act("withdraw", one, tie_id)
        assert held.state is Agreement.PROPOSED
        side = slow.get_one(Initiative, other.id)
        with pytest.raises(NotFound):
            service.accept(slow, side, tie_id)
    assert ties.public() == []
    house.close()
