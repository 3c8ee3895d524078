"""Backup, wipe, restore: the same service to the byte, from either database into either; and the check of the files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.agreements.models import Agreement
from app.audit import service as audit
from app.audit.events import Event
from app.backup import archive
from app.backup.check import check
from app.backup.repository import TableRepository
from app.backup.service import MANIFEST, SEAL, back_up, restore
from app.cli import app as command
from app.cli.base import run_code
from app.jobs.worker import child_environment, worker_of
from app.main import create_app
from app.organisations.models import ROOT_ID
from app.problems import CannotStart
from app.settings import Settings
from app.storage import migrate
from app.storage.base import now
from app.storage.files import LocalFiles
from app.storage.repository import FileRepository
from app.wiring import Services

from .documents import plain_agreement
from .life import confirm, decision, publish
from .test_api import API, upload, work_off


@dataclass
class Filled:
    """A service with one published, one graded and one waiting agreement."""

    settings: Settings
    services: Services
    waiting: str
    headers: dict[str, str]  # of a key that the backup holds as well

    def seen(self, settings: Settings | None = None) -> dict[str, tuple[bytes, str]]:
        """What the API gives of every graded agreement and of the public search: the bytes and their ETags."""
        with TestClient(create_app(settings or self.settings), headers=self.headers) as client:
            found = client.get(API).json()["items"]
            answers = {one["id"]: client.get(f"{API}/{one['id']}/assessment") for one in found if one["state"] == "graded"}
            search = client.get("/api/v1/publications", params={"q": "kết hôn"})
            assert len(search.json()["items"]) == 1, "the public search knows the published one"
            seen = {key: (answer.content, answer.headers["etag"]) for key, answer in answers.items()}
            return seen | {"search": (search.content, search.headers["etag"])}

    def whole(self) -> tuple[dict[str, tuple[bytes, str]], dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
        """What is seen, then what is stored (the seeing is noted with the key)."""
        return self.seen(), rows(self.services), jobs(self.services)


@pytest.fixture
def filled(client: TestClient, settings: Settings, services: Services) -> Filled:
    ids = [upload(client, plain_agreement(f"CÔNG TY SỐ {number}")).json()["id"] for number in range(2)]
    work_off(worker_of(services))
    assert confirm(client, ids[0], decision("B", reason="Hồ sơ")).status_code == 200
    assert publish(client, ids[0]).status_code == 200
    waiting = upload(client, plain_agreement("CÔNG TY SỐ 2")).json()["id"]
    with services.database.write() as session:
        audit.record(session, audit.SYSTEM, next(iter(Event)), subject="x:1", before=None, after={"chữ": "đổi", "số": 1.5})
    return Filled(settings, services, waiting, {"Authorization": client.headers["Authorization"]})


def rows(services: Services) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the jobs', whose keys are their engine's."""
    with services.database.snapshot() as session:
        repository = TableRepository(session.connection())
        return {name: [dict(row) for row in repository.rows(table)] for name, table in repository.tables.items() if name != "jobs"}


def jobs(services: Services) -> list[dict[str, Any]]:
    said = ("kind", "subject", "payload", "state", "attempts", "max_attempts", "run_at", "error_code", "error_message")
    with services.database.read() as session:
        return [{name: row[name] for name in said} for row in services.jobs.rows(session)]


def wipe(services: Services) -> None:
    with migrate.alone(services.database) as connection:
        TableRepository(connection).drop_everything()
        migrate.upgrade_connection(connection)
    shutil.rmtree(services.settings.files_dir)
    LocalFiles(services.settings.files_dir)


@pytest.fixture
def other(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An empty service on the other database."""
    values = settings.model_dump() | {"data_dir": tmp_path / "other"}
    if settings.database_url:
        yield Settings(_env_file=None, **values | {"database_url": ""})
        return
    address = request.getfixturevalue("postgres_server")
    from .conftest import _statement

    _statement(address, "CREATE DATABASE other")
    yield Settings(_env_file=None, **values | {"database_url": address.format(name="other")})
    _statement(address, "DROP DATABASE other WITH (FORCE)")


@pytest.mark.parametrize("name", ["ban-sao", "ban-sao.tar", "ban-sao.tar.gz"])
def test_backup_wipe_restore(filled: Filled, tmp_path: Path, name: str) -> None:
    services, (seen, stored, queued) = filled.services, filled.whole()
    assert len(seen) == 3
    made = back_up(services, tmp_path / name)
    assert (made.files, made.missing) == (3, [])
    wipe(services)
    assert rows(services)["agreements"] == []
    assert restore(services, tmp_path / name) == made
    assert (rows(services), jobs(services)) == (stored, queued)
    assert filled.seen() == seen
    assert list(check(services, 0)) == []
    with services.database.read() as session:
        assert audit.verify(session).problem is None
    work_off(worker_of(services))
    assert filled.waiting in filled.seen(), "the waiting job goes on"


def test_restore_into_the_other_database(filled: Filled, other: Settings, tmp_path: Path) -> None:
    seen, stored, queued = filled.whole()
    back_up(filled.services, tmp_path / "b.tar")
    migrate.upgrade(other)
    services = Services.open(other)
    try:
        restore(services, tmp_path / "b.tar")
        there = rows(services)
        assert {name: len(found) for name, found in there.items()} == {name: len(found) for name, found in stored.items()}
        assert (jobs(services), filled.seen(other)) == (queued, seen)
        with services.database.read() as session:
            verified = audit.verify(session)
        assert (verified.problem, verified.events > 0) == (None, True)
        assert list(check(services, 0)) == []
        work_off(worker_of(services))
        assert filled.waiting in filled.seen(other)
        with services.database.write() as session:
            audit.record(session, audit.SYSTEM, next(iter(Event)))
    finally:
        services.close()


def test_a_backup_is_one_moment_while_others_write(filled: Filled, tmp_path: Path) -> None:
    stop, failures = threading.Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            data = str(number).encode()
            digest = hashlib.sha256(data).hexdigest()
            try:
                with filled.services.database.write() as session:
                    staged = filled.services.files.stage(100)
                    staged.write(data)
                    staged.seal()
                    filled.services.files.keep(staged)
                    FileRepository(session).add(digest, len(data), "text/plain")
                    session.add(Agreement(state="waiting", unit_id=ROOT_ID, note=digest))
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(4):
            back_up(filled.services, tmp_path / str(number))
    finally:
        stop.set()
        thread.join()
    assert failures == []
    sizes = []
    for number in range(4):
        wipe(filled.services)
        restore(filled.services, tmp_path / str(number))
        found = rows(filled.services)
        noted = {row["note"] for row in found["agreements"] if row["note"]}
        assert noted <= {row["sha256"] for row in found["files"]}, "both or neither of one transaction"
        assert len(noted) == len(found["files"]) - 3
        assert list(check(filled.services, 0)) == []
        sizes.append(len(noted))
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0], "there were writes between the backups"


def test_a_target_with_data_is_refused_unless_told(filled: Filled, tmp_path: Path) -> None:
    back_up(filled.services, tmp_path / "b")
    before = rows(filled.services)
    with filled.services.database.write() as session:
        session.add(Agreement(state="waiting", unit_id=ROOT_ID, note="sau bản sao lưu"))
    with pytest.raises(CannotStart) as refused:
        restore(filled.services, tmp_path / "b")
    assert refused.value.code == "target_not_empty"
    assert len(rows(filled.services)["agreements"]) == 4
    restore(filled.services, tmp_path / "b", replace=True)
    assert rows(filled.services) == before


def test_files_alone_are_data_too(filled: Filled, tmp_path: Path) -> None:
    back_up(filled.services, tmp_path / "b")
    with migrate.alone(filled.services.database) as connection:
        TableRepository(connection).drop_everything()
        migrate.upgrade_connection(connection)
    with pytest.raises(CannotStart) as refused:
        restore(filled.services, tmp_path / "b")
    assert refused.value.code == "target_not_empty"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _table(folder: Path) -> None:
    flip(folder / "tables" / "assessments.jsonl")


def _file(folder: Path) -> None:
    flip(next((folder / "files").glob("*/*")))


def _manifest(folder: Path) -> None:
    flip(folder / MANIFEST)


def _gone(folder: Path) -> None:
    next((folder / "files").glob("*/*")).unlink()


def _more(folder: Path) -> None:
    (folder / "tables" / "more.jsonl").write_text("{}\n")


def _no_seal(folder: Path) -> None:
    (folder / SEAL).unlink()


@pytest.mark.parametrize("harm", [_table, _file, _manifest, _gone, _more, _no_seal])
def test_a_backup_that_is_not_whole_is_refused_and_nothing_changes(filled: Filled, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    back_up(filled.services, tmp_path / "b")
    before = rows(filled.services)
    harm(tmp_path / "b")
    with pytest.raises(CannotStart) as refused:
        restore(filled.services, tmp_path / "b", replace=True)
    assert refused.value.code == "backup_damaged"
    assert rows(filled.services) == before


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
def test_a_packed_backup_cut_short_is_refused(filled: Filled, tmp_path: Path, name: str) -> None:
    back_up(filled.services, tmp_path / name)
    data = (tmp_path / name).read_bytes()
    for length in (0, 300, len(data) // 2, len(data) * 9 // 10):
        (tmp_path / name).write_bytes(data[:length])
        with pytest.raises(CannotStart) as refused:
            restore(filled.services, tmp_path / name, replace=True)
        assert refused.value.code == "backup_damaged"


def sealed(folder: Path, revision: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    """A backup as an earlier version would have written it."""
    parts = []
    with archive.writing(folder) as sink:
        for name, found in tables.items():
            data = b"".join(json.dumps(row).encode() + b"\n" for row in found)
            sink.add(f"tables/{name}.jsonl", archive.content_of(data), len(data))
            parts.append({"name": name, "rows": len(found), "sha256": hashlib.sha256(data).hexdigest()})
        manifest = {
            "format": 1, "engine": "0", "made_at": now().isoformat(), "database": "sqlite", "revision": revision,
            "tables": parts, "files": [], "missing": [],
        }  # fmt: skip
        text = json.dumps(manifest).encode()
        sink.add(MANIFEST, archive.content_of(text), len(text))
        seal = hashlib.sha256(text).hexdigest().encode()
        sink.add(SEAL, archive.content_of(seal), len(seal))


def job(number: int, state: str) -> dict[str, Any]:
    moment = "2025-06-30T01:02:03.000004+00:00"
    return {
        "id": str(number), "kind": "grade", "subject": f"s{number}", "payload": '{"n": 1}', "state": state, "created_at": moment,
        "run_at": moment, "attempts": 0, "max_attempts": 4, "worker": None, "token": None, "lease_until": None, "finished_at": None,
        "error_code": None, "error_message": None,
    }  # fmt: skip


def test_a_backup_of_an_earlier_version_is_brought_up_to_this_one(services: Services, tmp_path: Path) -> None:
    file = {"sha256": "a" * 64, "size": 3, "media_type": "x", "stored_at": "2025-06-30T00:00:00+00:00"}
    sealed(tmp_path / "old", "0002", {"files": [file], "jobs": [job(1, "done"), job(2, "queued")]})
    restore(services, tmp_path / "old")
    assert migrate.is_current(services.database)
    assert [row["sha256"] for row in rows(services)["files"]] == ["a" * 64]
    assert [(row["subject"], row["state"]) for row in jobs(services)] == [("s1", "done"), ("s2", "queued")]
    claim = services.jobs.claim("w")
    assert claim is not None
    assert (claim.subject, claim.payload) == ("s2", {"n": 1})


def test_what_does_not_fit_together_changes_nothing(filled: Filled, tmp_path: Path) -> None:
    before = rows(filled.services)
    orphan = {
        "id": "1", "agreement_id": "none", "number": 1, "file_sha256": "a" * 64, "filename": "x", "created_at": "2025-06-30T00:00:00+00:00",
    }  # fmt: skip
    for name, revision, tables in (
        ("refers-to-nothing", "0002", {"submissions": [orphan]}),
        ("other-columns", "0002", {"files": [{"sha256": "a"}]}),
        ("no-such-table", "0002", {"audit_events": []}),
    ):
        sealed(tmp_path / name, revision, tables)
        with pytest.raises(CannotStart) as refused:
            restore(filled.services, tmp_path / name, replace=True)
        assert refused.value.code == "backup_damaged"
        assert rows(filled.services) == before
    sealed(tmp_path / "newer", "9999", {})
    with pytest.raises(CannotStart) as refused:
        restore(filled.services, tmp_path / "newer", replace=True)
    assert refused.value.code == "backup_newer"


def test_a_backup_never_overwrites_and_leaves_nothing_half_done(filled: Filled, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("something dear")
    with pytest.raises(CannotStart) as refused:
        back_up(filled.services, tmp_path / "b.tar")
    assert refused.value.code == "target_exists"
    assert (tmp_path / "b.tar").read_text() == "something dear"
    with pytest.raises(CannotStart) as refused:
        back_up(filled.services, tmp_path / "b.tar" / "inside" / "a-file")
    assert refused.value.code == "backup_unwritable"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "data"]


def test_nobody_else_may_read_a_backup(filled: Filled, tmp_path: Path) -> None:
    back_up(filled.services, tmp_path / "folder")
    back_up(filled.services, tmp_path / "b.tar.gz")
    for path in (tmp_path / "folder", *(tmp_path / "folder").rglob("*"), tmp_path / "b.tar.gz"):
        assert path.stat().st_mode & 0o077 == 0 or path.parent != tmp_path, path
    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        assert {member.mode for member in tar} == {0o600}


def path_of(services: Services, sha256: str) -> Path:
    return services.settings.files_dir / sha256[:2] / sha256


def test_check_names_what_is_missing_altered_and_orphaned(filled: Filled, tmp_path: Path) -> None:
    services = filled.services
    first, second, third = sorted(row["sha256"] for row in rows(services)["files"])
    submission = {row["file_sha256"]: row["id"] for row in rows(services)["submissions"]}
    path_of(services, first).unlink()
    flip(path_of(services, second))
    orphan = services.files.stage(10)
    orphan.write(b"nobody's")
    orphan.seal()
    services.files.keep(orphan)
    assert [(found.kind, found.sha256, found.needed_by) for found in check(services, 0)] == [
        ("missing", first, [f"submissions {submission[first]}"]),
        ("altered", second, [f"submissions {submission[second]}"]),
        ("orphaned", orphan.sha256, []),
    ]
    assert [found.kind for found in check(services)] == ["missing", "altered"], "a young orphan may be an upload under way"
    made = back_up(services, tmp_path / "b")
    assert (made.files, made.missing) == (1, sorted([first, second]))
    assert path_of(services, third).exists()


def thuoc(settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    for name, value in child_environment(settings).items():
        monkeypatch.setenv(name, value)
    code = run_code(command, list(words))
    said = capfd.readouterr()
    return code, said.out, said.err


def test_the_commands(filled: Filled, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        return thuoc(filled.settings, capfd, monkeypatch, *words)

    target = str(tmp_path / "b.tar.gz")
    assert run("check")[:2] == (0, "Kho tệp khớp với cơ sở dữ liệu.\n")
    code, said, _ = run("backup", target)
    assert (code, "3 tệp" in said) == (0, True)
    code, _, told = run("backup", target)
    assert (code, told.startswith("Lỗi [target_exists]: ")) == (1, True)
    code, _, told = run("restore", target)
    assert (code, told.startswith("Lỗi [target_not_empty]: ")) == (1, True)
    digest = rows(filled.services)["files"][0]["sha256"]
    flip(path_of(filled.services, digest))
    code, said, _ = run("check")
    assert (code, said.startswith(f"đã bị thay đổi: {digest} (cần cho: submissions ")) == (6, True)
    code, said, _ = run("backup", str(tmp_path / "b2"))
    assert (code, digest in said) == (6, True)
    assert run("restore", target, "--replace")[0] == 0
    assert run("check")[0] == 0
    kept = path_of(filled.services, "f" * 64)
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(b"x")
    os.utime(kept, (1, 1))
    assert run("check")[:2] == (7, f"không thuộc bản ghi nào: {'f' * 64}\n")
    assert run("restore", str(tmp_path / "nowhere"))[0] == 1
