"""Jobs on PostgreSQL by Procrastinate: deferred in the caller's transaction, finished in the transaction of their result.

A claim is a lease of its own (one row of `procrastinate_workers` with its heartbeat), so that a claim which its worker never came to
know of runs out like any other, and whoever held a job before it was taken over is recognised by the lease.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy.orm import Session

from app.jobs.interface import LONGEST_WAIT, Claim, LeaseLost, Payload, State, Status
from app.jobs.procrastinate.repository import ProcrastinateRepository
from app.storage.database import Database

log = structlog.get_logger("thuoc.jobs")

STATES: dict[str, State] = {"todo": "queued", "doing": "running", "succeeded": "done"}  # every other status is an end without result


class ProcrastinateJobs:
    """Implements `interface.Jobs`. Only Procrastinate's clock counts: the database's `now()`."""

    def __init__(self, database: Database, *, lease_seconds: float, max_attempts: int, backoff_seconds: float) -> None:
        self._database = database
        self._lease = lease_seconds
        self._max_attempts = max_attempts
        self._backoff = backoff_seconds

    def enqueue(self, session: Session, kind: str, subject: str, payload: Payload) -> str:
        args = {"subject": subject, "payload": payload, "max_attempts": self._max_attempts}
        return str(ProcrastinateRepository(session).defer(kind, _lock(kind, subject), args))

    def claim(self, worker: str) -> Claim | None:
        with self._database.read() as session:
            if not ProcrastinateRepository(session).any_due(self._lease):
                return None
        with self._database.write() as session:
            repository = ProcrastinateRepository(session)
            stalled = repository.requeue_stalled(self._lease)
            taken = repository.fetch()
        for job_id in stalled:
            log.warning("job_stalled", job=str(job_id), found_by=worker)
        if taken is None:
            return None
        args = taken.args
        return Claim(
            str(taken.id), taken.kind, args["subject"], args["payload"], taken.attempts + 1, args["max_attempts"], str(taken.lease_id)
        )

    def extend(self, claim: Claim) -> bool:
        with self._database.write() as session:
            repository = ProcrastinateRepository(session)
            if not repository.holds(int(claim.id), int(claim.token)):
                return False
            repository.beat(int(claim.token))
            return True

    def complete(self, session: Session, claim: Claim) -> None:
        with self._last_act(session, claim) as repository:
            repository.finish(int(claim.id), "succeeded")

    def retry(self, session: Session, claim: Claim, code: str, message: str) -> None:
        wait = min(self._backoff * 2 ** (claim.attempt - 1), LONGEST_WAIT.total_seconds())
        with self._last_act(session, claim, code, message) as repository:
            repository.retry(int(claim.id), wait)

    def release(self, session: Session, claim: Claim) -> None:
        with self._last_act(session, claim) as repository:
            repository.retry(int(claim.id), 0.0)
            repository.uncount(int(claim.id))

    def bury(self, session: Session, claim: Claim, code: str, message: str) -> None:
        with self._last_act(session, claim, code, message) as repository:
            repository.finish(int(claim.id), "failed")

    @contextmanager
    def _last_act(
        self, session: Session, claim: Claim, code: str | None = None, message: str | None = None
    ) -> Iterator[ProcrastinateRepository]:
        """What the holder of a claim does with it before the claim is gone."""
        repository = ProcrastinateRepository(session)
        if not repository.holds(int(claim.id), int(claim.token)):
            raise LeaseLost(claim.id)
        yield repository
        repository.say(int(claim.id), {"error_code": code, "error_message": message})
        repository.end_lease(int(claim.token))

    def statuses(self, session: Session, kind: str, subjects: list[str]) -> dict[str, Status]:
        rows = ProcrastinateRepository(session).newest([_lock(kind, subject) for subject in subjects])
        return {row.args["subject"]: _status(row) for row in rows}

    def rows(self, session: Session) -> list[dict[str, Any]]:
        return [dict(row) for row in ProcrastinateRepository(session).rows()]

    def adopt(self, session: Session) -> None:
        ProcrastinateRepository(session).adopt()


def _lock(kind: str, subject: str) -> str:
    return f"{kind}:{subject}"


def _status(row: Any) -> Status:
    state = STATES.get(row.status, "dead")
    return Status(
        str(row.id),
        state,
        row.attempts + (state == "running"),
        row.args["max_attempts"],
        row.ahead if state == "queued" else 0,
        row.scheduled_at,
        row.args.get("error_code"),
        row.args.get("error_message"),
    )
