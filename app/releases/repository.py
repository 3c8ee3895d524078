"""Queries on releases."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.releases.models import Release


class ReleaseRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Release) -> None:
        self._session.add(row)
        self._session.flush()

    def of_submission(self, submission_id: str, *, lock: bool = False) -> Release | None:
        """With its document and its approved clauses."""
        wanted = select(Release).where(Release.submission_id == submission_id)
        wanted = wanted.options(undefer(Release.document), undefer(Release.approved))
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def get(self, release_id: str) -> Release | None:
        return self._session.get(Release, release_id)
