"""What stewards decided, and why."""

from datetime import datetime

from sqlalchemy import Dialect, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.storage.base import Base, UtcDateTime, word_type
from app.vocabulary import DecisionReason, Publication
from app.vocabulary.sharing import PatternAct


class _Outcome(TypeDecorator[Publication | PatternAct]):
    """What became of an entry, or what was done with a recurring barrier: no word is in both."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Publication | PatternAct | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Publication | PatternAct | None:  # noqa: ARG002
        return None if value is None else Publication.named(value) or PatternAct.named(value)


class Decision(Base):
    """One act of a steward. The public log counts decisions by week; it never shows the entry that one is about."""

    __tablename__ = "decision"

    number: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(40))
    entry_id: Mapped[str] = mapped_column(String(36))
    neighbourhood: Mapped[str] = mapped_column(ForeignKey("neighbourhood.slug"))
    outcome: Mapped[Publication | PatternAct] = mapped_column(_Outcome())
    reason: Mapped[DecisionReason | None] = mapped_column(word_type(DecisionReason))
    # For the contributor's eyes only.
    note: Mapped[str] = mapped_column(Text, default="")
    # False for entries that are not shown: a log of them would tell that they exist.
    is_logged: Mapped[bool]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "collection", "entry_id"),)
