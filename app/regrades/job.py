"""The background job that scores one page of a range again and asks for the next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.jobs.interface import Effect, Jobs, Payload
from app.regrades import service
from app.regrades.repository import RegradeRepository
from app.storage.database import Database


class RegradeHandler:
    """Implements `jobs.interface.Handler` for the kind `regrade`."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database = database
        self._jobs = jobs

    def work(self, payload: Payload) -> Effect:
        regrade_id, lane = payload["regrade"], payload["lane"]
        with self._database.read() as session:
            repository = RegradeRepository(session)
            row = service.find(session, regrade_id)
            named: list[str] | None = payload.get("ids")
            ids = repository.ids(payload["after"], payload["until"], service.PAGE) if named is None else named
            found = service.tally(session, service.plan_of(session, row), ids, rows=True)

        def store(session: Session) -> None:
            if ids:
                service.store(session, self._jobs, regrade_id, ids, found)
            if named is None and len(ids) == service.PAGE:
                service.go_on(session, self._jobs, regrade_id, lane, ids[-1], payload["until"])
            else:
                service.end_range(session, regrade_id)

        return store

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        service.end_range(session, payload["regrade"], f"{code}: {message}")
