"""What is left when every process is killed at random moments under load, and when the disk is full or may not be written.

usage: python -m benchmarks.faults [--seconds 300] [--seed 1] [--database both] > benchmarks/faults.md
On each database: clients send agreements and submit them while processes of the service (API, worker supervisor, worker, PostgreSQL
with all of its own) get SIGKILL, one after the other, and are started again as a container engine would do it. The seed decides who is
killed, when, and what is sent; how the processes stand at that moment is the machine's. Then the load ends, the work is let finish,
everything is stopped, and `benchmarks.faults_check` reads the database and the files: nothing accepted may be lost, no job may have
had its effect twice, no event of the audit may be missing. Afterwards `benchmarks.faults_disk` fills the disk and forbids writing.
Exit code 1 where anything is not as it must be.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks import faults_disk
from benchmarks.cluster import API, SAMPLE, key_of, until
from benchmarks.faults_check import Told, Verdict, verify
from benchmarks.faults_form import Form, form
from benchmarks.postgres import children_of, unavailable
from tests.service.documents import plain_agreement

CLIENTS = 3
LONG = 0.3  # of the agreements sent are long ones
BACKLOG = 12  # agreements accepted and not graded yet: more would only make the end longer
DRAIN_SECONDS = 300.0
FAIR = {"busy", "database_unavailable", "storage_unavailable", "not_graded_yet"}  # refusals that a client may meet here


def long_agreement(name: str) -> bytes:
    """A sample of 55 articles that takes a while to grade, its bytes made another file by a comment."""
    data = io.BytesIO(SAMPLE.read_bytes())
    with zipfile.ZipFile(data, "a") as package:
        package.comment = name.encode()
    return data.getvalue()


@dataclass
class Load:
    """Clients that send agreements and submit them, and remember what they were told."""

    form: Form
    seed: int
    key: str
    told: Told = field(default_factory=lambda: Told({}, set()))
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    unexpected: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _client(self, number: int) -> None:
        chance, sent, drafts = random.Random(f"{self.seed}/{number}"), 0, deque[str]()
        with httpx.Client(headers={"Authorization": f"Bearer {self.key}"}, timeout=20) as client:
            while not self._stop.wait(chance.uniform(0.05, 0.4)):
                if drafts and chance.random() < 0.5:
                    self._submit(client, chance, drafts)
                elif self.waiting(client) <= BACKLOG:
                    sent += 1
                    self._send(client, chance, f"{self.seed}.{number}.{sent}", drafts)

    def _send(self, client: httpx.Client, chance: random.Random, name: str, drafts: deque[str]) -> None:
        data = long_agreement(name) if chance.random() < LONG else plain_agreement(f"CÔNG TY CỔ PHẦN {name}")
        answer = self._post(client, chance, API, files={"file": ("thoa-uoc.docx", data)})
        if answer is not None and answer.is_success:
            agreement = answer.json()["id"]
            drafts.append(agreement)
            with self._lock:
                self.told.uploads[agreement] = hashlib.sha256(data).hexdigest()

    def _submit(self, client: httpx.Client, chance: random.Random, drafts: deque[str]) -> None:
        """Submit the oldest draft. One whose answer is lost stays as it may be: the check finds out which."""
        agreement = drafts.popleft()
        answer = self._post(client, chance, f"{API}/{agreement}/submit", headers={"If-Match": "*"})
        if answer is not None and answer.is_success:
            with self._lock:
                self.told.submitted.add(agreement)
        elif answer is not None:  # refused, so nothing of it is done: again later
            drafts.append(agreement)

    def _post(self, client: httpx.Client, chance: random.Random, path: str, **what: object) -> httpx.Response | None:
        part = chance.choice(self.form.processes.apis)
        try:
            answer = client.post(part.address + path, **what)  # type: ignore[arg-type]
        except httpx.TransportError:
            with self._lock:
                self.unanswered += 1
            return None
        code = "accepted" if answer.is_success else str(answer.json().get("code"))
        with self._lock:
            self.answers[code] += 1
            if not answer.is_success and code not in FAIR:
                self.unexpected.append(f"{answer.status_code} {answer.text[:300]}")
        return answer

    def waiting(self, client: httpx.Client) -> int:
        """How many agreements wait to be graded; none known where nobody answers."""
        for part in self.form.processes.apis:
            with suppress(httpx.TransportError, KeyError, ValueError):
                return len(client.get(f"{part.address}{API}", params={"state": "waiting", "limit": 50}, timeout=5).json()["items"])
        return 0


@dataclass
class Kills:
    """Kills and starts again, by the seed."""

    form: Form
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    by_itself: Counter[str] = field(default_factory=Counter)

    def until(self, end: float) -> None:
        parts = self.form.processes.parts
        children = [f"{name} (its child)" for name in parts if name.startswith("worker")]
        targets = [*parts, *children, *children]
        if self.form.database is not None:
            targets.append("PostgreSQL")
        round: list[str] = []
        while time.monotonic() < end:
            if not round:
                round = self.chance.sample(targets, len(targets))
            time.sleep(self.chance.uniform(0.3, 4.0))
            self._kill(round.pop(), self.chance.uniform(0.0, 2.0))
            self.start_the_fallen()

    def _kill(self, target: str, pause: float) -> None:
        processes = self.form.processes
        self.done[target] += 1
        if target == "PostgreSQL":
            assert self.form.database is not None
            self.form.database.kill()
            time.sleep(pause)
            self.form.database.start()
        elif target.endswith("(its child)"):
            process = processes.parts[target.split()[0]].process
            assert process is not None
            for pid in children_of(process.pid):  # the supervisor starts another
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        else:
            processes.kill(target)
            time.sleep(pause)
            processes.start(target)

    def start_the_fallen(self) -> None:
        """As a container engine does it for what ended by itself (it could not reach the database while starting, say)."""
        for part in self.form.processes.parts.values():
            assert part.process is not None
            if part.process.poll() is not None:
                self.by_itself[part.name] += 1
                self.form.processes.start(part.name)


@dataclass
class Run:
    database: str
    seconds: float
    seed: int
    load: Load
    kills: Kills
    verdict: Verdict
    disk: list[faults_disk.Trial]

    @property
    def problems(self) -> list[str]:
        return [
            *self.verdict.problems,
            *(f"unexpected answer: {one}" for one in self.load.unexpected),
            *(f"{trial.name}: {one}" for trial in self.disk for one in trial.problems),
        ]


def run(database: str, seconds: float, seed: int) -> Run:
    """The whole trial on one database ("sqlite" or "postgresql")."""
    folder = Path(tempfile.mkdtemp(prefix="thuoc-faults-"))
    try:
        apis = 2 if database == "postgresql" else 1
        with form(database, folder, apis=apis, workers=2) as running:
            load = Load(running, seed, key_of(running.environment))
            kills = Kills(running, random.Random(f"{seed}/kills"))
            load.start()
            try:
                kills.until(time.monotonic() + seconds)
            finally:
                load.stop()
            _let_finish(load, kills)
            running.processes.stop()
            verdict = verify(running.settings, load.told)
            if verdict.problems:
                _show_logs(folder)
        disk = faults_disk.trials(database)
        return Run(database, seconds, seed, load, kills, verdict, disk)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _let_finish(load: Load, kills: Kills) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {load.key}"}, timeout=20) as client:

        def idle() -> bool:
            kills.start_the_fallen()
            answers = any(load.form.processes.well(part) for part in load.form.processes.apis)
            return answers and load.waiting(client) == 0

        with suppress(TimeoutError):  # what still waits then is found by the check
            until("everything is graded", idle, DRAIN_SECONDS)


def _show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}", file=sys.stderr)


def report(runs: list[Run]) -> str:
    lines = [
        "# Kills under load, a full disk, a store that may not be written",
        "",
        "Printed by `python -m benchmarks.faults > benchmarks/faults.md`; what is killed when is decided by the seed.",
        f"{os.cpu_count()} cores, Python {platform.python_version()}.",
    ]
    for one in runs:
        verdict, load, kills = one.verdict, one.load, one.kills
        killed = ", ".join(f"{name} {number}" for name, number in sorted(kills.done.items()))
        refused = ", ".join(f"`{code}` {number}" for code, number in sorted(load.answers.items()) if code != "accepted") or "none"
        lines += [
            "",
            f"## {'PostgreSQL' if one.database == 'postgresql' else 'SQLite'}: {one.seconds:g} s, seed {one.seed}",
            "",
            "| what | count |",
            "| --- | --- |",
            f"| SIGKILLs ({killed}) | {kills.done.total()} |",
            f"| processes that ended by themselves and were started again | {kills.by_itself.total()} |",
            f"| uploads accepted | {len(load.told.uploads)} |",
            f"| submissions accepted | {len(load.told.submitted)} |",
            f"| requests whose connection broke | {load.unanswered} |",
            f"| requests refused ({refused}) | {load.answers.total() - load.answers['accepted']} |",
            f"| answers that no client should see | {len(load.unexpected)} |",
            f"| agreements stored, each graded once | {verdict.agreements} |",
            f"| jobs that needed more than one try | {verdict.tried_again} |",
            f"| events of the audit, the chain whole | {verdict.events} |",
            f"| files that belong to nobody (swept later) | {verdict.orphans} |",
            f"| **lost, doubled or damaged** | **{len(verdict.problems)}** |",
            "",
            *([f"- {trial.name}: {trial.told}" for trial in one.disk] or ["- full and unwritable disk: not tried, no right to mount one"]),
        ]
        lines += [f"- **{problem}**" for problem in one.problems]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    args = parser.parse_args()
    databases = ["sqlite", "postgresql"] if args.database == "both" else [args.database]
    if "postgresql" in databases and (reason := unavailable()):
        raise SystemExit(reason)
    runs = [run(database, args.seconds, args.seed) for database in databases]
    print(report(runs), end="")
    if any(one.problems for one in runs):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
