"""Queries on rubric profiles."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.rubrics.models import Rubric


class RubricRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Rubric) -> None:
        self._session.add(row)
        self._session.flush()

    def all(self) -> list[Rubric]:
        return list(self._session.scalars(select(Rubric).order_by(Rubric.rubric_id, Rubric.version)))

    def versions(self, rubric_id: str) -> list[Rubric]:
        return list(self._session.scalars(select(Rubric).where(Rubric.rubric_id == rubric_id).order_by(Rubric.version)))

    def one(self, rubric_id: str, version: int, *, lock: bool = False) -> Rubric | None:
        wanted = select(Rubric).where(Rubric.rubric_id == rubric_id, Rubric.version == version)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)
