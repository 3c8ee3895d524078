"""Registered addresses, the messages that wait for them or reached them, and every attempt at one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.organisations.models import Unit  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, new_id, now

_WAITING = text("state = 'waiting'")


class Webhook(Base):
    """An address that is told of the publications of `unit_id` and of every unit below it.

    The secret is kept as it is: a signature cannot be made from a digest of it. `failing_since` is the first failure after which
    nothing succeeded.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index(None, "unit_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default="active")  # active | paused | disabled (by the service)
    sequence: Mapped[int] = mapped_column(Integer, default=0)  # the last number given
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    created_by: Mapped[str] = mapped_column(String(36))
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Delivery(Base):
    """A message for one webhook, written in the transaction of what it tells. `sequence` counts the webhook's messages from 1.

    `waiting` is sent at `due_at`; `delivered` and `failed` (given up) are ends, from which a replay makes it `waiting` again.
    While it is being sent, `token` names the sender and `due_at` is when another may take over.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "sequence"),
        Index("ix_webhook_deliveries_due", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "webhook_id", "publication_id"),
        Index(None, "created_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    event: Mapped[str] = mapped_column(String(40))
    publication_id: Mapped[str | None] = mapped_column(String(36))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)  # since it was written or replayed
    due_at: Mapped[datetime] = mapped_column(Moment)
    token: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Attempt(Base):
    """One sending: `status` is the HTTP status, None where there was no answer and `error` says why."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index(None, "delivery_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    milliseconds: Mapped[int] = mapped_column(Integer)
    status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(40))  # a key of `sending.ERRORS`
    excerpt: Mapped[str] = mapped_column(Text)  # of the answer, at most 500 characters
