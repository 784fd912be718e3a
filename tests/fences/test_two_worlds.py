"""Two stores that look the same to everyone must answer the same, byte for byte, whatever they hide."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from app.kit import clock
from app.main import create_app
from app.neighbourhoods.coarsening import ShownAs, public_place
from app.neighbourhoods.models import Neighbourhood
from app.publishing.projector import rebuild
from app.vocabulary import Agreement, ConnectionKind, Publication, Sharing
from tests.support.cast import CHAPELTOWN, Cast, Planted, outline_of, spots_in
from tests.support.granting import grant_in_the_open, grant_unseen, match, plant_grant
from tests.support.learned_worlds import LIGHTS, learn_in_the_open, learn_unseen
from tests.support.learning import note, review
from tests.support.service import settings_for
from tests.support.tying import tie, vouch

_FORM_KEY = re.compile(rb'name="idempotency_key" value="[^"]*"')
QUESTIONS = 520
COLLECTIONS = ["initiatives", "barriers", "initiatives", "barriers", "neighbourhoods", "connections"]
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
OUTLINE = outline_of(CHAPELTOWN)


@dataclass
class World:
    cast: Cast
    client: TestClient

    def answer(self, question: tuple[str, str, dict[str, str]]) -> tuple[int, list[tuple[str, str]], bytes]:
        method, url, headers = question
        told = self.client.request(method, url, headers=headers)
        # Every form gets a fresh key, so that sending it twice stores it once.
        body = _FORM_KEY.sub(b"", told.content)
        return told.status_code, sorted(told.headers.multi_items()), body


MakeWorld = Callable[[], World]


@pytest.fixture(params=["sqlite", "postgis"])
def make_world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MakeWorld]:
    """Makes stores that hold the three neighbourhoods, at the same time of the same day."""
    monkeypatch.setattr(clock, "source", lambda: NOW)
    with ExitStack() as stack:
        made: list[str] = []

        def make() -> World:
            name = f"world_{request.param}_{len(made)}"
            made.append(name)
            if request.param == "sqlite":
                file = tmp_path / f"{name}.db"
                file.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
                url = f"sqlite:///{file}"
            else:
                cluster = request.getfixturevalue("postgis_cluster")
                cluster.run(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('migrated_postgis')}")
                stack.callback(cluster.run, f"DROP DATABASE {name} WITH (FORCE)")
                url = cluster.url(name)
            app = create_app(settings_for(url))
            stack.callback(app.state.house.close)
            cast = Cast(app.state.house)
            cast.found()
            client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
            return World(cast, client)

        yield make


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def _cell_mates(count: int, *, seed: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Pairs of places that share their square, and are well apart in it."""
    chance = random.Random(seed)
    pairs = []
    for spot in spots_in(CHAPELTOWN, count * 10, seed=seed):
        place = public_place(shapely.Point(spot), Sharing.STREET, OUTLINE)
        if place is None or place.shown_as is not ShownAs.CELL:
            continue
        west, south, east, north = place.shape.bounds
        for _ in range(50):
            other = (chance.uniform(west, east), chance.uniform(south, north))
            moved = public_place(shapely.Point(other), Sharing.STREET, OUTLINE)
            if moved == place and OUTLINE.contains(shapely.Point(other)):
                pairs.append((spot, other))
                break
    assert len(pairs) >= count
    return pairs[:count]


PAIRS = _cell_mates(12, seed=2)


GRANTS = [_id(70 + number) for number in range(4)]


def plant_in_the_open(world: World, side: int) -> list[Planted]:
    """Entries that everyone sees; `side` (0 or 1) chooses where in its square each one really is."""
    planted = []
    for number, pair in enumerate(PAIRS):
        collection = ("initiatives", "barriers")[number % 2]
        sharing = Sharing.STREET if number % 3 else Sharing.NEIGHBOURHOOD
        answers: dict[str, Any] = {"sharing": sharing}
        if collection == "initiatives":
            answers |= {"title": f"Title {number}", "activity": ("food", "voice")[number % 4 // 2]}
        planted.append(world.cast.plant(collection, place=pair[side], entry_id=_id(number), **answers))
    doing = [one for one in planted if one.collection == "initiatives"]
    for number, (one, other) in enumerate(zip(doing[1:], doing, strict=False)):
        kind = list(ConnectionKind)[number % len(ConnectionKind)]
        tie(world.cast, one, other, kind, tie_id=_id(50 + number))
    learn_in_the_open(world.cast, planted)
    grant_in_the_open(world.cast, doing, GRANTS)
    return planted


def hide_more(world: World) -> None:
    """What nobody may notice: unseen entries of each sort, fewer counted ones than the threshold, their decisions."""
    for number in range(7):
        place = PAIRS[number][0]
        world.cast.plant("barriers", place=place, sharing="counted_only", what_happened=f"Counted {number}")
        world.cast.plant("initiatives", place=place, sharing="stewards_only", title=f"For stewards {number}")
    for state in (Publication.SUBMITTED, Publication.DRAFT, Publication.RETURNED):
        for collection in ("initiatives", "barriers"):
            world.cast.plant(collection, place=PAIRS[3][1], publication=state, sharing="exact")
    unseen = world.cast.plant("barriers", sharing="stewards_only", publication=Publication.SUBMITTED)
    world.cast.decide(unseen, Publication.PUBLISHED)
    world.cast.decide(unseen, Publication.HIDDEN)
    world.cast.withdraw(world.cast.plant(sharing="counted_only"))
    seen = [Planted("initiatives", _id(number), "") for number in range(0, len(PAIRS), 2)]
    quiet = [world.cast.plant(sharing="counted_only", activity="voice", title=f"Quiet {number}") for number in range(4)]
    learn_unseen(world.cast, seen, quiet)
    hide_ties(world)
    grant_unseen(
        world.cast,
        [
            world.cast.plant(sharing="counted_only", activity="voice", title="Granted quietly"),
            world.cast.plant(sharing="stewards_only", title="Granted for stewards"),
            world.cast.plant(publication=Publication.SUBMITTED, title="Granted and waiting"),
        ],
        GRANTS,
    )


def hide_ties(world: World) -> None:
    """Ties that nobody may notice: not agreed, ended, or to what is not shown; and vouches of each sort."""
    shown = [Planted("initiatives", _id(number), "") for number in range(0, len(PAIRS), 2)]
    for number, state in enumerate((Agreement.PROPOSED, Agreement.DECLINED, Agreement.WITHDRAWN)):
        tie(world.cast, shown[number], shown[number + 3], ConnectionKind.LENT_BY, state=state)
        tie(world.cast, shown[number + 3], shown[number], ConnectionKind.GREW_OUT_OF, state=state)
    hidden = [
        world.cast.plant(title="Counted", sharing="counted_only"),
        world.cast.plant(title="For stewards", sharing="stewards_only"),
        world.cast.plant(title="Waits", publication=Publication.SUBMITTED),
        world.cast.plant(title="Hidden", publication=Publication.HIDDEN),
        world.cast.plant(title="Gone", sharing="counted_only"),
    ]
    for one in hidden:
        tie(world.cast, one, shown[0], ConnectionKind.GREW_OUT_OF)
        tie(world.cast, shown[1], one, ConnectionKind.SHARES_PEOPLE)
        for number, state in enumerate((Agreement.PROPOSED, Agreement.ACCEPTED, Agreement.DECLINED)):
            vouch(world.cast, shown[number], one, state=state)
    vouch(world.cast, shown[0], shown[1])
    world.cast.withdraw(hidden[-1])
    with world.cast.house.private.writing() as db:
        db.get_one(Neighbourhood, CHAPELTOWN).trusts_vouches = True


def questions(seed: int, etags: list[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Random questions of a stranger, the same for the same seed: boxes, filters, paging, ETags, pages."""
    chance = random.Random(seed)
    west, south, east, north = OUTLINE.bounds
    pages = [
        "/", "/neighbourhoods/chapeltown", "/neighbourhoods/seacroft", "/neighbourhoods/chapeltown/map", "/councils",
        "/funders", "/patterns", "/moderation/log", "/about", "/api", "/api/collections", "/initiatives/new",
        "/neighbourhoods/chapeltown/ecology", "/neighbourhoods/chapeltown/ecology.json", "/mine/ties", "/mine/vouches",
        "/barriers/new", "/ready", "/moderation", "/funders/chapeltown", "/funders/chapeltown.csv",
        "/funders/programmes", "/funders/desk", "/recognition", "/funders/chapeltown/embed",
        "/funders/chapeltown/charts/activities.json",
    ]  # fmt: skip
    for _ in range(QUESTIONS):
        collection = chance.choice(COLLECTIONS)
        headers = {"Accept": chance.choice(["*/*", "text/html", "application/json"])}
        if chance.random() < 0.15:
            headers["If-None-Match"] = chance.choice(etags)
        if chance.random() < 0.2:
            word = chance.choice(["", "?activity=food", "?kind=gatekeeping", "?lifecycle=active", "?page=2"])
            yield "GET", chance.choice(pages) + (word if chance.random() < 0.5 else ""), headers
            continue
        if chance.random() < 0.2:
            one = _id(chance.choice([*range(16), *range(50, 55)])) if chance.random() < 0.8 else "nobody"
            address = chance.choice([f"/{collection}/{one}", f"/api/collections/{collection}/items/{one}"])
            yield chance.choice(["GET", "GET", "HEAD"]), address, headers
            continue
        middle = chance.choice(chance.choice(PAIRS))
        reach = 10 ** chance.uniform(-6, -1.5)
        box = (middle[0] - reach, middle[1] - reach, middle[0] + reach * chance.random(), middle[1] + reach)
        if chance.random() < 0.2:
            box = (west - 1, south - 1, east + 1, north + 1)
        query = ["bbox=" + ",".join(f"{part:.9f}" for part in box)] if chance.random() < 0.8 else []
        query += chance.sample(
            [
                "limit=1",
                "limit=3",
                "neighbourhood=chapeltown",
                "datetime=2019/..",
                "datetime=../2020",
                "lifecycle=active",
            ],
            k=chance.choice([0, 0, 1, 2]),
        )
        if collection == "initiatives" and chance.random() < 0.3:
            query.append(chance.choice(["activity=food", "activity=voice", "activity=culture"]))
        if collection == "barriers" and chance.random() < 0.3:
            query.append(chance.choice(["kind=gatekeeping", "kind=low_visibility"]))
        names = [one.split("=")[0] for one in query]
        kept = [one for place, one in enumerate(query) if names.index(names[place]) == place]
        yield "GET", f"/api/collections/{collection}/items?{'&'.join(kept)}", headers


def differences(one: World, other: World, seed: int = 4) -> list[str]:
    """The questions that the two worlds answer differently."""
    etags = [
        told.headers.get("etag", '"none"')
        for told in (
            one.client.get(url)
            for url in ("/api/collections/initiatives/items", "/api/collections/barriers/items", "/")
        )
    ]
    found = []
    for question in questions(seed, etags):
        first = one.answer(question)
        assert first[0] < 500, question
        if first != other.answer(question):
            found.append(f"{question[0]} {question[1]}")
    return found


def test_places_within_a_square_cannot_be_told_apart(make_world: MakeWorld) -> None:
    worlds = make_world(), make_world()
    for side, world in enumerate(worlds):
        plant_in_the_open(world, side)
    assert differences(*worlds) == []


def test_what_is_hidden_cannot_be_noticed(make_world: MakeWorld) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        plant_in_the_open(world, 0)
    hide_more(fuller)
    assert differences(plain, fuller) == []


def test_a_rebuild_cannot_be_noticed(make_world: MakeWorld) -> None:
    """But for the version, which it raises: so both are rebuilt."""
    worlds = make_world(), make_world()
    for side, world in enumerate(worlds):
        plant_in_the_open(world, side)
        if side:
            hide_more(world)
        with world.cast.house.private.writing() as db:
            rebuild(db)
    assert differences(*worlds) == []


# --- The questions would notice ---


def test_one_more_public_entry_would_be_noticed(make_world: MakeWorld) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        plant_in_the_open(world, 0)
    fuller.cast.plant("barriers", entry_id=_id(90), sharing="neighbourhood")
    assert differences(plain, fuller)


def test_one_more_tie_would_be_noticed(make_world: MakeWorld) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        shown = plant_in_the_open(world, 0)
    tie(fuller.cast, shown[8], shown[0], tie_id=_id(60))
    assert differences(plain, fuller)


@pytest.mark.parametrize("what", ["a grant", "a match"])
def test_one_more_grant_or_match_would_be_noticed(make_world: MakeWorld, what: str) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        shown = plant_in_the_open(world, 0)
    if what == "a grant":
        plant_grant(fuller.cast, "360G-more", id=_id(80))
    else:
        match(fuller.cast, GRANTS[3], shown[4])
    assert differences(plain, fuller)


def test_another_square_would_be_noticed(make_world: MakeWorld) -> None:
    worlds = make_world(), make_world()
    for world, place in zip(worlds, (PAIRS[1][0], PAIRS[2][0]), strict=True):
        plant_in_the_open(world, 0)
        world.cast.plant(place=place, entry_id=_id(91))
    assert differences(*worlds)


def test_an_exact_place_a_metre_away_would_be_noticed(make_world: MakeWorld) -> None:
    worlds = make_world(), make_world()
    for world, place in zip(worlds, ((-1.5309, 53.8172), (-1.5309, 53.81721)), strict=True):
        plant_in_the_open(world, 0)
        world.cast.plant(place=place, entry_id=_id(92), sharing="exact")
    assert differences(*worlds)


def test_one_counted_entry_above_the_threshold_would_be_noticed(make_world: MakeWorld) -> None:
    plain, fuller = make_world(), make_world()
    for world, count in ((plain, 7), (fuller, 8)):
        plant_in_the_open(world, 0)
        for number in range(count):
            world.cast.plant("barriers", place=PAIRS[number][0], sharing="counted_only")
    assert differences(plain, fuller)


@pytest.mark.parametrize("what", ["a note that everyone may read", "the tenth group of a programme"])
def test_what_everyone_may_learn_would_be_noticed(make_world: MakeWorld, what: str) -> None:
    plain, fuller = make_world(), make_world()
    for world in (plain, fuller):
        seen = plant_in_the_open(world, 0)
        for number in range(4):
            one = world.cast.plant(entry_id=_id(80 + number), sharing="neighbourhood", title=f"More {number}")
            review(world.cast, one, LIGHTS)
        world.cast.plant(entry_id=_id(85), sharing="neighbourhood", title="The tenth")
    if what.startswith("a note"):
        note(fuller.cast, seen[0])
    else:
        review(fuller.cast, Planted("initiatives", _id(85), ""), LIGHTS)
    assert differences(plain, fuller)


# --- Asking with ever smaller boxes ---


def searched(world: World, steps: int = 20) -> tuple[float, float, float, float]:
    """What is left of the world (west, south, east, north) after `steps` box questions that halve it each time."""
    west, south, east, north = OUTLINE.bounds

    def is_in(box: tuple[float, float, float, float]) -> bool:
        url = "/api/collections/initiatives/items?bbox=" + ",".join(f"{part:.9f}" for part in box)
        return bool(world.client.get(url).json()["numberMatched"])

    for step in range(steps):
        if step % 2:
            middle = (south + north) / 2
            south, north = (south, middle) if is_in((west, south, east, middle)) else (middle, north)
        else:
            middle = (west + east) / 2
            west, east = (west, middle) if is_in((west, south, middle, north)) else (middle, east)
    return west, south, east, north


def _metres(box: tuple[float, float, float, float], place: tuple[float, float]) -> float:
    return max(abs((box[0] + box[2]) / 2 - place[0]) * 65_700, abs((box[1] + box[3]) / 2 - place[1]) * 111_300)


def test_twenty_boxes_find_an_exact_place_and_never_one_in_a_square(make_world: MakeWorld) -> None:
    place, other = max(PAIRS, key=lambda pair: shapely.Point(pair[0]).distance(shapely.Point(pair[1])))
    exact, street, street_too = make_world(), make_world(), make_world()
    exact.cast.plant(place=place, sharing="exact", entry_id=_id(1))
    street.cast.plant(place=place, sharing="street", entry_id=_id(1))
    street_too.cast.plant(place=other, sharing="street", entry_id=_id(1))
    assert _metres(searched(exact), place) < 5
    # Wherever in its square it is, the search ends at the same spot: it has learned the square, and nothing more.
    assert searched(street) == searched(street_too)
    square = public_place(shapely.Point(place), Sharing.STREET, OUTLINE)
    assert square is not None
    assert square.shape.intersects(shapely.box(*searched(street)))
