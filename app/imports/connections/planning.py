"""Rows as ties between initiatives: which two, how, and since when. One that is wrong never keeps another out.

What a file says of two imported initiatives stands at once. Where one end is somebody's own entry, its people are
asked first; where both are, they propose it themselves. A row that now says something else is as one that is new.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import networkx as nx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.connections.models import Connection
from app.connections.rules import check_dates
from app.formats.tabular import read_table
from app.imports.categories import by_code_or_label
from app.imports.columns import Columns, guess_columns
from app.imports.rows import LONGEST, Provenance, RejectedRow, SourceFile, SourceRow
from app.initiatives.models import Initiative
from app.kit.errors import DomainError, Invalid
from app.kit.partial_date import PartialDate
from app.kit.text import clean_line
from app.vocabulary import Agreement, ConnectionKind, Precision, Publication

COLUMNS = Columns(
    {
        "from": ("from", "from_id", "from id", "child", "source node"),
        "to": ("to", "to_id", "to id", "parent", "target", "target node"),
        "kind": ("kind", "type", "relation", "relationship", "connection"),
        "since": ("since", "start date", "started", "date", "year"),
        "source": ("source",),
        "source_id": ("source_id", "source id", "identifier", "id", "uid"),
        "licence": ("licence", "license"),
        "credit": ("credit", "attribution"),
    },
    "from",
    "Which column says which one it is told of?",
)


_OPEN = (Agreement.PROPOSED, Agreement.ACCEPTED)


@dataclass(frozen=True)
class AcceptedTie:
    """A row that may become a tie, and the tie as it would be stored."""

    line: int
    tie: Connection
    provenance: Provenance


@dataclass(frozen=True)
class TiePlan:
    """Every row of a file beside what is here. `kept`: ended or declined here since, so they are left alone."""

    fresh: Sequence[AcceptedTie]
    changed: Sequence[tuple[Connection, AcceptedTie]]
    rejected: Sequence[RejectedRow]
    unchanged: int
    kept: int


def read_ties(file: Path, asked: Mapping[str, str], encoding: str | None) -> SourceFile:
    """The rows of a table. Raises Invalid where it is none, or names no two ends."""
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    table = read_table(file.read_bytes(), encoding)
    mapping = guess_columns(table.columns, asked, COLUMNS)
    for word in ("to", "kind"):
        if word not in mapping:
            raise Invalid(f"Which column holds “{word}”? Say it with --map {word}=COLUMN.")
    rows = [SourceRow(one.line, one.cells, problem=one.problem) for one in table.rows]
    return SourceFile(table.columns, rows, mapping, f"a table, in {table.encoding}")


def plan(db: Session, read: SourceFile, given: Provenance) -> TiePlan:
    """Sort the rows, and compare them with what is here. Nothing is written."""
    return _Planning(db, read.mapping, given).plan(read.rows)


class _Planning:
    def __init__(self, db: Session, mapping: Mapping[str, str], given: Provenance) -> None:
        self._db, self._mapping, self._given = db, mapping, given
        self._lines: dict[tuple[str, str], int] = {}
        self._pairs: dict[tuple[str, str, ConnectionKind], int] = {}
        asked = select(Connection.from_id, Connection.to_id).where(
            Connection.kind == ConnectionKind.GREW_OUT_OF, Connection.state == Agreement.ACCEPTED
        )
        self._grown = nx.DiGraph([(child, parent) for child, parent in db.execute(asked)])

    def plan(self, rows: Iterable[SourceRow]) -> TiePlan:
        fresh: list[AcceptedTie] = []
        changed: list[tuple[Connection, AcceptedTie]] = []
        rejected: list[RejectedRow] = []
        unchanged = kept = 0
        for row in rows:
            try:
                accepted, held = self._read(row)
            except DomainError as error:
                rejected.append(RejectedRow(row, error.message))
                continue
            if held is None:
                fresh.append(accepted)
            elif _is_same(held, accepted.tie):
                unchanged += 1
            elif held.state in _OPEN:
                changed.append((held, accepted))
            else:
                kept += 1
        return TiePlan(fresh, changed, rejected, unchanged, kept)

    def _read(self, row: SourceRow) -> tuple[AcceptedTie, Connection | None]:
        if row.problem:
            raise Invalid(row.problem)
        cells = {word: row.cells.get(column, "").strip() for word, column in self._mapping.items()}
        provenance = self._provenance_of(cells)
        kind, is_back = _kind_in(cells.get("kind", ""))
        start = self._end(cells.get("from", ""), provenance.source, "from")
        end = self._end(cells.get("to", ""), provenance.source, "to")
        if is_back:
            start, end = end, start
        if start.id == end.id:
            raise Invalid("Both ends are the same initiative.")
        if kind.is_mutual:
            start, end = sorted((start, end), key=lambda one: one.id)
        since = PartialDate.parse(cells["since"], field="since") if cells.get("since") else None
        check_dates(start, end, kind, since)
        tie = Connection(
            from_id=start.id,
            to_id=end.id,
            kind=kind,
            since=since.first_day if since else None,
            since_precision=Precision[since.precision.upper()] if since else None,
            source=provenance.source,
            source_id=clean_line(cells.get("source_id", ""), most=LONGEST["source_id"], field="source_id")
            or _fingerprint(start, end, kind),
        )
        _agree(tie, start, end)
        held = self._held(tie, row.line)
        if held is None or (held.state in _OPEN and not _is_same(held, tie)):
            self._check_circle(tie, row.line, held)
        return AcceptedTie(row.line, tie, provenance), held

    def _end(self, text: str, source: str, word: str) -> Initiative:
        if not text:
            raise Invalid(f"“{word}” is empty.")
        one = self._db.get(Initiative, text)
        if one is None:
            found = self._db.scalars(select(Initiative).where(Initiative.source_id == text)).all()
            named = [each for each in found if each.source == source] or found
            if len(named) > 1:
                raise Invalid(f"“{word}”: several sources have an initiative {text[:60]}. Give its id here.")
            one = named[0] if named else None
        if one is None or one.publication is Publication.WITHDRAWN:
            raise Invalid(f"“{word}”: there is no initiative {text[:60]}.")
        return one

    def _held(self, tie: Connection, line: int) -> Connection | None:
        """The tie that this row brought before. Raises Invalid where two rows, or two sources, say the same."""
        earlier = self._lines.setdefault((tie.source or "", tie.source_id or ""), line)
        if earlier != line:
            raise Invalid(f"It has the same source and id as line {earlier:,}.")
        earlier = self._pairs.setdefault((tie.from_id, tie.to_id, tie.kind), line)
        if earlier != line:
            raise Invalid(f"It says the same as line {earlier:,}.")
        asked = select(Connection)
        mine = self._db.scalar(asked.where(Connection.source == tie.source, Connection.source_id == tie.source_id))
        alike = self._db.scalar(
            asked.where(Connection.from_id == tie.from_id, Connection.to_id == tie.to_id, Connection.kind == tie.kind)
        )
        if alike is not None and alike is not mine:
            told = f"from {alike.source}" if alike.source else "by the two themselves"
            raise Invalid(f"This tie is here already, told {told}.")
        return mine

    def _check_circle(self, tie: Connection, line: int, held: Connection | None) -> None:
        before = (held.from_id, held.to_id) if held is not None and held.kind is ConnectionKind.GREW_OUT_OF else None
        if before is not None and self._grown.has_edge(*before):
            self._grown.remove_edge(*before)  # It says something else from now on.
        else:
            before = None
        try:
            self._grow(tie, line)
        except Invalid:
            if before is not None:
                self._grown.add_edge(*before)  # Refused: it stays as it was.
            raise

    def _grow(self, tie: Connection, line: int) -> None:
        if tie.kind is not ConnectionKind.GREW_OUT_OF:
            return
        if {tie.from_id, tie.to_id} <= set(self._grown) and nx.has_path(self._grown, tie.to_id, tie.from_id):
            way = nx.shortest_path(self._grown, tie.to_id, tie.from_id)
            lines = sorted({self._grown.edges[pair].get("line", 0) for pair in pairwise(way)} - {0})
            told = f" with line {', '.join(f'{one:,}' for one in lines)}" if lines else " with what is here"
            raise Invalid(f"That would be a circle of “grew out of”{told}.")
        self._grown.add_edge(tie.from_id, tie.to_id, line=line)

    def _provenance_of(self, cells: Mapping[str, str]) -> Provenance:
        told: dict[str, str] = {}
        for word in ("source", "licence", "credit"):
            text = cells.get(word) or getattr(self._given, word)
            told[word] = clean_line(text, most=LONGEST[word], field=word)
            if not told[word] and word != "credit":
                raise Invalid(f"It does not say its {word}: say --{word}.")
        return Provenance(**told)


def _kind_in(text: str) -> tuple[ConnectionKind, bool]:
    """The kind, and whether the row tells it from the other end ("led to")."""
    kind = by_code_or_label(ConnectionKind, text)
    if kind is not None:
        return kind, False
    plain = " ".join(text.replace("_", " ").casefold().split())
    back = next((one for one in ConnectionKind if plain and plain == one.back), None)
    if back is None:
        known = ", ".join(ConnectionKind)
        raise Invalid(f"The kind “{text[:60]}” is not known. Known: {known}." if text else "It has no kind.")
    return back, True


def _agree(tie: Connection, start: Initiative, end: Initiative) -> None:
    """Who still has to say yes. An imported initiative is nobody's own entry."""
    own = [one.batch_id is None for one in (start, end)]
    if all(own):
        raise Invalid("Both are entries of people's own. They say themselves how they hang together.")
    tie.state = Agreement.PROPOSED if any(own) else Agreement.ACCEPTED
    tie.is_proposed_by_from = not own[0]


def _is_same(held: Connection, wanted: Connection) -> bool:
    names = ("from_id", "to_id", "kind", "since", "since_precision")
    return all(getattr(held, name) == getattr(wanted, name) for name in names)


def _fingerprint(start: Initiative, end: Initiative, kind: ConnectionKind) -> str:
    told = f"{start.id}\n{end.id}\n{kind}"
    return "row-" + hashlib.sha256(told.encode()).hexdigest()[:32]
