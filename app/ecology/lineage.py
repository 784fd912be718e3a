"""What grew out of what: generations, trees, and what one initiative led to. Circles in the data do no harm."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import networkx as nx

from app.ecology.records import Ecology, Tie
from app.vocabulary import ConnectionKind

_GREW = str(ConnectionKind.GREW_OUT_OF)
# Deeper branches are written at this depth, each with the one that it came from: lists within lists tire the reader.
DEEPEST = 7


@dataclass(frozen=True)
class Branch:
    """One line of a tree that is written as lists within lists.

    `depth` counts from 0. `ties` join it to the line `parent` that it hangs from (None: a root). `told_elsewhere` where
    its own branches stand under another of its parents; `is_capped` where it stands less deep than it is.
    """

    id: str
    depth: int
    parent: str | None = None
    ties: tuple[Tie, ...] = ()
    told_elsewhere: bool = False
    is_capped: bool = False


class Lineage:
    """The directed ties of an ecology. A tie's `start` grew out of, learned from ... its `end`: the end came first."""

    def __init__(self, ecology: Ecology) -> None:
        self.ecology = ecology
        self._onward: dict[str, dict[str, list[Tie]]] = defaultdict(lambda: defaultdict(list))
        self._back: dict[str, dict[str, list[Tie]]] = defaultdict(lambda: defaultdict(list))
        self._beside: dict[str, dict[str, list[Tie]]] = defaultdict(lambda: defaultdict(list))
        for tie in ecology.ties:
            if tie.start == tie.end or tie.start not in ecology.lives or tie.end not in ecology.lives:
                continue
            if tie.is_mutual:
                self._beside[tie.start][tie.end].append(tie)
                self._beside[tie.end][tie.start].append(tie)
            else:
                self._onward[tie.end][tie.start].append(tie)
                self._back[tie.start][tie.end].append(tie)

    @cached_property
    def generations(self) -> Mapping[str, int]:
        """How many generations of "grew out of" lie behind each initiative, along the longest way; 0 for a root.

        Those in a circle are of one generation: nobody can say which of them came first.
        """
        graph: Any = nx.DiGraph()
        graph.add_nodes_from(self.ecology.lives)
        for source, led_to in self._onward.items():
            graph.add_edges_from((source, one) for one, ties in led_to.items() if _grew(ties))
        circles = nx.condensation(graph)
        found: dict[str, int] = {}
        for number, layer in enumerate(nx.topological_generations(circles)):
            for node in layer:
                for one in circles.nodes[node]["members"]:
                    found[one] = number
        return found

    def trees(self) -> list[Branch]:
        """The "grew out of" trees, the largest first, line by line. What hangs from one of two parents is told once."""
        children = {one: [to for to, ties in led.items() if _grew(ties)] for one, led in self._onward.items()}
        has_parent = {to for led in children.values() for to in led}
        roots = [one for one in children if children[one] and one not in has_parent]
        reached = self._reached(roots, children)
        # What is left hangs in circles only: the oldest of each circle begins its tree.
        for one in sorted((one for one in children if children[one] and one not in reached), key=self._age):
            if one not in reached:
                roots.append(one)
                reached |= self._reached([one], children)
        told: set[str] = set()
        trees = [list(self._written(root, children, told)) for root in sorted(roots, key=self._age)]
        return [line for tree in sorted(trees, key=len, reverse=True) for line in self._once(tree)]

    def ripple(self, one: str) -> "Ripple":
        """What an initiative led to, and what it came from, by whatever tie has a direction."""
        onward = tuple(self._spread(one, self._onward))
        back = tuple(self._spread(one, self._back))
        beside = tuple(
            Branch(to, 0, one, tuple(ties)) for to, ties in sorted(self._beside.get(one, {}).items(), key=self._by_age)
        )
        return Ripple(one, onward, back, beside)

    def ties_between(self, chosen: Collection[str]) -> Iterator[Tie]:
        """The ties whose two ends are both among `chosen`."""
        return (tie for tie in self.ecology.ties if tie.start in chosen and tie.end in chosen)

    def _spread(self, one: str, ways: Mapping[str, Mapping[str, list[Tie]]]) -> Iterator[Branch]:
        """Each that can be reached, once, under the one that leads there by the fewest steps."""
        parent: dict[str, str | None] = {one: None}
        under: dict[str, list[str]] = defaultdict(list)
        waiting = deque([one])
        while waiting:
            here = waiting.popleft()
            for to, _ties in sorted(ways.get(here, {}).items(), key=self._by_age):
                if to not in parent:
                    parent[to] = here
                    under[here].append(to)
                    waiting.append(to)
        stack = [(to, 0) for to in reversed(under[one])]
        while stack:
            here, depth = stack.pop()
            source = parent[here] or one
            yield Branch(here, min(depth, DEEPEST), source, tuple(ways[source][here]), is_capped=depth > DEEPEST)
            stack += [(to, depth + 1) for to in reversed(under[here])]

    def _written(self, root: str, children: Mapping[str, list[str]], told: set[str]) -> Iterator[Branch]:
        stack: list[tuple[str, str | None, int]] = [(root, None, 0)]
        while stack:
            here, parent, depth = stack.pop()
            ties = tuple(self._onward[parent][here]) if parent is not None else ()
            grew = tuple(tie for tie in ties if tie.kind == _GREW)
            again = here in told
            yield Branch(here, min(depth, DEEPEST), parent, grew, told_elsewhere=again, is_capped=depth > DEEPEST)
            if not again:
                told.add(here)
                stack += [(to, here, depth + 1) for to in sorted(children.get(here, ()), key=self._age, reverse=True)]

    def _once(self, tree: list[Branch]) -> list[Branch]:
        """Without the marks "told elsewhere" on leaves: there is nothing below them to look for."""
        leaves = {line.id for line in tree if not any(_grew(ties) for ties in self._onward.get(line.id, {}).values())}
        return [replace(line, told_elsewhere=line.told_elsewhere and line.id not in leaves) for line in tree]

    @staticmethod
    def _reached(roots: Iterable[str], children: Mapping[str, list[str]]) -> set[str]:
        found, waiting = set(roots), list(roots)
        while waiting:
            for to in children.get(waiting.pop(), ()):
                if to not in found:
                    found.add(to)
                    waiting.append(to)
        return found

    def _age(self, one: str) -> tuple[date, str, str]:
        """The oldest first; those without a date come before them all."""
        life = self.ecology.lives[one]
        return life.born or date.min, life.title, one

    def _by_age(self, pair: tuple[str, list[Tie]]) -> tuple[date, str, str]:
        return self._age(pair[0])


@dataclass(frozen=True)
class Ripple:
    """What `one` led to and came from, as trees; `beside`: those it shares people or a place with."""

    one: str
    onward: tuple[Branch, ...]
    back: tuple[Branch, ...]
    beside: tuple[Branch, ...]

    @cached_property
    def ids(self) -> frozenset[str]:
        """All in it, `one` included."""
        return frozenset({self.one, *(line.id for lines in (self.onward, self.back) for line in lines)})


def _grew(ties: Iterable[Tie]) -> bool:
    return any(tie.kind == _GREW for tie in ties)
