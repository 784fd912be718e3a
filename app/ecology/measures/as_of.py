"""An ecology as it was on a day, as far as people have told since.

Nobody keeps yesterday's map: what is compared is today's knowledge of then with today's knowledge of now. What carries
no date counts on both days, so that it moves nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from app.ecology.records import Ecology, Gate, Living, Tie


def settled(ecology: Ecology, today: date) -> Ecology:
    """The same ecology, in which nothing that rests or is over goes on today.

    Somebody who told only the year in which it came to rest meant a day that has passed: "2026" may end in December.
    """
    yesterday = today - timedelta(days=1)
    lives = {
        key: replace(one, rested=yesterday) if one.rested is not None and one.rested > yesterday else one
        for key, one in ecology.lives.items()
    }
    return Ecology(ecology.slug, lives, ecology.ties, ecology.gates)


def is_going_on(one: Living, day: date) -> bool:
    """Whether it went on that day. What rests or is over and tells no last day went on no day that we know of."""
    if one.rested is None and (one.is_resting or one.is_over):
        return False
    return one.is_alive_on(day)


def going_on(ecology: Ecology, day: date) -> list[Living]:
    """The place's own initiatives that went on that day."""
    return [one for one in ecology.own if is_going_on(one, day)]


def known_by(ecology: Ecology, day: date) -> list[Living]:
    """The place's own initiatives that had begun by that day, whatever became of them; undated ones are among them."""
    return [one for one in ecology.own if one.born is None or one.born <= day]


def ties_by(ecology: Ecology, day: date) -> list[Tie]:
    """The ties that stood by that day. One without a date stands since both of its ends began."""
    return [tie for tie in ecology.ties if _since(tie, ecology.lives) <= day]


def gates_by(ecology: Ecology, day: date) -> list[Gate]:
    """The barriers that had been met by that day; undated ones are among them."""
    return [gate for gate in ecology.gates if gate.happened is None or gate.happened <= day]


def was_opened(gate: Gate, day: date) -> bool:
    """Whether something had got through by then. Help and going ahead carry no date: they count from the barrier on."""
    if gate.settled is not None and gate.settled <= day:
        return True
    return gate.is_opened and replace(gate, settled=None).is_opened


def _since(tie: Tie, lives: Mapping[str, Living]) -> date:
    if tie.since is not None:
        return tie.since
    return max(lives[end].born or date.min for end in (tie.start, tie.end))
