"""Procrastinate under the jobs of PostgreSQL: one transaction with the caller, its reaper, its schema, the move of older jobs."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from app.jobs.procrastinate.engine import ProcrastinateJobs
from app.settings import Settings
from app.storage import migrate
from app.storage.database import Database
from app.wiring import Services

# What 3.10.0 brings. A newer schema needs a migration that runs the package's files after 3.10 (docs/decisions/0005).
SCHEMA = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


@pytest.fixture
def postgresql(settings: Settings) -> Iterator[Services]:
    services = Services.open(settings)
    yield services
    services.close()


pytestmark = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)


def jobs_of(services: Services) -> ProcrastinateJobs:
    assert isinstance(services.jobs, ProcrastinateJobs)
    return services.jobs


def enqueue(services: Services, subject: str) -> str:
    with services.database.write() as session:
        return services.jobs.enqueue(session, "grade", subject, {"n": 1})


def one(database: Database, query: str) -> object:
    with database.read() as session:
        return session.execute(text(query)).scalar_one()


def test_the_schema_of_the_installed_package_is_the_one_migrated_to(postgresql: Services) -> None:
    assert hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest() == SCHEMA
    assert one(postgresql.database, "SELECT obj_description('procrastinate_jobs'::regclass)") == "procrastinate 3.10.0"


def test_procrastinate_itself_sees_the_jobs_as_its_own(postgresql: Services) -> None:
    """Its commands and its admin page read the same rows."""
    enqueue(postgresql, "a")
    claim = postgresql.jobs.claim("w")
    assert claim is not None
    with postgresql.database.write() as session:
        postgresql.jobs.complete(session, claim)
    with postgresql.database.read() as session:
        events = session.execute(text("SELECT type FROM procrastinate_events WHERE job_id = :id ORDER BY id"), {"id": int(claim.id)})
        assert [str(event) for (event,) in events if event != "scheduled"] == ["deferred", "started", "succeeded"]
    assert one(postgresql.database, "SELECT count(*) FROM procrastinate_workers") == 0, "an ended claim leaves no lease"


def test_two_requests_at_once_for_one_thing_are_one_job(postgresql: Services) -> None:
    start, found = threading.Barrier(6), []

    def ask() -> None:
        start.wait()
        found.append(enqueue(postgresql, "same"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_claim_that_nobody_heard_of_is_reaped(postgresql: Services) -> None:
    """The worker was killed between the database's commit and its own next step."""
    enqueue(postgresql, "a")
    first = jobs_of(postgresql).claim("lost")
    assert first is not None
    with postgresql.database.write() as session:
        session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
    again = jobs_of(postgresql).claim("next")
    assert again is not None
    assert (again.id, again.attempt) == (first.id, 2)
    assert one(postgresql.database, "SELECT count(*) FROM procrastinate_workers") == 1


def test_several_reapers_take_a_stalled_job_once(postgresql: Services) -> None:
    enqueue(postgresql, "a")
    assert postgresql.jobs.claim("lost") is not None
    with postgresql.database.write() as session:
        session.execute(text("DELETE FROM procrastinate_workers"))
    start, claims = threading.Barrier(4), []

    def claim(name: str) -> None:
        start.wait()
        claims.append(postgresql.jobs.claim(name))

    threads = [threading.Thread(target=claim, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [claim.attempt for claim in claims if claim is not None] == [2]


def test_jobs_of_before_move_with_the_migration_and_back(postgresql: Services) -> None:
    enqueue(postgresql, "waits")
    done = enqueue(postgresql, "done")
    for _ in range(2):
        claim = postgresql.jobs.claim("w")
        if claim is not None and claim.id == done:
            with postgresql.database.write() as session:
                postgresql.jobs.complete(session, claim)
    with postgresql.database.read() as session:
        before = postgresql.jobs.rows(session)
    migrate.downgrade_database(postgresql.database, "0009")
    assert one(postgresql.database, "SELECT count(*) FROM jobs") == 2
    migrate.upgrade_database(postgresql.database)
    with postgresql.database.read() as session:
        after = postgresql.jobs.rows(session)
    assert after == before
    claim = postgresql.jobs.claim("w")
    assert claim is not None
    assert (claim.subject, claim.payload) == ("waits", {"n": 1})
