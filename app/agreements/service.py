"""What the machine makes of an agreement: received, read and scored, or failed. Every function works in the caller's transaction.

What people do with it is in `stages` (submit, return, publish …) and in `app.reviews` (correct, confirm).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.principal import Role
from app.agreements.access import Asker, allow, find, opened
from app.agreements.bodies import stored, to_text
from app.agreements.life import SENDERS, Move
from app.agreements.models import Agreement, Assessment, Reading, Submission
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import Given, UploadFields
from app.audit.events import Event
from app.audit.service import SYSTEM, record
from app.jobs.interface import Jobs
from app.problems import Problem
from app.rubrics import service as rubrics
from app.storage.base import now
from app.storage.files import FileStore, Staged
from app.storage.repository import FileRepository

GRADE = "grade"  # the kind of the grading job; its subject is the agreement's id


@dataclass(frozen=True)
class Received:
    """`created` is False where these bytes were here already."""

    agreement: Agreement
    created: bool


@dataclass(frozen=True)
class Incoming:
    """A sealed upload and what it is."""

    staged: Staged
    filename: str
    media_type: str


def receive(session: Session, asker: Asker, files: FileStore, jobs: Jobs, sent: Incoming, fields: UploadFields) -> Received:
    """Record an upload as a draft with its grading job, and keep its file: all of it when the transaction commits, or nothing.

    The day of `asker` is the day of grading, however late the job runs. The same bytes again from the same unit give the agreement that
    is here already; one that had failed is graded anew. Raises Problem.
    """
    unit = _unit_of(session, asker, fields.unit)
    rubric = rubrics.find(session, fields.rubric).reference
    earlier = _predecessor(session, asker, unit, fields.supersedes) if fields.supersedes else None
    repository = AgreementRepository(session)
    FileRepository(session).add(sent.staged.sha256, sent.staged.size, sent.media_type)
    known = repository.submission_of_file(sent.staged.sha256, unit)
    if known is None or not files.holds(sent.staged.sha256):
        files.keep(sent.staged)
    if known is not None:
        if known.agreement.state == "failed":
            _grade_again(session, asker, jobs, known, fields, rubric)
        return Received(known.agreement, created=False)
    agreement = Agreement(unit_id=unit, state="waiting", **fields.model_dump(include=set(Given.model_fields)))
    if earlier is not None:
        agreement.supersedes_id, agreement.relation = earlier, fields.relation or "renewal"
    repository.add(agreement)
    submission = _add_submission(repository, asker, agreement, sent, 1)
    _enqueue(session, jobs, asker, submission, fields.law_on, rubric)
    _tell(session, asker, Event.AGREEMENT_UPLOADED, agreement, submission, rubric)
    return Received(agreement, created=True)


def receive_version(
    session: Session,
    asker: Asker,
    files: FileStore,
    jobs: Jobs,
    agreement_id: str,
    sent: Incoming,
    fields: UploadFields,
    if_match: str | None,
) -> Received:
    """Record a newer file of an agreement; the files, readings and assessments before it stay, and corrections are looked up in it again.

    The bytes of the newest file again change nothing. Raises Problem.
    """
    agreement, _ = opened(session, asker, agreement_id, Move.NEW_VERSION, if_match)
    repository = AgreementRepository(session)
    [newest, *_] = repository.submissions(agreement.id)
    if newest.file_sha256 == sent.staged.sha256 and agreement.state != "failed":
        return Received(agreement, created=False)
    if agreement.state == "waiting":
        raise Problem("not_graded_yet", "Bản trước đang được chấm. Hãy gửi bản mới khi chấm xong.")
    assessment = repository.newest_assessment(agreement.id)
    before = f"{assessment.rubric_id}@{assessment.rubric_version}" if assessment else None
    rubric = rubrics.find(session, fields.rubric or before).reference
    FileRepository(session).add(sent.staged.sha256, sent.staged.size, sent.media_type)
    known = repository.submission_of_file(sent.staged.sha256, agreement.unit_id)
    if known is not None and known.agreement_id != agreement.id:
        raise Problem("file_of_another_agreement", "Tệp này là của một thỏa ước khác của đơn vị. Hãy xem lại tệp.")
    files.keep(sent.staged)
    submission = _add_submission(repository, asker, agreement, sent, newest.number + 1)
    for name, value in fields.model_dump(include=set(Given.model_fields), exclude_none=True).items():
        setattr(agreement, name, value)
    agreement.error_code = agreement.error_message = None
    change(agreement, "waiting")
    _enqueue(session, jobs, asker, submission, fields.law_on, rubric)
    _tell(session, asker, Event.VERSION_UPLOADED, agreement, submission, rubric)
    return Received(agreement, created=True)


def _unit_of(session: Session, asker: Asker, wanted: str | None) -> str:
    """The unit that an upload is for: as named, else the only one that the sender is an officer of. Raises Problem."""
    own = asker.who.roots(Role.OFFICER)
    if wanted is None:
        if len(own) != 1:
            raise Problem("unit_required", "Hãy nêu đơn vị có thỏa ước này trong trường «unit».")
        return own[0]
    if not AgreementRepository(session).units_within([wanted], asker.reach(*SENDERS)):
        raise Problem("unit_unknown", f"Không có đơn vị mang mã «{wanted[:60]}» trong phạm vi của anh/chị.")
    return wanted


def _predecessor(session: Session, asker: Asker, unit: str, earlier_id: str) -> str:
    """The agreement that an upload renews or amends. Raises Problem."""
    earlier = find(session, asker, earlier_id)
    if earlier.unit_id != unit:
        raise Problem("predecessor_invalid", "Thỏa ước trước phải là của cùng đơn vị.")
    return earlier.id


def _grade_again(session: Session, asker: Asker, jobs: Jobs, known: Submission, fields: UploadFields, rubric: str) -> None:
    """A file that could not be graded is tried anew, where it is still the newest and its agreement may still change."""
    agreement = known.agreement
    allow(session, asker, agreement, Move.NEW_VERSION)
    newest = AgreementRepository(session).submissions(agreement.id)[0]
    agreement.error_code = agreement.error_message = None
    change(agreement, "waiting")
    _enqueue(session, jobs, asker, newest, fields.law_on, rubric)
    _tell(session, asker, Event.VERSION_UPLOADED, agreement, newest, rubric)


def _add_submission(repository: AgreementRepository, asker: Asker, agreement: Agreement, sent: Incoming, number: int) -> Submission:
    row = Submission(
        agreement_id=agreement.id,
        number=number,
        file_sha256=sent.staged.sha256,
        filename=sent.filename,
        sent_by=asker.person,
        sent_by_name=asker.who.name,
    )
    repository.add(row)
    return row


def _enqueue(session: Session, jobs: Jobs, asker: Asker, submission: Submission, law_on: date | None, rubric: str) -> None:
    payload = {
        "submission": submission.id,
        "graded_on": asker.on.isoformat(),
        "law_on": law_on.isoformat() if law_on else None,
        "rubric": rubric,
    }
    jobs.enqueue(session, GRADE, submission.agreement_id, payload)


def _tell(session: Session, asker: Asker, event: Event, agreement: Agreement, submission: Submission, rubric: str) -> None:
    after = {
        "version": submission.number,
        "file": submission.file_sha256,
        "filename": submission.filename,
        "supersedes": agreement.supersedes_id,
    }
    record(session, asker.who, event, subject=f"agreement:{agreement.id}", unit_id=agreement.unit_id, after=after, rubric=rubric)


def record_assessment(session: Session, submission_id: str, read: dict[str, Any], assessment: dict[str, Any]) -> None:
    """Store what the engine read and how it scored, in the transaction that completes the job."""
    repository = AgreementRepository(session)
    agreement = _agreement_of(repository, submission_id)
    reading = reading_of(submission_id, read)
    repository.add(reading)
    row = assessment_row(agreement.id, reading.id, read, assessment)
    row.known_digest = hashlib.sha256(to_text(assessment).encode()).hexdigest()
    repository.add(row)
    facts_of(assessment).put(agreement)
    change(agreement, "graded")
    after = {"grade": row.grade, "content_points": row.content_points, "assessment": row.known_digest}
    rubric = f"{row.rubric_id}@{row.rubric_version}"
    record(
        session,
        SYSTEM,
        Event.AGREEMENT_GRADED,
        subject=f"agreement:{agreement.id}",
        unit_id=agreement.unit_id,
        after=after,
        rubric=rubric,
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands beside an agreement of its newest assessment, for queues and terms."""

    effective_from: date | None
    expires_on: date | None
    confidence: float | None
    unlawful: int

    def put(self, agreement: Agreement) -> None:
        agreement.effective_from, agreement.expires_on = self.effective_from, self.expires_on
        agreement.confidence, agreement.unlawful = self.confidence, self.unlawful


def facts_of(assessment: Mapping[str, Any]) -> Facts:
    said = assessment["agreement"]
    until = said.get("in_force_until") or said["expires_on"]
    telling = [one for one in assessment["findings"] if one["points"] or one["unlawful"]]
    return Facts(
        date.fromisoformat(said["effective_from"]) if said["effective_from"] else None,
        date.fromisoformat(until) if until else None,
        min((one["confidence"] for one in telling), default=None),
        sum(bool(one["unlawful"]) and not one["superseded_by"] for one in assessment["findings"]),
    )


def reading_of(submission_id: str, record: Mapping[str, Any]) -> Reading:
    """The row of a record; what judging needs stands beside it, so that scoring does not load it."""
    kept = {key: value for key, value in record.items() if key != "judging"}
    return Reading(
        submission_id=submission_id,
        engine_version=str(record["engine"]["version"]),
        law_as_of=date.fromisoformat(record["law_as_of"]),
        body=to_text(kept),
        judging=to_text(record["judging"]) if "judging" in record else None,
    )


def assessment_row(agreement_id: str, reading_id: str, record: Mapping[str, Any], assessment: Mapping[str, Any]) -> Assessment:
    """The row of an assessment of `record`, its digest still to be worked out."""
    return Assessment(
        agreement_id=agreement_id,
        reading_id=reading_id,
        engine_version=str(record["engine"]["version"]),
        rubric_id=assessment["rubric"]["id"],
        rubric_version=assessment["rubric"]["version"],
        graded_on=date.fromisoformat(assessment["graded_on"]),
        law_as_of=date.fromisoformat(record["law_as_of"]),
        grade=assessment["grade"],
        would_be_grade=assessment["would_be_grade"],
        better_firm=assessment["better_provisions"]["firm"],
        content_points=next(group["points"] for group in assessment["score"]["groups"] if group["id"] == "content"),
        stored=stored(assessment, record),
    )


def record_failure(session: Session, submission_id: str, code: str, message: str) -> None:
    """The file cannot be graded: say why, in the transaction that buries the job."""
    agreement = _agreement_of(AgreementRepository(session), submission_id)
    agreement.error_code, agreement.error_message = code, message
    change(agreement, "failed")
    after = {"code": code, "message": message}
    record(session, SYSTEM, Event.GRADING_FAILED, subject=f"agreement:{agreement.id}", unit_id=agreement.unit_id, after=after)


def assessment_of(session: Session, agreement: Agreement) -> Assessment:
    """The newest assessment of the newest file. Raises Problem: why there is none (yet)."""
    if agreement.state == "failed":
        raise Problem(agreement.error_code or "grading_failed", agreement.error_message or "Không chấm được tệp này.")
    assessment = AgreementRepository(session).newest_assessment(agreement.id) if agreement.state == "graded" else None
    if assessment is None:
        raise Problem("not_graded_yet", "Thỏa ước này chưa chấm xong. Hãy xem tiến độ rồi hỏi lại sau ít giây.")
    return assessment


def assessment_of_version(session: Session, agreement: Agreement, number: int) -> Assessment:
    """The newest assessment of one of its files. Raises Problem."""
    repository = AgreementRepository(session)
    submission = next((one for one in repository.submissions(agreement.id) if one.number == number), None)
    if submission is None:
        raise Problem("version_not_found", f"Thỏa ước này không có bản số {number}.")
    assessment = repository.newest_assessment_of(submission.id)
    if assessment is None:
        raise Problem("not_graded_yet", f"Bản số {number} chưa có kết quả chấm.")
    return assessment


def _agreement_of(repository: AgreementRepository, submission_id: str) -> Agreement:
    submission = repository.submission(submission_id)
    agreement = repository.get(submission.agreement_id, lock=True) if submission else None
    if agreement is None:
        raise LookupError(f"no submission {submission_id}")
    return agreement


def change(agreement: Agreement, state: str) -> None:
    """Give an agreement its state, and with it a new revision, even where the state is the same."""
    agreement.state = state
    agreement.changed_at = now()
