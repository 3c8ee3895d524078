"""Refusals that the audit must tell of: who was turned away, from what, and of which unit it was."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts.principal import Principal
from app.audit.events import Event
from app.audit.service import NOBODY, Actor, record
from app.problems import Problem


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


def note(session: Session, refused: Refused, who: Principal | None, request: str, address: str) -> None:
    """Write the refusal of `request` ("GET /path") that came from the network address."""
    actor = refused.actor or (Actor.of(who) if who else NOBODY)
    after = {"code": refused.code, "request": request[:300], "address": address}
    record(session, actor, refused.event, subject=refused.subject, unit_id=refused.unit_id, after=after)
