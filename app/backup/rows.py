"""A row of any table as one line of JSON, and back: the same line from SQLite and from PostgreSQL.

Moments are ISO 8601 in UTC, days ISO 8601, bytes base64, numbers exact; a JSON column is the text of its JSON, so that an absent value
and a stored `null` stay apart.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, DateTime, LargeBinary, Numeric, Table
from sqlalchemy.types import Float, TypeEngine


def to_line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(row), ensure_ascii=False, separators=(",", ":"), default=_encoded).encode() + b"\n"


def from_line(line: bytes, table: Table) -> dict[str, Any]:
    """The values of one line for the columns of `table`. Raises ValueError for a line of another table."""
    found = json.loads(line)
    if not isinstance(found, dict) or set(found) != {column.name for column in table.columns}:
        raise ValueError(f"not a row of {table.name}")
    return {column.name: _decoder(column.type)(found[column.name]) for column in table.columns}


def _encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no form of {type(value).__name__} in a backup")


def _decoder(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, JSON):
        return _same
    for known, decode in _DECODERS:
        if isinstance(kind, known):
            return lambda value: None if value is None else decode(value)
    return _same


def _same(value: Any) -> Any:
    return value


_DECODERS: tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LargeBinary, base64.b64decode),
    (Float, float),
    (Numeric, Decimal),
)
