"""In which order recurring barriers are shown: a rule that can be told, and that one loud month cannot win.

First comes what most independent groups meet in a year. That number is evened out: groups per quarter are taken as
Poisson around a rate of the pattern's own, and rates as Gamma, fitted to all patterns by the method of moments
(empirical Bayes; Robbins 1956). A pattern whose groups came all at once says less about its rate than one that is met
quarter after quarter: its evidence counts less by its index of dispersion (variance over mean, at least 1).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.vocabulary import Effect, GroupBand, TrendWord

# What stands in for the quarters of a pattern that tells none: its fewest groups over two years.
_QUARTERS_SUPPOSED = 8
_QUARTERS_A_YEAR = 4
# The worst is last.
_EFFECTS = {str(effect): number for number, effect in enumerate(Effect)}
_TRENDS = {str(TrendWord.MORE): 3, str(TrendWord.SAME): 2, str(TrendWord.EARLY): 1, str(TrendWord.LESS): 0}


@dataclass(frozen=True)
class Evidence:
    """Groups of a pattern in so many quarters, both divided by how unevenly they came."""

    groups: float
    quarters: float

    @classmethod
    def of(cls, pattern: Mapping[str, Any]) -> "Evidence":
        """What a published pattern tells of how often it is met."""
        counts = [one["groups"] for one in pattern["quarters"]]
        if not any(counts):
            band = GroupBand.named(pattern["groups"])
            # Nothing in two years, or no quarters told at all: then it is its size alone that speaks.
            return cls(0.0 if counts else float(band.fewest if band else 0), float(len(counts) or _QUARTERS_SUPPOSED))
        mean = sum(counts) / len(counts)
        variance = sum((count - mean) ** 2 for count in counts) / max(len(counts) - 1, 1)
        uneven = max(1.0, variance / mean)
        return cls(sum(counts) / uneven, len(counts) / uneven)


@dataclass(frozen=True)
class Prior:
    """A Gamma over groups per quarter: `shape` over `rate` is its mean."""

    shape: float
    rate: float

    @classmethod
    def fitted(cls, all_evidence: Sequence[Evidence]) -> "Prior":
        """The Gamma whose mean and variance fit these patterns. Where they hardly differ, all are drawn together."""
        quarters = sum(one.quarters for one in all_evidence)
        mean = sum(one.groups for one in all_evidence) / quarters if quarters else 0.0
        if mean <= 0:
            return cls(1.0, 1.0)
        spread = sum(one.quarters * (one.groups / one.quarters - mean) ** 2 for one in all_evidence) / quarters
        # What Poisson alone would scatter is no difference between patterns.
        beyond = max(spread - mean * len(all_evidence) / quarters, 0.05 * mean**2)
        return cls(mean**2 / beyond, mean / beyond)

    def groups_a_year(self, one: Evidence) -> float:
        """Groups that a pattern is met by in a year, evened out."""
        return _QUARTERS_A_YEAR * (self.shape + one.groups) / (self.rate + one.quarters)


def in_order(patterns: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Patterns with those first that matter most: groups a year, spread, persistence, trend, worst effect, size."""
    listed = list(patterns)
    evidence = [Evidence.of(one) for one in listed]
    prior = Prior.fitted(evidence)
    keyed = [(_key(one, prior.groups_a_year(held)), one) for one, held in zip(listed, evidence, strict=True)]
    return [one for _key, one in sorted(keyed, key=lambda pair: pair[0])]


def _key(one: Mapping[str, Any], groups_a_year: float) -> tuple[Any, ...]:
    band = GroupBand.named(one["groups"])
    met = sum(quarter["groups"] > 0 for quarter in one["quarters"])
    worst = max((_EFFECTS.get(effect["word"], 0) for effect in one["effects"]), default=-1)
    return (
        # Whole groups: a difference smaller than one is no difference.
        -round(groups_a_year),
        -(one["neighbourhood_count"] or 0),
        -met,
        -_TRENDS.get(one["trend"], 0),
        -worst,
        -(band.fewest if band else 0),
        one["title"],
        one["id"],
    )
