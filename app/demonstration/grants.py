"""Invented grants, in the 360Giving standard: taken in as any file of grants is, and matched as stewards would."""

from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.demonstration.cast import Key
from app.formats.threesixtygiving import GrantRecord
from app.funding import grants
from app.funding.models import AreaCode, GrantMade
from app.imports.grants.batches import take_in_grants
from app.imports.grants.placing import Placing
from app.imports.grants.reading import Habits, sort_grants
from app.imports.grants.values import licence_name
from app.imports.rows import Provenance
from app.initiatives.models import Initiative
from app.initiatives.organisation_ids import read_organisation_id
from app.kit.answers import Answers
from app.kit.errors import Invalid

FILE = "grants.json"


class AreaRecord(Answers):
    """A small area or ward, and how much of it lies in one of the places of the demonstration."""

    code: Annotated[str, Field(pattern=r"^[EW]\d{8}$")]
    neighbourhood: Key
    share: Annotated[float, Field(ge=0, le=1)]


class Around(Answers):
    """What belongs to the grants and is no part of the standard: areas, registered numbers, and stewards' matches."""

    note: Annotated[str, Field(min_length=1)]
    areas: tuple[AreaRecord, ...]
    # By the keys of initiatives.
    numbers: dict[Key, str]
    # From a grant's id to the key of an initiative.
    matches: dict[str, Key]


class Grants(Answers):
    """The whole file: a 360Giving package, with what stands around it."""

    version: str
    publisher: dict[str, str]
    license: str
    demonstration: Around
    grants: tuple[dict[str, Any], ...]


def load_grants() -> Grants:
    """The invented grants. Raises pydantic.ValidationError, which names each fault."""
    return Grants.model_validate_json((resources.files(__package__) / FILE).read_text(encoding="utf-8"))


def give_grants(db: Session, told: Grants, initiatives: Mapping[str, Initiative], stewards: Mapping[str, str]) -> int:
    """Take the grants in and match some; returns how many. `stewards` are ids of people, by the slug of their place.

    Raises Invalid where one of them would be refused: then the file is at fault.
    """
    around = told.demonstration
    db.add_all(AreaCode(**one.model_dump()) for one in around.areas)
    for key, number in around.numbers.items():
        initiatives[key].organisation_id = read_organisation_id(number)
    db.flush()  # Grants are placed by these areas.
    records = [GrantRecord(number, one) for number, one in enumerate(told.grants, start=1)]
    sorting = sort_grants(records, Placing.over(db, ()), Habits(is_table=False))
    if len(sorting.accepted) != len(records):
        raise Invalid(f"Invented grants are refused: {[*sorting.refused, *sorting.individuals]}.")
    provenance = Provenance(told.publisher["name"], licence_name(told.license), "")
    take_in_grants(db, sorting, FILE, provenance)
    held = {row.grant_id: row for row in db.query(GrantMade)}
    for grant_id, key in around.matches.items():
        steward = db.get_one(Person, stewards[initiatives[key].neighbourhood])
        grants.match(db, held[grant_id], initiatives[key], steward)
    return len(records)
