"""What stewards decided, and why."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, word_type
from app.vocabulary import DecisionReason, Publication


class Decision(Base):
    """One act of a steward. The public log counts decisions by week; it never shows the entry that one is about."""

    __tablename__ = "decision"

    number: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(40))
    entry_id: Mapped[str] = mapped_column(String(36))
    neighbourhood: Mapped[str] = mapped_column(ForeignKey("neighbourhood.slug"))
    outcome: Mapped[Publication] = mapped_column(word_type(Publication))
    reason: Mapped[DecisionReason | None] = mapped_column(word_type(DecisionReason))
    # For the contributor's eyes only.
    note: Mapped[str] = mapped_column(Text, default="")
    # False for entries that are not shown: a log of them would tell that they exist.
    is_logged: Mapped[bool]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "collection", "entry_id"),)
