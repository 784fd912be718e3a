"""The funders' page in sentences and rows, made of facts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from app.ecology.measures.hidden_share import is_officially_recognised, is_recognition_told
from app.ecology.measures.measure import counted, number
from app.ecology.records import Gate, Living
from app.public.funders.facts import MONEY, RECOGNITION, Facts
from app.public.funders.grants import money, sums
from app.public.records import Record
from app.vocabulary import BarrierKind, Lifecycle
from app.vocabulary.words import marked as _

# So many of each are listed; the table holds all.
MOST = 8
_MOST_PRINTED = 100
_MOST_STORIES = 3
_WELL = (Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON)


def summary(facts: Facts) -> list[str]:
    """The place in a few sentences."""
    if not facts.chosen:
        return []
    told = [_lives(facts), *_ways(facts)]
    if not facts.grants.is_empty and facts.going_on:
        told.append(_without_grant(len(facts.without_grant), len(facts.going_on)))
    recognised = [one for one in facts.going_on if is_recognition_told(one)]
    if recognised:
        told.append(_recognised(sum(map(is_officially_recognised, recognised)), len(recognised)))
    return told


def living(facts: Facts, found: Sequence[Living]) -> dict[str, Any]:
    """Rows for a list, and how many there are. The screen shows the first MOST of them, paper all that fit a report."""
    return {"rows": [_row(facts, one) for one in found[:_MOST_PRINTED]], "shown": MOST, "total": len(found)}


def lifts(facts: Facts) -> list[dict[str, Any]]:
    """What money and what recognition could lift: kinds with how many still wait, and stories to read."""
    asked = (
        ("money", _("Money could lift"), _("Rules on who may get money, rooms or tools, and how it is held."), MONEY),
        ("recognition", _("Recognition could lift"), _("Not being seen, not being taken seriously."), RECOGNITION),
    )
    return [
        {
            "name": name,
            "title": title,
            "rule": rule,
            "kinds": [_kind(facts, kind) for kind in kinds if facts.gates_of([kind])],
        }
        for name, title, rule, kinds in asked
    ]


def others(facts: Facts) -> int:
    """How many stories are of rules and habits that offices could change."""
    return len(facts.gates) - len(facts.gates_of([*MONEY, *RECOGNITION]))


def helped(facts: Facts) -> list[dict[str, Any]]:
    """What helped, and how often it is told."""
    return [{"label": kind.label, "hint": kind.hint, "count": count} for kind, count in facts.helped]


def funding(facts: Facts) -> dict[str, Any]:
    """What published grants tell: of these initiatives, of the place, and of the whole city."""
    city = facts.not_here(facts.grants.of_city)
    return {
        "is_empty": facts.grants.is_empty,
        "asked": len(facts.going_on),
        "without": living(facts, facts.without_grant),
        "here": [grant_row(one) for one in facts.grants_here[:MOST]],
        "here_total": len(facts.grants_here),
        "here_sums": sums(facts.grants_here),
        "city_total": len(city),
        "city_sums": sums(city),
        "nowhere_total": len(facts.not_here(facts.grants.of_nowhere)),
        "credits": sorted({one["credit"] for one in (*facts.grants_here, *city) if one.get("credit")}),
    }


def grant_row(one: Record) -> dict[str, Any]:
    """A published grant for a list."""
    return {
        "title": one["title"],
        "funder": one["funder"],
        "recipient": one["recipient"],
        "amount": money(one["amount"], one["currency"]) if one["amount"] is not None else "",
        "year": one["awarded"][:4],
        "programme": one["programme"],
        "url": f"/initiatives/{one['initiative']}" if one.get("initiative") else "",
        "initiative_title": one.get("initiative_title") or "",
        "matched": one.get("matched_by_label") or "",
        "demonstration": one.get("demonstration", False),
    }


def recognition(facts: Facts) -> list[dict[str, Any]]:
    """Who recognises what, in public, newest first."""
    told = [
        {
            "title": one.title,
            "url": one.url,
            "by": said.by,
            "what": said.what,
            "since": said.since[:4],
            "support": said.support,
        }
        for one, said in facts.recognitions
    ]
    return sorted(told, key=lambda one: (one["since"], one["title"]), reverse=True)[:MOST]


def why(facts: Facts, one: Living) -> list[dict[str, str]]:
    """What got in the way of one, worst first: what it was, what it did, and where to read it."""
    return [
        {"label": gate.label, "effect": gate.effect.label if gate.effect else "", "url": f"/barriers/{gate.id}"}
        for gate in facts.gates_by_initiative.get(one.id, ())[:_MOST_STORIES]
    ]


def _lives(facts: Facts) -> str:
    alive, starting, resting, over = map(len, (facts.alive, facts.starting, facts.resting, facts.over))
    told = [f"{number(alive)} {'thing goes' if alive == 1 else 'things go'} on"]
    more = (
        (starting, "is an idea or just starting", "are ideas or just starting"),
        (resting, "rests", "rest"),
        (over, "is over", "are over"),
    )
    parts = told + [f"{number(count)} {one if count == 1 else many}" for count, one, many in more if count]
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{text[0].upper()}{text[1:]}."


def _without_grant(without: int, asked: int) -> str:
    if not without:
        return "A published grant was found for each that goes on or begins."
    if asked == 1:
        return "For the one that goes on or begins, no published grant was found."
    return f"For {number(without)} of {asked:,} that go on or begin, no published grant was found."


def _recognised(official: int, told: int) -> str:
    whom = "a funder, a council or another institution"
    if told == 1:
        return f"One says who recognises it, and {'names' if official else 'does not name'} {whom}."
    how_many = f"{number(official)} {'names' if official == 1 else 'name'}" if official else "none names"
    return f"Of {told:,} that say who recognises them, {how_many} {whom}."


def _ways(facts: Facts) -> list[str]:
    if not facts.gates:
        return []
    opened = sum(gate.is_opened for gate in facts.gates)
    kind, count = Counter(gate.label for gate in sorted(facts.gates, key=lambda one: one.kind)).most_common(1)[0]
    told = f"People told {counted(len(facts.gates), 'story', 'stories')} of what got in the way"
    if len(facts.gates) == 1:
        return [f"{told}: “{kind}”. {'Something' if opened else 'Nothing'} got through{'' if opened else ' yet'}."]
    through = f"in {number(opened)} of them something got through" if opened else "nothing got through yet"
    return [
        f"{told}; {through}.",
        f"Told most often: “{kind}” ({counted(count, 'story', 'stories')}).",
    ]


def _kind(facts: Facts, kind: BarrierKind) -> dict[str, Any]:
    found = facts.gates_of([kind])
    waiting = [gate for gate in found if not gate.is_opened]
    return {
        "label": kind.label,
        "hint": kind.hint,
        "told": counted(len(found), "story", "stories"),
        "number": len(found),
        "waiting": len(waiting),
        "stories": [_story(facts, gate) for gate in (waiting or found)[:_MOST_STORIES]],
    }


def _story(facts: Facts, gate: Gate) -> dict[str, str]:
    owner = facts.ecology.lives.get(gate.initiative or "")
    return {
        "url": f"/barriers/{gate.id}",
        "of": owner.title if owner else "",
        "effect": gate.effect.label if gate.effect else "",
    }


def _row(facts: Facts, one: Living) -> dict[str, Any]:
    return {
        "title": one.title,
        "url": one.url,
        "activity": str(one.activity) if one.activity else "",
        "activity_label": one.activity.label if one.activity else "",
        "lifecycle_label": one.lifecycle.label if one.lifecycle else "",
        "formality_label": one.formality.label if one.formality else "",
        "people_label": one.people.label if one.people else "",
        "since": str(one.born.year) if one.born else "",
        "until": str(one.rested.year) if one.rested else "",
        "why": why(facts, one),
        "ended": one.lifecycle.hint if one.lifecycle in _WELL else "",
        "demonstration": one.is_demonstration,
    }
