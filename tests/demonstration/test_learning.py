"""The invented recognitions, journals and reviews: strictly read, shown where they may be, and signed in to."""

import orjson
from sqlalchemy import select

from app.accounts.sign_in import use_link
from app.demonstration.cast import load_cast
from app.demonstration.learning import load_learning
from app.demonstration.load import funder_links, load_demonstration, load_neighbourhoods
from app.institutions.service import represented
from app.learning.models import JournalNote
from app.published.queries import Question
from app.vocabulary import Agreement, ConsentScope, Publication, Role
from app.web.house import House


def _load(house: House) -> None:
    with house.private.writing() as db:
        load_neighbourhoods(db)
        load_demonstration(db)


def test_it_speaks_of_invented_initiatives_alone() -> None:
    learning = load_learning()
    keys = {one.key for cast in load_cast() for one in cast.initiatives}
    named = {one.of for one in learning.recognitions} | {one.of for one in learning.notes}
    named |= {one.by_group for one in learning.recognitions if one.by_group}
    named |= {said.of for programme in learning.programmes for said in programme.reviews}
    assert named <= keys
    states = {one.state for one in learning.recognitions}
    assert states == {Agreement.ACCEPTED, Agreement.DECLINED, Agreement.PROPOSED}
    assert {one.scope for one in learning.notes} == set(ConsentScope)


def test_everyone_reads_what_was_accepted_opened_and_told_by_five(house: House) -> None:
    _load(house)
    learning = load_learning()
    page = house.published.page(Question("initiatives", limit=500))
    told = [orjson.loads(one)["properties"] for one in page.features]
    given = [one for each in told for one in each["recognitions"]]
    assert len(given) == sum(one.state is Agreement.ACCEPTED for one in learning.recognitions)
    notes = [one for each in told for one in each["journal"]]
    public = [one for one in learning.notes if one.publication is Publication.PUBLISHED]
    assert len(notes) == len(public) >= 5
    raw = house.published.page(Question("programmes")).features
    programmes = {one["name"]: one for one in (orjson.loads(each)["properties"] for each in raw)}
    assert programmes["Small Lights"]["reviews"]["groups"] == 5
    assert programmes["Small Lights"]["reply"]["published"] == "2026-10-05"
    assert programmes["Neighbourhood small grants"]["reviews"] is None
    assert all(one["demonstration"] for one in programmes.values())


def test_a_steward_has_a_note_to_read_and_the_funder_can_sign_in(house: House) -> None:
    _load(house)
    with house.private.writing() as db:
        asked = select(JournalNote).where(JournalNote.publication == Publication.SUBMITTED)
        assert db.scalars(asked.where(JournalNote.scope == ConsentScope.PUBLIC)).all()
        ((name, secret),) = funder_links(db).items()
        person = use_link(db, secret)
        own = represented(db, person)
        assert person.role is Role.FUNDER
        assert own is not None
        assert own.name == name == "Northern Lantern Fund"
