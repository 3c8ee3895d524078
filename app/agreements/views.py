"""Builds the answers of `/api/v1/agreements` from the rows, a whole page with one query per table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.agreements.access import Asker, moves_of, standings
from app.agreements.life import STANDING, Stage
from app.agreements.models import Agreement, Assessment, Confirmation, Proposal, ReturnNote, Submission
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import (
    AgreementOut,
    ConfirmationOut,
    DossierPoints,
    Failure,
    FileOut,
    Given,
    Links,
    PersonRef,
    Progress,
    ProposalOut,
    RemarkOut,
    ReturnOut,
    State,
    Summary,
    UnitRef,
    VersionOut,
    VersionsOut,
)
from app.agreements.service import GRADE
from app.jobs.interface import Jobs, Status


def show(session: Session, jobs: Jobs, asker: Asker, agreements: list[Agreement]) -> list[AgreementOut]:
    """The agreements in the order given, as this person may see them."""
    repository = AgreementRepository(session)
    ids = [agreement.id for agreement in agreements]
    submissions = repository.newest_submissions(ids)
    assessments = repository.newest_assessments(ids)
    confirmations = repository.newest_confirmations(ids)
    digests = repository.digests([confirmation.assessment_id for confirmation in confirmations.values()])
    proposals = repository.open_proposals(ids)
    statuses = jobs.statuses(session, GRADE, [one.id for one in agreements if one.state == "waiting"])
    returns = {row.agreement_id: row for row in repository.returns(ids)}
    versions = repository.version_numbers([row.submission_id for row in returns.values()])
    units = repository.unit_names(one.unit_id for one in agreements)
    standing = standings(session, asker, agreements)
    shown = []
    for agreement in agreements:
        confirmation = confirmations.get(agreement.id) if agreement.stage in STANDING else None
        assessed = assessments.get(agreement.id) if agreement.state == "graded" else None
        path = f"/api/v1/agreements/{agreement.id}"
        submission, status = submissions[agreement.id], statuses.get(agreement.id)
        note, proposal = returns.get(agreement.id), proposals.get(agreement.id)
        shown.append(
            AgreementOut(
                id=agreement.id,
                unit=UnitRef(id=agreement.unit_id, name=units[agreement.unit_id]),
                stage=Stage(agreement.stage),
                open_moves=moves_of(agreement, standing[agreement.id]),
                state=_state(agreement, status),
                version=submission.number,
                submitted_at=agreement.submitted_at,
                assigned_to=_person(agreement),
                returned=_return(note, versions) if note else None,
                supersedes=agreement.supersedes_id,
                relation=agreement.relation,  # type: ignore[arg-type]  # the column holds the two
                progress=_progress(status) if status else None,
                error=_failure(agreement) if agreement.state == "failed" else None,
                file=show_file(submission),
                given=Given.model_validate(agreement, from_attributes=True),
                machine=_summary(assessed) if assessed else None,
                confirmation=_confirmation(confirmation, digests[confirmation.assessment_id]) if confirmation else None,
                proposal=show_proposal(proposal) if proposal and confirmation else None,
                created_at=agreement.created_at,
                changed_at=agreement.changed_at,
                links=Links(self=path, assessment=f"{path}/assessment", versions=f"{path}/versions", confirm=f"{path}/confirm"),
            )
        )
    return shown


def show_versions(session: Session, agreement: Agreement) -> VersionsOut:
    """Every file of an agreement, the newest first."""
    repository = AgreementRepository(session)
    path = f"/api/v1/agreements/{agreement.id}/versions"
    submissions = repository.submissions(agreement.id)
    read = repository.read_submissions([one.id for one in submissions])
    return VersionsOut(
        items=[
            VersionOut(
                number=one.number,
                file=show_file(one),
                sent_by=one.sent_by_name,
                sent_at=one.created_at,
                assessment=f"{path}/{one.number}/assessment" if one.id in read else None,
            )
            for one in submissions
        ]
    )


def show_file(submission: Submission) -> FileOut:
    file = submission.file
    return FileOut(filename=submission.filename, sha256=file.sha256, size=file.size, media_type=file.media_type)


def _person(agreement: Agreement) -> PersonRef | None:
    return PersonRef(id=agreement.assigned_to, name=agreement.assigned_name or "") if agreement.assigned_to else None


def _failure(agreement: Agreement) -> Failure:
    return Failure(code=agreement.error_code or "", detail=agreement.error_message or "")


def _return(row: ReturnNote, versions: dict[str, int]) -> ReturnOut:
    remarks = [RemarkOut(**one) for one in row.remarks]
    return ReturnOut(version=versions[row.submission_id], by=row.by_name, at=row.created_at, message=row.message, remarks=remarks)


def _state(agreement: Agreement, status: Status | None) -> State:
    if agreement.state == "waiting" and status is not None and status.state == "running":
        return "grading"
    return agreement.state  # type: ignore[return-value]  # the column holds the other three


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
