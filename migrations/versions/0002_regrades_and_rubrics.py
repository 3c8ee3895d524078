"""Scoring again: regrades, proposals, rubric profiles; judging kept beside readings; assessments stored without their reading.

Revision 0002, after 0001.
"""

from __future__ import annotations

import hashlib
import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("readings") as table:
        table.add_column(sa.Column("judging", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("assessments") as table:
        table.add_column(sa.Column("content_points", sa.Float(), nullable=True))
        table.alter_column("digest", existing_type=sa.String(length=64), nullable=True)
    op.create_table(
        "rubrics",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rubric_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=True),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("imported_by", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubrics")),
        sa.UniqueConstraint("rubric_id", "version", name=op.f("uq_rubrics_rubric_id_version")),
    )
    op.create_table(
        "regrades",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("rubric", sa.String(length=120), nullable=True),
        sa.Column("judged", sa.Boolean(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("proposals", sa.Integer(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("regrade_id", sa.String(length=36), nullable=False),
        sa.Column("confirmation_id", sa.String(length=36), nullable=False),
        sa.Column("assessment_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("from_grade", sa.String(length=1), nullable=True),
        sa.Column("to_grade", sa.String(length=1), nullable=True),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_proposals_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrades.id"], name=op.f("fk_proposals_regrade_id_regrades")),
        sa.ForeignKeyConstraint(["confirmation_id"], ["confirmations.id"], name=op.f("fk_proposals_confirmation_id_confirmations")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_proposals_assessment_id_assessments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_agreement_id"), "proposals", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_proposals_state_id"), "proposals", ["state", "id"], unique=False)


def downgrade() -> None:
    """The version before stores assessments whole: put them together again."""
    _make_whole(op.get_bind())
    op.drop_index(op.f("ix_proposals_state_id"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_agreement_id"), table_name="proposals")
    op.drop_table("proposals")
    op.drop_table("regrades")
    op.drop_table("rubrics")
    with op.batch_alter_table("assessments") as table:
        table.drop_column("content_points")
        table.alter_column("digest", existing_type=sa.String(length=64), nullable=False)
    with op.batch_alter_table("readings") as table:
        table.drop_column("judging")


def _make_whole(connection: sa.Connection) -> None:
    page = sa.text(
        "SELECT assessments.id, assessments.body, assessments.digest, readings.body AS reading FROM assessments"
        " JOIN readings ON readings.id = assessments.reading_id WHERE assessments.id > :after ORDER BY assessments.id LIMIT 200"
    )
    change = sa.text("UPDATE assessments SET body = :body, digest = :digest WHERE id = :id")
    after = ""
    while rows := connection.execute(page, {"after": after}).all():
        for row in rows:
            kept = json.loads(zlib.decompress(row.body))
            if "points_of_findings" in kept:
                record = json.loads(zlib.decompress(row.reading))
                kept = _whole(kept, record)
            text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
            connection.execute(change, {"id": row.id, "body": zlib.compress(text), "digest": hashlib.sha256(text).hexdigest()})
        after = rows[-1].id


def _whole(kept: dict, record: dict) -> dict:  # type: ignore[type-arg]
    """As `app.agreements.bodies.whole` did it at this revision."""
    own = ("source", "agreement", "articles", "clauses", "law_as_of", "copy_of_law", "engine")
    assessment = {}
    for key, value in kept.items():
        if key == "points_of_findings":
            assessment["findings"] = [{**one, "points": points} for one, points in zip(record["findings"], value, strict=True)]
        else:
            assessment[key] = record[key] if value is None and key in own else value
    return assessment
