"""Jobs as a leased table in the service's own database: an upload and its job are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy.orm import Session

from app.jobs.interface import LONGEST_WAIT, Claim, LeaseLost, Payload, State, Status
from app.jobs.models import Job
from app.jobs.repository import JobRepository
from app.storage.base import now
from app.storage.database import Database


class LeasedJobs:
    """Implements `interface.Jobs`. `clock` gives the moment, so that tests need not wait."""

    def __init__(
        self,
        database: Database,
        *,
        lease_seconds: float,
        max_attempts: int,
        backoff_seconds: float,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease_seconds)
        self._max_attempts = max_attempts
        self._backoff = timedelta(seconds=backoff_seconds)
        self._clock = clock

    def enqueue(self, session: Session, kind: str, subject: str, payload: Payload) -> str:
        repository = JobRepository(session)
        live = repository.live(kind, subject)
        if live is not None:
            return live.id
        job = Job(
            kind=kind,
            subject=subject,
            payload=payload,
            state="queued",
            run_at=self._clock(),
            attempts=0,
            max_attempts=self._max_attempts,
        )
        repository.add(job)
        return job.id

    def claim(self, worker: str) -> Claim | None:
        at = self._clock()
        with self._database.read() as session:  # an idle worker takes no write lock
            if not JobRepository(session).any_due(at):
                return None
        with self._database.write() as session:
            job = JobRepository(session).take_due(at)
            if job is None:
                return None
            job.state = "running"
            job.attempts += 1
            job.worker = worker
            job.token = str(uuid4())
            job.lease_until = at + self._lease
            return Claim(job.id, job.kind, job.subject, job.payload, job.attempts, job.max_attempts, job.token)

    def extend(self, claim: Claim) -> bool:
        with self._database.write() as session:
            until = self._clock() + self._lease
            return JobRepository(session).change_held(claim.id, claim.token, lease_until=until)

    def complete(self, session: Session, claim: Claim) -> None:
        self._end(session, claim, "done", None, None)

    def bury(self, session: Session, claim: Claim, code: str, message: str) -> None:
        self._end(session, claim, "dead", code, message)

    def _end(self, session: Session, claim: Claim, state: State, code: str | None, message: str | None) -> None:
        held = JobRepository(session).change_held(
            claim.id,
            claim.token,
            state=state,
            token=None,
            lease_until=None,
            finished_at=self._clock(),
            error_code=code,
            error_message=message,
        )
        if not held:
            raise LeaseLost(claim.id)

    def retry(self, session: Session, claim: Claim, code: str, message: str) -> None:
        wait = min(self._backoff * 2 ** (claim.attempt - 1), LONGEST_WAIT)
        self._requeue(session, claim, self._clock() + wait, claim.attempt, code, message)

    def release(self, session: Session, claim: Claim) -> None:
        self._requeue(session, claim, self._clock(), claim.attempt - 1, None, None)

    def _requeue(self, session: Session, claim: Claim, run_at: datetime, attempts: int, code: str | None, message: str | None) -> None:
        held = JobRepository(session).change_held(
            claim.id,
            claim.token,
            state="queued",
            token=None,
            lease_until=None,
            worker=None,
            run_at=run_at,
            attempts=attempts,
            error_code=code,
            error_message=message,
        )
        if not held:
            raise LeaseLost(claim.id)

    def statuses(self, session: Session, kind: str, subjects: list[str]) -> dict[str, Status]:
        return {
            job.subject: Status(
                job.id,
                cast(State, job.state),
                job.attempts,
                job.max_attempts,
                ahead if job.state == "queued" else 0,
                job.run_at,
                job.error_code,
                job.error_message,
            )
            for job, ahead in JobRepository(session).newest(kind, subjects)
        }

    def rows(self, session: Session) -> list[dict[str, Any]]:
        rows = [dict(row) for row in JobRepository(session).all_rows()]
        for row in rows:
            if row["state"] == "running":
                row |= {"state": "queued", "attempts": row["attempts"] - 1, "worker": None, "token": None, "lease_until": None}
        return rows

    def adopt(self, session: Session) -> None:
        """The table is this engine's own."""
