"""Ties between initiatives, and vouches of one for another. Private until both sides agree."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import Agreement, ConnectionKind, Precision


class Connection(Base):
    """`from_id` grew out of, learned from ... `to_id`."""

    __tablename__ = "connection"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    from_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    to_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    kind: Mapped[ConnectionKind] = mapped_column(word_type(ConnectionKind))
    since: Mapped[date | None]
    since_precision: Mapped[Precision | None] = mapped_column(word_type(Precision))
    state: Mapped[Agreement] = mapped_column(word_type(Agreement), default=Agreement.PROPOSED)
    # True where `from_id` proposed it, so that `to_id` has to accept; False the other way round.
    is_proposed_by_from: Mapped[bool] = mapped_column(default=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Where an imported tie comes from; `source_id` is its id there, so that a second import changes nothing.
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batch.id"))
    source: Mapped[str | None] = mapped_column(String(200))
    source_id: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="joins_two"),
        # What was declined or taken back keeps its row: a new proposal of the same writes it again.
        UniqueConstraint("from_id", "to_id", "kind"),
        UniqueConstraint("source", "source_id"),
        Index(None, "to_id"),
        Index(None, "batch_id"),
    )


class Vouch(Base):
    """One group saying of another "we know them": asked for by one that waits. It never names a person."""

    __tablename__ = "vouch"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    voucher_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    for_id: Mapped[str] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    state: Mapped[Agreement] = mapped_column(word_type(Agreement), default=Agreement.PROPOSED)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Two years after it was given.
    expires_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("voucher_id <> for_id", name="joins_two"),
        UniqueConstraint("voucher_id", "for_id"),
        Index(None, "for_id"),
    )
