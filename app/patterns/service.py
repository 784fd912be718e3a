"""What people decide about patterns: the same, not the same; split, merge, name. Their word stands."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit import clock
from app.patterns.models import LikenessAnswer, Pattern, PatternMember
from app.vocabulary import Likeness


def standing(db: Session, pattern_id: str) -> Pattern | None:
    """The pattern that stands for `pattern_id` now, after all merges; None where there is none."""
    pattern = db.get(Pattern, pattern_id)
    seen: set[str] = set()
    while pattern is not None and pattern.merged_into_id is not None and pattern.id not in seen:
        seen.add(pattern.id)
        pattern = db.get(Pattern, pattern.merged_into_id)
    return pattern


def pattern_of(db: Session, barrier_id: str) -> Pattern | None:
    """The pattern that a report sits in, or None."""
    member = db.get(PatternMember, barrier_id)
    return standing(db, member.pattern_id) if member is not None and member.pattern_id is not None else None


def answer(db: Session, barrier_id: str, other_id: str, likeness: Likeness, *, by_steward: bool = False) -> None:
    """Keep what somebody said of two reports. "The same" seats the first one with the other at once."""
    db.add(
        LikenessAnswer(
            barrier_id=barrier_id, other_id=other_id, likeness=likeness, by_steward=by_steward, said_at=clock.now()
        )
    )
    if likeness is Likeness.SAME and barrier_id != other_id:
        _seat_with(db, barrier_id, other_id)


def members_of(db: Session, pattern_id: str) -> list[PatternMember]:
    """Who sits in a pattern, in the order of ids."""
    asked = select(PatternMember).where(PatternMember.pattern_id == pattern_id).order_by(PatternMember.barrier_id)
    return list(db.scalars(asked))


def seat(db: Session, barrier_id: str, pattern_id: str | None, *, by_steward: bool = False) -> None:
    """Put a report into a pattern, or alone. What a steward decided is moved by a steward only."""
    member = db.get(PatternMember, barrier_id)
    if member is None:
        member = PatternMember(barrier_id=barrier_id, pattern_id=pattern_id, by_steward=by_steward, since=clock.now())
        db.add(member)
    elif by_steward or not member.by_steward:
        member.pattern_id, member.by_steward, member.since = pattern_id, by_steward, clock.now()
    db.flush()  # Whoever asks next finds it.


def new_pattern(db: Session, *, is_sure: bool = False) -> Pattern:
    """A pattern without members yet."""
    pattern = Pattern(created_at=clock.now(), is_sure=is_sure, words=[], figures={})
    db.add(pattern)
    db.flush()  # Its members refer to it.
    return pattern


def _seat_with(db: Session, barrier_id: str, other_id: str) -> None:
    pattern = pattern_of(db, other_id)
    if pattern is None:
        # Not sure yet: a night, or a steward, has to agree before it can have a page.
        pattern = new_pattern(db)
        seat(db, other_id, pattern.id)
    seat(db, barrier_id, pattern.id)
