"""Tables as spreadsheets write them are read; what is no table is refused with a sentence."""

import pytest

from app.formats.tabular import read_table, write_table
from app.kit.errors import Invalid

_TEXT = "name;place\nCafé Zoë;Chapeltown\nBöse Überraschung;Seacroft\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_found(encoding: str, separator: str) -> None:
    table = read_table(_TEXT.replace(";", separator).encode(encoding))
    assert table.columns == ("name", "place")
    assert table.separator == separator
    assert [row.cells["name"] for row in table.rows] == ["Café Zoë", "Böse Überraschung"]


def test_an_encoding_that_was_asked_for_is_used() -> None:
    assert read_table("name\nZoë\n".encode("cp850"), "cp850").rows[0].cells["name"] == "Zoë"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    table = read_table(b'a,b\r\n\r\n1,"two\r\nlines"\r\n\r\n3,4\r\n')
    assert [(row.line, row.cells["a"]) for row in table.rows] == [(3, "1"), (6, "3")]


def test_cells_that_miss_are_empty_and_cells_too_many_are_told() -> None:
    few, many, blank = read_table(b"a,b\n1\n1,2,3\n1,2,,\n").rows
    assert few.cells == {"a": "1", "b": ""}
    assert many.problem == "The row has 3 cells, but there are 2 columns."
    assert not blank.problem


def test_columns_without_a_name_and_with_the_same_name_are_told_apart() -> None:
    assert read_table(b"a,,a\n1,2,3\n").columns == ("a", "column 2", "a (3)")


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        (b"", None, "is empty"),
        (b"\n \n", None, "is empty"),
        (b"a,b\n1,\x00\n", None, "is no text"),
        (b'a,b\n1,"open\n2,3\n', None, "from line 2 on"),
        (b"a\n\xff\xfe\xe9\n", "utf-8", "not written in utf-8"),
        (b"a\n", "nonsense", "no encoding called"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, encoding: str | None, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_table(data, encoding)


def test_no_cell_runs_as_a_formula() -> None:
    written = write_table(["a", "b"], [["=1+1", "-1.53"], ["@x", "+44 113"], ["-x", "plain"]])
    assert written.decode("utf-8-sig").splitlines() == ["a,b", "'=1+1,-1.53", "'@x,'+44 113", "'-x,plain"]


def test_a_first_cell_longer_than_any_reader_takes_is_refused_in_a_sentence() -> None:
    with pytest.raises(Invalid, match="cannot be read from line 1 on"):
        read_table(b"," * 10 + b"x" * 200_000 + b"\n1,2\n")
