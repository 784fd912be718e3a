"""Files in the 360Giving standard, made by its rules: valid grants and broken ones, as JSON, CSV and XLSX."""

import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl

from app.formats.threesixtygiving import read_grants
from app.funding.models import AreaCode
from app.imports.grants.batches import compare_grants, take_in_grants
from app.imports.grants.placing import Placing
from app.imports.grants.reading import GrantSorting, Habits, sort_grants
from app.imports.rows import Provenance
from app.web.house import House
from tests.support.cast import BEESTON, CHAPELTOWN, SEACROFT, spots_in

KINDS = ("json", "csv", "xlsx")
Grant = dict[str, Any]
GIVEN = Provenance("A fund’s grants", "CC-BY-4.0", "A fund")
# Codes that no register has, and where most of each lies.
AREAS = {"E01999001": (CHAPELTOWN, 0.97), "E01999002": (SEACROFT, 0.5), "E05999001": (BEESTON, 0.8)}
_TITLES = {
    "id": "Identifier",
    "title": "Title",
    "description": "Description",
    "currency": "Currency",
    "amountAwarded": "Amount Awarded",
    "awardDate": "Award Date",
    "plannedDates/0/endDate": "Planned Dates:End Date",
    "fundingOrganization/0/id": "Funding Org:Identifier",
    "fundingOrganization/0/name": "Funding Org:Name",
    "recipientOrganization/0/id": "Recipient Org:Identifier",
    "recipientOrganization/0/name": "Recipient Org:Name",
    "recipientOrganization/0/organisationType": "Recipient Org:Organisation Type",
    "recipientOrganization/0/postalCode": "Recipient Org:Postal Code",
    "recipientIndividual/id": "Recipient Ind:Identifier",
    "recipientIndividual/name": "Recipient Ind:Name",
    "toIndividualsDetails/primaryGrantReason": "To Individuals Details:Primary Grant Reason",
    "grantProgramme/0/title": "Grant Programme:Title",
    "beneficiaryLocation/0/name": "Beneficiary Location:0:Name",
    "beneficiaryLocation/0/geoCode": "Beneficiary Location:0:Geographic Code",
    "beneficiaryLocation/0/geoCodeType": "Beneficiary Location:0:Geographic Code Type",
    "beneficiaryLocation/0/latitude": "Beneficiary Location:0:Latitude",
    "beneficiaryLocation/0/longitude": "Beneficiary Location:0:Longitude",
    "beneficiaryLocation/1/name": "Beneficiary Location:1:Name",
    "beneficiaryLocation/1/geoCode": "Beneficiary Location:1:Geographic Code",
    "beneficiaryLocation/1/geoCodeType": "Beneficiary Location:1:Geographic Code Type",
    "locationScope": "Location Scope",
}


def grant(number: int = 1, **more: Any) -> Grant:
    """One valid grant that says where it is for; `more` replaces what it says, None leaves it out."""
    made: Grant = {
        "id": f"360G-try-{number}",
        "title": f"Chairs, lot {number}",
        "description": "Chairs for a hall that everybody uses.",
        "currency": "GBP",
        "amountAwarded": 1000,
        "awardDate": "2024-03-05",
        "fundingOrganization": [{"id": "GB-CHC-999001", "name": "A fund"}],
        "recipientOrganization": [{"id": "GB-CHC-999002", "name": "A hall association", "postalCode": "LS7 3AA"}],
        "beneficiaryLocation": [{"geoCode": "E01999001", "geoCodeType": "LSOA"}],
    }
    return {name: value for name, value in (made | more).items() if value is not None}


def valid_grants(count: int, *, seed: int = 5) -> list[Grant]:
    """Grants of every shape that the standard allows and we read, the same for the same seed."""
    chance = random.Random(seed)
    spot = spots_in(SEACROFT, 1, seed=9)[0]
    places: list[list[dict[str, Any]] | None] = [
        [{"geoCode": "E01999001", "geoCodeType": "LSOA"}],
        [{"geoCode": "E01999002"}, {"name": "Our city", "geoCode": "E08999001", "geoCodeType": "MD"}],
        [{"name": "A ward", "geoCode": "E05999001", "geoCodeType": "WD"}],
        [{"longitude": spot[0], "latitude": spot[1]}],
        [{"name": "Our city", "geoCode": "E08999001", "geoCodeType": "MD", "latitude": 53.8, "longitude": -1.5}],
        None,
    ]
    made = []
    for number in range(count):
        day = date(2018, 1, 1) + timedelta(days=chance.randrange(2_500))
        ends = {"plannedDates": [{"endDate": (day + timedelta(days=365)).isoformat()}]} if chance.random() < 0.5 else {}
        made.append(
            grant(
                number,
                title=f"{chance.choice(['Seeds', 'Ölfarben', 'دفء', 'Tea & chairs', '=SUM(1)'])} {number}",
                description="One line.\nAnother line, with “marks”, a semicolon; and a comma.",
                amountAwarded=chance.choice([0, 250, 1999.99, 12_000, 1_250_000]),
                currency=chance.choice(["GBP", "GBP", "GBP", "EUR"]),
                awardDate=day.isoformat(),
                recipientOrganization=[
                    {"id": f"GB-CHC-{900_000 + chance.randrange(60)}", "name": f"Association {number}"}
                ],
                grantProgramme=[{"title": chance.choice(["Small sums", "Halls"])}] if chance.random() < 0.7 else None,
                beneficiaryLocation=chance.choice(places),
                **ends,
            )
        )
    return made


def _without(name: str, one: Grant) -> Grant:
    return one | {name: None}


# What can be broken, so that it is broken in a table, too.
BREAKS: Mapping[str, Callable[[Grant], Grant]] = {
    **{f"no {name}": partial(_without, name) for name in grant() if name != "beneficiaryLocation"},
    "a funder without an id": lambda one: one | {"fundingOrganization": [{"name": "A fund"}]},
    "a recipient without a name": lambda one: one | {"recipientOrganization": [{"id": "GB-CHC-1"}]},
    "an empty title": lambda one: one | {"title": "  "},
    "an amount below nothing": lambda one: one | {"amountAwarded": -10},
    "an amount in words": lambda one: one | {"amountAwarded": "a lot"},
    "an endless amount": lambda one: one | {"amountAwarded": 10**30},
    "no currency that there is": lambda one: one | {"currency": "POUNDS"},
    "the day first": lambda one: one | {"awardDate": "31/12/2021"},
    "a day that there is not": lambda one: one | {"awardDate": "2021-02-30"},
    "a day in words": lambda one: one | {"awardDate": "soon"},
    "a day long ago": lambda one: one | {"awardDate": "0201-05-01"},
    "a latitude off the globe": lambda one: one | {"beneficiaryLocation": [{"latitude": 153.8, "longitude": -1.5}]},
}


def broken_grants(count: int, valid: Sequence[Grant]) -> list[Grant]:
    """Grants that have one thing wrong each, of every kind in turn; the last ones repeat ids of `valid` ones."""
    ways = [*BREAKS.values(), *BREAKS.values(), *BREAKS.values()][: count - 4]
    made = [way(grant(10_000 + number)) for number, way in enumerate(ways)]
    made += [grant(1, id=valid[number]["id"]) for number in range(4)]
    assert len(made) == count
    return [{name: value for name, value in one.items() if value is not None} for one in made]


def write_file(file: Path, grants: Sequence[Grant], *, by_path: bool = False) -> Path:
    """The grants as the kind of file that `file` is called. `by_path`: columns are named by paths, not by titles."""
    if file.suffix == ".json":
        about = {"version": "1.4", "publisher": {"name": "A fund"}, "license": GIVEN.licence}
        file.write_text(json.dumps(about | {"grants": list(grants)}), encoding="utf-8")
        return file
    flat = [_flat(one) for one in grants]
    head = list(_TITLES) if by_path else list(_TITLES.values())
    lines = [[one.get(path) for path in _TITLES] for one in flat]
    if file.suffix == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([head, *lines])
        file.write_text(text.getvalue(), encoding="utf-8", newline="")
    else:
        book = openpyxl.Workbook()
        book.active.append(head)
        for line in lines:
            book.active.append(
                [f" {cell}" if isinstance(cell, str) and cell.startswith("=") else cell for cell in line]
            )
        book.save(file)
    return file


def add_areas(house: House) -> None:
    """The areas that the grants name."""
    with house.private.writing() as db:
        db.add_all(AreaCode(code=code, neighbourhood=slug, share=share) for code, (slug, share) in AREAS.items())


def sort_file(house: House, file: Path, *, cities: Sequence[str] = (), day_first: bool = False) -> GrantSorting:
    """What the import would make of each row."""
    read = read_grants(file)
    with house.private.reading() as db:
        habits = Habits(read.is_table, day_first=day_first, only_here=bool(cities))
        sorting = sort_grants(read.records, Placing.over(db, cities), habits)
    lists = (sorting.accepted, sorting.refused, sorting.individuals, sorting.elsewhere)
    assert sum(len(one) for one in lists) == len(read.records)
    return sorting


def import_grants(
    house: House, file: Path, *, provenance: Provenance = GIVEN, **more: Any
) -> tuple[dict[str, int], str | None]:
    """Take a file in; returns how many were new, changed and unchanged, and the id of the batch."""
    sorting = sort_file(house, file, **more)
    with house.private.writing() as db:
        done, batch = take_in_grants(db, sorting, file.name, provenance)
        assert not compare_grants(db, sorting.accepted, provenance).fresh
        counts = {"new": len(done.fresh), "changed": len(done.changed), "unchanged": done.unchanged}
        return counts, batch.id if batch else None


def give(house: House, folder: Path, *grants: Grant) -> str:
    """Take these grants in, as JSON; returns the id of their batch."""
    _, batch = import_grants(house, write_file(folder / "given.json", grants))
    assert batch is not None
    return batch


def _flat(one: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in one.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{name}/")
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                flat |= _flat(inner, f"{before}{name}/{number}/")
        else:
            flat[f"{before}{name}"] = value
    return flat
