"""From how many groups on a recurring barrier has a page, and how exactly its size and place may be told.

Groups are counted, never reports: those that name one initiative are one, and a text that several sent word for word is
one voice. The rules are those of the project's study of such maps: three groups that share, or five with those that are
only counted; ten, and for the whole city only, where a report could cost somebody their benefits.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from app.barriers.models import Barrier
from app.matching.voices import count_voices
from app.patterns.reports import group_of, report_of
from app.vocabulary import BarrierKind, GroupBand

FEWEST = 3
FEWEST_WITH_COUNTED = 5
FEWEST_SENSITIVE = 10
FEWEST_INITIATIVES = 2
# A word, a rule or a holder that one group alone names stays with that group.
FEWEST_TO_NAME = 2
# Verdicts on an answer: fewer are not told apart.
FEWEST_OUTCOMES = 3
_SENSITIVE = {BarrierKind.WELFARE_SANCTION}


def groups_in(members: Iterable[Barrier]) -> int:
    """How many independent groups speak in these reports."""
    return count_voices([report_of(one) for one in members])


def is_sensitive(shown: Sequence[Barrier]) -> bool:
    """True where half or more of the public reports are of a kind that could harm whoever told."""
    return sum(one.kind in _SENSITIVE for one in shown) * 2 >= len(shown) > 0


def band_of(shown: Sequence[Barrier], counted: Sequence[Barrier]) -> GroupBand | None:
    """The band of groups that may be told, or None: then there is no page.

    `shown` are reports that everyone may read, `counted` those that are only counted. Below five groups the latter
    change nothing at all. What a page says comes from the former, so at least two of its groups have to be of them.
    """
    open_groups = groups_in(shown)
    if open_groups < FEWEST_TO_NAME or _is_one_voice(shown):
        return None
    if is_sensitive(shown):
        both = groups_in([*shown, *counted])
        return GroupBand.of(both) if both >= FEWEST_SENSITIVE else None
    # Whoever asked for a sensitive report to be counted is not counted where numbers are told from three on.
    both = groups_in([*shown, *(one for one in counted if one.kind not in _SENSITIVE)])
    if both >= FEWEST_WITH_COUNTED:
        return GroupBand.of(both)
    return GroupBand.of(open_groups)


def places_of(shown: Sequence[Barrier]) -> list[str]:
    """Slugs of the neighbourhoods that reach the threshold by themselves; none: only the city can be named."""
    if is_sensitive(shown):
        return []
    slugs = sorted({one.neighbourhood for one in shown})
    return [slug for slug in slugs if groups_in(one for one in shown if one.neighbourhood == slug) >= FEWEST]


def named_by_two(pairs: Iterable[tuple[str, str]]) -> str | None:
    """Of (group, text) pairs the text that most groups give, if at least two do."""
    groups: dict[str, set[str]] = {}
    for group, text in pairs:
        groups.setdefault(text, set()).add(group)
    best = max(groups, key=lambda text: (len(groups[text]), text), default=None)
    return best if best is not None and len(groups[best]) >= FEWEST_TO_NAME else None


def _is_one_voice(shown: Sequence[Barrier]) -> bool:
    """True where fewer than two initiatives speak, or one of them made more than half of the reports."""
    by_group = Counter(group_of(one) for one in shown)
    return len(by_group) < FEWEST_INITIATIVES or max(by_group.values()) * 2 > len(shown)
