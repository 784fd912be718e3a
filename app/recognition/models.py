"""Recognition of an initiative by a council, a funder or another group. Public once the group accepts it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import Agreement, Precision, Publication, Recogniser


class RecognitionGiven(Base):
    """One body's public word on one initiative: by an institution of the register, or by another initiative."""

    __tablename__ = "recognition"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    initiative_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    by_kind: Mapped[Recogniser] = mapped_column(word_type(Recogniser))
    institution_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"))
    group_id: Mapped[str | None] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    # What is recognised, since when, and what support follows.
    what: Mapped[str] = mapped_column(Text)
    since: Mapped[date | None]
    since_precision: Mapped[Precision | None] = mapped_column(word_type(Precision))
    support: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[Agreement] = mapped_column(word_type(Agreement), default=Agreement.PROPOSED)
    # Stewards may hide it, like anything else.
    publication: Mapped[Publication] = mapped_column(word_type(Publication), default=Publication.PUBLISHED)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("(institution_id IS NULL) <> (group_id IS NULL)", name="by_one_body"),
        Index(None, "initiative_id"),
        Index(None, "institution_id"),
        Index(None, "group_id"),
    )
