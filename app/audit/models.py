"""The audit: events in one chain, and the head of the chain. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, Moment


class AuditEvent(Base):
    """`hash` is SHA-256 over the other columns and the hash of the event before (`app.audit.chain`)."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "unit_id", "seq"), Index(None, "subject", "seq"))

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(40))
    actor_kind: Mapped[str] = mapped_column(String(10))  # account | key | system | nobody
    actor_id: Mapped[str | None] = mapped_column(String(36))
    actor_name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[str | None] = mapped_column(String(36))  # the unit concerned, which may read the event
    subject: Mapped[str | None] = mapped_column(String(100))  # "agreement:ID", "account:ID" …
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    engine: Mapped[str] = mapped_column(String(40))
    rubric: Mapped[str | None] = mapped_column(String(120))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: the last event. Taken for update by whoever adds events, so that the chain has no fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str] = mapped_column(String(64))
