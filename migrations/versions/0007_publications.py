"""Releases, and publications made from them.

Publications of before were put out without an approved release; they are dropped and published anew from their confirmations.

Revision 0007, after 0006.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SEARCH = {"search_publications": "publication_texts", "search_clauses": "publication_clauses"}
MOST = 600_000  # characters of a text that PostgreSQL indexes; a tsvector holds at most 1 MB


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
    op.drop_index(op.f("ix_publications_grade_id"), table_name="publications")
    op.drop_table("publications")
    _create_publications()
    _create_index_tables()
    clock = op.create_table(
        "feed_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_clock")),
    )
    op.bulk_insert(clock, [{"id": 1, "at": datetime(2020, 1, 1, tzinfo=UTC)}])
    for table, source in SEARCH.items():
        _create_search(table, source)


def _create_publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("confirmation_id", sa.String(length=36), nullable=False),
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_because", sa.String(length=20), nullable=True),
        sa.Column("withdrawn_note", sa.Text(), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("unit_name", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("sector", sa.String(length=200), nullable=True),
        sa.Column("ownership", sa.String(length=20), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("better_firm", sa.Integer(), nullable=False),
        sa.Column("better_provisions", sa.JSON(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_publications_agreement_id_agreements")),
        sa.ForeignKeyConstraint(["confirmation_id"], ["confirmations.id"], name=op.f("fk_publications_confirmation_id_confirmations")),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_publications_release_id_releases")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_publications_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_publications_agreement_id")),
    )
    for columns in (["grade", "id"], ["province", "id"], ["signed_on", "id"], ["better_firm", "id"], ["expires_on"], ["unit_id"]):
        op.create_index(op.f(f"ix_publications_{'_'.join(columns)}"), "publications", columns)
    op.create_index(op.f("ix_publications_changed_at"), "publications", ["changed_at"], unique=True)


def _create_index_tables() -> None:
    of_publication = ["publication_id"], ["publications.id"]
    op.create_table(
        "publication_values",
        sa.Column("publication_id", sa.String(length=36), nullable=False),
        sa.Column("provision", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(*of_publication, name=op.f("fk_publication_values_publication_id_publications")),
        sa.PrimaryKeyConstraint("publication_id", "provision", name=op.f("pk_publication_values")),
    )
    columns = ["provision", "publication_id", "amount"]
    op.create_index(op.f("ix_publication_values_provision_publication_id_amount"), "publication_values", columns)
    op.create_index(op.f("ix_publication_values_topic_publication_id"), "publication_values", ["topic", "publication_id"])
    op.create_table(
        "publication_clauses",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("publication_id", sa.String(length=36), nullable=False),
        sa.Column("provision", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("path", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*of_publication, name=op.f("fk_publication_clauses_publication_id_publications")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_clauses")),
    )
    op.create_index(op.f("ix_publication_clauses_provision_id"), "publication_clauses", ["provision", "id"])
    op.create_index(op.f("ix_publication_clauses_publication_id"), "publication_clauses", ["publication_id"])
    op.create_table(
        "publication_texts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("publication_id", sa.String(length=36), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*of_publication, name=op.f("fk_publication_texts_publication_id_publications")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_texts")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_publication_texts_publication_id")),
    )


def _create_search(table: str, source: str) -> None:
    """A table of words beside `source`, which triggers keep in step with its rows (rows are added and removed, never changed)."""
    if op.get_bind().dialect.name == "sqlite":
        tokens = 'tokenize = "unicode61 remove_diacritics 0"'
        op.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(exact, folded, content='{source}', content_rowid='id', {tokens})")
        op.execute(
            f"CREATE TRIGGER {table}_add AFTER INSERT ON {source} BEGIN "
            f"INSERT INTO {table}(rowid, exact, folded) VALUES (new.id, new.exact, new.folded); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_remove AFTER DELETE ON {source} BEGIN "
            f"INSERT INTO {table}({table}, rowid, exact, folded) VALUES ('delete', old.id, old.exact, old.folded); END"
        )
        return
    op.execute(
        f"CREATE TABLE {table} (id integer PRIMARY KEY REFERENCES {source}(id) ON DELETE CASCADE, "
        "exact tsvector NOT NULL, folded tsvector NOT NULL)"
    )
    for column in ("exact", "folded"):
        op.execute(f"CREATE INDEX {table}_{column} ON {table} USING gin ({column})")
    op.execute(
        f"CREATE FUNCTION {table}_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO {table} VALUES (new.id, to_tsvector('simple', left(new.exact, {MOST})),"
        f" to_tsvector('simple', left(new.folded, {MOST}))); RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_add AFTER INSERT ON {source} FOR EACH ROW EXECUTE FUNCTION {table}_add()")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, source in SEARCH.items():
        if not sqlite:
            op.execute(f"DROP TRIGGER {table}_add ON {source}")
            op.execute(f"DROP FUNCTION {table}_add()")
        op.execute(f"DROP TABLE {table}")
    for table in ("feed_clock", "publication_texts", "publication_clauses", "publication_values", "publications"):
        op.drop_table(table)
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
    op.drop_index(op.f("ix_releases_agreement_id"), table_name="releases")
    op.drop_table("releases")
