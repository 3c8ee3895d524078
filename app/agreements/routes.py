"""`/api/v1/agreements`: send one in, send newer versions of it, follow it, read what the machine makes of it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.agreements import service
from app.agreements.access import Asker, etag, find, opened
from app.agreements.intake import media_type_of
from app.agreements.life import Move, Stage
from app.agreements.models import Agreement
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import AgreementOut, AgreementPage, UploadFields, VersionsOut
from app.agreements.upload import FILE_FIELD, FILE_HELP, Upload, receive_upload
from app.agreements.views import show, show_versions
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
IfMatch = Annotated[
    str | None, Header(description="Bắt buộc: ETag của thỏa ước khi anh/chị mở nó. Thiếu thì trả 428; đã khác thì trả 412, không ghi đè.")
]
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
        "được ghi chắc chắn; việc chấm chạy ở nền, xem tiến độ ở địa chỉ trong `Location`. Thỏa ước là bản thảo, chấm để góp ý, đến khi "
        "được nộp. Cùng đơn vị gửi lại đúng tệp đó (đúng các ảnh đó, đúng thứ tự) thì nhận lại thỏa ước đã có (200)."
    ),
    responses=KNOWN
    | problems(
        "multipart_invalid", "multipart_required", "file_missing", "file_too_large", "upload_timeout",
        "request_invalid", "rubric_not_found", "unit_required", "unit_unknown", "predecessor_invalid", "agreement_not_found",
        "forbidden", "move_not_open", "busy",
        "database_unavailable", "storage_unavailable", "storage_full",
        also={422: "mã của phần đọc tệp (`empty_file`, `unknown_format`, `not_an_image` …)"},
    ),
    openapi_extra=_form_schema(),
)  # fmt: skip
async def upload_agreement(request: Request, response: Response, parts: Parts, who: Who) -> AgreementOut:
    settings = parts.settings
    upload = await receive_upload(request, parts.files, settings.max_upload_bytes, settings.upload_idle_seconds, several_photos=True)
    try:
        status, shown = await run_in_threadpool(_store, parts, Asker(who, parts.today()), upload, response)
    finally:
        upload.staged.discard()
    response.status_code = status
    response.headers["Location"] = shown.links.self
    return shown


@router.post(
    "/{agreement_id}/versions",
    status_code=202,
    response_model=AgreementOut,
    summary="Gửi bản mới của một thỏa ước",
    description=(
        "Thay tệp của một bản thảo, hoặc của một thỏa ước đã bị trả lại. Các bản cũ, kết quả chấm của chúng và các chỗ người duyệt đã sửa "
        "đều được giữ; chỗ sửa được tìm lại theo câu chữ trong bản mới. Gửi lại đúng tệp mới nhất thì không có gì đổi (200)."
    ),
    responses=KNOWN
    | problems(
        "agreement_not_found", "forbidden", "move_not_open", "not_graded_yet", "file_of_another_agreement", "changed_meanwhile",
        "if_match_required", "multipart_invalid", "multipart_required", "file_missing", "file_too_large", "upload_timeout",
        "request_invalid", "rubric_not_found", "busy", "database_unavailable", "storage_unavailable", "storage_full",
        also={422: "mã của phần đọc tệp (`empty_file`, `unknown_format`, `not_an_image` …)"},
    ),
    openapi_extra=_form_schema(),
)  # fmt: skip
async def upload_version(
    agreement_id: str, request: Request, response: Response, parts: Parts, who: Who, if_match: IfMatch = None
) -> AgreementOut:
    settings, asker = parts.settings, Asker(who, parts.today())
    await run_in_threadpool(_may_send, parts, asker, agreement_id, if_match)
    upload = await receive_upload(request, parts.files, settings.max_upload_bytes, settings.upload_idle_seconds, several_photos=True)
    try:
        status, shown = await run_in_threadpool(_store, parts, asker, upload, response, (agreement_id, if_match))
    finally:
        upload.staged.discard()
    response.status_code = status
    response.headers["Location"] = shown.links.self
    return shown


def _may_send(parts: Services, asker: Asker, agreement_id: str, if_match: str | None) -> None:
    """Refuse before anything of the file is taken in. Raises Problem."""
    with parts.database.read() as session:
        opened(session, asker, agreement_id, Move.NEW_VERSION, if_match, lock=False)


def _store(
    parts: Services, asker: Asker, upload: Upload, response: Response, version_of: tuple[str, str | None] | None = None
) -> tuple[int, AgreementOut]:
    try:
        fields = UploadFields.model_validate({name: value or None for name, value in upload.fields.items()})
    except ValidationError as error:
        raise invalid(error.errors()) from error
    sent = service.Incoming(upload.staged, upload.filename, media_type_of(upload.staged, upload.filename))
    with parts.database.write() as session:
        if version_of is None:
            received = service.receive(session, asker, parts.files, parts.jobs, sent, fields)
        else:
            agreement_id, if_match = version_of
            received = service.receive_version(session, asker, parts.files, parts.jobs, agreement_id, sent, fields, if_match)
        shown = shown_with_tag(session, parts, asker, received.agreement, response)
    waiting = shown.state in ("waiting", "grading")
    return (202 if received.created or waiting else 200), shown


@router.get(
    "",
    response_model=AgreementPage,
    summary="Các thỏa ước trong phạm vi của người hỏi, mới nhất trước",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_agreements(
    parts: Parts,
    who: Who,
    state: Annotated[
        Literal["waiting", "graded", "failed"] | None,
        Query(description="Chỉ những thỏa ước mà máy đang ở trạng thái này với tệp mới nhất."),
    ] = None,
    stage: Annotated[Stage | None, Query(description="Chỉ những thỏa ước đang ở chặng này.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> AgreementPage:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        rows = AgreementRepository(session).page(asker.reach(), limit + 1, id_of(cursor), state, stage)
        items = show(session, parts.jobs, asker, rows[:limit])
    return AgreementPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.get(
    "/{agreement_id}",
    response_model=AgreementOut,
    summary="Một thỏa ước và tiến độ chấm",
    responses=problems("agreement_not_found", "database_unavailable"),
)
def read_agreement(agreement_id: str, response: Response, parts: Parts, who: Who) -> AgreementOut:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        return shown_with_tag(session, parts, asker, find(session, asker, agreement_id), response)


@router.get(
    "/{agreement_id}/assessment",
    summary="Kết quả chấm đầy đủ của máy",
    description="Đối tượng `thuoc.assessment/1`: điều khoản, từng phát hiện kèm câu trích, điểm từng mục, loại đề xuất và lý do.",
    response_class=Response,
    responses=WHOLE
    | problems("agreement_not_found", "not_graded_yet", "grading_failed", also={422: "mã của phần đọc tệp hoặc loại văn bản"}),
)
def read_assessment(agreement_id: str, parts: Parts, who: Who, if_none_match: IfNoneMatch = None) -> Response:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        body = service.assessment_of(session, find(session, asker, agreement_id)).body
    return whole(body, if_none_match)


@router.get(
    "/{agreement_id}/versions",
    response_model=VersionsOut,
    summary="Các bản của một thỏa ước",
    responses=problems("agreement_not_found", "database_unavailable"),
)
def list_versions(agreement_id: str, parts: Parts, who: Who) -> VersionsOut:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        return show_versions(session, find(session, asker, agreement_id))


@router.get(
    "/{agreement_id}/versions/{number}/assessment",
    summary="Kết quả chấm của máy cho một bản",
    response_class=Response,
    responses=WHOLE | problems("agreement_not_found", "version_not_found", "not_graded_yet", "request_invalid", "database_unavailable"),
)
def read_version_assessment(
    agreement_id: str, number: Annotated[int, Path(ge=1, le=100_000)], parts: Parts, who: Who, if_none_match: IfNoneMatch = None
) -> Response:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        body = service.assessment_of_version(session, find(session, asker, agreement_id), number).body
    return whole(body, if_none_match)


def shown_with_tag(session: Session, parts: Services, asker: Asker, agreement: Agreement, response: Response) -> AgreementOut:
    """The agreement as this person may see it; its ETag goes to the answer's headers."""
    session.flush()
    [shown] = show(session, parts.jobs, asker, [agreement])
    response.headers["ETag"] = etag(agreement)
    return shown


def whole(body: str, if_none_match: str | None) -> Response:
    """An assessment's JSON with its digest as ETag, or 304."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}
    if if_none_match is not None and _matches(if_none_match, digest):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _matches(header: str, digest: str) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or digest in tags
