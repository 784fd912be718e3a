"""What institutions answered, and what the groups say of it, as everyone may see it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.institutions.models import Institution
from app.publishing.rules import public_values
from app.publishing.thresholds import FEWEST_OUTCOMES
from app.responses.models import GroupOutcome, Response
from app.vocabulary import Outcome, Publication


@dataclass(frozen=True)
class Said:
    """All that was answered to one barrier or pattern, and the verdicts of those members that everyone may read."""

    responses: Sequence[Response] = ()
    outcomes: Sequence[GroupOutcome] = ()
    institutions: Mapping[str, Institution] = field(default_factory=dict)

    def answers(self, figures: Mapping[str, Any], *, fewest: int = FEWEST_OUTCOMES) -> list[dict[str, Any]]:
        """Published answers, newest first. `figures` tells before and after by answer; verdicts from `fewest` on."""
        public = self._public()
        corrected = {one.corrects_id for one in public}
        told = []
        for one in public:
            by_word = Counter(said.outcome for said in self.outcomes if said.response_id == one.id)
            told.append(
                self._told(one)
                | {"is_current": one.id not in corrected}
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
        """The day on which half or more of those who spoke since the newest answer said that it was not real."""
        newest = self.current()
        if newest is None:
            return None
        said = [one for one in self.outcomes if one.response_id == newest.id]
        blocked = [one for one in said if one.outcome is Outcome.STILL_BLOCKED]
        return max(one.said_at for one in blocked).date() if blocked and len(blocked) * 2 >= len(said) else None

    def waiting_since(self, since: date | None) -> date | None:
        """Since when people wait for an answer that settles it: `since` where nothing came; None: they need not."""
        newest = self.current()
        if newest is not None and newest.state.is_settled:
            return self.reopened_on()
        return since

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


NOTHING_SAID = Said()
