"""What stewards decide about patterns: name, take out, move, split, merge, confirm. No night undoes any of it.

A steward sees the reports of their own neighbourhood, and those of others as far as everyone does. Only what they see
can be chosen.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.access import neighbourhood_kept_by
from app.accounts.models import Person
from app.barriers.models import Barrier
from app.kit.errors import InvalidFields, NotFound, PreconditionFailed
from app.kit.text import clean_line, clean_text
from app.patterns.models import Pattern, PatternMember
from app.patterns.service import answer, members_of, new_pattern, seat, standing
from app.responses.service import move_answers
from app.vocabulary import Likeness, Publication

TITLE_MOST = 160
DESCRIPTION_MOST = 2000
# Below the most values that SQLite binds in one statement.
_AT_ONCE = 500


@dataclass(frozen=True)
class Seated:
    """A report in its pattern, as far as one steward may see it."""

    barrier: Barrier
    member: PatternMember
    is_own: bool


@dataclass(frozen=True)
class Held:
    """A pattern before a steward, with the reports that they may see: their own neighbourhood's first."""

    pattern: Pattern
    seated: Sequence[Seated]
    slug: str

    @property
    def barriers(self) -> list[Barrier]:
        """The reports themselves."""
        return [one.barrier for one in self.seated]

    @property
    def is_own(self) -> bool:
        """True where a report of the steward's neighbourhood is among them."""
        return any(one.is_own for one in self.seated)

    @property
    def is_settled(self) -> bool:
        """True where people decided on every report of it."""
        return all(one.member.by_steward for one in self.seated)

    @property
    def reading(self) -> str:
        """Changes with all that a steward decides on: whoever sends an older one has not read what there is now."""
        parts = [self.pattern.title, self.pattern.description, str(self.pattern.merged_into_id)]
        parts += sorted(f"{one.barrier.id} {one.member.by_steward}" for one in self.seated)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def patterns_before(db: Session, person: Person) -> list[Held]:
    """Patterns with a report of the steward's neighbourhood: those that the machine is not sure of first, then by size.

    Raises NotAllowed for all but stewards.
    """
    slug = neighbourhood_kept_by(person)
    own = (
        select(PatternMember.pattern_id)
        .join(Barrier, Barrier.id == PatternMember.barrier_id)
        .where(Barrier.neighbourhood == slug, Barrier.publication == Publication.PUBLISHED)
    )
    asked = select(Pattern).where(Pattern.id.in_(own), Pattern.merged_into_id.is_(None))
    found = _held(db, db.scalars(asked.order_by(Pattern.id)).all(), slug)
    return sorted(found, key=lambda one: (one.pattern.is_sure, -len(one.seated), one.pattern.id))


def pattern_before(db: Session, person: Person, pattern_id: str) -> Held:
    """The pattern that stands for `pattern_id` now. Raises NotFound where nothing of it is of the neighbourhood."""
    slug = neighbourhood_kept_by(person)
    pattern = standing(db, pattern_id)
    held = next(iter(_held(db, [pattern], slug)), None) if pattern is not None else None
    if held is None or not held.is_own:
        raise NotFound("There is no such pattern in your neighbourhood.")
    return held


def is_before(db: Session, person: Person, pattern_id: str) -> bool:
    """True where the pattern still holds a report of the steward's neighbourhood."""
    pattern = standing(db, pattern_id)
    return pattern is not None and _held(db, [pattern], neighbourhood_kept_by(person))[0].is_own


def check_reading(held: Held, reading: str) -> None:
    """Raise PreconditionFailed where the pattern is not as it was read."""
    if held.reading != reading:
        raise PreconditionFailed("It changed while you were reading. This is how it is now. Please decide once more.")


def name(held: Held, title: str, description: str) -> None:
    """Call a pattern by words of one's own; empty ones bring back those of the machine. Raises InvalidFields."""
    errors: dict[str, str] = {}
    cleaned = {"title": "", "description": ""}
    for field, raw, most, clean in (
        ("title", title, TITLE_MOST, clean_line),
        ("description", description, DESCRIPTION_MOST, clean_text),
    ):
        try:
            cleaned[field] = clean(raw, most=most, field=field)
        except ValueError as error:
            errors[field] = str(error)
    if errors:
        raise InvalidFields(errors)
    held.pattern.title, held.pattern.description = cleaned["title"], cleaned["description"]


def take_out(db: Session, held: Held, chosen: Collection[str]) -> None:
    """Let reports stand alone. Each is said not to be the same as one that stays."""
    ids = _chosen(held, chosen)
    staying = next((one.barrier.id for one in held.seated if one.barrier.id not in ids), None)
    for one in ids:
        seat(db, one, None, by_steward=True)
        if staying is not None:
            answer(db, one, staying, Likeness.NOT_SAME, by_steward=True)


def move(db: Session, held: Held, chosen: Collection[str], to: Held) -> None:
    """Put reports into another pattern of the steward's."""
    if to.pattern.id == held.pattern.id:
        raise InvalidFields({"to": "They are in this one already. Choose another."})
    ids = _chosen(held, chosen)
    example = next((one.barrier.id for one in to.seated), None)
    for one in ids:
        seat(db, one, to.pattern.id, by_steward=True)
        if example is not None:
            answer(db, one, example, Likeness.SAME, by_steward=True)
    # One of those that were there is held, too: a night cannot carry them away and leave the moved ones behind.
    _hold(db, [one for one in to.seated if not one.member.by_steward][:1], to.pattern.id)


def split(db: Session, held: Held, chosen: Collection[str]) -> Pattern:
    """A new pattern of the chosen reports; the others stay, and no night brings the two together."""
    ids = _chosen(held, chosen)
    staying = [one for one in held.seated if one.barrier.id not in ids]
    if not staying:
        raise InvalidFields({"chosen": "Leave at least one where it is. All of them are this pattern already."})
    fresh = new_pattern(db, is_sure=True)
    for one in ids:
        seat(db, one, fresh.id, by_steward=True)
    _hold(db, staying, held.pattern.id)
    return fresh


def merge(db: Session, held: Held, other: Held) -> Pattern:
    """Let the older of two patterns stand for both: reports and answers of the younger one move to it."""
    if other.pattern.id == held.pattern.id:
        raise InvalidFields({"merge_with": "This is the same one. Choose another."})
    older, younger = sorted((held.pattern, other.pattern), key=lambda one: (one.created_at, one.id))
    for member in members_of(db, younger.id):
        seat(db, member.barrier_id, older.id, by_steward=True)
    _hold(db, [one for of in (held, other) for one in of.seated], older.id)
    move_answers(db, younger.id, older.id)
    older.title, older.description = older.title or younger.title, older.description or younger.description
    older.is_sure = older.is_sure or younger.is_sure
    younger.merged_into_id = older.id
    return older


def confirm(db: Session, held: Held) -> None:
    """Say that all reports of a pattern belong together: from now on it is a sure one."""
    for member in members_of(db, held.pattern.id):
        seat(db, member.barrier_id, held.pattern.id, by_steward=True)
    held.pattern.is_sure = True


def _hold(db: Session, seated: Sequence[Seated], pattern_id: str) -> None:
    for one in seated:
        seat(db, one.barrier.id, pattern_id, by_steward=True)


def _chosen(held: Held, chosen: Collection[str]) -> list[str]:
    seen = {one.barrier.id for one in held.seated}
    ids = [one.barrier.id for one in held.seated if one.barrier.id in chosen]
    if not set(chosen) <= seen:
        raise InvalidFields({"chosen": "One of these is not here any more. Please look again."})
    if not ids:
        raise InvalidFields({"chosen": "Choose at least one report first."})
    return ids


def _held(db: Session, patterns: Sequence[Pattern], slug: str) -> list[Held]:
    """The patterns with what may be seen of them, in two queries however many there are."""
    seated: dict[str, list[Seated]] = {one.id: [] for one in patterns}
    for some in _lots(list(seated)):
        asked = (
            select(PatternMember, Barrier)
            .join(Barrier, Barrier.id == PatternMember.barrier_id)
            .where(PatternMember.pattern_id.in_(some), Barrier.publication == Publication.PUBLISHED)
            .options(joinedload(Barrier.institution))
            .order_by(Barrier.id)
        )
        for member, barrier in db.execute(asked):
            is_own = barrier.neighbourhood == slug
            if member.pattern_id is not None and (is_own or barrier.sharing.is_shown):
                seated[member.pattern_id].append(Seated(barrier, member, is_own))
    # Their own neighbourhood's reports first.
    return [Held(one, sorted(seated[one.id], key=_is_foreign), slug) for one in patterns]


def _is_foreign(one: Seated) -> bool:
    return not one.is_own


def _lots(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
