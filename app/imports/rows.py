"""Rows of a table, or features of a GeoJSON file: each read on its own, and accepted, or refused with a reason."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from shapely.geometry.base import BaseGeometry

from app.formats.tabular import read_table
from app.formats.vector import read_layer
from app.imports.columns import Columns, check_place, guess_columns
from app.imports.places import Homes, ImportedPlace, checked_shape, place_of_cells
from app.kit.answers import Answers
from app.kit.errors import DomainError, Invalid, InvalidFields
from app.kit.text import clean_line
from app.neighbourhoods.models import Neighbourhood

A = TypeVar("A", bound=Answers)

_SHAPES = {".geojson", ".json", ".gpkg", ".shp", ".fgb"}
LONGEST = {"source": 200, "source_id": 200, "licence": 200, "credit": 1_000, "website": 300}


@dataclass(frozen=True)
class SourceRow:
    """A row as it came: its line (of a GeoJSON file: the number of the feature), its cells, its shape if it has one."""

    line: int
    cells: Mapping[str, str]
    shape: BaseGeometry | None = None
    problem: str = ""


@dataclass(frozen=True)
class SourceFile:
    """A whole file, and which of its columns hold what. `read_as` says how it was read."""

    columns: tuple[str, ...]
    rows: Sequence[SourceRow]
    mapping: Mapping[str, str]
    read_as: str


@dataclass(frozen=True)
class Provenance:
    """Where a row comes from, under which licence, and whom to credit."""

    source: str
    licence: str
    credit: str


@dataclass(frozen=True)
class AcceptedRow(Generic[A]):
    """A row that may become an entry. `shape` is None where only its neighbourhood is kept."""

    line: int
    answers: A
    shape: BaseGeometry | None
    home: str
    provenance: Provenance
    source_id: str


@dataclass(frozen=True)
class RejectedRow:
    """A row that may not, and why, in one sentence."""

    row: SourceRow
    reason: str


@dataclass(frozen=True)
class Sorting(Generic[A]):
    """Every row of a file, on one side or the other."""

    accepted: Sequence[AcceptedRow[A]]
    rejected: Sequence[RejectedRow]


def read_file(file: Path, asked: Mapping[str, str], encoding: str | None, of: Columns) -> SourceFile:
    """The rows of `file`: GeoJSON and its like by their ending, else a table. Raises Invalid where it is neither."""
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    if file.suffix.lower() in _SHAPES:
        layer = read_layer(file)
        mapping = guess_columns(layer.fields, asked, of)
        rows = [
            SourceRow(one.number, {name: _as_text(value) for name, value in one.values.items()}, one.shape, one.problem)
            for one in layer.features
        ]
        return SourceFile(layer.fields, rows, mapping, "shapes with attributes")
    table = read_table(file.read_bytes(), encoding)
    mapping = guess_columns(table.columns, asked, of)
    check_place(mapping, table.columns)
    separator = {"\t": "tabs", ",": "commas", ";": "semicolons"}.get(table.separator, table.separator)
    listed = [SourceRow(one.line, one.cells, problem=one.problem) for one in table.rows]
    return SourceFile(table.columns, listed, mapping, f"a table with {separator}, in {table.encoding}")


class Reading(ABC, Generic[A]):
    """Reads the rows of one file. One that is wrong never keeps another out, and nothing is written."""

    def __init__(self, mapping: Mapping[str, str], homes: Sequence[Neighbourhood], given: Provenance) -> None:
        self._mapping = mapping
        self._homes = Homes(homes)
        self._provenance = given
        self._seen: dict[tuple[str, str], int] = {}

    @abstractmethod
    def answers(self, cells: Mapping[str, str], place: ImportedPlace) -> A:
        """What a row says, in our words. Raises Invalid or InvalidFields."""

    @abstractmethod
    def fingerprint(self, answers: A, place: ImportedPlace, home: str) -> str:
        """An id for a row that has none: the same again for the same row."""

    def kept_shape(self, place: ImportedPlace) -> BaseGeometry | None:
        """The shape (WGS 84) that is stored; it has told the neighbourhood by then."""
        return place.shape

    def sort(self, rows: Iterable[SourceRow]) -> Sorting[A]:
        """Every row, accepted or refused."""
        accepted: list[AcceptedRow[A]] = []
        rejected: list[RejectedRow] = []
        for row in rows:
            try:
                accepted.append(self._read(row))
            except DomainError as error:
                rejected.append(RejectedRow(row, _reason(error)))
        return Sorting(accepted, rejected)

    def _read(self, row: SourceRow) -> AcceptedRow[A]:
        if row.problem:
            raise Invalid(row.problem)
        cells = {word: row.cells.get(column, "").strip() for word, column in self._mapping.items()}
        place = ImportedPlace(checked_shape(row.shape), is_rough=False) if row.shape else place_of_cells(cells)
        home = self._home(place, cells).slug
        answers = self.answers(cells, place)
        provenance = self._provenance_of(cells)
        source_id = clean_line(cells.get("source_id", ""), most=LONGEST["source_id"], field="source_id")
        source_id = source_id or self.fingerprint(answers, place, home)
        earlier = self._seen.setdefault((provenance.source, source_id), row.line)
        if earlier != row.line:
            raise Invalid(f"It has the same source and id as line {earlier:,}.")
        return AcceptedRow(row.line, answers, self.kept_shape(place), home, provenance, source_id)

    def _home(self, place: ImportedPlace, cells: Mapping[str, str]) -> Neighbourhood:
        if place.shape is not None:
            return self._homes.holding(place.shape)
        if cells.get("neighbourhood"):
            return self._homes.called(cells["neighbourhood"])
        raise Invalid("It does not say where it is.", field="place")

    def _provenance_of(self, cells: Mapping[str, str]) -> Provenance:
        told: dict[str, str] = {}
        for word in ("source", "licence", "credit"):
            text = cells.get(word) or getattr(self._provenance, word)
            told[word] = clean_line(text, most=LONGEST[word], field=word)
            if not told[word] and word != "credit":
                raise Invalid(f"It does not say its {word}: say --{word}.", field=word)
        return Provenance(**told)


def _reason(error: DomainError) -> str:
    if isinstance(error, InvalidFields):
        return " ".join(f"{name}: {sentence}" for name, sentence in error.errors.items())
    return error.message


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
