"""`/api/v1/agreements/{id}/form`: the review form as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import AfterValidator

from app.agreements.access import Asker
from app.problems import Problem
from app.reports import service
from app.reports.form import Heading
from app.reports.pdf import PdfError
from app.reports.render import MEDIA_TYPES, Format, render
from app.web.deps import Parts, Responses, problems
from app.web.text import printable
from app.web.who import Who

router = APIRouter(prefix="/api/v1/agreements", tags=["Phiếu chấm điểm"])
Words = Annotated[str, AfterValidator(printable), Query(max_length=120)]
FILES: Responses = {
    200: {
        "content": {
            kind: {"schema": {"type": "object"} if kind == "application/json" else {"type": "string", "format": "binary"}}
            for kind in MEDIA_TYPES.values()
        },
        "description": "Phiếu.",
    },
    304: {"description": "Chưa đổi từ ETag đã gửi."},
}


@router.get(
    "/{agreement_id}/form",
    summary="Phiếu chấm điểm, phân loại thỏa ước",
    description=(
        "Phiếu theo thể thức Nghị định 30/2020/NĐ-CP: điểm từng mục kèm điều khoản và câu được tính điểm, điều kiện xếp loại, hồ sơ, "
        "loại và chỗ ký. Thỏa ước đã xác nhận thì phiếu theo kết quả đã xác nhận. Dạng `pdf` cần LibreOffice trên máy chủ."
    ),
    response_class=Response,
    responses=FILES
    | problems(
        "agreement_not_found", "not_graded_yet", "grading_failed", "request_invalid", "pdf_unavailable", "pdf_failed",
        "database_unavailable",
    ),
)  # fmt: skip
def read_form(
    agreement_id: str,
    parts: Parts,
    who: Who,
    format: Annotated[Format, Query(description="Dạng tệp.")] = "docx",
    above: Annotated[Words, Query(description="Cơ quan cấp trên ở góc trái; để trống: dòng chấm.")] = "",
    union: Annotated[Words, Query(description="Công đoàn chấm điểm; để trống: dòng chấm.")] = "",
    place: Annotated[Words, Query(description="Địa danh trước ngày tháng; để trống: tỉnh của thỏa ước.")] = "",
    if_none_match: Annotated[str | None, Header(description="ETag đã có: chưa đổi thì trả 304.")] = None,
) -> Response:
    with parts.database.read() as session:
        source = service.source_of(session, Asker(who, parts.today()), agreement_id)
    digest = source.digest(format, above, union, place)
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}
    if if_none_match is not None and digest in if_none_match:
        return Response(status_code=304, headers=headers)
    try:
        made = render(source.form(Heading(above, union, place)), format)
    except PdfError as error:
        raise Problem(error.code, error.message) from error
    headers["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return Response(made.data, media_type=made.media_type, headers=headers)
