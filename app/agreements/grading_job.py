"""The background job that reads and grades one submitted file."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.agreements import service
from app.agreements.grading import read_file, score_record
from app.agreements.repository import AgreementRepository
from app.jobs.interface import Effect, Payload
from app.rubrics import service as rubrics
from app.storage.database import Database
from app.storage.files import FileStore


class GradeHandler:
    """Implements `jobs.interface.Handler` for the kind `grade`."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._database = database
        self._files = files

    def work(self, payload: Payload) -> Effect:
        with self._database.read() as session:
            submission = AgreementRepository(session).submission(payload["submission"])
            if submission is None:
                raise LookupError(f"no submission {payload['submission']}")
            sha256, filename = submission.file_sha256, submission.filename
            profile = rubrics.find(session, payload["rubric"])
        graded_on = date.fromisoformat(payload["graded_on"])
        record = read_file(self._files.read(sha256), filename, graded_on=graded_on, law_on=_day(payload["law_on"]))
        assessment = score_record(record, graded_on=graded_on, profile=profile)
        return lambda session: service.record_assessment(session, payload["submission"], record, assessment)

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        service.record_failure(session, payload["submission"], code, message)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
