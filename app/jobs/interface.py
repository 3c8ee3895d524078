"""What the service asks of background work, whatever engine carries it. `tests/service/test_jobs.py` is what every engine must pass.

A job is *at least once* in running and *once* in effect: its result is written in the same transaction that completes it, and only
the holder of the running lease can complete it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy.orm import Session

State = Literal["queued", "running", "done", "dead"]
Payload = dict[str, Any]
Effect = Callable[[Session], None]
LONGEST_WAIT = timedelta(hours=1)  # between two attempts


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that one worker holds for now; `attempt` counts from 1."""

    id: str
    kind: str
    subject: str
    payload: Payload
    attempt: int
    max_attempts: int
    token: str

    @property
    def worn_out(self) -> bool:
        """Taken over once too often: whoever held it before was lost each time."""
        return self.attempt > self.max_attempts


@dataclass(frozen=True, slots=True)
class Status:
    """Where the newest job of a subject stands. `ahead` is the number of jobs that are due before it."""

    id: str
    state: State
    attempt: int
    max_attempts: int
    ahead: int
    run_at: datetime
    error_code: str | None
    error_message: str | None


class LeaseLost(Exception):
    """Somebody else holds the job by now: whatever this worker did must not count."""


class Permanent(Exception):
    """Raised by a handler: trying again cannot help. `code` is stable, `message` one Vietnamese sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Jobs(Protocol):
    def enqueue(self, session: Session, kind: str, subject: str, payload: Payload) -> str:
        """Add a job in the caller's transaction; the id of the live one where `subject` has one of this kind."""
        ...

    def claim(self, worker: str) -> Claim | None:
        """Take the job that is due first, a new one or one whose lease has run out; None when nothing is due."""
        ...

    def extend(self, claim: Claim) -> bool:
        """Renew the lease; False when it is lost."""
        ...

    def complete(self, session: Session, claim: Claim) -> None:
        """Done, in the transaction of its effect. Raises LeaseLost."""
        ...

    def retry(self, session: Session, claim: Claim, code: str, message: str) -> None:
        """Failed this time: due again after a growing wait. Raises LeaseLost."""
        ...

    def release(self, session: Session, claim: Claim) -> None:
        """Give the job back untouched (the worker is stopping): due now, the attempt not counted. Raises LeaseLost."""
        ...

    def bury(self, session: Session, claim: Claim, code: str, message: str) -> None:
        """Failed for good. Raises LeaseLost."""
        ...

    def statuses(self, session: Session, kind: str, subjects: list[str]) -> dict[str, Status]:
        """Where the newest job of this kind stands, by subject; subjects without one are left out."""
        ...

    def rows(self, session: Session) -> list[dict[str, Any]]:
        """Every job in the shape of the table `jobs`, oldest first, for a backup; a running one as one that waits."""
        ...

    def adopt(self, session: Session) -> None:
        """Take over what a restore has put into the table `jobs`."""
        ...


class Handler(Protocol):
    """The work of one kind of job."""

    def work(self, payload: Payload) -> Effect:
        """Do the slow part outside any transaction; what it returns is applied in the transaction that completes the job.

        Raises Permanent where another try cannot help; any other exception is tried again.
        """
        ...

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        """Record the failure, in the transaction that buries the job."""
        ...
