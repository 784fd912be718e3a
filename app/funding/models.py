"""Grants as funders publish them, the small areas that place them, and what groups say of a funder's programme."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import (
    Burden,
    ConsentScope,
    CouldChange,
    DecidedBy,
    DecisionWait,
    MatchedBy,
    PlacedBy,
    Publication,
    WouldAgain,
)


class GrantMade(Base):
    """One grant to an organisation, from a file in the 360Giving standard. Grants to people are never stored."""

    __tablename__ = "grant_made"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    # Its id in the standard: unique in the world, so that a second import changes nothing.
    grant_id: Mapped[str] = mapped_column(String(200), unique=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("import_batch.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    # In hundredths of `currency` (ISO 4217).
    amount_hundredths: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    awarded_on: Mapped[date]
    ends_on: Mapped[date | None]
    funder_name: Mapped[str] = mapped_column(Text)
    funder_org_id: Mapped[str] = mapped_column(String(200))
    recipient_name: Mapped[str] = mapped_column(Text)
    recipient_org_id: Mapped[str] = mapped_column(String(200), index=True, info={"is_followed": True})
    programme: Mapped[str] = mapped_column(Text, default="")
    placed_by: Mapped[PlacedBy] = mapped_column(word_type(PlacedBy))
    # The neighbourhood that it is for, as far as its file tells; None: a wider area, or unknown.
    neighbourhood: Mapped[str | None] = mapped_column(ForeignKey("neighbourhood.slug"), index=True)
    initiative_id: Mapped[str | None] = mapped_column(ForeignKey("initiative.id", ondelete="SET NULL"), index=True)
    matched_by: Mapped[MatchedBy | None] = mapped_column(word_type(MatchedBy))
    matched_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    matched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AreaCode(Base):
    """A statistical area (LSOA, ward ...) and the neighbourhood that holds most of it."""

    __tablename__ = "area_code"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    neighbourhood: Mapped[str] = mapped_column(ForeignKey("neighbourhood.slug", ondelete="CASCADE"), index=True)
    # How much of the area lies in the neighbourhood, 0 to 1.
    share: Mapped[float]


class Programme(Base):
    """A funder's programme that groups may review."""

    __tablename__ = "programme"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("institution_id", "name"),)


class ProcessReview(Base):
    """How being funded by a programme went for one group. Shown only as counts, from five groups on."""

    __tablename__ = "process_review"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    initiative_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    wait: Mapped[DecisionWait | None] = mapped_column(word_type(DecisionWait))
    burden: Mapped[Burden | None] = mapped_column(word_type(Burden))
    decided_by: Mapped[DecidedBy | None] = mapped_column(word_type(DecidedBy))
    could_change: Mapped[CouldChange | None] = mapped_column(word_type(CouldChange))
    again: Mapped[WouldAgain | None] = mapped_column(word_type(WouldAgain))
    # What being involved changed in itself; for the group, or for researchers too, never for everyone.
    changed_in_us: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[ConsentScope] = mapped_column(word_type(ConsentScope), default=ConsentScope.GROUP_ONLY)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # With which others it was counted, once, and how many they were; None: these answers were never told.
    batch: Mapped[str | None] = mapped_column(String(36))
    batch_size: Mapped[int | None]

    __table_args__ = (UniqueConstraint("programme_id", "initiative_id"), Index(None, "initiative_id"))


class ProgrammeReply(Base):
    """A funder's public reply to what groups said of its programme; a new version replaces the one before."""

    __tablename__ = "programme_reply"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    publication: Mapped[Publication] = mapped_column(word_type(Publication), default=Publication.DRAFT)
    written_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    steward_note: Mapped[str] = mapped_column(Text, default="")
