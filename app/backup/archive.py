"""Where a backup lies: a folder, or one tar file (`.tar`, `.tar.gz`, `.tgz`). It appears under its name only when it is whole."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from app.problems import CannotStart

PACKED = (".tar", ".tar.gz", ".tgz")


class Sink(Protocol):
    """Takes the members of a backup in. They hold what accounts and agreements hold: nobody but the owner may read them."""

    def add(self, name: str, content: IO[bytes], size: int) -> None: ...


@contextmanager
def writing(target: Path) -> Iterator[Sink]:
    """A backup on its way to `target`; nothing of it stays when the block raises. Raises CannotStart."""
    if target.exists() or target.is_symlink():
        raise CannotStart("target_exists", f"«{target}» đã có. Hãy chọn tên khác; bản sao lưu không ghi đè lên gì cả.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        _remove(partial)
        with _tar_sink(partial, target.name) if target.name.endswith(PACKED) else _folder_sink(partial) as sink:
            yield sink
        os.replace(partial, target)
        _sync(target.parent)
    except OSError as error:
        raise CannotStart("backup_unwritable", f"Không ghi được bản sao lưu ở «{target}»: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # a target whose folder is no folder has no partial one either
            _remove(partial)


@contextmanager
def reading(source: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Every member of a backup with its bytes, to be read one after the other within the block. Raises CannotStart."""
    try:
        yield _members(source)
    except FileNotFoundError:
        raise CannotStart("backup_missing", f"Không có bản sao lưu ở «{source}».") from None
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise CannotStart("backup_damaged", f"Không đọc được bản sao lưu «{source}»: {error}.") from error


def _members(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if source.is_dir():
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            with path.open("rb") as content:
                yield path.relative_to(source).as_posix(), content
    else:
        with tarfile.open(source, "r|*") as tar:
            for member in tar:
                content_of = tar.extractfile(member) if member.isfile() else None
                if content_of is not None:
                    yield member.name, content_of


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            shutil.copyfileobj(content, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())


class _Tar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)


@contextmanager
def _folder_sink(folder: Path) -> Iterator[Sink]:
    folder.mkdir(mode=0o700)
    yield _Folder(folder)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        _sync(path)


@contextmanager
def _tar_sink(path: Path, name: str) -> Iterator[Sink]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        packed = file if name.endswith(".tar") else gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0)
        with tarfile.open(fileobj=packed, mode="w|") as tar:
            yield _Tar(tar)
        if packed is not file:
            packed.close()
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def scratch(near: Path) -> Iterator[IO[bytes]]:
    """A nameless file for what has to be measured before it is added, on the disk that the backup goes to."""
    near.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=near.parent) as file:
        yield file


def content_of(data: bytes) -> IO[bytes]:
    return io.BytesIO(data)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
