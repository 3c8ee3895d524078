"""What every implementation of `app.jobs.interface.Jobs` must do: each engine on the database that it is for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.jobs.interface import Claim, Effect, Jobs, LeaseLost, Payload, Permanent, Status
from app.jobs.leased import LeasedJobs
from app.jobs.loop import Worker
from app.jobs.procrastinate.engine import ProcrastinateJobs
from app.settings import Settings
from app.storage.base import now
from app.storage.database import Database, is_sqlite

LEASE, BACKOFF, ATTEMPTS = 30.0, 4.0, 3


class Clock(Protocol):
    def forward(self, seconds: float) -> None: ...


class HandClock:
    """The clock that the leased engine asks."""

    def __init__(self) -> None:
        self.moment = now()

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class DatabaseClock:
    """Procrastinate asks the database's clock. Nobody can turn that one forward, but every moment written so far can be turned back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forward(self, seconds: float) -> None:
        for column in ("procrastinate_jobs SET scheduled_at = scheduled_at", "procrastinate_workers SET last_heartbeat = last_heartbeat"):
            with self._database.write() as session:
                session.execute(text(f"UPDATE {column} - make_interval(secs => :seconds)"), {"seconds": seconds})


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database.of(settings)
    yield database
    database.close()


@pytest.fixture
def clock(database: Database) -> Clock:
    return HandClock() if is_sqlite(database.engine) else DatabaseClock(database)


@pytest.fixture
def jobs(database: Database, clock: Clock) -> Jobs:
    if isinstance(clock, HandClock):
        return LeasedJobs(database, lease_seconds=LEASE, max_attempts=ATTEMPTS, backoff_seconds=BACKOFF, clock=clock)
    return ProcrastinateJobs(database, lease_seconds=LEASE, max_attempts=ATTEMPTS, backoff_seconds=BACKOFF)


class Unlucky(Exception):
    """What goes wrong between two statements of a transaction."""


def fail_after(done: object) -> None:
    raise Unlucky


def enqueue(database: Database, jobs: Jobs, subject: str = "s1", **payload: object) -> str:
    with database.write() as session:
        return jobs.enqueue(session, "grade", subject, payload)


def status(database: Database, jobs: Jobs, subject: str = "s1") -> Status:
    with database.read() as session:
        return jobs.statuses(session, "grade", [subject])[subject]


def claimed(jobs: Jobs, worker: str = "w1") -> Claim:
    claim = jobs.claim(worker)
    assert claim is not None
    return claim


def test_claims_in_order_of_arrival_with_the_payload(database: Database, jobs: Jobs, clock: Clock) -> None:
    for number in (1, 2, 3):
        enqueue(database, jobs, f"s{number}", number=number)
        clock.forward(0.001)
    assert [status(database, jobs, f"s{number}").ahead for number in (1, 2, 3)] == [0, 1, 2]
    assert [claimed(jobs).payload["number"] for _ in range(3)] == [1, 2, 3]
    assert jobs.claim("w2") is None


def test_a_rolled_back_enqueue_leaves_nothing(database: Database, jobs: Jobs) -> None:
    with pytest.raises(Unlucky), database.write() as session:
        fail_after(jobs.enqueue(session, "grade", "s1", {}))
    assert jobs.claim("w1") is None


def test_one_live_job_for_a_subject(database: Database, jobs: Jobs) -> None:
    first = enqueue(database, jobs)
    assert enqueue(database, jobs) == first
    claim = claimed(jobs)
    assert enqueue(database, jobs) == first
    with database.write() as session:
        jobs.complete(session, claim)
    assert status(database, jobs).state == "done"
    assert enqueue(database, jobs) != first
    assert status(database, jobs).state == "queued"


def test_result_and_completion_are_one_transaction(database: Database, jobs: Jobs) -> None:
    enqueue(database, jobs)
    claim = claimed(jobs)
    with pytest.raises(Unlucky), database.write() as session:
        fail_after(jobs.complete(session, claim))
    assert status(database, jobs).state == "running"


def test_a_lease_that_ran_out_is_taken_over_and_the_first_holder_has_no_effect(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    lost = claimed(jobs, "w1")
    clock.forward(LEASE - 1)
    assert jobs.claim("w2") is None
    clock.forward(2)
    taken = claimed(jobs, "w2")
    assert (taken.id, taken.attempt) == (lost.id, 2)
    assert not jobs.extend(lost)
    for act in (
        lambda session: jobs.complete(session, lost),
        lambda session: jobs.retry(session, lost, "x", "x"),
        lambda session: jobs.release(session, lost),
        lambda session: jobs.bury(session, lost, "x", "x"),
    ):
        with pytest.raises(LeaseLost), database.write() as session:
            act(session)
    with database.write() as session:
        jobs.complete(session, taken)
    assert status(database, jobs).state == "done"


def test_a_heartbeat_keeps_the_lease(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    claim = claimed(jobs)
    for _ in range(5):
        clock.forward(LEASE * 0.8)
        assert jobs.extend(claim)
        assert jobs.claim("w2") is None


def test_retries_wait_twice_as_long_each_time(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    for attempt, wait in ((1, BACKOFF), (2, BACKOFF * 2)):
        claim = claimed(jobs)
        assert claim.attempt == attempt
        with database.write() as session:
            jobs.retry(session, claim, "internal_error", "Lỗi")
        assert (status(database, jobs).state, status(database, jobs).error_code) == ("queued", "internal_error")
        clock.forward(wait - 0.1)
        assert jobs.claim("w1") is None
        clock.forward(0.2)
    assert claimed(jobs).attempt == 3


def test_a_released_job_is_due_at_once_and_keeps_its_attempts(database: Database, jobs: Jobs) -> None:
    enqueue(database, jobs)
    claim = claimed(jobs)
    with database.write() as session:
        jobs.release(session, claim)
    assert claimed(jobs).attempt == 1


def test_a_buried_job_says_why_and_stays(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    claim = claimed(jobs)
    with database.write() as session:
        jobs.bury(session, claim, "no_text", "Tệp không có chữ")
    clock.forward(10_000)
    assert jobs.claim("w1") is None
    found = status(database, jobs)
    assert (found.state, found.error_code, found.error_message) == ("dead", "no_text", "Tệp không có chữ")


def test_whoever_is_lost_every_time_wears_the_job_out(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    for _ in range(ATTEMPTS):
        assert not claimed(jobs).worn_out
        clock.forward(LEASE + 1)
    assert claimed(jobs).worn_out


def test_concurrent_workers_never_take_the_same_job(database: Database, jobs: Jobs) -> None:
    for number in range(40):
        enqueue(database, jobs, f"s{number}")
    taken: list[str] = []
    start = threading.Barrier(4)

    def work(name: str) -> None:
        start.wait()
        while (claim := jobs.claim(name)) is not None:
            with database.write() as session:
                jobs.complete(session, claim)
            taken.append(claim.subject)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # a worker may find the queue locked by the others and stop early: the rest is still there, and nothing was taken twice
    while (claim := jobs.claim("last")) is not None:
        with database.write() as session:
            jobs.complete(session, claim)
        taken.append(claim.subject)
    assert sorted(taken) == sorted(f"s{number}" for number in range(40))


class Recorder:
    """A handler whose outcome the test decides."""

    def __init__(self, outcome: Exception | None = None) -> None:
        self.outcome = outcome
        self.applied = 0
        self.failures: list[str] = []

    def work(self, payload: Payload) -> Effect:
        if self.outcome is not None:
            raise self.outcome
        return self._apply

    def _apply(self, session: Session) -> None:
        self.applied += 1

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        self.failures.append(code)


def run(database: Database, jobs: Jobs, handler: Recorder) -> Worker:
    worker = Worker(database, jobs, {"grade": handler}, lease_seconds=LEASE, time_limit_seconds=60, poll_seconds=0.05)
    while worker.run_one():
        pass
    return worker


def test_worker_applies_the_effect_once(database: Database, jobs: Jobs) -> None:
    enqueue(database, jobs)
    handler = Recorder()
    run(database, jobs, handler)
    assert (handler.applied, status(database, jobs).state) == (1, "done")


def test_worker_buries_what_cannot_succeed_at_once(database: Database, jobs: Jobs) -> None:
    enqueue(database, jobs)
    handler = Recorder(Permanent("no_text", "Tệp không có chữ"))
    run(database, jobs, handler)
    assert (handler.failures, status(database, jobs).state, status(database, jobs).attempt) == (["no_text"], "dead", 1)


def test_worker_tries_again_and_then_gives_up(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    handler = Recorder(RuntimeError("unlucky"))
    for _ in range(ATTEMPTS):
        assert handler.failures == []
        run(database, jobs, handler)
        clock.forward(3600)
    found = status(database, jobs)
    assert (handler.failures, found.state, found.attempt) == (["internal_error"], "dead", ATTEMPTS)
    assert "unlucky" not in (found.error_message or "")


def test_worker_gives_up_a_job_that_kills_its_workers(database: Database, jobs: Jobs, clock: Clock) -> None:
    enqueue(database, jobs)
    for _ in range(ATTEMPTS):
        claimed(jobs)
        clock.forward(LEASE + 1)
    handler = Recorder()
    run(database, jobs, handler)
    assert (handler.applied, handler.failures) == (0, ["worker_lost"])
