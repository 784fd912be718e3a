"""Ties between initiatives: proposed by one side, accepted or declined by the other, taken back by either.

Nothing of a tie is public before both agree. What is not on the map answers as if it were not there at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.connections.models import Connection
from app.connections.rules import check_circle, check_dates
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.partial_date import PartialDate
from app.vocabulary import Agreement, ConnectionKind, Precision, Publication

# Open proposals: of one entry, and to one entry. More than a real group has, and few enough to read.
MOST_OPEN = 10
MOST_WAITING = 20
# How long one waits before asking again: after a no, and after a tie was taken back.
AFTER_NO = timedelta(days=90)
AFTER_END = timedelta(days=1)
NOT_THERE = "Choose one that is on the map now."
_GONE = "This is not here any more. Here is how it stands now."
_TELLS_ITS_TITLE = {Publication.PUBLISHED, Publication.SUBMITTED}


@dataclass(frozen=True)
class Terms:
    """What is proposed: `is_from` where the proposing side "grew out of" the other; False the other way round."""

    kind: ConnectionKind
    since: PartialDate | None = None
    is_from: bool = True


def propose(db: Session, side: Initiative, other_id: str, terms: Terms) -> Connection:
    """Ask the initiative `other_id` to agree to a tie with `side`.

    Raises Invalid, by the field at fault, where it cannot be, and Conflict where it is asked or agreed already, or
    too often.
    """
    if side.publication is Publication.WITHDRAWN:
        raise Invalid("This entry was taken down. It cannot be tied to another any more.")
    if other_id == side.id:
        raise Invalid("This is your own entry. Choose another one.", field="other")
    other = db.get(Initiative, other_id)
    if other is None or not answers(other):
        raise Invalid(NOT_THERE, field="other")
    start, end = _ends(side, other, terms)
    held = _held(db, start, end, terms.kind)
    by_from = side is start
    if held is not None:
        _refuse_again(held, by_from=by_from)
    check_dates(start, end, terms.kind, terms.since)
    check_circle(db, side, start, end, terms.kind)
    _refuse_flood(db, side, other)
    if held is None:
        held = Connection(from_id=start.id, to_id=end.id, kind=terms.kind)
        db.add(held)
    held.since = terms.since.first_day if terms.since else None
    held.since_precision = Precision[terms.since.precision.upper()] if terms.since else None
    held.state, held.is_proposed_by_from = Agreement.PROPOSED, by_from
    held.proposed_at, held.settled_at = clock.now(), None
    try:
        db.flush()  # Whoever proposed it gets its id.
    except IntegrityError as error:  # Both sides asked in the same moment.
        raise Conflict("They asked you the same just now. Look at what waits for you.", field="other") from error
    return held


def accept(db: Session, side: Initiative, tie_id: str) -> Connection:
    """Agree to what the other side proposed. Raises NotFound where nothing waits, Invalid for a circle."""
    tie = _asked_of(db, side, tie_id)
    start, end = db.get_one(Initiative, tie.from_id), db.get_one(Initiative, tie.to_id)
    if side.publication is Publication.WITHDRAWN:
        raise NotFound(_GONE)
    check_circle(db, side, start, end, tie.kind)
    _settle(tie, Agreement.ACCEPTED)
    return tie


def decline(db: Session, side: Initiative, tie_id: str) -> None:
    """Say no to what the other side proposed. Raises NotFound where nothing waits."""
    _settle(_asked_of(db, side, tie_id), Agreement.DECLINED)


def withdraw(db: Session, side: Initiative, tie_id: str) -> None:
    """Take back what one proposed, or end what both agreed to. Raises NotFound where there is no such tie."""
    tie = _as_it_is_now(db, tie_id)
    if tie is None or not (tie.state is Agreement.ACCEPTED or _is_proposer(tie, side)) or not _is_open(tie):
        raise NotFound(_GONE)
    if side.id not in {tie.from_id, tie.to_id}:
        raise NotFound(_GONE)
    _settle(tie, Agreement.WITHDRAWN)


def end_all(db: Session, initiative: Initiative) -> None:
    """End every tie of an initiative that is being withdrawn."""
    for tie in db.scalars(select(Connection).where(_of(initiative))):
        if _is_open(tie):
            _settle(tie, Agreement.WITHDRAWN)


def waiting_for(db: Session, side: Initiative) -> int:
    """How many proposals wait for this side's word."""
    return sum(1 for tie in asked_of(db, side))


def asked_of(db: Session, side: Initiative) -> list[Connection]:
    """What others propose to `side`, the oldest first. What a steward hid, or sent back, is not passed on."""
    asked = select(Connection).where(_open_to(side.id)).order_by(Connection.proposed_at, Connection.id)
    return [tie for tie in db.scalars(asked) if tells_its_title(db.get_one(Initiative, other_end(tie, side)))]


def ties_of(db: Session, side: Initiative) -> list[Connection]:
    """Every tie of `side`, whatever became of it, the latest first."""
    return list(db.scalars(select(Connection).where(_of(side)).order_by(Connection.proposed_at.desc(), Connection.id)))


def other_end(tie: Connection, side: Initiative) -> str:
    """The id of the initiative at the other end."""
    return tie.to_id if tie.from_id == side.id else tie.from_id


def is_proposed_by(tie: Connection, side: Initiative) -> bool:
    """Whether it was `side` that asked."""
    return _is_proposer(tie, side)


def tells_its_title(entry: Initiative) -> bool:
    """Whether the other side of a tie may read who asks: not where a steward had a reason to take it off the map."""
    return entry.publication in _TELLS_ITS_TITLE


def answers(entry: Initiative) -> bool:
    """Whether it can be asked: it is on the map, and somebody holds its link. Nobody does of what was imported."""
    return entry.is_public and entry.batch_id is None


def _ends(side: Initiative, other: Initiative, terms: Terms) -> tuple[Initiative, Initiative]:
    """From and to. What holds in both directions is stored once, whoever proposed it."""
    if terms.kind.is_mutual:
        start, end = sorted((side, other), key=lambda one: one.id)
        return start, end
    return (side, other) if terms.is_from else (other, side)


def _held(db: Session, start: Initiative, end: Initiative, kind: ConnectionKind) -> Connection | None:
    asked = select(Connection).where(Connection.from_id == start.id, Connection.to_id == end.id)
    return db.scalar(asked.where(Connection.kind == kind))


def _refuse_again(tie: Connection, *, by_from: bool) -> None:
    is_own = tie.is_proposed_by_from == by_from
    if tie.state is Agreement.ACCEPTED:
        raise Conflict("You and they agreed on this already.", field="other")
    if tie.state is Agreement.PROPOSED:
        told = "You asked them already. They have not answered yet." if is_own else "They asked you the same. Say yes."
        raise Conflict(told, field="other")
    since: datetime = tie.settled_at or tie.proposed_at
    # Whoever said no may change their mind whenever they like.
    wait = AFTER_END if tie.state is Agreement.WITHDRAWN else AFTER_NO if is_own else timedelta(0)
    if clock.now() < since + wait:
        day = format_date((since + wait).date(), "d MMMM y", locale="en_GB")
        raise Conflict(f"This was ended, or they said no, not long ago. You can ask again from {day}.", field="other")


def _refuse_flood(db: Session, side: Initiative, other: Initiative) -> None:
    mine = or_(
        and_(Connection.from_id == side.id, Connection.is_proposed_by_from),
        and_(Connection.to_id == side.id, ~Connection.is_proposed_by_from),
    )
    if _count(db, mine & (Connection.state == Agreement.PROPOSED)) >= MOST_OPEN:
        told = f"{MOST_OPEN} that you asked have not answered yet. Wait for an answer, or take one back."
        raise Conflict(told, field="other")
    if _count(db, _open_to(other.id)) >= MOST_WAITING:
        raise Conflict("Many others have asked them already. Try again when they have answered some.", field="other")


def _count(db: Session, which: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Connection).where(which)) or 0


def _asked_of(db: Session, side: Initiative, tie_id: str) -> Connection:
    tie = _as_it_is_now(db, tie_id)
    if tie is None or tie.state is not Agreement.PROPOSED or _is_proposer(tie, side):
        raise NotFound(_GONE)
    other = db.get(Initiative, other_end(tie, side)) if side.id in {tie.from_id, tie.to_id} else None
    if other is None or not tells_its_title(other):
        raise NotFound(_GONE)
    return tie


def _as_it_is_now(db: Session, tie_id: str) -> Connection | None:
    """The row, held until the commit: a yes must not overtake the other side's taking back."""
    return db.get(Connection, tie_id, populate_existing=True, with_for_update=True)


def _is_proposer(tie: Connection, side: Initiative) -> bool:
    return side.id == (tie.from_id if tie.is_proposed_by_from else tie.to_id)


def _is_open(tie: Connection) -> bool:
    return tie.state in {Agreement.PROPOSED, Agreement.ACCEPTED}


def _settle(tie: Connection, state: Agreement) -> None:
    tie.state, tie.settled_at = state, clock.now()


def _of(side: Initiative) -> ColumnElement[bool]:
    return or_(Connection.from_id == side.id, Connection.to_id == side.id)


def _open_to(initiative_id: str) -> ColumnElement[bool]:
    """Proposals that wait for the word of this initiative."""
    return (Connection.state == Agreement.PROPOSED) & or_(
        and_(Connection.to_id == initiative_id, Connection.is_proposed_by_from),
        and_(Connection.from_id == initiative_id, ~Connection.is_proposed_by_from),
    )
