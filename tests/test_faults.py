"""The trial by kills in its short form, on each database; and that its check has eyes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from app.agreements.models import Agreement, Assessment
from app.audit.events import Event
from app.audit.models import AuditEvent
from app.jobs.worker import worker_of
from app.settings import Settings
from app.storage import migrate
from app.storage.base import new_id
from app.wiring import Services
from benchmarks import faults
from benchmarks.faults_check import Told, verify
from benchmarks.postgres import unavailable
from tests.service.documents import plain_agreement
from tests.service.people import bearer

SECONDS, SEED = 12.0, 20

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_damaged(database: str) -> None:
    if database == "postgresql" and unavailable():
        pytest.skip(unavailable())
    trial = faults.run(database, SECONDS, SEED)
    assert trial.problems == [], faults.report([trial])
    assert trial.kills.done.total() >= 3
    assert len(trial.load.told.uploads) >= 3
    assert trial.verdict.agreements >= len(trial.load.told.uploads)
    for one in trial.disk:
        assert sum(one.answers.values()) > 0


@pytest.fixture
def graded(tmp_path: Path) -> tuple[Settings, Told]:
    """One agreement, sent and graded, and what its sender was told."""
    from fastapi.testclient import TestClient

    from app.main import create_app

    settings = Settings(_env_file=None, data_dir=tmp_path, workers=0, database_url="")
    migrate.upgrade(settings)
    data = plain_agreement()
    with TestClient(create_app(settings), headers=bearer(settings)) as client:
        sent = client.post("/api/v1/agreements", files={"file": ("a.docx", data)})
        services = Services.open(settings)
        while worker_of(services).run_one():
            pass
        services.close()
    return settings, Told({sent.json()["id"]: hashlib.sha256(data).hexdigest()}, set())


def _lost(services: Services, told: Told) -> None:
    told.uploads["none"] = "0" * 64


def _file(services: Services, told: Told) -> None:
    services.files.remove(next(iter(told.uploads.values())))


def _twice(services: Services, told: Told) -> None:
    with services.database.write() as session:
        [row] = session.query(Assessment).all()
        values = {column.key: getattr(row, column.key) for column in Assessment.__mapper__.column_attrs}
        session.add(Assessment(**values | {"id": new_id()}))


def _unguard(session: Session) -> None:
    for name in ("audit_events_no_update", "audit_events_no_delete"):
        session.execute(text(f"DROP TRIGGER {name}"))


def _event(services: Services, told: Told) -> None:
    with services.database.write() as session:
        _unguard(session)
        session.execute(delete(AuditEvent).where(AuditEvent.kind == Event.AGREEMENT_GRADED.value))


def _changed(services: Services, told: Told) -> None:
    with services.database.write() as session:
        _unguard(session)
        session.execute(update(AuditEvent).where(AuditEvent.kind == Event.AGREEMENT_UPLOADED.value).values(actor_name="ai đó"))


def _move(services: Services, told: Told) -> None:
    told.submitted.update(told.uploads)


def _waiting(services: Services, told: Told) -> None:
    with services.database.write() as session:
        session.execute(update(Agreement).values(state="waiting"))


@pytest.mark.parametrize("harm", [_lost, _file, _twice, _event, _changed, _move, _waiting])
def test_the_check_sees_what_is_wrong(graded: tuple[Settings, Told], harm: Callable[[Services, Told], None]) -> None:
    settings, told = graded
    assert verify(settings, told).problems == []
    services = Services.open(settings)
    harm(services, told)
    services.close()
    assert verify(settings, told).problems != []
