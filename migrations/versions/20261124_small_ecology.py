"""The small ecology: ties between initiatives, vouches, recognition, journals, grants, and reviews of funders.

Safe beside the running version: only add; drop in a later release what nobody reads any more. A new column is withheld
from the public until `app/publishing/rules.py` says otherwise.
"""

import sqlalchemy as sa
from alembic import op

from app.storage.base import UtcDateTime

revision = "20261124_small_ecology"
down_revision = "20261124_recurring_barriers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_code",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbourhood"], ["neighbourhood.slug"], name="fk_area_code_neighbourhood", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_area_code"),
    )
    op.create_index("ix_area_code_neighbourhood", "area_code", ["neighbourhood"])

    op.create_table(
        "programme",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name="fk_programme_institution_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
        sa.UniqueConstraint("institution_id", "name", name="uq_programme_institution_id_name"),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("from_id", sa.String(length=36), nullable=False),
        sa.Column("to_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("since_precision", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("is_proposed_by_from", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name="ck_connection_joins_two"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_connection_batch_id"),
        sa.ForeignKeyConstraint(["from_id"], ["initiative.id"], name="fk_connection_from_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["initiative.id"], name="fk_connection_to_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_connection"),
        sa.UniqueConstraint("from_id", "to_id", "kind", name="uq_connection_from_id_to_id_kind"),
        sa.UniqueConstraint("source", "source_id", name="uq_connection_source_source_id"),
    )
    op.create_index("ix_connection_batch_id", "connection", ["batch_id"])
    op.create_index("ix_connection_to_id", "connection", ["to_id"])

    op.create_table(
        "grant_made",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grant_id", sa.String(length=200), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("amount_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("funder_name", sa.Text(), nullable=False),
        sa.Column("funder_org_id", sa.String(length=200), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=False),
        sa.Column("recipient_org_id", sa.String(length=200), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=40), nullable=False),
        sa.Column("neighbourhood", sa.String(length=80), nullable=True),
        sa.Column("initiative_id", sa.String(length=36), nullable=True),
        sa.Column("matched_by", sa.String(length=40), nullable=True),
        sa.Column("matched_by_id", sa.String(length=36), nullable=True),
        sa.Column("matched_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_grant_made_batch_id"),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name="fk_grant_made_initiative_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["matched_by_id"], ["person.id"], name="fk_grant_made_matched_by_id"),
        sa.ForeignKeyConstraint(["neighbourhood"], ["neighbourhood.slug"], name="fk_grant_made_neighbourhood"),
        sa.PrimaryKeyConstraint("id", name="pk_grant_made"),
        sa.UniqueConstraint("grant_id", name="uq_grant_made_grant_id"),
    )
    op.create_index("ix_grant_made_batch_id", "grant_made", ["batch_id"])
    op.create_index("ix_grant_made_initiative_id", "grant_made", ["initiative_id"])
    op.create_index("ix_grant_made_neighbourhood", "grant_made", ["neighbourhood"])
    op.create_index("ix_grant_made_recipient_org_id", "grant_made", ["recipient_org_id"])

    op.create_table(
        "journal_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("initiative_id", sa.String(length=36), nullable=False),
        sa.Column("happened", sa.Date(), nullable=False),
        sa.Column("happened_precision", sa.String(length=40), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("mechanisms", sa.JSON(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("publication", sa.String(length=40), nullable=False),
        sa.Column("steward_note", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name="fk_journal_note_initiative_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_journal_note"),
    )
    op.create_index("ix_journal_note_initiative_id", "journal_note", ["initiative_id"])
    op.create_index("ix_journal_note_publication_scope", "journal_note", ["publication", "scope"])

    op.create_table(
        "process_review",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("programme_id", sa.String(length=36), nullable=False),
        sa.Column("initiative_id", sa.String(length=36), nullable=False),
        sa.Column("wait", sa.String(length=40), nullable=True),
        sa.Column("burden", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("could_change", sa.String(length=40), nullable=True),
        sa.Column("again", sa.String(length=40), nullable=True),
        sa.Column("changed_in_us", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("batch", sa.String(length=36), nullable=True),
        sa.Column("batch_size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name="fk_process_review_initiative_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name="fk_process_review_programme_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_process_review"),
        sa.UniqueConstraint("programme_id", "initiative_id", name="uq_process_review_programme_id_initiative_id"),
    )
    op.create_index("ix_process_review_initiative_id", "process_review", ["initiative_id"])

    op.create_table(
        "programme_reply",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("programme_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("publication", sa.String(length=40), nullable=False),
        sa.Column("written_by_id", sa.String(length=36), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("steward_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name="fk_programme_reply_programme_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name="fk_programme_reply_written_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programme_reply"),
    )
    op.create_index("ix_programme_reply_programme_id", "programme_reply", ["programme_id"])

    op.create_table(
        "recognition",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("initiative_id", sa.String(length=36), nullable=False),
        sa.Column("by_kind", sa.String(length=40), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=True),
        sa.Column("group_id", sa.String(length=36), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("since_precision", sa.String(length=40), nullable=True),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("publication", sa.String(length=40), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("offered_by_id", sa.String(length=36), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(institution_id IS NULL) <> (group_id IS NULL)", name="ck_recognition_by_one_body"),
        sa.ForeignKeyConstraint(["group_id"], ["initiative.id"], name="fk_recognition_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name="fk_recognition_initiative_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name="fk_recognition_institution_id"),
        sa.ForeignKeyConstraint(["offered_by_id"], ["person.id"], name="fk_recognition_offered_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recognition"),
    )
    op.create_index("ix_recognition_group_id", "recognition", ["group_id"])
    op.create_index("ix_recognition_initiative_id", "recognition", ["initiative_id"])
    op.create_index("ix_recognition_institution_id", "recognition", ["institution_id"])

    op.create_table(
        "vouch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("voucher_id", sa.String(length=36), nullable=False),
        sa.Column("for_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("voucher_id <> for_id", name="ck_vouch_joins_two"),
        sa.ForeignKeyConstraint(["for_id"], ["initiative.id"], name="fk_vouch_for_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voucher_id"], ["initiative.id"], name="fk_vouch_voucher_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_vouch"),
        sa.UniqueConstraint("voucher_id", "for_id", name="uq_vouch_voucher_id_for_id"),
    )
    op.create_index("ix_vouch_for_id", "vouch", ["for_id"])

    op.add_column("initiative", sa.Column("organisation_id", sa.String(length=200), nullable=True))
    op.create_index("ix_initiative_organisation_id", "initiative", ["organisation_id"])

    op.add_column("initiative", sa.Column("shown_since", UtcDateTime(), nullable=True))
    # Nobody wrote it down so far: the latest day from which it must have been shown.
    op.execute(
        "UPDATE initiative SET shown_since = COALESCE((SELECT MAX(decided_at) FROM decision"
        " WHERE collection = 'initiatives' AND entry_id = initiative.id AND outcome = 'published'), changed_at)"
        " WHERE publication = 'published' AND sharing IN ('exact', 'street', 'neighbourhood')"
    )

    op.add_column("neighbourhood", sa.Column("trusts_vouches", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    raise NotImplementedError("Tables hold what people told: go back with a backup instead.")
