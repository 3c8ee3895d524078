"""One worker: claims a job, does it while a second thread keeps the lease, writes the result and completes the job at once."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.jobs.interface import Claim, Effect, Handler, Jobs, LeaseLost, Permanent
from app.jobs.repository import WorkerRepository
from app.storage.base import now
from app.storage.database import Database

log = structlog.get_logger("thuoc.worker")

SIGN_SECONDS = 10.0  # how often an idle worker says that it is alive
SIGN_KEPT = timedelta(days=1)
TIME_LIMIT_EXIT = 75  # the process ends because a job would not; the supervisor starts another
WORKER_LOST = ("worker_lost", "Tiến trình chấm điểm dừng đột ngột nhiều lần khi xử lý tệp này. Hãy báo người quản trị.")
TIME_LIMIT = ("time_limit", "Chấm tệp này quá thời gian cho phép. Hãy kiểm tra tệp hoặc báo người quản trị.")
UNEXPECTED = ("internal_error", "Lỗi trong hệ thống khi chấm tệp này. Hãy báo người quản trị.")


class Worker:
    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        handlers: Mapping[str, Handler],
        *,
        lease_seconds: float,
        time_limit_seconds: float,
        poll_seconds: float,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}"
        self._database = database
        self._jobs = jobs
        self._handlers = handlers
        self._beat_seconds = lease_seconds / 4
        self._time_limit = time_limit_seconds
        self._poll = poll_seconds
        self._started = now()
        self._stop = threading.Event()
        self._holding: Claim | None = None

    def stop(self) -> None:
        """Take no further job; the running one is finished."""
        self._stop.set()

    def give_back(self) -> None:
        """Hand the running job to whoever comes next; the process must end right after."""
        claim = self._holding
        if claim is not None:
            self._settle(claim, lambda session: self._jobs.release(session, claim))

    def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Work until `stop`. `tick` is called about every ten seconds while idle."""
        signed = 0.0
        try:
            while not self._stop.is_set():
                try:
                    if time.monotonic() - signed >= SIGN_SECONDS:
                        self._sign(None)
                        tick()
                        signed = time.monotonic()
                    busy = self.run_one()
                except DBAPIError as error:  # the database is away or locked: the work waits for it
                    log.warning("database_unavailable", error=str(error.orig))
                    busy = False
                    self._stop.wait(min(5.0, self._poll * 10))
                if not busy:
                    self._stop.wait(self._poll)
        finally:
            with suppress(DBAPIError), self._database.write() as session:  # a sign left behind grows old by itself
                WorkerRepository(session).leave(self.name)

    def run_one(self) -> bool:
        """Do one job if one is due; whether there was one."""
        claim = self._jobs.claim(self.name)
        if claim is None:
            return False
        handler = self._handlers[claim.kind]
        if claim.worn_out:
            self._bury(claim, handler, *WORKER_LOST)
            return True
        self._holding = claim
        try:
            self._attempt(claim, handler)
        finally:
            self._holding = None
        return True

    def _attempt(self, claim: Claim, handler: Handler) -> None:
        started = time.monotonic()
        about = log.bind(job=claim.id, kind=claim.kind, subject=claim.subject, attempt=claim.attempt)
        try:
            with self._kept_alive(claim, handler):
                effect = handler.work(claim.payload)
            if self._settle(claim, lambda session: self._finish(session, claim, effect)):
                about.info("job_done", seconds=round(time.monotonic() - started, 3))
        except Permanent as error:
            about.info("job_refused", code=error.code)
            self._bury(claim, handler, error.code, error.message)
        except Exception:
            about.exception("job_failed")
            self._fail(claim, handler, *UNEXPECTED)

    def _finish(self, session: Session, claim: Claim, effect: Effect) -> None:
        self._jobs.complete(session, claim)
        effect(session)

    def _fail(self, claim: Claim, handler: Handler, code: str, message: str) -> None:
        if claim.attempt >= claim.max_attempts:
            self._bury(claim, handler, code, message)
        else:
            self._settle(claim, lambda session: self._jobs.retry(session, claim, code, message))

    def _bury(self, claim: Claim, handler: Handler, code: str, message: str) -> None:
        def end(session: Session) -> None:
            self._jobs.bury(session, claim, code, message)
            handler.gave_up(session, claim.payload, code, message)

        self._settle(claim, end)

    def _settle(self, claim: Claim, change: Effect) -> bool:
        """Apply `change` in one transaction; False (and nothing changed) when somebody else holds the job by now."""
        try:
            with self._database.write() as session:
                change(session)
        except LeaseLost:
            log.warning("lease_lost", job=claim.id)
            return False
        return True

    @contextmanager
    def _kept_alive(self, claim: Claim, handler: Handler) -> Iterator[None]:
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(claim, handler, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _beat(self, claim: Claim, handler: Handler, done: threading.Event) -> None:
        deadline = time.monotonic() + self._time_limit
        while not done.wait(min(self._beat_seconds, max(0.01, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                log.error("time_limit", job=claim.id, seconds=self._time_limit)
                self._fail(claim, handler, *TIME_LIMIT)
                os._exit(TIME_LIMIT_EXIT)  # the working thread cannot be stopped in any other way
            try:
                self._sign(claim.id)
                if not self._jobs.extend(claim):
                    log.warning("lease_lost", job=claim.id)
                    return
            except DBAPIError as error:
                log.warning("heartbeat_failed", job=claim.id, error=str(error.orig))

    def _sign(self, job_id: str | None) -> None:
        with self._database.write() as session:
            repository = WorkerRepository(session)
            repository.sign(self.name, self._started, now(), job_id)
            repository.forget(now() - SIGN_KEPT)
