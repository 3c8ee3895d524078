"""The parts of the service, put together once per process from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from app.agreements.grading_job import GradeHandler
from app.agreements.service import GRADE
from app.jobs.interface import Handler, Jobs
from app.jobs.leased import LeasedJobs
from app.regrades.job import RegradeHandler
from app.regrades.service import REGRADE
from app.releases.job import ReleaseHandler
from app.releases.service import RELEASE
from app.settings import Settings
from app.storage.database import Database
from app.storage.files import FileStore, LocalFiles

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    files: FileStore
    jobs: Jobs

    @classmethod
    def open(cls, settings: Settings) -> Services:
        database = Database.of(settings)
        jobs = LeasedJobs(
            database,
            lease_seconds=settings.job_lease_seconds,
            max_attempts=settings.job_max_attempts,
            backoff_seconds=settings.job_backoff_seconds,
        )
        return cls(settings, database, LocalFiles(settings.files_dir), jobs)

    def today(self) -> date:
        """The calendar day in Vietnam, or the day that the settings put in its place."""
        return self.settings.today or datetime.now(VIETNAM).date()

    def handlers(self) -> Mapping[str, Handler]:
        """What a worker can do, by kind of job."""
        return {
            GRADE: GradeHandler(self.database, self.files),
            REGRADE: RegradeHandler(self.database, self.jobs),
            RELEASE: ReleaseHandler(self.database, self.files),
        }

    def close(self) -> None:
        self.database.close()
