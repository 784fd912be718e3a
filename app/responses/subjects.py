"""What an officer has to answer, read from the public side: an officer sees exactly what everyone sees."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.barriers.models import Barrier
from app.kit.errors import Gone, NotFound
from app.published.queries import Published, Question
from app.responses.models import Response
from app.responses.service import COLLECTIONS, Speaker
from app.vocabulary import Publication

_PATTERNS_MOST = 10_000
# Reports that name an office and belong to no pattern: more would be no list to work from.
_REPORTS_MOST = 2_000


@dataclass(frozen=True)
class Subject:
    """A pattern or a report as everyone may see it: `told` holds the properties of its public feature."""

    collection: str
    id: str
    told: dict[str, Any]

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What was answered in public, newest first."""
        return list(self.told["answers"])

    @property
    def current(self) -> dict[str, Any] | None:
        """The newest answer of all, or None."""
        return next(iter(self.answers), None)

    @property
    def is_reopened(self) -> bool:
        """True where half or more of those who spoke are still blocked."""
        return bool(self.told.get("reopened_on") or self.told.get("is_reopened"))

    @property
    def is_open(self) -> bool:
        """True while people wait for an answer that settles it."""
        return self.current is None or not self.current["is_settled"] or self.is_reopened

    def passed_to(self, ids: Collection[str]) -> dict[str, Any] | None:
        """The newest answer by which somebody else passed it on to one of `ids`, or None."""
        return next((one for one in self.answers if one["is_current"] and one["passed_to"] in ids), None)

    def concerns(self, ids: Collection[str]) -> bool:
        """True where one of `ids` holds the permission, was named as its holder, or has answered before."""
        has_spoken = any(one["institution"] in ids for one in self.answers)
        return self.told["institution"] in ids or has_spoken or self.passed_to(ids) is not None


def on_desk(db: Session, published: Published, speaker: Speaker) -> tuple[list[Subject], list[Subject]]:
    """Everything that the speaker may answer: patterns, and public reports that are in none of these patterns."""
    patterns = [one for one in _patterns(published) if one.concerns(speaker.ids)]
    seated = {report for one in patterns for report in one.told["told"]}
    return patterns, _reports(db, published, speaker, seated)


def subject_for(published: Published, speaker: Speaker, collection: str, subject_id: str) -> Subject:
    """One thing to answer; its id is another one where it was merged.

    Raises NotFound for what is not public or not the speaker's to answer, and Gone for what was taken back.
    """
    found = find(published, collection, subject_id)
    if found is None and collection in COLLECTIONS and published.is_withdrawn(collection, subject_id):
        raise Gone("This is not shown any more: there are too few reports of it, or they were taken back.")
    if found is None or not found.concerns(speaker.ids):
        raise NotFound("There is nothing of this kind on your desk.")
    return found


def find(published: Published, collection: str, subject_id: str) -> Subject | None:
    """The public pattern or report that stands for `subject_id` now, or None."""
    if collection not in COLLECTIONS:
        return None
    now = published.moved_to(collection, subject_id) or subject_id
    raw = published.one(collection, now)
    return Subject(collection, now, orjson.loads(raw)["properties"]) if raw is not None else None


def _patterns(published: Published) -> Iterator[Subject]:
    for raw in published.page(Question("patterns", limit=_PATTERNS_MOST)).features:
        feature = orjson.loads(raw)
        yield Subject("patterns", feature["id"], feature["properties"])


def _reports(db: Session, published: Published, speaker: Speaker, but: Collection[str]) -> list[Subject]:
    """The ids come from the private side, which has them by institution; what is shown of them does not."""
    named = select(Barrier.id).where(
        Barrier.institution_id.in_(speaker.ids), Barrier.publication == Publication.PUBLISHED
    )
    answered = select(Response.subject_id).where(
        Response.collection == "barriers",
        Response.publication == Publication.PUBLISHED,
        or_(Response.passed_to_id.in_(speaker.ids), Response.institution_id.in_(speaker.ids)),
    )
    ids = sorted({*db.scalars(named), *db.scalars(answered)} - set(but))
    found = (find(published, "barriers", one) for one in ids[:_REPORTS_MOST])
    return [one for one in found if one is not None and one.concerns(speaker.ids)]
