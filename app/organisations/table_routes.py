"""`/api/v1/units/import`, `…/export`, `…/template`: the units as a spreadsheet."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from app.accounts.principal import Principal
from app.agreements.upload import FILE_FIELD, Upload, receive_upload
from app.organisations import tables
from app.organisations.imports import export_rows, guide
from app.organisations.schemas import Day, ImportFields, ImportOut, RowOut
from app.organisations.service import Asker
from app.organisations.sheet import MOST_BYTES, write
from app.web.deps import Parts, Responses, problems
from app.web.errors import invalid
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/units", tags=["Đơn vị công đoàn"])
MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
FILES: Responses = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA.values()}, "description": "Bảng tính."},
}
Format = Annotated[Literal["xlsx", "csv"], Query(description="Dạng tệp.")]


def _form_schema() -> dict[str, Any]:
    fields = ImportFields.model_json_schema()
    file = {"type": "string", "format": "binary", "description": "Bảng tính .xlsx hoặc .csv theo mẫu của …/template."}
    schema = {
        "type": "object",
        "required": [FILE_FIELD],
        "properties": {FILE_FIELD: file, **fields["properties"]},
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.post(
    "/import",
    response_model=ImportOut,
    summary="Nhập đơn vị từ bảng tính",
    description=(
        "Mỗi dòng được nhận riêng và có báo cáo: thêm, đổi, không đổi, hoặc bị từ chối vì cột nào. Đơn vị được nhận ra bằng mã "
        "nên nhập lại không tạo trùng. `dry_run` chỉ kiểm tra; `all_or_nothing` không ghi gì khi có dòng bị từ chối. "
        "Tất cả trong một giao dịch."
    ),
    responses=problems(
        "units_file_invalid", "multipart_invalid", "multipart_required", "file_missing", "one_file_only", "file_too_large",
        "upload_timeout", "request_invalid", "busy", "database_unavailable", "storage_unavailable", "storage_full",
    ),
    openapi_extra=_form_schema(),
)  # fmt: skip
async def import_units(request: Request, parts: Parts, who: Who) -> ImportOut:
    upload = await receive_upload(request, parts.files, MOST_BYTES, parts.settings.upload_idle_seconds)
    try:
        return await run_in_threadpool(_import, parts, who, upload)
    finally:
        upload.staged.discard()


def _import(parts: Services, who: Principal, upload: Upload) -> ImportOut:
    try:
        fields = ImportFields.model_validate({name: value or None for name, value in upload.fields.items() if value})
    except ValidationError as error:
        raise invalid(error.errors()) from error
    done = tables.import_file(
        parts.database,
        Asker(who, parts.today()),
        upload.staged.path.read_bytes(),
        dry_run=fields.dry_run,
        all_or_nothing=fields.all_or_nothing,
    )
    return ImportOut(
        dry_run=fields.dry_run,
        stored=done.stored,
        **done.counts,
        rows=[RowOut.model_validate(line, from_attributes=True) for line in done.lines],
    )


@router.get(
    "/template",
    summary="Bảng tính mẫu để nhập đơn vị",
    response_class=Response,
    responses=FILES | problems("request_invalid"),
)
def read_template(who: Who, format: Format = "xlsx") -> Response:
    return _file(write([], format, guide()), f"mau-don-vi.{format}", format)


@router.get(
    "/export",
    summary="Các đơn vị thành bảng tính",
    description="Cùng các cột với bảng mẫu, nhập lại được. `history` ghi cả đơn vị đã kết thúc, mỗi quãng thuộc một cấp trên là một dòng.",
    response_class=Response,
    responses=FILES | problems("request_invalid", "database_unavailable"),
)
def export_units(
    parts: Parts,
    who: Who,
    format: Format = "xlsx",
    on: Annotated[Day | None, Query(description="Ngày; bỏ trống: hôm nay.")] = None,
    history: Annotated[bool, Query(description="Cả lịch sử.")] = False,
) -> Response:
    day = on or parts.today()
    with parts.database.read() as session:
        rows = list(export_rows(session, Asker(who, parts.today()), day, history=history))
    return _file(write(rows, format, guide()), f"don-vi-{day}.{format}", format)


def _file(data: bytes, name: str, format: str) -> Response:
    return Response(data, media_type=MEDIA[format], headers={"Content-Disposition": f'attachment; filename="{name}"'})
