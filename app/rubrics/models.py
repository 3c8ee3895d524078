"""Rubric profiles that came in through the service, and who confirmed which. The shipped ones are files in `grading_rules/rubrics`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, Moment, PackedText, new_id, now


class Rubric(Base):
    """One version of a profile; its `body` never changes. A shipped profile has a row only once somebody confirmed it."""

    __tablename__ = "rubrics"
    __table_args__ = (UniqueConstraint("rubric_id", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    rubric_id: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(PackedText)  # JSON in the form of the YAML file
    filename: Mapped[str | None] = mapped_column(String(255))  # of the spreadsheet; None: shipped
    imported_at: Mapped[datetime] = mapped_column(Moment, default=now)
    imported_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
