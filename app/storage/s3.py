"""The content-addressed file store in a bucket of an S3-compatible server: `PREFIX/ab/abcdef…`, whole objects or none.

An upload is staged in a local folder, as for the local store, and becomes an object when it is kept: what a kill cuts short is never
seen in the bucket. Parts of an upload that broke off are the server's to remove (a lifecycle rule of the bucket).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from app.problems import Problem
from app.settings import Settings
from app.storage.files import LocalStaged, Staged, checked, gone, storage_errors, sweep_folder

if TYPE_CHECKING:
    from obstore.store import S3Config

PROBE = "probe"
FULL = (
    "status code: 507",
    "InsufficientStorage",
    "StorageFull",
    "QuotaExceeded",
)  # what servers say when their disk or the bucket's quota is full
FOUND_IN_BATCH = 1000


class S3Files:
    """Implements `FileStore`. The bucket must exist."""

    def __init__(self, store: S3Store, staging: Path, prefix: str = "") -> None:
        self._store = store
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._staged = staging
        with storage_errors():
            staging.mkdir(parents=True, exist_ok=True)

    @classmethod
    def of(cls, settings: Settings) -> S3Files:
        config: S3Config = {"endpoint": settings.s3_url, "region": settings.s3_region, "virtual_hosted_style_request": False}
        if settings.s3_access_key:
            config |= {"access_key_id": settings.s3_access_key, "secret_access_key": settings.s3_secret_key}
        store = S3Store(
            settings.s3_bucket,
            config=config,
            client_options={"allow_http": settings.s3_url.startswith("http://"), "connect_timeout": "5s", "timeout": "60s"},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
        )
        return cls(store, settings.data_dir / "staged", settings.s3_prefix)

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256[:2]}/{sha256}"

    def stage(self, cap: int) -> LocalStaged:
        """Begin an upload of at most `cap` bytes."""
        return LocalStaged(self._staged, cap)

    def keep(self, staged: Staged) -> None:
        """Give the staged file its name in the bucket. Equal bytes that are there already are replaced, which also heals damage."""
        with _store_errors():
            obstore.put(self._store, self._key(staged.sha256), staged.path)
        staged.discard()

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against their name. Raises `Problem` file_damaged where they are gone or altered."""
        try:
            with _store_errors():
                data = bytes(obstore.get(self._store, self._key(sha256)).bytes())
        except FileNotFoundError as error:
            raise gone(sha256) from error
        return checked(sha256, data)

    def holds(self, sha256: str) -> bool:
        try:
            with _store_errors():
                obstore.head(self._store, self._key(sha256))
        except FileNotFoundError:
            return False
        return True

    def digests(self, older_than: float) -> Iterator[str]:
        """Digests of kept files that were written more than `older_than` seconds ago."""
        newest = time.time() - older_than
        with _store_errors():
            for batch in obstore.list(self._store, self._prefix or None, chunk_size=FOUND_IN_BATCH):
                for found in batch:
                    digest = found["path"].rsplit("/", 1)[-1]
                    if found["path"] == self._key(digest) and found["last_modified"].timestamp() <= newest:
                        yield digest

    def remove(self, sha256: str) -> None:
        with _store_errors():
            obstore.delete(self._store, self._key(sha256))

    def sweep_staged(self, older_than: float) -> int:
        """Remove uploads that broke off more than `older_than` seconds ago; returns how many."""
        return sweep_folder(self._staged, older_than)

    def check(self) -> None:
        """Raise `Problem` unless a file can be staged and an object written now."""
        staged = self.stage(1)
        try:
            staged.write(b"x")
        finally:
            staged.discard()
        with _store_errors():
            obstore.put(self._store, self._prefix + PROBE, b"x")


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turns the client's error into the problem that a person can act on. A missing object stays FileNotFoundError."""
    try:
        yield
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise Problem("storage_unavailable", "Kho tệp S3 chưa có bucket đã đặt. Hãy báo người quản trị.") from error
        raise
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise Problem("storage_unavailable", "Kho tệp S3 không cho ghi hoặc đọc bằng khóa đã đặt. Hãy báo người quản trị.") from error
    except BaseError as error:
        if any(word in str(error) for word in FULL):
            raise Problem("storage_full", "Kho tệp S3 đã đầy, chưa lưu được tệp. Hãy báo người quản trị.") from error
        raise Problem("storage_unavailable", "Chưa kết nối được kho tệp S3. Hãy thử lại sau ít giây hoặc báo người quản trị.") from error
