"""What a neighbourhood's pages need of it, read from the public side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from app.kit.errors import NotFound
from app.public.records import Record, record_of, shape_of
from app.published.queries import Published, Question
from app.vocabulary import Lifecycle

_ALL = 10_000
_GROWING = (Lifecycle.IDEA, Lifecycle.STARTING, Lifecycle.ACTIVE)
_ENDED = (Lifecycle.ENDED_WELL, Lifecycle.HANDED_ON, Lifecycle.STOPPED)


@dataclass(frozen=True)
class Place:
    """A published neighbourhood. `boundary` is WGS 84."""

    slug: str
    name: str
    boundary: BaseGeometry
    properties: Record

    def as_context(self) -> dict[str, Any]:
        """As the templates want it."""
        note = self.properties["note"]
        return {
            "slug": self.slug,
            "name": self.name,
            "url": f"/neighbourhoods/{self.slug}",
            "stand_in": bool(note),
            "stand_in_note": note,
            "source": self.properties["source"],
            "licence": self.properties["licence"],
        }


def all_places(published: Published) -> list[Place]:
    """Every neighbourhood, by name."""
    features = published.page(Question("neighbourhoods", limit=_ALL)).features
    return sorted((_place(record_of(feature)) for feature in features), key=lambda place: place.name)


def place_named(published: Published, slug: str) -> Place:
    """The neighbourhood `slug`. Raises NotFound."""
    feature = published.one("neighbourhoods", slug)
    if feature is None:
        raise NotFound("There is no such neighbourhood here.")
    return _place(record_of(feature))


def records(published: Published, question: Question) -> tuple[list[Record], int]:
    """The records of a question's page, and how many match in all."""
    page = published.page(question)
    return [record_of(feature) for feature in page.features], page.matched


def lives(published: Published, question: Question) -> dict[str, int]:
    """How many of the matching initiatives grow, rest, and have ended."""
    counts = dict.fromkeys(("growing", "resting", "ended"), 0)
    for name, stages in (("growing", _GROWING), ("resting", (Lifecycle.RESTING,)), ("ended", _ENDED)):
        wanted = [stage for stage in stages if question.lifecycle in {None, str(stage)}]
        counts[name] = sum(matched(published, question, lifecycle=str(stage)) for stage in wanted)
    return counts


def matched(published: Published, question: Question, **more: Any) -> int:  # noqa: ANN401 - fields of a question
    """How many features match a question with these further filters."""
    return published.page(replace(question, limit=1, skip=0, **more)).matched


def lately(found: Sequence[Record], most: int) -> list[Record]:
    """Those that began last, as far as they say when."""
    dated = [record for record in found if record.get("first_active")]
    return sorted(dated, key=lambda record: (record["first_active"], record["id"]), reverse=True)[:most]


def credits_of(published: Published, slug: str) -> list[str]:
    """Whom to thank for places that came from another list, each once."""
    found, _total = records(published, Question("initiatives", neighbourhood=slug, limit=_ALL))
    return sorted({record["credit"] for record in found if record.get("credit")})


def _place(record: Record) -> Place:
    return Place(record["slug"], record["name"], shape_of(record), record)
