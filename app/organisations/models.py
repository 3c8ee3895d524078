"""The trade-union organisation as a dated tree: units, under which parent each stood from when until when, and their former names.

A unit stands on a day when one of its placements covers the day; the root always stands. Placements are only ever added at the end of
a unit's history or cut short there, so what was true of an earlier day stays.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, Moment, new_id, now

ROOT_ID = "00000000-0000-7000-8000-000000000001"  # Tổng Liên đoàn Lao động Việt Nam, put in by the migration
KINDS = ("confederation", "province", "industry", "zone", "commune", "district", "grassroots")
OWNERSHIPS = ("state", "private", "fdi")


class Unit(Base):
    """`code` is the unit's own stable code, by which imports find it. The enterprise's columns belong to grassroots units only.

    `name_key` is the present name as `names.key` gives it, `search` what a person may type to find the unit.
    """

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("code"), Index(None, "name_key"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(1000), default="")
    search: Mapped[str] = mapped_column(Text, default="")
    province: Mapped[str | None] = mapped_column(String(100))
    commune: Mapped[str | None] = mapped_column(String(100))
    employer: Mapped[str | None] = mapped_column(String(300))
    ownership: Mapped[str | None] = mapped_column(String(20))  # one of OWNERSHIPS
    sector: Mapped[str | None] = mapped_column(String(200))
    wage_region: Mapped[str | None] = mapped_column(String(3))  # I | II | III | IV
    workers: Mapped[int | None] = mapped_column(Integer)
    members: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    revision: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  (SQLAlchemy reads it once)


class Placement(Base):
    """`unit` stood under `parent` from `from_on` (None: always) to the day before `until` (None: still). One at a time per unit."""

    __tablename__ = "placements"
    __table_args__ = (Index(None, "parent_id"), Index(None, "unit_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    parent_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    from_on: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)


class FormerName(Base):
    """What `unit` was called to the day before `until`, since the former name before it ended."""

    __tablename__ = "unit_former_names"
    __table_args__ = (UniqueConstraint("unit_id", "until"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(1000))
    until: Mapped[date] = mapped_column(Date)
