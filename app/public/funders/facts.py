"""What a funder reads of one neighbourhood, sorted into the parts of the page; all of it from published features."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.ecology.records import Ecology, Gate, Living, Recognised
from app.public.ecology.reading import ecologies_of
from app.public.funders.filters import FunderFilters
from app.public.funders.grants import Grants, grants_of
from app.public.records import Record
from app.published.queries import Published
from app.vocabulary import BarrierKind, Effect, EnablerKind, Lifecycle

# The rule that the page states: which kinds of problem a funder can lift. All others are rules or habits of offices.
MONEY = (BarrierKind.RESOURCES_TO_FORMAL_GROUPS, BarrierKind.BUDGETS_AND_ACCOUNTABILITY)
RECOGNITION = (
    BarrierKind.LOW_VISIBILITY,
    BarrierKind.EXPERTISE_NOT_RECOGNISED,
    BarrierKind.LACK_OF_RECOGNITION,
    BarrierKind.NO_FORMAL_ROLE,
)
_BEGINNING = (Lifecycle.IDEA, Lifecycle.STARTING)


@dataclass(frozen=True)
class Facts:
    """One neighbourhood as chosen. Lists are in the order of their beginnings, newest first."""

    ecology: Ecology
    filters: FunderFilters
    grants: Grants

    @cached_property
    def chosen(self) -> list[Living]:
        """The initiatives of the place that the filters keep."""
        kept = (one for one in self.ecology.own if self.filters.keeps(one, self.grants.of_initiative))
        return sorted(kept, key=lambda one: (one.born is not None, one.born, one.id), reverse=True)

    @cached_property
    def alive(self) -> list[Living]:
        """What happens now, as far as is said; who says nothing of it is taken to go on."""
        return [one for one in self.chosen if one.lifecycle is None or one.lifecycle is Lifecycle.ACTIVE]

    @cached_property
    def starting(self) -> list[Living]:
        """Ideas, and what takes its first steps."""
        return [one for one in self.chosen if one.lifecycle in _BEGINNING]

    @cached_property
    def resting(self) -> list[Living]:
        """What pauses and may come back."""
        return [one for one in self.chosen if one.is_resting]

    @cached_property
    def over(self) -> list[Living]:
        """What ended, however well."""
        return [one for one in self.chosen if one.is_over]

    @cached_property
    def gates(self) -> list[Gate]:
        """What got in the way: of what was chosen; of the whole place where nothing was chosen."""
        if not self.filters.chosen:
            return list(self.ecology.gates)
        kept = {one.id for one in self.chosen}
        return [gate for gate in self.ecology.gates if gate.initiative in kept]

    @cached_property
    def gates_by_initiative(self) -> Mapping[str, Sequence[Gate]]:
        """What got in the way of each, what stopped it first."""
        found: dict[str, list[Gate]] = {}
        for gate in sorted(self.gates, key=lambda one: (one.effect is not Effect.STOPPED, one.id)):
            if gate.initiative is not None:
                found.setdefault(gate.initiative, []).append(gate)
        return found

    @cached_property
    def helped(self) -> list[tuple[EnablerKind, int]]:
        """What helped, by how often it is told, of what was chosen and of what stood in its way."""
        told: Counter[EnablerKind] = Counter()
        for kinds in (*(one.helped for one in self.chosen), *(gate.helped for gate in self.gates)):
            told.update(set(kinds))
        return sorted(told.items(), key=lambda pair: (-pair[1], list(EnablerKind).index(pair[0])))

    def gates_of(self, kinds: Sequence[BarrierKind]) -> list[Gate]:
        """What got in the way, of these kinds."""
        codes = {str(kind) for kind in kinds}
        return [gate for gate in self.gates if gate.kind in codes]

    @cached_property
    def going_on(self) -> list[Living]:
        """What goes on or begins: whom money could reach now."""
        return [*self.alive, *self.starting]

    @cached_property
    def without_grant(self) -> list[Living]:
        """Of those, the ones for which no published grant was found."""
        return [one for one in self.going_on if one.id not in self.grants.of_initiative]

    @cached_property
    def grants_here(self) -> Sequence[Record]:
        """Published grants that name this place or match something in it, newest first."""
        found = {one["id"]: one for one in self.grants.of_place.get(self.ecology.slug, ())}
        for one in self.ecology.own:
            found |= {grant["id"]: grant for grant in self.grants.of_initiative.get(one.id, ())}
        return sorted(found.values(), key=lambda one: (one["awarded"], one["id"]), reverse=True)

    def not_here(self, grants: Sequence[Record]) -> list[Record]:
        """Those of `grants` that are not among them."""
        here = {one["id"] for one in self.grants_here}
        return [one for one in grants if one["id"] not in here]

    @property
    def recognitions(self) -> Iterator[tuple[Living, Recognised]]:
        """Who has said in public that something counts."""
        return ((one, told) for one in self.chosen for told in one.recognitions)


def facts_of(published: Published, slug: str, filters: FunderFilters) -> Facts:
    """The facts of one neighbourhood, as chosen."""
    return Facts(ecologies_of(published).of(slug), filters, grants_of(published))
