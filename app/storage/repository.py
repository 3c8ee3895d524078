"""Queries on stored files."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.storage.base import now
from app.storage.models import StoredFile


class FileRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, sha256: str, size: int, media_type: str) -> bool:
        """Record a file; False when it is recorded already. Two uploads of the same bytes at once wait for each other here."""
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        row = {"sha256": sha256, "size": size, "media_type": media_type, "stored_at": now()}
        statement = dialect.insert(StoredFile).values(row).on_conflict_do_nothing(index_elements=["sha256"])
        return self._session.execute(statement.returning(StoredFile.sha256)).first() is not None

    def recorded(self, digests: list[str]) -> set[str]:
        return set(self._session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))))

    def stop_new_files(self) -> None:
        """Until the transaction ends nobody records a file (on SQLite a writing transaction is alone anyway)."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(text("LOCK TABLE files IN SHARE ROW EXCLUSIVE MODE"))
