"""Questions to the read model. No rule runs here: the rules ran when publishing."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from app.kit.geo import BBox
from app.storage.reading import PublicReader

_REMEMBERED_COUNTS = 512
# So many rows are read from a local file in two milliseconds.
_QUICK = 2_000
# A version is good for so long where another process may raise it: who is told "unchanged" may be this late.
_SECONDS_RECENT = 0.05
# Longer chains of merges do not come about: each night makes them short.
_LONGEST_CHAIN = 20
_FEW = """SELECT 1 FROM published_box WHERE west <= :east AND east >= :west AND south <= :north AND north >= :south
 LIMIT 1 OFFSET :most"""
Read = Callable[[str, Mapping[str, Any]], Sequence[tuple[Any, ...]]]
# The number of a collection's state, and how many features it holds.
Version = tuple[int, int]
# West, south, east, north in WGS 84 degrees.
Extent = tuple[float, float, float, float]
_WORLD: Extent = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Question:
    """Which published features are wanted. `boxes` (WGS 84) are alternatives: a box across 180 degrees is two."""

    collection: str
    boxes: tuple[BBox, ...] = ()
    neighbourhood: str | None = None
    kind: str | None = None
    activity: str | None = None
    lifecycle: str | None = None
    # Going on at some time within these days, both included; records without dates always match.
    since: date | None = None
    until: date | None = None
    # Features come in the order of their ids, which are random: the order tells nothing.
    after: str | None = None
    limit: int = 100
    # For numbered pages that people turn: how many to leave out first.
    skip: int = 0

    @property
    def is_filtered(self) -> bool:
        """True where less than the whole collection is asked for."""
        return bool(self.boxes) or self.has_filter_beside_boxes

    @property
    def has_filter_beside_boxes(self) -> bool:
        """True where a record in a box may still not be wanted."""
        parts = (self.neighbourhood, self.kind, self.activity, self.lifecycle, self.since, self.until)
        return any(parts)


@dataclass(frozen=True)
class Page:
    """Finished GeoJSON Features, how many match in all, and the id to go on after (None: this was the last page)."""

    features: Sequence[bytes]
    matched: int
    next_after: str | None


@dataclass(frozen=True)
class HiddenCount:
    """Entries that are counted and not shown; `word` is an activity or kind, or "" for all."""

    collection: str
    word: str
    rounded: int


@dataclass(frozen=True)
class DecisionCount:
    """How many decisions of one sort a neighbourhood's stewards made in an ISO week."""

    neighbourhood: str
    week: str
    collection: str
    outcome: str
    reason: str
    decisions: int


class Published:
    """The public side, for reading."""

    def __init__(self, engine: Engine) -> None:
        self._reader = PublicReader(engine)
        self._extents: dict[str, tuple[int, Extent]] = {}
        self._counts: OrderedDict[tuple[int, Question], int] = OrderedDict()
        self._recent: dict[str, tuple[float, Version]] = {}
        self._forgotten = 0

    @property
    def is_local(self) -> bool:
        """True where a version or one feature is read at once, so that nobody has to be kept waiting in a thread."""
        return self._reader.answers_at_once

    def version(self, collection: str) -> Version:
        """The collection's version number, raised with each change, and how many features it holds."""
        forgotten, asked_at = self._forgotten, time.monotonic()
        rows = self._reader.rows(
            "SELECT number, features FROM published_version WHERE collection = :collection", {"collection": collection}
        )
        version = (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)
        if forgotten == self._forgotten:
            self._recent[collection] = asked_at, version
        return version

    def recent_version(self, collection: str) -> Version | None:
        """The version as it was at most 50 ms ago, without a question; None where nobody has asked since."""
        read_at, version = self._recent.get(collection, (float("-inf"), (0, 0)))
        return version if time.monotonic() - read_at < _SECONDS_RECENT else None

    def forget_recent(self) -> None:
        """Ask anew for every version: this process has just committed a change."""
        self._forgotten += 1
        self._recent.clear()

    def page(self, question: Question, version: Version | None = None) -> Page:
        """One page of the answer; `version` saves a query where the caller has just asked for it."""
        read = self._reader.many_rows if question.limit > _QUICK else self._reader.rows
        if question.boxes and question.skip == 0:
            # What meets a box mostly fits on one page: then the database need not sort.
            whole = self._unsorted_page(question, version, read)
            if whole is not None:
                return whole
        sql, values = self._from_where(question)
        rows = read(
            f"SELECT f.id, f.feature_json {sql} ORDER BY f.id LIMIT :limit OFFSET :skip",
            values,
        )
        features = [row[1] for row in rows[: question.limit]]
        if len(rows) <= question.limit:
            is_whole = question.after is None and question.skip == 0
            matched = len(rows) if is_whole else self._count(question, version)
            return Page(features, matched, None)
        return Page(features, self._count(question, version), str(rows[question.limit - 1][0]))

    def quick_page(self, question: Question, version: Version) -> Page | None:
        """The page, where it takes less time than finding a thread: few rows of a local file lie in one box."""
        if not self.is_local or len(question.boxes) != 1 or question.skip:
            return None
        if question.limit > _QUICK or question.after or question.has_filter_beside_boxes:
            # Many rows may have to be passed over, or read, before the page is full.
            box = question.boxes[0]
            values = {"west": box.west, "south": box.south, "east": box.east, "north": box.north, "most": _QUICK}
            if self._reader.rows(_FEW, values):
                return None
        # Not by `many_rows`: the event loop must not wait for a turn.
        return self._unsorted_page(question, version, self._reader.rows)

    def one(self, collection: str, feature_id: str) -> bytes | None:
        """One finished feature, or None where there is none that is public."""
        sql = "SELECT feature_json FROM published_feature WHERE collection = :collection AND id = :id"
        rows = self._reader.rows(sql, {"collection": collection, "id": feature_id})
        return bytes(rows[0][0]) if rows else None

    def is_withdrawn(self, collection: str, feature_id: str) -> bool:
        """True where it was public once and has been taken back."""
        sql = "SELECT 1 FROM published_withdrawn WHERE collection = :collection AND id = :id"
        return bool(self._reader.rows(sql, {"collection": collection, "id": feature_id}))

    def moved_to(self, collection: str, feature_id: str) -> str | None:
        """The id that a merged one stands for now, after any number of merges; None where it was not merged."""
        sql, to = "SELECT to_id FROM published_moved WHERE collection = :collection AND id = :id", None
        for _ in range(_LONGEST_CHAIN):
            rows = self._reader.rows(sql, {"collection": collection, "id": to or feature_id})
            if not rows:
                break
            to = str(rows[0][0])
        return to

    def extent(self, collection: str) -> Extent:
        """The bounds of all features of a collection; the whole world where it has none."""
        number, features = self.version(collection)
        held = self._extents.get(collection)
        if held is None or held[0] != number:
            sql = (
                "SELECT min(west), min(south), max(east), max(north) "
                "FROM published_feature WHERE collection = :collection"
            )
            bounds = _WORLD if features == 0 else self._reader.rows(sql, {"collection": collection})[0]
            # It costs a look at every row: once for each version.
            held = self._extents[collection] = (number, (bounds[0], bounds[1], bounds[2], bounds[3]))
        return held[1]

    def holds_demonstration(self) -> bool:
        """True where invented records are among the public ones."""
        sql = "SELECT 1 FROM published_feature WHERE is_demonstration = 1 LIMIT 1"
        return bool(self._reader.rows(sql, {}))

    def hidden_counts(self, neighbourhood: str) -> list[HiddenCount]:
        """What is counted without being shown, from the threshold on, rounded."""
        sql = (
            "SELECT collection, word, rounded FROM published_hidden_count "
            "WHERE neighbourhood = :neighbourhood ORDER BY collection, word"
        )
        return [HiddenCount(*row) for row in self._reader.rows(sql, {"neighbourhood": neighbourhood})]

    def decisions(self) -> list[DecisionCount]:
        """The stewards' public log, newest week first."""
        sql = (
            "SELECT neighbourhood, week, collection, outcome, reason, decisions FROM published_decision "
            "ORDER BY week DESC, neighbourhood, collection, outcome, reason"
        )
        return [DecisionCount(*row) for row in self._reader.rows(sql, {})]

    def close(self) -> None:
        """Let go of all connections."""
        self._reader.close()

    def _unsorted_page(self, question: Question, version: Version | None, read: Read) -> Page | None:
        """All that match, where one page holds them; None where there are more."""
        sql, values = self._from_where(question)
        rows = read(f"SELECT f.feature_json {sql} LIMIT :limit", values)
        if len(rows) > question.limit:
            return None
        matched = len(rows) if question.after is None else self._count(question, version)
        # A feature begins with its id.
        return Page(sorted([row[0] for row in rows]), matched, None)

    def _from_where(self, question: Question) -> tuple[str, dict[str, Any]]:
        where, values = self._conditions(question)
        if question.after:
            where += " AND f.id > :after"
        values |= {"after": question.after, "limit": question.limit + 1, "skip": question.skip}
        return f"FROM {self._reader.source(len(question.boxes))} WHERE {where}", values

    def _count(self, question: Question, version: Version | None) -> int:
        number, features = version or self.version(question.collection)
        if not question.is_filtered:
            return features
        key = (number, replace(question, after=None, limit=0, skip=0))
        if key not in self._counts:
            where, values = self._conditions(question)
            sql = f"SELECT count(*) FROM {self._reader.source(len(question.boxes))} WHERE {where}"  # noqa: S608 - constants
            self._counts[key] = int(self._reader.rows(sql, values)[0][0])
            while len(self._counts) > _REMEMBERED_COUNTS:
                self._counts.popitem(last=False)
        return self._counts[key]

    def _conditions(self, question: Question) -> tuple[str, dict[str, Any]]:
        clauses = ["f.collection = :collection"]
        values: dict[str, Any] = {"collection": question.collection}
        for column in ("neighbourhood", "kind", "activity", "lifecycle"):
            value = getattr(question, column)
            if value is not None:
                clauses.append(f"f.{column} = :{column}")
                values[column] = value
        # A record without one of its dates is open on that side.
        if question.since is not None:
            clauses.append("(f.ends IS NULL OR f.ends >= :since)")
            values["since"] = question.since.isoformat()
        if question.until is not None:
            clauses.append("(f.starts IS NULL OR f.starts <= :until)")
            values["until"] = question.until.isoformat()
        if question.boxes:
            clauses.insert(0, self._reader.meets_boxes(len(question.boxes)))
            for number, box in enumerate(question.boxes):
                for side in ("west", "south", "east", "north"):
                    values[f"b{number}{side}"] = getattr(box, side)
        return " AND ".join(clauses), values
