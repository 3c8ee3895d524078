"""Every error of the API as an RFC 9457 problem: stable `code`, Vietnamese `detail`, never a traceback."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg.errors import DiskFull
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.accounts import refusals
from app.accounts.refusals import Refused
from app.problems import KINDS, Problem
from app.storage.base import now
from app.web.public import refusal_headers

log = structlog.get_logger("thuoc.api")

MEDIA_TYPE = "application/problem+json"
CODES_BY_STATUS = {404: "route_not_found", 405: "method_not_allowed", 413: "request_too_large"}
WORDS = {
    "missing": "còn thiếu",
    "extra_forbidden": "không phải trường được dùng",
    "json_invalid": "không phải JSON hợp lệ",
    "literal_error": "phải là một trong: {expected}",
    "string_too_short": "không được để trống",
    "string_too_long": "dài quá {max_length} ký tự",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than_equal": "không được quá {le}",
    "int_parsing": "phải là số nguyên",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "string_type": "phải là chữ",
    "string_unicode": "phải là chữ Unicode hợp lệ",
    "finite_number": "phải là số hữu hạn",
    "model_attributes_type": "phải là một đối tượng JSON",
    "date_from_datetime_parsing": "phải là ngày dạng 2025-07-01",
    "date_parsing": "phải là ngày dạng 2025-07-01",
    "date_from_datetime_inexact": "phải là ngày dạng 2025-07-01",
    "value_error": "{error}",
}


class FieldError(BaseModel):
    field: str = Field(examples=["points.process"])
    message: str = Field(examples=["phải là số"])


class ProblemDetails(BaseModel):
    """An RFC 9457 problem."""

    model_config = ConfigDict(title="Lỗi (RFC 9457)", extra="allow")

    type: str = Field(examples=["urn:thuoc:problem:file_too_large"])
    title: str = Field(examples=["Tệp quá lớn"])
    status: int = Field(examples=[413])
    code: str = Field(description="Mã ổn định cho chương trình.", examples=["file_too_large"])
    detail: str = Field(description="Một câu tiếng Việt cho người đọc.", examples=["Tệp lớn hơn 50 MB. Hãy giảm cỡ tệp rồi gửi lại."])
    errors: list[FieldError] | None = Field(default=None, description="Từng trường chưa đúng, khi lỗi nằm ở dữ liệu gửi lên.")


def install(app: FastAPI) -> None:
    """Register the handlers of every kind of error."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(Exception, _unexpected)


async def respond(request: Request, error: Exception) -> Response:
    """The answer to an error that came up before the request reached its route."""
    if isinstance(error, Problem):
        return await _problem(request, error)
    if isinstance(error, DBAPIError | PoolTimeout):
        return await _database(request, error)
    return await _unexpected(request, error)


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    content: dict[str, Any] = {
        "type": f"urn:thuoc:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        **problem.extra,
    }
    if problem.status == 503:
        headers = {"Retry-After": "5", **(headers or {})}
    if isinstance(problem.extra.get("locked_until"), str):
        wait = datetime.fromisoformat(str(problem.extra["locked_until"])) - now()
        headers = {"Retry-After": str(max(1, math.ceil(wait.total_seconds()))), **(headers or {})}
    if problem.status == 401:
        headers = {"WWW-Authenticate": 'Bearer realm="thuoc"', **(headers or {})}
    return JSONResponse(content, problem.status, headers, MEDIA_TYPE)


def invalid(details: list[ErrorDetails] | list[Any]) -> Problem:
    """A validation failure as one problem that names every wrong field."""
    errors = [{"field": _field(one["loc"]), "message": _message(one)} for one in details]
    told = "; ".join(f"{one['field']} {one['message']}" for one in errors[:5])
    return Problem("request_invalid", f"Dữ liệu gửi lên chưa đúng: {told}.", errors=errors)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if error.status >= 500:
        log.error("problem", code=error.code, path=request.url.path)
    if isinstance(error, Refused):
        try:
            await run_in_threadpool(_note, request, error)
        except DBAPIError as down:
            return await _database(request, down)
    return answer(error, refusal_headers(request.url.path))


def _note(request: Request, refused: Refused) -> None:
    with request.app.state.services.database.write() as session:
        who = getattr(request.state, "known", None)
        endpoint = getattr(request.state, "endpoint", "")
        refusals.note(session, refused, who, endpoint, request.client.host if request.client else "")


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(invalid(list(error.errors())))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = CODES_BY_STATUS.get(error.status_code, "request_invalid")
    headers = dict(error.headers or {})
    return answer(Problem(code, f"{KINDS[code].title}: {request.method} {request.url.path[:200]}"), headers)


async def _database(request: Request, error: Exception) -> Response:
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return answer(Problem("busy", "Hệ thống đang bận ghi dữ liệu. Hãy thử lại sau ít giây."))
    if isinstance(error, OperationalError) and (isinstance(error.orig, DiskFull) or "disk is full" in str(error.orig)):
        return answer(Problem("storage_full", "Ổ đĩa của cơ sở dữ liệu đã đầy, chưa lưu được gì. Hãy báo người quản trị."))
    if isinstance(error, PoolTimeout | OperationalError):
        log.error("database_unavailable", error=str(getattr(error, "orig", error)), path=request.url.path)
        return answer(Problem("database_unavailable", "Chưa kết nối được cơ sở dữ liệu. Hãy thử lại sau ít giây."))
    return await _unexpected(request, error)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected", path=request.url.path, exc_info=error)
    return answer(Problem("internal_error", "Hệ thống gặp lỗi ngoài dự kiến; người quản trị xem được trong nhật ký."))


def _field(place: tuple[int | str, ...]) -> str:
    steps = [str(step) for step in place if step not in ("body", "query", "path", "header")]
    return ".".join(steps) or "nội dung"


def _message(one: Any) -> str:
    context = {key: str(value) for key, value in (one.get("ctx") or {}).items()}
    words = WORDS.get(one["type"])
    return words.format_map(context) if words else "không đúng dạng"
