"""What the engine reads, and what it gives back. Plain records; whoever stores them translates."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Report:
    """One group's report of what stood in its way.

    `day` counts days from any fixed date; None is unknown. `near` holds the names of adjacent neighbourhoods. `holder`
    is what somebody typed; `holder_id` is set when they picked the holder from a register. Words such as `kind` are
    compared and never read, so any code words serve.
    """

    id: str
    city: str
    group: str
    text: str
    neighbourhood: str | None = None
    near: frozenset[str] = frozenset()
    day: int | None = None
    initiative: str | None = None
    kind: str | None = None
    holder: str | None = None
    holder_id: str | None = None
    rule: str | None = None
    stage: str | None = None
    effect: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a person said of two reports: `report` is, or is not, the same as `other`.

    A steward's word beats a contributor's, and a later word beats an earlier one of equal weight.
    """

    report: str
    other: str
    same: bool
    by_steward: bool = False


@dataclass(frozen=True)
class Earlier:
    """Last night's result: what keeps ids stable, and which memberships a steward has locked.

    `patterns` maps a report to its pattern; `aliases` an id that was merged away to the one that stands for it;
    `locked` a report to the pattern that a steward put it in, or to None where it must stay alone.
    """

    patterns: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    locked: dict[str, str | None] = field(default_factory=dict)

    def standing(self, pattern: str) -> str:
        """The id that stands for `pattern` now."""
        return standing(self.aliases, pattern)


def standing(aliases: Mapping[str, str], pattern: str) -> str:
    """The id at the end of a chain of merges that begins with `pattern`."""
    seen: set[str] = set()
    while pattern in aliases and pattern not in seen:
        seen.add(pattern)
        pattern = aliases[pattern]
    return pattern


@dataclass(frozen=True)
class Found:
    """A pattern after the night.

    `confidence` (0 to 1) tells how well its members fit it, each left out in turn. `voices` counts groups
    once each, and a text that several groups sent word for word once for all of them. Patterns that are not `is_sure`
    are for
    stewards to look at, never for the public.
    """

    id: str
    members: tuple[str, ...]
    confidence: float
    is_sure: bool
    voices: int
    campaign_size: int = 0


@dataclass(frozen=True)
class Night:
    """What a nightly run found: `patterns`, and the ids that were merged away (`aliases`, old to standing)."""

    patterns: tuple[Found, ...]
    aliases: dict[str, str]

    def assignment(self, *, only_sure: bool = True) -> dict[str, str]:
        """Report id to pattern id."""
        return {
            member: found.id for found in self.patterns if found.is_sure or not only_sure for member in found.members
        }


@dataclass(frozen=True)
class Match:
    """A pattern that an arriving report may belong to.

    `score` is the log odds against "none of these". `example` is the member that is most like the report: what people
    answer about. `reasons` are short plain phrases.
    """

    pattern: str
    example: str
    score: float
    reasons: tuple[str, ...] = ()
