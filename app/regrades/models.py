"""One scoring of stored readings again: by another profile, by changed legal values, or by both; and how far it is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, Moment, new_id, now


class Regrade(Base):
    """`done` counts every agreement that was looked at: `unchanged`, `failed` and those with a new assessment."""

    __tablename__ = "regrades"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    created_by: Mapped[str | None] = mapped_column(String(200))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    rubric: Mapped[str | None] = mapped_column(String(120))  # "id@version"; None: each agreement keeps its own
    judged: Mapped[bool] = mapped_column(Boolean)  # promises are judged again by the legal values of now
    graded_on: Mapped[date | None] = mapped_column(Date)  # None: each assessment keeps its day
    total: Mapped[int] = mapped_column(Integer)
    lanes: Mapped[int] = mapped_column(Integer)  # ranges still being worked on
    done: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    proposals: Mapped[int] = mapped_column(Integer, default=0)
    moves: Mapped[dict[str, int]] = mapped_column(JSON)  # "B>A": 12, "C>-": 3; "-" is not graded
    failures: Mapped[list[str]] = mapped_column(JSON)  # ids of agreements that could not be scored, the first ones
    error: Mapped[str | None] = mapped_column(Text)  # why a range was given up
