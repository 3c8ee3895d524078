"""Alerts as the daily run found them, what they rest on, and the letters that told people of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account  # noqa: F401  (its table is referred to)
from app.agreements.models import Agreement  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, new_id, now


class Alert(Base):
    """What stands of an agreement as of the last run. `since` is the first day on which it was so, `raised_on` the day it was found."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("agreement_id", "kind"), Index(None, "kind", "id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    kind: Mapped[str] = mapped_column(String(20))  # finding.Kind
    since: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    raised_on: Mapped[date] = mapped_column(Date)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class LawCheck(Base):
    """What an assessment's promises are against the law of every day, by the legal values with the digest `law`."""

    __tablename__ = "alert_law_checks"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessments.id"))
    law: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # law_check.Facts


class AlertDay(Base):
    """The run of one Vietnamese day: its row is its only start."""

    __tablename__ = "alert_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    moved: Mapped[int] = mapped_column(Integer, default=0)  # agreements that expired or were superseded
    error: Mapped[str | None] = mapped_column(Text)


class Digest(Base):
    """One letter to one person on one day: waiting | sending | sent | failed | unknown (whether it arrived; it is not sent again)."""

    __tablename__ = "alert_digests"
    __table_args__ = (UniqueConstraint("account_id", "day"), Index(None, "state", "next_try_at"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    next_try_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    alerts: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)


class DigestSetting(Base):
    """Whether an account wants the letters; who has no row does."""

    __tablename__ = "alert_digest_settings"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(Boolean)
