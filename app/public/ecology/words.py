"""An ecology told in words: by year, as trees, and what one initiative led to. The same as the drawings, in lists."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from app.ecology.lineage import Branch, Ripple
from app.ecology.moments import Form, form_of
from app.ecology.records import Living, Tie
from app.public.ecology.made import Made

# So many lines of a list are read; the rest is told by number.
_MOST_LINES = 300
# And of what happened in one month, so many; the script has the same number.
_MOST_AT_ONCE = 12
_STAGES = {
    Form.IDEA: "an idea",
    Form.STARTING: "starting",
    Form.ACTIVE: "going on",
    Form.RESTING: "resting",
    Form.OVER: "over",
}


def life_words(made: Made, life: Living) -> dict[str, Any]:
    """One initiative for a list: its name, addresses, and when it was."""
    is_own = not made.ecology.slug or life.neighbourhood == made.ecology.slug
    return {
        "id": life.id,
        "title": life.title,
        "url": life.url,
        "activity": str(life.activity or "other"),
        "activity_label": life.activity.label if life.activity else "",
        "form": str(form_of(life)),
        "stage": life.lifecycle.label if life.lifecycle else "",
        "when": when(life),
        "is_elsewhere": not is_own,
    }


def when(life: Living) -> str:
    """In short, such as: since 2021, resting since 2024."""
    words = f"since {life.born.year}" if life.born else "no date given"
    form = form_of(life)
    if form is Form.ACTIVE:
        return words
    if life.rested is not None and form in {Form.RESTING, Form.OVER}:
        if form is Form.RESTING:
            return f"{words}, resting since {life.rested.year}"
        return f"{life.born.year} to {life.rested.year}" if life.born else f"until {life.rested.year}"
    return f"{words}, {_STAGES[form]}"


def happenings(made: Made, month: int) -> list[dict[str, Any]]:
    """What happened in one month, for lists of links: nothing of what did not."""
    moment = made.moments.every[month]
    lives = made.ecology.lives
    parts = (
        ("began", "Began", moment.began),
        ("rested", "Came to rest", moment.rested),
        ("ended", "Ended", moment.ended),
        ("joined", "First link to others", moment.joined),
    )
    found = [
        {
            "name": name,
            "label": label,
            "lives": [life_words(made, lives[one]) for one in ids[:_MOST_AT_ONCE]],
            "more": max(len(ids) - _MOST_AT_ONCE, 0),
        }
        for name, label, ids in parts
        if ids
    ]
    gates = {gate.id: gate for gate in made.ecology.gates}
    for name, label, ids in (("stopped", "Got in the way", moment.stopped), ("opened", "Got through", moment.opened)):
        if ids:
            told = [{"label": gates[one].label, "url": f"/barriers/{one}"} for one in ids[:_MOST_AT_ONCE]]
            more = max(len(ids) - _MOST_AT_ONCE, 0)
            found.append({"name": name, "label": label, "gates": told, "more": more})
    return found


def by_year(made: Made) -> list[dict[str, Any]]:
    """The timeline, from the first year on: what began, rested and ended, and what led to what."""
    calendar = made.moments.calendar
    years: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for month, moment in enumerate(made.moments.every):
        year = years[calendar.first_year + month // 12]
        for name in ("began", "rested", "ended"):
            year[name] += [made.ecology.lives[one] for one in getattr(moment, name)]
    for tie in made.ecology.ties:
        if tie.since is not None and calendar.first_year <= tie.since.year:
            years[max(tie.since.year, calendar.first_year)]["ties"].append(tie)
    before = [one for one in made.ecology.own if made.moments.spans[one.id].born < 0]
    told = [{"year": "Before, or without a date", **_year(made, {"began": before})}] if before else []
    return told + [
        {"year": str(year), **_year(made, held)} for year, held in sorted(years.items()) if any(held.values())
    ]


def _year(made: Made, held: dict[str, list[Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"parts": [], "ties": [], "more_ties": 0}
    for name, label in (("began", "Began"), ("rested", "Came to rest"), ("ended", "Ended")):
        lives = held.get(name, [])
        if made.is_grouped and lives:
            numbers = Counter(one.activity.label if one.activity else "Other" for one in lives).most_common()
            words = ", ".join(f"{activity.lower()} {number:,}" for activity, number in numbers)
            told["parts"].append({"label": label, "count": len(lives), "words": words, "lives": []})
        elif lives:
            told["parts"].append({"label": label, "lives": [life_words(made, one) for one in lives], "words": ""})
    ties: Sequence[Tie] = held.get("ties", [])
    most = 0 if made.is_grouped else _MOST_LINES
    told["ties"] = [_tie(made, tie) for tie in ties[:most]]
    told["more_ties"] = max(len(ties) - most, 0)
    return told


def trees(made: Made) -> tuple[list[dict[str, Any]], int]:
    """Lines of the "grew out of" trees, and how many more there are than are told."""
    lines = made.lineage.trees()
    shown = lines[:_MOST_LINES]
    return [_line(made, line) for line in shown], len(lines) - len(shown)


def ripple_words(made: Made, ripple: Ripple) -> dict[str, Any]:
    """What one initiative led to and came from, as nested lists."""
    one = made.ecology.lives[ripple.one]
    return {
        **life_words(made, one),
        "onward": [_line(made, line, way="onward") for line in ripple.onward[:_MOST_LINES]],
        "back": [_line(made, line, way="back") for line in ripple.back[:_MOST_LINES]],
        "beside": [_line(made, line, way="back") for line in ripple.beside[:_MOST_LINES]],
        "sentence": _ripple_sentence(ripple),
        "gates": [
            {"label": gate.label, "url": f"/barriers/{gate.id}", "is_opened": gate.is_opened, "helped": _helped(gate)}
            for gate in made.ecology.gates_of(ripple.one)
        ],
    }


def _ripple_sentence(ripple: Ripple) -> str:
    onward, back = len(ripple.onward), len(ripple.back)
    if not onward and not back:
        return "No tie tells yet what it came from, or what it led to."
    told = f"It led to {_things(onward)}." if onward else "Nothing is known yet that it led to."
    return f"{told} It came from {_things(back)}." if back else told


def _things(count: int) -> str:
    return "1 other thing" if count == 1 else f"{count:,} other things"


def _helped(gate: Any) -> list[str]:  # noqa: ANN401 - a gate
    return [kind.label.lower() for kind in dict.fromkeys(gate.helped)]


def _line(made: Made, line: Branch, way: str = "") -> dict[str, Any]:
    words = dict.fromkeys(tie.back if way == "onward" else tie.label for tie in line.ties) if way else {}
    parent = made.ecology.lives[line.parent].title if line.parent and line.is_capped else ""
    return {
        **life_words(made, made.ecology.lives[line.id]),
        "depth": line.depth,
        "words": ", ".join(words),
        "parent": parent,
        "told_elsewhere": line.told_elsewhere,
    }


def _tie(made: Made, tie: Tie) -> dict[str, Any]:
    """X led to Y: from the one that was there first."""
    lives = made.ecology.lives
    return {"from": life_words(made, lives[tie.end]), "words": tie.back, "to": life_words(made, lives[tie.start])}


def described(made: Made, life: Living, ties: Iterable[Tie]) -> str:
    """One row of the drawing for those who cannot see it."""
    parts = [life.title, life.activity.label if life.activity else "", when(life)]
    parts += [f"{tie.label} {made.ecology.lives[tie.end].title}" for tie in ties if tie.start == life.id]
    return ". ".join(part.rstrip(".") for part in parts if part)
