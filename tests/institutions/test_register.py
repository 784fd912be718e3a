"""The register: words lead to an institution only where there is no doubt, and two entries can become one."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.barriers.models import Barrier
from app.barriers.service import link_holders
from app.contributing.kinds import kind_named
from app.contributing.saving import merged, save, stored_fields
from app.contributing.steps import step_named
from app.institutions import service
from app.institutions.models import Institution, InstitutionMerge
from app.institutions.names import Register
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.patterns.service import new_pattern
from app.responses.models import CannedText, Response
from app.vocabulary import InstitutionKind, Publication, ResponseState, Role
from tests.support.cast import CHAPELTOWN, SEACROFT, Cast, Planted

COUNCIL, DESK, FUND = "Eastmoor City Council", "Eastmoor City Council, street events desk", "Northern Lantern Fund"


@pytest.fixture
def register(cast: Cast) -> dict[str, str]:
    """Ids by name: a council, its events desk, and a fund."""
    with cast.house.private.writing() as db:
        council = service.add(db, name=COUNCIL, kind=InstitutionKind.COUNCIL, other_names=["ECC"])
        others = ["Eastmoor events desk", "East Moor City Council (street events)"]
        desk = service.add(db, name=DESK, kind=InstitutionKind.DESK, part_of=council, other_names=others)
        fund = service.add(db, name=FUND, kind=InstitutionKind.FUNDER, agreed_since=date(2026, 6, 1))
        return {one.name: one.id for one in (council, desk, fund)}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (DESK, DESK),
        ("the street events team of Eastmoor City Council", DESK),
        ("street events, EASTMOOR city council", DESK),
        ("East Moor City Council (Street Events)", DESK),
        ("Eastmor City Council, street events desk", DESK),
        ("Eastmoor City Council, street evnets", DESK),
        ("Nothern Lantern Fund", FUND),
        ("Nórthern lantern fund.", FUND),
        ("Northern Lantren Fund", FUND),
        ("ecc", COUNCIL),
    ],
)
def test_a_name_another_name_or_one_slip_leads_to_its_entry(
    cast: Cast, register: dict[str, str], words: str, name: str
) -> None:
    assert _holder_of(cast, cast.plant("barriers", holder=words)) == (register[name], words)


@pytest.mark.parametrize(
    "words",
    [
        "the council",
        "council",
        "Westmoor City Council",  # another town
        "Eastmoor City Council, parks desk",
        "Lantern Fund",
        "Nothern Lantren Fund",  # two slips
        "Norther Lantern Find",
        "acc",
        "someone at the desk",
        "---",
        "قسم المجتمع في مجلس المدينة",
        "",
    ],
)
def test_words_that_may_mean_anybody_else_stay_words(cast: Cast, register: dict[str, str], words: str) -> None:
    assert _holder_of(cast, cast.plant("barriers", holder=words)) == (None, words)


def test_a_slip_that_fits_two_fits_none() -> None:
    two = Register([_entry("Newton Parks"), _entry("Newtown Parks"), _entry("Nowtown Parks")])
    assert two.meant("Newtown parks") is not None
    assert two.meant("Newtownn parks") is not None
    assert two.meant("Newtwn parks") is None
    assert two.meant("Nwtown parks") is None


def test_a_name_of_two_is_nobodys() -> None:
    both = Register([_entry("Ash Parks", "the parks"), _entry("Elm Parks", "the parks")])
    assert both.called("the parks") is None
    assert both.meant("parks") is None


def test_picking_from_the_register_by_id(cast: Cast, register: dict[str, str]) -> None:
    assert _holder_of(cast, cast.plant("barriers", institution=register[FUND])) == (register[FUND], FUND)
    own_words = cast.plant("barriers", institution=register[DESK], holder="the events lady")
    assert _holder_of(cast, own_words) == (register[DESK], "the events lady")
    with pytest.raises(Invalid, match="no institution with this id"):
        cast.plant("barriers", institution="nobody")


def test_a_change_by_the_api_keeps_what_was_picked_and_follows_new_words(
    cast: Cast, register: dict[str, str], client: TestClient
) -> None:
    picked = cast.plant("barriers", institution=register[DESK], holder="the events lady")
    written = cast.plant("barriers", holder=FUND)
    for one, properties, left in (
        (picked, {"rule_cited": "Insurance"}, register[DESK]),
        (picked, {"institution": None}, None),
        (written, {"rule_cited": "Accounts"}, register[FUND]),
        (written, {"holder": "ECC"}, register[COUNCIL]),
    ):
        headers = {"Authorization": f"Bearer {one.secret}", "If-Match": "*"}
        answer = client.patch(one.item, json={"type": "Feature", "properties": properties}, headers=headers)
        assert answer.status_code == 200, answer.text
        assert _holder_of(cast, one)[0] == left


def test_the_form_keeps_what_a_program_picked_for_as_long_as_the_words_stay(
    cast: Cast, register: dict[str, str]
) -> None:
    picked = cast.plant("barriers", institution=register[DESK], holder="the events lady")
    kind = kind_named("barriers")
    more = step_named(kind, "more")
    for words, left in (
        ("the events lady", register[DESK]),
        ("Northern Lantern fund", register[FUND]),
        ("a man", None),
    ):
        with cast.house.private.writing() as db:
            barrier = db.get_one(Barrier, picked.id)
            stored = stored_fields(db, kind, barrier)
            form = {**stored, "permission_holder": words, "rule_cited": "Insurance"}
            save(db, kind, barrier, more, merged(stored, more, form))
        assert _holder_of(cast, picked) == (left, words)


def test_what_was_withdrawn_names_nobody(cast: Cast, register: dict[str, str]) -> None:
    planted = cast.plant("barriers", holder=FUND)
    cast.withdraw(planted)
    assert _holder_of(cast, planted) == (None, "")


def test_the_form_offers_the_names_of_the_place(cast: Cast, register: dict[str, str], client: TestClient) -> None:
    with cast.house.private.writing() as db:
        service.add(db, name="Seacroft Hall", kind=InstitutionKind.VENUE, areas=[SEACROFT])
        service.add(db, name="The “Chapel” & Hall", kind=InstitutionKind.VENUE, areas=[CHAPELTOWN])
        assert "Seacroft Hall" not in service.suggestions(db, CHAPELTOWN)
        assert service.suggestions(db) == sorted([COUNCIL, DESK, FUND, "Seacroft Hall", "The “Chapel” & Hall"])
    form = {"step": "where", "neighbourhood": CHAPELTOWN, "kind": "gatekeeping", "what_happened": "No key.", "go": "on"}
    page = client.post("/barriers/new", data=form, headers={"origin": "http://127.0.0.1:8000"}).text
    assert 'list="l-permission_holder"' in page
    assert f'<option value="{DESK}"></option>' in page
    assert '<option value="The “Chapel” &amp; Hall"></option>' in page
    assert "Seacroft Hall" not in page


def test_reports_are_linked_to_who_comes_into_the_register_later(cast: Cast) -> None:
    planted = cast.plant("barriers", holder="Larkfold Homse")
    other = cast.plant("barriers", holder="Larkfold")
    with cast.house.private.writing() as db:
        added = service.add(db, name="Larkfold Homes", kind=InstitutionKind.HOUSING)
        assert (link_holders(db), link_holders(db)) == (1, 0)
    assert _holder_of(cast, planted) == (added.id, "Larkfold Homse")
    assert _holder_of(cast, other)[0] is None
    assert added.id.encode() in (cast.house.published.one("barriers", planted.id) or b"")


def test_a_name_is_given_once(cast: Cast, register: dict[str, str]) -> None:
    with cast.house.private.writing() as db:
        for name, others in ((FUND, []), ("Lantern", [DESK]), ("ECC", []), (" ", [])):
            with pytest.raises(Invalid):
                service.add(db, name=name, kind=InstitutionKind.OTHER, other_names=others)
        with pytest.raises(Invalid, match="no neighbourhood “atlantis”"):
            service.add(db, name="Lantern", kind=InstitutionKind.OTHER, areas=["atlantis"])
        with pytest.raises(Invalid, match="still to come"):
            service.agree(service.named(db, FUND), clock.today() + timedelta(days=1))


def test_an_officer_speaks_for_an_institution_and_its_desks(cast: Cast, register: dict[str, str]) -> None:
    with cast.house.private.writing() as db:
        officer = _officer(db, COUNCIL)
        assert [one.name for one in service.speaks_for(db, officer)] == [COUNCIL, DESK]
        assert [one.name for one in service.speaks_for(db, _officer(db, DESK))] == [DESK]
        assert service.speaks_for(db, _officer(db, "Nobody")) == []
        steward = add_person(db, email="s@example.org", role=Role.STEWARD, neighbourhood=CHAPELTOWN, institution=None)
        funder = add_person(db, email="f@example.org", role=Role.FUNDER, neighbourhood=None, institution=FUND)
        assert service.institution_of(db, steward) is None
        assert service.institution_of(db, funder) is None
        officer.ended_at = clock.now()
        assert service.institution_of(db, officer) is None


def test_merging_moves_everything_and_is_noted(cast: Cast, register: dict[str, str]) -> None:
    with cast.house.private.writing() as db:
        old = service.add(db, name="Eastmoor Corporation", kind=InstitutionKind.COUNCIL, other_names=["the Corp"])
        service.add(db, name="Baths", kind=InstitutionKind.DESK, part_of=old)
        service.agree(old, date(2026, 3, 1))
        officer = _officer(db, "Eastmoor Corporation")
        pattern = new_pattern(db)
        answer = Response(
            collection="patterns",
            subject_id=pattern.id,
            institution_id=old.id,
            state=ResponseState.HEARD,
            publication=Publication.DRAFT,
            written_by_id=officer.id,
            written_at=clock.now(),
        )
        # Both have a text of this name: it cannot move.
        texts = [CannedText(institution_id=one, name="Hello", text="Hello") for one in (old.id, register[COUNCIL])]
        db.add_all([answer, *texts, CannedText(institution_id=old.id, name="Bye", text="Bye")])
    planted = cast.plant("barriers", holder="the corp")
    assert _holder_of(cast, planted)[0] == old.id
    with cast.house.private.writing() as db:
        done = service.merge(db, db.get_one(Institution, register[COUNCIL]), db.get_one(Institution, old.id))
        assert (done.merged_name, done.barriers_moved) == ("Eastmoor Corporation", 1)
    with cast.house.private.reading() as db:
        kept = service.named(db, "Eastmoor Corporation")
        assert (kept.name, service.standing(db, old.id), kept.agreed_since) == (COUNCIL, kept, date(2026, 3, 1))
        assert kept.other_names == ["ECC", "Eastmoor Corporation", "the Corp"]
        assert [one.name for one in service.parts_of(db, kept)] == ["Baths", DESK]
        assert service.institution_of(db, db.get_one(Person, officer.id)) == kept
        assert db.scalars(select(Response.institution_id)).all() == [kept.id]
        moved = select(CannedText.name).where(CannedText.institution_id == kept.id).order_by(CannedText.name)
        assert db.scalars(moved).all() == ["Bye", "Hello"]
        assert db.scalars(select(InstitutionMerge.kept_id)).all() == [kept.id]
        assert db.get(Institution, old.id) is not None
    # The public copy follows, though nobody touched the report.
    assert kept.id.encode() in (cast.house.published.one("barriers", planted.id) or b"")
    assert _holder_of(cast, cast.plant("barriers", holder="the corp"))[0] == kept.id


def test_no_circles(cast: Cast, register: dict[str, str]) -> None:
    with cast.house.private.writing() as db:
        council, desk, fund = (service.named(db, name) for name in (COUNCIL, DESK, FUND))
        with pytest.raises(Invalid, match="one and the same"):
            service.merge(db, council, council)
        with pytest.raises(Invalid, match="is part of"):
            service.merge(db, desk, council)
        service.merge(db, council, desk)
        for kept, merged in ((desk, council), (council, desk), (fund, desk)):
            with pytest.raises(Invalid, match="was merged"):
                service.merge(db, kept, merged)
        service.merge(db, fund, council)
        assert service.standing(db, desk.id) is fund
        with pytest.raises(NotFound, match="no institution “Nobody”"):
            service.named(db, "Nobody")


def _holder_of(cast: Cast, planted: Planted) -> tuple[str | None, str]:
    with cast.house.private.reading() as db:
        barrier = db.get_one(Barrier, planted.id)
        return barrier.institution_id, barrier.holder


def _officer(db: Any, name: str) -> Person:
    return add_person(db, email="o@example.org", role=Role.OFFICER, neighbourhood=None, institution=name)


def _entry(name: str, *others: str) -> Institution:
    return Institution(id=name, name=name, other_names=list(others))
