"""What an institution answered, and whether it was real for those who had been stopped."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import Outcome, Publication, ResponseState


class Response(Base):
    """One version of an institution's answer to a barrier or a pattern."""

    __tablename__ = "response"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    # "patterns" or "barriers", and the id there.
    collection: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36))
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[ResponseState] = mapped_column(word_type(ResponseState))
    text: Mapped[str] = mapped_column(Text, default="")
    # The rule that they go by: needed where the rule stays.
    rule_cited: Mapped[str] = mapped_column(String(300), default="")
    # Whom it was passed on to.
    passed_to_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"))
    # Draft, published, or hidden by a steward.
    publication: Mapped[Publication] = mapped_column(word_type(Publication), default=Publication.DRAFT)
    # The version that this one corrects: that one stays to be read, marked as corrected.
    corrects_id: Mapped[str | None] = mapped_column(ForeignKey("response.id"))
    written_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why a steward hid it, for the institution alone.
    steward_note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index(None, "collection", "subject_id"), Index(None, "institution_id"))


class GroupOutcome(Base):
    """What whoever reported a barrier says of an answer: one word each, which they may change."""

    __tablename__ = "group_outcome"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    barrier_id: Mapped[str] = mapped_column(ForeignKey("barrier.id", ondelete="CASCADE"))
    response_id: Mapped[str] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    outcome: Mapped[Outcome] = mapped_column(word_type(Outcome))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("barrier_id", "response_id"), Index(None, "response_id"))


class CannedText(Base):
    """A text that an institution's officers use again and again."""

    __tablename__ = "canned_text"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("institution_id", "name"),)
