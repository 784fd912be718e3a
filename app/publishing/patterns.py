"""The public page of a recurring barrier, as data: made from reports that everyone may read; the rest only adds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.barriers.models import Barrier, Enabler
from app.kit.geo import round_degrees
from app.kit.partial_date import PartialDate
from app.matching.words import fold
from app.neighbourhoods.models import Neighbourhood
from app.patterns.models import Pattern
from app.patterns.reports import group_of
from app.publishing import thresholds
from app.publishing.answers import Said
from app.publishing.features import DEMONSTRATION_NOTE, Feature
from app.publishing.rules import public_values
from app.vocabulary import BarrierKind, Effect, EnablerKind, GroupBand, Sharing, Stage, TrendWord, Word

# Links to reports: more would be a list that nobody reads.
_MOST_REPORTS = 60


@dataclass(frozen=True)
class Recurring:
    """A pattern with all that its page may be made of. `members` are published reports, shown or counted only."""

    pattern: Pattern
    members: Sequence[Barrier]
    enablers: Mapping[str, Sequence[Enabler]]
    said: Said

    @property
    def shown(self) -> list[Barrier]:
        """Members that everyone may read, in the order of ids."""
        return sorted((one for one in self.members if one.sharing.is_shown), key=lambda one: one.id)

    @property
    def counted(self) -> list[Barrier]:
        """Members that only add to the count."""
        return [one for one in self.members if one.sharing is Sharing.COUNTED_ONLY]


def pattern_feature(one: Recurring, homes: Mapping[str, Neighbourhood]) -> Feature | None:
    """A recurring barrier as everyone may see it, or None below the threshold."""
    if one.pattern.merged_into_id is not None or not one.pattern.is_sure:
        return None
    shown = one.shown
    band = thresholds.band_of(shown, one.counted)
    if band is None:
        return None
    is_sensitive = thresholds.is_sensitive(shown)
    slugs = thresholds.places_of(shown)
    properties = _words(one, shown, band) | _where(slugs, shown, homes, is_sensitive=is_sensitive)
    properties |= _when(one, shown)
    properties |= {"is_sensitive": is_sensitive, "told": [], "helped": [], "stages": [], "effects": []}
    if not is_sensitive:
        properties |= {
            "told": [report.id for report in shown[:_MOST_REPORTS]],
            "stages": _counts(shown, Stage, "stage"),
            "effects": _counts(shown, Effect, "effect"),
            "helped": _helped(one, shown),
            "campaign": _campaign(shown),
        }
    properties |= _answered(one)
    if any(report.is_demonstration for report in shown):
        properties |= {"demonstration": True, "demonstration_note": DEMONSTRATION_NOTE}
    properties["url"] = f"/patterns/{one.pattern.id}"
    shape = _area([homes[slug] for slug in slugs] or homes.values())
    home = slugs[0] if len(slugs) == 1 else ""
    days = [day for report in shown if (day := _month(report)) is not None]
    starts = min((day.first_day for day in days), default=None)
    ends = max((day.last_day for day in days), default=None)
    return Feature(one.pattern.id, "patterns", home, shape, properties, starts, ends)


def _words(one: Recurring, shown: Sequence[Barrier], band: GroupBand) -> dict[str, Any]:
    values = public_values(one.pattern)
    kind = max(BarrierKind, key=lambda word: thresholds.groups_in(report for report in shown if report.kind is word))
    rule = _common_text(shown, lambda report: report.rule_cited)
    institution_id = thresholds.named_by_two(
        (group_of(report), report.institution_id) for report in shown if report.institution_id
    )
    institution = one.said.institutions.get(institution_id or "")
    holder = institution.name if institution else _common_text(shown, lambda report: report.holder)
    made = f"{rule or kind.label}{f': {holder}' if holder else ''}"
    return {
        "title": values["title"] or made,
        "description": values["description"],
        "kind": kind,
        "kind_label": kind.label,
        "rule_cited": rule,
        "holder": holder,
        "institution": institution.id if institution else None,
        "agreed_since": _iso(institution.agreed_since) if institution else None,
        "groups": band,
        "groups_label": band.label,
        "words": [word for word in one.pattern.words if _is_shared(word, shown)],
    }


def _where(
    slugs: Sequence[str], shown: Sequence[Barrier], homes: Mapping[str, Neighbourhood], *, is_sensitive: bool
) -> dict[str, Any]:
    return {
        "shown_as": "neighbourhood" if slugs else "city",
        "neighbourhoods": [{"slug": slug, "name": homes[slug].name} for slug in slugs],
        # How many neighbourhoods it was told from: each of these reports says where it is.
        "neighbourhood_count": None if is_sensitive else len({report.neighbourhood for report in shown}),
    }


def _when(one: Recurring, shown: Sequence[Barrier]) -> dict[str, Any]:
    months = sorted(str(day.first_day)[:7] for report in shown if (day := _month(report)) is not None)
    figures = one.pattern.figures
    trend = TrendWord.named(figures.get("trend", "")) or TrendWord.EARLY
    is_sensitive = thresholds.is_sensitive(shown)
    return {
        "first_told": months[0] if months else None,
        "last_told": months[-1] if months else None,
        "trend": trend,
        "trend_label": trend.label,
        "times": figures.get("times"),
        "times_low": figures.get("times_low"),
        "times_high": figures.get("times_high"),
        "is_early_notice": bool(figures.get("is_early_notice")),
        "quarters": [] if is_sensitive else figures.get("quarters", []),
    }


def _answered(one: Recurring) -> dict[str, Any]:
    current = one.said.current()
    after = {} if thresholds.is_sensitive(one.shown) else one.pattern.figures.get("after", {})
    return {
        "answers": one.said.answers(after),
        "state": current.state if current else None,
        "state_label": current.state.label if current else None,
        "reopened_on": _iso(one.said.reopened_on()),
        "answered_again_on": _iso(one.said.answered_again_on()),
        "shown_since": _iso(one.pattern.first_shown_on),
        "waiting_since": _iso(one.said.waiting_since(one.pattern.first_shown_on)),
    }


def _counts(shown: Sequence[Barrier], words: type[Word], column: str) -> list[dict[str, Any]]:
    """Groups by word, in the order of the words; those that say nothing are left out."""
    counted = {word: thresholds.groups_in(one for one in shown if getattr(one, column) is word) for word in words}
    return [{"word": word, "label": word.label, "groups": count} for word, count in counted.items() if count]


def _helped(one: Recurring, shown: Sequence[Barrier]) -> list[dict[str, Any]]:
    by_kind = {
        kind: [report for report in shown if any(help_.kind is kind for help_ in one.enablers.get(report.id, ()))]
        for kind in EnablerKind
    }
    counted = {kind: thresholds.groups_in(reports) for kind, reports in by_kind.items()}
    ordered = sorted(counted, key=lambda kind: -counted[kind])
    return [{"word": kind, "label": kind.label, "groups": counted[kind]} for kind in ordered if counted[kind]]


def _campaign(shown: Sequence[Barrier]) -> int:
    """How many reports sent the same text; they count as one voice."""
    copies: dict[str, int] = {}
    for report in shown:
        text = fold(report.what_happened).strip()
        copies[text] = copies.get(text, 0) + 1
    most = max(copies.values(), default=0)
    return most if most >= thresholds.FEWEST else 0


def _common_text(shown: Iterable[Barrier], text_of: Any) -> str | None:  # noqa: ANN401 - a getter
    """What two groups or more say alike, in its commonest spelling."""
    said = [(group_of(report), text_of(report).strip()) for report in shown if text_of(report).strip()]
    folded = thresholds.named_by_two((group, fold(text).strip()) for group, text in said)
    spellings = [text for _group, text in said if fold(text).strip() == folded]
    return max(spellings, key=lambda text: (spellings.count(text), text)) if spellings else None


def _is_shared(word: str, shown: Sequence[Barrier]) -> bool:
    folded = fold(word)
    return len({group_of(one) for one in shown if folded in fold(one.what_happened)}) >= thresholds.FEWEST_TO_NAME


def _month(report: Barrier) -> PartialDate | None:
    if report.happened is None or report.happened_precision is None:
        return None
    told = PartialDate(report.happened, str(report.happened_precision))
    return told.cut_to("month") if told.precision == "day" else told


def _area(places: Iterable[Neighbourhood]) -> BaseGeometry:
    return round_degrees(shapely.union_all([place.boundary for place in places]))


def _iso(day: Any) -> str | None:  # noqa: ANN401 - a date or nothing
    return None if day is None else day.isoformat()


__all__ = ["Recurring", "pattern_feature"]
