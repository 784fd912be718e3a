"""Who holds permissions, and which names people call them."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime, new_id, word_type
from app.vocabulary import InstitutionKind


class Institution(Base):
    """A body that can say yes or no, or one desk of it."""

    __tablename__ = "institution"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[InstitutionKind] = mapped_column(word_type(InstitutionKind))
    # The larger body that a desk belongs to.
    part_of_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id", ondelete="SET NULL"))
    # Slugs of the neighbourhoods that it has a say in; empty: all of them.
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    # What else people call it, usual misspellings included.
    other_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Since when it has promised to answer here. None: nothing is ever said to have been "sent" to it.
    agreed_since: Mapped[date | None]
    # After two were found to be one: the one that stands for both.
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InstitutionMerge(Base):
    """One time that two entries of the register were found to be one: the register's history."""

    __tablename__ = "institution_merge"

    number: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    merged_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    # The name and the reports that moved along, so that it can be understood, and undone by hand.
    merged_name: Mapped[str] = mapped_column(String(200))
    barriers_moved: Mapped[int]
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
