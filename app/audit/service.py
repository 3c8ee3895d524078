"""Writing events and proving that none was changed.

`record` notes an event; `Database.write` appends the noted events to the chain as the last act of its transaction, so that an event
and the change it tells of are stored together or not at all, and the chain's lock is held only for that moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.accounts.principal import Principal, Role
from app.assess import ENGINE
from app.audit.chain import START, event_hash
from app.audit.events import ADMINISTRATIVE, Event
from app.audit.models import AuditEvent
from app.audit.repository import AuditRepository, Reach, Wanted
from app.problems import Problem
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
    """What a walk over the chain found. `problem` is None where every event is there, unchanged and in order; else `at_seq` is where."""

    events: int
    head: str
    problem: str | None
    at_seq: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A head that was noted elsewhere, "HASH@SEQ": event number `seq` had this hash."""

    hash: str
    seq: int

    @classmethod
    def of(cls, text: str) -> Kept:
        """Raises Problem."""
        found = re.fullmatch(r"([0-9a-f]{64})@(\d{1,18})", text.strip().lower())
        if found is None:
            raise Problem("head_invalid", "Đầu sổ đã giữ phải có dạng MÃ@SỐ như lệnh verify in ra: 64 chữ số thập lục phân, @, số sự kiện.")
        return cls(found[1], int(found[2]))


def verify(session: Session, kept: Kept | None = None) -> Verification:
    """Walk the whole chain and name the first event that is changed, missing or out of its place.

    A chain that somebody rewrote from some event on is sound in itself; only a head that was kept elsewhere proves otherwise.
    """
    repository = AuditRepository(session)
    head, newest = repository.ends()
    seq, last = 0, START
    for event in repository.all(newest):
        problem = None
        if event.seq != seq + 1:
            problem = f"thiếu sự kiện số {seq + 1}"
        elif event.previous != last:
            problem = "sự kiện không nối với sự kiện trước nó (bị đổi chỗ hoặc viết lại)"
        elif event_hash(event) != event.hash:
            problem = "nội dung sự kiện đã bị sửa"
        elif kept is not None and (event.seq, True) == (kept.seq, event.hash != kept.hash):
            problem = "sự kiện không còn mã đã giữ: sổ đã bị viết lại từ đây hoặc trước đó"
        if problem:
            return Verification(seq, last, problem, seq + 1 if problem.startswith("thiếu") else event.seq)
        seq, last = event.seq, event.hash
    if head is None:
        return Verification(seq, last, "mất dòng ghi đầu sổ", seq + 1)
    if (head.seq, head.hash) != (seq, last):
        return Verification(seq, last, f"thiếu sự kiện ở cuối chuỗi (sổ ghi {head.seq}, còn {seq})", seq + 1)
    if kept is not None and kept.seq > seq:
        return Verification(seq, last, f"đầu sổ đã giữ là của sự kiện số {kept.seq}, sổ chỉ còn {seq}", seq + 1)
    if kept is not None and kept.seq == 0 and kept.hash != START:
        return Verification(seq, last, "đầu sổ đã giữ không phải của sổ này", 1)
    return Verification(seq, last, None, None)


def page(session: Session, who: Principal | None, on: date, wanted: Wanted, limit: int, before: int | None) -> list[AuditEvent]:
    """The newest events that somebody may read: the own unit's, with a role above it the subtree's. None: whoever runs the server."""
    reach = None
    if who is not None:
        below = who.roots(Role.REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR)
        reach = Reach(who.roots(Role.OFFICER), below, who.roots(Role.ADMINISTRATOR), on)
    return AuditRepository(session).page(reach, [one.value for one in ADMINISTRATIVE], wanted, limit, before)
