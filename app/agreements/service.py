"""What happens to an agreement: received, read and scored, failed, confirmed. Every function works in the caller's transaction."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.agreements.bodies import stored, to_text
from app.agreements.models import Agreement, Assessment, Confirmation, Reading, Submission
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import ConfirmIn, DossierPoints, Given, UploadFields
from app.jobs.interface import Jobs
from app.problems import Problem
from app.publications import service as publications
from app.rubrics import service as rubrics
from app.storage.base import now
from app.storage.files import FileStore, Staged
from app.storage.repository import FileRepository

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
GRADE = "grade"  # the kind of the grading job; its subject is the agreement's id


@dataclass(frozen=True)
class Received:
    """`created` is False where these bytes were here already."""

    agreement: Agreement
    created: bool


def receive(
    session: Session, files: FileStore, jobs: Jobs, staged: Staged, filename: str, media_type: str, fields: UploadFields, on: date
) -> Received:
    """Record an upload and its grading job, and keep its file: all of it when the transaction commits, or nothing.

    `on` is the day of grading, however late the job runs. The same bytes again give the agreement that is here already; one that had
    failed is graded anew.
    """
    rubric = rubrics.find(session, fields.rubric).reference
    repository = AgreementRepository(session)
    FileRepository(session).add(staged.sha256, staged.size, media_type)
    known = repository.submission_of_file(staged.sha256)
    if known is None or not files.holds(staged.sha256):
        files.keep(staged)
    if known is not None and known.agreement.state != "failed":
        return Received(known.agreement, created=False)
    if known is None:
        agreement = Agreement(state="waiting", **fields.model_dump(include=set(Given.model_fields)))
        repository.add(agreement)
        submission = Submission(agreement_id=agreement.id, number=1, file_sha256=staged.sha256, filename=filename)
        repository.add(submission)
    else:
        agreement, submission = known.agreement, known
        change(agreement, "waiting")
        agreement.error_code = agreement.error_message = None
    payload = {
        "submission": submission.id,
        "graded_on": on.isoformat(),
        "law_on": fields.law_on.isoformat() if fields.law_on else None,
        "rubric": rubric,
    }
    jobs.enqueue(session, GRADE, agreement.id, payload)
    return Received(agreement, created=known is None)


def record_assessment(session: Session, submission_id: str, record: dict[str, Any], assessment: dict[str, Any]) -> None:
    """Store what the engine read and how it scored, in the transaction that completes the job."""
    repository = AgreementRepository(session)
    agreement = _agreement_of(repository, submission_id)
    reading = reading_of(submission_id, record)
    repository.add(reading)
    row = assessment_row(agreement.id, reading.id, record, assessment)
    row.known_digest = hashlib.sha256(to_text(assessment).encode()).hexdigest()
    repository.add(row)
    change(agreement, "graded")


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


def find(session: Session, agreement_id: str, *, lock: bool = False) -> Agreement:
    agreement = AgreementRepository(session).get(agreement_id, lock=lock) if _UUID.fullmatch(agreement_id) else None
    if agreement is None:
        raise Problem("agreement_not_found", f"Không có thỏa ước mang mã «{agreement_id[:60]}».")
    return agreement


def assessment_of(session: Session, agreement_id: str) -> Assessment:
    """The newest assessment. Raises Problem: why there is none (yet)."""
    agreement = find(session, agreement_id)
    if agreement.state == "failed":
        raise Problem(agreement.error_code or "grading_failed", agreement.error_message or "Không chấm được tệp này.")
    assessment = AgreementRepository(session).newest_assessment(agreement_id)
    if assessment is None:
        raise Problem("not_graded_yet", "Thỏa ước này chưa chấm xong. Hãy xem tiến độ rồi hỏi lại sau ít giây.")
    return assessment


def confirm(session: Session, agreement_id: str, decision: ConfirmIn, if_match: str | None) -> None:
    """A person's decision on the newest assessment; the machine's proposal stays as it is. Raises Problem."""
    agreement = find(session, agreement_id, lock=True)
    if if_match is not None and if_match not in ("*", agreement_etag(agreement)):
        raise Problem("changed_meanwhile", "Thỏa ước đã thay đổi từ khi anh/chị mở. Hãy xem lại rồi xác nhận lại.")
    if agreement.state not in ("graded", "confirmed"):
        raise Problem("not_confirmable", "Chỉ xác nhận được thỏa ước đã chấm xong.")
    repository = AgreementRepository(session)
    assessment = assessment_of(session, agreement_id)
    body: dict[str, Any] = json.loads(assessment.body)
    assessment.known_digest = assessment.digest  # from now on a person relies on it
    profile = rubrics.find(session, f"{assessment.rubric_id}@{assessment.rubric_version}")
    total = _total(body, decision.points)
    computed = None if total is None else profile.letter(total)
    gates = [gate["code"] for gate in body["not_graded_because"]]
    _check_decision(decision, gates, computed)
    points = decision.points
    confirmation = Confirmation(
        agreement_id=agreement.id,
        assessment_id=assessment.id,
        confirmed_by=decision.confirmed_by,
        grade=decision.grade,
        process_points=points.process if points else None,
        signing_implementation_points=points.signing_implementation if points else None,
        bonus_points=points.bonus if points else None,
        total=total,
        computed_grade=computed,
        cleared_gates=gates if decision.grade is not None else [],
        reason=decision.reason,
    )
    repository.add(confirmation)
    for proposal in repository.open_proposals([agreement.id]).values():
        proposal.state, proposal.settled_at = "settled", now()
    change(agreement, "confirmed")
    publications.follow(session, agreement, confirmation, body)


def agreement_etag(agreement: Agreement) -> str:
    return f'"{agreement.id}.{agreement.revision}"'


def _check_decision(decision: ConfirmIn, gates: list[str], computed: str | None) -> None:
    if decision.grade is None:
        below_every_letter = decision.points is not None and computed is None
        if not gates and not below_every_letter and not decision.reason:
            raise Problem("gate_reason_required", "Máy không thấy lý do nào để không xếp loại: hãy ghi lý do của anh/chị.")
        return
    if decision.points is None:
        raise Problem("points_invalid", "Muốn xếp loại phải nhập đủ điểm quy trình, ký kết – thực hiện và điểm thưởng.")
    if gates and not decision.reason:
        named = ", ".join(gates)
        raise Problem(
            "gate_reason_required",
            f"Máy đề nghị chưa xếp loại ({named}). Muốn xếp loại phải ghi rõ lý do gỡ.",
            gates=gates,
        )
    if decision.grade != computed and not decision.reason:
        meant = computed or "dưới mức thấp nhất"
        raise Problem("letter_reason_required", f"Tổng điểm cho loại {meant}, anh/chị chọn {decision.grade}. Hãy ghi lý do.")


def _total(body: dict[str, Any], points: DossierPoints | None) -> float | None:
    """Content points of the assessment plus the dossier's, each within its group's maximum. Raises Problem."""
    if points is None:
        return None
    groups = {group["id"]: group for group in body["score"]["groups"]}
    entered = points.model_dump()
    over = [groups[id] for id, value in entered.items() if value > groups[id]["max_points"]]
    if over:
        limits = ", ".join(f"{group['id']} tối đa {group['max_points']:g}" for group in over)
        raise Problem("points_invalid", f"Điểm vượt mức của khung điểm: {limits}.")
    return float(groups["content"]["points"] + sum(entered.values()))


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
