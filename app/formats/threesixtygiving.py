"""Grants in the 360Giving Data Standard 1.4, as JSON, CSV or XLSX: bytes to plain records in the shape of its JSON.

Tables may name their columns by the standard's titles ("Recipient Org:Identifier") or by its paths
("recipientOrganization/0/id"). What is read is bounded: a file of more than MOST_BYTES is refused unread, and so is a
workbook that would unpack to more than MOST_UNPACKED; of more than MOST_GRANTS nothing is taken. A workbook is read row
by row.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import orjson
from flattentool.input import Cell, extract_dict_to_value, temporarydicts_to_lists, unflatten_main_with_parser
from openpyxl.utils.datetime import from_excel

from app.formats.tabular import read_table
from app.kit.errors import Invalid

MOST_BYTES = 50_000_000
MOST_UNPACKED = 300_000_000
MOST_GRANTS = 100_000
# Of a CSV, empty ones included: its lines times its columns. 50 MB of commas would fill any memory.
_MOST_CELLS = 12_000_000
_MOST_COLUMNS = 500
_MEGABYTE = 1_000_000

# The standard's titles, level by level, and the names that they stand for; columns that we do not use are left out.
_TITLES = {
    "identifier": "id",
    "title": "title",
    "description": "description",
    "currency": "currency",
    "amount awarded": "amountAwarded",
    "award date": "awardDate",
    "planned dates": "plannedDates",
    "actual dates": "actualDates",
    "start date": "startDate",
    "end date": "endDate",
    "recipient ind": "recipientIndividual",
    "to individuals details": "toIndividualsDetails",
    "primary grant reason": "primaryGrantReason",
    "secondary grant reason": "secondaryGrantReason",
    "grant purpose": "grantPurpose",
    "recipient org": "recipientOrganization",
    "funding org": "fundingOrganization",
    "grant programme": "grantProgramme",
    "beneficiary location": "beneficiaryLocation",
    "location scope": "locationScope",
    "name": "name",
    "charity number": "charityNumber",
    "company number": "companyNumber",
    "organisation type": "organisationType",
    "code": "code",
    "geographic code": "geoCode",
    "geographic code type": "geoCodeType",
    "latitude": "latitude",
    "longitude": "longitude",
    "country code": "countryCode",
}
_NAMES = {name.casefold(): name for name in _TITLES.values()}
_LISTS = {
    *("recipientOrganization", "fundingOrganization", "beneficiaryLocation"),
    *("grantProgramme", "plannedDates", "actualDates"),
}
_DATES = ("awardDate", "startDate", "endDate")
_NEEDED = ("id", "amountAwarded")
_ODD_WORKBOOK = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, RuntimeError, SyntaxError)


@dataclass(frozen=True)
class GrantRecord:
    """One grant as it came: its line in a table, or its place in a list (from 1). Values of a table are all text."""

    place: int
    values: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True)
class GrantFile:
    """A whole file. `about` is what a package says of itself; `unused` are columns and sheets that were left out."""

    records: Sequence[GrantRecord]
    read_as: str
    is_table: bool
    about: Mapping[str, Any]
    unused: tuple[str, ...] = ()


def read_grants(file: Path, encoding: str | None = None) -> GrantFile:
    """The grants in `file`, whatever its name ends in. Raises Invalid where it is too large, or none of the three."""
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise Invalid(
            f"The file has {size / _MEGABYTE:,.0f} MB. At most {MOST_BYTES / _MEGABYTE:,.0f} MB are read at once: "
            "split it, for example by year."
        )
    data = file.read_bytes()
    start = data.removeprefix(b"\xef\xbb\xbf")[:200].lstrip()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid("This is a workbook of the older kind, or one with a password. Save it as XLSX or CSV first.")
    if data.startswith(b"PK\x03\x04"):
        return _from_workbook(data)
    if start[:1] in {b"{", b"["}:
        return _from_json(data.removeprefix(b"\xef\xbb\xbf"))
    return _from_table(data, encoding)


def path_of(header: str) -> str | None:
    """The place in the standard's JSON that a column fills ("recipientOrganization/0/id"); None: we do not use it."""
    found: list[str] = []
    # A title may hold no slash, and a path no colon.
    for part in (one.strip() for one in re.split(r"[:/]", header)):
        name = part if part.isdecimal() else _TITLES.get(part.casefold()) or _NAMES.get(part.casefold())
        if name is None:
            return None
        if found and found[-1] in _LISTS and not name.isdecimal():
            found.append("0")
        found.append(name)
    is_whole = bool(found) and not found[-1].isdecimal() and found[-1] not in _LISTS
    return "/".join(found) if is_whole and not found[0].isdecimal() else None


def _check_count(grants: int) -> None:
    if grants > MOST_GRANTS:
        raise Invalid(f"The file holds more than {MOST_GRANTS:,} grants. Split it, for example by year.")


def _check_cells(data: bytes) -> None:
    """Raise Invalid for a table that would fill the memory, before it is taken apart."""
    lines = 1 + max(data.count(b"\n"), data.count(b"\r"))
    head = data.lstrip().partition(b"\n")[0].partition(b"\r")[0]
    columns = 1 + max(head.count(mark) for mark in (b",", b";", b"\t", b"|"))
    if lines * columns > _MOST_CELLS:
        raise Invalid(f"The table has about {lines * columns:,} cells. At most {_MOST_CELLS:,} are read: split it.")


def _from_json(data: bytes) -> GrantFile:
    try:
        told = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The file begins like JSON, but cannot be read as JSON: {str(error)[:200]}.") from error
    about = {name: value for name, value in told.items() if name != "grants"} if isinstance(told, dict) else {}
    grants = told.get("grants") if isinstance(told, dict) else told
    if not isinstance(grants, list):
        raise Invalid("The file holds no grants: 360Giving data in JSON has a list called “grants”.")
    _check_count(len(grants))
    records = [
        GrantRecord(number, one) if isinstance(one, dict) else GrantRecord(number, {}, "This is no grant.")
        for number, one in enumerate(grants, start=1)
    ]
    return GrantFile(records, "JSON", is_table=False, about=about)


def _from_table(data: bytes, encoding: str | None) -> GrantFile:
    _check_cells(data)
    table = read_table(data, encoding)
    _check_count(len(table.rows))
    columns, unused = _columns(table.columns)
    _check_columns(columns.values())
    records = [
        _nested(row.line, {path: row.cells[name] for name, path in columns.items()}, row.problem) for row in table.rows
    ]
    return GrantFile(records, f"a table in {table.encoding}", is_table=True, about={}, unused=unused)


def _from_workbook(data: bytes) -> GrantFile:
    try:
        _check_unpacked(data)
        with warnings.catch_warnings():
            # Charts, validations and the like that it leaves out: we read values alone.
            warnings.simplefilter("ignore")
            return _from_sheets(openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True))
    except Invalid:
        raise
    except (*_ODD_WORKBOOK, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Invalid(f"The file cannot be read as an XLSX workbook. ({str(error)[:200]})") from error


def _check_unpacked(data: bytes) -> None:
    """Raise Invalid for a small file that would fill the memory: what a part says of its size bounds its reading."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > MOST_UNPACKED:
        raise Invalid(
            f"The workbook unpacks to {unpacked / _MEGABYTE:,.0f} MB. At most {MOST_UNPACKED / _MEGABYTE:,.0f} MB are "
            "read: split it, or save it as CSV."
        )


def _from_sheets(book: Any) -> GrantFile:  # noqa: ANN401 - openpyxl comes without types
    others: list[str] = []
    found: GrantFile | None = None
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # What a file says of its own size may be wrong.
        lines = sheet.iter_rows(max_row=MOST_GRANTS + 2, max_col=_MOST_COLUMNS, values_only=True)
        head = next(lines, ())
        columns, unused = _columns([str(cell or "").strip() for cell in head])
        if found is None and set(_NEEDED) <= set(columns.values()):
            places = {str(cell or "").strip(): number for number, cell in reversed(list(enumerate(head)))}
            by_place = {places[name]: path for name, path in columns.items()}
            found = GrantFile(
                list(_from_lines(lines, by_place, book.epoch)), f"sheet “{sheet.title}”", is_table=True, about={},
                unused=unused,
            )  # fmt: skip
        else:
            others.append(f"sheet “{sheet.title}”")
    if found is None:
        _check_columns(())
        raise Invalid("The workbook holds no sheet of grants.")
    _check_count(len(found.records))
    return GrantFile(found.records, found.read_as, is_table=True, about={}, unused=(*found.unused, *others))


def _from_lines(lines: Iterable[Sequence[Any]], columns: Mapping[int, str], epoch: datetime) -> Iterator[GrantRecord]:
    for number, cells in enumerate(lines, start=2):
        told = {
            path: _cell_text(cells[place], path, epoch)
            for place, path in columns.items()
            if place < len(cells) and cells[place] is not None
        }
        if any(told.values()):
            yield _nested(number, told, "")


def _cell_text(value: Any, path: str, epoch: datetime) -> str:  # noqa: ANN401 - whatever stands in a cell
    if isinstance(value, int | float) and not isinstance(value, bool):
        if path.rpartition("/")[2] in _DATES:
            try:
                value = from_excel(value, epoch)
            except (ValueError, OverflowError):
                return str(value)
        elif isinstance(value, float) and value.is_integer():
            return str(int(value))
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value).strip()


def _columns(headers: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The path that each column fills, the first of two that fill the same; and the columns that we leave out."""
    used: dict[str, str] = {}
    for header in headers:
        path = path_of(header) if header else None
        if path is not None and path not in used.values():
            used[header] = path
    return used, tuple(header for header in headers if header and header not in used)


def _check_columns(paths: Iterable[str]) -> None:
    if not set(_NEEDED) <= set(paths):
        raise Invalid(
            "This is no table of grants: its first line needs columns such as “Identifier”, “Amount Awarded” and "
            "“Recipient Org:Identifier”, as the 360Giving standard names them."
        )


def _nested(place: int, cells: Mapping[str, str], problem: str) -> GrantRecord:
    """One row in the shape of the standard's JSON."""
    flat = {path: Cell(text.strip(), (path, "", place, path)) for path, text in cells.items() if text.strip()}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        tree = unflatten_main_with_parser(None, flat, None, xml=False, id_name="id")
    temporarydicts_to_lists(tree)
    problem = problem or next((f"The columns contradict each other: {one.message}" for one in told), "")
    return GrantRecord(place, _plain(extract_dict_to_value(tree)), problem)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    """The same without ordered dictionaries, which take twice the memory."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
