"""`/api/v1/rubrics`: the profiles there are, an officer's spreadsheet as a new one, confirming one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from app.agreements.upload import FILE_FIELD, Upload, receive_upload
from app.grading.sheet_export import export_sheet
from app.rubrics import service
from app.rubrics.schemas import ConfirmRubricIn, ImportFields, RubricLetter, RubricList, RubricOut, RubricWhole
from app.web.deps import Parts, Responses, problems
from app.web.errors import invalid
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/rubrics", tags=["Khung điểm"])
MOST_BYTES = 2_000_000  # of a spreadsheet; the shipped profile's has 20,000
SHEETS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
FILES: Responses = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in SHEETS.values()}, "description": "Bảng tính."},
}
Reference = Annotated[str, Path(description="Mã, hoặc mã@phiên-bản.", examples=["hd90-2023@1"], max_length=120)]


def _form_schema() -> dict[str, Any]:
    fields = ImportFields.model_json_schema()
    file = {"type": "string", "format": "binary", "description": "Bảng tính .xlsx hoặc .csv theo mẫu của …/sheet."}
    schema = {
        "type": "object",
        "required": [FILE_FIELD, "imported_by"],
        "properties": {FILE_FIELD: file, **fields["properties"]},
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.get("", response_model=RubricList, summary="Các khung điểm", responses=problems("database_unavailable"))
def list_rubrics(parts: Parts, who: Who) -> RubricList:
    with parts.database.read() as session:
        return RubricList(items=[RubricOut(**_head(one)) for one in service.listing(session)])


@router.post(
    "",
    status_code=201,
    response_model=RubricOut,
    summary="Đưa phụ lục của liên đoàn vào thành khung điểm",
    description=(
        "Gửi bảng tính .xlsx hoặc .csv (lấy mẫu ở `…/{reference}/sheet`, sửa rồi gửi). Mọi ô sai được nêu một lần, kèm trang, dòng, cột và "
        "những gì được dùng. Khung mới là tạm thời cho đến khi người có thẩm quyền xác nhận."
    ),
    responses=problems(
        "rubric_invalid", "rubric_exists", "multipart_invalid", "multipart_required", "file_missing", "one_file_only", "file_too_large",
        "upload_timeout", "request_invalid", "busy", "database_unavailable", "storage_unavailable", "storage_full",
    ),
    openapi_extra=_form_schema(),
)  # fmt: skip
async def import_rubric(request: Request, response: Response, parts: Parts, who: Who) -> RubricOut:
    upload = await receive_upload(request, parts.files, MOST_BYTES, parts.settings.upload_idle_seconds)
    try:
        known = await run_in_threadpool(_store, parts, upload)
    finally:
        upload.staged.discard()
    response.headers["Location"] = f"/api/v1/rubrics/{known.reference}"
    return known


def _store(parts: Services, upload: Upload) -> RubricOut:
    try:
        fields = ImportFields.model_validate(upload.fields)
    except ValidationError as error:
        raise invalid(error.errors()) from error
    data = upload.staged.path.read_bytes()
    with parts.database.write() as session:
        return RubricOut(**_head(service.import_profile(session, data, upload.filename, fields.imported_by)))


@router.get(
    "/{reference}",
    response_model=RubricWhole,
    summary="Một khung điểm đầy đủ",
    responses=problems("rubric_not_found", "database_unavailable"),
)
def read_rubric(parts: Parts, who: Who, reference: Reference) -> RubricWhole:
    with parts.database.read() as session:
        known = service.get(session, reference)
        return RubricWhole(**_head(known), profile=service.data_of(known.profile))


@router.get(
    "/{reference}/sheet",
    summary="Khung điểm thành bảng tính để sửa",
    response_class=Response,
    responses=FILES | problems("rubric_not_found", "request_invalid", "database_unavailable"),
)
def read_sheet(
    parts: Parts, who: Who, reference: Reference, format: Annotated[Literal["xlsx", "csv"], Query(description="Dạng tệp.")] = "xlsx"
) -> Response:
    with parts.database.read() as session:
        profile = service.find(session, reference)
    name = f"{profile.id}-{profile.version}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(export_sheet(profile, name), media_type=SHEETS[format], headers=headers)


@router.post(
    "/{reference}/confirm",
    response_model=RubricOut,
    summary="Xác nhận khung điểm",
    description="Từ khi xác nhận, khung không còn ghi là tạm thời; kết quả đã chấm trước đó vẫn giữ trạng thái của lúc chấm.",
    responses=problems("rubric_not_found", "rubric_confirmed", "request_invalid", "busy", "database_unavailable"),
)
def confirm_rubric(parts: Parts, who: Who, reference: Reference, decision: ConfirmRubricIn) -> RubricOut:
    with parts.database.write() as session:
        return RubricOut(**_head(service.confirm(session, reference, decision.confirmed_by)))


def _head(known: service.Known) -> dict[str, Any]:
    profile, row = known.profile, known.row
    return {
        "reference": profile.reference,
        "letters": [RubricLetter.model_validate(one) for one in profile.letters],
        "items": len(profile.items),
        **{
            name: getattr(profile, name)
            for name in ("id", "version", "status", "federation", "basis", "author", "dated", "in_force_from", "in_force_to")
        },
        "filename": row.filename if row else None,
        "imported_at": row.imported_at if row and row.filename else None,
        "imported_by": row.imported_by if row else None,
        "confirmed_at": row.confirmed_at if row else None,
        "confirmed_by": row.confirmed_by if row else None,
    }
