"""Rows of a table or features of a GeoJSON file as initiatives: each accepted, or refused with a reason."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from app.formats.tabular import read_table
from app.formats.vector import read_layer
from app.imports.activities import activity_of
from app.imports.columns import check_place, guess_columns
from app.imports.places import Homes, ImportedPlace, checked_shape, place_of_cells
from app.initiatives.answers import InitiativeAnswers
from app.kit.answers import read_answers
from app.kit.errors import DomainError, Invalid, InvalidFields
from app.kit.text import clean_line
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Activity, Sharing

_SHAPES = {".geojson", ".json", ".gpkg", ".shp", ".fgb"}
_PLAIN = (
    "title",
    "summary",
    "story",
    "formality",
    "lifecycle",
    "people_band",
    "first_active",
    "last_active",
    "language",
)
_LONGEST = {"source": 200, "source_id": 200, "licence": 200, "credit": 1_000, "website": 300}


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
class Choices:
    """What holds for the whole file: how categories are read, and what is said where no column says it."""

    activities: Mapping[str, Activity] = field(default_factory=dict)
    default_activity: Activity | None = None
    given: Provenance = field(default_factory=lambda: Provenance("", "", ""))
    sharing: Sharing = Sharing.EXACT


@dataclass(frozen=True)
class AcceptedRow:
    """A row that may become an initiative."""

    line: int
    answers: InitiativeAnswers
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
class Sorting:
    """Every row of a file, on one side or the other."""

    accepted: Sequence[AcceptedRow]
    rejected: Sequence[RejectedRow]


def read_file(file: Path, asked: Mapping[str, str], encoding: str | None = None) -> SourceFile:
    """The rows of `file`: GeoJSON and its like by their ending, else a table. Raises Invalid where it is neither."""
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    if file.suffix.lower() in _SHAPES:
        layer = read_layer(file)
        mapping = guess_columns(layer.fields, asked)
        rows = [
            SourceRow(one.number, {name: _as_text(value) for name, value in one.values.items()}, one.shape, one.problem)
            for one in layer.features
        ]
        return SourceFile(layer.fields, rows, mapping, "shapes with attributes")
    table = read_table(file.read_bytes(), encoding)
    mapping = guess_columns(table.columns, asked)
    check_place(mapping, table.columns)
    separator = {"\t": "tabs", ",": "commas", ";": "semicolons"}.get(table.separator, table.separator)
    listed = [SourceRow(one.line, one.cells, problem=one.problem) for one in table.rows]
    return SourceFile(table.columns, listed, mapping, f"a table with {separator}, in {table.encoding}")


def sort_rows(
    rows: Iterable[SourceRow], mapping: Mapping[str, str], homes: Sequence[Neighbourhood], choices: Choices
) -> Sorting:
    """Read each row on its own: one that is wrong never keeps another out. Nothing is written."""
    reading = _Reading(mapping, Homes(homes), choices)
    accepted: list[AcceptedRow] = []
    rejected: list[RejectedRow] = []
    for row in rows:
        try:
            accepted.append(reading.read(row))
        except DomainError as error:
            rejected.append(RejectedRow(row, _reason(error)))
    return Sorting(accepted, rejected)


class _Reading:
    def __init__(self, mapping: Mapping[str, str], homes: Homes, choices: Choices) -> None:
        self._mapping = mapping
        self._homes = homes
        self._choices = choices
        self._seen: dict[tuple[str, str], int] = {}

    def read(self, row: SourceRow) -> AcceptedRow:
        if row.problem:
            raise Invalid(row.problem)
        cells = {word: row.cells.get(column, "").strip() for word, column in self._mapping.items()}
        place = ImportedPlace(checked_shape(row.shape), is_rough=False) if row.shape else place_of_cells(cells)
        home = self._home(place, cells)
        answers = read_answers(InitiativeAnswers, self._given(cells, place))
        provenance = self._provenance(cells)
        source_id = clean_line(cells.get("source_id", ""), most=_LONGEST["source_id"], field="source_id")
        source_id = source_id or _fingerprint(answers, place.shape)
        earlier = self._seen.setdefault((provenance.source, source_id), row.line)
        if earlier != row.line:
            raise Invalid(f"It has the same source and id as line {earlier:,}.")
        return AcceptedRow(row.line, answers, place.shape, home.slug, provenance, source_id)

    def _home(self, place: ImportedPlace, cells: Mapping[str, str]) -> Neighbourhood:
        if place.shape is not None:
            return self._homes.holding(place.shape)
        if cells.get("neighbourhood"):
            return self._homes.called(cells["neighbourhood"])
        raise Invalid("It does not say where it is.", field="place")

    def _given(self, cells: Mapping[str, str], place: ImportedPlace) -> dict[str, Any]:
        category = cells.get("activity", "")
        activity = activity_of(category, self._choices.activities, self._choices.default_activity)
        if activity is None:
            told = f"The category “{category[:60]}” is not known" if category else "It has no category"
            raise Invalid(f"{told}: say --activity-map or --default-activity.", field="activity")
        given: dict[str, Any] = {word: cells[word] for word in _PLAIN if cells.get(word)}
        website = clean_line(cells.get("website", ""), most=_LONGEST["website"], field="website")
        if website.startswith(("http://", "https://")):
            given["story"] = "\n\n".join(part for part in (given.get("story"), website) if part)
        given["title"] = cells.get("title", "")
        given["activity"] = activity
        given["sharing"] = self._sharing(place)
        return given

    def _sharing(self, place: ImportedPlace) -> Sharing:
        if place.shape is None:
            return Sharing.NEIGHBOURHOOD
        # The middle of a postcode is a pin that nobody set; a registered office may also be somebody's home.
        return Sharing.STREET if place.is_rough and self._choices.sharing is Sharing.EXACT else self._choices.sharing

    def _provenance(self, cells: Mapping[str, str]) -> Provenance:
        told: dict[str, str] = {}
        for word in ("source", "licence", "credit"):
            text = cells.get(word) or getattr(self._choices.given, word)
            told[word] = clean_line(text, most=_LONGEST[word], field=word)
            if not told[word] and word != "credit":
                raise Invalid(f"It does not say its {word}: say --{word}.", field=word)
        return Provenance(**told)


def _fingerprint(answers: InitiativeAnswers, shape: BaseGeometry | None) -> str:
    """An id for a row that has none: the same again for the same name and place."""
    told = f"{answers.title}\n{shape.wkt if shape is not None else answers.neighbourhood}"
    return "row-" + hashlib.sha256(told.encode()).hexdigest()[:32]


def _reason(error: DomainError) -> str:
    if isinstance(error, InvalidFields):
        return " ".join(f"{name}: {sentence}" for name, sentence in error.errors.items())
    return error.message


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
