"""The content-addressed file store: a file's name is the SHA-256 of its bytes, so equal bytes are one file and damage shows.

An upload is *staged* (temporary file, hashed and counted while it streams, flushed to disk), then *kept* (renamed to its digest)
inside the database transaction that records it. A kept file without a record is an orphan: harmless, and swept later.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from app.problems import Problem


class Staged(Protocol):
    """Bytes on their way in. `write` refuses the byte that passes the cap; `seal` flushes to disk; `discard` may always be called."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def path(self) -> Path: ...
    def write(self, chunk: bytes) -> None: ...
    def seal(self) -> None: ...
    def discard(self) -> None: ...


class FileStore(Protocol):
    """Where files live. Implementations: `LocalFiles`, `app.storage.s3.S3Files`."""

    def stage(self, cap: int) -> Staged: ...
    def keep(self, staged: Staged) -> None: ...
    def read(self, sha256: str) -> bytes: ...
    def holds(self, sha256: str) -> bool: ...
    def digests(self, older_than: float) -> Iterator[str]: ...
    def remove(self, sha256: str) -> None: ...
    def sweep_staged(self, older_than: float) -> int: ...
    def check(self) -> None: ...


class LocalStaged:
    def __init__(self, folder: Path, cap: int) -> None:
        with storage_errors():
            handle, name = tempfile.mkstemp(dir=folder, prefix="up-")
        self.path = Path(name)
        self.size = 0
        self._cap = cap
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = os.fdopen(handle, "wb")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._cap:
            raise Problem("file_too_large", f"Tệp lớn hơn {self._cap / 1_000_000:g} MB. Hãy giảm cỡ tệp rồi gửi lại.")
        self._hash.update(chunk)
        with storage_errors():
            assert self._file is not None, "written after it was sealed"
            self._file.write(chunk)

    def seal(self) -> None:
        with storage_errors():
            assert self._file is not None, "sealed twice"
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self.path.unlink(missing_ok=True)


class LocalFiles:
    """A folder: `ab/abcdef…` for kept files, `staged/` for those on their way in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staged = folder / "staged"
        with storage_errors():
            self._staged.mkdir(parents=True, exist_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def stage(self, cap: int) -> LocalStaged:
        """Begin an upload of at most `cap` bytes."""
        return LocalStaged(self._staged, cap)

    def keep(self, staged: Staged) -> None:
        """Give the staged file its name. Equal bytes that are there already are replaced, which also heals a damaged file."""
        target = self._path(staged.sha256)
        with storage_errors():
            if not target.parent.exists():
                target.parent.mkdir(exist_ok=True)
                _sync_folder(self._folder)
            os.replace(staged.path, target)
            _sync_folder(target.parent)

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against their name. Raises `Problem` file_damaged where they are gone or altered."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise gone(sha256) from error
        except OSError as error:
            raise _as_problem(error) from error
        return checked(sha256, data)

    def holds(self, sha256: str) -> bool:
        return self._path(sha256).exists()

    def digests(self, older_than: float) -> Iterator[str]:
        """Digests of kept files that were written more than `older_than` seconds ago."""
        newest = time.time() - older_than
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if path.stat().st_mtime <= newest:
                yield path.name

    def remove(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def sweep_staged(self, older_than: float) -> int:
        """Remove uploads that broke off more than `older_than` seconds ago; returns how many."""
        return sweep_folder(self._staged, older_than)

    def check(self) -> None:
        """Raise `Problem` unless a file can be written now."""
        staged = self.stage(1)
        try:
            staged.write(b"x")
        finally:
            staged.discard()


def gone(sha256: str) -> Problem:
    return Problem("file_damaged", f"Tệp {sha256[:12]}… không còn trong kho. Hãy khôi phục từ bản sao lưu.")


def checked(sha256: str, data: bytes) -> bytes:
    """The bytes, if they are the ones of this name."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Problem("file_damaged", f"Tệp {sha256[:12]}… trong kho đã bị thay đổi. Hãy khôi phục từ bản sao lưu.")
    return data


def sweep_folder(staged: Path, older_than: float) -> int:
    """Remove the files of a staging folder that were written more than `older_than` seconds ago; returns how many."""
    newest = time.time() - older_than
    old = [path for path in staged.iterdir() if path.stat().st_mtime <= newest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_problem(error: OSError) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("storage_full", "Ổ đĩa của kho tệp đã đầy, chưa lưu được tệp. Hãy báo người quản trị.")
    return Problem("storage_unavailable", f"Kho tệp báo lỗi: {error.strerror}. Hãy báo người quản trị.")


class storage_errors:
    """Turns the operating system's error into the problem that a person can act on."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise _as_problem(error) from error
