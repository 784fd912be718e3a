"""Grants of a file, each read on its own: accepted, refused with a reason, or left out because it is a person's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.formats.threesixtygiving import GrantRecord
from app.imports.grants import values as read
from app.imports.grants.placing import Placed, Placing
from app.initiatives.organisation_ids import is_registered, normalised, of_registers
from app.kit.errors import DomainError, Invalid
from app.kit.text import looks_personal
from app.vocabulary import PlacedBy

_MOST = {"id": 200, "title": 1_000, "description": 20_000, "name": 300, "programme": 300}
_OWN_CURRENCY = "GBP"


@dataclass(frozen=True)
class ReadGrant:
    """One grant that may be stored. `columns` are those of the table, apart from its batch and its match."""

    place: int
    grant_id: str
    columns: Mapping[str, Any]
    placed: Placed


@dataclass(frozen=True)
class Told:
    """What is to be said of one row: why it was refused or left out, or what is odd about it."""

    place: int
    grant_id: str
    field: str
    sentence: str


@dataclass
class GrantSorting:
    """Every row of a file, in one of four lists. `notes` are about accepted ones."""

    accepted: list[ReadGrant] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    individuals: list[Told] = field(default_factory=list)
    elsewhere: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Habits:
    """How a file is written, which it does not say itself. `only_here` leaves out grants for other places."""

    is_table: bool
    day_first: bool = False
    only_here: bool = False


def sort_grants(records: Iterable[GrantRecord], placing: Placing, habits: Habits) -> GrantSorting:
    """Read each row on its own: one that is wrong never keeps another out. Nothing is written."""
    sorting = GrantSorting()
    seen: dict[str, int] = {}
    for record in records:
        grant_id = _id_of(record.values)
        try:
            why = _why_a_person(record.values)
            if why:
                # Not even its id is told: it may hold a name.
                sorting.individuals.append(Told(record.place, "", "recipient", f"Left out: {why}."))
                continue
            grant, notes = _read(record, placing, habits)
            earlier = seen.setdefault(grant.grant_id, record.place)
            if earlier != record.place:
                raise Invalid(f"It has the same id as number {earlier:,} of the file.", field="id")
        except DomainError as error:
            sorting.refused.append(Told(record.place, grant_id, error.field or "", error.message))
            continue
        if grant.placed.is_elsewhere and habits.only_here:
            sorting.elsewhere.append(Told(record.place, grant_id, "beneficiaryLocation", "It is for another place."))
            continue
        sorting.accepted.append(grant)
        sorting.notes += [Told(record.place, grant_id, name, sentence) for name, sentence in notes]
    return sorting


def _read(record: GrantRecord, placing: Placing, habits: Habits) -> tuple[ReadGrant, list[tuple[str, str]]]:
    if record.problem:
        raise Invalid(record.problem)
    given, notes = record.values, _Notes()
    grant_id = read.text(given, "id", most=_MOST["id"], needed=True)
    title = read.text(given, "title", most=_MOST["title"], needed=True)
    description = read.text(given, "description", most=_MOST["description"], needed=True, lines=True)
    currency = read.currency(read.text(given, "currency", most=20, needed=True))
    amount = read.amount_hundredths(given.get("amountAwarded"), is_table=habits.is_table)
    awarded = read.day(given.get("awardDate"), "awardDate", day_first=habits.day_first)
    if awarded is None:
        raise Invalid("It is missing.", field="awardDate")
    funder_id, funder = _organisation(given, "fundingOrganization")
    recipient_id, recipient = _organisation(given, "recipientOrganization")
    placed = placing.place(given)
    if amount == 0:
        notes.add("amountAwarded", "The amount is 0.")
    if currency != _OWN_CURRENCY:
        notes.add("currency", f"The amount is in {currency}: it is shown, and not added to others.")
    if placed.by is PlacedBy.NOWHERE:
        notes.add("beneficiaryLocation", placed.note or "It does not say whom it is for: it is not placed.")
    elif placed.note:
        notes.add("beneficiaryLocation", placed.note)
    for name, text in (("title", title), ("description", description)):
        if personal := looks_personal(text):
            notes.add(name, f"It may hold {' and '.join(personal)}. Please look.")
    if len(read.several(given, "recipientOrganization")) > 1:
        notes.add("recipientOrganization", "It has several recipients: the first one is kept.")
    columns = {
        "grant_id": grant_id,
        "title": title,
        "description": description,
        "amount_hundredths": amount,
        "currency": currency,
        "awarded_on": awarded,
        "ends_on": _end(given, notes, day_first=habits.day_first),
        "funder_name": funder,
        "funder_org_id": funder_id,
        "recipient_name": recipient,
        "recipient_org_id": recipient_id,
        "programme": read.text(read.first(given, "grantProgramme"), "title", most=_MOST["programme"]),
        "placed_by": placed.by,
        "neighbourhood": placed.neighbourhood,
    }
    return ReadGrant(record.place, grant_id, columns, placed), notes.told


class _Notes:
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def add(self, name: str, sentence: str) -> None:
        self.told.append((name, sentence))


def _id_of(values: Mapping[str, Any]) -> str:
    """The id as it stands, for the report, whatever is wrong with it."""
    return str(values.get("id") or "")[: _MOST["id"]]


def _why_a_person(values: Mapping[str, Any]) -> str:
    if any((values.get("recipientIndividual"), values.get("toIndividualsDetails"))):
        return "it was given to a person"
    try:
        organisations: Sequence[Mapping[str, Any]] = read.several(values, "recipientOrganization")
    except Invalid:  # Told when it is read.
        return ""
    for one in organisations:
        name, organisation_id, kind = (str(one.get(part) or "") for part in ("name", "id", "organisationType"))
        if why := read.may_be_a_person(name.strip(), normalised(organisation_id), kind.strip()):
            return why
    return ""


def _organisation(values: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Id and name of the first organisation. A number of a register stands before one that the funder made up."""
    try:
        told = read.first(values, name)
        organisation_id = normalised(read.text(told, "id", most=_MOST["id"], needed=True))
        title = read.text(told, "name", most=_MOST["name"], needed=True)
        if not is_registered(organisation_id):
            numbers = (read.text(told, number, most=40) for number in ("charityNumber", "companyNumber"))
            organisation_id = of_registers(*numbers) or organisation_id
    except Invalid as error:
        raise Invalid(error.message, field=f"{name} {error.field or ''}".strip()) from error
    return organisation_id, title


def _end(values: Mapping[str, Any], notes: _Notes, *, day_first: bool) -> date | None:
    """The day on which what it is for ends, the real one before the planned one; None where it is not told."""
    for name in ("actualDates", "plannedDates"):
        raw = read.first(values, name).get("endDate")
        try:
            found = read.day(raw, "endDate", day_first=day_first)
        except Invalid as error:
            notes.add("endDate", f"{error.message} It is left out.")
            continue
        if found is not None:
            return found
    return None
