"""Which permission stood in the way, and what helped people through."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.neighbourhoods.entries import Entry
from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import BarrierKind, Effect, EnablerKind, Helper, Precision, Sharing, Stage


class Barrier(Entry, Base):
    """One time that a permission stood in the way."""

    __tablename__ = "barrier"
    collection = "barriers"

    kind: Mapped[BarrierKind] = mapped_column(word_type(BarrierKind))
    what_happened: Mapped[str] = mapped_column(Text)
    # Who holds the permission: picked from the register, or in the contributor's words.
    institution_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"), index=True)
    institution: Mapped[Institution | None] = relationship()
    holder: Mapped[str] = mapped_column(String(200), default="")
    rule_cited: Mapped[str] = mapped_column(String(300), default="")
    stage: Mapped[Stage | None] = mapped_column(word_type(Stage))
    effect: Mapped[Effect | None] = mapped_column(word_type(Effect))
    happened: Mapped[date | None]
    happened_precision: Mapped[Precision | None] = mapped_column(word_type(Precision))
    what_helped: Mapped[str] = mapped_column(Text, default="")
    initiative_id: Mapped[str | None] = mapped_column(ForeignKey("initiative.id", ondelete="SET NULL"), index=True)
    initiative: Mapped[Initiative | None] = relationship()
    # Where an imported report comes from; `source_id` is its id there, so that a second import changes nothing.
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batch.id"))
    source: Mapped[str | None] = mapped_column(String(200))
    source_id: Mapped[str | None] = mapped_column(String(200))

    __table_args__: ClassVar[tuple[Any, ...]] = (  # type: ignore[misc]  # more than every entry has
        Index(None, "neighbourhood", "publication"),
        Index(None, "sharing", "publication"),
        Index(None, "batch_id"),
        Index(None, "source", "source_id", unique=True),
    )

    @property
    def effective_sharing(self) -> Sharing:
        """The contributor's choice, but for benefit rules never finer than the neighbourhood."""
        if self.kind is BarrierKind.WELFARE_SANCTION and self.sharing in {Sharing.EXACT, Sharing.STREET}:
            return Sharing.NEIGHBOURHOOD
        return self.sharing


class Enabler(Base):
    """What helped with one entry; it is shown where that entry is shown."""

    __tablename__ = "enabler"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[EnablerKind] = mapped_column(word_type(EnablerKind))
    text: Mapped[str] = mapped_column(Text, default="")
    # The kind of helper only: naming who helped could harm them.
    from_whom: Mapped[Helper | None] = mapped_column(word_type(Helper))
    initiative_id: Mapped[str | None] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    barrier_id: Mapped[str | None] = mapped_column(ForeignKey("barrier.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("(initiative_id IS NULL) <> (barrier_id IS NULL)", name="helps_one_entry"),
        Index(None, "initiative_id"),
        Index(None, "barrier_id"),
    )
