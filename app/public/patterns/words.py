"""What a recurring barrier says of itself, in plain sentences made from bands, counts and our own words alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from app.kit.partial_date import PartialDate
from app.vocabulary import BarrierKind, Effect, EnablerKind, Outcome, ResponseState, TrendWord

Told = Mapping[str, Any]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# What a thing did to groups, worst first; at most two are said.
_DID = {
    Effect.STOPPED: "stopped",
    Effect.RESHAPED: "made to change their plan",
    Effect.COST_MORE: "made to pay more",
    Effect.SLOWED: "slowed down",
}
_BY = {
    BarrierKind.LEGISLATIVE_SANCTION: "a law or a by-law",
    BarrierKind.WELFARE_SANCTION: "benefit rules",
    BarrierKind.HEALTH_AND_SAFETY: "health and safety rules",
    BarrierKind.RESOURCES_TO_FORMAL_GROUPS: "rules for formal groups only",
    BarrierKind.BUDGETS_AND_ACCOUNTABILITY: "rules on budgets and reporting",
    BarrierKind.LOW_VISIBILITY: "not being noticed",
    BarrierKind.GATEKEEPING: "somebody who held the gate",
    BarrierKind.EXPERTISE_NOT_RECOGNISED: "being told that they are not experts",
    BarrierKind.LACK_OF_RECOGNITION: "not being taken seriously",
    BarrierKind.NO_FORMAL_ROLE: "having no official role",
}
_HELP = {
    EnablerKind.ENCOURAGEMENT: "encouragement",
    EnablerKind.COACHING: "coaching",
    EnablerKind.SKILL_SHARING: "a skill that somebody lent",
    EnablerKind.INTRODUCTION: "an introduction to the right person",
    EnablerKind.SPACE: "a space to use",
    EnablerKind.EQUIPMENT: "things to work with",
    EnablerKind.SMALL_MONEY: "a little money",
    EnablerKind.OFFICER_HELP: "help from an official",
    EnablerKind.TEMPLATE: "a ready-made form or letter",
}
_TRENDS = {
    TrendWord.MORE: "It comes up more often than before.",
    TrendWord.SAME: "It comes up about as often as before.",
    TrendWord.LESS: "It comes up less often than before.",
    TrendWord.EARLY: "There are too few to say whether it comes up more often or less.",
}
EARLY_NOTICE = "Early notice: in the last six weeks more groups told of it than its past explains."


def number(count: int) -> str:
    """A small number as a word, others as figures."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def day_words(iso: str) -> str:
    """A day as people write it: 3 May 2026."""
    return format_date(date.fromisoformat(iso), "d MMMM y", locale="en_GB")


def month_words(iso: str | None) -> str:
    """A month ("2024-03") or year as people write it; "" for none."""
    if not iso:
        return ""
    moment = PartialDate.parse(iso, field="date")
    return format_date(moment.first_day, "y" if moment.precision == "year" else "MMMM y", locale="en_GB")


def main_sentence(one: Told) -> str:
    """How many groups, from where, and what it did to them."""
    what = f"the rule “{one['rule_cited']}”" if one["rule_cited"] else _kind(one["kind"])
    return f"{one['groups_label']}{_from(one)} were {_done(one)} by {what}."


def trend_sentence(one: Told) -> str:
    """More often or less than before; and since when."""
    return _TRENDS[TrendWord.named(one["trend"]) or TrendWord.EARLY]


def helped_sentence(one: Told) -> str:
    """What helped most of them, or ""."""
    best = [(EnablerKind.named(told["word"]), told["groups"]) for told in one["helped"][:2]]
    parts = [f"{_HELP[kind]} ({_groups(groups)})" for kind, groups in best if kind is not None]
    return f"What helped: {listed(parts)}." if parts else ""


def sentences(one: Told) -> list[str]:
    """What a recurring barrier is, in two to four plain sentences."""
    told = [main_sentence(one), trend_sentence(one), helped_sentence(one)]
    if one["is_early_notice"]:
        told.append(EARLY_NOTICE)
    return [sentence for sentence in told if sentence]


def since_sentence(one: Told) -> str:
    """From when to when it was told of, in months."""
    first, last = month_words(one["first_told"]), month_words(one["last_told"])
    if not first:
        return ""
    return f"It was told of in {first}." if first == last else f"It was first told of in {first}, last in {last}."


def where_sentence(one: Told) -> str:
    """Where it was told from, as exactly as may be said."""
    count = one["neighbourhood_count"]
    if one["is_sensitive"] or not count:
        return "It is told from this city. We do not say more, since it could harm somebody."
    named = listed([place["name"] for place in one["neighbourhoods"]])
    if not named:
        return (
            f"It is told from {_neighbourhoods(count)}. None of them has enough groups yet to be named."
            if count > 1
            else "It is told from one neighbourhood. Too few groups told of it there to name it."
        )
    others = count - len(one["neighbourhoods"])
    return f"It is told from {named}." if others <= 0 else f"It is told from {named}, and from {number(others)} more."


def waiting_sentence(one: Told, today: date) -> str:
    """The clock: for how long nobody has given an answer that settles it; "" where one did, and it holds."""
    if one.get("answered_again_on"):
        return (
            f"Groups said that they were still blocked. A new answer came on {day_words(one['answered_again_on'])}. "
            "They have not said yet whether it helps."
        )
    if one["waiting_since"] is None:
        return ""
    if one["reopened_on"]:
        days = _days(one["waiting_since"], today)
        return f"Groups say that they are still blocked. {_no_answer('No new answer', days)}"
    if one["agreed_since"] is None:
        return not_agreed(one["holder"])
    # Nobody can be late before they have promised anything.
    days = _days(max(one["waiting_since"], one["agreed_since"]), today)
    return _no_answer("No answer that settles it" if one["state"] else "No answer", days)


def reopened_sentence(one: Told) -> str:
    """That groups, or the group of a single report, are still blocked after an answer; "" where they are not."""
    if one.get("is_reopened"):
        return "The group says that it is still blocked."
    if not one.get("reopened_on"):
        return ""
    told = f"Since {day_words(one['reopened_on'])} groups say that they are still blocked."
    again = one.get("answered_again_on")
    return f"{told} They have not said yet whether the answer of {day_words(again)} helps." if again else told


def once_reopened(one: Told) -> list[str]:
    """What groups said of earlier answers that were not real for them: it stays, whatever was answered since."""
    told = []
    for answer in (answer for answer in one["answers"][1:] if answer["reopened"]):
        blocked = [said for said in answer["outcomes"] if said["outcome"] == Outcome.STILL_BLOCKED]
        who = _groups(blocked[0]["groups"]).capitalize() if blocked else "Groups"
        said = f"{who} said that they were" if "groups" in one else "The group said that it was"
        told.append(f"{said} still blocked after the answer of {day_words(answer['first_published'])}.")
    return told


def not_agreed(holder: str | None) -> str:
    """What is said where nobody has promised to answer."""
    if holder is None:
        return "We do not know yet which office could change this."
    return f"This office has not agreed to answer here: {holder}."


def took_sentence(shown_since: str | None, answered: str) -> str:
    """How long an answer took from the day on which everyone could read of it; "" where that is not known."""
    if not shown_since:
        return ""
    days = (date.fromisoformat(answered) - date.fromisoformat(shown_since)).days
    return (
        "That was on the day it was first shown here."
        if days <= 0
        else f"It took {span_words(days)} from when it was first shown here."
    )


def span_words(days: int) -> str:
    """A length of time as people say it."""
    for length, most, one in ((1, 60, "day"), (30, 720, "month")):
        if days < most:
            count = max(1, round(days / length))
            return f"{count} {one}" if count == 1 else f"{count} {one}s"
    return f"{round(days / 365.25)} years"


def times_sentence(figures: Told) -> str:
    """How often against before, with how sure that is; "" where there are too few to say."""
    if figures["times"] is None:
        return ""
    about, low, high = (round(10 * (figures[name] or 0)) for name in ("times", "times_low", "times_high"))
    return (
        f"Where it came up 10 times before, it now comes up about {_many(about)} time{'' if about == 1 else 's'}. "
        f"It could be anything from {_many(low)} to {_many(high)}."
    )


def after_sentences(after: Told | None) -> list[str]:
    """What changed after an answer, or that it is too early to say."""
    if after is None:
        return ["It is too early to say whether anything changed."]
    counted = (
        f"In the {span_words(after['days'])} since the answer {_groups(after['after'])} told of it; in the same time "
        f"before it, {_groups(after['before'])}."
    )
    if after["days"] <= 0:
        return ["It is too early to say whether anything changed."]
    trend = TrendWord.named(after["trend"]) or TrendWord.EARLY
    if trend is TrendWord.EARLY:
        return [counted, "These are too few to say whether anything changed."]
    return [counted, _TRENDS[trend], times_sentence(after)]


def verdict_sentence(outcomes: Sequence[Told], *, is_pattern: bool = True) -> str:
    """What groups say of an answer."""
    said = [
        f"“{outcome.label}” ({_groups(one['groups'])})"
        for one in outcomes
        if (outcome := Outcome.named(one["outcome"])) is not None
    ]
    if said:
        return f"Groups say: {listed(said)}."
    return (
        "Too few groups have said yet whether this was real."
        if is_pattern
        else "The group has not said yet whether this was real."
    )


def answer_title(answer: Told) -> str:
    """Who said it, and when."""
    return f"{answer['institution_name']}, {day_words(answer['published'])}"


def state_quote(answer: Told) -> str:
    """The state of an answer, in the office's own voice."""
    state = ResponseState.named(answer["state"])
    return state.label if state else str(answer["state_label"])


def together_sentences(one: Told) -> list[str]:
    """Why these reports stand on one page."""
    told = [f"Most of them are about this: {(one['kind_label'] or '').lower()}."]
    if one["holder"]:
        told.append(f"Two groups or more name the same office: {one['holder']}.")
    if one["rule_cited"]:
        told.append(f"Two groups or more name the same rule: {one['rule_cited']}.")
    if one["words"]:
        told.append(f"They share words: {listed(one['words'])}.")
    if one.get("campaign"):
        told.append(f"{one['campaign']} reports sent the same text. We count them as one group.")
    return told


def listed(parts: Sequence[str]) -> str:
    """A, B and C."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _done(one: Told) -> str:
    counts = {told["word"]: told["groups"] for told in one["effects"]}
    met = sorted((effect for effect in _DID if counts.get(effect)), key=lambda effect: -counts[effect])[:2]
    if 2 * sum(counts[effect] for effect in met) < sum(counts.values()):
        # What happened to a few must not be said of all.
        return "held up"
    return " or ".join(words for effect, words in _DID.items() if effect in met) or "held up"


def _kind(code: str) -> str:
    kind = BarrierKind.named(code)
    return _BY[kind] if kind else "the same thing"


def _from(one: Told) -> str:
    count = one["neighbourhood_count"]
    return f" in {_neighbourhoods(count)}" if count else " in this city"


def _neighbourhoods(count: int) -> str:
    return f"{number(count)} neighbourhood{'' if count == 1 else 's'}"


def _groups(count: int) -> str:
    return f"{number(count)} group{'' if count == 1 else 's'}"


def _days(since: str, today: date) -> int:
    return max((today - date.fromisoformat(since)).days, 0)


def _no_answer(words: str, days: int) -> str:
    return f"{words} yet." if days == 0 else f"{words} for {days:,} day{'' if days == 1 else 's'}."


def _many(count: int) -> str:
    return "100 or more" if count > 100 else f"{count}"  # noqa: PLR2004 - ten times ten
