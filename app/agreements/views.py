"""Builds the answers of `/api/v1/agreements` from the rows, a whole page with one query per table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.agreements.models import Agreement, Assessment, Confirmation, Proposal, Submission
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import (
    AgreementOut,
    ConfirmationOut,
    DossierPoints,
    Failure,
    FileOut,
    Given,
    Links,
    Progress,
    ProposalOut,
    State,
    Summary,
)
from app.agreements.service import GRADE
from app.jobs.interface import Jobs, Status


def show(session: Session, jobs: Jobs, agreements: list[Agreement]) -> list[AgreementOut]:
    """The agreements in the order given."""
    repository = AgreementRepository(session)
    ids = [agreement.id for agreement in agreements]
    submissions = repository.newest_submissions(ids)
    assessments = repository.newest_assessments(ids)
    confirmations = repository.newest_confirmations(ids)
    digests = repository.digests([confirmation.assessment_id for confirmation in confirmations.values()])
    proposals = repository.open_proposals(ids)
    statuses = jobs.statuses(session, GRADE, [one.id for one in agreements if one.state == "waiting"])
    shown = []
    for agreement in agreements:
        confirmation = confirmations.get(agreement.id) if agreement.state == "confirmed" else None
        assessed = assessments.get(agreement.id) if agreement.state in ("graded", "confirmed") else None
        shown.append(
            _one(
                agreement,
                submissions[agreement.id],
                statuses.get(agreement.id),
                assessed,
                _confirmation(confirmation, digests[confirmation.assessment_id]) if confirmation else None,
                proposals.get(agreement.id) if confirmation else None,
            )
        )
    return shown


def _one(
    agreement: Agreement,
    submission: Submission,
    status: Status | None,
    assessment: Assessment | None,
    confirmation: ConfirmationOut | None,
    proposal: Proposal | None,
) -> AgreementOut:
    path = f"/api/v1/agreements/{agreement.id}"
    failed = agreement.state == "failed"
    return AgreementOut(
        id=agreement.id,
        state=_state(agreement, status),
        progress=_progress(status) if status else None,
        error=Failure(code=agreement.error_code or "", detail=agreement.error_message or "") if failed else None,
        file=FileOut(
            filename=submission.filename,
            sha256=submission.file.sha256,
            size=submission.file.size,
            media_type=submission.file.media_type,
        ),
        given=Given.model_validate(agreement, from_attributes=True),
        machine=_summary(assessment) if assessment else None,
        confirmation=confirmation,
        proposal=show_proposal(proposal) if proposal else None,
        created_at=agreement.created_at,
        changed_at=agreement.changed_at,
        links=Links(self=path, assessment=f"{path}/assessment", confirm=f"{path}/confirm"),
    )


def _state(agreement: Agreement, status: Status | None) -> State:
    if agreement.state == "waiting" and status is not None and status.state == "running":
        return "grading"
    return agreement.state  # type: ignore[return-value]  # the column holds the other four


def _progress(status: Status) -> Progress:
    if status.state == "running":
        return Progress(message="Đang đọc và chấm", ahead=0, attempt=status.attempt)
    if status.error_code is not None:
        message = f"Lần {status.attempt} chưa xong, sẽ tự thử lại (tối đa {status.max_attempts} lần)"
        return Progress(message=message, ahead=status.ahead, attempt=status.attempt, next_try_at=status.run_at)
    waiting = f"Đang chờ chấm, còn {status.ahead} tệp phía trước" if status.ahead else "Đang chờ chấm, đến lượt tiếp theo"
    return Progress(message=waiting, ahead=status.ahead, attempt=status.attempt)


def _summary(assessment: Assessment) -> Summary:
    return Summary(
        grade=assessment.grade,  # type: ignore[arg-type]  # the engine writes A, B, C or None
        would_be_grade=assessment.would_be_grade,  # type: ignore[arg-type]
        better_provisions=assessment.better_firm,
        graded_on=assessment.graded_on,
        law_as_of=assessment.law_as_of,
        rubric=f"{assessment.rubric_id}@{assessment.rubric_version}",
        engine=assessment.engine_version,
    )


def _confirmation(row: Confirmation, digest: str) -> ConfirmationOut:
    points = None
    if row.process_points is not None and row.signing_implementation_points is not None and row.bonus_points is not None:
        points = DossierPoints(
            process=row.process_points,
            signing_implementation=row.signing_implementation_points,
            bonus=row.bonus_points,
        )
    return ConfirmationOut(
        grade=row.grade,  # type: ignore[arg-type]
        points=points,
        total=row.total,
        computed_grade=row.computed_grade,  # type: ignore[arg-type]
        cleared_gates=row.cleared_gates,
        reason=row.reason,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.created_at,
        assessment_sha256=digest,
    )


def show_proposal(row: Proposal) -> ProposalOut:
    return ProposalOut(
        agreement_id=row.agreement_id,
        regrade_id=row.regrade_id,
        from_grade=row.from_grade,  # type: ignore[arg-type]
        to_grade=row.to_grade,  # type: ignore[arg-type]
        total=row.total,
        reasons=row.reasons,
        proposed_at=row.created_at,
    )
