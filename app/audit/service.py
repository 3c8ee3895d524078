"""Writing events and proving that none was changed.

`record` notes an event; `Database.write` appends the noted events to the chain as the last act of its transaction, so that an event
and the change it tells of are stored together or not at all, and the chain's lock is held only for that moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.accounts.principal import Principal
from app.assess import ENGINE
from app.audit.chain import START, event_hash
from app.audit.events import Event
from app.audit.models import AuditEvent
from app.audit.repository import AuditRepository
from app.storage.base import now
from app.storage.database import before_commit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as the audit names them: an account, a key, the service itself, or somebody who did not sign in."""

    kind: Literal["account", "key", "system", "nobody"]
    id: str | None
    name: str

    @classmethod
    def of(cls, who: Principal) -> Actor:
        return cls(who.kind, who.id, who.name)


SYSTEM = Actor("system", None, "Thước")
NOBODY = Actor("nobody", None, "chưa đăng nhập")


def record(
    session: Session,
    actor: Actor | Principal,
    event: Event,
    *,
    subject: str | None = None,
    unit_id: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    rubric: str | None = None,
) -> None:
    """Note an event of this transaction. `subject` is "kind:id"; `before` and `after` are JSON objects of what changed."""
    who = Actor.of(actor) if isinstance(actor, Principal) else actor
    noted: list[AuditEvent] | None = session.info.get("audit")
    if noted is None:
        noted = session.info["audit"] = []
        before_commit(session, _append)
    noted.append(
        AuditEvent(
            at=now(),
            kind=event.value,
            actor_kind=who.kind,
            actor_id=who.id,
            actor_name=who.name[:200],
            unit_id=unit_id,
            subject=subject,
            before=before,
            after=after,
            engine=ENGINE,
            rubric=rubric,
        )
    )


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """A part of a transaction that is undone when it raises, and the events noted in it with it; the rest goes on."""
    noted = len(session.info.get("audit", ()))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del session.info.get("audit", [])[noted:]
        raise


def _append(session: Session) -> None:
    repository = AuditRepository(session)
    head = repository.head(lock=True)
    events: list[AuditEvent] = session.info.pop("audit")
    for event in events:
        event.seq, event.previous = head.seq + 1, head.hash
        event.hash = event_hash(event)
        head.seq, head.hash = event.seq, event.hash
    repository.add(events)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk over the chain found. `problem` is None where every event is there, unchanged and in order."""

    events: int
    head: str
    problem: str | None
    at_seq: int | None


def verify(session: Session) -> Verification:
    """Walk the whole chain. The head hash, kept elsewhere, also proves that nobody rewrote all of it."""
    repository = AuditRepository(session)
    head = repository.head()
    seq, last = 0, START
    for event in repository.all():
        problem = None
        if event.seq != seq + 1:
            problem = f"thiếu sự kiện số {seq + 1}"
        elif event.previous != last:
            problem = "sự kiện không nối với sự kiện trước nó (bị đổi chỗ hoặc viết lại)"
        elif event_hash(event) != event.hash:
            problem = "nội dung sự kiện đã bị sửa"
        if problem:
            return Verification(seq, last, problem, event.seq)
        seq, last = event.seq, event.hash
    if (head.seq, head.hash) != (seq, last):
        return Verification(seq, last, f"thiếu sự kiện ở cuối chuỗi (sổ ghi {head.seq}, còn {seq})", seq + 1)
    return Verification(seq, last, None, None)
