"""How varied it is what people do: Hill numbers of the kinds of activity, and how much of them has been met."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import scipy

from app.ecology.measures.as_of import going_on
from app.ecology.measures.measure import Measure, about
from app.ecology.records import Ecology
from app.vocabulary import Activity

# From here on, "most kinds of things that go on have been met".
_MOST_MET = 0.9


@dataclass(frozen=True)
class Variety(Measure):
    """`value` is the Hill number of order 1: how many kinds it would be, were all equally common. Unit: kinds.

    Hill number of order q: (Σ pᵢ^q)^(1/(1-q)), with q → 1 as exp(-Σ pᵢ ln pᵢ); q = 0 counts kinds, q = 2 counts
    common ones. Hill (1973), Ecology 54:427; why these and no index: Jost (2006), Oikos 113:363. The interval is
    exp(H ± 1.96 s) with s² = (Σ pᵢ ln² pᵢ - H²)/n; Hutcheson (1970), J. Theor. Biol. 29:151; kept within the kinds
    that there can be.
    """

    name: ClassVar[str] = "Variety"
    question: ClassVar[str] = "How many kinds of things do people do?"
    reckoned: ClassVar[str] = "Hill number of order 1 (Hill 1973; Jost 2006); coverage after Chao and Jost (2012)"

    # Hill numbers of order 0 and 2, in kinds.
    kinds: int = 0
    common: float = 0.0
    # Share (0 to 1) of all that goes on whose kind has been met.
    coverage: float = 0.0

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "Variety":
        """Over what went on that day and says what it is."""
        return cls.of_counts(list(Counter(one.activity for one in going_on(ecology, day) if one.activity).values()))

    @classmethod
    def of_counts(cls, counts: Sequence[int]) -> "Variety":
        """From the number of initiatives of each kind."""
        n = sum(counts)
        if n == 0:
            return cls(0, None, None, None)
        value, spread = hill(counts, 1), _shannon_error(counts)
        low = max(1.0, value * np.exp(-1.96 * spread))
        high = min(float(max(len(Activity), len(counts))), value * np.exp(1.96 * spread))
        return cls(
            n,
            value,
            float(low),
            float(high),
            kinds=round(hill(counts, 0)),
            common=hill(counts, 2),
            coverage=coverage(counts),
        )

    def told(self) -> str:
        """As a neighbour would say it."""
        met = (
            "We have probably met most kinds of things that go on."
            if self.coverage >= _MOST_MET
            else "There are probably kinds of things that nobody has added yet."
        )
        if self.kinds == 1:
            return f"All {self.behind} do the same kind of thing. {met}"
        return f"It feels like {self.in_short()}: {self._shape()}. {self.behind} tell of {self.kinds} kinds. {met}"

    def in_short(self) -> str:
        """The value in a few words."""
        return "one kind of thing" if self.kinds == 1 else f"about {about(self.value or 0)} kinds of things"

    def _shape(self) -> str:
        evenness = (self.value or 0) / self.kinds
        return "none crowds out the rest" if evenness > 0.75 else "a few of them are much more common than the rest"  # noqa: PLR2004


def hill(counts: Sequence[int], order: int) -> float:
    """The Hill number of order 0, 1 or 2 of `counts`, in kinds; 0 where nothing was counted."""
    held = np.asarray([count for count in counts if count > 0], dtype=np.float64)
    if held.size == 0:
        return 0.0
    if order == 0:
        return float(held.size)
    shares = held / held.sum()
    return float(np.exp(scipy.stats.entropy(shares))) if order == 1 else float(1 / (shares**2).sum())


def good_turing(counts: Sequence[int]) -> float:
    """Good's coverage, 1 - f₁/n (0 to 1): f₁ kinds were met once. Good (1953), Biometrika 40:237."""
    n = sum(counts)
    return 1 - counts.count(1) / n if n else 0.0


def coverage(counts: Sequence[int]) -> float:
    """Chao and Jost's sharper coverage (0 to 1), which uses the kinds met twice (f₂), too.

    1 - f₁/n · (n-1)f₁ / ((n-1)f₁ + 2f₂). Chao and Jost (2012), Ecology 93:2533, equation 4a. Where no kind was met
    twice, f₂ is estimated as they do: 2f₂ becomes 2, and f₁ becomes f₁ - 1.
    """
    n, once, twice = sum(counts), counts.count(1), counts.count(2)
    if n == 0:
        return 0.0
    if once == 0:
        return 1.0
    rest = (n - 1) * (once if twice else once - 1)
    both = rest + 2 * (twice or 1)
    return 1 - once / n * (rest / both)


def _shannon_error(counts: Sequence[int]) -> float:
    shares = np.asarray([count for count in counts if count > 0], dtype=np.float64)
    n = shares.sum()
    shares /= n
    logs = np.log(shares)
    variance = ((shares * logs**2).sum() - (shares * logs).sum() ** 2) / n
    return float(np.sqrt(max(0.0, variance)))
