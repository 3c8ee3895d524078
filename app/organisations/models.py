"""The trade-union organisation as a dated tree: units, and under which parent each stood from when until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, Moment, new_id, now

ROOT_ID = "00000000-0000-7000-8000-000000000001"  # Tổng Liên đoàn Lao động Việt Nam, put in by the migration
KINDS = ("confederation", "province", "industry", "zone", "commune", "district", "grassroots")


class Unit(Base):
    """`code` is the unit's own stable code, by which imports find it. The enterprise's columns belong to grassroots units only."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    name: Mapped[str] = mapped_column(String(300))
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)  # the first day without it
    province: Mapped[str | None] = mapped_column(String(100))
    commune: Mapped[str | None] = mapped_column(String(100))
    employer: Mapped[str | None] = mapped_column(String(300))
    ownership: Mapped[str | None] = mapped_column(String(20))  # state | private | fdi
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
