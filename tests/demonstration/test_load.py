"""The demonstration loads through the services: all of it, marked, once."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from app.barriers.models import Barrier, Enabler
from app.demonstration.cast import load_cast
from app.demonstration.load import load_demonstration, load_neighbourhoods, steward_links
from app.initiatives.models import Initiative
from app.moderation.models import Decision
from app.published.queries import Question
from app.vocabulary import Publication
from app.web.house import House

_COLLECTIONS = ("neighbourhoods", "initiatives", "barriers")


def _load(house: House) -> tuple[int, int]:
    with house.private.writing() as db:
        return load_neighbourhoods(db), load_demonstration(db)


def test_everything_invented_is_loaded_and_marked(house: House) -> None:
    cast = load_cast()
    initiatives, barriers = (sum(len(getattr(one, name)) for one in cast) for name in ("initiatives", "barriers"))
    assert _load(house) == (3, initiatives + barriers)
    with house.private.reading() as db:
        for model, count in ((Initiative, initiatives), (Barrier, barriers)):
            assert db.scalar(select(func.count()).select_from(model).where(model.is_demonstration)) == count
        assert db.scalar(select(func.count()).select_from(Enabler)) == sum(len(one.enablers) for one in cast)
        named = db.scalar(select(func.count()).where(Barrier.initiative_id.is_not(None)))
        assert named == sum(barrier.initiative is not None for one in cast for barrier in one.barriers)
    for collection in ("initiatives", "barriers"):
        page = house.published.page(Question(collection, limit=500))
        assert len(page.features) > 40
        assert all(b'"demonstration":true' in feature for feature in page.features)


def test_a_few_entries_wait_so_that_a_steward_has_something_to_do(house: House) -> None:
    _load(house)
    with house.private.reading() as db:
        for slug in ("chapeltown", "seacroft", "beeston-holbeck"):
            found = [
                publication
                for model in (Initiative, Barrier)
                for publication in db.scalars(select(model.publication).where(model.neighbourhood == slug))
            ]
            assert found.count(Publication.SUBMITTED) == 2
            assert found.count(Publication.RETURNED) == 1
            assert found.count(Publication.PUBLISHED) == len(found) - 3
        decided = db.scalars(select(Decision)).all()
    assert all(decision.decided_at > datetime(2026, 5, 4, tzinfo=UTC) for decision in decided)


def test_its_dates_are_fixed_and_never_before_what_happened(house: House) -> None:
    _load(house)
    with house.private.reading() as db:
        for barrier in db.scalars(select(Barrier)):
            assert barrier.happened is not None
            assert barrier.happened <= barrier.created_at.date() <= datetime(2026, 11, 24, tzinfo=UTC).date()


def test_loading_again_changes_nothing(house: House) -> None:
    _load(house)
    before = [house.published.version(collection) for collection in _COLLECTIONS]
    assert _load(house) == (0, 0)
    assert [house.published.version(collection) for collection in _COLLECTIONS] == before


def test_nothing_is_loaded_beside_an_entry_of_somebody(house: House) -> None:
    _load(house)
    with house.private.writing() as db:
        for row in (*db.scalars(select(Barrier)), *db.scalars(select(Initiative).offset(1))):
            db.delete(row)
    assert _load(house) == (0, 0)


def test_each_steward_gets_a_fresh_link(house: House) -> None:
    _load(house)
    with house.private.writing() as db:
        first = steward_links(db)
    with house.private.writing() as db:
        second = steward_links(db)
    assert list(first) == ["Beeston & Holbeck", "Chapeltown", "Seacroft"]
    assert not set(first.values()) & set(second.values())
