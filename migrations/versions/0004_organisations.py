"""Trade-union units and their dated places in the tree.

Revision 0004, after 0003.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROOT = "00000000-0000-7000-8000-000000000001"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    units = op.create_table(
        "units",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_key", sa.String(length=1000), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("province", sa.String(length=100), nullable=True),
        sa.Column("commune", sa.String(length=100), nullable=True),
        sa.Column("employer", sa.String(length=300), nullable=True),
        sa.Column("ownership", sa.String(length=20), nullable=True),
        sa.Column("sector", sa.String(length=200), nullable=True),
        sa.Column("wage_region", sa.String(length=3), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_index(op.f("ix_units_name_key"), "units", ["name_key"])
    op.create_table(
        "placements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_placements_unit_id_units")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_placements_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
    )
    op.create_index(op.f("ix_placements_parent_id"), "placements", ["parent_id"])
    op.create_index(op.f("ix_placements_unit_id"), "placements", ["unit_id"])
    op.create_table(
        "unit_former_names",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_key", sa.String(length=1000), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_former_names_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_former_names")),
        sa.UniqueConstraint("unit_id", "until", name=op.f("uq_unit_former_names_unit_id_until")),
    )
    at = datetime.now(UTC)
    root = {"id": ROOT, "code": "TLD", "kind": "confederation", "name": "Tổng Liên đoàn Lao động Việt Nam"}
    known = {"name_key": "tong lien doan lao dong viet nam", "search": "tong lien doan lao dong viet nam tld"}
    op.bulk_insert(units, [{**root, **known, "created_at": at, "changed_at": at, "revision": 1}])


def downgrade() -> None:
    op.drop_table("unit_former_names")
    op.drop_index(op.f("ix_placements_unit_id"), table_name="placements")
    op.drop_index(op.f("ix_placements_parent_id"), table_name="placements")
    op.drop_table("placements")
    op.drop_index(op.f("ix_units_name_key"), table_name="units")
    op.drop_table("units")
