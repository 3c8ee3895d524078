"""Does the file store hold what the database says, no less and no more?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.backup.repository import TableRepository
from app.problems import Problem
from app.storage.repository import FileRepository
from app.wiring import Services

ORPHAN_SECONDS = 3600.0  # a younger file may belong to an upload that is just being recorded
BATCH = 500


@dataclass(frozen=True)
class Finding:
    """`missing` and `altered` files are recorded but not there as they were; an `orphaned` one is there and not recorded."""

    kind: Literal["missing", "altered", "orphaned"]
    sha256: str
    needed_by: list[str]  # "table id" of every row that is now without its file


def check(services: Services, orphan_seconds: float = ORPHAN_SECONDS) -> Iterator[Finding]:
    """Every difference, by digest; reads every file. Raises Problem where the store does not answer."""
    with services.database.snapshot() as session:
        repository = TableRepository(session.connection())
        recorded = [sha256 for sha256, _ in repository.files()]
        for sha256 in recorded:
            kind = _damage(services, sha256)
            if kind is not None:
                yield Finding(kind, sha256, repository.users_of(sha256))
    orphans = sorted(set(services.files.digests(orphan_seconds)) - set(recorded))
    for start in range(0, len(orphans), BATCH):
        batch = orphans[start : start + BATCH]
        with services.database.read() as session:  # recorded since then
            since = FileRepository(session).recorded(batch)
        yield from (Finding("orphaned", sha256, []) for sha256 in batch if sha256 not in since)


def _damage(services: Services, sha256: str) -> Literal["missing", "altered"] | None:
    try:
        services.files.read(sha256)
    except Problem as problem:
        if problem.code != "file_damaged":
            raise
        return "altered" if services.files.holds(sha256) else "missing"
    return None
