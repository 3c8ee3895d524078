"""Every test of the service runs on SQLite and on a real PostgreSQL, both brought up by the real migrations."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from app.accounts.principal import Role
from app.jobs.loop import Worker
from app.jobs.worker import worker_of
from app.main import create_app
from app.organisations.models import ROOT_ID
from app.settings import Settings
from app.storage import migrate
from app.storage.database import Database
from app.wiring import Services

from . import postgres, s3
from .people import ClientOf, bearer, signed_in

SAMPLES = Path(__file__).parents[2] / "samples"
TODAY = date(2025, 6, 30)  # within the term of the sample agreements, whenever the tests run
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address pattern of a running server with a migrated template database."""
    reason = postgres.unavailable()
    if reason:
        pytest.skip(reason)
    with postgres.server() as address:
        _statement(address, "CREATE DATABASE migrated")
        database = Database(address.format(name="migrated"))
        migrate.upgrade_database(database)
        database.close()
        yield address


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a running S3-compatible server."""
    with s3.server() as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "thuoc.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade_database(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty, migrated service with no worker of its own."""
    values: dict[str, Any] = {
        "data_dir": tmp_path / "data",
        "today": TODAY,
        "workers": 0,
        "job_backoff_seconds": 0,
        "job_poll_seconds": 0.05,
        "feed_clock_seconds": 0,
        "password_memory_mb": 1,
        "password_rounds": 1,
    }
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "data" / "thuoc.sqlite3")
        yield Settings(_env_file=None, database_url="", **values)
        return
    address = request.getfixturevalue("postgres_server")
    name = f"test_{next(_numbers)}"
    _statement(address, f"CREATE DATABASE {name} TEMPLATE migrated")
    yield Settings(_env_file=None, database_url=address.format(name=name), **values)
    _statement(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    opened = Services.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def worker(services: Services) -> Worker:
    return worker_of(services)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """Carries a key that holds every role for the whole organisation."""
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=bearer(settings)) as running:
        yield running


@pytest.fixture
def client_of(client: TestClient, settings: Settings) -> ClientOf:
    """`client_of(Role.OFFICER, unit_id=…)`: a client of the same running service whose key holds these roles; without a role, no key."""

    def make(*roles: Role, unit_id: str = ROOT_ID) -> TestClient:
        headers = bearer(settings, *roles, unit_id=unit_id) if roles else None
        return TestClient(client.app, raise_server_exceptions=False, headers=headers)

    return make


@pytest.fixture
def sign_in_as(client: TestClient, settings: Settings) -> ClientOf:
    """`sign_in_as(Role.REVIEWER, unit_id=…)`: a client that a new account signed in with, its password changed, sending its CSRF token."""

    def make(*roles: Role, unit_id: str = ROOT_ID) -> TestClient:
        person = TestClient(client.app, base_url="https://testserver", raise_server_exceptions=False)
        return signed_in(person, settings, *roles, unit_id=unit_id)

    return make


@pytest.fixture(scope="session")
def sample() -> bytes:
    """A real agreement with firm better promises and nothing unlawful."""
    return (SAMPLES / "d01-may-ky-anh" / "docx-typed.docx").read_bytes()


def _statement(address: str, statement: str) -> None:
    engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
