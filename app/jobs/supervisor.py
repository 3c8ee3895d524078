"""Starts worker processes and starts them again when they end: in the background of `thuoc serve`, in front for `thuoc worker`."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import structlog

from app.settings import PROJECT

log = structlog.get_logger("thuoc.supervisor")

STOP_SECONDS = 10.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0


@dataclass
class _Slot:
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    falls: int = field(default=0)


class Supervisor:
    """Keeps `count` worker processes running. Each child ends by itself when this process is gone (its standard input closes)."""

    def __init__(self, count: int, environment: dict[str, str]) -> None:
        self._slots = [_Slot() for _ in range(count)]
        self._environment = environment
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self.run, name="supervisor", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Watch until `stop`; returns when every child has ended."""
        try:
            while not self._stop.is_set():
                for slot in self._slots:
                    self._watch(slot)
                self._stop.wait(0.2)
        finally:
            self._end_children()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, slot: _Slot) -> None:
        if slot.process is not None:
            code = slot.process.poll()
            if code is None:
                return
            slot.falls = 0 if time.monotonic() - slot.started > STEADY_SECONDS else slot.falls + 1
            slot.start_at = time.monotonic() + min(LONGEST_PAUSE, 0.25 * 2**slot.falls)
            _close(slot.process)
            slot.process = None
            log.warning("worker_ended", exit_code=code)
        if time.monotonic() >= slot.start_at:
            slot.process = subprocess.Popen(
                [sys.executable, "-m", "app.jobs.worker"], stdin=subprocess.PIPE, env=self._environment, cwd=PROJECT
            )
            slot.started = time.monotonic()

    def _end_children(self) -> None:
        running = [slot.process for slot in self._slots if slot.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
