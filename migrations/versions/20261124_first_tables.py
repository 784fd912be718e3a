"""The first tables.

Safe beside the running version: only add; drop in a later release what nobody reads any more. A new column is withheld
from the public until `app/publishing/rules.py` says otherwise.
"""

import sqlalchemy as sa
from alembic import op

from app.storage.base import UtcDateTime
from app.storage.shape import Shape

revision = "20261124_first_tables"
down_revision = None
branch_labels = None
depends_on = None

_PUBLISHED = (
    "published_feature",
    "published_version",
    "published_hidden_count",
    "published_withdrawn",
    "published_decision",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Where it is there already, as a database administrator made it, this asks for no right.
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table(
        "edit_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_edit_link"),
        sa.UniqueConstraint("token_hash", name="uq_edit_link_token_hash"),
    )
    op.create_index("ix_edit_link_collection_entry_id", "edit_link", ["collection", "entry_id"])
    op.create_table(
        "idempotency_key",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotency_key"),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
    )
    op.create_table(
        "neighbourhood",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "review", sa.Enum("before", "after", name="reviewpolicy", native_enum=False, length=40), nullable=False
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_neighbourhood"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "role",
            sa.Enum("steward", "officer", "funder", "admin", name="role", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("neighbourhood", sa.String(length=80), nullable=True),
        sa.Column("institution", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "published_decision",
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "neighbourhood", "week", "collection", "outcome", "reason", name="pk_published_decision"
        ),
    )
    op.create_table(
        "published_feature",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("activity", sa.String(length=40), nullable=True),
        sa.Column("lifecycle", sa.String(length=40), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("shape", Shape(), nullable=True),
        sa.Column("west", sa.Float(precision=53), nullable=True),
        sa.Column("south", sa.Float(precision=53), nullable=True),
        sa.Column("east", sa.Float(precision=53), nullable=True),
        sa.Column("north", sa.Float(precision=53), nullable=True),
        sa.Column("is_point", sa.Integer(), nullable=False),
        sa.Column("is_demonstration", sa.Integer(), nullable=False),
        sa.Column("feature_json", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_published_feature"),
        sa.UniqueConstraint("collection", "id", name="uq_published_feature_collection_id"),
    )
    op.create_index(
        "ix_published_feature_demonstration",
        "published_feature",
        ["is_demonstration"],
        sqlite_where=sa.text("is_demonstration = 1"),
        postgresql_where=sa.text("is_demonstration = 1"),
    )
    op.create_index("ix_published_feature_neighbourhood", "published_feature", ["neighbourhood", "collection"])
    op.create_table(
        "published_hidden_count",
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("rounded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("neighbourhood", "collection", "word", name="pk_published_hidden_count"),
    )
    op.create_table(
        "published_version",
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("features", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("collection", name="pk_published_version"),
    )
    op.create_table(
        "published_withdrawn",
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("collection", "id", name="pk_published_withdrawn"),
    )
    op.create_table(
        "browser_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("edit_link_id", sa.String(length=36), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edit_link_id"], ["edit_link.id"], name="fk_browser_session_edit_link_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_browser_session_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_browser_session"),
    )
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "returned",
                "hidden",
                "withdrawn",
                name="publication",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "names_a_person",
                "could_harm",
                "not_about_here",
                "not_true",
                "advert",
                "double",
                "unclear",
                "hateful",
                name="decisionreason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_logged", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["neighbourhood"], ["neighbourhood.slug"], name="fk_decision_neighbourhood"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_decision_person_id"),
        sa.PrimaryKeyConstraint("number", name="pk_decision"),
    )
    op.create_index("ix_decision_collection_entry_id", "decision", ["collection", "entry_id"])
    op.create_table(
        "initiative",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column(
            "activity",
            sa.Enum(
                "mutual_aid",
                "food",
                "shared_space",
                "skills",
                "culture",
                "young_people",
                "wellbeing",
                "money_and_work",
                "welcome",
                "voice",
                name="activity",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "formality",
            sa.Enum(
                "person",
                "informal_group",
                "constituted_group",
                "registered_body",
                name="formality",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "lifecycle",
            sa.Enum(
                "idea",
                "starting",
                "active",
                "resting",
                "ended_well",
                "handed_on",
                "stopped",
                name="lifecycle",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ways_of_working", sa.JSON(), nullable=False),
        sa.Column("concerns", sa.JSON(), nullable=False),
        sa.Column("recognised_by", sa.JSON(), nullable=False),
        sa.Column(
            "people_band",
            sa.Enum(
                "up_to_5",
                "6_to_15",
                "16_to_50",
                "51_to_150",
                "over_150",
                name="peopleband",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("first_active", sa.Date(), nullable=True),
        sa.Column(
            "first_active_precision",
            sa.Enum("day", "month", "year", name="precision", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("last_active", sa.Date(), nullable=True),
        sa.Column(
            "last_active_precision",
            sa.Enum("day", "month", "year", name="precision", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "sharing",
            sa.Enum(
                "exact",
                "street",
                "neighbourhood",
                "counted_only",
                "stewards_only",
                name="sharing",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "publication",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "returned",
                "hidden",
                "withdrawn",
                name="publication",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("exact_shape", Shape(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("steward_note", sa.Text(), nullable=False),
        sa.Column("was_shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_initiative_batch_id"),
        sa.ForeignKeyConstraint(["neighbourhood"], ["neighbourhood.slug"], name="fk_initiative_neighbourhood"),
        sa.PrimaryKeyConstraint("id", name="pk_initiative"),
        sa.UniqueConstraint("source", "source_id", name="uq_initiative_source_source_id"),
    )
    op.create_index("ix_initiative_batch_id", "initiative", ["batch_id"])
    op.create_index("ix_initiative_neighbourhood_publication", "initiative", ["neighbourhood", "publication"])
    op.create_index("ix_initiative_sharing_publication", "initiative", ["sharing", "publication"])
    op.create_table(
        "neighbourhood_boundary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.Column("shape", Shape(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["neighbourhood"],
            ["neighbourhood.slug"],
            name="fk_neighbourhood_boundary_neighbourhood",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_neighbourhood_boundary"),
    )
    op.create_index("ix_neighbourhood_boundary_neighbourhood", "neighbourhood_boundary", ["neighbourhood"])
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_link_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_link"),
    )
    op.create_table(
        "barrier",
        sa.Column(
            "kind",
            sa.Enum(
                "legislative_sanction",
                "welfare_sanction",
                "health_and_safety",
                "resources_to_formal_groups",
                "budgets_and_accountability",
                "low_visibility",
                "gatekeeping",
                "expertise_not_recognised",
                "lack_of_recognition",
                "no_formal_role",
                name="barrierkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("rule_cited", sa.String(length=300), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("idea", "starting", "running", "growing", name="stage", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "effect",
            sa.Enum(
                "went_ahead_anyway",
                "slowed",
                "cost_more",
                "reshaped",
                "stopped",
                name="effect",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("happened", sa.Date(), nullable=True),
        sa.Column(
            "happened_precision",
            sa.Enum("day", "month", "year", name="precision", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("what_helped", sa.Text(), nullable=False),
        sa.Column("initiative_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "sharing",
            sa.Enum(
                "exact",
                "street",
                "neighbourhood",
                "counted_only",
                "stewards_only",
                name="sharing",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "publication",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "returned",
                "hidden",
                "withdrawn",
                name="publication",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("exact_shape", Shape(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("steward_note", sa.Text(), nullable=False),
        sa.Column("was_shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name="fk_barrier_initiative_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["neighbourhood"], ["neighbourhood.slug"], name="fk_barrier_neighbourhood"),
        sa.PrimaryKeyConstraint("id", name="pk_barrier"),
    )
    op.create_index("ix_barrier_initiative_id", "barrier", ["initiative_id"])
    op.create_index("ix_barrier_neighbourhood_publication", "barrier", ["neighbourhood", "publication"])
    op.create_index("ix_barrier_sharing_publication", "barrier", ["sharing", "publication"])
    op.create_table(
        "enabler",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "encouragement",
                "coaching",
                "skill_sharing",
                "introduction",
                "space",
                "equipment",
                "small_money",
                "officer_help",
                "template",
                name="enablerkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "from_whom",
            sa.Enum(
                "neighbour",
                "local_group",
                "faith_group",
                "school",
                "council_officer",
                "councillor",
                "funder",
                "business",
                "charity",
                "other",
                name="helper",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("initiative_id", sa.String(length=36), nullable=True),
        sa.Column("barrier_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(initiative_id IS NULL) <> (barrier_id IS NULL)", name="ck_enabler_helps_one_entry"),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name="fk_enabler_barrier_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name="fk_enabler_initiative_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_enabler"),
    )
    op.create_index("ix_enabler_barrier_id", "enabler", ["barrier_id"])
    op.create_index("ix_enabler_initiative_id", "enabler", ["initiative_id"])

    if op.get_bind().dialect.name == "postgresql":
        _index_shapes_on_postgresql()
        _make_reader_role()
    else:
        _index_shapes_on_sqlite()


def _index_shapes_on_postgresql() -> None:
    op.execute("CREATE INDEX gist_published_feature_shape ON published_feature USING gist (shape)")
    # Finished answers are read whole and often: keep them in the row rather than in a side table.
    op.execute("ALTER TABLE published_feature ALTER COLUMN feature_json SET STORAGE MAIN")


def _make_reader_role() -> None:
    """The role of the public side: SELECT on published tables, and nothing else.

    Where the owner may not make roles, a database administrator runs `CREATE ROLE small_ecology_reader NOLOGIN;
    GRANT small_ecology_reader TO <owner>` once, beforehand.
    """
    op.execute(
        "DO $$ BEGIN "
        "IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'small_ecology_reader') "
        "THEN CREATE ROLE small_ecology_reader NOLOGIN; END IF; "
        "EXECUTE format('GRANT small_ecology_reader TO %I', current_user); END $$"
    )
    op.execute(f"GRANT SELECT ON {', '.join(_PUBLISHED)} TO small_ecology_reader")


def _index_shapes_on_sqlite() -> None:
    """An R*Tree over the bounds, kept by triggers, so that no writer can forget it."""
    op.execute("CREATE VIRTUAL TABLE published_box USING rtree(serial, west, east, south, north)")
    insert = (
        "INSERT INTO published_box SELECT new.serial, new.west, new.east, new.south, new.north "
        "WHERE new.west IS NOT NULL;"
    )
    remove = "DELETE FROM published_box WHERE serial = old.serial;"
    for name, moment, does in (
        ("placed", "INSERT", insert),
        ("removed", "DELETE", remove),
        ("moved", "UPDATE", remove + insert),
    ):
        op.execute(f"CREATE TRIGGER published_feature_{name} AFTER {moment} ON published_feature BEGIN {does} END")


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first tables: remove the database instead.")
