"""Reading hostile files: a warm child process parses, the parent watches the clock and checks the answer.

`read_isolated(data, filename)` gives what `read` gives, or a ReadingError. The child has no network, no secrets in its environment, and
limits of CPU, memory and file size; when it is stuck, its whole session (LibreOffice and tesseract with it) is killed, and the next file
gets a new child. Children are kept warm: one for each file read at the same time.

Errors besides those of `read`: reading_timeout, too_complex, reader_failed.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import selectors
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.reading.document import Document, ReadingError
from app.reading.guard import MAX_FILE_BYTES
from app.reading.sandbox_child import ANSWER, FAILURE, FOLDER_PREFIX, HEADER, PROGRESS, REQUEST
from app.reading.wire import MAX_ANSWER_BYTES, WireError, unpack

Progress = Callable[[int, int], None]

CPU_SECONDS = 60  # of the child itself for one file; helpers it starts are bound by their own clocks
STILL_SECONDS = 150.0  # without an answer or a sign of progress
WALL_SECONDS = 3_600.0  # in all: a long scan reports page after page
START_SECONDS = 30.0
MAX_FILES = 100  # read by one child before it is replaced
_CHUNK = 1 << 18
_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())
_ROOT = str(Path(__file__).parents[2])
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX")
_START = "import sys; sys.path.insert(0, sys.argv[1]); from app.reading.sandbox_child import main; main()"


class _Stuck(Exception):
    """The child ran out of time."""


class _Gone(Exception):
    """The child ended without an answer."""


class Child:
    """One warm child process."""

    def __init__(self) -> None:
        self.files = 0
        self._folder = tempfile.mkdtemp(prefix=FOLDER_PREFIX)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"HOME": self._folder, "TMPDIR": self._folder, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=environment,
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._buffer = bytearray()
        try:
            self._exchange(b"", None, START_SECONDS, START_SECONDS, until_ready=True)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, data: bytes, filename: str, progress: Progress | None) -> tuple[bytes, bytes]:
        """Return (kind, payload) of the child's answer. Raises _Stuck or _Gone."""
        self.files += 1
        name = filename.encode("utf-8", "replace")[:1000]
        head = struct.pack(">IIH", CPU_SECONDS, int(WALL_SECONDS), len(name)) + name
        request = HEADER.pack(REQUEST, len(head) + len(data)) + head + data
        return self._exchange(request, progress, STILL_SECONDS, WALL_SECONDS)

    def _exchange(
        self, request: bytes, progress: Progress | None, still: float, wall: float, *, until_ready: bool = False
    ) -> tuple[bytes, bytes]:
        pending = memoryview(request)
        ends, stills = time.monotonic() + wall, time.monotonic() + still
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if pending:
                selector.register(self._in, selectors.EVENT_WRITE)
            while True:
                left = min(ends, stills) - time.monotonic()
                if left <= 0:
                    raise _Stuck
                for key, _ in selector.select(left):
                    if key.fd == self._in:
                        pending = self._write(pending)
                        if not pending:
                            selector.unregister(self._in)
                        continue
                    self._receive()
                    while (frame := self._frame()) is not None:
                        kind, payload = frame
                        if kind != PROGRESS:
                            return kind, payload
                        if until_ready:
                            return frame
                        stills = time.monotonic() + still
                        if progress is not None and len(payload) == 8:
                            progress(*struct.unpack(">II", payload))

    def _write(self, pending: memoryview) -> memoryview:
        try:
            return pending[os.write(self._in, pending[:_CHUNK]) :]
        except BrokenPipeError as error:
            raise _Gone from error

    def _receive(self) -> None:
        chunk = os.read(self._out, _CHUNK)
        if not chunk:
            raise _Gone
        self._buffer += chunk

    def _frame(self) -> tuple[bytes, bytes] | None:
        if len(self._buffer) < HEADER.size:
            return None
        kind, length = HEADER.unpack_from(self._buffer)
        if length > MAX_ANSWER_BYTES:
            raise WireError("answer too long")
        if len(self._buffer) < HEADER.size + length:
            return None
        payload = bytes(self._buffer[HEADER.size : HEADER.size + length])
        del self._buffer[: HEADER.size + length]
        return kind, payload

    def kill(self) -> None:
        """Kill the child and everything it started, and remove its folder."""
        kill_session(self._process.pid)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def kill_session(leader: int) -> None:
    """Kill every process of a session, whatever process groups they have formed."""
    for _ in range(20):
        living = members(leader)
        if not living:
            return
        for pid in living:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # ended meanwhile
        time.sleep(0.01)


def members(session: int) -> list[int]:
    """Return the living (not zombie) processes of a session."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            fields = Path("/proc", name, "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] not in "ZX":
            found.append(int(name))
    return found


class Sandbox:
    """A pool of warm children, as many as files are read at the same time."""

    def __init__(self) -> None:
        self._idle: list[Child] = []
        self._lock = threading.Lock()

    def read(self, data: bytes, filename: str = "", progress: Progress | None = None) -> Document:
        """Read one file in a child. `progress(done, total)` is called for pages that go through recognition."""
        if len(data) > MAX_FILE_BYTES:
            raise ReadingError("too_large", f"Tệp lớn hơn {MAX_FILE_BYTES >> 20} MB nên bị từ chối.")
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child is None:
            child = self._start()
        fit = False
        try:
            kind, payload = child.ask(data, filename, progress)
            fit = kind == ANSWER
            if kind == FAILURE:
                _LOG.error("the reader failed: %s", payload.decode("utf-8", "replace"))
                raise _failed()
            return unpack(payload, hashlib.sha256(data).hexdigest(), filename)
        except _Stuck as error:
            raise ReadingError(
                "reading_timeout", "Đọc tệp quá lâu nên bị dừng. Hãy lưu lại bằng Word hoặc gửi bản PDF ít trang hơn."
            ) from error
        except _Gone as error:
            raise ReadingError(
                "too_complex", "Tệp làm trình đọc phải dừng (quá lớn hoặc quá phức tạp). Hãy lưu lại bằng Word rồi gửi bản mới."
            ) from error
        except WireError as error:
            fit = False
            _LOG.error("the reader gave a malformed answer: %s", error)
            raise _failed() from error
        finally:
            if fit and child.files < MAX_FILES:
                self.adopt(child)
            else:
                child.kill()

    @property
    def idle(self) -> list[int]:
        """The process ids of the children that wait for a file."""
        with self._lock:
            return [child.pid for child in self._idle]

    def adopt(self, child: Child) -> None:
        """Add a child to the pool."""
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        """Kill all idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()

    @staticmethod
    def _start() -> Child:
        try:
            return Child()
        except (_Stuck, _Gone, OSError) as error:
            raise ReadingError("reader_failed", "Không khởi động được trình đọc tệp. Hãy thử lại sau.") from error


def _failed() -> ReadingError:
    return ReadingError("reader_failed", "Trình đọc không xử lý được tệp này. Hãy lưu lại bằng Word rồi gửi bản mới.")


_SANDBOX = Sandbox()
atexit.register(_SANDBOX.close)


def read_isolated(data: bytes, filename: str = "", progress: Progress | None = None) -> Document:
    """Read one file in the process's own sandbox; the same Document as `read` gives."""
    return _SANDBOX.read(data, filename, progress)
