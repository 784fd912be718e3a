"""What every entry has, whatever it is about: a place, a sharing choice, and a publication state."""

from datetime import date, datetime
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, event
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.kit.partial_date import PartialDate
from app.storage.base import UtcDateTime, new_id, word_type
from app.storage.shape import Shape
from app.vocabulary import Precision, Publication, Sharing

_SHOWN = [one for one in Sharing if one.is_shown]


class Entry:
    """Columns shared by everything that people add. `collection` is its name on the web."""

    collection: str

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    sharing: Mapped[Sharing] = mapped_column(word_type(Sharing))
    publication: Mapped[Publication] = mapped_column(word_type(Publication), default=Publication.SUBMITTED)
    # The exact place as its contributor marked it. It never leaves the private side; None: only the neighbourhood.
    exact_shape: Mapped[BaseGeometry | None] = mapped_column(Shape())
    language: Mapped[str] = mapped_column(String(20), default="en")
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Why a steward returned or hid it, for the contributor alone.
    steward_note: Mapped[str] = mapped_column(Text, default="")
    # True once everyone could read it; then its address answers "gone" after a withdrawal, and not "never heard of it".
    was_shown: Mapped[bool] = mapped_column(default=False)
    # Raised by one at each change: two editors cannot overwrite each other unseen.
    version: Mapped[int] = mapped_column(default=1)

    @property
    def effective_sharing(self) -> Sharing:
        """The contributor's choice, as far as the rules let it be: every drawing and every published row asks this."""
        return self.sharing

    @hybrid_property
    def is_public(self) -> bool:
        """The one question whether an entry's words are public: an allow list. On the class it is a condition."""
        return self.publication is Publication.PUBLISHED and self.sharing.is_shown

    @is_public.inplace.expression
    @classmethod
    def _is_public_in_sql(cls) -> ColumnElement[bool]:
        return and_(cls.publication == Publication.PUBLISHED, cls.sharing.in_(_SHOWN))

    @declared_attr
    def neighbourhood(cls) -> Mapped[str]:  # noqa: N805 - SQLAlchemy passes the class
        return mapped_column(ForeignKey("neighbourhood.slug"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy passes the class
        return (Index(None, "neighbourhood", "publication"), Index(None, "sharing", "publication"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.version}


def as_partial(first_day: date | None, precision: Precision | None) -> PartialDate | None:
    """A stored pair of columns as the date that was meant."""
    if first_day is None or precision is None:
        return None
    return PartialDate(first_day, str(precision))


@event.listens_for(Entry, "before_insert", propagate=True)
@event.listens_for(Entry, "before_update", propagate=True)
def _remember_that_it_was_shown(_mapper: object, _connection: object, entry: Entry) -> None:
    if entry.is_public:
        entry.was_shown = True
