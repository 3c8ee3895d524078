"""Refusals that the audit must tell of: who was turned away, from what, and of which unit it was.

The first one is written at once. The same one again within a minute is counted, and one event then tells how many there were, so that
nobody fills the audit by knocking; the count is in the database before the refusal is answered.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Refusal
from app.accounts.principal import Principal
from app.accounts.repository import ThrottleRepository
from app.audit.events import Event
from app.audit.service import NOBODY, Actor, record
from app.problems import Problem
from app.storage.base import now

TOGETHER = timedelta(minutes=1)
FORGOTTEN = timedelta(hours=1)


class Refused(Problem):
    """A problem that is written to the audit before it is answered, in a transaction of its own.

    For what exists but is not the asker's, raise it with the code and the words of what does not exist, and with `subject` ("agreement:ID")
    and `unit_id` (whose it is): the answer then gives nothing away and the audit tells all. `actor` is who is known to ask where the
    request was not admitted at all.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        subject: str | None = None,
        unit_id: str | None = None,
        actor: Actor | None = None,
        event: Event = Event.ACCESS_REFUSED,
        **extra: object,
    ) -> None:
        super().__init__(code, detail, **extra)
        self.subject = subject
        self.unit_id = unit_id
        self.actor = actor
        self.event = event


def note(session: Session, refused: Refused, who: Principal | None, endpoint: str, address: str) -> None:
    """Write the refusal of a request to `endpoint` ("GET /path/{name}") that came from the network address, or count it."""
    actor = refused.actor or (Actor.of(who) if who else NOBODY)
    event = {
        "kind": refused.event.value,
        "actor": [actor.kind, actor.id, actor.name],
        "subject": refused.subject,
        "unit_id": refused.unit_id,
        "after": {"code": refused.code, "request": endpoint, "address": address},
    }
    key = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
    repository = ThrottleRepository(session)
    if repository.first_refusal(key, event):
        _write(session, event, 1, now())
        return
    known = repository.refusal(key)
    known.waiting += 1
    known.last_at = now()
    if known.noted_at <= now() - TOGETHER:
        _settle(session, known)


def settle(session: Session, *, everything: bool = False) -> None:
    """Write what was only counted for a minute by now, or `everything`."""
    repository = ThrottleRepository(session)
    for one in repository.waiting_refusals(now() if everything else now() - TOGETHER):
        _settle(session, one)
    repository.forget_refusals(now() - FORGOTTEN)


def _settle(session: Session, counted: Refusal) -> None:
    _write(session, counted.event, counted.waiting, counted.last_at)
    counted.waiting, counted.noted_at = 0, now()


def _write(session: Session, event: dict[str, Any], times: int, last_at: datetime) -> None:
    after = event["after"] if times == 1 else {**event["after"], "times": times, "last_at": last_at.isoformat()}
    record(session, Actor(*event["actor"]), Event(event["kind"]), subject=event["subject"], unit_id=event["unit_id"], after=after)
