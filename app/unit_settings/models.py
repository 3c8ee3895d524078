"""What a unit settles for itself and for the units below it, from a day on. The newest value that is in force counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.organisations.models import Unit  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, new_id, now

CONFIRMER_MAY_PUBLISH = "confirmer_may_publish"


class UnitSetting(Base):
    __tablename__ = "unit_settings"
    __table_args__ = (Index(None, "unit_id", "name"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    from_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(200))
