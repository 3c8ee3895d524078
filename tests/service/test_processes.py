"""The service as real processes: kills at the worst moments, two workers at once, the whole street over a real socket."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.accounts.principal import Role
from app.agreements.models import Agreement, Assessment, Reading
from app.agreements.service import GRADE
from app.jobs.models import WorkerSign
from app.jobs.worker import child_environment
from app.settings import PROJECT, Settings
from app.wiring import Services

from .documents import plain_agreement
from .people import bearer

API = "/api/v1/agreements"
PYTHON = sys.executable
KEY: dict[str, str] = {}  # the header of a key of the running server


@contextmanager
def process(settings: Settings, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the service in a group of its own, gone at the end with everything that it started."""
    child = subprocess.Popen(
        [PYTHON, *arguments], cwd=PROJECT, env=child_environment(settings) | environment, start_new_session=True, stdin=subprocess.PIPE
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def until(what: str, holds: Callable[[], Any], seconds: float = 40) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} s: {what}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def server(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    KEY.update(bearer(settings))
    with process(settings, "-c", f"from app.main import serve; serve('127.0.0.1', {port})") as child:
        address = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            assert child.poll() is None, "the server ended"
            try:
                return httpx.get(f"{address}/healthz", timeout=2).status_code == 200
            except httpx.TransportError:
                return False

        until("the server answers", answers)
        yield address, child


def count(services: Services, *of: Any) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(of[0]).where(*of[1:])) or 0


def jobs(services: Services) -> list[dict[str, Any]]:
    with services.database.read() as session:
        return [job for job in services.jobs.rows(session) if job["kind"] == GRADE]  # a worker begins the day's run as well


def send(address: str, data: bytes) -> httpx.Response:
    return httpx.post(f"{address}{API}", files={"file": ("thoa-uoc.docx", data)}, timeout=30, headers=KEY)


def state(address: str, agreement: str) -> str:
    return str(httpx.get(f"{address}{API}/{agreement}", timeout=10, headers=KEY).json()["state"])


@pytest.mark.slow
def test_the_whole_street_over_a_socket(settings: Settings) -> None:
    with server(settings.model_copy(update={"workers": 1})) as (address, _):
        sent = send(address, plain_agreement())
        assert sent.status_code == 202
        agreement = sent.json()["id"]
        until("graded by the worker that serve started", lambda: state(address, agreement) == "graded")
        until("the worker signs", lambda: httpx.get(f"{address}/healthz").json()["status"] == "ok")
        decision = {"grade": "B", "points": {"process": 4, "signing_implementation": 6, "bonus": 5}, "reason": "Hồ sơ"}
        for role, move, body in (
            (Role.OFFICER, "submit", None),
            (Role.REVIEWER, "review", None),
            (Role.REVIEWER, "confirm", decision),
            (Role.PUBLISHER, "release", None),
            (Role.PUBLISHER, "release/approve", None),
            (Role.PUBLISHER, "publish", None),
        ):
            headers = bearer(settings, role) | {"If-Match": "*"}
            own = f"{address}{API}/{agreement}"
            if move == "release/approve":
                ready = functools.partial(httpx.get, f"{own}/release", headers=headers)
                until("the redacted copy is ready", lambda look=ready: look().json()["state"] == "ready")
            answer = httpx.post(f"{own}/{move}", json=body, headers=headers)
            assert answer.status_code in (200, 202), answer.text
        [public] = httpx.get(f"{address}/api/v1/publications?grade_at_least=B").json()["items"]
        assert public["number"] == httpx.get(public["links"]["self"]).json()["number"]


SLOW_WORKER = """
import os, time, app.agreements.grading_job as job
real = job.read_file
def slow(*arguments, **options):
    record = real(*arguments, **options)
    open(os.environ["STARTED"], "a").write("x")
    time.sleep(float(os.environ["SECONDS"]))
    return record
job.read_file = slow
from app.jobs.worker import main
main()
"""  # the real job, held still between its reading and its result, so that the kill cannot miss


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_job(settings: Settings, services: Services, tmp_path: Path) -> None:
    quick = settings.model_copy(update={"job_lease_seconds": 1.5})
    with server(quick) as (address, _):
        agreement = send(address, plain_agreement()).json()["id"]
        started = tmp_path / "started"
        with process(quick, "-c", SLOW_WORKER, STARTED=str(started), SECONDS="60") as worker:
            until("the worker is in the job", started.exists)
            assert state(address, agreement) == "grading"
            worker.kill()
            worker.wait()
        assert count(services, Assessment) == 0
        with process(quick, "-m", "app.jobs.worker"):
            until("graded after the restart", lambda: state(address, agreement) == "graded")
        [job] = jobs(services)
        assert (job["state"], job["attempts"]) == ("done", 2)
        assert (count(services, Reading), count(services, Assessment)) == (1, 1)


@pytest.mark.slow
def test_a_worker_that_wakes_after_its_lease_has_no_effect(settings: Settings, services: Services, tmp_path: Path) -> None:
    quick = settings.model_copy(update={"job_lease_seconds": 1.0})
    with server(quick) as (address, _):
        agreement = send(address, plain_agreement()).json()["id"]
        started = tmp_path / "started"
        with process(quick, "-c", SLOW_WORKER, STARTED=str(started), SECONDS="1") as sleeper:
            until("the worker is in the job", started.exists)
            os.kill(sleeper.pid, signal.SIGSTOP)  # neither working nor beating, but not dead
            with process(quick, "-m", "app.jobs.worker"):
                until("another worker does the job", lambda: state(address, agreement) == "graded")
            os.kill(sleeper.pid, signal.SIGCONT)
            until("the sleeper looks for new work", lambda: count(services, WorkerSign, WorkerSign.job_id.is_(None)) > 0)
            time.sleep(2)
            assert sleeper.poll() is None
        assert (count(services, Reading), count(services, Assessment)) == (1, 1)


@pytest.mark.slow
def test_a_job_past_its_time_limit_is_given_up(settings: Settings, services: Services, tmp_path: Path) -> None:
    quick = settings.model_copy(update={"job_time_limit_seconds": 1.0, "job_max_attempts": 1})
    with server(quick) as (address, _):
        agreement = send(address, plain_agreement()).json()["id"]
        with process(quick, "-c", SLOW_WORKER, STARTED=str(tmp_path / "started"), SECONDS="60") as worker:
            assert worker.wait(20) == 75
        seen = httpx.get(f"{address}{API}/{agreement}", headers=KEY).json()
        assert (seen["state"], seen["error"]["code"]) == ("failed", "time_limit")


@pytest.mark.slow
def test_a_stopping_worker_gives_its_job_back(settings: Settings, services: Services, tmp_path: Path) -> None:
    with server(settings) as (address, _):
        agreement = send(address, plain_agreement()).json()["id"]
        started = tmp_path / "started"
        with process(settings, "-c", SLOW_WORKER, STARTED=str(started), SECONDS="60") as worker:
            until("the worker is in the job", started.exists)
            worker.terminate()
            assert worker.wait(20) == 0
        with process(settings, "-m", "app.jobs.worker"):  # the lease of 30 s had not run out
            until("the next worker has it at once", lambda: state(address, agreement) == "graded", 15)
        [job] = jobs(services)
        assert job["attempts"] == 1


@pytest.mark.slow
def test_two_workers_share_the_work_and_do_nothing_twice(settings: Settings, services: Services) -> None:
    files = [plain_agreement(f"CÔNG TY CỔ PHẦN SỐ {number}") for number in range(12)]
    with server(settings) as (address, _):
        sent = [send(address, data).json()["id"] for data in files]
        with process(settings, "-m", "app.jobs.worker"), process(settings, "-m", "app.jobs.worker"):
            until("all are graded", lambda: count(services, Agreement, Agreement.state == "graded") == len(sent))
        assert count(services, Assessment) == len(sent)
        assert [job["attempts"] for job in jobs(services)] == [1] * len(sent)


@pytest.mark.slow
def test_the_same_bytes_sent_at_once_are_one_agreement(settings: Settings, services: Services) -> None:
    different = [plain_agreement(f"CÔNG TY CỔ PHẦN SỐ {number}") for number in range(8)]
    with server(settings) as (address, _), ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda data: send(address, data), different * 4))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 8
    assert (count(services, Agreement), len(jobs(services))) == (8, 8)


def half_sent(address: str, body: bytes, length: int) -> socket.socket:
    """Send the head and the first bytes of an upload; the rest stays with the sender."""
    host, port = address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    lines = [f"POST {API} HTTP/1.1", "Host: x", "Content-Type: multipart/form-data; boundary=x", f"Content-Length: {length}"]
    head = "\r\n".join([*lines, f"Authorization: {KEY['Authorization']}", "", ""])
    connection.sendall(head.encode() + body)
    return connection


def multipart(data: bytes) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n' + data + b"\r\n--x--\r\n"


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_an_upload(settings: Settings, services: Services) -> None:
    data = plain_agreement()
    body = multipart(data)
    with server(settings) as (address, child):
        connection = half_sent(address, body[: len(body) // 2], len(body))
        until(
            "part of the file has arrived", lambda: any(path.stat().st_size for path in (services.settings.files_dir / "staged").iterdir())
        )
        os.killpg(child.pid, signal.SIGKILL)
        connection.close()
    assert (count(services, Agreement), len(jobs(services))) == (0, 0)
    assert not services.files.holds(hashlib.sha256(data).hexdigest())
    with server(settings.model_copy(update={"workers": 1})) as (address, _):
        agreement = send(address, data).json()["id"]
        until("graded after all", lambda: state(address, agreement) == "graded")


CUT = ("receive", "keep", "commit", "answer")
CUTTING_SERVER = """
import os, sys, app.agreements.routes as routes, app.storage.files as files, app.agreements.service as service
from sqlalchemy import event
point, port = sys.argv[1], int(sys.argv[2])
def cut(*_):
    os.kill(os.getpid(), 9)
if point == "receive":
    routes.media_type_of = cut
if point == "keep":
    real = files.LocalFiles.keep
    files.LocalFiles.keep = lambda self, staged: (real(self, staged), cut())
if point == "commit":
    real_receive = service.receive
    service.receive = lambda *a, **k: (real_receive(*a, **k), cut())
if point == "answer":
    real_store = routes._store
    routes._store = lambda *a: (real_store(*a), cut())
from app.main import serve
serve("127.0.0.1", port)
"""  # the real server, ended by SIGKILL at one named point of an upload


@pytest.mark.slow
@pytest.mark.parametrize("point", CUT)
def test_a_kill_at_any_point_of_an_upload(settings: Settings, services: Services, point: str) -> None:
    """Whatever was stored is stored whole and graded after the restart; what was not stored was never accepted."""
    data, port = plain_agreement(), free_port()
    KEY.update(bearer(settings))
    with process(settings, "-c", CUTTING_SERVER, point, str(port)) as child:
        until("the server listens", lambda: _listens(port))
        with pytest.raises(httpx.TransportError):
            send(f"http://127.0.0.1:{port}", data)
        assert child.wait(10) == -signal.SIGKILL
    stored = count(services, Agreement)
    assert stored == len(jobs(services)) == (1 if point == "answer" else 0)
    with server(settings.model_copy(update={"workers": 1})) as (address, _):
        if stored:
            until("the stored one is graded", lambda: count(services, Agreement, Agreement.state == "graded") == 1)
        agreement = send(address, data).json()["id"]
        until("graded", lambda: state(address, agreement) == "graded")
    assert (count(services, Agreement), count(services, Assessment)) == (1, 1)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_a_sender_who_leaves_or_sends_too_much_is_no_harm(settings: Settings, services: Services) -> None:
    with server(settings.model_copy(update={"max_upload_mb": 1, "upload_idle_seconds": 1.0})) as (address, _):
        half_sent(address, multipart(plain_agreement())[:2000], 100_000).close()
        silent = half_sent(address, multipart(plain_agreement())[:2000], 100_000)
        assert b" 408 " in silent.recv(200)
        refused = httpx.post(f"{address}{API}", files={"file": ("a.docx", b"x" * 1_300_000)}, timeout=30, headers=KEY)
        assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")
        refused = httpx.post(f"{address}{API}", files={"file": ("a.docx", b"x" * 9_000_000)}, timeout=30, headers=KEY)
        assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")
        unknown = {"Authorization": "Bearer thuoc_x"}
        refused = httpx.post(f"{address}{API}", files={"file": ("a.docx", b"x" * 900_000)}, timeout=30, headers=unknown)
        assert (refused.status_code, refused.json()["code"]) == (401, "key_invalid")
        staged = services.settings.files_dir / "staged"
        until("nothing is left behind", lambda: not list(staged.iterdir()))
    assert count(services, Agreement) == 0


@pytest.mark.slow
def test_a_fallen_worker_is_started_again_and_none_outlives_the_server(settings: Settings, services: Services) -> None:
    def workers() -> set[int]:
        with services.database.read() as session:
            names = set(session.scalars(select(WorkerSign.name)))
        return {pid for pid in (int(name.split(":")[1]) for name in names) if Path(f"/proc/{pid}").exists()}

    with server(settings.model_copy(update={"workers": 1})) as (_, child):
        [first] = until("a worker signs", workers)
        os.kill(first, signal.SIGKILL)
        [second] = until("another one signs", lambda: workers() - {first})
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        until("the worker ends with its server", lambda: not Path(f"/proc/{second}").exists() or _zombie(second), 15)


def _zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_demo_prints_lines_that_work(tmp_path: Path) -> None:
    environment = os.environ | {"THUOC_DATA_DIR": str(tmp_path)}
    command = [str(Path(PYTHON).parent / "thuoc"), "demo", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as demo:
        assert demo.stdout is not None
        try:
            lines = []
            for line in demo.stdout:
                lines.append(line.rstrip())
                if "Ctrl-C" in line:
                    break
            text = "\n".join(lines)
            assert "XẾP LOẠI ĐỀ XUẤT" in text
            curls = [line for line in lines if line.startswith("curl ")]
            assert len(curls) == 5
            for line in curls:
                done = subprocess.run(["bash", "-c", line], cwd=PROJECT, capture_output=True, text=True, timeout=60)
                assert done.returncode == 0, line
                assert '"code"' not in done.stdout[:200], done.stdout[:300]
        finally:
            os.killpg(demo.pid, signal.SIGINT)
            assert demo.wait(20) == 0


@pytest.mark.slow
def test_demo_once_ends_well(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]  # the port is taken: the demonstration looks for a free one
        command = [str(Path(PYTHON).parent / "thuoc"), "demo", "--once", "--port", str(port)]
        done = subprocess.run(
            command, cwd=PROJECT, env=os.environ | {"THUOC_DATA_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 0, done.stderr
    assert f":{port}" not in done.stdout
    assert done.stdout.count("\n200 ") == 5
    assert list(tmp_path.iterdir()) == [], "the demonstration leaves no data behind"


def test_the_first_command_sets_up_and_runs_the_demonstration() -> None:
    script = PROJECT / "scripts" / "demo"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[-2:] == ["scripts/setup", 'exec .venv/bin/thuoc demo "$@"']


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["serve", "--port", "{taken}"], ["serve"], ["db", "upgrade"], ["worker"]])
def test_what_cannot_start_says_why_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    environment = os.environ | {"THUOC_DATA_DIR": str(tmp_path)}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        if "--port" not in arguments:
            environment["THUOC_DATABASE_URL"] = "postgresql://thuoc@127.0.0.1:9/thuoc"
        command = [str(Path(PYTHON).parent / "thuoc"), *(word.format(taken=taken.getsockname()[1]) for word in arguments)]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    code = "port_unavailable" if "--port" in arguments else "database_unavailable"
    assert done.stderr.startswith(f"Lỗi [{code}]: ")
    assert done.stderr.count("\n") == 1
