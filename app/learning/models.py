"""Dated notes of an initiative about itself."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import ConsentScope, Precision, Publication


class JournalNote(Base):
    """What was tried, learned and changed, and who may read it."""

    __tablename__ = "journal_note"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    initiative_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    happened: Mapped[date]
    happened_precision: Mapped[Precision] = mapped_column(word_type(Precision))
    tried: Mapped[str] = mapped_column(Text, default="")
    learned: Mapped[str] = mapped_column(Text, default="")
    changed: Mapped[str] = mapped_column(Text, default="")
    # Code words of Mechanism.
    mechanisms: Mapped[list[str]] = mapped_column(JSON, default=list)
    scope: Mapped[ConsentScope] = mapped_column(word_type(ConsentScope), default=ConsentScope.GROUP_ONLY)
    # A steward reads it before everyone does; the other scopes need no steward.
    publication: Mapped[Publication] = mapped_column(word_type(Publication), default=Publication.SUBMITTED)
    steward_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "publication", "scope"),)
