"""A release: the redacted copy of one submission, prepared by a job, edited and approved by a publisher."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.agreements.models import Submission  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, PackedText, new_id, now


class Release(Base):
    """`document` is the unredacted reading (`app.reading.wire`): for the publisher's eyes. `approved` holds only redacted clauses."""

    __tablename__ = "releases"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))  # preparing | ready | approved | failed
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(PackedText, deferred=True)
    added: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # {"words", "kind", "reason"}
    taken_back: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # {"words", "reason"}
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(String(36))
    approved_name: Mapped[str | None] = mapped_column(String(200))
    legal_ground: Mapped[str | None] = mapped_column(Text)
    ground_from: Mapped[date | None] = mapped_column(Date)
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # removed stretches by kind
    approved: Mapped[str | None] = mapped_column(PackedText, deferred=True)  # JSON: {"clauses", "spans": [[start, end, mark]]}

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  (SQLAlchemy reads it once)
