"""360Giving files are read whatever they are called, and one that is too large or broken is refused in a sentence."""

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.formats import threesixtygiving
from app.formats.threesixtygiving import MOST_BYTES, path_of, read_grants
from app.kit.errors import Invalid
from tests.support.grants import KINDS, grant, valid_grants, write_file
from tests.support.real_data import real_data


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("Identifier", "id"),
        ("Recipient Org:Identifier", "recipientOrganization/0/id"),
        ("Recipient Org:0:Identifier", "recipientOrganization/0/id"),
        ("recipientOrganization/0/id", "recipientOrganization/0/id"),
        ("recipientOrganization/id", "recipientOrganization/0/id"),
        (" beneficiary location : 1 : geographic code ", "beneficiaryLocation/1/geoCode"),
        ("To Individuals Details:Primary Grant Reason", "toIndividualsDetails/primaryGrantReason"),
        ("Recipient Org:Postal Code", None),
        ("Recipient Org", None),
        ("0/id", None),
        ("", None),
    ],
)
def test_columns_are_known_by_title_and_by_path(header: str, path: str | None) -> None:
    assert path_of(header) == path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by_path", [False, True])
def test_the_three_kinds_of_file_hold_the_same(tmp_path: Path, kind: str, by_path: bool) -> None:
    grants = valid_grants(60)
    read = read_grants(write_file(tmp_path / f"grants.{kind}", grants, by_path=by_path))
    assert len(read.records) == 60
    for record, one in zip(read.records, grants, strict=True):
        told: dict[str, Any] = dict(record.values)
        assert told["id"] == one["id"]
        assert float(told["amountAwarded"]) == one["amountAwarded"]
        assert told["title"].strip() == one["title"]
        assert told["recipientOrganization"][0]["id"] == one["recipientOrganization"][0]["id"]
        assert len(told.get("beneficiaryLocation", ())) == len(one.get("beneficiaryLocation", ()))


def test_a_name_tells_nothing_of_a_file(tmp_path: Path) -> None:
    file = write_file(tmp_path / "grants.json", [grant()])
    other = file.rename(tmp_path / "grants.xlsx")
    assert read_grants(other).read_as == "JSON"


def test_columns_and_sheets_that_are_not_used_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["About this file"])
    sheet = book.create_sheet("2024")
    sheet.append(["Identifier", "Amount Awarded", "Recipient Org:Email"])
    sheet.append(["360G-1", 5, "somebody@example.org"])
    book.save(tmp_path / "two.xlsx")
    read = read_grants(tmp_path / "two.xlsx")
    assert read.unused == ("Recipient Org:Email", "sheet “Sheet”")
    assert dict(read.records[0].values) == {"id": "360G-1", "amountAwarded": "5"}


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904], ids=["1900", "1904"])
def test_days_of_a_workbook_are_read_right_whatever_their_cells_look_like(tmp_path: Path, epoch: Any) -> None:
    book = openpyxl.Workbook()
    serial = 44927  # 1 January 2023
    if epoch is not None:
        book.epoch = epoch
        serial -= 1462
    book.active.append(["Identifier", "Amount Awarded", "Award Date"])
    for number, cell in enumerate(
        (date(2023, 1, 1), datetime(2023, 1, 1, 15, 30, tzinfo=UTC).replace(tzinfo=None), serial, serial + 0.75)
    ):
        book.active.append([f"360G-{number}", 1, cell])
    book.active.append(["360G-5", 1, "2023-01-01"])
    book.save(tmp_path / "days.xlsx")
    read = read_grants(tmp_path / "days.xlsx")
    assert {one.values["awardDate"] for one in read.records} == {"2023-01-01"}


def test_a_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as large:
        large.write(b'{"grants": [')
        large.truncate(100_000_000)
    with pytest.raises(Invalid, match=r"The file has 100 MB. At most 50 MB .*split it"):
        read_grants(file)
    assert MOST_BYTES == 50_000_000


def test_a_workbook_that_would_fill_the_memory_is_refused_unopened(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(4):
            parts.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * 100_000_000)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(Invalid, match="unpacks to 400 MB"):
        read_grants(file)


def test_too_many_grants_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threesixtygiving, "MOST_GRANTS", 3)
    for kind in KINDS:
        with pytest.raises(Invalid, match="more than 3 grants"):
            read_grants(write_file(tmp_path / f"many.{kind}", valid_grants(4)))


@pytest.mark.parametrize(
    "data",
    [
        b"Identifier,Amount Awarded\n" + b"1,1\n" * 10_000_000,
        b"," * 25_000_000 + b"\n" + b"," * 20_000_000,
        b"Identifier,Amount Awarded" + b"," * 5_000 + b"\n" * 10_000,
        b'{"grants": [' + b"{}," * 5_000_000 + b"{}]}",
    ],
    ids=["nothing but lines", "nothing but commas", "wide and long", "nothing but brackets"],
)
def test_a_file_of_nothing_but_marks_is_refused_before_it_fills_the_memory(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "marks"
    file.write_bytes(data)
    with pytest.raises(Invalid, match=r"At most 12,000,000 are read|more than 100,000 grants|no table of grants"):
        read_grants(file)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"{", "cannot be read as JSON"),
        (b'{"grants": {}}', "a list called"),
        (b'{"people": []}', "a list called"),
        (b"[" * 5_000, "cannot be read as JSON"),
        (b'{"grants": [NaN]}', "cannot be read as JSON"),
        (b"PK\x03\x04 and so on", "XLSX"),
        (b"\xd0\xcf\x11\xe0 and so on", "older kind"),
        (b"name,place\nTea,here\n", "no table of grants"),
        (b"\x00\x01\x02\x03" * 100, "no text|not known"),
    ],
)
def test_what_is_no_file_of_grants_is_refused_in_a_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    file = tmp_path / "odd"
    file.write_bytes(data)
    with pytest.raises(Invalid, match=sentence):
        read_grants(file)


def test_a_workbook_cut_in_half_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = write_file(tmp_path / "half.xlsx", valid_grants(50))
    whole = file.read_bytes()
    for share in (0.2, 0.5, 0.9, 0.99):
        file.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Invalid, match="XLSX"):
            read_grants(file)


def test_what_we_call_valid_is_valid_by_the_schema_of_the_standard() -> None:
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    # A day alone is no moment: the schema says that it is the one or the other.
    checker.checks("date-time")(lambda told: not isinstance(told, str) or "T" in told)
    schema = json.loads(real_data("funders/schema_360giving/360-giving-schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=checker)
    for one in valid_grants(500):
        assert [error.message for error in validator.iter_errors(one)] == []


def test_the_titles_are_those_of_the_standard() -> None:
    """Every title that we know leads, level by level, to the name that the schema gives beside it."""
    schema = json.loads(real_data("funders/schema_360giving/360-giving-schema.json").read_text(encoding="utf-8"))
    titles: dict[str, set[str]] = {}
    levels = [schema["properties"], schema["properties"]["toIndividualsDetails"]["properties"]]
    levels += [schema["$defs"]]
    levels += [one.get("properties", {}) for one in schema["$defs"].values()]
    for level in levels:
        for name, told in level.items():
            titles.setdefault(str(told.get("title", "")).casefold(), set()).add(name)
    wrong = {title: name for title, name in threesixtygiving._TITLES.items() if name not in titles.get(title, set())}
    assert wrong == {}
