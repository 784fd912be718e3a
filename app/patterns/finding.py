"""The night: patterns found anew from all public reports, with people's decisions kept.

It is made in two steps. `look` reads and reckons (18 CPU-seconds at 3,000 reports) without keeping anybody from
writing; `settle` writes what came of it, and leaves alone what people changed meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers.models import Barrier
from app.kit import clock
from app.matching.arrival import City
from app.matching.reasons import Background, why_together
from app.matching.refinement import SEAT_FLOOR, Judges, refine
from app.matching.reports import Answer, Earlier, Report
from app.neighbourhoods.service import all_neighbourhoods
from app.patterns.figures import figures_of
from app.patterns.models import LikenessAnswer, Pattern, PatternMember
from app.patterns.reports import counted_barriers, neighbours, report_of, shown_barriers
from app.patterns.service import seat
from app.responses.models import Response
from app.responses.service import move_answers
from app.storage.base import new_id
from app.vocabulary import Likeness, Publication


@dataclass(frozen=True)
class Sight:
    """A pattern as the night saw it."""

    is_sure: bool
    confidence: float
    words: list[str]
    figures: dict[str, Any]


@dataclass(frozen=True)
class Night:
    """What a night found: `seats` maps a report to its pattern or None, `aliases` a merged pattern to the other."""

    began: datetime
    seats: Mapping[str, str | None]
    sights: Mapping[str, Sight]
    aliases: Mapping[str, str]
    reports: int


def look(db: Session, today: date | None = None, judges: Judges | None = None) -> Night:
    """Find the patterns of all public reports. Reports that are only counted take a seat and move nothing.

    The engine judges as it ships, or as `judges` do.
    """
    began, day = clock.now(), (today or clock.today()).toordinal()
    near = neighbours(all_neighbourhoods(db))
    reports = [report_of(one, near) for one in shown_barriers(db)]
    known = {one.id for one in reports}
    counted = [report_of(one, near) for one in counted_barriers(db)]
    found = refine(reports, earlier=_earlier(db, known), answers=_answers(db, known), judges=judges, new_id=new_id)
    seats: dict[str, str | None] = dict.fromkeys(known)
    seats |= found.assignment(only_sure=False)
    city = Background.of(reports)
    by_id = {one.id: one for one in reports}
    answered = _answered(db)
    all_days = [one.day for one in reports if one.day is not None]
    sights = {
        one.id: Sight(
            one.is_sure,
            round(one.confidence, 4),
            list(why_together([by_id[member] for member in one.members], city).words),
            figures_of([by_id[member] for member in one.members], all_days, answered.get(one.id, {}), day),
        )
        for one in found.patterns
    }
    seats |= _seats_of_counted(counted, reports, seats)
    return Night(began, seats, sights, found.aliases, len(reports) + len(counted))


def settle(db: Session, night: Night) -> int:
    """Write what the night found; returns how many reports changed their seat. Only what differs is written."""
    members = {one.barrier_id: one for one in db.scalars(select(PatternMember))}
    # What a steward has said since the night began stands.
    decided = {one.pattern_id for one in members.values() if one.by_steward and one.since > night.began}
    _settle_patterns(db, night, decided)
    moved = 0
    alive = set(db.scalars(select(Barrier.id).where(Barrier.publication != Publication.WITHDRAWN)))
    for barrier_id, seat_in in night.seats.items():
        member = members.get(barrier_id)
        if barrier_id not in alive or (member is None and seat_in is None):
            continue
        if member is not None and (member.by_steward or member.since > night.began or member.pattern_id == seat_in):
            continue
        seat(db, barrier_id, seat_in)
        moved += 1
    for barrier_id, member in members.items():
        if barrier_id not in alive:
            db.delete(member)
    return moved


def _settle_patterns(db: Session, night: Night, decided: Collection[str | None]) -> None:
    patterns = {one.id: one for one in db.scalars(select(Pattern))}
    for pattern_id, sight in night.sights.items():
        pattern = patterns.get(pattern_id)
        if pattern is None:
            pattern = patterns[pattern_id] = Pattern(id=pattern_id, created_at=night.began)
            db.add(pattern)
        if pattern_id in night.aliases:
            pattern.merged_into_id = None
        pattern.is_sure, pattern.confidence = sight.is_sure or pattern_id in decided, sight.confidence
        pattern.words, pattern.figures = sight.words, sight.figures
    for old, to in night.aliases.items():
        if old in patterns and to in patterns and old != to and patterns[old].merged_into_id != to:
            patterns[old].merged_into_id = to
            move_answers(db, old, to)
    db.flush()  # Members refer to patterns.


def _earlier(db: Session, known: set[str]) -> Earlier:
    members = [one for one in db.scalars(select(PatternMember)) if one.barrier_id in known]
    aliases = db.execute(select(Pattern.id, Pattern.merged_into_id).where(Pattern.merged_into_id.is_not(None)))
    return Earlier(
        patterns={one.barrier_id: one.pattern_id for one in members if one.pattern_id is not None},
        aliases={old: to for old, to in aliases if to is not None},
        locked={one.barrier_id: one.pattern_id for one in members if one.by_steward},
    )


def _answers(db: Session, known: set[str]) -> list[Answer]:
    said = db.scalars(select(LikenessAnswer).order_by(LikenessAnswer.said_at, LikenessAnswer.id))
    return [
        Answer(one.barrier_id, one.other_id, one.likeness is Likeness.SAME, one.by_steward)
        for one in said
        if one.likeness is not Likeness.NOT_SURE and {one.barrier_id, one.other_id} <= known
    ]


def _answered(db: Session) -> dict[str, dict[str, int]]:
    """The day of each published answer, by pattern and answer."""
    days: dict[str, dict[str, int]] = defaultdict(dict)
    asked = select(Response).where(Response.collection == "patterns", Response.publication == Publication.PUBLISHED)
    for one in db.scalars(asked):
        if one.published_at is not None and one.state.is_settled:
            days[one.subject_id][one.id] = one.published_at.date().toordinal()
    return days


def _seats_of_counted(
    counted: Sequence[Report], reports: Sequence[Report], seats: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Where reports that are only counted sit: each is asked about alone, so that none of them moves another."""
    if not counted or not reports:
        return {one.id: None for one in counted}
    city = City(reports, {report: pattern for report, pattern in seats.items() if pattern is not None})
    found: dict[str, str | None] = {}
    patterns = {pattern for pattern in seats.values() if pattern is not None}
    for one in counted:
        best = next(iter(city.suggest(one, limit=1, floor=SEAT_FLOOR)), None)
        found[one.id] = best.pattern if best is not None and best.pattern in patterns else None
    return found
