"""The processes of compose.yaml on one host without a container engine.

usage: python -m benchmarks.cluster [--once]    (scripts/cluster sets up first)
What compose.yaml builds from this project runs with the command and the environment that are written there; PostgreSQL and the
S3-compatible store are a server of this host and moto, which keeps its objects in memory. `--once` sends one sample agreement to the
first API process, reads it graded from the second, and ends.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.postgres import PostgresServer, unavailable

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "compose.yaml"
SAMPLE = ROOT / "samples" / "d01-may-ky-anh" / "docx-typed.docx"
API = "/api/v1/agreements"
ROLES = ("officer", "reviewer", "publisher", "administrator", "website")
SECRETS = {"THUOC_DATABASE_PASSWORD": "mat-khau", "THUOC_S3_SECRET_KEY": "khoa-bi-mat"}


@dataclass
class Part:
    """One process: its command, what it adds to the environment, the port where its API answers."""

    name: str
    command: list[str]
    environment: dict[str, str]
    port: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Processes:
    """Starts, kills and starts again. A process that is killed takes everything that it started with it."""

    def __init__(self, parts: list[Part], folder: Path) -> None:
        self.parts = {part.name: part for part in parts}
        self.folder = folder

    def start(self, name: str) -> None:
        part = self.parts[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            part.process = subprocess.Popen(
                part.command, cwd=ROOT, env=os.environ | part.environment, stdin=subprocess.PIPE, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """SIGKILL to the process and to everything of its session."""
        process = self.parts[name].process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()

    def stop(self) -> None:
        running = [part.process for part in self.parts.values() if part.process is not None and part.process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def apis(self) -> list[Part]:
        return [part for part in self.parts.values() if part.port is not None]

    def wait(self, seconds: float = 90.0) -> None:
        """Until every API process answers that database and files are well."""
        for part in self.apis:
            until(f"{part.name} answers", lambda part=part: self.well(part), seconds)  # type: ignore[misc]

    def well(self, part: Part) -> bool:
        if part.process is not None and part.process.poll() is not None:
            raise RuntimeError(f"{part.name} ended:\n{(self.folder / f'{part.name}.log').read_text()[-2000:]}")
        try:
            return httpx.get(f"{part.address}/healthz", timeout=10).status_code == 200
        except httpx.TransportError:
            return False


def until(what: str, holds: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"not within {seconds:g} s: {what}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def thuoc(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", *arguments]


def command_line(environment: dict[str, str], *arguments: str) -> str:
    """What a command of the service prints, run with this environment."""
    done = subprocess.run(thuoc(*arguments), cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"thuoc {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def key_of(environment: dict[str, str]) -> str:
    """A new API key with every role."""
    grants = [word for role in ROLES for word in ("--grant", role)]
    return command_line(environment, "key", "add", "cluster", *grants).strip().splitlines()[-1]


def services(secrets: dict[str, str]) -> dict[str, Any]:
    """The services of compose.yaml, its variables filled in."""

    def value(found: re.Match[str]) -> str:
        return secrets[found[1]]

    text = re.sub(r"\$\{(\w+):\?\}", value, COMPOSE.read_text(encoding="utf-8"))
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def parts_of(services: dict[str, Any], places: dict[str, str], folder: Path, port: Callable[[str], int]) -> list[Part]:
    """The processes of this project, `places` put for what reaches the other containers, as often as they are to run."""
    parts = []
    for name, service in services.items():
        if "build" not in service:
            continue
        assert service["command"][0] == "thuoc"
        environment = {key: _placed(str(value), places) for key, value in service["environment"].items()}
        environment["THUOC_DATA_DIR"] = str(folder / name)
        replicas = service.get("deploy", {}).get("replicas", 1)
        for number in range(1, replicas + 1):
            inside = [str(word) for word in service["command"][1:]]
            outside = None
            if "ports" in service:
                published, listening = service["ports"][0].split(":")
                outside = port(published)
                inside = [{"0.0.0.0": "127.0.0.1", listening: str(outside)}.get(word, word) for word in inside]
            parts.append(Part(name if replicas == 1 else f"{name}{number}", thuoc(*inside), environment, outside))
    return parts


def _placed(value: str, places: dict[str, str]) -> str:
    for there, here in places.items():
        value = value.replace(there, here)
    return value


@contextmanager
def cluster(*, random_ports: bool = True) -> Iterator[tuple[Processes, PostgresServer, dict[str, str]]]:
    """The running form of compose.yaml: its processes, the database server, the environment of a command of the service."""
    found = services(SECRETS)
    folder = Path(tempfile.mkdtemp(prefix="thuoc-cluster-"))
    database = PostgresServer()
    store = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port := free_port())],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    processes = None
    try:
        database.start()
        given = found["database"]["environment"]
        database.create(given["POSTGRES_DB"])
        place = f"{given['POSTGRES_USER']}:{given['POSTGRES_PASSWORD']}@database/{given['POSTGRES_DB']}"
        places = {
            f"postgresql://{place}": database.address(given["POSTGRES_DB"]),
            f"http://files{found['files']['command'][1]}": f"http://127.0.0.1:{port}",
        }
        parts = parts_of(found, places, folder, lambda published: free_port() if random_ports else int(published))
        environment = parts[0].environment
        bucket = f"http://127.0.0.1:{port}/{environment['THUOC_S3_BUCKET']}"
        until("the store answers", lambda: _made(bucket))
        processes = Processes(parts, folder)
        for part in parts:
            processes.start(part.name)
        processes.wait()
        yield processes, database, environment
    finally:
        if processes is not None:
            processes.stop()
        os.killpg(store.pid, signal.SIGKILL)
        store.wait()
        database.close()
        shutil.rmtree(folder, ignore_errors=True)


def _made(bucket: str) -> bool:
    try:
        return httpx.put(bucket).status_code == 200
    except httpx.TransportError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--once", action="store_true", help="send one agreement through, then end")
    once = parser.parse_args().once
    if reason := unavailable():
        raise SystemExit(reason)
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, lambda *_: sys.exit(0))
    with cluster(random_ports=once) as (processes, _, environment):
        key = key_of(environment)
        print(*(f"{part.name}: {part.address}" if part.port else part.name for part in processes.parts.values()), sep="\n")
        print(f"Authorization: Bearer {key}", flush=True)
        if once:
            print(through(processes, key))
        else:
            signal.pause()


def through(processes: Processes, key: str) -> str:
    """One agreement: sent to the first API process, graded by a worker, read from the last API process."""
    headers = {"Authorization": f"Bearer {key}"}
    first, last = processes.apis[0], processes.apis[-1]
    sent = httpx.post(f"{first.address}{API}", files={"file": ("thoa-uoc.docx", SAMPLE.read_bytes())}, headers=headers, timeout=60)
    place = f"{last.address}{API}/{sent.raise_for_status().json()['id']}"
    shown = until("graded", lambda: _graded(httpx.get(place, headers=headers, timeout=30).raise_for_status().json()), 180)
    return f"{first.name} -> {last.name}: {shown['state']}, {shown['machine']['better_provisions']} nội dung có lợi hơn luật"


def _graded(shown: dict[str, Any]) -> dict[str, Any] | None:
    return shown if shown["state"] not in ("waiting", "grading") else None


if __name__ == "__main__":
    main()
