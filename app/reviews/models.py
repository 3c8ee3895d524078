"""What a person decides while reviewing: corrections of findings, gates, the dossier with its documents. Nothing of it is the machine's.

A row that is taken back or replaced stays, with `ended_at`. Corrections belong to the agreement and not to one reading of it: their
`anchor` finds its words again in every newer reading (`app.reviews.anchors`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agreements.models import Agreement  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, new_id, now
from app.storage.models import StoredFile


class CorrectionRow(Base):
    """`machine` is the finding as the machine proposed it (None: the machine missed it), `person` what stands instead (None: nothing)."""

    __tablename__ = "corrections"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    reading_id: Mapped[str] = mapped_column(ForeignKey("readings.id"))  # the one the person looked at
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(10))  # accept | correct | reject | add
    anchor: Mapped[dict[str, Any]] = mapped_column(JSON)  # path, exact, prefix, suffix, start
    machine: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # provision, verdict, amount, unit, unlawful
    person: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class GateRow(Base):
    """A gate kept or raised (`stands`) or set aside, with the reason."""

    __tablename__ = "gate_decisions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    stands: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class EntryRow(Base):
    """The points of one dossier item of the profile. `state` is declared | attached | verified."""

    __tablename__ = "dossier_entries"
    __table_args__ = (UniqueConstraint("agreement_id", "item"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    item: Mapped[str] = mapped_column(String(80))
    points: Mapped[float] = mapped_column(Float)
    document: Mapped[str] = mapped_column(Text)  # the paper behind the points, in words
    state: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class DocumentRow(Base):
    """A file uploaded for a dossier item; its bytes are in the file store."""

    __tablename__ = "dossier_documents"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    item: Mapped[str] = mapped_column(String(80))
    file_sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[str] = mapped_column(String(36))
    by_name: Mapped[str] = mapped_column(String(200))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    file: Mapped[StoredFile] = relationship(lazy="joined")
