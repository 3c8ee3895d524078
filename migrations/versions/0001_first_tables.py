"""The first tables: files, agreements with their readings, scores and confirmations, publications, jobs.

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("employer", sa.String(length=300), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("province", sa.String(length=100), nullable=True),
        sa.Column("sector", sa.String(length=200), nullable=True),
        sa.Column("ownership", sa.String(length=20), nullable=True),
        sa.Column("uploaded_by", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_state_id"), "agreements", ["state", "id"], unique=False)
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=120), nullable=True),
        sa.Column("token", sa.String(length=36), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_state_run_at", "jobs", ["state", "run_at"], unique=False)
    op.create_index(op.f("ix_jobs_subject"), "jobs", ["subject"], unique=False)
    op.create_index("uq_jobs_live", "jobs", ["kind", "subject"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_submissions_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["file_sha256"], ["files.sha256"], name=op.f("fk_submissions_file_sha256_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_submissions_agreement_id_number")),
    )
    op.create_index(op.f("ix_submissions_file_sha256"), "submissions", ["file_sha256"], unique=False)
    op.create_table(
        "readings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("law_as_of", sa.Date(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_readings_submission_id_submissions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_submission_id"), "readings", ["submission_id"], unique=False)
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("reading_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("rubric_id", sa.String(length=80), nullable=False),
        sa.Column("rubric_version", sa.Integer(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=False),
        sa.Column("law_as_of", sa.Date(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("would_be_grade", sa.String(length=1), nullable=True),
        sa.Column("better_firm", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_assessments_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name=op.f("fk_assessments_reading_id_readings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index(op.f("ix_assessments_agreement_id"), "assessments", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_assessments_reading_id"), "assessments", ["reading_id"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("assessment_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("process_points", sa.Float(), nullable=True),
        sa.Column("signing_implementation_points", sa.Float(), nullable=True),
        sa.Column("bonus_points", sa.Float(), nullable=True),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("computed_grade", sa.String(length=1), nullable=True),
        sa.Column("cleared_gates", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_confirmations_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_confirmations_assessment_id_assessments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index(op.f("ix_confirmations_agreement_id"), "confirmations", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_confirmations_assessment_id"), "confirmations", ["assessment_id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("confirmation_id", sa.String(length=36), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("sector", sa.String(length=200), nullable=True),
        sa.Column("ownership", sa.String(length=20), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("better_firm", sa.Integer(), nullable=False),
        sa.Column("better_provisions", sa.JSON(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_publications_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["confirmation_id"], ["confirmations.id"], name=op.f("fk_publications_confirmation_id_confirmations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_publications_agreement_id")),
    )
    op.create_index(op.f("ix_publications_grade_id"), "publications", ["grade", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_publications_grade_id"), table_name="publications")
    op.drop_table("publications")
    op.drop_index(op.f("ix_confirmations_assessment_id"), table_name="confirmations")
    op.drop_index(op.f("ix_confirmations_agreement_id"), table_name="confirmations")
    op.drop_table("confirmations")
    op.drop_index(op.f("ix_assessments_reading_id"), table_name="assessments")
    op.drop_index(op.f("ix_assessments_agreement_id"), table_name="assessments")
    op.drop_table("assessments")
    op.drop_index(op.f("ix_readings_submission_id"), table_name="readings")
    op.drop_table("readings")
    op.drop_index(op.f("ix_submissions_file_sha256"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_table("workers")
    op.drop_index("uq_jobs_live", table_name="jobs", sqlite_where=LIVE, postgresql_where=LIVE)
    op.drop_index(op.f("ix_jobs_subject"), table_name="jobs")
    op.drop_index("ix_jobs_state_run_at", table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("files")
    op.drop_index(op.f("ix_agreements_state_id"), table_name="agreements")
    op.drop_table("agreements")
