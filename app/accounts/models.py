"""Tables of accounts: who may sign in, for which units, and the sessions and keys they use. No secret is stored, only what checks one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.organisations.models import Unit  # noqa: F401  (its table is referred to)
from app.storage.base import Base, Moment, new_id, now


class Account(Base):
    """A person. `username` and `email` are stored folded to lower case; `subject` is the identity at the OIDC provider."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200), unique=True)
    subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(300))  # None: signs in by OIDC only
    one_time_until: Mapped[datetime | None] = mapped_column(Moment)  # the password is an administrator's: to be changed, good until then
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    revision: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  (SQLAlchemy reads it once)


class ApiKey(Base):
    """A machine's key. `account_id` is the person who made it (None: made by the command line); `hint` is its beginning, to know it by."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(20))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class GrantRow(Base):
    """An account or a key holds `role` for a unit."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (key_id IS NULL)", name="one_holder"),
        UniqueConstraint("account_id", "role", "unit_id"),
        UniqueConstraint("key_id", "role", "unit_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    key_id: Mapped[str | None] = mapped_column(ForeignKey("api_keys.id"))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class SignIn(Base):
    """A browser's session, from signing in to `ended_at`, `expires_at` or too long without a request."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(String(60))
    method: Mapped[str] = mapped_column(String(10))  # password | oidc


class Throttle(Base):
    """Wrong passwords for one name or from one address (`key` is a digest of it) since `since`."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime] = mapped_column(Moment)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class Refusal(Base):
    """The same refusal again within a minute: `waiting` of them are not in the audit yet. `event` is what their event will say."""

    __tablename__ = "refusals"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    event: Mapped[dict[str, Any]] = mapped_column(JSON)
    noted_at: Mapped[datetime] = mapped_column(Moment)
    waiting: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Moment)
