"""Life of an agreement and its review.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROOT = "00000000-0000-7000-8000-000000000001"
MOMENT = sa.DateTime(timezone=True)
PERSON = sa.String(length=36)
NAME = sa.String(length=200)


def upgrade() -> None:
    """What was confirmed stays so; what was published then had no approved text and is published again by a person (0007 drops it).

    Existing agreements belong to the confederation.
    """
    with op.batch_alter_table("agreements") as table:
        table.add_column(sa.Column("unit_id", PERSON, nullable=False, server_default=ROOT))
        table.add_column(sa.Column("stage", sa.String(length=20), nullable=False, server_default="draft"))
        table.add_column(sa.Column("submitted_at", MOMENT, nullable=True))
        table.add_column(sa.Column("assigned_to", PERSON, nullable=True))
        table.add_column(sa.Column("assigned_name", NAME, nullable=True))
        table.add_column(sa.Column("supersedes_id", PERSON, nullable=True))
        table.add_column(sa.Column("relation", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("effective_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("confidence", sa.Float(), nullable=True))
        table.add_column(sa.Column("unlawful", sa.Integer(), nullable=True))
    op.execute("UPDATE agreements SET state = 'graded', stage = 'confirmed' WHERE state = 'confirmed'")
    with op.batch_alter_table("agreements") as table:
        table.alter_column("unit_id", existing_type=PERSON, existing_nullable=False, server_default=None)
        table.alter_column("stage", existing_type=sa.String(length=20), existing_nullable=False, server_default=None)
        table.create_foreign_key(op.f("fk_agreements_unit_id_units"), "units", ["unit_id"], ["id"])
        table.create_foreign_key(op.f("fk_agreements_supersedes_id_agreements"), "agreements", ["supersedes_id"], ["id"])
        table.create_index(op.f("ix_agreements_unit_id_id"), ["unit_id", "id"])
        table.create_index(op.f("ix_agreements_stage_submitted_at"), ["stage", "submitted_at"])
        table.create_index(op.f("ix_agreements_supersedes_id"), ["supersedes_id"])
    with op.batch_alter_table("submissions") as table:
        table.add_column(sa.Column("sent_by", PERSON, nullable=True))
        table.add_column(sa.Column("sent_by_name", NAME, nullable=True))
    op.create_table(
        "reviewed_assessments",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("agreement_id", PERSON, nullable=False),
        sa.Column("assessment_id", PERSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_reviewed_assessments_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_reviewed_assessments_assessment_id_assessments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewed_assessments")),
    )
    op.create_index(op.f("ix_reviewed_assessments_agreement_id"), "reviewed_assessments", ["agreement_id"])
    with op.batch_alter_table("confirmations") as table:
        table.add_column(sa.Column("confirmed_by_id", PERSON, nullable=True))
        table.add_column(sa.Column("reviewed_id", PERSON, nullable=True))
        table.create_foreign_key(op.f("fk_confirmations_reviewed_id_reviewed_assessments"), "reviewed_assessments", ["reviewed_id"], ["id"])
    op.create_table(
        "returns",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("agreement_id", PERSON, nullable=False),
        sa.Column("submission_id", PERSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", PERSON, nullable=False),
        sa.Column("by_name", NAME, nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_returns_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_returns_submission_id_submissions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(op.f("ix_returns_agreement_id"), "returns", ["agreement_id"])
    op.create_table(
        "corrections",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("agreement_id", PERSON, nullable=False),
        sa.Column("reading_id", PERSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", PERSON, nullable=False),
        sa.Column("by_name", NAME, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("anchor", sa.JSON(), nullable=False),
        sa.Column("machine", sa.JSON(), nullable=True),
        sa.Column("person", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_corrections_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name=op.f("fk_corrections_reading_id_readings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_agreement_id"), "corrections", ["agreement_id"])
    op.create_table(
        "gate_decisions",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("agreement_id", PERSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", PERSON, nullable=False),
        sa.Column("by_name", NAME, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_gate_decisions_agreement_id_agreements")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_decisions")),
    )
    op.create_index(op.f("ix_gate_decisions_agreement_id"), "gate_decisions", ["agreement_id"])
    op.create_table(
        "dossier_entries",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("agreement_id", PERSON, nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by_id", PERSON, nullable=False),
        sa.Column("by_name", NAME, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_dossier_entries_agreement_id_agreements")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_entries")),
        sa.UniqueConstraint("agreement_id", "item", name=op.f("uq_dossier_entries_agreement_id_item")),
    )
    op.create_table(
        "dossier_documents",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("agreement_id", PERSON, nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", PERSON, nullable=False),
        sa.Column("by_name", NAME, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_dossier_documents_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["file_sha256"], ["files.sha256"], name=op.f("fk_dossier_documents_file_sha256_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_documents")),
    )
    op.create_index(op.f("ix_dossier_documents_agreement_id"), "dossier_documents", ["agreement_id"])
    op.create_index(op.f("ix_dossier_documents_file_sha256"), "dossier_documents", ["file_sha256"])
    op.create_table(
        "unit_settings",
        sa.Column("id", PERSON, nullable=False),
        sa.Column("unit_id", PERSON, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", PERSON, nullable=False),
        sa.Column("by_name", NAME, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_settings_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_settings")),
    )
    op.create_index(op.f("ix_unit_settings_unit_id_name"), "unit_settings", ["unit_id", "name"])


def downgrade() -> None:
    """The version before knows neither units nor reviews: what people decided there is lost, the letters stay."""
    op.drop_index(op.f("ix_unit_settings_unit_id_name"), table_name="unit_settings")
    op.drop_table("unit_settings")
    op.drop_index(op.f("ix_dossier_documents_file_sha256"), table_name="dossier_documents")
    op.drop_index(op.f("ix_dossier_documents_agreement_id"), table_name="dossier_documents")
    op.drop_table("dossier_documents")
    op.drop_table("dossier_entries")
    op.drop_index(op.f("ix_gate_decisions_agreement_id"), table_name="gate_decisions")
    op.drop_table("gate_decisions")
    op.drop_index(op.f("ix_corrections_agreement_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_index(op.f("ix_returns_agreement_id"), table_name="returns")
    op.drop_table("returns")
    with op.batch_alter_table("confirmations") as table:
        table.drop_constraint(op.f("fk_confirmations_reviewed_id_reviewed_assessments"), type_="foreignkey")
        table.drop_column("reviewed_id")
        table.drop_column("confirmed_by_id")
    op.drop_index(op.f("ix_reviewed_assessments_agreement_id"), table_name="reviewed_assessments")
    op.drop_table("reviewed_assessments")
    with op.batch_alter_table("submissions") as table:
        table.drop_column("sent_by_name")
        table.drop_column("sent_by")
    decided = "'confirmed', 'published', 'withdrawn', 'expired', 'superseded'"
    op.execute(f"UPDATE agreements SET state = 'confirmed' WHERE state = 'graded' AND stage IN ({decided})")
    with op.batch_alter_table("agreements") as table:
        table.drop_index(op.f("ix_agreements_supersedes_id"))
        table.drop_index(op.f("ix_agreements_stage_submitted_at"))
        table.drop_index(op.f("ix_agreements_unit_id_id"))
        table.drop_constraint(op.f("fk_agreements_supersedes_id_agreements"), type_="foreignkey")
        table.drop_constraint(op.f("fk_agreements_unit_id_units"), type_="foreignkey")
        for name in (
            "unlawful", "confidence", "expires_on", "effective_from", "relation", "supersedes_id", "assigned_name", "assigned_to",
            "submitted_at", "stage", "unit_id",
        ):  # fmt: skip
            table.drop_column(name)
