"""The service as separate processes on one database, with settings that make lost work come back soon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.settings import Settings
from benchmarks.cluster import Part, Processes, command_line, free_port, thuoc
from benchmarks.postgres import PostgresServer

QUICK = {
    "THUOC_WORKERS": "0",
    "THUOC_TODAY": "2025-06-30",
    "THUOC_JOB_LEASE_SECONDS": "4",
    "THUOC_JOB_BACKOFF_SECONDS": "0.2",
    "THUOC_JOB_MAX_ATTEMPTS": "50",  # here it is the machine that is at fault every time, not the file
    "THUOC_LOG_LEVEL": "error",
}


@dataclass
class Form:
    """The service as it stands on one database."""

    processes: Processes
    settings: Settings
    environment: dict[str, str]
    database: PostgresServer | None


@contextmanager
def form(database: str, folder: Path, *, apis: int, workers: int) -> Iterator[Form]:
    """Its processes, started; `folder` holds data and logs."""
    server = PostgresServer() if database == "postgresql" else None
    processes = None
    try:
        environment = QUICK | {"THUOC_DATA_DIR": str(folder / "data")}
        if server is not None:
            server.start()
            server.create("thuoc")
            environment["THUOC_DATABASE_URL"] = server.address("thuoc")
        parts = []
        for number in range(1, apis + 1):
            port = free_port()
            parts.append(Part(f"api{number}", thuoc("serve", "--port", str(port)), environment, port))
        parts += [Part(f"worker{number}", thuoc("worker"), environment) for number in range(1, workers + 1)]
        processes = Processes(parts, folder)
        command_line(environment, "db", "upgrade")
        for part in parts:
            processes.start(part.name)
        processes.wait()
        url, today = environment.get("THUOC_DATABASE_URL", ""), date.fromisoformat(QUICK["THUOC_TODAY"])
        settings = Settings(data_dir=folder / "data", database_url=url, today=today)
        yield Form(processes, settings, environment, server)
    finally:
        if processes is not None:
            processes.stop()
        if server is not None:
            server.close()
