"""Who speaks: groups counted once each, and a text that several groups sent word for word counted as one voice."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from app.matching.reports import Report
from app.matching.words import tokens

# A shorter text may be the same by chance: "They said no."
_LONG_TEXT_WORDS = 10


def wording(report: Report) -> tuple[str, ...]:
    """The words of a report, without marks and capitals: equal for copies."""
    return _wording(report.text)


@lru_cache(maxsize=4_096)
def _wording(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


def same_words(reports: Sequence[Report]) -> tuple[list[int], list[int]]:
    """The reports (by number) that stand for their copies, and for each report the one that stands for it.

    A copy says the same words of the same holder in the same place: a group that pressed the button twice, or a
    campaign. The same words about another holder are no copy.
    """
    first: dict[tuple[object, ...], int] = {}
    stands: list[int] = []
    for place, one in enumerate(reports):
        words = wording(one)
        long = len(words) >= _LONG_TEXT_WORDS
        key = (
            words,
            tuple(tokens(one.holder or "")),
            one.holder_id,
            one.neighbourhood,
            one.kind,
            None if long else one.group,
        )
        stands.append(first.setdefault(key, place))
    return [place for place, stand in enumerate(stands) if place == stand], stands


def count_voices(reports: Sequence[Report]) -> int:
    """How many independent voices `reports` are.

    A group that said it in words of its own is one. Groups that only sent on a text are one voice together, and none
    where whoever wrote that text is counted already.
    """
    senders: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    own_words: set[str] = set()
    for one in reports:
        words = wording(one)
        if len(words) >= _LONG_TEXT_WORDS:
            senders[words].add(one.group)
        else:
            own_words.add(one.group)
    own_words |= {group for groups in senders.values() if len(groups) == 1 for group in groups}
    circles: list[set[str]] = []
    for groups in senders.values():
        if len(groups) > 1:
            touching = [circle for circle in circles if circle & groups]
            circles = [circle for circle in circles if not circle & groups] + [groups.union(*touching)]
    return len(own_words) + sum(not circle & own_words for circle in circles)


def campaign_size(reports: Sequence[Report]) -> int:
    """How many groups sent the text that most groups sent word for word; 0 where no two did."""
    senders: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in reports:
        words = wording(one)
        if len(words) >= _LONG_TEXT_WORDS:
            senders[words].add(one.group)
    largest = Counter({words: len(groups) for words, groups in senders.items()}).most_common(1)
    return largest[0][1] if largest and largest[0][1] > 1 else 0
