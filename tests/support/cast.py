"""A small cast for a store: three neighbourhoods, whoever adds entries, and the stewards who look at them.

Everybody enters through the services, in transactions of the house, so that publishing follows as it does for real.
"""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pytest
import shapely
from fastapi import FastAPI
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.accounts import edit_links, sessions
from app.accounts.models import Person
from app.accounts.secrets import EDIT_PREFIX, new_secret
from app.accounts.sign_in import add_person
from app.barriers import service as barriers
from app.barriers.answers import BarrierAnswers
from app.barriers.models import Barrier
from app.contributing.kinds import kind_named
from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.shipped import shipped
from app.moderation.models import Decision
from app.neighbourhoods.coarsening import public_place
from app.neighbourhoods.models import Boundary, Neighbourhood
from app.vocabulary import DecisionReason, Publication, ReviewPolicy, Role, Sharing
from app.web.house import House

CHAPELTOWN, SEACROFT, BEESTON = "chapeltown", "seacroft", "beeston-holbeck"
# A community centre's place, as good as any: well inside Chapeltown.
IN_CHAPELTOWN = (-1.5309, 53.8172)

_LEAST = {
    "initiatives": {"title": "Soup on Tuesdays", "activity": "food"},
    "barriers": {"kind": "gatekeeping", "what_happened": "The key was never where it was said to be."},
}
_DECIDED = {Publication.RETURNED: DecisionReason.UNCLEAR, Publication.HIDDEN: DecisionReason.COULD_HARM}


@dataclass(frozen=True)
class Planted:
    """An entry of the cast's, and the secret of its edit link."""

    collection: str
    id: str
    secret: str

    @property
    def page(self) -> str:
        return f"/{self.collection}/{self.id}"

    @property
    def item(self) -> str:
        return f"/api/collections/{self.collection}/items/{self.id}"


@dataclass(frozen=True)
class Cast:
    """Acts on one store. Places are (longitude, latitude) or a shape in WGS 84."""

    house: House

    def found(self, *slugs: str, review: ReviewPolicy = ReviewPolicy.BEFORE) -> None:
        """Add the neighbourhoods that we ship; all three where none is named."""
        with self.house.private.writing() as db:
            for properties, outline in shipped_neighbourhoods():
                if slugs and properties["slug"] not in slugs:
                    continue
                words = {name: properties[name] for name in ("slug", "name", "codes", "source", "licence", "credit")}
                db.add(
                    Neighbourhood(
                        **words,
                        note=properties["note"],
                        review=review,
                        boundaries=[Boundary(shape=outline, valid_from=date(2020, 1, 1))],
                    )
                )

    def plant(
        self,
        collection: str = "initiatives",
        *,
        place: tuple[float, float] | BaseGeometry | None = IN_CHAPELTOWN,
        publication: Publication = Publication.PUBLISHED,
        entry_id: str | None = None,
        secret: str | None = None,
        steward_note: str = "",
        **answers: Any,
    ) -> Planted:
        """Add an entry in any publication state; `answers` are the contributor's, the rest is made up."""
        secret = secret or new_secret(EDIT_PREFIX)
        shape = Point(place) if isinstance(place, tuple) else place
        given: dict[str, Any] = _LEAST[collection] | answers
        if shape is None:
            given.setdefault("neighbourhood", CHAPELTOWN)
        with self.house.private.writing() as db:
            entry: Initiative | Barrier
            if collection == "initiatives":
                entry = initiatives.pin(db, read_answers(InitiativeAnswers, given), shape)
            else:
                entry = barriers.report(db, read_answers(BarrierAnswers, given), shape)
            if entry_id is not None:
                _rename(db, entry, entry_id)
            entry.publication = publication
            entry.steward_note = steward_note
            edit_links.give(db, secret=secret, collection=collection, entry_id=entry.id)
            return Planted(collection, entry.id, secret)

    def decide(self, planted: Planted, outcome: Publication, *, note: str = "", by: Person | None = None) -> None:
        """Publish, return or hide as a steward would, with an entry in the log."""
        person = by or self.steward()
        with self.house.private.writing() as db:
            entry: Any = db.get(model_of(planted.collection), planted.id)
            entry.publication, entry.steward_note = outcome, note
            db.add(
                Decision(
                    collection=planted.collection,
                    entry_id=planted.id,
                    neighbourhood=entry.neighbourhood,
                    outcome=outcome,
                    reason=_DECIDED.get(outcome),
                    note=note,
                    is_logged=entry.sharing.is_shown,
                    person_id=person.id,
                    decided_at=clock.now(),
                )
            )

    def withdraw(self, planted: Planted) -> None:
        """Take an entry back, as its contributor."""
        with self.house.private.writing() as db:
            entry: Any = db.get(model_of(planted.collection), planted.id)
            kind_named(planted.collection).withdraw(db, entry)
            edit_links.revoke(db, collection=planted.collection, entry_id=planted.id)

    def steward(self, slug: str = CHAPELTOWN, email: str = "steward@example.org") -> Person:
        """Somebody who looks after a neighbourhood."""
        with self.house.private.writing() as db:
            return add_person(db, email=email, role=Role.STEWARD, neighbourhood=slug, institution=None)

    def signed_in(self, person: Person) -> str:
        """The value of the cookie of somebody who has signed in."""
        with self.house.private.writing() as db:
            return sessions.open_for_person(db, person)


def model_of(collection: str) -> type[Initiative | Barrier]:
    """The private table behind a collection."""
    return Initiative if collection == "initiatives" else Barrier


@cache
def shipped_neighbourhoods() -> tuple[tuple[Mapping[str, Any], BaseGeometry], ...]:
    """Properties and outline (WGS 84) of the neighbourhoods that we ship."""
    collection = json.loads((shipped("geodata") / "neighbourhoods.geojson").read_text(encoding="utf-8"))
    return tuple(
        (feature["properties"], shapely.geometry.shape(feature["geometry"])) for feature in collection["features"]
    )


def outline_of(slug: str) -> BaseGeometry:
    """The outline of a neighbourhood that we ship (WGS 84)."""
    return next(outline for properties, outline in shipped_neighbourhoods() if properties["slug"] == slug)


def spots_in(slug: str, count: int, *, seed: int) -> list[tuple[float, float]]:
    """Random places inside a neighbourhood, the same for the same seed: longitude and latitude, 7 decimals."""
    outline, chance = outline_of(slug), random.Random(seed)
    west, south, east, north = outline.bounds
    found: list[tuple[float, float]] = []
    while len(found) < count:
        spot = (round(chance.uniform(west, east), 7), round(chance.uniform(south, north), 7))
        if outline.contains(Point(spot)):
            found.append(spot)
    return found


def hidden_spots(
    slug: str, count: int, *, seed: int, but: Iterable[tuple[float, float]] = ()
) -> list[tuple[float, float]]:
    """Random places whose coordinates occur in no outline, in no square and not in `but`: to find one is a leak."""
    shown = coordinate_texts(but)
    for spot in spots_in(slug, 200, seed=seed):
        place = public_place(Point(spot), Sharing.STREET, outline_of(slug))
        shown |= coordinate_texts(map(tuple, shapely.get_coordinates(place.shape).tolist())) if place else set()
    for _properties, outline in shipped_neighbourhoods():
        # A map opens on the middle of a neighbourhood.
        middle = shapely.box(*outline.bounds).centroid
        for shape in (outline, middle, outline.centroid):
            shown |= coordinate_texts(map(tuple, shapely.get_coordinates(shape).tolist()))
    found = [spot for spot in spots_in(slug, count * 60, seed=seed) if not coordinate_texts([spot]) & shown]
    assert len(found) >= count
    return found[:count]


def coordinate_texts(places: Iterable[tuple[float, ...]]) -> set[str]:
    """Longitude and latitude as an answer would hold them to 4 decimals (11 m), cut and rounded."""
    return {text for place in places for part in place for text in (f"{part:.4f}", f"{part:.9f}"[:-5])}


def _rename(db: Any, entry: Initiative | Barrier, entry_id: str) -> None:
    """Give a fresh entry an id of the test's choice, so that two stores can hold the same ids."""
    for helped in list(db.new):
        if getattr(helped, "barrier_id", None) == entry.id:
            helped.barrier_id = entry_id
    entry.id = entry_id
    db.flush()


@pytest.fixture
def house(app: FastAPI) -> House:
    """The two sides behind `app`."""
    return app.state.house  # type: ignore[no-any-return]


@pytest.fixture
def cast(house: House) -> Cast:
    """The cast, over a fresh store of each kind that holds the three neighbourhoods and nothing else."""
    acting = Cast(house)
    acting.found()
    return acting
