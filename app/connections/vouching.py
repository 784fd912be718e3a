"""Vouching: a group that waits asks groups on the map "do you know us?". It names groups, and never a person.

Groups of the same neighbourhood vouch for each other: its stewards decide whether that counts. Nothing of it is public.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.connections.models import Vouch
from app.connections.service import NOT_THERE, tells_its_title
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from app.vocabulary import Agreement, Formality, Lifecycle, Publication

# How many a group may ask at a time, and how many asks may lie before one group.
MOST_ASKED = 3
MOST_LYING = 20
# How long an initiative must have been on the map before its word counts, and how long its word holds.
LONG_ENOUGH = timedelta(days=30)
HOLDS_YEARS = 2
_AFTER_NO = timedelta(days=90)
_GONE = "This is not here any more. Here is how it stands now."
_ACTIVE = (Lifecycle.STARTING, Lifecycle.ACTIVE)
_PERSON = "Groups vouch for groups. Your entry says that one person does it."


@dataclass(frozen=True)
class Standing:
    """How far a group has got: live vouches, and how many its neighbourhood asks for."""

    live: int
    needed: int

    @property
    def is_enough(self) -> bool:
        """True once as many groups vouch as are needed."""
        return self.live >= self.needed


def ask(db: Session, group: Initiative, voucher_id: str) -> Vouch:
    """Ask a group on the map whether it knows `group`, which waits for a steward.

    Raises Invalid where that one cannot be asked, Conflict where it was asked already, or too many were.
    """
    if group.publication is not Publication.SUBMITTED:
        raise Conflict("You can ask while your entry waits for a steward.", field="other")
    if group.formality is Formality.PERSON:
        raise NotAllowed(_PERSON, field="other")
    if voucher_id == group.id:
        raise Invalid("This is your own entry. Ask another group.", field="other")
    voucher = db.get(Initiative, voucher_id)
    # Nobody holds the link of what was imported: it would never answer.
    is_there = voucher is not None and voucher.is_public and voucher.batch_id is None
    if voucher is None or not is_there or voucher.neighbourhood != group.neighbourhood:
        raise Invalid(NOT_THERE, field="other")
    if voucher.formality is Formality.PERSON:
        raise Invalid("One person does this. Only groups can vouch. Ask a group.", field="other")
    held = db.scalar(select(Vouch).where(Vouch.voucher_id == voucher.id, Vouch.for_id == group.id))
    if held is not None:
        _refuse_again(held)
    _refuse_flood(db, group, voucher)
    if held is None:
        held = Vouch(voucher_id=voucher.id, for_id=group.id)
        db.add(held)
    held.state, held.asked_at, held.given_at, held.expires_on = Agreement.PROPOSED, clock.now(), None, None
    try:
        db.flush()  # Whoever asks gets its id.
    except IntegrityError as error:  # The button was pressed twice.
        raise Conflict("You asked them already. They have not answered yet.", field="other") from error
    return held


def give(db: Session, voucher: Initiative, vouch_id: str, *, is_same_network: bool) -> Vouch:
    """Say "we know them". `is_same_network`: both sides came from one part of the network within a day.

    Raises NotFound where nobody asks, Conflict where it was said before, NotAllowed where this word cannot count.
    """
    asked = db.get(Vouch, vouch_id)
    if asked is None or asked.voucher_id != voucher.id:
        raise NotFound(_GONE)
    # Held until the commit, before the vouch: of two last words at once, the second has to see the first.
    group = db.get_one(Initiative, asked.for_id, populate_existing=True, with_for_update=True)
    vouch = _as_it_is_now(db, vouch_id)
    if vouch is None:
        raise NotFound(_GONE)
    if vouch.state is Agreement.ACCEPTED:
        raise Conflict("You said already that you know them.")
    if vouch.state is not Agreement.PROPOSED or not tells_its_title(group):
        raise NotFound(_GONE)
    _refuse_sock_puppet(db, voucher, group, is_same_network=is_same_network)
    today = clock.today()
    vouch.state, vouch.given_at = Agreement.ACCEPTED, clock.now()
    vouch.expires_on = _years_later(today, HOLDS_YEARS)
    return vouch


def refuse(db: Session, voucher: Initiative, vouch_id: str) -> None:
    """Say that one does not know them. Raises NotFound where nobody asks."""
    vouch = _as_it_is_now(db, vouch_id)
    if vouch is None or vouch.voucher_id != voucher.id or vouch.state is not Agreement.PROPOSED:
        raise NotFound(_GONE)
    vouch.state, vouch.given_at = Agreement.DECLINED, clock.now()


def take_back(db: Session, side: Initiative, vouch_id: str) -> None:
    """Take back one's word, or one's question. Raises NotFound where there is none.

    What was published stays: a steward looks at it as at everything else.
    """
    vouch = _as_it_is_now(db, vouch_id)
    is_word = vouch is not None and vouch.voucher_id == side.id and vouch.state is Agreement.ACCEPTED
    is_question = vouch is not None and vouch.for_id == side.id and vouch.state is Agreement.PROPOSED
    if vouch is None or not (is_word or is_question):
        raise NotFound(_GONE)
    vouch.state = Agreement.WITHDRAWN


def end_vouches(db: Session, initiative: Initiative) -> None:
    """End every question and every word of an initiative that is being withdrawn."""
    either = or_(Vouch.voucher_id == initiative.id, Vouch.for_id == initiative.id)
    for vouch in db.scalars(select(Vouch).where(either)):
        vouch.state = Agreement.WITHDRAWN


def standing_of(db: Session, group: Initiative) -> Standing:
    """How many live vouches a group has, and how many it needs."""
    return Standing(len(live_vouches(db, group)), needed_in(db, group.neighbourhood))


def live_vouches(db: Session, group: Initiative) -> list[Vouch]:
    """Vouches that count today: given, not run out, of a group of the same neighbourhood that everyone can see."""
    asked = select(Vouch).join(Initiative, Initiative.id == Vouch.voucher_id)
    asked = asked.where(
        Vouch.for_id == group.id,
        Vouch.state == Agreement.ACCEPTED,
        Vouch.expires_on > clock.today(),
        Initiative.is_public,
        # Whoever moves away begins anew: stewards trust the groups of their own neighbourhood.
        Initiative.neighbourhood == group.neighbourhood,
    )
    return list(db.scalars(asked.order_by(Vouch.given_at, Vouch.id)))


def needed_in(db: Session, slug: str) -> int:
    """Half of the neighbourhood's active groups, at least 1, at most 3.

    Only those that could vouch are counted: that everyone sees, that are more than one person, and that somebody holds
    the link of, so nothing imported.
    """
    active = db.scalar(
        select(func.count())
        .select_from(Initiative)
        .where(
            Initiative.neighbourhood == slug,
            Initiative.is_public,
            Initiative.batch_id.is_(None),
            or_(Initiative.formality.is_(None), Initiative.formality != Formality.PERSON),
            Initiative.lifecycle.in_(_ACTIVE),
        )
    )
    return min(3, max(1, -(-(active or 0) // 2)))


def asked_by(db: Session, group: Initiative) -> list[Vouch]:
    """Whom a group asked, the latest first."""
    asked = select(Vouch).where(Vouch.for_id == group.id, Vouch.state != Agreement.WITHDRAWN)
    return list(db.scalars(asked.order_by(Vouch.asked_at.desc(), Vouch.id)))


def asks_before(db: Session, voucher: Initiative) -> list[Vouch]:
    """Who asks this group, the longest waiting first."""
    asked = select(Vouch).where(Vouch.voucher_id == voucher.id, Vouch.state == Agreement.PROPOSED)
    found = db.scalars(asked.order_by(Vouch.asked_at, Vouch.id))
    return [one for one in found if tells_its_title(db.get_one(Initiative, one.for_id))]


def given_by(db: Session, voucher: Initiative) -> list[Vouch]:
    """For whom this group vouches now."""
    asked = select(Vouch).where(Vouch.voucher_id == voucher.id, Vouch.state == Agreement.ACCEPTED)
    return list(db.scalars(asked.where(Vouch.expires_on > clock.today()).order_by(Vouch.given_at, Vouch.id)))


def _as_it_is_now(db: Session, vouch_id: str) -> Vouch | None:
    """The row, held until the commit: an answer must not overtake a question that is taken back."""
    return db.get(Vouch, vouch_id, populate_existing=True, with_for_update=True)


def _refuse_again(held: Vouch) -> None:
    if held.state is Agreement.PROPOSED:
        raise Conflict("You asked them already. They have not answered yet.", field="other")
    if held.state is Agreement.ACCEPTED and held.expires_on is not None and held.expires_on > clock.today():
        raise Conflict("They said already that they know you.", field="other")
    if held.state is Agreement.DECLINED and held.given_at is not None and clock.now() < held.given_at + _AFTER_NO:
        day = _in_words((held.given_at + _AFTER_NO).date())
        raise Conflict(f"They said no. You can ask them again from {day}.", field="other")


def _refuse_flood(db: Session, group: Initiative, voucher: Initiative) -> None:
    lying = select(func.count()).select_from(Vouch).where(Vouch.state == Agreement.PROPOSED)
    asked = db.scalar(lying.where(Vouch.for_id == group.id)) or 0
    if asked + len(live_vouches(db, group)) >= MOST_ASKED:
        told = f"You can ask {MOST_ASKED} groups at a time. Wait for an answer, or take a question back."
        raise Conflict(told, field="other")
    if (db.scalar(lying.where(Vouch.voucher_id == voucher.id)) or 0) >= MOST_LYING:
        raise Conflict("Many have asked this group already. Ask another one.", field="other")


def _refuse_sock_puppet(db: Session, voucher: Initiative, group: Initiative, *, is_same_network: bool) -> None:
    if voucher.formality is Formality.PERSON:
        raise NotAllowed(_PERSON)
    if voucher.neighbourhood != group.neighbourhood:
        raise NotAllowed(
            "You and they are in two neighbourhoods now. Groups of one neighbourhood vouch for each other."
        )
    shown_since = voucher.shown_since
    if not voucher.is_public or shown_since is None:
        raise NotAllowed("Your word counts once everyone can see your own entry on the map.")
    if clock.now() < shown_since + LONG_ENOUGH:
        day = _in_words((shown_since + LONG_ENOUGH).date())
        raise NotAllowed(f"Your word counts once you have been on the map for a month: from {day}.")
    if voucher.created_at.date() == group.created_at.date():
        raise NotAllowed("Your entry and theirs were made on the same day. Somebody else has to vouch for them.")
    if _leads_to(db, group.id, voucher.id):
        raise NotAllowed("They vouched for you, or for those who vouched for you. Somebody else has to vouch for them.")
    if is_same_network:
        raise NotAllowed(
            "This question came from your part of the network, within a day. Answer it tomorrow, or from elsewhere."
        )


def _leads_to(db: Session, start: str, end: str) -> bool:
    """Whether vouches lead from `start` to `end`: then a vouch back would close a ring."""
    seen, waiting = {start}, [start]
    while waiting:
        asked = select(Vouch.for_id).where(Vouch.voucher_id == waiting.pop(), Vouch.state == Agreement.ACCEPTED)
        for following in db.scalars(asked):
            if following == end:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _in_words(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en_GB")
