"""The declarative base of every table, with named constraints and the column types that both databases share."""

from __future__ import annotations

import os
import time
import uuid
import zlib
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

VIETNAM = timezone(timedelta(hours=7))
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A point in time, always aware and in UTC: `timestamptz` on PostgreSQL, ISO text in UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PackedText(TypeDecorator[str]):
    """A long text, compressed in the database (a reading shrinks to about a sixth). `level` 1 is the fastest, 9 the smallest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, level: int = 6) -> None:
        super().__init__()
        self.level = level

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(value.encode(), self.level)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else zlib.decompress(value).decode()


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Whether Alembic compares this part of the database with the models.

    Procrastinate's tables are its own affair, and search tables (0007) are written in the SQL of each database.
    """
    return not (kind == "table" and name is not None and name.startswith(("procrastinate_", "search_")))


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """A time-ordered identifier (UUID version 7, to a quarter of a microsecond), so that "newest first" is the order of the key."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return str(uuid.UUID(int=value))
