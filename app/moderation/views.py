"""An entry as a steward reads it: all its words, and its place only as everyone would see it."""

from collections.abc import Iterable
from datetime import datetime
from textwrap import shorten
from typing import Any

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers.models import Barrier, Enabler
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.partial_date import PartialDate
from app.kit.text import looks_personal
from app.moderation.models import Decision
from app.moderation.service import Moderated
from app.neighbourhoods.coarsening import PublicPlace, ShownAs, is_finer, public_place
from app.neighbourhoods.entries import as_partial
from app.neighbourhoods.models import Neighbourhood
from app.vocabulary import Concern, Publication, Recognition, Sharing, WayOfWorking, Word
from app.web.drawings import place_drawing

Row = dict[str, Any]

_PATTERNS = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}
_EXCERPT = 160
_SHOWN_AS = {
    ShownAs.PLACE: "The exact place, marked with a pin.",
    ShownAs.CELL: "A square of streets. The place is somewhere in it.",
    ShownAs.NEIGHBOURHOOD: "The whole neighbourhood. Nothing closer.",
}
_TEXTS = {
    "title": "Name",
    "summary": "In one sentence",
    "story": "The story",
    "what_happened": "What happened",
    "holder": "Who could say yes or no",
    "rule_cited": "The rule they named",
    "what_helped": "What helped",
    "organisation_id": "Its number in a register",
}
_ANSWERS = {
    "kind": "What it was",
    "activity": "What it is about",
    "lifecycle": "How it is going",
    "formality": "Who does it",
    "people_band": "How many people",
    "stage": "When in the life of the group",
    "effect": "What it did",
}
_LISTS: dict[str, tuple[str, type[Word]]] = {
    "ways_of_working": ("How they work", WayOfWorking),
    "concerns": ("What they want to change", Concern),
    "recognised_by": ("Who takes notice", Recognition),
}
_DONE: dict[Word, str] = {
    Publication.PUBLISHED: "Published",
    Publication.RETURNED: "Sent back",
    Publication.HIDDEN: "Hidden",
}


def title_of(entry: Moderated) -> str:
    """What an entry is called in lists."""
    return entry.title if isinstance(entry, Initiative) else entry.kind.label


def kind_label(entry: Moderated) -> str:
    """What sort of entry it is, for people."""
    return "Something people do" if isinstance(entry, Initiative) else "Something that got in the way"


def excerpt_of(entry: Moderated) -> str:
    """The beginning of its words, for lists."""
    words = entry.summary if isinstance(entry, Initiative) else entry.what_happened
    return shorten(words, _EXCERPT, placeholder=" …")


def figure_of(entry: Moderated) -> str:
    """The name of its picture."""
    return str(entry.activity) if isinstance(entry, Initiative) else "barrier"


def waiting_in_words(since: datetime) -> str:
    """How long ago, in words of a whole day."""
    days = (clock.today() - since.date()).days
    return "since today" if days < 1 else "for 1 day" if days == 1 else f"for {days} days"


def rows_of(db: Session, entry: Moderated, place: PublicPlace | None) -> list[Row]:
    """Everything that the contributor said, as questions and answers. Days of barriers are cut as for everyone."""
    rows = [_row(question, getattr(entry, name)) for name, question in _TEXTS.items() if hasattr(entry, name)]
    rows += [_row(question, _label(entry, name)) for name, question in _ANSWERS.items() if hasattr(entry, name)]
    if isinstance(entry, Initiative):
        for name, (question, words) in _LISTS.items():
            rows.append(_row(question, [word.label for word in words if word in getattr(entry, name)]))
        rows.append(_row("Since", _date(as_partial(entry.first_active, entry.first_active_precision))))
        rows.append(_row("Until", _date(as_partial(entry.last_active, entry.last_active_precision))))
    else:
        happened = as_partial(entry.happened, entry.happened_precision)
        month = happened.cut_to("month") if happened and happened.precision == "day" else happened
        rows += [_row("When", _date(month)), _row("What it happened to", _named(db, entry, place))]
    rows.append(_row("Help they had", [_helped(one) for one in _enablers(db, entry)]))
    rows = [row for row in rows if row["answer"]]
    return [*rows, _row("What they let others see", entry.sharing.label)]


def place_of(db: Session, entry: Moderated) -> tuple[PublicPlace | None, dict[str, object] | None]:
    """The place as everyone would see it, and its drawing; None twice where others see nothing of it."""
    home = db.get_one(Neighbourhood, entry.neighbourhood)
    place = public_place(entry.exact_shape, entry.effective_sharing, home.boundary)
    if place is None:
        return None, None
    return place, place_drawing(home.boundary, place.shape, _SHOWN_AS[place.shown_as])


def flags_of(entry: Moderated) -> list[str]:
    """What to look at first: texts that may give somebody away."""
    return [
        f"“{question}” may hold {what}."
        for name, question in _TEXTS.items()
        for what in looks_personal(getattr(entry, name, "") or "")
    ]


def history_rows(decisions: Iterable[Decision]) -> list[Row]:
    """Earlier decisions, for the page."""
    return [
        {
            "when": format_date(one.decided_at, "d MMMM y", locale="en_GB"),
            "what": _DONE.get(one.outcome, one.outcome.label),
            "reason": one.reason.label if one.reason else "",
            "note": one.note,
        }
        for one in decisions
    ]


def publish_words(sharing: Sharing) -> str:
    """What the button says: not everything that a steward lets through is shown."""
    if sharing.is_shown:
        return "Publish"
    return "Count it" if sharing is Sharing.COUNTED_ONLY else "Mark as read"


def _named(db: Session, barrier: Barrier, place: PublicPlace | None) -> str:
    """The initiative that a barrier names, where naming it tells no more of the barrier's place than was chosen."""
    initiative = barrier.initiative
    if initiative is None or place is None:
        return ""
    home = db.get_one(Neighbourhood, initiative.neighbourhood)
    shown = public_place(initiative.exact_shape, initiative.effective_sharing, home.boundary)
    is_public = initiative.publication is Publication.PUBLISHED and shown is not None
    if not is_public or shown is None or is_finer(shown.shown_as, place.shown_as):
        return "Something people do, shown more closely than this. So its name is left out."
    return initiative.title


def _enablers(db: Session, entry: Moderated) -> Iterable[Enabler]:
    parent = Enabler.initiative_id if isinstance(entry, Initiative) else Enabler.barrier_id
    return db.scalars(select(Enabler).where(parent == entry.id).order_by(Enabler.id))


def _helped(enabler: Enabler) -> str:
    source = f" ({enabler.from_whom.label})" if enabler.from_whom else ""
    return f"{enabler.kind.label}{source}" + (f": {enabler.text}" if enabler.text else "")


def _label(entry: Moderated, name: str) -> str:
    word: Word | None = getattr(entry, name)
    return word.label if word else ""


def _date(value: PartialDate | None) -> str:
    return format_date(value.first_day, _PATTERNS[value.precision], locale="en_GB") if value else ""


def _row(question: str, answer: str | list[str]) -> Row:
    return {"question": question, "answer": answer}
