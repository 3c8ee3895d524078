"""Queries on publications."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.publications.models import Publication


class PublicationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Publication) -> None:
        self._session.add(row)
        self._session.flush()

    def of_agreement(self, agreement_id: str) -> Publication | None:
        return self._session.scalar(select(Publication).where(Publication.agreement_id == agreement_id))

    def page(self, on: date, grades: list[str], province: str | None, limit: int, before: str | None) -> list[Publication]:
        """What may be shown on the day `on`, the newest first, older than the id `before`."""
        wanted = (
            select(Publication)
            .where(
                Publication.withdrawn_at.is_(None),
                Publication.grade.in_(grades),
                or_(Publication.expires_on.is_(None), Publication.expires_on >= on),
            )
            .order_by(Publication.id.desc())
            .limit(limit)
        )
        if province is not None:
            wanted = wanted.where(Publication.province == province)
        if before is not None:
            wanted = wanted.where(Publication.id < before)
        return list(self._session.scalars(wanted))
