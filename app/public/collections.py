"""The collections that everyone may read: their names, filters and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.kit.errors import NotFound
from app.vocabulary import Activity, BarrierKind, ConnectionKind, Lifecycle, Word


@dataclass(frozen=True)
class Collection:
    """One collection of published features. `words` maps a filter to the words that it takes."""

    id: str
    title: str
    description: str
    words: Mapping[str, type[Word]] = field(default_factory=dict)
    takes_contributions: bool = False


_PLACED = "Shapes are as exact as each contributor chose: a place, a square of streets, or a whole neighbourhood."

COLLECTIONS = {
    one.id: one
    for one in (
        Collection("neighbourhoods", "Neighbourhoods", "Places that their people would name, with their boundaries."),
        Collection(
            "initiatives",
            "Initiatives",
            f"What people do together, formal or not. {_PLACED}",
            {"activity": Activity, "lifecycle": Lifecycle},
            takes_contributions=True,
        ),
        Collection(
            "barriers",
            "Barriers",
            f"What stood in people's way, and what helped them through. {_PLACED}",
            {"kind": BarrierKind},
            takes_contributions=True,
        ),
        Collection(
            "patterns",
            "Recurring barriers",
            "The same rule or habit of the same office, met by several independent groups. Groups are counted in "
            "bands; shapes are whole neighbourhoods, or the city.",
            {"kind": BarrierKind},
        ),
        Collection(
            "connections",
            "Connections",
            "Which initiative grew out of, learned from or shares with which: both agreed. Lines join the middles of "
            "what both show; where one shows only its neighbourhood there is no line. "
            "They are proposed and agreed on the pages behind the edit links, and not by this API.",
            {"kind": ConnectionKind},
        ),
    )
}


def collection_named(name: str) -> Collection:
    """The collection with this id. Raises NotFound, naming those that there are."""
    if name not in COLLECTIONS:
        raise NotFound(f"There is no such collection. There are: {', '.join(COLLECTIONS)}.")
    return COLLECTIONS[name]
