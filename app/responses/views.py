"""What stands on an officer's desk, in words: the same that everyone reads, and how long people have waited."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from app.institutions.models import Institution
from app.kit import clock
from app.kit.text import looks_personal
from app.responses.answers import ResponseAnswers
from app.responses.models import CannedText, Response
from app.responses.service import Speaker, Written
from app.responses.subjects import Subject
from app.vocabulary import Publication, ResponseState

_EXCERPT = 220
_MONTH = 7  # Characters of "2026-03".


def day_in_words(day: date | str) -> str:
    """A day such as "3 June 2026"; a month ("2026-03") such as "March 2026"."""
    if isinstance(day, str) and len(day) == _MONTH:
        return format_date(date.fromisoformat(f"{day}-01"), "MMMM y", locale="en_GB")
    known = date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(known, "d MMMM y", locale="en_GB")


def clock_of(subject: Subject) -> str:
    """How long there has been no answer, or when it came, as a sentence."""
    current = subject.current
    if current is None:
        return _silence(subject)
    told = f"{current['institution_name']} answered on {day_in_words(current['published'])}"
    if subject.is_reopened:
        since = subject.told.get("reopened_on")
        when = f" on {day_in_words(since)}" if since else ""
        if subject.told.get("answered_again_on"):
            return f"Re-opened{when}. {told}. Those who were still blocked have not said yet whether this helps."
        return f"{told}. Re-opened{when}: at least half of the groups who spoke are still blocked."
    if current["is_settled"]:
        return f"{told}."
    waiting = subject.told.get("waiting_since")
    so_far = f" for {_days_since(waiting)}" if waiting else ""
    return f"{told}. That settles nothing yet: people have waited{so_far}."


def state_of(subject: Subject) -> str:
    """The state in words; silence is called silence."""
    return subject.current["state_label"] if subject.current else "No answer"


def listed(subject: Subject, speaker: Speaker) -> dict[str, Any]:
    """One line of the desk."""
    told = subject.told
    passed = subject.passed_to(speaker.ids)
    return {
        "url": f"/councils/desk/{subject.collection}/{subject.id}",
        "title": told["title"],
        "excerpt": told.get("description") or _cut(told.get("what_happened", "")),
        "is_pattern": subject.collection == "patterns",
        "groups": told.get("groups_label", ""),
        "where": where_of(subject),
        "state": state_of(subject),
        "is_open": subject.is_open,
        "is_reopened": subject.is_reopened,
        "clock": clock_of(subject),
        "passed_by": passed["institution_name"] if passed and passed["institution"] not in speaker.ids else "",
        "demonstration": bool(told.get("demonstration")),
    }


def in_order(subjects: Sequence[Subject]) -> list[Subject]:
    """Open ones first, those that have waited longest before the others; then what was answered, the newest first."""
    waiting = sorted((one for one in subjects if one.is_open), key=lambda one: (_since(one), one.id))
    done = sorted((one for one in subjects if not one.is_open), key=lambda one: one.id)
    done.sort(key=lambda one: one.current["published"] if one.current else "", reverse=True)
    return [*waiting, *done]


def rows_of(subject: Subject) -> list[dict[str, Any]]:
    """What everyone sees of it, in short, as questions and answers."""
    told = subject.told
    first, last = told.get("first_told"), told.get("last_told")
    stages = [f"{one['label']}: {_groups(one['groups'])}" for one in told.get("stages", ())]
    effects = [f"{one['label']}: {_groups(one['groups'])}" for one in told.get("effects", ())]
    happened = told.get("happened")
    pairs: list[tuple[str, Any]] = [
        ("What it is", told["kind_label"]),
        ("The rule they named", told.get("rule_cited")),
        ("Who could say yes or no", told.get("holder")),
        ("How many groups", told.get("groups_label")),
        ("Where", where_of(subject)),
        ("When", day_in_words(happened) if happened and len(happened) >= _MONTH else happened),
        ("Told of", f"{day_in_words(first)} to {day_in_words(last)}" if first and last else None),
        ("More often, or less", told.get("trend_label")),
        ("When it came up", stages or told.get("stage_label")),
        ("What it did", effects or told.get("effect_label")),
        ("What helped", [f"{one['label']}: {_groups(one['groups'])}" for one in told.get("helped") or () if one]
         if subject.collection == "patterns" else told.get("helped")),
        ("Words that they use", ", ".join(told.get("words", ()))),
    ]  # fmt: skip
    return [{"question": question, "answer": answer} for question, answer in pairs if answer]


def where_of(subject: Subject) -> str:
    """The places that may be told."""
    told = subject.told
    if subject.collection == "barriers":
        return str(told["neighbourhood_name"])
    return ", ".join(place["name"] for place in told["neighbourhoods"]) or "In the city"


def earlier(subject: Subject) -> list[dict[str, Any]]:
    """All public answers, newest first, as `responses/answer.html` shows them."""
    return [one | {"when": day_in_words(one["published"])} for one in subject.answers]


def hidden(own: Written) -> list[dict[str, str]]:
    """Answers of one's own that a steward hid, and why: for the institution alone."""
    return [
        {
            "state_label": one.state.label,
            "text": one.text,
            "when": day_in_words(one.published_at.date()),
            "note": one.steward_note,
        }
        for one in own.versions
        if one.publication is Publication.HIDDEN and one.published_at is not None
    ]


def preview(answers: ResponseAnswers, speaker: Speaker, register: Sequence[Institution]) -> dict[str, Any]:
    """An answer as everyone will see it. Complete ones only."""
    names = {one.id: one.name for one in register}
    state = answers.state or ResponseState.HEARD
    return {
        "state": state,
        "state_label": state.label,
        "institution_name": speaker.institution.name,
        "text": answers.text,
        "rule_cited": answers.rule_cited,
        "passed_to_name": names.get(answers.passed_to or ""),
        "when": day_in_words(clock.today()),
        "is_current": True,
        "outcomes": [],
    }


def hints(text: str) -> list[str]:
    """What in an answer may give a person away: a hint, never a refusal."""
    return [f"Your text may hold {what}. Is it meant for everyone?" for what in looks_personal(text)]


def values_of(own: Written) -> dict[str, str]:
    """What the form begins with: the draft, or else what stands now, to be put right; or else nothing."""
    one = own.draft or own.newest
    if one is None:
        return {"state": "", "text": "", "rule_cited": "", "passed_to": "", "canned_name": ""}
    return {
        "state": str(one.state),
        "text": one.text,
        "rule_cited": one.rule_cited,
        "passed_to": one.passed_to_id or "",
        "canned_name": "",
    }


def canned(texts: Sequence[CannedText]) -> list[dict[str, str]]:
    """Texts of one's own, for the page."""
    return [{"id": one.id, "name": one.name, "excerpt": _cut(one.text)} for one in texts]


def drafts(rows: Sequence[Response], subjects: dict[tuple[str, str], Subject | None]) -> list[dict[str, Any]]:
    """Drafts of one's own. What a draft is about may have been taken back since: then it leads nowhere."""
    shown = []
    for one in rows:
        about = subjects[one.collection, one.subject_id]
        shown.append(
            {
                "url": f"/councils/desk/{about.collection}/{about.id}" if about else "",
                "title": about.told["title"] if about else "Something that is not shown any more",
                "state": one.state.label,
                "excerpt": _cut(one.text),
                "when": day_in_words(one.written_at.date()),
            }
        )
    return shown


def _silence(subject: Subject) -> str:
    since = subject.told.get("waiting_since")
    if since:
        return f"No answer for {_days_since(since)}."
    told_of = subject.told.get("happened") or subject.told.get("updated") or ""
    return f"No answer yet. Told of {day_in_words(told_of)}." if len(told_of) == _MONTH else "No answer yet."


def _since(subject: Subject) -> str:
    """A day or month to order by; what has none comes last."""
    told = subject.told
    return str(told.get("waiting_since") or told.get("happened") or told.get("updated") or "9999")


def _days_since(day: str) -> str:
    days = (clock.today() - date.fromisoformat(day)).days
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days} days"


def _groups(count: int) -> str:
    return "1 group" if count == 1 else f"{count} groups"


def _cut(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]} …"
