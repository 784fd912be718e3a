"""Single values of a grant as funders write them: amounts, days, and names that may be a person's."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import list_currencies

from app.imports.grants.given_names import GIVEN_NAMES
from app.initiatives.organisation_ids import is_registered
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import clean_line, clean_text, looks_personal

_CURRENCIES = frozenset(list_currencies())
# In whole units of any currency: more than any grant, and its hundredths fit into every database.
_MOST_AMOUNT = Decimal(10) ** 13
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ].*)?")
# What spreadsheets hold in place of a day: days since the end of 1899; these are 1927 to 2091.
_SERIAL = re.compile(r"[1-6]\d{4}(?:\.\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_EARLIEST = date(1990, 1, 1)
_AHEAD = timedelta(days=366)
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|rev|sir|dame|cllr|councillor)\b\.?\s+\S", re.IGNORECASE)
_SAYS_SO = re.compile(
    r"(?:an? |the )?(?:private |anonymous |named )*(?:individual|person|sole trader)s?\b", re.IGNORECASE
)
_ID_OF_ONE = re.compile(r"(?:^|[-_:/])(?:IND|INDIVIDUAL|PERSON)(?:[-_:/\d]|$)")
_MOST_WORDS_OF_A_NAME = 3
_WORDS_OF_GROUPS = """
academy action aid allotment allotments arts association band cafe centre charity choir church cic circle club
collective college committee community company council dance education enterprise enterprises events fc festival food
foundation friends fund garden gardens group hall house hub initiative kitchen league limited ltd ministries mosque
network nursery partnership play plus project projects radio school services society sports studio studios support
team temple theatre together trust union women workshop youth
"""
# "Grace Church" and "Faith Hall" are no persons.
_OF_GROUPS = frozenset(_WORDS_OF_GROUPS.split())


_LICENCES = {
    "creativecommons.org/licenses/by/4.0": "CC-BY-4.0",
    "creativecommons.org/licenses/by-sa/4.0": "CC-BY-SA-4.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "opendatacommons.org/licenses/by/1": "ODC-By-1.0",
    "opendatacommons.org/licenses/pddl/1": "PDDL-1.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": "OGL-UK-3.0",
}


def licence_name(told: str) -> str:
    """The short name of a licence that a package gives by its address; anything else as it stands."""
    return next((name for address, name in _LICENCES.items() if address in told), told)


def text(values: Mapping[str, Any], name: str, *, most: int, needed: bool = False, lines: bool = False) -> str:
    """A cleaned text. Raises Invalid where it is no text, too long, or missing where it is needed."""
    raw = values.get(name)
    if raw is not None and not isinstance(raw, str):
        raise Invalid("This must be a text.", field=name)
    cleaned = (clean_text if lines else clean_line)(raw or "", most=most, field=name)
    if needed and not cleaned:
        raise Invalid("It is missing.", field=name)
    return cleaned


def first(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The first of a list of objects, or an empty one. Raises Invalid where it is no list of objects."""
    listed = several(values, name)
    return listed[0] if listed else {}


def several(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects, as it stands. Raises Invalid where it is none."""
    raw = values.get(name)
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise Invalid("This must be a list of objects.", field=name)
    return raw


def amount_hundredths(raw: object, *, is_table: bool) -> int:
    """An amount in hundredths of its currency. Raises Invalid for what is below nothing, or no number."""
    if raw is None or raw == "":
        raise Invalid("It is missing.", field="amountAwarded")
    if isinstance(raw, str) and is_table:
        number = _number(raw)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        number = Decimal(str(raw))
    else:
        raise Invalid(f"“{str(raw)[:40]}” is no number.", field="amountAwarded")
    if not number.is_finite():
        raise Invalid(f"“{str(raw)[:40]}” is no number.", field="amountAwarded")
    if number < 0:
        raise Invalid("The amount is below nothing. Money that came back is no grant.", field="amountAwarded")
    if number > _MOST_AMOUNT:
        raise Invalid("The amount is larger than any grant.", field="amountAwarded")
    return int((number * 100).to_integral_value())


def currency(raw: str) -> str:
    """A currency's three letters (ISO 4217). Raises Invalid for one that there is not."""
    code = raw.upper()
    if code not in _CURRENCIES:
        raise Invalid(f"“{raw[:40]}” is no currency: write three letters, such as GBP.", field="currency")
    return code


def day(raw: object, field: str, *, day_first: bool) -> date | None:
    """A day: 2021-04-17, with or without a time, or a spreadsheet's number for it; None where nothing is given.

    A day such as 17/04/2021 is read only where `day_first` says that the whole file writes so. Raises Invalid.
    """
    told = "" if raw is None else str(raw).strip()
    if not told:
        return None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Invalid("This is no day.", field=field)
    if _SERIAL.fullmatch(told):
        return _sensible(_SERIAL_ZERO + timedelta(days=int(float(told))), field)
    if found := _ISO.fullmatch(told):
        year, month, number = map(int, found.groups())
        try:
            if len(told) > len("2021-04-17"):
                datetime.fromisoformat(told)
            return _sensible(date(year, month, number), field)
        except ValueError as error:
            raise Invalid(f"There is no day {told[:40]}.", field=field) from error
    if found := _SLASHED.fullmatch(told):
        number, month, year = map(int, found.groups())
        return _slashed(number, month, year, told, field, day_first=day_first)
    raise Invalid(f"“{told[:40]}” is no day: write 2021-04-17.", field=field)


def may_be_a_person(name: str, organisation_id: str, organisation_type: str) -> str:
    """Why the recipient may be a person, in words; "" where nothing says so.

    The rule: its id or type says so, or its name is "an individual", or it has no registered number and a name that
    begins with Mr, Mrs and the like, or one of two or three words that begins with a common given name.
    """
    if _ID_OF_ONE.search(organisation_id) or _SAYS_SO.match(organisation_type):
        return "the id or type of the recipient says that it is a person"
    if _SAYS_SO.fullmatch(name) or "an e-mail address" in looks_personal(name):
        return "the name of the recipient says that it is a person"
    is_likely = _TITLE.match(name) or _begins_with_a_given_name(name)
    return "the name of the recipient may be a person’s" if is_likely and not is_registered(organisation_id) else ""


def _begins_with_a_given_name(name: str) -> bool:
    words = name.split()
    small = [word.casefold() for word in words]
    is_short = 1 < len(words) <= _MOST_WORDS_OF_A_NAME and all(word[:1].isupper() for word in words)
    return is_short and small[0] in GIVEN_NAMES and not _OF_GROUPS.intersection(small)


def _number(raw: str) -> Decimal:
    told = raw.strip().removeprefix("£").strip()
    if _THOUSANDS.fullmatch(told):
        told = told.replace(",", "")
    try:
        return Decimal(told)
    except InvalidOperation as error:
        raise Invalid(f"“{raw[:40]}” is no number.", field="amountAwarded") from error


def _slashed(number: int, month: int, year: int, told: str, field: str, *, day_first: bool) -> date:
    try:
        found = date(year, month, number)
    except ValueError as error:
        raise Invalid(f"“{told[:40]}” is no day, with the day before the month.", field=field) from error
    if not day_first:
        raise Invalid(
            f"“{told[:40]}” has the day first, or the month. Write {found.isoformat()} for the {number}. of month "
            f"{month}; or say --day-first if the whole file writes so.",
            field=field,
        )
    return _sensible(found, field)


def _sensible(found: date, field: str) -> date:
    # What a grant is for may go on for decades; when it was given may not lie far ahead.
    if found < _EARLIEST or (field == "awardDate" and found > clock.today() + _AHEAD):
        raise Invalid(f"{found.isoformat()} is too early or too late for a grant.", field=field)
    return found
