"""How initiatives hang together: who is tied to somebody, and to how many."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import networkx as nx

from app.ecology.measures.as_of import going_on, ties_by
from app.ecology.measures.intervals import wilson
from app.ecology.measures.measure import Measure, about, tenths
from app.ecology.records import Ecology


@dataclass(frozen=True)
class Connectedness(Measure):
    """`value` is the share (0 to 1) of what goes on that has a tie, with Wilson's interval.

    Ties of all kinds count alike, once for each pair, and those across the edge of the place count, too.
    `connectance` is L / (S(S-1)/2): ties L among the S initiatives of the place, of all pairs that there are (0 to
    1). Martinez (1992), Am. Nat. 139:1208; by `networkx.density`. It falls by itself as a place grows, so it is told
    nowhere: `degree` is.
    """

    name: ClassVar[str] = "Connectedness"
    question: ClassVar[str] = "Does it hang together?"
    reckoned: ClassVar[str] = "share with at least one tie, Wilson interval (Wilson 1927)"

    tied: int = 0
    # How many others one is tied to, on average over all that goes on.
    degree: float = 0.0
    connectance: float = 0.0

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "Connectedness":
        """Over what went on that day, with the ties that stood by then."""
        own = [one.id for one in going_on(ecology, day)]
        graph = graph_of(ecology, day)
        if not own:
            return cls(0, None, None, None)
        degrees = [graph.degree(one) if one in graph else 0 for one in own]
        tied = sum(degree > 0 for degree in degrees)
        among: nx.Graph[str] = nx.Graph()
        among.add_nodes_from(own)
        kept = set(own)
        among.add_edges_from((start, end) for start, end in graph.edges if start in kept and end in kept)
        low, high = wilson(tied, len(own))
        return cls(
            len(own),
            tied / len(own),
            low,
            high,
            tied=tied,
            degree=sum(degrees) / len(own),
            connectance=float(nx.density(among)),
        )

    def told(self) -> str:
        """As a neighbour would say it."""
        if not self.tied:
            return f"Nobody has told of a tie yet, among {self.behind}. There may be many."
        others = about(self.degree * self.n / self.tied)
        return (
            f"{self.in_short().capitalize()} are tied to another one: {self.tied:,} of {self.behind}. Each of those is "
            f"tied to about {others} {'other' if others == '1' else 'others'}."
        )

    def in_short(self) -> str:
        """The value in a few words."""
        return tenths(self.value or 0)


def graph_of(ecology: Ecology, day: date) -> "nx.Graph[str]":
    """Who was tied to whom by that day: a pair counts once, and nobody is tied to itself."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((tie.start, tie.end) for tie in ties_by(ecology, day) if tie.start != tie.end)
    return graph
