"""The invented records, read from the JSON files beside this module and checked strictly.

A file that breaks a rule of the product does not load: a demonstration that could not have been typed into the forms
would show something that the service does not do.
"""

from importlib import resources
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.kit.answers import Answers
from app.kit.errors import Invalid
from app.kit.geo import read_geometry
from app.kit.partial_date import PartialDate
from app.vocabulary import (
    Activity,
    BarrierKind,
    Concern,
    Effect,
    EnablerKind,
    Formality,
    Helper,
    Lifecycle,
    PeopleBand,
    Precision,
    Recognition,
    Sharing,
    Stage,
    WayOfWorking,
)

FILES = ("chapeltown.json", "seacroft.json", "beeston-holbeck.json")

_OVER = {Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED}
_FINER_THAN_NEIGHBOURHOOD = {Sharing.EXACT, Sharing.STREET}


def _checked_geometry(given: object) -> object:
    """`given` unchanged, where it is GeoJSON that the forms and the API would take. Raises Invalid."""
    if given is not None:
        read_geometry(given)
    return given


Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
# One GeoJSON geometry (WGS 84, longitude first), the exact place as its contributor marked it; None: no place given.
Geometry = Annotated[dict[str, Any] | None, BeforeValidator(_checked_geometry)]
# BCP 47, as far as the demonstration needs it.
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class When(Answers):
    """A date as people know it: "2021", "2021-04" or "2021-04-17", and which of the three it is."""

    date: str
    precision: Precision

    @property
    def partial(self) -> PartialDate:
        return PartialDate.parse(self.date, field="date")

    @model_validator(mode="after")
    def _is_cut_to_its_precision(self) -> Self:
        if self.partial.precision != self.precision:
            raise Invalid(f"{self.date} is not cut to the {self.precision}.", field="date")
        return self


class SharedRecord(Answers):
    """What each record has. `key` names it within the whole cast."""

    key: Key
    sharing: Sharing


class PlacedRecord(SharedRecord):
    geometry: Geometry
    language: Language


class InitiativeRecord(PlacedRecord):
    """One invented initiative."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    summary: Annotated[str, Field(min_length=1, max_length=300)]
    story: Annotated[str, Field(max_length=2000)]
    activity: Activity
    formality: Formality
    lifecycle: Lifecycle
    ways_of_working: Annotated[tuple[WayOfWorking, ...], Field(min_length=1)]
    concerns: Annotated[tuple[Concern, ...], Field(min_length=1)]
    people_band: PeopleBand
    first_active: When
    last_active: When | None
    recognised_by: Annotated[tuple[Recognition, ...], Field(min_length=1)]

    @field_validator("ways_of_working", "concerns", "recognised_by")
    @classmethod
    def _says_each_word_once(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(words)) != len(words):
            raise Invalid("A word is given twice.")
        return words

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.last_active is not None) != (self.lifecycle in _OVER):
            raise Invalid("Give a last date if, and only if, it is over.", field="last_active")
        if self.last_active and self.last_active.partial.last_day < self.first_active.partial.first_day:
            raise Invalid("It ends before it begins.", field="last_active")
        if Recognition.NOBODY_YET in self.recognised_by and len(self.recognised_by) > 1:
            raise Invalid("Nobody yet, or somebody: not both.", field="recognised_by")
        return self


class BarrierRecord(PlacedRecord):
    """One invented report of what stood in the way. `initiative` is the key of one in the same neighbourhood."""

    kind: BarrierKind
    what_happened: Annotated[str, Field(min_length=40, max_length=900)]
    holder: Annotated[str, Field(max_length=200)] | None
    rule_cited: Annotated[str, Field(max_length=300)] | None
    stage: Stage
    effect: Effect
    happened: When
    initiative: Key | None
    what_helped: Annotated[str, Field(max_length=900)] | None

    @model_validator(mode="after")
    def _keeps_welfare_sanctions_vague(self) -> Self:
        if self.kind is BarrierKind.WELFARE_SANCTION and self.sharing in _FINER_THAN_NEIGHBOURHOOD:
            raise Invalid("A welfare sanction is never shown finer than its neighbourhood.", field="sharing")
        return self


class EnablerRecord(SharedRecord):
    """What helped: with one barrier or with one initiative of the same neighbourhood, never with both."""

    kind: EnablerKind
    text: Annotated[str, Field(min_length=20, max_length=400)]
    helped_barrier: Key | None
    helped_initiative: Key | None
    from_whom: Helper

    @model_validator(mode="after")
    def _helps_one(self) -> Self:
        if (self.helped_barrier is None) == (self.helped_initiative is None):
            raise Invalid("Name the barrier or the initiative that it helped with.", field="helped_barrier")
        return self


class NeighbourhoodCast(Answers):
    """Everything invented about one neighbourhood. `note` says so, in words for people."""

    neighbourhood: Key
    note: Annotated[str, Field(min_length=1)]
    initiatives: tuple[InitiativeRecord, ...]
    barriers: tuple[BarrierRecord, ...]
    enablers: tuple[EnablerRecord, ...]

    @property
    def placed(self) -> tuple[PlacedRecord, ...]:
        """Everything with a sharing choice and a place of its own."""
        return (*self.initiatives, *self.barriers)

    @model_validator(mode="after")
    def _refers_to_its_own(self) -> Self:
        sharing = {placed.key: placed.sharing for placed in self.placed}
        initiatives = {initiative.key for initiative in self.initiatives}
        barriers = {barrier.key for barrier in self.barriers}
        for barrier in self.barriers:
            if barrier.initiative is not None and barrier.initiative not in initiatives:
                raise Invalid(f"{barrier.key} names the unknown initiative {barrier.initiative}.")
        for enabler in self.enablers:
            helped = enabler.helped_barrier or enabler.helped_initiative
            if enabler.helped_barrier not in {None, *barriers} or enabler.helped_initiative not in {None, *initiatives}:
                raise Invalid(f"{enabler.key} helped with the unknown {helped}.")
            # What helped is read where the entry is read, so it cannot be more private than that entry.
            if helped and sharing[helped].is_shown != enabler.sharing.is_shown:
                raise Invalid(f"{enabler.key} is shared otherwise than {helped}.")
        return self


def load_cast() -> list[NeighbourhoodCast]:
    """The whole cast, one entry for each neighbourhood. Raises pydantic.ValidationError, which names each fault."""
    folder = resources.files(__package__)
    return [
        NeighbourhoodCast.model_validate_json((folder / name).read_text(encoding="utf-8"), strict=True)
        for name in FILES
    ]
