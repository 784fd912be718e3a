"""Recognition in public: offered by a body, accepted or declined by the group, taken back by either at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.institutions.service import represented, standing
from app.kit import clock
from app.kit.errors import Conflict, InvalidFields, NotAllowed, NotFound, TooMany
from app.recognition.answers import RecognitionAnswers
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, InstitutionKind, Precision, Publication, Recogniser, Role

# A council that reads a neighbourhood's list in one sitting needs no more.
MOST_A_DAY = 20
_DAY = timedelta(days=1)
_UNKNOWN = (
    "There is nothing of this address that everyone can see. Copy it from the page of what you want to recognise."
)
_REFUSED = "You offered this before, and it was refused. You cannot offer it again."
_OPEN = {
    Agreement.PROPOSED: "You have offered this already. It waits for the group’s answer.",
    Agreement.ACCEPTED: "You recognise this already. Take that back first if you want to say it anew.",
    Agreement.DECLINED: "The group said no to your offer. If they change their mind, they can still say yes to it.",
}


@dataclass(frozen=True)
class Body:
    """Who recognises: an institution of the register, or a group by what it does; and the person who signed in."""

    kind: Recogniser
    institution: Institution | None = None
    group: Initiative | None = None
    person: Person | None = None

    @property
    def name(self) -> str:
        """What everyone reads."""
        return self.institution.name if self.institution else self.group.title if self.group else ""

    @property
    def is_own(self) -> ColumnElement[bool]:
        """The condition that a recognition was offered by this body."""
        if self.institution is not None:
            return RecognitionGiven.institution_id == self.institution.id
        return RecognitionGiven.group_id == (self.group.id if self.group else "")


def body_of_person(db: Session, person: Person) -> Body:
    """For whom somebody signed in may recognise. Raises NotAllowed for all but officers and funders of the register."""
    if person.role not in {Role.OFFICER, Role.FUNDER}:
        raise NotAllowed("Only those who speak for a council, a funder or another institution recognise here.")
    own = represented(db, person)
    if own is None:
        raise NotAllowed("Your institution is not in the register yet. Please ask whoever runs this service to add it.")
    kind = Recogniser.FUNDER if person.role is Role.FUNDER else kind_of(db, own)
    return Body(kind, institution=own, person=person)


def body_of_group(group: Initiative) -> Body:
    """For whom the holder of an edit link may recognise others."""
    return Body(Recogniser.GROUP, group=group)


def kind_of(db: Session, institution: Institution) -> Recogniser:
    """What sort of body an institution is: a desk is what it is part of."""
    seen: set[str] = set()
    whole = institution
    while whole.part_of_id is not None and whole.id not in seen:
        seen.add(whole.id)
        whole = standing(db, whole.part_of_id) or whole
    kinds = {InstitutionKind.COUNCIL: Recogniser.COUNCIL, InstitutionKind.FUNDER: Recogniser.FUNDER}
    return kinds.get(whole.kind, Recogniser.OTHER)


def is_public(initiative: Initiative) -> bool:
    """True where everyone may read it: only that can recognise or be recognised."""
    return initiative.is_public


def offer(db: Session, body: Body, initiative_id: str, answers: RecognitionAnswers) -> RecognitionGiven:
    """A new offer; the same one sent twice is one.

    Raises InvalidFields for oneself and for what is not public (unknown looks the same), Conflict where one is open,
    TooMany after many in a day, NotAllowed for a group that nobody can see.
    """
    # One offer at a time to each: two clicks at once must not be two offers.
    initiative = db.get(Initiative, initiative_id, with_for_update=True)
    if body.group is not None and body.group.id == initiative_id:
        raise InvalidFields({"initiative": "This is your own. Choose what others do."})
    if initiative is None or not is_public(initiative):
        raise InvalidFields({"initiative": _UNKNOWN})
    if body.group is not None and not is_public(body.group):
        raise NotAllowed("Your own entry is not shown to everyone. Then nobody could see who recognises them.")
    before = open_one(db, body, initiative_id)
    if before is not None:
        if (before.what, before.support) == (answers.what, answers.support):
            return before
        raise Conflict(_OPEN[before.state] if before.what else _REFUSED)
    _check_flood(db, body)
    given = RecognitionGiven(
        initiative_id=initiative_id,
        by_kind=body.kind,
        institution_id=body.institution.id if body.institution else None,
        group_id=body.group.id if body.group else None,
        what=answers.what,
        since=answers.since.first_day if answers.since else None,
        since_precision=Precision[answers.since.precision.upper()] if answers.since else None,
        support=answers.support,
        state=Agreement.PROPOSED,
        publication=Publication.PUBLISHED,
        offered_at=clock.now(),
        offered_by_id=body.person.id if body.person else None,
    )
    db.add(given)
    return given


def open_one(db: Session, body: Body, initiative_id: str) -> RecognitionGiven | None:
    """What stands between a body and an initiative: offered, accepted or declined; a refusal stays, words or not."""
    asked = select(RecognitionGiven).where(
        body.is_own, RecognitionGiven.initiative_id == initiative_id, RecognitionGiven.state.in_(_OPEN)
    )
    return db.scalar(asked.order_by(RecognitionGiven.offered_at, RecognitionGiven.id).limit(1))


def given_by(db: Session, body: Body) -> Sequence[RecognitionGiven]:
    """All that a body offered and did not take back, the newest first."""
    asked = select(RecognitionGiven).where(body.is_own, RecognitionGiven.state.in_(_OPEN), RecognitionGiven.what != "")
    return db.scalars(asked.order_by(RecognitionGiven.offered_at.desc(), RecognitionGiven.id)).all()


def offered_to(db: Session, initiative: Initiative) -> list[tuple[RecognitionGiven, str]]:
    """What was offered to an initiative and not taken back, the newest first, each with the name of who offered it.

    An offer of a group that is not public now is left out: its name is not ours to tell.
    """
    asked = select(RecognitionGiven).where(
        RecognitionGiven.initiative_id == initiative.id,
        RecognitionGiven.state.in_(_OPEN),
        RecognitionGiven.what != "",
    )
    found = db.scalars(asked.order_by(RecognitionGiven.offered_at.desc(), RecognitionGiven.id)).all()
    named = ((one, name_of_body(db, one)) for one in found)
    return [(one, name) for one, name in named if name]


def offers_waiting(db: Session, initiative: Initiative) -> int:
    """How many offers wait for the group's answer."""
    return sum(one.state is Agreement.PROPOSED for one, _name in offered_to(db, initiative))


def name_of_body(db: Session, given: RecognitionGiven) -> str:
    """Who recognises, as everyone may read it; "" for a group that is not public."""
    if given.institution_id is not None:
        found = standing(db, given.institution_id)
        return found.name if found else ""
    group = db.get(Initiative, given.group_id) if given.group_id else None
    return group.title if group is not None and is_public(group) else ""


def accept(db: Session, initiative: Initiative, recognition_id: str) -> None:
    """Let everyone see it, also after a first no. Raises NotFound for what is not offered to this initiative."""
    _settle(_offered(db, initiative, recognition_id), Agreement.ACCEPTED)


def decline(db: Session, initiative: Initiative, recognition_id: str) -> None:
    """Say no, at once or later: nobody sees it (any more), and the body cannot ask again."""
    _settle(_offered(db, initiative, recognition_id), Agreement.DECLINED)


def take_back(db: Session, body: Body, recognition_id: str) -> None:
    """The body's own change of mind: it is gone, words and all. Raises NotFound for what is not its own.

    That a group said no, or that a steward hid it, is remembered without the words: it cannot be offered anew.
    """
    # Held until the commit: the group's yes must not overtake the body's change of mind.
    asked = select(RecognitionGiven).where(RecognitionGiven.id == recognition_id, body.is_own).with_for_update()
    found = db.scalar(asked, execution_options={"populate_existing": True})
    if found is None or not found.what:
        raise NotFound("This is not here any more.")
    is_refused = found.state is Agreement.DECLINED or found.publication is Publication.HIDDEN
    found.what = found.support = ""
    _settle(found, Agreement.DECLINED if is_refused else Agreement.WITHDRAWN)


def remove_all_of(db: Session, initiative: Initiative) -> None:
    """Drop what was said to and by an initiative that is taken down."""
    own = or_(RecognitionGiven.initiative_id == initiative.id, RecognitionGiven.group_id == initiative.id)
    for one in db.scalars(select(RecognitionGiven).where(own)):
        db.delete(one)


def _offered(db: Session, initiative: Initiative, recognition_id: str) -> RecognitionGiven:
    found = db.get(RecognitionGiven, recognition_id, populate_existing=True, with_for_update=True)
    if found is None or found.initiative_id != initiative.id or not found.what:
        raise NotFound("This offer is not here any more. Whoever made it may have taken it back.")
    if not name_of_body(db, found):
        raise NotFound("This offer is not here any more. Whoever made it may have taken it back.")
    return found


def _settle(given: RecognitionGiven, state: Agreement) -> None:
    if given.state is not state:
        given.state, given.settled_at = state, clock.now()


def _check_flood(db: Session, body: Body) -> None:
    lately = RecognitionGiven.offered_at > clock.now() - _DAY
    if (db.scalar(select(func.count()).where(body.is_own, lately)) or 0) >= MOST_A_DAY:
        raise TooMany(f"That makes {MOST_A_DAY} in a day. Please go on tomorrow.", retry_after=_DAY.seconds or 86_400)
