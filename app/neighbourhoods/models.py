"""A bounded place, and its boundary through time."""

from datetime import date

from shapely.geometry.base import BaseGeometry
from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.storage.base import Base, word_type
from app.storage.shape import Shape
from app.vocabulary import ReviewPolicy


class Neighbourhood(Base):
    """A place that its people would name. It need not be a council ward."""

    __tablename__ = "neighbourhood"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(Text, default="")
    licence: Mapped[str] = mapped_column(Text, default="")
    credit: Mapped[str] = mapped_column(Text, default="")
    # Said wherever the name is shown: that a place only stands in for another, for instance.
    note: Mapped[str] = mapped_column(Text, default="")
    review: Mapped[ReviewPolicy] = mapped_column(word_type(ReviewPolicy), default=ReviewPolicy.BEFORE)
    # Whether a group that enough others vouch for is published at once, where stewards look first.
    trusts_vouches: Mapped[bool] = mapped_column(default=False, server_default=false())
    boundaries: Mapped[list["Boundary"]] = relationship(
        back_populates="place", order_by="Boundary.valid_from", cascade="all, delete-orphan"
    )

    @property
    def boundary(self) -> BaseGeometry:
        """The boundary in force: a Polygon or MultiPolygon, WGS 84, longitude first."""
        return next(boundary for boundary in reversed(self.boundaries) if boundary.valid_to is None).shape


class Boundary(Base):
    """One version of a neighbourhood's edge. Old ones are kept: what was counted then was counted inside them."""

    __tablename__ = "neighbourhood_boundary"

    id: Mapped[int] = mapped_column(primary_key=True)
    neighbourhood: Mapped[str] = mapped_column(ForeignKey("neighbourhood.slug", ondelete="CASCADE"))
    shape: Mapped[BaseGeometry] = mapped_column(Shape())
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    place: Mapped[Neighbourhood] = relationship(back_populates="boundaries")

    __table_args__ = (Index(None, "neighbourhood"),)
