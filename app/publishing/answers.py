"""What institutions answered, and what the groups say of it, as everyone may see it.

"Still blocked" is lifted by those who said it, never by a new answer: a group's word on the newest answer that it spoke
about stands until it gives another. And what groups said of an answer stays with that answer, whatever comes after it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.institutions.models import Institution
from app.publishing.rules import public_values
from app.publishing.thresholds import FEWEST_OUTCOMES
from app.responses.models import GroupOutcome, Response
from app.vocabulary import Outcome, Publication


@dataclass(frozen=True)
class Said:
    """All that was answered to one barrier or pattern, and the verdicts of those members that everyone may read.

    `groups` tells who speaks in each of these members: groups are counted, never reports.
    """

    responses: Sequence[Response] = ()
    outcomes: Sequence[GroupOutcome] = ()
    institutions: Mapping[str, Institution] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def answers(self, figures: Mapping[str, Any], *, fewest: int = FEWEST_OUTCOMES) -> list[dict[str, Any]]:
        """Published answers, newest first. `figures` tells before and after by answer; verdicts from `fewest` on."""
        public = self._public()
        corrected = {one.corrects_id for one in public}
        told = []
        for one in public:
            words = self._words([one])
            by_word = Counter(said.outcome for said in words)
            told.append(
                self._told(one)
                | {
                    "is_current": one.id not in corrected,
                    "first_published": _first_said(one, public).date().isoformat(),
                    "reopened": _turned_on(words) is not None,
                }
                | {
                    "outcomes": [
                        {"outcome": word, "outcome_label": word.label, "groups": by_word[word]}
                        for word in Outcome
                        if by_word[word]
                    ]
                    if sum(by_word.values()) >= fewest
                    else [],
                    "after": figures.get(one.id),
                }
            )
        return told

    def current(self) -> Response | None:
        """The newest published answer, or None."""
        return next(iter(self._public()), None)

    def reopened_on(self) -> date | None:
        """The day from which on half or more of the groups who spoke are still blocked, whatever was answered since."""
        turned = _turned_on(self._words(self._public()))
        return turned.date() if turned else None

    def answered_again_on(self) -> date | None:
        """The day of a newer answer on which those who are still blocked have not said a word yet."""
        newest = self.current()
        if newest is None or not newest.state.is_settled or self.reopened_on() is None or self._blocked_by(newest):
            return None
        return newest.published_at.date() if newest.published_at else None

    def waiting_since(self, since: date | None) -> date | None:
        """Since when people wait for an answer that settles it: `since` where nothing came; None: they need not.

        After a new answer to those who are still blocked, it is their turn to say whether it helps.
        """
        newest = self.current()
        if newest is None or not newest.state.is_settled:
            return since
        blocked = self._blocked_by(newest)
        return min(one.said_at for one in blocked).date() if blocked and self.reopened_on() else None

    def _blocked_by(self, newest: Response) -> list[GroupOutcome]:
        """Words of groups who are still blocked, said of the newest answer or since it came."""
        return [
            one
            for one in self._words(self._public())
            if one.outcome is Outcome.STILL_BLOCKED
            and (one.response_id == newest.id or (newest.published_at and one.said_at >= newest.published_at))
        ]

    def _words(self, answers: Sequence[Response]) -> list[GroupOutcome]:
        """Each group's word on the newest of `answers` that it spoke about, in the order of time."""
        came = {one.id: (one.published_at, one.id) for one in answers}
        heard = [one for one in self.outcomes if one.response_id in came]
        last: dict[str, GroupOutcome] = {}
        for one in sorted(heard, key=lambda one: (came[one.response_id], one.said_at, one.id)):
            last[self.groups.get(one.barrier_id, one.barrier_id)] = one
        return sorted(last.values(), key=lambda one: (one.said_at, one.id))

    def _public(self) -> list[Response]:
        shown = [one for one in self.responses if one.publication is Publication.PUBLISHED and one.published_at]
        return sorted(shown, key=lambda one: (one.published_at, one.id), reverse=True)

    def _told(self, one: Response) -> dict[str, Any]:
        values = public_values(one)
        assert one.published_at is not None  # noqa: S101 - only published ones come here
        passed_to = self.institutions.get(one.passed_to_id or "")
        return {
            "id": values["id"],
            "state": values["state"],
            "state_label": one.state.label,
            "is_settled": one.state.is_settled,
            "institution": one.institution_id,
            "institution_name": self.institutions[one.institution_id].name,
            "text": values["text"],
            "rule_cited": values["rule_cited"],
            "passed_to": passed_to.id if passed_to else None,
            "passed_to_name": passed_to.name if passed_to else None,
            "published": one.published_at.date().isoformat(),
        }


def _turned_on(words: Sequence[GroupOutcome]) -> datetime | None:
    """When half or more of `words`, in the order of time, began to be "still blocked"; None: they are not."""
    blocked, since = 0, None
    for count, one in enumerate(words, start=1):
        blocked += one.outcome is Outcome.STILL_BLOCKED
        since = (since or one.said_at) if blocked * 2 >= count else None
    return since if blocked else None


def _first_said(one: Response, public: Sequence[Response]) -> datetime:
    """When the office first said this: a version in the same state is the same answer in other words."""
    by_id = {other.id: other for other in public}
    seen = {one.id}
    while (before := by_id.get(one.corrects_id or "")) and before.state is one.state and before.id not in seen:
        seen.add(before.id)
        one = before
    assert one.published_at is not None  # noqa: S101 - only published ones come here
    return one.published_at


NOTHING_SAID = Said()
