"""What the website may read of a confirmed agreement. One row per agreement; a withdrawn one stays as a row with its day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.agreements.models import Confirmation  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, new_id, now


class Publication(Base):
    __tablename__ = "publications"
    __table_args__ = (Index(None, "grade", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), unique=True)
    confirmation_id: Mapped[str] = mapped_column(ForeignKey("confirmations.id"))
    published_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    grade: Mapped[str] = mapped_column(String(1))
    employer: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    sector: Mapped[str | None] = mapped_column(String(200))
    ownership: Mapped[str | None] = mapped_column(String(20))
    signed_on: Mapped[date | None] = mapped_column(Date)
    effective_from: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    better_firm: Mapped[int] = mapped_column(Integer)
    better_provisions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rubric: Mapped[dict[str, Any]] = mapped_column(JSON)
