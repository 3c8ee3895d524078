"""Queries on the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent, AuditHead
from app.organisations.models import ROOT_ID
from app.organisations.repository import subtree


@dataclass(frozen=True, slots=True)
class Reach:
    """The units whose events somebody may read on the day `on`: `own` ones alone, `below` with their subtrees; `administered` with their
    subtrees and every kind of event, from the root also what concerns no unit."""

    own: Sequence[str]
    below: Sequence[str]
    administered: Sequence[str]
    on: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for; None: whatever."""

    kinds: Collection[str] | None = None
    subject: str | None = None
    unit: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # before this moment


class AuditRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def head(self, *, lock: bool = False) -> AuditHead:
        wanted = select(AuditHead)
        return self._session.scalars(wanted.with_for_update() if lock else wanted).one()

    def add(self, events: list[AuditEvent]) -> None:
        self._session.add_all(events)
        self._session.flush()

    def ends(self) -> tuple[AuditHead | None, int]:
        """The head as it stands, None where its row is gone, and the number of the last event, both of one moment."""
        last = select(func.coalesce(func.max(AuditEvent.seq), 0)).scalar_subquery()
        row = self._session.execute(select(AuditHead, last)).first()
        return (row[0], row[1]) if row else (None, self._session.scalar(select(last)) or 0)

    def page(self, reach: Reach | None, private: Collection[str], wanted: Wanted, limit: int, before: int | None) -> list[AuditEvent]:
        """The newest events before the one numbered `before`; those of a kind in `private` only to who administers. No reach: all."""
        found = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(limit)
        if reach is not None and ROOT_ID not in reach.administered:
            administered = AuditEvent.unit_id.in_(subtree(reach.administered, reach.on)) if reach.administered else false()
            below = AuditEvent.unit_id.in_(subtree(reach.below, reach.on)) if reach.below else false()
            read = and_(or_(AuditEvent.unit_id.in_(reach.own), below), AuditEvent.kind.not_in(private))
            found = found.where(or_(administered, read))
        for condition in _conditions(wanted):
            found = found.where(condition)
        return list(self._session.scalars(found if before is None else found.where(AuditEvent.seq < before)))

    def all(self, until: int) -> Iterator[AuditEvent]:
        """Every event up to the number `until` in the order of the chain, without holding them all."""
        found = select(AuditEvent).where(AuditEvent.seq <= until).order_by(AuditEvent.seq)
        yield from self._session.scalars(found.execution_options(yield_per=500))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.kinds is not None:
        yield AuditEvent.kind.in_(wanted.kinds)
    if wanted.subject is not None:
        yield AuditEvent.subject == wanted.subject
    if wanted.unit is not None:
        yield AuditEvent.unit_id == wanted.unit
    if wanted.actor is not None:
        yield AuditEvent.actor_id == wanted.actor
    if wanted.since is not None:
        yield AuditEvent.at >= wanted.since
    if wanted.until is not None:
        yield AuditEvent.at < wanted.until
