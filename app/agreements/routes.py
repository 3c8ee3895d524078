"""`/api/v1/agreements`: send one in, follow it, read its assessment, confirm it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from app.agreements import service
from app.agreements.intake import media_type_of
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import AgreementOut, AgreementPage, ConfirmIn, UploadFields
from app.agreements.upload import FILE_FIELD, FILE_HELP, Upload, receive_upload
from app.agreements.views import show
from app.web.deps import Cursor, Limit, Parts, Responses, cursor_of, id_of, problems
from app.web.errors import invalid
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/agreements", tags=["Thỏa ước"])
KNOWN: Responses = {200: {"model": AgreementOut, "description": "Tệp này đã có."}}
WHOLE: Responses = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "Kết quả chấm."},
    304: {"description": "Chưa đổi từ ETag đã gửi."},
}
IfMatch = Annotated[str | None, Header(description="ETag của thỏa ước khi anh/chị mở nó: khác đi thì trả 412.")]
IfNoneMatch = Annotated[str | None, Header(description="ETag đã có: chưa đổi thì trả 304.")]


def _form_schema() -> dict[str, Any]:
    fields = UploadFields.model_json_schema()
    properties = {
        FILE_FIELD: {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "description": FILE_HELP},
        **fields["properties"],
    }
    schema = {"type": "object", "required": [FILE_FIELD], "properties": properties, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.post(
    "",
    status_code=202,
    response_model=AgreementOut,
    summary="Gửi một thỏa ước để chấm",
    description=(
        "Gửi tệp thỏa ước (multipart/form-data), hoặc nhiều ảnh chụp các trang của một thỏa ước. Trả lời 202 khi tệp và việc chấm đã "
        "được ghi chắc chắn; việc chấm chạy ở nền, xem tiến độ ở địa chỉ trong `Location`. Gửi lại đúng tệp đó (đúng các ảnh đó, đúng thứ "
        "tự) thì nhận lại thỏa ước đã có (200)."
    ),
    responses=KNOWN
    | problems(
        "multipart_invalid", "multipart_required", "file_missing", "file_too_large", "upload_timeout",
        "request_invalid", "rubric_not_found", "busy", "database_unavailable", "storage_unavailable", "storage_full",
        also={422: "mã của phần đọc tệp (`empty_file`, `unknown_format`, `not_an_image` …)"},
    ),
    openapi_extra=_form_schema(),
)  # fmt: skip
async def upload_agreement(request: Request, response: Response, parts: Parts, who: Who) -> AgreementOut:
    settings = parts.settings
    upload = await receive_upload(request, parts.files, settings.max_upload_bytes, settings.upload_idle_seconds, several_photos=True)
    try:
        status, shown = await run_in_threadpool(_store, parts, upload)
    finally:
        upload.staged.discard()
    response.status_code = status
    response.headers["Location"] = shown.links.self
    return shown


def _store(parts: Services, upload: Upload) -> tuple[int, AgreementOut]:
    try:
        fields = UploadFields.model_validate({name: value or None for name, value in upload.fields.items()})
    except ValidationError as error:
        raise invalid(error.errors()) from error
    media_type = media_type_of(upload.staged, upload.filename)
    with parts.database.write() as session:
        received = service.receive(session, parts.files, parts.jobs, upload.staged, upload.filename, media_type, fields, parts.today())
        [shown] = show(session, parts.jobs, [received.agreement])
    waiting = shown.state in ("waiting", "grading")
    return (202 if received.created or waiting else 200), shown


@router.get(
    "",
    response_model=AgreementPage,
    summary="Các thỏa ước, mới nhất trước",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_agreements(
    parts: Parts,
    who: Who,
    state: Annotated[
        Literal["waiting", "graded", "failed", "confirmed"] | None,
        Query(description="Chỉ những thỏa ước ở trạng thái này."),
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> AgreementPage:
    with parts.database.read() as session:
        rows = AgreementRepository(session).page(limit + 1, id_of(cursor), state)
        items = show(session, parts.jobs, rows[:limit])
    return AgreementPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.get(
    "/{agreement_id}",
    response_model=AgreementOut,
    summary="Một thỏa ước và tiến độ chấm",
    responses=problems("agreement_not_found", "database_unavailable"),
)
def read_agreement(agreement_id: str, response: Response, parts: Parts, who: Who) -> AgreementOut:
    with parts.database.read() as session:
        agreement = service.find(session, agreement_id)
        response.headers["ETag"] = service.agreement_etag(agreement)
        [shown] = show(session, parts.jobs, [agreement])
    return shown


@router.get(
    "/{agreement_id}/assessment",
    summary="Kết quả chấm đầy đủ",
    description="Đối tượng `thuoc.assessment/1`: điều khoản, từng phát hiện kèm câu trích, điểm từng mục, loại đề xuất và lý do.",
    response_class=Response,
    responses=WHOLE
    | problems("agreement_not_found", "not_graded_yet", "grading_failed", also={422: "mã của phần đọc tệp hoặc loại văn bản"}),
)
def read_assessment(agreement_id: str, parts: Parts, who: Who, if_none_match: IfNoneMatch = None) -> Response:
    with parts.database.read() as session:
        assessment = service.assessment_of(session, agreement_id)
        body = assessment.body
    digest = hashlib.sha256(body.encode()).hexdigest()
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}
    if if_none_match is not None and _matches(if_none_match, digest):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.post(
    "/{agreement_id}/confirm",
    response_model=AgreementOut,
    summary="Xác nhận xếp loại",
    description=(
        "Người có thẩm quyền nhập điểm hồ sơ và xác nhận loại. Đề xuất của máy giữ nguyên bên cạnh. Khi máy đề nghị chưa xếp loại "
        "(nội dung trái luật, hết hạn …), muốn xếp loại phải ghi lý do. Xác nhận lại thì lần sau thay lần trước, lịch sử vẫn giữ."
    ),
    responses=problems(
        "agreement_not_found", "not_confirmable", "changed_meanwhile", "gate_reason_required", "letter_reason_required",
        "points_invalid", "request_invalid", "busy", "database_unavailable",
    ),
)  # fmt: skip
def confirm_agreement(
    agreement_id: str, decision: ConfirmIn, response: Response, parts: Parts, who: Who, if_match: IfMatch = None
) -> AgreementOut:
    with parts.database.write() as session:
        service.confirm(session, agreement_id, decision, if_match)
        agreement = service.find(session, agreement_id)
        response.headers["ETag"] = service.agreement_etag(agreement)
        [shown] = show(session, parts.jobs, [agreement])
    return shown


def _matches(header: str, digest: str) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or digest in tags
