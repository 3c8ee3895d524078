"""`/api/v1/regrades` and `/api/v1/proposals`: score stored readings again, follow it, and what it proposes over confirmed letters."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.agreements.access import Asker
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import ProposalPage
from app.agreements.views import show_proposal
from app.regrades import service
from app.regrades.repository import RegradeRepository
from app.regrades.schemas import RegradeIn, RegradeOut, RegradePage
from app.regrades.views import show
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1", tags=["Chấm lại"])


@router.post(
    "/regrades",
    status_code=202,
    response_model=RegradeOut,
    summary="Chấm lại các thỏa ước đã lưu",
    description=(
        "Theo khung điểm khác, theo mức luật định mới của chương trình, hoặc cả hai; không đọc lại tệp nào. Chạy ở nền, xem tiến độ ở "
        "`Location`. Loại đã xác nhận không tự đổi: thỏa ước nhận một đề nghị, xem ở `/api/v1/proposals`. "
        "Xem trước ai đổi loại và vì sao: `thuoc regrade --dry-run`."
    ),
    responses=problems("rubric_not_found", "regrade_invalid", "request_invalid", "busy", "database_unavailable"),
)
def start_regrade(parts: Parts, who: Who, wanted: RegradeIn, response: Response) -> RegradeOut:
    with parts.database.write() as session:
        row = service.start(session, parts.jobs, wanted.rubric, wanted.law, wanted.graded_on, wanted.created_by)
        shown = show(row)
    response.headers["Location"] = f"/api/v1/regrades/{row.id}"
    return shown


@router.get(
    "/regrades",
    response_model=RegradePage,
    summary="Các lần chấm lại, mới nhất trước",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_regrades(parts: Parts, who: Who, limit: Limit = 20, cursor: Cursor = None) -> RegradePage:
    with parts.database.read() as session:
        rows = RegradeRepository(session).page(limit + 1, id_of(cursor))
        items = [show(row) for row in rows[:limit]]
    return RegradePage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.get(
    "/regrades/{regrade_id}",
    response_model=RegradeOut,
    summary="Một lần chấm lại và tiến độ",
    responses=problems("regrade_not_found", "database_unavailable"),
)
def read_regrade(parts: Parts, who: Who, regrade_id: str) -> RegradeOut:
    with parts.database.read() as session:
        return show(service.find(session, regrade_id))


@router.get(
    "/proposals",
    response_model=ProposalPage,
    summary="Đề nghị đổi loại đã xác nhận, chờ người quyết định",
    description="Quyết định bằng cách xác nhận lại thỏa ước (`…/confirm`): giữ loại cũ hay nhận loại mới đều được.",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_proposals(parts: Parts, who: Who, limit: Limit = 20, cursor: Cursor = None) -> ProposalPage:
    with parts.database.read() as session:
        rows = AgreementRepository(session).proposals_page(Asker(who, parts.today()).reach(), limit + 1, id_of(cursor))
        items = [show_proposal(row) for row in rows[:limit]]
    return ProposalPage(items=items, next_cursor=cursor_of(rows[limit - 1].id) if len(rows) > limit else None)
