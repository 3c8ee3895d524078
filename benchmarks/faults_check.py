"""What must hold after everything was killed: read from the database and the files themselves, the service being stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.agreements.models import Agreement, Assessment, Reading, Submission
from app.agreements.service import GRADE
from app.audit import service as audit
from app.audit.events import Event
from app.audit.models import AuditEvent
from app.backup.check import check
from app.settings import Settings
from app.storage.database import is_sqlite
from app.storage.models import StoredFile
from app.wiring import Services


@dataclass
class Told:
    """What the clients were told: accepted uploads (agreement id: SHA-256 of its file), and agreements whose move was accepted."""

    uploads: dict[str, str]
    submitted: set[str]


@dataclass
class Verdict:
    """`problems` is empty where nothing was lost, doubled or damaged; the numbers say what there was to go wrong."""

    problems: list[str]
    agreements: int
    jobs: int
    tried_again: int
    events: int
    orphans: int


def verify(settings: Settings, told: Told) -> Verdict:
    services = Services.open(settings)
    try:
        with services.database.snapshot() as session:
            problems = [*_database(session), *_uploads(session, told.uploads), *_once(session), *_events(session, told)]
            agreements = session.scalar(select(func.count()).select_from(Agreement)) or 0
            verified = audit.verify(session)
            jobs = [job for job in services.jobs.rows(session) if job["kind"] == GRADE]
        if verified.problem is not None:
            problems.append(f"audit: {verified.problem} (event {verified.at_seq})")
        unfinished = Counter(job["state"] for job in jobs if job["state"] != "done")
        problems += [f"jobs: {number} {state}" for state, number in unfinished.items()]
        if len(jobs) != agreements:
            problems.append(f"jobs: {len(jobs)} for {agreements} agreements")
        files = list(check(services, 0))
        problems += [f"file {found.kind}: {found.sha256} of {found.needed_by}" for found in files if found.kind != "orphaned"]
        orphans = sum(found.kind == "orphaned" for found in files)
        return Verdict(problems, agreements, len(jobs), sum(job["attempts"] > 1 for job in jobs), verified.events, orphans)
    finally:
        services.close()


def _database(session: Session) -> Iterable[str]:
    if is_sqlite(session.connection()):
        for question in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
            for row in session.execute(text(question)):
                if tuple(row) != ("ok",):
                    yield f"{question}: {tuple(row)}"


def _uploads(session: Session, uploads: dict[str, str]) -> Iterable[str]:
    """Everything accepted is there, with its file; nothing is there by half."""
    found = {row.agreement_id: row.file_sha256 for row in session.execute(select(Submission.agreement_id, Submission.file_sha256))}
    for agreement, sha256 in uploads.items():
        if found.get(agreement) != sha256:
            yield f"accepted upload {agreement} is {'lost' if agreement not in found else 'another file'}"
    for agreement, state in session.execute(select(Agreement.id, Agreement.state).order_by(Agreement.id)):
        if agreement not in found:
            yield f"agreement {agreement} has no file"
        if state != "graded":
            yield f"agreement {agreement} is {state}"
    unused = select(StoredFile.sha256).where(StoredFile.sha256.not_in(select(Submission.file_sha256)))
    yield from (f"file {sha256} is recorded and belongs to no agreement" for sha256 in session.scalars(unused))


def _once(session: Session) -> Iterable[str]:
    """Every job had its effect once."""
    for table, owner in ((Reading, Reading.submission_id), (Assessment, Assessment.agreement_id)):
        twice = select(owner, func.count()).select_from(table).group_by(owner).having(func.count() != 1)
        yield from (f"{number} rows of {table.__tablename__} for {key}" for key, number in session.execute(twice))


def _events(session: Session, told: Told) -> Iterable[str]:
    """Every change has its one event, every event its change."""
    rows = session.execute(select(AuditEvent.kind, AuditEvent.subject, func.count()).group_by(AuditEvent.kind, AuditEvent.subject))
    counted = {(kind, subject): number for kind, subject, number in rows}
    stages = {row.id: row.stage for row in session.execute(select(Agreement.id, Agreement.stage))}
    for agreement, stage in stages.items():
        expected = {Event.AGREEMENT_UPLOADED: 1, Event.AGREEMENT_GRADED: 1, Event.AGREEMENT_SUBMITTED: int(stage == "submitted")}
        for kind, number in expected.items():
            there = counted.get((kind.value, f"agreement:{agreement}"), 0)
            if there != number:
                yield f"{there} events {kind.value} for {agreement}, {number} expected"
    yield from (f"accepted move of {one} is lost" for one in told.submitted if stages.get(one) != "submitted")
