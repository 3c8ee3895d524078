"""How fast stored agreements are scored again, and how much memory that takes.

usage: python -m benchmarks.regrade [--agreements 2000] [--law] > benchmarks/regrade.md
The sample agreements are read once; their readings are stored over and over in a database of its own until it holds so many
agreements. Then they are scored again by another profile: dry on one core and on two, then for good (stored, committed) by one worker
process and by two. The country is 40,000 agreements. The rate is that of the last three quarters of the agreements, so that
the start of the processes is in the country's time once; memory is the largest process's peak at a quarter and at all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from app.agreements.models import Agreement, Reading, Submission
from app.agreements.service import assessment_row, reading_of
from app.assess import read_and_find, score_reading
from app.grading.rubric import find_rubric
from app.grading.sheet_export import profile_data
from app.jobs.worker import worker_of
from app.regrades import service
from app.regrades.preview import Ask, preview
from app.regrades.repository import RegradeRepository
from app.rubrics.models import Rubric
from app.settings import Settings
from app.storage import migrate
from app.storage.base import new_id, now
from app.storage.models import StoredFile
from app.wiring import Services

ROOT = Path(__file__).parents[1]
COUNTRY = 40_000
ON = date(2025, 6, 30)
TARGET = "≤ 90 s for the country on two cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agreements", type=int, default=2000)
    parser.add_argument("--law", action="store_true", help="also judge the promises again by the legal values")
    parser.add_argument("--measure", nargs=3, metavar=("WHAT", "DATA", "N"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        _measure(args.measure[0], Path(args.measure[1]), int(args.measure[2]), args.law)
        return
    with tempfile.TemporaryDirectory(prefix="thuoc-regrade-") as folder:
        _report(Path(folder), args.agreements, args.law)


def _report(folder: Path, count: int, law: bool) -> None:
    load = os.getloadavg()[0]
    quarter, whole = folder / "quarter", folder / "whole"
    fill(quarter, count // 4)
    size = fill(whole, count)
    print("# Scoring stored agreements again\n")
    print("Printed by `python -m benchmarks.regrade > benchmarks/regrade.md`" + (" with `--law`." if law else "."))
    print(f"{count} stored agreements from the samples, SQLite, {size / count / 1000:.0f} kB of readings and scores each before;")
    print(f"{os.cpu_count()} cores (load of others before the run: {load:.1f}), Python {platform.python_version()}. Target: {TARGET}.\n")
    print("| what | cores | agreements/s | the country (40,000) | CPU ms each | peak MB at a quarter | peak MB at all |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for what, cores in (("dry", 1), ("dry", 2), ("store", 1), ("store", 2)):
        small = _run(f"{what}{cores}", quarter, count // 4, law)
        large = _run(f"{what}{cores}", whole, count, law)
        each, cpu = (max(0.0, large[name] - small[name]) / (count - count // 4) for name in ("seconds", "cpu"))
        start = max(0.0, large["seconds"] - count * each)
        name = {"dry": "dry run: score, compare letters", "store": "for good: score, store, commit"}[what]
        memory = f"{small['peak']:.0f} | {large['peak']:.0f}"
        print(f"| {name} | {cores} | {1 / each:.0f} | {start + COUNTRY * each:.0f} s | {cpu * 1000:.1f} | {memory} |", flush=True)


def _run(what: str, data: Path, count: int, law: bool) -> dict[str, float]:
    """Measure in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "benchmarks.regrade", "--measure", what, str(data), str(count), *(["--law"] if law else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    got: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return got


def _measure(what: str, data: Path, count: int, law: bool) -> None:
    settings = _settings(data)
    if what == "drain":
        _drain(settings)
        return
    started = time.perf_counter()
    if what.startswith("dry"):
        looked_at = sum(
            page.scored + page.unchanged + len(page.failed) for page in preview(settings, Ask("other", law, None), int(what[-1]))
        )
    else:
        looked_at = _store(settings, int(what[-1]), law)
    seconds = time.perf_counter() - started
    assert looked_at == count, (looked_at, count)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": max(one.ru_maxrss for one in used) / 1024}))


def _drain(settings: Settings) -> None:
    """One worker process, until nothing is due."""
    services = Services.open(settings)
    worker = worker_of(services)
    while worker.run_one():
        pass
    services.close()


def _store(settings: Settings, cores: int, law: bool) -> int:
    """Start a regrade and let worker processes do it; every run asks for a profile that no assessment has yet."""
    services = Services.open(settings)
    version = 2 + services_count(services)
    _add_profile(services, version)
    with services.database.write() as session:
        row = service.start(session, services.jobs, f"other@{version}", law, None, "benchmark")
    command = [sys.executable, "-m", "benchmarks.regrade", "--measure", "drain", str(settings.data_dir), "0"]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(cores)]
    for worker in workers:
        assert worker.wait() == 0
    with services.database.read() as session:
        row = service.find(session, row.id)
    services.close()
    assert row.finished_at is not None, "every range is done"
    assert row.failed == row.unchanged == 0, (row.failed, row.unchanged)
    return row.done


def services_count(services: Services) -> int:
    with services.database.read() as session:
        return len(RegradeRepository(session).page(100, None))


def _settings(data: Path) -> Settings:
    return Settings(_env_file=None, data_dir=data, database_url="", log_level="error")


def _add_profile(services: Services, version: int) -> None:
    """The shipped profile under another name, half a point more for every item that can have it, higher thresholds."""
    data = json.loads(json.dumps(profile_data(find_rubric()), default=str))
    data |= {"id": "other", "version": version}
    for letter, least in zip(data["letters"], (85, 70, 45), strict=True):
        letter["at_least"] = least
    for item in data["items"]:
        if item["group"] == "content" and item["earn"].get("firm", 0) > 1 and not item["earn"].get("bands"):
            item["earn"]["firm"] += 0.5
            item["max"] += 0.5
    with services.database.write() as session:
        session.add(Rubric(rubric_id="other", version=version, body=json.dumps(data, ensure_ascii=False), filename="other.xlsx"))


def fill(data: Path, count: int) -> int:
    """A database of so many graded agreements; returns its size in bytes."""
    data.mkdir()
    settings = _settings(data)
    migrate.upgrade(settings)
    services = Services.open(settings)
    _add_profile(services, 1)
    records = [read_and_find(path.read_bytes(), path.name, graded_on=ON) for path in samples()]
    scored = [(record, score_reading(record, graded_on=ON)) for record in records]
    many: Iterator[tuple[dict[str, Any], dict[str, Any]]] = islice(cycle(scored), count)
    sha256 = "0" * 64
    with services.database.write() as session:
        session.add(StoredFile(sha256=sha256, size=1, media_type="application/pdf", stored_at=now()))
    while batch := list(islice(many, 200)):
        with services.database.write() as session:
            for record, assessment in batch:
                agreement = Agreement(id=new_id(), state="graded")
                submission = Submission(id=new_id(), agreement_id=agreement.id, number=1, file_sha256=sha256, filename="a.docx")
                reading: Reading = reading_of(submission.id, record)
                reading.id = new_id()
                session.add(agreement)
                session.flush()
                session.add(submission)
                session.flush()
                session.add(reading)
                session.flush()
                session.add(assessment_row(agreement.id, reading.id, record, assessment))
    services.close()
    return (data / "thuoc.sqlite3").stat().st_size


def samples() -> list[Path]:
    return sorted(path for folder in (ROOT / "samples").glob("d0*") for path in folder.glob("docx-*.docx"))


if __name__ == "__main__":
    main()
