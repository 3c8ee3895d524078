"""What every file store must do: the folder, and the bucket of a real S3-compatible server."""

from __future__ import annotations

import hashlib
import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import obstore
import pytest

from app.problems import Problem
from app.settings import PROJECT, Settings
from app.storage.files import FileStore, LocalFiles, Staged
from app.storage.s3 import S3Files

from . import s3
from .people import bearer

DATA = b"thoa uoc"
DIGEST = hashlib.sha256(DATA).hexdigest()


@dataclass
class Store:
    """A store with a hand on what lies beneath it."""

    files: FileStore
    staged: Path
    settings: Settings
    names: Callable[[], list[str]]
    damage: Callable[[str, bytes], None]


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "local":
        settings = Settings(_env_file=None, data_dir=tmp_path)
        folder = settings.files_dir
        return Store(
            LocalFiles(folder),
            folder / "staged",
            settings,
            lambda: sorted(path.name for path in folder.glob("*/*") if path.parent.name != "staged"),
            lambda digest, data: (folder / digest[:2] / digest).write_bytes(data) and None,
        )
    given = s3.bucket(request.getfixturevalue("s3_server"))
    settings = Settings(_env_file=None, data_dir=tmp_path, **given)
    bucket = s3.client(settings)

    def names() -> list[str]:
        return sorted(found["path"].rsplit("/", 1)[-1] for batch in obstore.list(bucket) for found in batch)

    def damage(digest: str, data: bytes) -> None:
        obstore.put(bucket, f"kho/{digest[:2]}/{digest}", data)

    return Store(S3Files.of(settings), tmp_path / "staged", settings, names, damage)


def staged(files: FileStore, data: bytes, cap: int = 100_000_000) -> Staged:
    one = files.stage(cap)
    for start in range(0, len(data), 1_000_000):
        one.write(data[start : start + 1_000_000])
    one.seal()
    return one


def left_over(store: Store) -> list[str]:
    return [path.name for path in store.staged.iterdir()]


def test_equal_bytes_are_one_file(store: Store) -> None:
    for _ in range(2):
        store.files.keep(staged(store.files, DATA))
    assert store.names() == [DIGEST]
    assert left_over(store) == []
    assert store.files.read(DIGEST) == DATA
    assert store.files.holds(DIGEST)
    assert list(store.files.digests(0)) == [DIGEST]
    assert list(store.files.digests(3600)) == [], "written just now"


def test_a_large_file_comes_back_whole(store: Store) -> None:
    data = os.urandom(1 << 20) * 12 + b"end"
    one = staged(store.files, data)
    store.files.keep(one)
    assert store.files.read(one.sha256) == data


def test_what_is_staged_is_not_kept_and_can_be_thrown_away(store: Store) -> None:
    one = staged(store.files, DATA)
    assert (one.size, one.sha256, one.path.read_bytes()) == (len(DATA), DIGEST, DATA)
    assert not store.files.holds(DIGEST)
    one.discard()
    one.discard()
    assert left_over(store) == store.names() == []


def test_the_byte_past_the_cap_is_refused_and_nothing_stays(store: Store) -> None:
    one = store.files.stage(10)
    one.write(b"0123456789")
    with pytest.raises(Problem) as refused:
        one.write(b"x")
    one.discard()
    assert refused.value.code == "file_too_large"
    assert left_over(store) == store.names() == []


def test_damage_is_noticed_and_healed_by_the_same_bytes(store: Store) -> None:
    store.files.keep(staged(store.files, DATA))
    store.damage(DIGEST, b"thoa uox")
    with pytest.raises(Problem) as refused:
        store.files.read(DIGEST)
    assert refused.value.code == "file_damaged"
    store.files.keep(staged(store.files, DATA))
    assert store.files.read(DIGEST) == DATA


def test_what_is_gone_is_said_and_may_be_removed_again(store: Store) -> None:
    store.files.keep(staged(store.files, DATA))
    for _ in range(2):
        store.files.remove(DIGEST)
    assert not store.files.holds(DIGEST)
    with pytest.raises(Problem) as refused:
        store.files.read(DIGEST)
    assert refused.value.code == "file_damaged"


def test_uploads_that_broke_off_are_swept(store: Store) -> None:
    broken, running = store.files.stage(10), store.files.stage(10)
    old = time.time() - 10_000
    os.utime(broken.path, (old, old))
    assert store.files.sweep_staged(3600) == 1
    assert left_over(store) == [running.path.name]


def test_a_check_leaves_no_file_of_its_own(store: Store) -> None:
    store.files.check()
    assert left_over(store) == []
    assert list(store.files.digests(0)) == []


KILLED = """
import os, sys, threading
from app.settings import Settings
from app.wiring import Services
files = Services.open(Settings.load()).files
staged = files.stage(200_000_000)
for _ in range(60):
    staged.write(os.urandom(1 << 20))
staged.seal()
print(staged.sha256, flush=True)
files.keep(staged)
print("kept", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.01, 0.05])
def test_a_kill_while_a_file_is_kept_leaves_it_whole_or_not_at_all(store: Store, delay: float) -> None:
    values = {f"THUOC_{name.upper()}": str(value) for name, value in store.settings.model_dump().items() if value is not None}
    with subprocess.Popen([sys.executable, "-c", KILLED], cwd=PROJECT, env=os.environ | values, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        digest = child.stdout.readline().strip()
        time.sleep(delay)
        child.kill()
    assert len(digest) == 64
    if store.files.holds(digest):
        assert len(store.files.read(digest)) == 60 << 20
    else:
        assert list(store.files.digests(0)) == []


class Refusing(http.server.BaseHTTPRequestHandler):
    """A server that answers every request as its class says."""

    status, code = 507, "InsufficientStorage"

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = f"<Error><Code>{self.code}</Code></Error>".encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_DELETE = lambda self: self.send_error(self.status)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "code", "problem"),
    [
        (507, "InsufficientStorage", "storage_full"),
        (500, "XMinioStorageFull", "storage_full"),
        (403, "AccessDenied", "storage_unavailable"),
        (400, "Odd", "storage_unavailable"),
    ],
)
def test_what_the_server_refuses_is_a_clear_problem(tmp_path: Path, status: int, code: str, problem: str) -> None:
    handler = type("Handler", (Refusing,), {"status": status, "code": code})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        files = S3Files.of(
            Settings(
                _env_file=None, data_dir=tmp_path, s3_url=f"http://127.0.0.1:{server.server_port}", s3_access_key="a", s3_secret_key="b"
            )
        )
        one = staged(files, DATA)
        with pytest.raises(Problem) as refused:
            files.keep(one)
        server.shutdown()
    assert refused.value.code == problem
    assert one.path.read_bytes() == DATA, "whoever staged it may still discard it"


def test_a_server_that_is_away_and_a_bucket_that_is_not_there(tmp_path: Path, s3_server: str) -> None:
    away = {"s3_url": "http://127.0.0.1:9", "s3_access_key": "a", "s3_secret_key": "b"}
    for given in (away, away | {"s3_url": s3_server, "s3_bucket": "khong-co"}):
        files = S3Files.of(Settings(_env_file=None, data_dir=tmp_path, **given))
        for act in (files.check, lambda files=files: files.keep(staged(files, DATA)), lambda files=files: list(files.digests(0))):
            with pytest.raises(Problem) as refused:
                act()
            assert refused.value.code == "storage_unavailable"


def test_the_service_grades_from_a_bucket(s3_server: str, settings: Settings, sample: bytes) -> None:
    from fastapi.testclient import TestClient

    from app.jobs.worker import worker_of
    from app.main import create_app
    from app.wiring import Services

    given = settings.model_copy(update=s3.bucket(s3_server))
    with TestClient(create_app(given), headers=bearer(given)) as client:
        sent = client.post("/api/v1/agreements", files={"file": ("a.docx", sample)})
        assert sent.status_code == 202
        services = Services.open(given)
        while worker_of(services).run_one():
            pass
        assert client.get(sent.json()["links"]["self"]).json()["state"] == "graded"
        assert client.get("/healthz").json()["files"]["ok"]
        assert list(services.files.digests(0)) == [hashlib.sha256(sample).hexdigest()]
    assert not settings.files_dir.exists(), "nothing of it lies in the data folder"
