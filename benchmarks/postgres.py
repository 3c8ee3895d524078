"""A PostgreSQL server of one's own, in its own folder, as an unprivileged user (it refuses to run as root)."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
START_SECONDS = 60.0


def unavailable() -> str:
    """Why no server can be started here; "" where one can."""
    if not BINARIES:
        return "no PostgreSQL server programs in /usr/lib/postgresql"
    if os.getuid() == 0 and _user() is None:
        return "running as root and there is neither a postgres nor a nobody user to run PostgreSQL as"
    return ""


def _user() -> pwd.struct_passwd | None:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known.get("nobody")


class PostgresServer:
    """Listens on a socket in its folder only. `durable=False` trades safety against a power cut for speed; a kill is no power cut."""

    def __init__(self, *, durable: bool = True) -> None:
        self._durable = durable
        user = _user() if os.getuid() == 0 else None
        self._identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        self._folder = Path(tempfile.mkdtemp(prefix="thuoc-pg-", dir="/tmp"))  # a short path: socket names are limited to 107 bytes
        self._process: subprocess.Popen[bytes] | None = None
        if user:
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "thuoc", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def address(self, name: str = "{name}") -> str:
        """The address of a database of this server."""
        return f"postgresql://thuoc@/{name}?host={self._folder}"

    def start(self) -> None:
        """Start, and wait until the server answers."""
        options = ["-k", str(self._folder), "-c", "listen_addresses=", "-c", "max_connections=80"]
        if not self._durable:
            options += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL does not start: {(self._folder / 'log').read_text()[-2000:]}")
            # after a kill the memory of the old server may take a moment to be free: then the new one ends by itself
            if self._process is None or self._process.poll() is not None:
                with (self._folder / "log").open("ab") as log:
                    self._process = subprocess.Popen(  # type: ignore[call-overload]
                        [str(BINARIES[-1]), "-D", str(self._folder / "data"), *options],
                        cwd=self._folder, stdout=log, stderr=log, start_new_session=True, **self._identity,
                    )  # fmt: skip
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to the server and to every process of it."""
        assert self._process is not None
        for pid in (self._process.pid, *children_of(self._process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """End the server, quickly, and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def create(self, name: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())

    def _answers(self) -> bool:
        if self._process is None:
            return False
        try:
            psycopg.connect(self.address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(BINARIES[-1].with_name(program)), *arguments]
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL, **self._identity)  # type: ignore[call-overload]


def children_of(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(status.parent.name))
    return found


@contextmanager
def server() -> Iterator[str]:
    """A running server for tests; yields the address of its databases without the name."""
    running = PostgresServer(durable=False)
    try:
        running.start()
        yield running.address().replace("postgresql://", "postgresql+psycopg://")
    finally:
        running.close()
