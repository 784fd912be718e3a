"""What grew out of what: how many initiatives have another one as their root, and for how many generations."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import networkx as nx

from app.ecology.measures.as_of import known_by, ties_by
from app.ecology.measures.intervals import wilson
from app.ecology.measures.measure import Measure, counted, number
from app.ecology.records import Ecology
from app.vocabulary import ConnectionKind


@dataclass(frozen=True)
class Roots(Measure):
    """`value` is the share (0 to 1) of all that has begun that grew out of another one, with Wilson's interval.

    `generations` counts initiatives along the longest line of "grew out of" that touches the place: 1 + the longest
    path of the graph, by `networkx.dag_longest_path_length` (dynamic programming over a topological order: Cormen and
    others, Introduction to Algorithms, 24.2). A circle, which nobody can have meant, counts as one generation.
    """

    name: ClassVar[str] = "Roots"
    question: ClassVar[str] = "Does one thing lead to another?"
    reckoned: ClassVar[str] = "share with a root, Wilson interval (Wilson 1927); the longest line of “grew out of”"

    rooted: int = 0
    generations: int = 0

    @classmethod
    def of(cls, ecology: Ecology, day: date) -> "Roots":
        """Over what had begun by that day, whether or not it still goes on."""
        own = {one.id for one in known_by(ecology, day)}
        if not own:
            return cls(0, None, None, None)
        lines: nx.DiGraph[str] = nx.DiGraph()
        lines.add_edges_from(
            (tie.end, tie.start)
            for tie in ties_by(ecology, day)
            if tie.kind == ConnectionKind.GREW_OUT_OF and tie.start != tie.end
        )
        rooted = sum(one in lines and lines.in_degree(one) > 0 for one in own)
        low, high = wilson(rooted, len(own))
        return cls(len(own), rooted / len(own), low, high, rooted=rooted, generations=generations(lines))

    def told(self) -> str:
        """As a neighbour would say it."""
        if not self.rooted:
            return f"Nobody has told yet that one thing grew out of another, among {self.behind}."
        return f"{number(self.rooted).capitalize()} of {self.behind} grew out of another one. {self._line()}"

    def in_short(self) -> str:
        """The value in a few words."""
        return f"{number(self.rooted)} grew out of another one"

    def too_few(self) -> str:
        """What is said instead."""
        more = f" {number(self.rooted).capitalize()} of them grew out of another one." if self.rooted else ""
        return super().too_few() + more

    def _line(self) -> str:
        return f"The longest line has {counted(self.generations, 'generation', 'generations')}."


def generations(lines: "nx.DiGraph[str]") -> int:
    """Initiatives along the longest line of `lines` (from root to shoot); 0 where there is no line."""
    if not lines:
        return 0
    graph = lines if nx.is_directed_acyclic_graph(lines) else nx.condensation(lines)
    return 1 + int(nx.dag_longest_path_length(graph))
