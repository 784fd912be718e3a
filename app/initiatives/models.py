"""What people do, and where."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.neighbourhoods.entries import Entry
from app.storage.base import Base, UtcDateTime, word_type
from app.vocabulary import Activity, Formality, Lifecycle, PeopleBand, Precision


class Initiative(Entry, Base):
    """A local action of any size, by anyone."""

    __tablename__ = "initiative"
    collection = "initiatives"

    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")
    activity: Mapped[Activity] = mapped_column(word_type(Activity))
    formality: Mapped[Formality | None] = mapped_column(word_type(Formality))
    lifecycle: Mapped[Lifecycle] = mapped_column(word_type(Lifecycle), default=Lifecycle.ACTIVE)
    # Lists of code words: WayOfWorking, Concern, Recognition.
    ways_of_working: Mapped[list[str]] = mapped_column(JSON, default=list)
    concerns: Mapped[list[str]] = mapped_column(JSON, default=list)
    recognised_by: Mapped[list[str]] = mapped_column(JSON, default=list)
    people_band: Mapped[PeopleBand | None] = mapped_column(word_type(PeopleBand))
    first_active: Mapped[date | None]
    first_active_precision: Mapped[Precision | None] = mapped_column(word_type(Precision))
    last_active: Mapped[date | None]
    last_active_precision: Mapped[Precision | None] = mapped_column(word_type(Precision))
    # A registered body's public number ("GB-CHC-1234567", org-id.guide): what published grants are matched by.
    organisation_id: Mapped[str | None] = mapped_column(String(200), index=True, info={"is_followed": True})
    # Since when everyone can see it, without a break; None where they cannot. How long counts before it vouches.
    shown_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Where an imported place comes from; `source_id` is its id there, so that a second import changes nothing.
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batch.id"))
    source: Mapped[str | None] = mapped_column(String(200))
    source_id: Mapped[str | None] = mapped_column(String(200))

    __table_args__: ClassVar[tuple[Any, ...]] = (  # type: ignore[misc]  # more than every entry has
        Index(None, "neighbourhood", "publication"),
        Index(None, "sharing", "publication"),
        Index(None, "batch_id"),
        UniqueConstraint("source", "source_id"),
    )


class ImportBatch(Base):
    """One file that was taken in: where it came from, and the credit that it wants."""

    __tablename__ = "import_batch"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    licence: Mapped[str] = mapped_column(String(200))
    credit: Mapped[str] = mapped_column(Text)
    imported_on: Mapped[date]
    undone_on: Mapped[date | None]
    accepted: Mapped[int]
    rejected: Mapped[int]


@event.listens_for(Initiative, "before_insert")
@event.listens_for(Initiative, "before_update")
def _remember_since_when(_mapper: object, _connection: object, initiative: Initiative) -> None:
    # Whoever published it, a steward, vouches or an import: here none of them can be forgotten.
    initiative.shown_since = (initiative.shown_since or clock.now()) if initiative.is_public else None
