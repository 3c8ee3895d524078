"""`/api/v1/agreements/{id}/confirm` and `/api/v1/reviews`: what a reviewer decides."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.agreements.access import Asker
from app.agreements.routes import IfMatch, shown_with_tag
from app.agreements.schemas import AgreementOut, ConfirmIn
from app.reviews import confirming
from app.web.deps import Parts, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1", tags=["Duyệt"])


@router.post(
    "/agreements/{agreement_id}/confirm",
    response_model=AgreementOut,
    summary="Xác nhận xếp loại",
    description=(
        "Người duyệt nhập điểm hồ sơ và xác nhận loại; người đã gửi thỏa ước không tự xác nhận. Đề xuất của máy giữ nguyên bên cạnh. Khi "
        "máy đề nghị chưa xếp loại (nội dung trái luật, hết hạn …), muốn xếp loại phải ghi lý do. Xác nhận lại thì lần sau thay lần trước, "
        "lịch sử vẫn giữ; đang công bố thì rời website đến khi được công bố lại."
    ),
    responses=problems(
        "agreement_not_found", "forbidden", "move_not_open", "own_upload", "not_graded_yet", "changed_meanwhile", "if_match_required",
        "gate_reason_required", "letter_reason_required", "points_invalid", "request_invalid", "busy", "database_unavailable",
    ),
)  # fmt: skip
def confirm_agreement(
    agreement_id: str, decision: ConfirmIn, response: Response, parts: Parts, who: Who, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = confirming.confirm(session, asker, agreement_id, decision, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)
