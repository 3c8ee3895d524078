"""Queries on Procrastinate's tables, through its own SQL functions wherever it has one.

Every statement runs on the session's connection, so that a job is deferred, finished or retried in the caller's transaction. The
moments are the database's own, which several hosts share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, RowMapping, text
from sqlalchemy.orm import Session

QUEUE = "thuoc"

_LIVE = text("SELECT id FROM procrastinate_jobs WHERE lock = :lock AND status IN ('todo', 'doing')")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))")
_DEFER = text("""
    SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[
        ROW(:queue, :kind, 0, :lock, :lock, CAST(:args AS jsonb), now())
    ]::procrastinate_job_to_defer_v1[]))
""")
_ANY_DUE = text("""
    SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = :queue AND scheduled_at <= now())
        OR EXISTS (
            SELECT FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
            WHERE job.status = 'doing' AND job.queue_name = :queue
              AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :lease))
        )
""")
_STALLED = text("""
    SELECT job.id, job.worker_id
    FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND job.queue_name = :queue
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :lease))
    ORDER BY job.id
    FOR UPDATE OF job SKIP LOCKED
""")
_REGISTER = text("SELECT worker_id FROM procrastinate_register_worker_v1()")
_UNREGISTER = text("SELECT procrastinate_unregister_worker_v1(:lease_id)")
_BEAT = text("SELECT procrastinate_update_heartbeat_v1(:lease_id)")
_FETCH = text(
    "SELECT id, task_name, args, attempts FROM procrastinate_fetch_job_v2(ARRAY[:queue]::varchar[], :lease_id) WHERE id IS NOT NULL"
)
_HELD = text("SELECT id FROM procrastinate_jobs WHERE id = :id AND worker_id = :lease_id AND status = 'doing' FOR UPDATE")
_FINISH = text("SELECT procrastinate_finish_job_v1(:id, CAST(:status AS procrastinate_job_status), false)")
_RETRY = text("SELECT procrastinate_retry_job_v2(:id, now() + make_interval(secs => :wait), NULL, NULL, NULL)")
_SAY = text("UPDATE procrastinate_jobs SET args = args || CAST(:said AS jsonb) WHERE id = :id")
_UNCOUNT = text("UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = :id")
_NEWEST = text("""
    SELECT job.id, job.status, job.args, job.attempts, job.scheduled_at, (
        SELECT count(*) FROM procrastinate_jobs other
        WHERE other.status = 'todo' AND other.queue_name = :queue AND other.id <> job.id AND CASE
            WHEN job.scheduled_at <= now() THEN other.scheduled_at <= now() AND other.id < job.id
            ELSE (other.scheduled_at, other.id) < (job.scheduled_at, job.id)
        END
    ) AS ahead
    FROM procrastinate_jobs job
    WHERE job.id IN (SELECT max(id) FROM procrastinate_jobs WHERE lock = ANY(:locks) GROUP BY lock)
""")
_ROWS = text("""
    SELECT '00000000-0000-7000-8000-' || lpad(to_hex(id), 12, '0') AS id, task_name AS kind, args ->> 'subject' AS subject,
        args -> 'payload' AS payload,
        CASE status WHEN 'succeeded' THEN 'done' WHEN 'todo' THEN 'queued' WHEN 'doing' THEN 'queued' ELSE 'dead' END AS state,
        scheduled_at AS created_at, scheduled_at AS run_at, attempts, CAST(args ->> 'max_attempts' AS integer) AS max_attempts,
        NULL AS worker, NULL AS token, NULL AS lease_until, NULL AS finished_at,
        args ->> 'error_code' AS error_code, args ->> 'error_message' AS error_message
    FROM procrastinate_jobs WHERE queue_name = :queue ORDER BY id
""")
_ADOPT = text("""
    WITH taken AS (DELETE FROM jobs RETURNING *)
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, scheduled_at, attempts)
    SELECT :queue, kind, kind || ':' || subject, kind || ':' || subject,
        jsonb_build_object('subject', subject, 'payload', CAST(payload AS jsonb), 'max_attempts', max_attempts,
                           'error_code', error_code, 'error_message', error_message),
        CAST(CASE state WHEN 'done' THEN 'succeeded' WHEN 'dead' THEN 'failed' ELSE 'todo' END AS procrastinate_job_status),
        run_at, attempts
    FROM taken ORDER BY id
""")


class Taken(NamedTuple):
    """A job that was fetched, under the lease `lease_id`."""

    id: int
    kind: str
    args: dict[str, Any]
    attempts: int
    lease_id: int


class ProcrastinateRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def defer(self, kind: str, lock: str, args: Mapping[str, Any]) -> int:
        """The job with this lock that is live, or a new one. Two that ask at once wait for each other."""
        self._session.execute(_ALONE, {"lock": lock})
        live = self._session.scalar(_LIVE, {"lock": lock})
        if live is not None:
            return int(live)
        values = {"queue": QUEUE, "kind": kind, "lock": lock, "args": json.dumps(args)}
        return int(self._session.execute(_DEFER, values).scalar_one())

    def any_due(self, lease_seconds: float) -> bool:
        return bool(self._session.scalar(_ANY_DUE, {"queue": QUEUE, "lease": lease_seconds}))

    def requeue_stalled(self, lease_seconds: float) -> list[int]:
        """The reaper: jobs whose lease has run out are due again, the attempt counted; whoever held them holds nothing any more."""
        stalled = self._session.execute(_STALLED, {"queue": QUEUE, "lease": lease_seconds}).all()
        for job_id, lease_id in stalled:
            self._session.execute(_RETRY, {"id": job_id, "wait": 0.0})
            if lease_id is not None:
                self._session.execute(_UNREGISTER, {"lease_id": lease_id})
        return [job_id for job_id, _ in stalled]

    def fetch(self) -> Taken | None:
        """Take the job that is due first, under a lease of its own: one row of `procrastinate_workers`."""
        lease_id = self._session.execute(_REGISTER).scalar_one()
        row = self._session.execute(_FETCH, {"queue": QUEUE, "lease_id": lease_id}).first()
        if row is None:
            self._session.execute(_UNREGISTER, {"lease_id": lease_id})
            return None
        return Taken(row.id, row.task_name, row.args, row.attempts, lease_id)

    def holds(self, job_id: int, lease_id: int) -> bool:
        """Whether the lease still holds the job; if so nobody else takes it until the transaction ends."""
        return self._session.scalar(_HELD, {"id": job_id, "lease_id": lease_id}) is not None

    def beat(self, lease_id: int) -> None:
        self._session.execute(_BEAT, {"lease_id": lease_id})

    def end_lease(self, lease_id: int) -> None:
        self._session.execute(_UNREGISTER, {"lease_id": lease_id})

    def finish(self, job_id: int, status: str) -> None:
        self._session.execute(_FINISH, {"id": job_id, "status": status})

    def retry(self, job_id: int, wait_seconds: float) -> None:
        """Due again after `wait_seconds`, the attempt counted."""
        self._session.execute(_RETRY, {"id": job_id, "wait": wait_seconds})

    def uncount(self, job_id: int) -> None:
        self._session.execute(_UNCOUNT, {"id": job_id})

    def say(self, job_id: int, said: Mapping[str, Any]) -> None:
        """Change what the job's arguments say of it."""
        self._session.execute(_SAY, {"id": job_id, "said": json.dumps(said)})

    def newest(self, locks: list[str]) -> list[Row[tuple[int, str, dict[str, Any], int, datetime, int]]]:
        """The newest job of each lock: id, status, args, attempts, scheduled_at, and how many are due before it."""
        return list(self._session.execute(_NEWEST, {"queue": QUEUE, "locks": locks}))

    def rows(self) -> list[RowMapping]:
        """Every job in the shape of the table `jobs`."""
        return list(self._session.execute(_ROWS, {"queue": QUEUE}).mappings())

    def adopt(self) -> None:
        """Move the rows of the table `jobs` here, in their order."""
        self._session.execute(_ADOPT, {"queue": QUEUE})
