"""Queries on jobs and workers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, exists, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from app.jobs.models import Job, WorkerSign


def _due(at: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == "queued", Job.run_at <= at),
        and_(Job.state == "running", Job.lease_until < at),
    )


class JobRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, job: Job) -> None:
        self._session.add(job)
        self._session.flush()

    def live(self, kind: str, subject: str) -> Job | None:
        return self._session.scalar(select(Job).where(Job.kind == kind, Job.subject == subject, Job.state.in_(("queued", "running"))))

    def any_due(self, at: datetime) -> bool:
        return bool(self._session.scalar(select(exists().where(_due(at)))))

    def take_due(self, at: datetime) -> Job | None:
        """The job that is due first, locked against other workers until the transaction ends."""
        return self._session.scalar(select(Job).where(_due(at)).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True))

    def newest(self, kind: str, subjects: list[str]) -> list[tuple[Job, int]]:
        """The newest job of each subject with the number of queued jobs that are due before it."""
        newest = select(func.max(Job.id)).where(Job.kind == kind, Job.subject.in_(subjects)).group_by(Job.subject)
        other = aliased(Job)
        earlier = or_(other.run_at < Job.run_at, and_(other.run_at == Job.run_at, other.id < Job.id))
        ahead = select(func.count()).select_from(other).where(other.state == "queued", earlier).scalar_subquery()
        return [(job, count) for job, count in self._session.execute(select(Job, ahead).where(Job.id.in_(newest)))]

    def change_held(self, job_id: str, held_by: str, **values: Any) -> bool:
        """Change a running job, if the token `held_by` still holds it."""
        held = update(Job).where(Job.id == job_id, Job.token == held_by, Job.state == "running")
        result = self._session.execute(held.values(values), execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        return result.rowcount == 1

    def all_rows(self) -> list[RowMapping]:
        return list(self._session.execute(select(*Job.__table__.columns).order_by(Job.id)).mappings())


class WorkerRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def sign(self, name: str, started_at: datetime, seen_at: datetime, job_id: str | None) -> None:
        self._session.merge(WorkerSign(name=name, started_at=started_at, seen_at=seen_at, job_id=job_id))

    def leave(self, name: str) -> None:
        self._session.execute(delete(WorkerSign).where(WorkerSign.name == name))

    def forget(self, before: datetime) -> None:
        self._session.execute(delete(WorkerSign).where(WorkerSign.seen_at < before))

    def seen_since(self, moment: datetime) -> int:
        return self._session.scalar(select(func.count()).select_from(WorkerSign).where(WorkerSign.seen_at >= moment)) or 0
