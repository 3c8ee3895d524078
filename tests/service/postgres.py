"""A real PostgreSQL server for the tests, started as an unprivileged user (it refuses to run as root)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))


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


@contextmanager
def server() -> Iterator[str]:
    """Run a server on a socket in its own folder; yields the address of its maintenance database without the name."""
    user = _user() if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="thuoc-pg-", dir="/tmp"))  # a short path: socket names are limited to 107 bytes
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    binaries = BINARIES[-1].parent

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **identity)  # type: ignore[call-overload]

    data = folder / "data"
    run(str(binaries / "initdb"), "-D", str(data), "-U", "thuoc", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    run(*control, "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://thuoc@/{{name}}?host={folder}"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
