"""The fourth fence: the published rows after any sequence of changes are what a rebuild makes of the private side."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import select, update

from app.barriers import service as barriers
from app.barriers.answers import BarrierAnswers
from app.barriers.models import Enabler
from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.moderation.models import Decision
from app.published import tables
from app.publishing import projector
from app.storage.changes import note
from app.vocabulary import (
    Publication,
    Sharing,
)
from app.web.house import House
from tests.support.cast import CHAPELTOWN, IN_CHAPELTOWN, Cast, model_of
from tests.support.life import SPOTS, Life


def published_rows(house: House) -> dict[str, set[tuple[Any, ...]]]:
    """Every published row, without what only counts writes: serial and version number."""
    with house.private.reading() as db:
        return {
            table.name: {
                tuple(shapely.to_wkb(value, byte_order=1) if hasattr(value, "geom_type") else value for value in db_row)
                for db_row in db.execute(
                    select(*(column for column in table.columns if column.name not in {"serial", "number"}))
                )
            }
            for table in tables.ALL
        }


def differences(house: House) -> dict[str, set[tuple[Any, ...]]]:
    """What a rebuild would change, by table: the fence holds where this is empty. Rebuilds."""
    before = published_rows(house)
    with house.private.writing() as db:
        projector.rebuild(db)
    after = published_rows(house)
    return {name: before[name] ^ after[name] for name in before if before[name] != after[name]}


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_of_all_changes_is_what_a_rebuild_makes(cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    life = Life(cast, random.Random(seed))
    seen = 0
    for step in range(60):
        monkeypatch.setattr(clock, "source", lambda step=step: moment + timedelta(hours=7 * step))
        life.step()
        assert differences(cast.house) == {}, life.acts
        seen += cast.house.published.version("patterns")[1]
    assert seen, "no recurring barrier ever had a page"


def test_the_check_notices_a_row_that_was_not_followed(cast: Cast) -> None:
    planted = cast.plant(title="Before")
    with cast.house.private.writing() as db:
        db.execute(update(Initiative).where(Initiative.id == planted.id).values(title="After"))
    assert set(differences(cast.house)) == {"published_feature"}


def test_a_bulk_statement_is_followed_where_it_is_noted(cast: Cast) -> None:
    planted = cast.plant(title="Before")
    with cast.house.private.writing() as db:
        db.execute(update(Initiative).where(Initiative.id == planted.id).values(title="After"))
        note(db, "initiative", planted.id)
    assert differences(cast.house) == {}


def test_a_barrier_no_longer_names_an_initiative_that_was_deleted(cast: Cast) -> None:
    initiative = cast.plant(title="Gone tomorrow", sharing="neighbourhood")
    barrier = cast.plant("barriers", initiative=initiative.id)
    assert b"Gone tomorrow" in (cast.house.published.one("barriers", barrier.id) or b"")
    with cast.house.private.writing() as db:
        db.delete(db.get(Initiative, initiative.id))
    assert b"Gone tomorrow" not in (cast.house.published.one("barriers", barrier.id) or b"")


def test_help_that_was_deleted_is_no_longer_shown(cast: Cast) -> None:
    barrier = cast.plant("barriers", enablers=[{"kind": "space", "text": "Behind the bakery"}])
    with cast.house.private.writing() as db:
        db.delete(db.scalars(select(Enabler)).one())
    assert b"Behind the bakery" not in (cast.house.published.one("barriers", barrier.id) or b"")


@pytest.mark.parametrize("collection", ["initiatives", "barriers"])
@pytest.mark.parametrize("sharing", [Sharing.COUNTED_ONLY, Sharing.STEWARDS_ONLY])
def test_an_entry_that_is_no_longer_to_be_shown_goes_at_once(cast: Cast, collection: str, sharing: Sharing) -> None:
    planted = cast.plant(collection)
    with cast.house.private.writing() as db:
        entry: Any = db.get(model_of(collection), planted.id)
        entry.sharing = sharing
    assert cast.house.published.one(collection, planted.id) is None
    assert cast.house.published.version(collection)[1] == 0


class _LostTheThread(Exception):
    pass


def test_what_fails_half_way_leaves_nothing_on_either_side(cast: Cast) -> None:
    before = published_rows(cast.house)

    def begin() -> None:
        with cast.house.private.writing() as db:
            given = read_answers(InitiativeAnswers, {"title": "Half", "activity": "food", "sharing": "exact"})
            initiatives.pin(db, given, shapely.Point(IN_CHAPELTOWN)).publication = Publication.PUBLISHED
            db.flush()
            raise _LostTheThread

    with pytest.raises(_LostTheThread):
        begin()
    assert published_rows(cast.house) == before
    with cast.house.private.reading() as db:
        assert db.scalars(select(Initiative)).all() == []


def test_publishing_that_fails_takes_the_change_back_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_given: Any) -> None:
        raise _LostTheThread

    monkeypatch.setattr(projector, "refresh_hidden_counts", break_down)
    with pytest.raises(_LostTheThread):
        cast.plant()
    with cast.house.private.reading() as db:
        assert db.scalars(select(Initiative)).all() == []
        assert db.scalars(select(Decision)).all() == []
    assert cast.house.published.version("initiatives") == (0, 0)


def test_a_version_number_moves_with_the_public_view_alone(cast: Cast) -> None:
    planted = cast.plant(sharing=Sharing.NEIGHBOURHOOD)
    before = cast.house.published.version("initiatives")
    with cast.house.private.writing() as db:
        entry = db.get_one(Initiative, planted.id)
        entry.exact_shape = shapely.Point(SPOTS[CHAPELTOWN][1])
        entry.steward_note = "Only for the contributor"
    cast.plant(sharing=Sharing.STEWARDS_ONLY)
    cast.plant(publication=Publication.SUBMITTED)
    assert cast.house.published.version("initiatives") == before


@pytest.mark.postgis
def test_what_another_writer_committed_meanwhile_is_published_as_it_is_now(postgis_url: str) -> None:
    """PostgreSQL lets two write at once: the later one must not publish what it read before the other committed."""
    from app.main import build_house
    from tests.support.service import settings_for

    house = build_house(settings_for(postgis_url))
    cast = Cast(house)
    cast.found()
    initiative = cast.plant(title="Before", sharing="neighbourhood")
    with house.private.writing() as slow:
        answers = read_answers(
            BarrierAnswers, {"kind": "gatekeeping", "what_happened": "Locked out.", "initiative": initiative.id}
        )
        barrier = barriers.report(slow, answers, shapely.Point(IN_CHAPELTOWN))
        barrier.publication = Publication.PUBLISHED
        held = slow.get(Initiative, initiative.id)  # It keeps what it read.
        with house.private.writing() as fast:
            fast.get_one(Initiative, initiative.id).title = "After"
        assert held is not None
    assert b"After" in (house.published.one("barriers", barrier.id) or b"")
    assert differences(house) == {}
    house.close()
