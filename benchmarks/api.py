"""How fast the website's feed answers, how many uploads are accepted while workers grade, and whether memory stays flat.

usage: python -m benchmarks.api [--publications 100000] [--seconds 60] [--memory-seconds 600] [--only …] > benchmarks/api.md
Ratios are of one run on one machine: the service and a bare FastAPI endpoint are asked in turns by the same client over one kept-open
connection, and beside the rate stands the processor time per request, which the load of others does not change.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

from app.accounts import keys
from app.accounts.principal import Grant, Role
from app.audit.service import SYSTEM
from app.grading.catalogue import load_catalogue
from app.organisations.models import ROOT_ID
from app.publications.search.wanted import cursor_of
from app.settings import Settings
from app.storage import migrate
from app.storage.database import Database
from benchmarks import postgres
from benchmarks.publications import PROVINCES, SAMPLE, fill

ROOT = Path(__file__).parents[1]
FEED = "/api/v1/publications"
ROUNDS = 8
TURN = 100  # requests of one turn
ASKED = 100  # requests of each uncached kind


class Connection:
    """One kept-open HTTP/1.1 connection with as little of its own as possible, so that the server is what is measured."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: str = "") -> tuple[int, str, bytes]:
        """Status, headers, body. Opens anew where the server closed a connection that had rested too long."""
        try:
            return self._ask(path, headers)
        except ConnectionError:
            self._open()
            return self._ask(path, headers)

    def _ask(self, path: str, headers: str) -> tuple[int, str, bytes]:
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        told = head.decode("latin-1").lower()
        status = int(told[9:12])
        length = int(told.split("content-length: ")[1].split("\r\n")[0]) if "content-length: " in told and status != 304 else 0
        while len(body) < length:
            body += self._more()
        return status, head.decode("latin-1"), body

    def _more(self) -> bytes:
        got = self._socket.recv(1 << 18)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got


class Server:
    """A process that answers at `port`."""

    def __init__(self, command: list[str], port: int, environment: dict[str, str]) -> None:
        self.port = port
        self._process = subprocess.Popen(command, env=os.environ | environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while True:
            try:
                Connection(port).get("/healthz")
                return
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.2)

    def cpu(self) -> float:
        """Processor seconds of the process so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident megabytes."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def environment(settings: Settings, **more: str) -> dict[str, str]:
    return {
        "THUOC_DATA_DIR": str(settings.data_dir), "THUOC_DATABASE_URL": settings.database_url, "THUOC_WORKERS": "0",
        "THUOC_LOG_LEVEL": "error", **more,
    }  # fmt: skip


@contextmanager
def service(settings: Settings, **more: str) -> Iterator[Server]:
    port = free_port()
    running = Server([sys.executable, "-m", "app.cli", "serve", "--port", str(port)], port, environment(settings, **more))
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def bare() -> Iterator[Server]:
    port = free_port()
    running = Server([sys.executable, "-m", "benchmarks.api", "--bare", str(port)], port, {})
    try:
        yield running
    finally:
        running.stop()


def serve_bare(port: int) -> None:
    """The endpoint that every framework's front page shows."""
    import uvicorn
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    uvicorn.run(app, port=port, log_level="error", access_log=False)


def turn(server: Server, connection: Connection, path: str, headers: str, expected: int) -> tuple[float, float]:
    """Requests a second, and processor milliseconds of one."""
    cpu, started = server.cpu(), time.monotonic()
    for _ in range(TURN):
        assert connection.get(path, headers)[0] == expected
    seconds = time.monotonic() - started
    return TURN / seconds, (server.cpu() - cpu) / TURN * 1000


def ratios(settings: Settings) -> None:
    with service(settings) as ours, bare() as plain:
        to_ours, to_plain = Connection(ours.port), Connection(plain.port)
        status, head, body = to_ours.get(FEED)
        assert status == 200
        etag = next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith("etag"))
        kinds = {
            "bare FastAPI": (plain, to_plain, "/", "", 200),
            f"cached feed, 20 of them, {len(body) / 1000:.0f} kB": (ours, to_ours, FEED, "", 200),
            "304": (ours, to_ours, FEED, f"If-None-Match: {etag}\r\n", 304),
        }
        for kind in kinds.values():  # warm
            turn(*kind)
        rates: dict[str, list[float]] = {name: [] for name in kinds}
        costs: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(ROUNDS):
            for name, kind in kinds.items():
                rate, cost = turn(*kind)
                rates[name].append(rate)
                costs[name].append(cost)
    print("\n## Cached feed and 304 against a bare endpoint (target: ratio ≥ 0.8)\n")
    print("| what | requests/s | ratio of rates, round by round | CPU ms each | ratio of CPU |")
    print("| --- | --- | --- | --- | --- |")
    first = next(iter(kinds))
    for name in kinds:
        pairs = [own / other for own, other in zip(rates[name], rates[first], strict=True)]
        cost = statistics.fmean(costs[name])
        line = f"| {name} | {statistics.median(rates[name]):.0f} | {statistics.median(pairs):.2f} | {cost:.2f} |"
        print(f"{line} {statistics.fmean(costs[first]) / cost:.2f} |", flush=True)


def uncached(settings: Settings, ids: list[str]) -> list[tuple[str, list[float]]]:
    """Milliseconds of requests that were never asked before, by kind."""
    rng = random.Random(11)
    words = ("lao động", "bữa ăn ca", "tiền lương", "cong doan", "nghi phep nam", "thuong tet", "an toàn", "thoi gio lam viec")
    provisions = [one.id for one in load_catalogue().provisions.values() if one.units]

    def place(part: float) -> str:
        return cursor_of([ids[int(len(ids) * (1 - part)) - 1 - rng.randrange(500)]])

    kinds: dict[str, Callable[[int], str]] = {
        "first page": lambda n: f"?limit={20 + n % 3}&cursor={place(0)}",
        "page in the middle": lambda n: f"?limit={20 + n % 3}&cursor={place(0.5)}",
        "page at the end": lambda n: f"?limit={20 + n % 3}&cursor={place(0.98)}",
        "by grade": lambda n: f"?sort=grade&limit={1 + n % 100}",
        "by number of promises, deep": lambda n: f"?sort=better&limit={20 + n % 3}&cursor={cursor_of([8, ids[2000 + n]])}",
        "province, by grade": lambda n: f"?sort=grade&province={quote(PROVINCES[n % 8])}&limit={1 + n % 100}",
        "value filter": lambda n: f"?provision={provisions[n % len(provisions)]}&at_least={rng.randrange(100, 190_000)}.{n}",
        "search, words with and without marks": lambda n: (
            f"?q={quote(words[n % 8])}&limit={1 + n % 100}&grade_at_least={'AB'[n // 100 % 2]}"
        ),
        "search, a rare word": lambda n: f"?q={rng.randrange(len(ids))}",
        "search, words with a province": lambda n: f"?q={quote(words[n % 8])}&province={quote(PROVINCES[n // 8 % 8])}&limit={1 + n % 100}",
    }
    out = []
    with service(settings) as running:
        connection = Connection(running.port)
        for name, path in kinds.items():
            taken = []
            for number in range(ASKED + 5):
                asked = FEED + path(number)
                started = time.monotonic()
                status, _, body = connection.get(asked)
                taken.append((time.monotonic() - started) * 1000)
                assert status == 200, (asked, body[:300])
            out.append((name, taken[5:]))
    return out


def other(sample: bytes, mark: str) -> bytes:
    """The same agreement in another file."""
    made = io.BytesIO(sample)
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = mark.encode()
    return made.getvalue()


def uploads(settings: Settings, seconds: float) -> None:
    key = _key(settings)
    sample = SAMPLE.read_bytes()
    accepted: list[float] = []
    with service(settings, THUOC_WORKERS="2") as running:
        until = time.monotonic() + seconds

        def send(number: int) -> None:
            with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
                count = 0
                while time.monotonic() < until:
                    count += 1
                    data = other(sample, f"{number}-{count}")
                    started = time.monotonic()
                    answer = client.post(f"http://127.0.0.1:{running.port}/api/v1/agreements", files={"file": ("thoa-uoc.docx", data)})
                    assert answer.status_code == 202, answer.text
                    accepted.append((time.monotonic() - started) * 1000)

        senders = [threading.Thread(target=send, args=(number,)) for number in range(1, 3)]
        for one in senders:
            one.start()
        for one in senders:
            one.join()
    print("\n## Uploads while two workers grade\n")
    print(f"{len(accepted) / seconds:.1f} accepted a second over {seconds:.0f} s by two senders, each file of its own (stored durably,")
    print(f"its job committed with it); median {statistics.median(accepted):.0f} ms, p95 {_p95(accepted):.0f} ms.", flush=True)


def memory(settings: Settings, ids: list[str], seconds: float) -> None:
    rng = random.Random(3)
    with service(settings) as running:
        connection = Connection(running.port)
        seen: list[tuple[float, float]] = []
        started = time.monotonic()
        count = 0
        while (at := time.monotonic() - started) < seconds:
            for _ in range(50):
                count += 1
                connection.get(f"{FEED}?limit=50&cursor={cursor_of([rng.choice(ids)])}")
                connection.get(FEED)
            seen.append((at, running.memory()))
    quarter = seconds / 4
    parts = [[megabytes for at, megabytes in seen if n * quarter <= at < (n + 1) * quarter] for n in range(4)]
    print("\n## Memory of the API process\n")
    print(f"{2 * count} requests in {seconds:.0f} s, half of them never asked before, each answer of those 50 publications")
    print("(the answers that are kept have a limit of 32 MB). Resident, the largest in each quarter of the time: ", end="")
    print(", ".join(f"{max(part):.0f} MB" for part in parts if part) + ".", flush=True)


def _key(settings: Settings) -> str:
    database = Database.of(settings)
    try:
        with database.write() as session:
            return keys.add(session, SYSTEM, "benchmark", [Grant(role, ROOT_ID) for role in Role])[1]
    finally:
        database.close()


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def prepared(name: str, folder: Path, count: int) -> Iterator[tuple[Settings, list[str]]]:
    """A migrated database of its own with so many publications."""
    with postgres.server() if name == "PostgreSQL" else _nothing() as address:
        url = address.format(name="postgres") if address else ""
        settings = Settings(_env_file=None, data_dir=folder / name, database_url=url)  # type: ignore[call-arg]
        migrate.upgrade(settings)
        database = Database.of(settings)
        started = time.monotonic()
        ids = fill(database, count) if count else []
        database.close()
        print(f"{name}: {count} publications in {time.monotonic() - started:.0f} s", file=sys.stderr)
        yield settings, ids


@contextmanager
def _nothing() -> Iterator[str]:
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--publications", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60, help="of the uploads")
    parser.add_argument("--memory-seconds", type=float, default=600)
    parser.add_argument("--only", choices=("feed", "uploads", "memory"))
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        serve_bare(args.bare)
        return
    load = os.getloadavg()[0]
    print("# The API\n")
    print("Printed by `python -m benchmarks.api > benchmarks/api.md`.")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {args.publications} synthetic publications; load before the run: {load:.1f}.")
    if load > 1:
        print("**Other work ran on this machine during the run: times are longer than on a quiet one; ratios hold.**", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="thuoc-api-"))
    try:
        _report(folder, args)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(folder: Path, args: argparse.Namespace) -> None:
    kinds = ["SQLite"] if postgres.unavailable() else ["SQLite", "PostgreSQL"]
    found: dict[str, dict[str, list[float]]] = {}
    for name in kinds:
        if args.only == "uploads" and name == "PostgreSQL":
            continue
        with prepared(name, folder, 0 if args.only == "uploads" else args.publications) as (settings, ids):
            if args.only in (None, "feed"):
                if name == "SQLite":
                    ratios(settings)
                found[name] = dict(uncached(settings, ids))
            if name == "SQLite":
                if args.only in (None, "memory"):
                    memory(settings, ids, args.memory_seconds)
                if args.only in (None, "uploads"):
                    uploads(settings, args.seconds)
    if found:
        print("\n## Never asked before (target: p95 ≤ 50 ms; deep pages no slower than the first)\n")
        print(f"{ASKED} requests of each kind, in milliseconds.\n")
        print("| what | " + " | ".join(f"{name} median | p95" for name in found) + " |")
        print("| --- |" + " --- | --- |" * len(found))
        for what in next(iter(found.values())):
            cells = " | ".join(f"{statistics.median(of[what]):.1f} | {_p95(of[what]):.1f}" for of in found.values())
            print(f"| {what} | {cells} |")
    print(f"\nLoad after the run: {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
