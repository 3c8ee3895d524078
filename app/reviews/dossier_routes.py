"""`/api/v1/reviews/{id}/dossier` and `…/documents`: points of the dossier's items and the documents behind them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.agreements.access import Asker, etag, opened
from app.agreements.intake import media_type_of
from app.agreements.life import Move
from app.agreements.models import Agreement
from app.agreements.routes import IfMatch
from app.agreements.service import Incoming
from app.agreements.upload import FILE_FIELD, Upload, receive_upload
from app.problems import Problem
from app.reviews import dossier
from app.reviews.routes import ALWAYS
from app.reviews.schemas import DocumentOut, EntryIn, ReviewOut
from app.reviews.views import show, show_document
from app.web.deps import Parts, Responses, problems
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/reviews/{agreement_id}", tags=["Hồ sơ"])
KINDS = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "image/*")
Item = Annotated[str, Path(max_length=80, description="Mục hồ sơ của khung điểm.", examples=["workforce_vote"])]
BYTES: Responses = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}, "description": "Tệp."}
}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE_FIELD],
                    "properties": {FILE_FIELD: {"type": "string", "format": "binary", "description": "PDF, Word (.docx) hoặc ảnh."}},
                    "additionalProperties": False,
                }
            }
        },
    }
}


@router.put(
    "/dossier/{item}",
    response_model=ReviewOut,
    summary="Nhập điểm một mục hồ sơ",
    description="Đơn vị tự khai và kèm tài liệu; chỉ người duyệt ghi «đã đối chiếu» (verified).",
    responses=problems(*ALWAYS, "dossier_invalid", "points_invalid"),
)
def put_entry(
    agreement_id: str, item: Item, wanted: EntryIn, parts: Parts, who: Who, response: Response, if_match: IfMatch = None
) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, dossier.put(session, asker, agreement_id, item, wanted, if_match), response)


@router.delete(
    "/dossier/{item}",
    response_model=ReviewOut,
    summary="Bỏ điểm một mục hồ sơ",
    responses=problems(*ALWAYS, "dossier_invalid"),
)
def remove_entry(agreement_id: str, item: Item, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, dossier.put(session, asker, agreement_id, item, None, if_match), response)


@router.post(
    "/dossier/{item}/documents",
    status_code=201,
    response_model=DocumentOut,
    summary="Kèm một tài liệu vào mục hồ sơ",
    description="PDF, Word (.docx) hoặc ảnh, nhận theo nội dung. Gửi lại đúng tệp đó thì nhận lại tài liệu đã có.",
    responses=problems(
        *ALWAYS, "dossier_invalid", "document_type", "multipart_invalid", "multipart_required", "file_missing", "one_file_only",
        "file_too_large", "upload_timeout", "storage_unavailable", "storage_full",
        also={422: "mã của phần đọc tệp (`empty_file`, `unknown_format` …)"},
    ),
    openapi_extra=FORM,
)  # fmt: skip
async def attach_document(
    agreement_id: str, item: Item, request: Request, response: Response, parts: Parts, who: Who, if_match: IfMatch = None
) -> DocumentOut:
    settings, asker = parts.settings, Asker(who, parts.today())
    await run_in_threadpool(_may_attach, parts, asker, agreement_id, if_match)
    upload = await receive_upload(request, parts.files, settings.max_upload_bytes, settings.upload_idle_seconds)
    try:
        return await run_in_threadpool(_attach, parts, asker, agreement_id, item, upload, if_match, response)
    finally:
        upload.staged.discard()


def _may_attach(parts: Services, asker: Asker, agreement_id: str, if_match: str | None) -> None:
    """Refuse before anything of the file is taken in. Raises Problem."""
    with parts.database.read() as session:
        opened(session, asker, agreement_id, Move.DOSSIER, if_match, lock=False)


def _attach(
    parts: Services, asker: Asker, agreement_id: str, item: str, upload: Upload, if_match: str | None, response: Response
) -> DocumentOut:
    media_type = media_type_of(upload.staged, upload.filename)
    if media_type not in KINDS:
        raise Problem("document_type", "Tài liệu hồ sơ phải là PDF, Word (.docx) hoặc ảnh. Hãy đổi dạng tệp rồi gửi lại.")
    sent = Incoming(upload.staged, upload.filename, media_type)
    with parts.database.write() as session:
        agreement, row = dossier.attach(session, asker, parts.files, agreement_id, item, sent, if_match)
        session.flush()
        response.headers["ETag"] = etag(agreement)
        return show_document(row)


@router.get(
    "/documents/{document_id}",
    summary="Tải một tài liệu hồ sơ",
    response_class=Response,
    responses=BYTES | problems("agreement_not_found", "document_not_found", "file_damaged", "storage_unavailable", "database_unavailable"),
)
def read_document(agreement_id: str, document_id: str, parts: Parts, who: Who) -> Response:
    asker = Asker(who, parts.today())
    with parts.database.read() as session:
        row = dossier.document(session, asker, agreement_id, document_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.filename, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    return Response(parts.files.read(row.file_sha256), media_type="application/octet-stream", headers=headers)


@router.delete(
    "/documents/{document_id}",
    response_model=ReviewOut,
    summary="Gỡ một tài liệu hồ sơ",
    responses=problems(*ALWAYS, "document_not_found"),
)
def remove_document(agreement_id: str, document_id: str, parts: Parts, who: Who, response: Response, if_match: IfMatch = None) -> ReviewOut:
    asker = Asker(who, parts.today())
    with parts.database.write() as session:
        return _shown(session, parts, asker, dossier.detach(session, asker, agreement_id, document_id, if_match), response)


def _shown(session: Session, parts: Services, asker: Asker, agreement: Agreement, response: Response) -> ReviewOut:
    session.flush()
    response.headers["ETag"] = etag(agreement)
    return show(session, parts.jobs, asker, agreement)
