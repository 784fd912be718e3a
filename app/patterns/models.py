"""Barriers that recur, which reports belong to them, and what people said of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import Likeness


class Pattern(Base):
    """One rule or habit of one holder. Whether it has a public page is decided by `app.publishing.patterns`."""

    __tablename__ = "pattern"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    # After two were found to be one: the older one, which stands for both.
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("pattern.id"), index=True)
    # A steward's own words; empty: made from rule and holder.
    title: Mapped[str] = mapped_column(String(160), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    # False where the machine is not sure: then it is for stewards to look at, and never shown.
    is_sure: Mapped[bool] = mapped_column(default=False)
    # How well the members fit, 0 to 1.
    confidence: Mapped[float] = mapped_column(default=0.0)
    # Words that weighed most, from public reports alone.
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    # What the last night made of its dates, from public reports alone: see `app.patterns.figures`.
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The day on which it first had a page: from then on silence is counted, and its address never answers "unknown".
    first_shown_on: Mapped[date | None]


class PatternMember(Base):
    """A report in its pattern; a report sits in one at most."""

    __tablename__ = "pattern_member"

    barrier_id: Mapped[str] = mapped_column(ForeignKey("barrier.id", ondelete="CASCADE"), primary_key=True)
    # None with `by_steward`: a steward said that it stands alone.
    pattern_id: Mapped[str | None] = mapped_column(ForeignKey("pattern.id", ondelete="CASCADE"), index=True)
    # A person's decision, which no night undoes.
    by_steward: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class LikenessAnswer(Base):
    """What somebody said of two reports. All are kept: evidence is never thrown away."""

    __tablename__ = "likeness_answer"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    barrier_id: Mapped[str] = mapped_column(ForeignKey("barrier.id", ondelete="CASCADE"))
    other_id: Mapped[str] = mapped_column(ForeignKey("barrier.id", ondelete="CASCADE"))
    likeness: Mapped[Likeness] = mapped_column(word_type(Likeness))
    by_steward: Mapped[bool] = mapped_column(default=False)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "barrier_id"), Index(None, "other_id"))
