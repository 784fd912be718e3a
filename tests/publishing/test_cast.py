"""The cast does what its names say: what the other tests rest on."""

import pytest

from app.published.queries import Question
from app.vocabulary import Publication, Sharing
from tests.support.cast import Cast


@pytest.mark.parametrize("collection", ["initiatives", "barriers"])
def test_only_published_and_shown_entries_are_public(cast: Cast, collection: str) -> None:
    shown = {
        cast.plant(collection, sharing=sharing, publication=publication).id
        for sharing in Sharing
        for publication in Publication
        if (publication is Publication.PUBLISHED) & sharing.is_shown
    }
    for sharing in Sharing:
        for publication in Publication:
            if publication is not Publication.PUBLISHED or not sharing.is_shown:
                cast.plant(collection, sharing=sharing, publication=publication)
    page = cast.house.published.page(Question(collection))
    assert page.matched == len(shown) == 3
    assert all(cast.house.published.one(collection, one) for one in shown)


def test_what_is_withdrawn_is_gone_with_the_same_commit(cast: Cast) -> None:
    planted = cast.plant("barriers", enablers=[{"kind": "space", "text": "A yard"}])
    cast.withdraw(planted)
    assert cast.house.published.one("barriers", planted.id) is None
    assert cast.house.published.is_withdrawn("barriers", planted.id)
    assert cast.house.published.version("barriers")[1] == 0


def test_what_was_never_shown_is_never_said_to_be_gone(cast: Cast) -> None:
    for sharing in (Sharing.COUNTED_ONLY, Sharing.STEWARDS_ONLY):
        planted = cast.plant(sharing=sharing)
        cast.withdraw(planted)
        assert not cast.house.published.is_withdrawn("initiatives", planted.id)


def test_a_hidden_entry_is_gone_and_may_come_back(cast: Cast) -> None:
    planted = cast.plant()
    cast.decide(planted, Publication.HIDDEN)
    assert cast.house.published.is_withdrawn("initiatives", planted.id)
    cast.decide(planted, Publication.PUBLISHED)
    assert not cast.house.published.is_withdrawn("initiatives", planted.id)
    assert cast.house.published.one("initiatives", planted.id)
    assert {(one.outcome, one.decisions) for one in cast.house.published.decisions()} == {
        ("hidden", 1),
        ("published", 1),
    }
