"""Clean the file store of uploads that broke off and of files that no record names."""

from __future__ import annotations

from app.storage.database import Database
from app.storage.files import FileStore
from app.storage.repository import FileRepository

STAGED_SECONDS = 3600.0
BATCH = 500


def sweep(database: Database, files: FileStore, orphan_seconds: float) -> int:
    """Remove what belongs to nobody and is old enough; returns how many files went.

    A file is kept after its record is written and before the transaction commits; new records wait while orphans are removed, so no
    file of a running upload can be taken for one.
    """
    removed = files.sweep_staged(max(STAGED_SECONDS, orphan_seconds))
    digests = list(files.digests(orphan_seconds))
    for start in range(0, len(digests), BATCH):
        batch = digests[start : start + BATCH]
        with database.read() as session:
            if len(FileRepository(session).recorded(batch)) == len(batch):
                continue
        with database.write() as session:
            repository = FileRepository(session)
            repository.stop_new_files()
            orphans = set(batch) - repository.recorded(batch)
            for digest in orphans:
                files.remove(digest)
            removed += len(orphans)
    return removed
