"""A disk that is full and a disk that may not be written, under the running service: clear refusals, nothing damaged, then on again.

The disk is a small tmpfs of its own; mounting one needs root (or a user namespace), `mountable` says whether that is given.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.cluster import API, key_of, until
from benchmarks.faults_check import Told, verify
from benchmarks.faults_form import form
from tests.service.documents import plain_agreement

DISK_MB = 24
ROOM_LEFT = 60_000  # bytes that are left when the disk fills up: some uploads still fit
TRIES = 12


@dataclass
class Trial:
    """`told` says in one line what was answered; `problems` is empty where all of it is as it must be."""

    name: str
    answers: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        answers = ", ".join(f"`{code}` {number}" for code, number in sorted(self.answers.items()))
        return f"answers while it lasted: {answers}; afterwards everything accepted is there, graded once, files and audit whole"


def mountable() -> bool:
    """Whether a tmpfs can be mounted here."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "thuoc", folder], capture_output=True)
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return done.returncode == 0


@contextmanager
def disk(place: Path) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "thuoc", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def trials(database: str) -> list[Trial]:
    """The full disk holds SQLite's database and the files; with PostgreSQL, whose own disk is the server's affair, the files."""
    if not mountable():
        return []
    return [
        _trial("disk full", database, "data" if database == "sqlite" else "data/files", _fill, _free, "storage_full"),
        _trial("store not writable", database, "data/files", _forbid, _allow, "storage_unavailable"),
    ]


Change = Callable[[Path], None]


def _trial(name: str, database: str, on: str, begin: Change, end: Change, expected: str) -> Trial:
    trial = Trial(name)
    folder = Path(tempfile.mkdtemp(prefix="thuoc-disk-"))
    place = folder / on
    try:
        with disk(place), form(database, folder, apis=1, workers=1) as running:
            headers = {"Authorization": f"Bearer {key_of(running.environment)}"}
            with httpx.Client(base_url=running.processes.apis[0].address, headers=headers, timeout=60) as client:
                told = Told({}, set())
                _send(client, "trước", told)
                begin(place)
                try:
                    for number in range(TRIES):
                        trial.answers[_send(client, f"trong {number}", told)] += 1
                    if client.get(API).status_code != 200:
                        trial.problems.append("reading is refused too")
                finally:
                    end(place)
                for number in range(TRIES):  # what was refused is taken now
                    code = _send(client, f"trong {number}", told)
                    if code != "accepted":
                        trial.problems.append(f"refused afterwards: {code}")
                until("all is graded", lambda: client.get(API, params={"state": "waiting"}).json()["items"] == [], 180)
            running.processes.stop()
            trial.problems += verify(running.settings, told).problems
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if expected not in trial.answers or not set(trial.answers) <= {expected, "accepted"}:
        trial.problems.append(f"answers {dict(trial.answers)}, expected {expected}")
    return trial


def _send(client: httpx.Client, name: str, told: Told) -> str:
    data = plain_agreement(f"CÔNG TY {name}")
    answer = client.post(API, files={"file": ("thoa-uoc.docx", data)})
    if not answer.is_success:
        return str(answer.json()["code"])
    told.uploads[answer.json()["id"]] = hashlib.sha256(data).hexdigest()
    return "accepted"


def _fill(place: Path) -> None:
    state = os.statvfs(place)
    with (place / "filler").open("wb") as filler:
        filler.write(b"\0" * (state.f_bavail * state.f_frsize - ROOM_LEFT))


def _free(place: Path) -> None:
    (place / "filler").unlink()


def _forbid(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)


def _allow(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
