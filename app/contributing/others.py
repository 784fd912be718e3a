"""Whether others met the same: earlier ones that look alike, each in a sentence that exposes nobody, and a number.

All that is told stands on the public side. A pattern is named by its own id and never by a member's: for sensitive ones
nobody may learn which reports belong to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.barriers.answers import BarrierAnswers
from app.barriers.models import Barrier
from app.contributing.form_fields import Raw, answers_in, text_of
from app.contributing.steps import MOST_ALIKE
from app.contributing.where import find_where
from app.institutions.service import register
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.errors import InvalidFields
from app.kit.partial_date import PartialDate
from app.matching.reports import Report
from app.neighbourhoods.models import Neighbourhood
from app.patterns.models import PatternMember
from app.patterns.reports import CITY, SHOWN
from app.patterns.service import answer
from app.patterns.suggestions import Suggestion, Suggestions
from app.published.queries import Published, Question
from app.publishing.counts import rounded
from app.vocabulary import BarrierKind, Likeness, Publication
from app.web.house import House

Properties = Mapping[str, Any]

_IS_PUBLIC = (Barrier.publication == Publication.PUBLISHED, Barrier.sharing.in_(SHOWN))
_OPENING = 110
_WORDS = 3
_MONTHS = {"day": "MMMM y", "month": "MMMM y", "year": "y"}


@dataclass(frozen=True)
class Asked:
    """One earlier pattern or report, named `collection/id`, and what was said of it before, if anything."""

    name: str
    sentence: str
    likeness: str


def asked_of(db: Session, house: House, suggestions: Suggestions, raw: Raw) -> list[Asked]:
    """What to ask of the report that `raw` holds; empty: nothing. Raises Invalid where it has no place yet."""
    before, asked = dict(said_in(raw)), []
    for one in _suggested(db, suggestions, raw):
        name = _name(one)
        sentence = sentence_of(house.published, name)
        if sentence:
            asked.append(Asked(name, sentence, str(before.get(name, ""))))
    return asked


def said_in(raw: Raw) -> list[tuple[str, Likeness]]:
    """What was said of which, in the order asked. What was left open is left out."""
    pairs = (
        (text_of(raw, f"earlier_{number}"), Likeness.named(text_of(raw, f"likeness_{number}")))
        for number in range(1, MOST_ALIKE + 1)
    )
    return [(name, word) for name, word in pairs if name and word is not None]


def none_of_these(raw: Raw) -> Raw:
    """`raw`, with "this is something else" said of each that was asked about."""
    numbers = [number for number in range(1, MOST_ALIKE + 1) if text_of(raw, f"earlier_{number}")]
    return raw | {f"likeness_{number}": str(Likeness.NOT_SAME) for number in numbers}


def examples_of(db: Session, house: House, suggestions: Suggestions, raw: Raw) -> list[tuple[str, Likeness]]:
    """The reports that the answers are about: of a pattern the one most like this, or else the first public one."""
    said = [(name, word) for name, word in said_in(raw) if sentence_of(house.published, name)]
    if not said:
        return []
    nearest = {_name(one): one.example for one in _suggested(db, suggestions, raw)}
    pairs = ((nearest.get(name) or _first_of(db, name), word) for name, word in said)
    return [(barrier_id, word) for barrier_id, word in pairs if barrier_id]


def keep_answers(db: Session, barrier_id: str, examples: Iterable[tuple[str, Likeness]]) -> None:
    """Keep what was said of each that everyone may still read."""
    for other_id, likeness in examples:
        if other_id != barrier_id and db.scalar(select(Barrier.id).where(Barrier.id == other_id, *_IS_PUBLIC)):
            answer(db, barrier_id, other_id, likeness)


def same_pattern(published: Published, raw: Raw) -> dict[str, str] | None:
    """The first pattern with a page that was called the same: its address, title and band of groups."""
    for name, likeness in said_in(raw):
        collection, properties = _public(published, name)
        if likeness is Likeness.SAME and collection == "patterns" and properties is not None:
            return {"url": properties["url"], "title": properties["title"], "groups": properties["groups_label"]}
    return None


def said_rows(published: Published, raw: Raw) -> list[dict[str, Any]]:
    """A row for checking before sending, where something was said."""
    lines = [f"{word.label}: {sentence}" for name, word in said_in(raw) if (sentence := sentence_of(published, name))]
    return [{"question": "Has this happened to others?", "answer": lines, "change_step": "alike"}] if lines else []


def sentence_of(published: Published, name: str) -> str:
    """A public pattern or report (`collection/id`) in one sentence; "" where there is none, or not any more."""
    collection, properties = _public(published, name)
    if properties is None:
        return ""
    return pattern_sentence(properties) if collection == "patterns" else report_sentence(properties)


def pattern_sentence(told: Properties) -> str:
    """A recurring barrier: its title, how many groups, since when, in which words, and what was answered."""
    since = f" since {_in_words(told['first_told'])}" if told.get("first_told") else ""
    said = [f"“{word}”" for word in told["words"][:_WORDS]]
    words = f", in words such as {' and '.join(filter(None, (', '.join(said[:-1]), said[-1])))}" if said else ""
    state = f"the answer is “{told['state_label']}”" if told.get("state_label") else "nobody has answered yet"
    return f"“{told['title']}”: {told['groups_label']} told of this{since}{words}, and {state}."


def report_sentence(told: Properties) -> str:
    """A public report: where, when, who could have said yes, what kind, and its opening words."""
    when = f" in {_in_words(told['happened'])}" if told.get("happened") else ""
    holder = f", with {told['holder']}" if told.get("holder") else ""
    place, kind = told["neighbourhood_name"], told["kind_label"]
    return f"Somebody in {place} met this{when}{holder} ({kind}): “{opening(told['what_happened'])}”"


def others_sentence(published: Published, home: Neighbourhood, kind: str, own_id: str) -> str:
    """How many other stories of this kind there are in the neighbourhood; no number below the threshold."""
    word = BarrierKind.named(kind)
    label = word.label.lower() if word else kind
    page = published.page(Question("barriers", neighbourhood=home.slug, kind=kind))
    is_own_shown = published.one("barriers", own_id) is not None
    counts = [one for one in published.hidden_counts(home.slug) if (one.collection, one.word) == ("barriers", kind)]
    hidden = sum(count.rounded for count in counts)
    others = rounded(page.matched - is_own_shown + hidden)
    if others is None:
        return "Thank you for telling us. Once enough people here tell of the same kind of thing, we say how many."
    return f"You are not alone: about {others} other stories of this kind ({label}) were told in {home.name}."


def first_public_member(db: Session, pattern_id: str) -> str | None:
    """The id of a pattern's first report that everyone may read."""
    members = select(PatternMember.barrier_id).where(PatternMember.pattern_id == pattern_id)
    return db.scalar(select(Barrier.id).where(Barrier.id.in_(members), *_IS_PUBLIC).order_by(Barrier.id).limit(1))


def _first_of(db: Session, name: str) -> str | None:
    collection, _, entry_id = name.partition("/")
    return first_public_member(db, entry_id) if collection == "patterns" else entry_id


def report_in(db: Session, raw: Raw) -> Report | None:
    """The report that `raw` holds, as the engine reads it; None where it is not complete. Raises Invalid: no place."""
    given, _dates = answers_in("barriers", raw)
    home = find_where(db, raw).home
    try:
        told = read_answers(BarrierAnswers, given)
    except InvalidFields:  # The step that asks for it says so.
        return None
    happened = told.happened.first_day if told.happened else clock.today()
    return Report(
        id="",
        city=CITY,
        group=told.initiative or "",
        text=told.what_happened,
        neighbourhood=home.slug,
        day=happened.toordinal(),
        initiative=told.initiative,
        kind=str(told.kind),
        holder=told.holder or None,
        holder_id=told.institution or _meant(db, told.holder),
        rule=told.rule_cited or None,
        stage=str(told.stage) if told.stage else None,
        effect=str(told.effect) if told.effect else None,
        language=told.language,
    )


def _suggested(db: Session, suggestions: Suggestions, raw: Raw) -> Sequence[Suggestion]:
    report = report_in(db, raw)
    return [] if report is None else suggestions.suggest(report)


def _meant(db: Session, holder: str) -> str | None:
    """The institution that the holder's words stand for, as it will be when the report is stored."""
    found = register(db).meant(holder) if holder else None
    return None if found is None else found.id


def _name(one: Suggestion) -> str:
    return f"patterns/{one.pattern}" if one.pattern else f"barriers/{one.example}"


def _public(published: Published, name: str) -> tuple[str, Properties | None]:
    collection, _, entry_id = name.partition("/")
    feature = published.one(collection, entry_id) if collection in {"patterns", "barriers"} else None
    return collection, None if feature is None else orjson.loads(feature)["properties"]


def opening(story: str, most: int = _OPENING) -> str:
    """The first words of a story, whole, in at most about `most` characters."""
    line = " ".join(story.split())
    return line if len(line) <= most else (line[:most].rpartition(" ")[0] or line[:most]) + " …"


def _in_words(text: str) -> str:
    moment = PartialDate.parse(text, field="date")
    return format_date(moment.first_day, _MONTHS[moment.precision], locale="en_GB")
