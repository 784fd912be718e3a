"""Finding others to tie to or to ask: by whole words' parts, whatever their capitals, and only who could answer."""

import time
from typing import Any

import pytest
from sqlalchemy import insert

from app.connections.search import MOST_FOUND, find_initiatives
from app.connections.service import NOT_THERE, Terms, propose
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Invalid
from app.storage.base import new_id
from app.vocabulary import Activity, ConnectionKind, Formality, Lifecycle, Publication, Sharing
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted
from tests.support.tying import imported


def titles(cast: Cast, held: Planted, question: str, **more: Any) -> list[str]:
    with cast.house.private.reading() as db:
        return [one.title for one in find_initiatives(db, db.get_one(Initiative, held.id), question, **more)]


@pytest.mark.parametrize("question", ["école", "ÉCOLE", "École d", "e\u0301cole", "voisins"])
def test_capitals_and_accents_are_folded_on_every_store(cast: Cast, question: str) -> None:
    held = cast.plant(title="Our own")
    cast.plant(title="L’ÉCOLE DU DIMANCHE", summary="Entre VOISINS.")
    assert titles(cast, held, question) == ["L’ÉCOLE DU DIMANCHE"]


def test_ones_own_place_comes_first(cast: Cast) -> None:
    held = cast.plant(title="Our own")
    cast.plant(title="A garden far", place=None, neighbourhood=SEACROFT)
    cast.plant(title="The garden near")
    assert titles(cast, held, "GARDEN") == ["The garden near", "A garden far"]


def test_only_groups_are_found_to_be_asked(cast: Cast) -> None:
    held = cast.plant(title="Our own")
    for number in range(MOST_FOUND + 5):
        cast.plant(title=f"A garden {number:02}", formality=Formality.PERSON)
    cast.plant(title="The garden")
    assert titles(cast, held, "garden", groups_of=CHAPELTOWN) == ["The garden"]


def test_what_came_from_a_list_is_neither_found_nor_asked(cast: Cast) -> None:
    held, listed = cast.plant(title="Our own"), imported(cast, "The garden")
    assert titles(cast, held, "garden") == []
    with cast.house.private.writing() as db, pytest.raises(Invalid) as refused:
        propose(db, db.get_one(Initiative, held.id), listed.id, Terms(ConnectionKind.LEARNED_FROM))
    assert refused.value.message == NOT_THERE


def test_ten_thousand_are_searched_quickly(cast: Cast) -> None:
    held = cast.plant(title="Our own")
    same: dict[str, Any] = {
        "sharing": Sharing.NEIGHBOURHOOD,
        "publication": Publication.PUBLISHED,
        "neighbourhood": CHAPELTOWN,
    }
    same |= {"activity": Activity.FOOD, "lifecycle": Lifecycle.ACTIVE, "created_at": clock.now()}
    rows = [
        same | {"id": new_id(), "title": f"Garden {number}", "summary": "We dig. " * 30, "changed_at": clock.now()}
        for number in range(10_000)
    ]
    with cast.house.private.writing() as db:
        db.execute(insert(Initiative.__table__), rows)  # type: ignore[arg-type]  # the table alone: none is published
    began = time.perf_counter()
    assert titles(cast, held, "garden 9999") == ["Garden 9999"]
    assert time.perf_counter() - began < 1.5
