"""Measures beside reference implementations: scikit-bio, lifelines, statsmodels, NetworkX, and examples from papers.

`pytest -s tests/ecology/test_references.py` prints the table.
"""

import random
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import networkx as nx
import numpy as np
import pytest

from app.ecology.measures.connectedness import Connectedness, graph_of
from app.ecology.measures.intervals import ratio, weighted_rate, wilson
from app.ecology.measures.momentum import Momentum, smoothed
from app.ecology.measures.openings import median
from app.ecology.measures.roots import generations
from app.ecology.measures.staying_power import survival
from app.ecology.measures.variety import coverage, good_turing, hill
from app.ecology.records import Ecology, Living, Tie
from app.vocabulary import Activity, Lifecycle

with warnings.catch_warnings():
    # Both bring parts of their own libraries' past with them.
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter
    from skbio.diversity import alpha
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.rates import confint_poisson

CASES = 50
CLOSE = 1e-9
DAY = date(2026, 11, 24)
_differences: dict[str, float] = {}


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Print the largest difference of each measure from its reference, after all of them."""
    yield
    print("\n" + "\n".join(f"{name:<62} {CASES:>3} cases   {most:8.1e}" for name, most in _differences.items()))


def note(name: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Keep the largest difference, and fail where it is more than 1e-9."""
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        most = abs(float(one) - float(other))
        _differences[name] = max(_differences.get(name, 0.0), most)
        assert most <= CLOSE, f"{name}: {one} is not {other}"


def cases() -> Iterator[random.Random]:
    return (random.Random(seed) for seed in range(CASES))


def counts_of(chance: random.Random) -> list[int]:
    return [chance.choice([1, 1, 2, 3, chance.randrange(1, 60)]) for _ in range(chance.randrange(1, 11))]


def lasting(chance: random.Random) -> tuple[list[float], list[bool]]:
    n = chance.randrange(1, 120)
    # Whole months tie often, as dates of which only the month is told do.
    times = [chance.randrange(1, 90) / 12 if chance.random() < 0.5 else chance.uniform(0.01, 8) for _ in range(n)]
    return times, [chance.random() < 0.4 for _ in range(n)]


def web_of(chance: random.Random) -> Ecology:
    n = chance.randrange(2, 60)
    lives = {
        f"i{number}": Living(f"i{number}", "", "here" if number < n * 0.8 else "there", Activity.FOOD, Lifecycle.ACTIVE)
        for number in range(n)
    }
    ties = [
        Tie(str(number), f"i{chance.randrange(n)}", f"i{chance.randrange(n)}", "learned_from", "", "")
        for number in range(chance.randrange(n * 3))
    ]
    return Ecology("here", lives, ties, [])


@pytest.mark.parametrize("order", [0, 1, 2])
def test_hill_numbers_are_those_of_scikit_bio(order: int) -> None:
    for chance in cases():
        counts = counts_of(chance)
        note(
            f"Hill number of order {order}, scikit-bio hill()", [hill(counts, order)], [alpha.hill(counts, order=order)]
        )


def test_hill_numbers_are_those_of_shannon_and_simpson() -> None:
    for chance in cases():
        counts = counts_of(chance)
        theirs = [alpha.sobs(counts), alpha.shannon(counts, exp=True), alpha.inv_simpson(counts)]
        note(
            "Hill numbers, scikit-bio sobs(), shannon(), inv_simpson()",
            [hill(counts, order) for order in range(3)],
            theirs,
        )


def test_coverage_is_good_s_of_scikit_bio() -> None:
    for chance in cases():
        counts = counts_of(chance)
        note("Good-Turing coverage, scikit-bio goods_coverage()", [good_turing(counts)], [alpha.goods_coverage(counts)])


def test_sharper_coverage_follows_from_chao1() -> None:
    """Chao and Jost: the share unseen is f1/n · n f0/(n f0 + f1), where f0 = Chao1 - kinds seen, times (n-1)/n."""
    for chance in cases():
        counts = counts_of(chance)
        n, once, twice = sum(counts), counts.count(1), counts.count(2)
        # Where kinds were met twice, the classic form; else the bias-corrected one, as they advise.
        unseen = (n - 1) / n * (alpha.chao1(counts, bias_corrected=not twice) - len(counts)) if once else 0.0
        theirs = 1 - once / n * (n * unseen / (n * unseen + once)) if once else 1.0
        note("Coverage of Chao and Jost, from scikit-bio chao1()", [coverage(counts)], [theirs])


def test_coverage_is_that_of_the_spiders_of_ellison() -> None:
    """Chao and others (2014), Ecol. Monogr. 84:45, on spiders under girdled and logged trees."""
    girdled = [1] * 12 + [2] * 4 + [15, 15, 15, 15, 15, 17, 17, 17, 11, 11]
    logged = [1] * 14 + [2] * 4 + [12] * 11 + [14] * 7 + [0]
    girdled[-1] += 168 - sum(girdled)
    logged[-1] += 252 - sum(logged)
    assert (sum(girdled), sum(logged)) == (168, 252)
    assert round(coverage(girdled), 4) == 0.9289
    assert round(coverage(logged), 4) == 0.9446


def test_survival_is_that_of_lifelines() -> None:
    for chance in cases():
        times, ends = lasting(chance)
        if not any(ends):
            continue
        curve = survival(times, ends)
        fitted = KaplanMeierFitter(alpha=0.05).fit(times, ends)
        shares = fitted.survival_function_["KM_estimate"]
        bounds = fitted.confidence_interval_
        at = [step.years for step in curve]
        note("Survival, lifelines KaplanMeierFitter", [step.share for step in curve], list(shares.loc[at]))
        # Where all have ended, lifelines says 0 to 0 and SciPy says nothing: we tell no bounds there.
        told = [step for step in curve if step.low is not None and step.high is not None]
        assert len(told) >= len(curve) - 1
        place = [step.years for step in told]
        note("its lower bound", [step.low or 0 for step in told], list(bounds["KM_estimate_lower_0.95"].loc[place]))
        note("its upper bound", [step.high or 0 for step in told], list(bounds["KM_estimate_upper_0.95"].loc[place]))
        at_risk = fitted.event_table["at_risk"].loc[at]
        note("how many are watched", [step.at_risk for step in curve], list(at_risk))
        half = float(fitted.median_survival_time_)
        ours = median(times, ends)
        if ours is not None:
            note("Median time, lifelines median_survival_time_", [ours], [half])
        assert (ours is None) == bool(np.isinf(half))


def test_survival_is_that_of_the_patients_of_freireich() -> None:
    """The 6-MP arm of Freireich and others (1963), Blood 21:699: weeks in remission, + for still watched."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = survival([float(one) for one in ended + watched], [True] * len(ended) + [False] * len(watched))
    told = {round(step.years): round(step.share, 3) for step in curve}
    assert told == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_shares_have_wilson_s_interval() -> None:
    for chance in cases():
        n = chance.randrange(1, 400)
        k = chance.randrange(n + 1)
        note("Wilson's interval, statsmodels", wilson(k, n), proportion_confint(k, n, method="wilson"))


def test_wilson_s_interval_is_that_of_newcombe_s_example() -> None:
    """Newcombe (1998), Stat. Med. 17:857, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29; method 3."""
    told = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}
    for (k, n), bounds in told.items():
        assert tuple(round(bound, 4) for bound in wilson(k, n)) == bounds


def test_equal_weights_give_the_exact_poisson_interval() -> None:
    for chance in cases():
        events, weight = chance.randrange(80), chance.uniform(0.1, 3)
        total, low, high = weighted_rate([weight] * events, weight)
        theirs = [weight * bound for bound in confint_poisson(events, 1, method="exact-c")]
        note("Rate and its gamma interval, statsmodels confint_poisson()", [total, high], [weight * events, theirs[1]])
        # With no event the exact lower bound is 0, which a quantile of no degrees of freedom cannot say.
        note("its lower bound, of a rate", [low], [theirs[0] if events else 0.0])


def test_a_ratio_of_counts_has_the_bounds_of_its_share() -> None:
    for chance in cases():
        later, earlier = chance.randrange(40), chance.randrange(1, 40)
        low, high = proportion_confint(later, later + earlier, method="wilson")
        note("Ratio of two counts, statsmodels", ratio(later, earlier), [low / (1 - low), high / (1 - high)])


def test_smoothing_is_a_convolution() -> None:
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    for chance in cases():
        events = [[1.0] * chance.randrange(6) for _ in range(12)]
        counts = [float(len(one)) for one in events]
        theirs = np.convolve(counts, kernel, "same") / np.convolve(np.ones(12), kernel, "same")
        note("Smoothed quarters, NumPy convolve()", [rate for rate, _low, _high in smoothed(events)], theirs.tolist())


def test_quarters_hold_what_began_in_them() -> None:
    for chance in cases():
        days = [date(2023, 1, 1) + timedelta(days=chance.randrange(1350)) for _ in range(chance.randrange(1, 60))]
        told = Momentum.of_spans([(day, day) for day in days], [], DAY)
        edges = [one.first_day for one in told.quarters]
        theirs, _edges = np.histogram(
            [day.toordinal() for day in days],
            bins=[*(day.toordinal() for day in edges), date(2026, 10, 1).toordinal() - 0.5],
        )
        note("Beginnings by quarter, NumPy histogram()", [one.starts for one in told.quarters], theirs.tolist())


def test_graphs_are_those_of_networkx() -> None:
    for chance in cases():
        ecology = web_of(chance)
        own = [one.id for one in ecology.own]
        told = Connectedness.of(ecology, DAY)
        among = nx.Graph(
            {(tie.start, tie.end) for tie in ecology.ties if {tie.start, tie.end} <= set(own) and tie.start != tie.end}
        )
        among.add_nodes_from(own)
        note("Connectance, NetworkX density()", [told.connectance], [nx.density(among)])
        whole = nx.Graph((tie.start, tie.end) for tie in ecology.ties if tie.start != tie.end)
        degrees = [dict(whole.degree).get(one, 0) for one in own]
        matrix = nx.to_numpy_array(graph_of(ecology, DAY)) if graph_of(ecology, DAY) else np.zeros((0, 0))
        note(
            "Ties of each, NetworkX degree()",
            [told.degree, told.value or 0],
            [float(np.mean(degrees)), float(np.mean(np.array(degrees) > 0))],
        )
        note("Ties in all, from the adjacency matrix", [matrix.sum()], [2.0 * whole.number_of_edges()])


def _longest(graph: "nx.DiGraph[int]") -> int:
    """By trying every line: what it says must be so, however long it takes."""

    def after(node: int) -> int:
        return 1 + max((after(other) for other in graph.successors(node)), default=0)

    return max((after(node) for node in graph), default=0)


def test_generations_are_the_longest_line() -> None:
    for chance in cases():
        graph: nx.DiGraph[int] = nx.DiGraph()
        for _ in range(chance.randrange(25)):
            one, other = sorted(chance.sample(range(14), 2))
            graph.add_edge(one, other)
        note("Generations, every line tried", [generations(graph)], [_longest(graph)])  # type: ignore[arg-type]
