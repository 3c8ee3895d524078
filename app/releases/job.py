"""The background job that reads a file once more for its release, in the isolated reader."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.agreements.repository import AgreementRepository
from app.jobs.interface import Effect, Payload, Permanent
from app.reading.document import ReadingError
from app.reading.sandbox import read_isolated
from app.releases import service
from app.releases.reading import packed
from app.storage.database import Database
from app.storage.files import FileStore


class ReleaseHandler:
    """Implements `jobs.interface.Handler` for the kind `release`."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._database = database
        self._files = files

    def work(self, payload: Payload) -> Effect:
        with self._database.read() as session:
            submission = AgreementRepository(session).submission(payload["submission"])
            if submission is None:
                raise LookupError(f"no submission {payload['submission']}")
            sha256, filename = submission.file_sha256, submission.filename
        try:
            document = packed(read_isolated(self._files.read(sha256), filename))
        except ReadingError as error:
            raise Permanent(error.code, error.message) from error
        return lambda session: service.store_reading(session, payload["submission"], document)

    def gave_up(self, session: Session, payload: Payload, code: str, message: str) -> None:
        service.record_failure(session, payload["submission"], code, message)
