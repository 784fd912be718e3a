"""Two stores with the same public reports of one rule must answer alike, whatever else of it they hide."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.patterns.finding import look, settle
from app.patterns.models import Pattern, PatternMember
from app.vocabulary import Publication, Sharing
from tests.fences.test_two_worlds import NOW, MakeWorld, World, make_world
from tests.moderation.test_pattern_log import act
from tests.patterns.test_stewarding import HOME
from tests.support.cast import Planted
from tests.support.recurring import TEXTS, gather, reports, reshare

__all__ = ["make_world"]

PATTERN = "10000000-0000-4000-8000-000000000001"


def open_world(world: World, groups: int) -> list[str]:
    """`groups` public reports in one pattern, with ids that are the same in every world; then a night."""
    planted = []
    for number in range(groups):
        place = (-1.5309, 53.8172)
        initiative = world.cast.plant(
            place=place, sharing="neighbourhood", title=f"Picnic {number}", entry_id=_id(100 + number)
        )
        planted.append(
            world.cast.plant(
                "barriers",
                place=place,
                entry_id=_id(200 + number),
                kind="health_and_safety",
                what_happened=TEXTS[number],
                holder="Parks team",
                initiative=initiative.id,
                sharing="neighbourhood",
                happened=f"2026-0{number + 1}",
            )
        )
    with world.cast.house.private.writing() as db:
        db.add(Pattern(id=PATTERN, created_at=NOW, is_sure=True, words=[], figures={}))
    gather(world.cast, planted, pattern_id=PATTERN)
    return [one.id for one in planted]


def hide_more(world: World, counted: int) -> None:
    """What nobody may notice: reports of the same rule that wait, are for stewards, or are only counted."""
    unseen = [
        *reports(world.cast, 3, first=4, sharing=Sharing.STEWARDS_ONLY, with_initiatives=False),
        *reports(world.cast, 2, first=7, publication=Publication.SUBMITTED, with_initiatives=False),
        *reports(world.cast, counted, first=8, sharing=Sharing.COUNTED_ONLY, with_initiatives=False),
    ]
    gather(world.cast, unseen, pattern_id=PATTERN)


def night(world: World) -> None:
    with world.cast.house.private.reading() as db:
        found = look(db)
    with world.cast.house.private.writing() as db:
        settle(db, found)


ADDRESSES = (
    "/patterns",
    f"/patterns/{PATTERN}",
    "/councils",
    "/councils?kind=health_and_safety&neighbourhood=chapeltown",
    "/councils?stage=growing",
    "/councils.csv",
    "/changed",
    "/moderation/log",
    "/patterns.atom",
    "/patterns.atom?kind=health_and_safety",
    "/neighbourhoods/chapeltown",
    "/barriers/00000000-0000-4000-8000-000000000200",
    f"/patterns/{PATTERN}/us-too",
    "/api/collections/patterns",
    "/api/collections/patterns/items",
    f"/api/collections/patterns/items/{PATTERN}",
    "/api/collections/patterns/items.csv",
    "/api/collections/patterns/items?kind=health_and_safety",
    "/api/collections/barriers/items",
)


def differences(one: World, other: World) -> list[str]:
    """The addresses that the two worlds answer differently, in body, status or headers."""
    found = []
    for address in ADDRESSES:
        question = ("GET", address, {"Accept": "*/*"})
        first = one.answer(question)
        assert first[0] in {200, 404, 410}, address
        if first != other.answer(question):
            found.append(address)
    return found


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


@pytest.mark.parametrize(("groups", "counted"), [(2, 2), (3, 1), (4, 0), (5, 2)])
def test_what_is_hidden_of_a_rule_changes_no_byte_below_the_threshold(
    make_world: MakeWorld, groups: int, counted: int
) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        open_world(world, groups)
    hide_more(fuller, counted)
    for world in (plain, fuller):
        night(world)
    assert differences(plain, fuller) == []
    with fuller.cast.house.private.reading() as db:
        assert len(db.scalars(select(PatternMember)).all()) >= groups


def test_a_change_of_what_is_hidden_cannot_be_noticed(make_world: MakeWorld) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        open_world(world, 4)
    hidden = reports(fuller.cast, 3, first=5, sharing=Sharing.STEWARDS_ONLY, with_initiatives=False)
    gather(fuller.cast, hidden, pattern_id=PATTERN)
    assert differences(plain, fuller) == []
    fuller.cast.withdraw(hidden[0])
    assert differences(plain, fuller) == []


def test_what_stewards_do_with_hidden_reports_cannot_be_noticed(make_world: MakeWorld) -> None:
    """The public log counts acts on patterns: the same ones in both worlds, and none of those on what is hidden."""
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        planted = open_world(world, 4)
        steward_of(world)
        act(world.client, PATTERN, "name", title="Cover for picnics")
        act(world.client, PATTERN, "take_out", chosen=planted[:1])
    unseen = reports(fuller.cast, 2, first=5, sharing=Sharing.STEWARDS_ONLY, with_initiatives=False)
    gather(fuller.cast, unseen, pattern_id=PATTERN)
    act(fuller.client, PATTERN, "take_out", chosen=[unseen[0].id])
    act(fuller.client, PATTERN, "split", chosen=[unseen[1].id])
    others = reports(fuller.cast, 1, first=7, sharing=Sharing.COUNTED_ONLY, with_initiatives=False)
    lone = gather(fuller.cast, others)
    act(fuller.client, lone, "name", title="Nobody else sees this")
    act(fuller.client, lone, "move", chosen=[others[0].id], to=PATTERN)
    for world in (plain, fuller):
        world.client.cookies.clear()
    assert differences(plain, fuller) == []
    assert b"Given a name: 1" in plain.client.get("/moderation/log").content


def steward_of(world: World) -> None:
    """Let the world's client be Chapeltown's steward."""
    world.client.cookies.set("person", world.cast.signed_in(world.cast.steward()))
    world.client.headers.update(HOME)


# --- The questions would notice ---


@pytest.mark.parametrize(
    "act",
    [
        lambda world: gather(world.cast, reports(world.cast, 1, first=6), pattern_id=PATTERN),
        lambda world: hide_more(world, 2),
    ],
    ids=["one more public report", "five with those that are only counted"],
)
def test_what_is_above_the_threshold_would_be_noticed(make_world: MakeWorld, act: Callable[[World], object]) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        open_world(world, 3)
    act(fuller)
    assert f"/api/collections/patterns/items/{PATTERN}" in differences(plain, fuller)


def test_a_page_below_the_threshold_is_gone_for_everyone_alike(make_world: MakeWorld) -> None:
    world = make_world()
    open_world(world, 3)
    reshare(world.cast, Planted("barriers", _id(200), ""), Sharing.STEWARDS_ONLY)
    assert world.client.get(f"/api/collections/patterns/items/{PATTERN}").status_code == 410
