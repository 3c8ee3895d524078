"""Events as they are shown: to programs and in one line."""

from __future__ import annotations

import json

from app.audit.events import Event
from app.audit.models import AuditEvent
from app.audit.schemas import ActorOut, EventOut
from app.storage.base import VIETNAM


def show(event: AuditEvent) -> EventOut:
    return EventOut(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        label=Event(event.kind).label,
        actor=ActorOut(kind=event.actor_kind, id=event.actor_id, name=event.actor_name),  # type: ignore[arg-type]
        unit_id=event.unit_id,
        subject=event.subject,
        before=event.before,
        after=event.after,
        engine=event.engine,
        rubric=event.rubric,
        hash=event.hash,
    )


def sentence(event: AuditEvent) -> str:
    """One line: number, moment in Vietnam, who, what, of what, the change."""
    at = event.at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    parts = [f"{event.seq}", at, event.actor_name, Event(event.kind).label, event.subject or ""]
    for name, value in (("trước", event.before), ("sau", event.after)):
        if value is not None:
            parts.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return "  ".join(part for part in parts if part)
