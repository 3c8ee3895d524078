"""Redacted publications.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("taken_back", sa.JSON(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("approved_name", sa.String(length=200), nullable=True),
        sa.Column("legal_ground", sa.Text(), nullable=True),
        sa.Column("ground_from", sa.Date(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("approved", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_releases_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_releases_submission_id_submissions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_releases_submission_id")),
    )
    op.create_index(op.f("ix_releases_agreement_id"), "releases", ["agreement_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_releases_agreement_id"), table_name="releases")
    op.drop_table("releases")
