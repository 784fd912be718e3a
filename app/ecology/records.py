"""What the ecology of a place is read from: plain records, made of nothing but what everyone may read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.vocabulary import Activity, Effect, EnablerKind, Formality, Lifecycle, PeopleBand

# Longitude and latitude, WGS 84 degrees.
Spot = tuple[float, float]

_RESTING = {Lifecycle.RESTING}
_OVER = {Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED}


@dataclass(frozen=True)
class Recognised:
    """Who says in public that an initiative counts, for what, and what support follows. `since` is a day, or ""."""

    by: str
    by_kind: str
    what: str = ""
    since: str = ""
    support: str = ""


@dataclass(frozen=True)
class Living:
    """An initiative through time. `born` and `rested` are the first days that the dates given can mean."""

    id: str
    title: str
    neighbourhood: str
    activity: Activity | None
    lifecycle: Lifecycle | None
    formality: Formality | None = None
    people: PeopleBand | None = None
    # None: its contributor gave no date.
    born: date | None = None
    # Its last active day, where it rests or is over; None: it goes on, or nobody said.
    rested: date | None = None
    # A date may be a month or a year: the last day that `born` can mean, and the first that `rested` can.
    born_latest: date | None = None
    rested_earliest: date | None = None
    recognised_by: tuple[str, ...] = ()
    recognitions: tuple[Recognised, ...] = ()
    helped: tuple[EnablerKind, ...] = ()
    # The middle of what it shows; None: only its neighbourhood is shown.
    spot: Spot | None = None
    is_exact: bool = False
    # The outline of the square that it is somewhere in; empty where it shows its place, or its neighbourhood alone.
    cell: tuple[Spot, ...] = ()
    is_demonstration: bool = False

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/initiatives/{self.id}"

    @property
    def is_resting(self) -> bool:
        """True while it pauses and may come back."""
        return self.lifecycle in _RESTING

    @property
    def is_over(self) -> bool:
        """True once it ended, however well."""
        return self.lifecycle in _OVER

    def is_alive_on(self, day: date) -> bool:
        """Whether it was going on that day, as far as its dates tell: without a first day it always was."""
        return (self.born is None or self.born <= day) and (self.rested is None or day <= self.rested)


@dataclass(frozen=True)
class Tie:
    """`start` grew out of, learned from ... `end` (ids of initiatives); `kind` is a ConnectionKind's code word."""

    id: str
    start: str
    end: str
    kind: str
    label: str
    back: str
    is_mutual: bool = False
    since: date | None = None


@dataclass(frozen=True)
class Gate:
    """A barrier: what it stopped, and whether something got through."""

    id: str
    kind: str
    label: str
    # The initiative that it stood before, where that is told.
    initiative: str | None
    effect: Effect | None = None
    happened: date | None = None
    # The last day that `happened` can mean.
    happened_latest: date | None = None
    # What helped people through.
    helped: tuple[EnablerKind, ...] = ()
    # The first day on which an answer settled it, or None.
    settled: date | None = None
    spot: Spot | None = None
    # As for an initiative: the square that it happened in.
    cell: tuple[Spot, ...] = ()
    is_demonstration: bool = False

    @property
    def is_opened(self) -> bool:
        """True where people got through: something helped, an answer settled it, or they went ahead anyway."""
        return bool(self.helped) or self.settled is not None or self.effect is Effect.WENT_AHEAD_ANYWAY


@dataclass(frozen=True)
class Ecology:
    """All that is public of a place. `lives` holds, too, those elsewhere that a tie leads to or comes from."""

    slug: str
    lives: Mapping[str, Living]
    ties: Sequence[Tie]
    gates: Sequence[Gate]

    @property
    def own(self) -> list[Living]:
        """The initiatives of the place itself; of the whole city where `slug` is empty."""
        return [one for one in self.lives.values() if not self.slug or one.neighbourhood == self.slug]

    def gates_of(self, initiative_id: str) -> Iterator[Gate]:
        """The barriers that stood before one initiative."""
        return (gate for gate in self.gates if gate.initiative == initiative_id)
