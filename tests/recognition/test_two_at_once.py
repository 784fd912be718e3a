"""Two sides that change their mind at the same moment: PostgreSQL lets both write."""

import pytest

from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.kit.errors import NotFound
from app.main import build_house
from app.recognition import service
from app.recognition.models import RecognitionGiven
from app.recognition.service import Body
from app.vocabulary import Agreement, Recogniser
from tests.recognition.test_recognition import told
from tests.support.cast import Cast
from tests.support.learning import body, recognise
from tests.support.service import settings_for


@pytest.mark.postgis
def test_a_yes_does_not_overtake_what_was_taken_back_meanwhile(postgis_url: str) -> None:
    """PostgreSQL lets two write at once: whoever says yes must see that the other side has changed its mind."""
    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    soup, council = cast.plant(), body(cast)
    one = recognise(cast, soup, by_institution=council, state=Agreement.PROPOSED)
    with house.private.writing() as slow:
        held = slow.get_one(RecognitionGiven, one)  # It keeps what it read.
        with house.private.writing() as fast:
            service.take_back(fast, Body(Recogniser.COUNCIL, fast.get_one(Institution, council)), one)
        assert held.what
        with pytest.raises(NotFound):
            service.accept(slow, slow.get_one(Initiative, soup.id), one)
    assert told(cast, soup) == []
    with house.private.reading() as db:
        assert not db.get_one(RecognitionGiven, one).what
    house.close()


@pytest.mark.postgis
def test_what_was_accepted_meanwhile_is_taken_back_all_the_same(postgis_url: str) -> None:
    """The body's change of mind counts, whatever it had read before."""
    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    soup, council = cast.plant(), body(cast)
    one = recognise(cast, soup, by_institution=council, state=Agreement.PROPOSED)
    with house.private.writing() as slow:
        held = slow.get_one(RecognitionGiven, one)  # It keeps what it read.
        with house.private.writing() as fast:
            service.accept(fast, fast.get_one(Initiative, soup.id), one)
        assert held.state is Agreement.PROPOSED
        service.take_back(slow, Body(Recogniser.COUNCIL, slow.get_one(Institution, council)), one)
    assert told(cast, soup) == []
    house.close()
