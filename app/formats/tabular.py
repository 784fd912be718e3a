"""Tables as spreadsheets write them: commas, semicolons or tabs; UTF-8 with or without a mark, UTF-16, Latin-1."""

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from charset_normalizer import from_bytes

from app.kit.errors import Invalid

_SEPARATORS = ",;\t|"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# What spreadsheets in Europe write where they do not write UTF-8; a wider choice finds rare ones by chance.
_OLDER_ENCODINGS = ["cp1252", "latin_1", "iso8859_15", "cp1250", "cp1251", "mac_roman"]
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class TableRow:
    """One record: the line that it begins at (from 1), its cells by column, and what is wrong with it, if anything."""

    line: int
    cells: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A whole file. `encoding` and `separator` are how it was read, to be shown."""

    columns: tuple[str, ...]
    rows: Sequence[TableRow]
    encoding: str
    separator: str


def read_table(data: bytes, encoding: str | None = None) -> Table:
    """The table in `data`, whose first line names the columns. Blank lines are no rows.

    Raises Invalid for what is no table at all. A row with too many cells is kept, with its problem; missing cells at
    its end are empty, as spreadsheets leave them out.
    """
    text, used = _decoded(data, encoding)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: tuple[str, ...] = ()
    rows: list[TableRow] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if columns:
                    rows.append(_row(line, columns, cells))
                else:
                    columns = _named(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            f"The table cannot be read from line {line:,} on: a quotation mark may be open. ({error})"
        ) from error
    if not columns:
        raise Invalid("The file is empty: its first line must name the columns.")
    return Table(columns, rows, used, separator)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV (RFC 4180, UTF-8 with a mark, so that spreadsheets read it right). No cell runs as a formula."""
    return codecs.BOM_UTF8 + table_lines([columns]) + table_lines(rows)


def table_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Lines of such a CSV without the mark, for a file that is written part by part."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    if not cell.startswith(_RUNS_AS_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    asked = encoding or marked
    try:
        text, used = data.decode(asked or "utf-8"), asked or "utf-8"
    except LookupError as error:
        raise Invalid(f"There is no encoding called “{(encoding or '')[:40]}”.") from error
    except UnicodeDecodeError as error:
        if asked is not None:
            raise Invalid(f"The file is not written in {asked}.") from error
        guess = from_bytes(data, cp_isolation=_OLDER_ENCODINGS).best()
        if guess is None:
            raise Invalid("The file is no text, or in an encoding that is not known here.") from error
        text, used = str(guess), guess.encoding
    if "\0" in text:
        raise Invalid("The file is no text.")
    return text, used


def _separator(text: str) -> str:
    """The mark that splits the first line into most cells. A comma inside quotation marks does not count."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda mark: _count_cells(head, mark))


def _count_cells(head: str, mark: str) -> int:
    try:
        return len(next(csv.reader([head], delimiter=mark), []))
    except csv.Error:  # One cell would be longer than any reader takes.
        return 0


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return tuple(names)


def _row(line: int, columns: Sequence[str], cells: Sequence[str]) -> TableRow:
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    too_many = any(cell.strip() for cell in padded[len(columns) :])
    problem = f"The row has {len(cells)} cells, but there are {len(columns)} columns." if too_many else ""
    return TableRow(line, dict(zip(columns, padded, strict=False)), problem)
