"""The read model's tables. A row here is public by definition; rows are written by `app.publishing` alone.

They are disposable: `small-ecology publish --rebuild` makes them again from the private side. Their names begin with
`published_`; the public connection may read these and no others.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from app.storage.base import Base
from app.storage.shape import Shape

# Written in Hilbert order by a rebuild, so that neighbours on the ground are neighbours on the disk.
_SERIAL = BigInteger().with_variant(Integer, "sqlite")

feature = Table(
    "published_feature",
    Base.metadata,
    Column("serial", _SERIAL, primary_key=True, autoincrement=True),
    Column("id", String(80), nullable=False),
    Column("collection", String(40), nullable=False),
    Column("neighbourhood", String(80), nullable=False),
    # What the filters need. A low-cardinality index would be combined with the box and cost more than it saves.
    Column("kind", String(40)),
    Column("activity", String(40)),
    Column("lifecycle", String(40)),
    # The days between which it was going on, as far as it is public; NULL on either side: open.
    Column("starts", Date),
    Column("ends", Date),
    Column("shape", Shape()),
    # Bounds of `shape` in WGS 84 degrees; NULL where a record has no place at all.
    Column("west", Float(53)),
    Column("south", Float(53)),
    Column("east", Float(53)),
    Column("north", Float(53)),
    Column("is_point", Integer, nullable=False, default=0),
    # 1 for invented records: every page says so while there are any.
    Column("is_demonstration", Integer, nullable=False, default=0),
    # The finished GeoJSON Feature, UTF-8, without links.
    Column("feature_json", LargeBinary, nullable=False),
    UniqueConstraint("collection", "id"),
    Index("ix_published_feature_neighbourhood", "neighbourhood", "collection"),
    Index(
        "ix_published_feature_demonstration",
        "is_demonstration",
        sqlite_where=text("is_demonstration = 1"),
        postgresql_where=text("is_demonstration = 1"),
    ),
)

version = Table(
    "published_version",
    Base.metadata,
    # Raised by one in each transaction that changes the collection: the heart of every ETag.
    Column("collection", String(40), primary_key=True),
    Column("number", BigInteger, nullable=False),
    # Features in the whole collection: `numberMatched` without a count.
    Column("features", BigInteger, nullable=False),
)

hidden_count = Table(
    "published_hidden_count",
    Base.metadata,
    # How many entries asked to be counted and not shown: a row only from the threshold on, rounded.
    Column("neighbourhood", String(80), primary_key=True),
    Column("collection", String(40), primary_key=True),
    # An activity or a barrier kind; "" stands for all of them.
    Column("word", String(40), primary_key=True),
    Column("rounded", Integer, nullable=False),
)

withdrawn = Table(
    "published_withdrawn",
    Base.metadata,
    # What was public once and has been taken back: its address answers 410 Gone.
    Column("collection", String(40), primary_key=True),
    Column("id", String(80), primary_key=True),
)

moved = Table(
    "published_moved",
    Base.metadata,
    # What was found to be the same as another: its address leads there.
    Column("collection", String(40), primary_key=True),
    Column("id", String(80), primary_key=True),
    Column("to_id", String(80), nullable=False),
)

decision = Table(
    "published_decision",
    Base.metadata,
    # How many decisions of one sort a neighbourhood's stewards made in a week ("2026-W47"): no entry, no day, no number
    # of its own, since any of these could be linked to what was withheld.
    Column("neighbourhood", String(80), primary_key=True),
    Column("week", String(8), primary_key=True),
    Column("collection", String(40), primary_key=True),
    Column("outcome", String(40), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("decisions", Integer, nullable=False),
)

ALL = (feature, version, hidden_count, withdrawn, moved, decision)
