"""The OpenAPI document: Vietnamese titles, and problems instead of the framework's own error shape."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.web.deps import problems
from app.web.errors import ProblemDetails

TITLE = "Thước – chấm điểm, phân loại thỏa ước lao động tập thể"
DESCRIPTION = """Gửi một thỏa ước lao động tập thể; hệ thống đọc từng điều khoản, so với pháp luật, chấm điểm theo hướng dẫn
của Tổng Liên đoàn, đề xuất loại A, B hoặc C kèm lý do; người có thẩm quyền xác nhận; website đọc những thỏa ước tốt để đăng.

Mọi lỗi là `application/problem+json` (RFC 9457) với `code` ổn định và `detail` bằng tiếng Việt."""


def describe(app: FastAPI) -> None:
    """Replace the app's OpenAPI document by ours."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = document["components"]["schemas"]
            details = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(details.pop("$defs"))
            schemas["ProblemDetails"] = details
            for verbs in document["paths"].values():
                for operation in verbs.values():
                    if "HTTPValidationError" in str(operation["responses"].get("422")):
                        operation["responses"]["422"] = problems("request_invalid")[422]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]
