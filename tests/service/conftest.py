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

from app.jobs.loop import Worker
from app.jobs.worker import worker_of
from app.main import create_app
from app.settings import Settings
from app.storage import migrate
from app.storage.database import Database
from app.wiring import Services

from . import postgres, s3

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
    with TestClient(create_app(settings), raise_server_exceptions=False) as running:
        yield running


@pytest.fixture(scope="session")
def sample() -> bytes:
    """A real agreement with firm better promises and nothing unlawful."""
    return (SAMPLES / "d01-may-ky-anh" / "docx-typed.docx").read_bytes()


def _statement(address: str, statement: str) -> None:
    engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
