"""`/api/v1/reviews` and `/api/v1/agreements/{id}/confirm`: what a reviewer decides about one agreement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from app.agreements.access import Asker, etag, find
from app.agreements.bodies import to_text
from app.agreements.life import STANDING, Stage
from app.agreements.models import Agreement
from app.agreements.repository import AgreementRepository
from app.agreements.routes import WHOLE, IfMatch, IfNoneMatch, shown_with_tag, whole
from app.agreements.schemas import AgreementOut, ConfirmIn
from app.reviews import confirming, service
from app.reviews.schemas import AssigneeIn, CorrectionIn, GateIn, PredecessorIn, ReviewOut
from app.reviews.views import show
from app.web.deps import Parts, problems
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1", tags=["Duyệt"])
ALWAYS = (
    "agreement_not_found", "forbidden", "move_not_open", "own_upload", "not_graded_yet", "grading_failed", "changed_meanwhile",
    "if_match_required", "request_invalid", "busy", "database_unavailable",
)  # fmt: skip
Code = Annotated[str, Path(max_length=40, description="Mã lý do.", examples=["unlawful_content"])]


@router.post(
    "/agreements/{agreement_id}/confirm",
    response_model=AgreementOut,
    summary="Xác nhận xếp loại",
    description=(
        "Xác nhận kết quả đã duyệt: phát hiện đã sửa, lý do đã quyết, điểm hồ sơ từng mục (hoặc `points` cho nhóm chưa nhập từng mục). "
        "Người đã gửi thỏa ước không tự xác nhận. Đề xuất của máy giữ nguyên bên cạnh. Khi còn lý do chưa xếp loại, muốn xếp loại phải ghi "
        "`reason`; loại khác với loại mà tổng điểm cho cũng vậy. Xác nhận lại thì lần sau thay lần trước, lịch sử vẫn giữ; đang công bố "
        "thì rời website đến khi được công bố lại."
    ),
    responses=problems(*ALWAYS, "gate_reason_required", "gate_stands", "letter_reason_required", "points_invalid", "corrections_unsettled"),
)
def confirm_agreement(
    agreement_id: str, decision: ConfirmIn, response: Response, parts: Parts, who: Who, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = confirming.confirm(session, asker, agreement_id, decision, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.get(
    "/reviews/{agreement_id}",
    response_model=ReviewOut,
    summary="Việc duyệt một thỏa ước: điểm của máy, điểm sau khi người duyệt sửa, từng chỗ sửa, lý do, hồ sơ",
    responses=problems("agreement_not_found", "not_graded_yet", "grading_failed", "database_unavailable"),
)
def read_review(agreement_id: str, parts: Parts, who: Who, response: Response) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        return _shown(session, parts, asker, find(session, asker, agreement_id), response)


@router.get(
    "/reviews/{agreement_id}/assessment",
    summary="Kết quả chấm sau các quyết định của người duyệt",
    description=(
        "Cùng dạng `thuoc.assessment/1`; mỗi phát hiện có `by` (machine hoặc person), phát hiện của người có `machine` bên cạnh, phát hiện "
        "bị bỏ nằm ở `rejected`. Thỏa ước đã xác nhận: đúng kết quả đã xác nhận."
    ),
    response_class=Response,
    responses=WHOLE | problems("agreement_not_found", "not_graded_yet", "grading_failed", "database_unavailable"),
)
def read_reviewed_assessment(agreement_id: str, parts: Parts, who: Who, if_none_match: IfNoneMatch = None) -> Response:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        agreement = find(session, asker, agreement_id)
        repository = AgreementRepository(session)
        confirmation = repository.newest_confirmations([agreement.id]).get(agreement.id)
        confirmed = repository.reviewed(confirmation.reviewed_id) if confirmation and confirmation.reviewed_id else None
        stands = confirmed is not None and Stage(agreement.stage) in STANDING
        body = confirmed.body if confirmed and stands else to_text(service.desk_of(session, agreement).reviewed().body)
    return whole(body, if_none_match)


@router.post(
    "/reviews/{agreement_id}/corrections",
    status_code=201,
    response_model=ReviewOut,
    summary="Đồng ý, sửa, bỏ một phát hiện, hoặc thêm điều máy bỏ sót",
    description=(
        "Quyết định gắn với câu chữ và ngữ cảnh hai bên, nên còn nguyên khi đọc lại tệp, quét lại rõ hơn hoặc chương trình đổi phiên bản; "
        "câu chữ không còn thì hiện là `lost`, không mất. Điểm đổi ngay trong trả lời. Quyết định mới về cùng phát hiện thay quyết định cũ."
    ),
    responses=problems(*ALWAYS, "correction_invalid"),
)
def correct_finding(
    agreement_id: str, wanted: CorrectionIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, service.correct(session, asker, agreement_id, wanted, if_match), response)


@router.delete(
    "/reviews/{agreement_id}/corrections/{correction_id}",
    response_model=ReviewOut,
    summary="Rút lại một quyết định",
    responses=problems(*ALWAYS, "correction_not_found"),
)
def take_correction_back(
    agreement_id: str, correction_id: str, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, service.take_back(session, asker, agreement_id, correction_id, if_match), response)


@router.put(
    "/reviews/{agreement_id}/gates/{code}",
    response_model=ReviewOut,
    summary="Giữ, nêu thêm hoặc gỡ một lý do không xếp loại",
    responses=problems(*ALWAYS, "gate_unknown"),
)
def decide_gate(
    agreement_id: str, code: Code, wanted: GateIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, service.decide_gate(session, asker, agreement_id, code, wanted, if_match), response)


@router.delete(
    "/reviews/{agreement_id}/gates/{code}",
    response_model=ReviewOut,
    summary="Rút lại quyết định về một lý do",
    responses=problems(*ALWAYS, "gate_unknown"),
)
def take_gate_back(agreement_id: str, code: Code, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, service.decide_gate(session, asker, agreement_id, code, None, if_match), response)


@router.put(
    "/reviews/{agreement_id}/assignee",
    response_model=AgreementOut,
    summary="Giao thỏa ước cho một người duyệt",
    responses=problems(*ALWAYS, "reviewer_unknown"),
)
def assign_reviewer(
    agreement_id: str, wanted: AssigneeIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = service.assign(session, asker, agreement_id, wanted.account, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.put(
    "/reviews/{agreement_id}/predecessor",
    response_model=AgreementOut,
    summary="Thỏa ước này ký lại hoặc sửa đổi bản nào",
    description="Khi bản này được xác nhận và có hiệu lực, bản trước thành «đã được thay».",
    responses=problems(*ALWAYS, "predecessor_invalid"),
)
def name_predecessor(
    agreement_id: str, wanted: PredecessorIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = service.name_predecessor(session, asker, agreement_id, wanted.supersedes, wanted.relation, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


def _shown(session: Session, parts: Services, asker: Asker, agreement: Agreement, response: Response) -> ReviewOut:
    session.flush()
    response.headers["ETag"] = etag(agreement)
    return show(session, parts.jobs, asker, agreement)
