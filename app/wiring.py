"""The parts of the service, put together once per process from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.agreements.grading_job import GradeHandler
from app.agreements.service import GRADE
from app.alerts.job import ALERTS, DIGEST, AlertsHandler, Daily, DigestHandler
from app.jobs.interface import Handler, Jobs
from app.jobs.leased import LeasedJobs
from app.jobs.procrastinate.engine import ProcrastinateJobs
from app.regrades.job import RegradeHandler
from app.regrades.service import REGRADE
from app.releases.job import ReleaseHandler
from app.releases.service import RELEASE
from app.settings import Settings
from app.storage.base import VIETNAM
from app.storage.database import Database, is_sqlite
from app.storage.files import FileStore, LocalFiles
from app.storage.s3 import S3Files


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    files: FileStore
    jobs: Jobs

    @classmethod
    def open(cls, settings: Settings) -> Services:
        database = Database.of(settings)
        jobs = (LeasedJobs if is_sqlite(database.engine) else ProcrastinateJobs)(
            database,
            lease_seconds=settings.job_lease_seconds,
            max_attempts=settings.job_max_attempts,
            backoff_seconds=settings.job_backoff_seconds,
        )
        files = S3Files.of(settings) if settings.s3_url else LocalFiles(settings.files_dir)
        return cls(settings, database, files, jobs)

    def today(self) -> date:
        """The calendar day in Vietnam, or the day that the settings put in its place."""
        return self.settings.today or datetime.now(VIETNAM).date()

    def handlers(self) -> Mapping[str, Handler]:
        """What a worker can do, by kind of job."""
        return {
            GRADE: GradeHandler(self.database, self.files),
            REGRADE: RegradeHandler(self.database, self.jobs),
            RELEASE: ReleaseHandler(self.database, self.files),
            ALERTS: AlertsHandler(self.database, self.jobs, self.settings),
            DIGEST: DigestHandler(self.database, self.settings, self.today),
        }

    def daily(self) -> Daily:
        """What begins the work of each day."""
        return Daily(self.database, self.jobs, self.settings, self.today)

    def close(self) -> None:
        self.database.close()
