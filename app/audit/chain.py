"""The hash of an event: SHA-256 of its canonical JSON with the hash of the event before."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.audit.models import AuditEvent

START = "0" * 64  # what the first event names as the hash before it
FIELDS = ("kind", "actor_kind", "actor_id", "actor_name", "unit_id", "subject", "before", "after", "engine", "rubric")


def event_hash(event: AuditEvent) -> str:
    """Hex digest over every column of `event` but `hash` itself. `at` counts to the microsecond, in UTC."""
    content = {name: getattr(event, name) for name in FIELDS}
    content["seq"] = event.seq
    content["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    content["previous"] = event.previous
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
