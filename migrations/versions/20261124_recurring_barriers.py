"""Recurring barriers: holders of permissions, patterns, what people said of them, and answers.

Safe beside the running version: only add; drop in a later release what nobody reads any more. A new column is withheld
from the public until `app/publishing/rules.py` says otherwise.
"""

import sqlalchemy as sa
from alembic import op

from app.storage.base import UtcDateTime

revision = "20261124_recurring_barriers"
down_revision = "20261124_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "institution",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("part_of_id", sa.String(length=36), nullable=True),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("other_names", sa.JSON(), nullable=False),
        sa.Column("agreed_since", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.String(length=36), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["institution.id"], name="fk_institution_merged_into_id"),
        sa.ForeignKeyConstraint(
            ["part_of_id"], ["institution.id"], name="fk_institution_part_of_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_institution"),
        sa.UniqueConstraint("name", name="uq_institution_name"),
    )
    op.create_table(
        "pattern",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("merged_into_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("first_shown_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into_id"], ["pattern.id"], name="fk_pattern_merged_into_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pattern"),
    )

    op.create_table(
        "published_moved",
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("to_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("collection", "id", name="pk_published_moved"),
    )
    op.create_table(
        "canned_text",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name="fk_canned_text_institution_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_canned_text"),
        sa.UniqueConstraint("institution_id", "name", name="uq_canned_text_institution_id_name"),
    )
    op.create_table(
        "institution_merge",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.String(length=36), nullable=False),
        sa.Column("merged_id", sa.String(length=36), nullable=False),
        sa.Column("merged_name", sa.String(length=200), nullable=False),
        sa.Column("barriers_moved", sa.Integer(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["institution.id"], name="fk_institution_merge_kept_id"),
        sa.ForeignKeyConstraint(["merged_id"], ["institution.id"], name="fk_institution_merge_merged_id"),
        sa.PrimaryKeyConstraint("number", name="pk_institution_merge"),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rule_cited", sa.String(length=300), nullable=False),
        sa.Column("passed_to_id", sa.String(length=36), nullable=True),
        sa.Column("publication", sa.String(length=40), nullable=False),
        sa.Column("corrects_id", sa.String(length=36), nullable=True),
        sa.Column("written_by_id", sa.String(length=36), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("steward_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["response.id"], name="fk_response_corrects_id"),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name="fk_response_institution_id"),
        sa.ForeignKeyConstraint(["passed_to_id"], ["institution.id"], name="fk_response_passed_to_id"),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name="fk_response_written_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
    )

    op.create_table(
        "group_outcome",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("barrier_id", sa.String(length=36), nullable=False),
        sa.Column("response_id", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name="fk_group_outcome_barrier_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name="fk_group_outcome_response_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_group_outcome"),
        sa.UniqueConstraint("barrier_id", "response_id", name="uq_group_outcome_barrier_id_response_id"),
    )

    op.create_table(
        "likeness_answer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("barrier_id", sa.String(length=36), nullable=False),
        sa.Column("other_id", sa.String(length=36), nullable=False),
        sa.Column("likeness", sa.String(length=40), nullable=False),
        sa.Column("by_steward", sa.Boolean(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["barrier_id"], ["barrier.id"], name="fk_likeness_answer_barrier_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["other_id"], ["barrier.id"], name="fk_likeness_answer_other_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_likeness_answer"),
    )

    op.create_table(
        "pattern_member",
        sa.Column("barrier_id", sa.String(length=36), nullable=False),
        sa.Column("pattern_id", sa.String(length=36), nullable=True),
        sa.Column("by_steward", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["barrier_id"], ["barrier.id"], name="fk_pattern_member_barrier_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["pattern.id"], name="fk_pattern_member_pattern_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("barrier_id", name="pk_pattern_member"),
    )
    op.create_index("ix_group_outcome_response_id", "group_outcome", ["response_id"])
    op.create_index("ix_likeness_answer_barrier_id", "likeness_answer", ["barrier_id"])
    op.create_index("ix_likeness_answer_other_id", "likeness_answer", ["other_id"])
    op.create_index("ix_pattern_merged_into_id", "pattern", ["merged_into_id"])
    op.create_index("ix_pattern_member_pattern_id", "pattern_member", ["pattern_id"])
    op.create_index("ix_response_collection_subject_id", "response", ["collection", "subject_id"])
    op.create_index("ix_response_institution_id", "response", ["institution_id"])
    # Written out: Alembic cannot add a column that refers to another table on SQLite, though SQLite can.
    op.execute(
        "ALTER TABLE barrier ADD COLUMN institution_id VARCHAR(36) "
        "CONSTRAINT fk_barrier_institution_id REFERENCES institution (id)"
    )
    op.execute(
        "ALTER TABLE barrier ADD COLUMN batch_id VARCHAR(36) "
        "CONSTRAINT fk_barrier_batch_id REFERENCES import_batch (id)"
    )
    op.add_column("barrier", sa.Column("source", sa.String(length=200), nullable=True))
    op.add_column("barrier", sa.Column("source_id", sa.String(length=200), nullable=True))
    op.create_index("ix_barrier_institution_id", "barrier", ["institution_id"])
    op.create_index("ix_barrier_batch_id", "barrier", ["batch_id"])
    op.create_index("ix_barrier_source_source_id", "barrier", ["source", "source_id"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT ON published_moved TO small_ecology_reader")


def downgrade() -> None:
    raise NotImplementedError("Tables hold what people told: go back with a backup instead.")
