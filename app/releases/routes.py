"""`/api/v1/agreements/{id}/release`: the redacted copy that a publisher sees, edits and approves before anything is public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Response
from sqlalchemy.orm import Session

from app.accounts.principal import Principal
from app.agreements.access import Asker, find
from app.agreements.models import Agreement, Submission
from app.agreements.repository import AgreementRepository
from app.problems import Problem
from app.releases import service
from app.releases.models import Release
from app.releases.reading import Redacted, marked
from app.releases.schemas import MarkedClause, ReleaseEdit, ReleaseOut
from app.web.deps import Parts, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1/agreements/{agreement_id}/release", tags=["Công bố"])
IfMatch = Annotated[str | None, Header(description="ETag của bản công khai khi anh/chị mở nó; khác đi thì trả 412.")]
ALWAYS = ("agreement_not_found", "release_not_found", "busy", "database_unavailable")


@router.post(
    "",
    status_code=202,
    response_model=ReleaseOut,
    summary="Chuẩn bị bản công khai đã bỏ dữ liệu cá nhân",
    description="Đọc lại tệp của bản mới nhất ở nền rồi đánh dấu dữ liệu cá nhân; gọi lại thì nhận bản đang có.",
    responses=problems("agreement_not_found", "not_confirmed", "busy", "database_unavailable"),
)
def prepare_release(agreement_id: str, parts: Parts, who: Who, response: Response) -> ReleaseOut:
    with parts.database.write() as session:
        agreement, submission = _of(session, parts.today, who, agreement_id)
        if not AgreementRepository(session).newest_confirmations([agreement.id]):
            raise Problem("not_confirmed", "Thỏa ước chưa được xác nhận xếp loại nên chưa chuẩn bị công bố được.")
        release = service.prepare(session, parts.jobs, who, agreement, submission)
        return _shown(release, submission, response)


@router.get(
    "",
    response_model=ReleaseOut,
    summary="Bản công khai, có đánh dấu chỗ bỏ và lý do",
    responses=problems(*ALWAYS),
)
def read_release(agreement_id: str, parts: Parts, who: Who, response: Response) -> ReleaseOut:
    with parts.database.read() as session:
        _, submission = _of(session, parts.today, who, agreement_id)
        return _shown(service.of_submission(session, submission.id), submission, response)


@router.put(
    "",
    response_model=ReleaseOut,
    summary="Bỏ thêm hoặc giữ lại chữ",
    description="Hai danh sách thay hẳn hai danh sách trước. Bản đã phê duyệt mà sửa thì phải phê duyệt lại.",
    responses=problems(*ALWAYS, "release_not_ready", "release_edit_invalid", "changed_meanwhile", "if_match_required", "request_invalid"),
)
def edit_release(
    agreement_id: str, wanted: ReleaseEdit, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> ReleaseOut:
    with parts.database.write() as session:
        agreement, submission = _of(session, parts.today, who, agreement_id)
        release = service.of_submission(session, submission.id, lock=True)
        found = service.edit(session, who, agreement, release, submission.file_sha256, wanted, if_match)
        session.flush()
        return _shown(release, submission, response, found)


@router.post(
    "/approve",
    response_model=ReleaseOut,
    summary="Phê duyệt bản công khai",
    description="Hệ thống tìm lại một lần nữa trong bản sắp công khai; còn dữ liệu cá nhân thì không phê duyệt được.",
    responses=problems(*ALWAYS, "release_not_ready", "redaction_incomplete", "changed_meanwhile", "if_match_required"),
)
def approve_release(agreement_id: str, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> ReleaseOut:
    with parts.database.write() as session:
        agreement, submission = _of(session, parts.today, who, agreement_id)
        release = service.of_submission(session, submission.id, lock=True)
        service.approve(session, who, agreement, release, submission.file_sha256, parts.today(), if_match)
        session.flush()
        return _shown(release, submission, response)


def _of(session: Session, today: Callable[[], date], who: Principal, agreement_id: str) -> tuple[Agreement, Submission]:
    """The agreement, which this person may see, and its newest file. Raises Problem."""
    agreement = find(session, Asker(who, today()), agreement_id)
    return agreement, AgreementRepository(session).newest_submissions([agreement.id])[agreement.id]


def _shown(release: Release, submission: Submission, response: Response, found: Redacted | None = None) -> ReleaseOut:
    response.headers["ETag"] = service.etag(release)
    if found is None and release.document is not None:
        found = service.read_redacted(release, submission.file_sha256)
    counts: dict[str, int] = {}
    for span in found.redaction.spans if found else ():
        counts[span.kind] = counts.get(span.kind, 0) + 1
    return ReleaseOut(
        id=release.id,
        agreement_id=release.agreement_id,
        state=release.state,  # type: ignore[arg-type]
        error={"code": release.error_code, "detail": release.error_message} if release.error_code else None,
        counts=counts,
        clauses=[MarkedClause.model_validate(one) for one in marked(found)] if found else [],
        added=release.added,  # type: ignore[arg-type]
        taken_back=release.taken_back,  # type: ignore[arg-type]
        legal_ground=release.legal_ground,
        approved_by=release.approved_name,
        approved_at=release.approved_at,
    )
