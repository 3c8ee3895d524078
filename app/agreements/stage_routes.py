"""`/api/v1/agreements/{id}/…`: the moves of an agreement's life. Each needs If-Match and answers with the agreement as it then stands."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.agreements import stages
from app.agreements.access import Asker
from app.agreements.routes import IfMatch, shown_with_tag
from app.agreements.schemas import AgreementOut, ReturnIn, SubmitIn, WithdrawIn
from app.web.deps import Parts, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1/agreements/{agreement_id}", tags=["Đời của thỏa ước"])
ALWAYS = (
    "agreement_not_found", "forbidden", "move_not_open", "changed_meanwhile", "if_match_required", "request_invalid", "busy",
    "database_unavailable",
)  # fmt: skip


@router.post(
    "/submit",
    response_model=AgreementOut,
    summary="Nộp cho công đoàn cấp trên",
    description="Bản thảo đã chấm, hoặc bản sửa của thỏa ước bị trả lại, vào hàng chờ duyệt.",
    responses=problems(*ALWAYS, "not_graded_yet", "grading_failed", "resubmit_unchanged"),
)
def submit_agreement(
    agreement_id: str, parts: Parts, who: Who, response: Response, wanted: SubmitIn | None = None, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = stages.submit(session, asker, agreement_id, wanted.note if wanted else None, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.post(
    "/recall",
    response_model=AgreementOut,
    summary="Rút lại bản đã nộp",
    description="Khi chưa ai bắt đầu duyệt: thỏa ước trở lại là bản thảo.",
    responses=problems(*ALWAYS),
)
def recall_agreement(agreement_id: str, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = stages.recall(session, asker, agreement_id, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.post(
    "/review",
    response_model=AgreementOut,
    summary="Bắt đầu duyệt",
    description="Chưa giao ai thì giao cho người bắt đầu. Thỏa ước đã xác nhận được mở lại để sửa; nếu đang công bố thì rời website.",
    responses=problems(*ALWAYS, "own_upload", "not_graded_yet", "grading_failed"),
)
def start_review(agreement_id: str, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = stages.start_review(session, asker, agreement_id, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.post(
    "/return",
    response_model=AgreementOut,
    summary="Trả lại kèm nhận xét theo điều khoản",
    responses=problems(*ALWAYS, "own_upload", "remarks_required", "clause_not_found", "not_graded_yet"),
)
def return_agreement(
    agreement_id: str, wanted: ReturnIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = stages.send_back(session, asker, agreement_id, wanted.message, wanted.remarks, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.post(
    "/publish",
    response_model=AgreementOut,
    summary="Công bố lên website",
    description="Việc riêng, sau xác nhận. Người đã xác nhận không tự công bố, trừ khi thiết lập của đơn vị cho phép.",
    responses=problems(*ALWAYS, "own_confirmation", "not_publishable"),
)
def publish_agreement(agreement_id: str, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = stages.publish(session, asker, agreement_id, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)


@router.post(
    "/withdraw",
    response_model=AgreementOut,
    summary="Gỡ khỏi website",
    responses=problems(*ALWAYS),
)
def withdraw_agreement(
    agreement_id: str, wanted: WithdrawIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        agreement = stages.withdraw(session, asker, agreement_id, wanted.reason, if_match)
        return shown_with_tag(session, parts, asker, agreement, response)
