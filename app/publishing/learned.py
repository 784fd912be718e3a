"""Reads who recognises initiatives, what they learned, and how programmes went, for many ids at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funding.models import ProcessReview, Programme, ProgrammeReply
from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.learning.models import JournalNote
from app.publishing.features import Feature
from app.publishing.journal import journal_told
from app.publishing.programmes import programme_feature
from app.publishing.recognition import recognitions_told
from app.publishing.touched import batches
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, ConsentScope, Publication

# Another writer may have committed since this transaction read a row: what is published is what stands there now.
_FRESH = {"populate_existing": True}
Told = Mapping[str, list[dict[str, Any]]]


def recognitions_by_initiative(db: Session, ids: Sequence[str]) -> Told:
    """What everyone may read of who recognises these initiatives."""
    asked = select(RecognitionGiven).where(
        RecognitionGiven.initiative_id.in_(ids), RecognitionGiven.state == Agreement.ACCEPTED
    )
    given: dict[str, list[RecognitionGiven]] = defaultdict(list)
    for one in db.scalars(asked, execution_options=_FRESH):
        given[one.initiative_id].append(one)
    every = [one for those in given.values() for one in those]
    institutions = _by_id(db, Institution, {one.institution_id for one in every})
    groups = _by_id(db, Initiative, {one.group_id for one in every})
    return {initiative: recognitions_told(those, institutions, groups) for initiative, those in given.items()}


def journals_by_initiative(db: Session, ids: Sequence[str]) -> Told:
    """What everyone may read of these initiatives' journals."""
    asked = select(JournalNote).where(
        JournalNote.initiative_id.in_(ids),
        JournalNote.scope == ConsentScope.PUBLIC,
        JournalNote.publication == Publication.PUBLISHED,
    )
    notes: dict[str, list[JournalNote]] = defaultdict(list)
    for one in db.scalars(asked, execution_options=_FRESH):
        notes[one.initiative_id].append(one)
    return {initiative: journal_told(those) for initiative, those in notes.items()}


def programme_features(db: Session, ids: Sequence[str]) -> Iterator[Feature]:
    """Programmes, with what groups said of them and what the funder replied."""
    programmes = db.scalars(select(Programme).where(Programme.id.in_(ids)), execution_options=_FRESH).all()
    funders = _by_id(db, Institution, {one.institution_id for one in programmes})
    reviews: dict[str, list[tuple[ProcessReview, Initiative]]] = defaultdict(list)
    said = select(ProcessReview, Initiative).join(Initiative, Initiative.id == ProcessReview.initiative_id)
    for review, initiative in db.execute(said.where(ProcessReview.programme_id.in_(ids)), execution_options=_FRESH):
        reviews[review.programme_id].append((review, initiative))
    replies: dict[str, list[ProgrammeReply]] = defaultdict(list)
    written = select(ProgrammeReply).where(ProgrammeReply.programme_id.in_(ids))
    for reply in db.scalars(written, execution_options=_FRESH):
        replies[reply.programme_id].append(reply)
    for one in programmes:
        yield programme_feature(one, funders[one.institution_id], reviews[one.id], replies[one.id])


def _by_id(db: Session, model: Any, ids: set[str | None]) -> dict[str, Any]:  # noqa: ANN401 - a mapped class
    found: dict[str, Any] = {}
    for some in batches(sorted(one for one in ids if one is not None)):
        found |= {row.id: row for row in db.scalars(select(model).where(model.id.in_(some)), execution_options=_FRESH)}
    return found
