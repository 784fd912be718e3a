"""Which recurring barriers, or public reports, an arriving report may be the same as: kept ready, told at once.

Only what everyone may read goes in, so nothing that is hidden can move an answer; and each answer is looked up on the
public side before it is given, so that what was taken back a moment ago is not told, though it may still be reckoned
with until the picture of the city is made anew.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matching.reports import Match, Report, standing
from app.neighbourhoods.service import all_neighbourhoods
from app.patterns.models import Pattern, PatternMember
from app.patterns.reports import neighbours, report_of, shown_barriers
from app.published.queries import Published
from app.storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.matching.arrival import City

MOST = 3
# Somebody else's question is answered within this time, or there is no suggestion: a form must not hang.
_SECONDS_FOR_A_TURN = 0.1
# The picture is begun on the form's first page; who is there before it is done waits no longer than this.
_SECONDS_FOR_THE_FIRST = 2.0
# After making a picture rest nine times as long: a busy city must not spend more than a tenth of its time on it.
_REST = 9
_SECONDS_TO_END = 5.0
_COLLECTIONS = ("barriers", "patterns", "neighbourhoods")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Suggestion:
    """A question to a person: is it the same? `pattern` has a public page, or is None; `example` is a public report."""

    pattern: str | None
    example: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Picture:
    """The public reports of the city at some versions of the public side."""

    city: "City"
    near: Mapping[str, frozenset[str]]
    versions: tuple[int, ...]
    made_at: float
    seconds: float

    def has_rested(self) -> bool:
        return time.monotonic() - self.made_at >= self.seconds * _REST


class Suggestions:
    """One picture of the city for the whole process, made at the first question: until then it costs no memory."""

    def __init__(self, private: UnitOfWork, published: Published) -> None:
        self._private, self._published = private, published
        self._picture: _Picture | None = None
        self._turn, self._starting = threading.Lock(), threading.Lock()
        self._tried = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def prepare(self) -> None:
        """Begin to make the first picture in the background: somebody may ask in a minute."""
        if self._picture is None:
            self._begin()

    def suggest(self, report: Report) -> list[Suggestion]:
        """Up to three, the likeliest first; `report` need not name the neighbourhoods near its own.

        Where the public side moved on, the old picture answers while a new one is made.
        """
        picture = self._current()
        if picture is None or not self._turn.acquire(timeout=_SECONDS_FOR_A_TURN):
            return []
        try:
            near = picture.near.get(report.neighbourhood or "", frozenset())
            found = picture.city.suggest(replace(report, near=near), limit=MOST)
        finally:
            self._turn.release()
        return list(self._public(found))

    def refresh(self) -> None:
        """Make the picture anew, and wait for it."""
        thread = self._thread
        if thread is not None:
            thread.join()
        self._make()

    def close(self) -> None:
        """Begin no more, and wait a moment for what has begun."""
        self._is_closed = True
        if self._thread is not None:
            self._thread.join(_SECONDS_TO_END)

    def _current(self) -> _Picture | None:
        picture = self._picture
        if picture is None:
            self._begin()
            self._tried.wait(_SECONDS_FOR_THE_FIRST)
            return self._picture
        if picture.versions != self._versions() and picture.has_rested():
            self._begin()
        return picture

    def _begin(self) -> None:
        with self._starting:
            is_at_work = self._thread is not None and self._thread.is_alive()
            if is_at_work or self._is_closed:
                return
            self._tried.clear()
            self._thread = threading.Thread(target=self._try, name="suggestions", daemon=True)
            self._thread.start()

    def _try(self) -> None:
        try:
            self._make()
        except Exception:  # noqa: BLE001 - whatever it was
            # The form goes on without a suggestion; the next question tries again.
            _log.exception("The picture of the city could not be made.")
        finally:
            self._tried.set()

    def _make(self) -> None:
        # Here and not above: SciPy takes 40 MB, which a worker that nobody reports to need not hold.
        from app.matching.arrival import City  # noqa: PLC0415

        began, versions = time.monotonic(), self._versions()
        with self._private.reading() as db:
            near = neighbours(all_neighbourhoods(db))
            reports = [report_of(one, near) for one in shown_barriers(db)]
            seats = _seats(db, {one.id for one in reports})
        city = City(reports, seats)
        now = time.monotonic()
        self._picture = _Picture(city, near, versions, now, now - began)
        self._tried.set()

    def _versions(self) -> tuple[int, ...]:
        return tuple(self._published.version(collection)[0] for collection in _COLLECTIONS)

    def _public(self, matches: Iterable[Match]) -> Iterator[Suggestion]:
        told: set[str] = set()
        for match in matches:
            pattern = self._published.moved_to("patterns", match.pattern) or match.pattern
            has_page = self._published.one("patterns", pattern) is not None
            is_public = self._published.one("barriers", match.example) is not None
            name = pattern if has_page else match.example
            if is_public and name not in told:
                told.add(name)
                yield Suggestion(pattern if has_page else None, match.example, match.reasons)


def suggestions_of(request: Request) -> Suggestions:
    """The suggestions of the house that this request came to."""
    return cast("Suggestions", request.app.state.suggestions)


def _seats(db: Session, known: set[str]) -> dict[str, str]:
    """Which pattern each public report sits in."""
    merged = db.execute(select(Pattern.id, Pattern.merged_into_id).where(Pattern.merged_into_id.is_not(None)))
    aliases = {old: to for old, to in merged if to is not None}
    seated = select(PatternMember.barrier_id, PatternMember.pattern_id).where(PatternMember.pattern_id.is_not(None))
    return {
        barrier_id: standing(aliases, pattern_id)
        for barrier_id, pattern_id in db.execute(seated)
        if pattern_id is not None and barrier_id in known
    }
