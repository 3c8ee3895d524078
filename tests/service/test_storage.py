"""The database's transactions, the migrations and the file store."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.agreements.models import Reading
from app.agreements.repository import AgreementRepository
from app.problems import Problem
from app.settings import Settings
from app.storage import migrate
from app.storage.base import Base, is_ours, new_id
from app.storage.database import Database
from app.storage.files import LocalFiles
from app.storage.repository import FileRepository
from app.storage.sweep import sweep
from app.wiring import Services


def test_migrations_go_down_and_up_and_match_the_models(services: Services) -> None:
    database = services.database
    assert migrate.downgrade_database(database, "base") == ""
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert not migrate.is_current(database)
    assert migrate.upgrade_database(database) == migrate.head()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": is_ours}), Base.metadata) == []


def test_processes_that_start_at_once_migrate_once(services: Services) -> None:
    migrate.downgrade_database(services.database, "base")
    databases = [Database(services.database.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(migrate.upgrade_database, databases)) == {migrate.head()}
    for database in databases:
        database.close()


def test_upgrade_command_creates_a_database(settings: Settings, tmp_path: Path) -> None:
    assert migrate.upgrade(settings) == migrate.head()
    assert migrate.upgrade(settings.model_copy(update={"data_dir": tmp_path / "new", "database_url": ""})) == migrate.head()
    assert (tmp_path / "new" / "thuoc.sqlite3").exists()


def test_reading_sessions_cannot_write_and_writing_ones_roll_back(services: Services) -> None:
    with pytest.raises(DBAPIError), services.database.read() as session:
        FileRepository(session).add("a" * 64, 1, "x")
    with pytest.raises(ZeroDivisionError), services.database.write() as session:
        _ = FileRepository(session).add("b" * 64, 1, "x") / 0
    with services.database.read() as session:
        assert FileRepository(session).recorded(["a" * 64, "b" * 64]) == set()


def test_foreign_keys_hold(services: Services) -> None:
    reading = Reading(submission_id="none", engine_version="1", law_as_of=date(2024, 1, 1), body="x")
    with pytest.raises(IntegrityError), services.database.write() as session:
        AgreementRepository(session).add(reading)


def test_ids_ascend() -> None:
    ids = []
    for _ in range(200):
        ids.append(new_id())
        time.sleep(0.000_01)
    assert ids == sorted(ids)
    assert len(set(ids)) == 200


def test_sqlite_is_durable_and_concurrent(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with database.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def stage(files: LocalFiles, data: bytes, cap: int = 1000):  # type: ignore[no-untyped-def]
    staged = files.stage(cap)
    staged.write(data)
    staged.seal()
    return staged


def test_sweep_removes_orphans_and_broken_uploads_only(services: Services, tmp_path: Path) -> None:
    files = LocalFiles(tmp_path / "store")
    kept, orphan, young = (stage(files, data) for data in (b"kept", b"orphan", b"young"))
    broken = files.stage(10)
    for staged in (kept, orphan, young):
        files.keep(staged)
    with services.database.write() as session:
        FileRepository(session).add(kept.sha256, 4, "x")
    old = time.time() - 100_000
    for staged in (kept, orphan):
        os.utime(tmp_path / "store" / staged.sha256[:2] / staged.sha256, (old, old))
    os.utime(broken.path, (old, old))
    assert sweep(services.database, files, orphan_seconds=3600) == 2
    assert [files.holds(staged.sha256) for staged in (kept, orphan, young)] == [True, False, True]
    assert not broken.path.exists()


def test_a_full_disk_is_a_clear_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = LocalFiles(tmp_path)
    staged = files.stage(10_000_000)
    with open("/dev/full", "wb", buffering=0) as full:
        os.dup2(full.fileno(), staged._file.fileno())  # type: ignore[union-attr]  # the staged file now lies on a full disk
        with pytest.raises(Problem) as refused:
            staged.write(b"x" * 1_000_000)
    staged.path.unlink()
    assert (refused.value.code, refused.value.status) == ("storage_full", 507)
