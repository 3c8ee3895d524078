"""Queries on the audit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent, AuditHead


class AuditRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def head(self, *, lock: bool = False) -> AuditHead:
        wanted = select(AuditHead)
        return self._session.scalars(wanted.with_for_update() if lock else wanted).one()

    def add(self, events: list[AuditEvent]) -> None:
        self._session.add_all(events)
        self._session.flush()

    def all(self) -> Iterator[AuditEvent]:
        """Every event in the order of the chain, without holding them all."""
        yield from self._session.scalars(select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=500))
