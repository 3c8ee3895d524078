"""The database or the disk is away: a clear problem, nothing stored, and work goes on when it is back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from app.main import create_app
from app.settings import Settings
from app.storage.files import LocalFiles
from app.wiring import Services

from .people import bearer
from .test_api import API, assert_problem, counts, stored_files, upload
from .test_refusals import NOTHING


def test_a_locked_sqlite_is_a_busy_service(tmp_path: Path, sqlite_template: Path, sample: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.database.BUSY_SECONDS", 0.3)
    shutil.copy(sqlite_template, tmp_path / "thuoc.sqlite3")
    settings = Settings(_env_file=None, data_dir=tmp_path, database_url="", workers=0)
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=bearer(settings)) as client:
        holder = sqlite3.connect(tmp_path / "thuoc.sqlite3", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        refused = upload(client, sample)
        assert_problem(refused, 503, "busy")
        assert refused.headers["retry-after"]
        assert client.get(API).json()["items"] == [], "readers go on"
        holder.execute("ROLLBACK")
        services = Services.open(settings)
        assert counts(services) == NOTHING
        assert stored_files(services) == []
        assert upload(client, sample).status_code == 202


@pytest.fixture
def lost_database(postgres_server: str, tmp_path: Path) -> Iterator[tuple[Settings, str]]:
    admin = postgres_server.format(name="postgres")
    _statement(admin, "CREATE DATABASE lost TEMPLATE migrated")
    yield Settings(_env_file=None, data_dir=tmp_path, database_url=postgres_server.format(name="lost"), workers=0), admin
    _statement(admin, "DROP DATABASE IF EXISTS lost WITH (FORCE)")


def test_a_lost_postgresql_is_a_clear_problem_and_comes_back(lost_database: tuple[Settings, str], sample: bytes) -> None:
    settings, admin = lost_database
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=bearer(settings)) as client:
        assert upload(client, sample).status_code == 202
        _statement(admin, "DROP DATABASE lost WITH (FORCE)")
        for answer in (client.get(API), upload(client, sample + b"1"), client.get("/api/v1/publications")):
            assert_problem(answer, 503, "database_unavailable")
        health = client.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (503, "down")
        assert list((settings.files_dir / "staged").iterdir()) == []
        _statement(admin, "CREATE DATABASE lost TEMPLATE migrated")
        assert client.get("/healthz").status_code == 200
        client.headers.update(bearer(settings))  # the new database knows no keys
        assert upload(client, sample).status_code == 202


def test_a_store_that_cannot_be_written_refuses(client: TestClient, services: Services, sample: bytes) -> None:
    staged = services.settings.files_dir / "staged"
    staged.rmdir()
    staged.write_text("a file where the folder should be")  # root may write anywhere, but not into a file's inside
    assert_problem(upload(client, sample), 503, "storage_unavailable")
    assert client.get("/healthz").status_code == 503
    assert counts(services) == NOTHING
    staged.unlink()
    LocalFiles(services.settings.files_dir)
    assert upload(client, sample).status_code == 202


def test_a_failing_disk_leaves_no_row(client: TestClient, services: Services, sample: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("app.storage.files.os.replace", full)  # the disk fills up between the file's bytes and its name
    assert_problem(upload(client, sample), 507, "storage_full")
    assert counts(services) == NOTHING
    assert stored_files(services) == []


def _statement(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
