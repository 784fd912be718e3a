"""Intervals of shares and rates. All of them hold 95 % unless told otherwise."""

from collections.abc import Sequence

import numpy as np
import scipy

CONFIDENCE = 0.95


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share (0 to 1); (0, 1) where nothing was counted.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = successes/n and z = 1.96. Wilson (1927), J. Am. Stat.
    Assoc. 22:209; recommended for small n by Newcombe (1998), Stat. Med. 17:857. Computed by `scipy.stats.binomtest`.
    """
    if n == 0:
        return 0.0, 1.0
    interval = scipy.stats.binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


def weighted_rate(weights: Sequence[float], heaviest: float) -> tuple[float, float, float]:
    """A weighted sum of independent events, and its gamma interval (same unit as the weights).

    y = Σ wᵢ, v = Σ wᵢ²; low = v/2y χ²(a; 2y²/v), high = v'/2y' χ²(1-a; 2y'²/v') with y' = y + w, v' = v + w², where a
    = 0.025 and w is the weight that one more event could have had at most. Fay and Feuer (1997), Stat. Med. 16:791.
    With equal weights it is the exact Poisson interval (Garwood 1936, Biometrika 28:437). Quantiles come from
    `scipy.stats.chi2`.
    """
    held = np.asarray(weights, dtype=np.float64)
    total, spread = float(held.sum()), float((held**2).sum())
    tail = (1 - CONFIDENCE) / 2
    low = spread / (2 * total) * float(scipy.stats.chi2.ppf(tail, 2 * total**2 / spread)) if total > 0 else 0.0
    more, wider = total + heaviest, spread + heaviest**2
    high = wider / (2 * more) * float(scipy.stats.chi2.ppf(1 - tail, 2 * more**2 / wider)) if more > 0 else 0.0
    return total, low, high


def ratio(later: int, earlier: int) -> tuple[float, float]:
    """Bounds of how many times as many events came later, in a time as long: both are Poisson counts.

    Given later + earlier, `later` is binomial: Wilson's bounds p of its share give p/(1-p). Przyborowski and Wilenski
    (1940), Biometrika 31:313. Without any event: (0, inf).
    """
    low, high = wilson(later, later + earlier)
    return low / (1 - low) if low < 1 else np.inf, high / (1 - high) if high < 1 else np.inf
