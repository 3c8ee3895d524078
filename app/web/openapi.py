"""The OpenAPI document: Vietnamese titles, and problems instead of the framework's own error shape."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.accounts.permissions import SIGNED_IN, TABLE
from app.accounts.principal import Role
from app.web.deps import problems
from app.web.errors import ProblemDetails
from app.web.guard import COOKIE, CSRF_HEADER, SAFE

TITLE = "Thước – chấm điểm, phân loại thỏa ước lao động tập thể"
DESCRIPTION = """Gửi một thỏa ước lao động tập thể; hệ thống đọc từng điều khoản, so với pháp luật, chấm điểm theo hướng dẫn
của Tổng Liên đoàn, đề xuất loại A, B hoặc C kèm lý do; người có thẩm quyền xác nhận; website đọc những thỏa ước tốt để đăng.

Người dùng đăng nhập ở `POST /api/v1/session` và gửi kèm `X-CSRF-Token` với mọi yêu cầu thay đổi; phần mềm gửi khóa API:
`Authorization: Bearer KHÓA`. Thứ thuộc đơn vị khác thì trả 404 như không có.

Mọi lỗi là `application/problem+json` (RFC 9457) với `code` ổn định và `detail` bằng tiếng Việt."""
SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"Phiên đăng nhập; yêu cầu thay đổi phải kèm {CSRF_HEADER} (`csrf_token` của GET /api/v1/session).",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "Khóa API của phần mềm."},
}


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
            _say_who(document)
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]


def _say_who(document: dict[str, Any]) -> None:
    """What the guard answers, and whom it lets in, at every operation that is not open to all: both follow from the table."""
    document["components"]["securitySchemes"] = SCHEMES
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            rule = TABLE.get(f"{verb.upper()} {path}")
            if rule is None or rule.roles is None:
                operation["security"] = []
                continue
            operation["security"] = [{name: []} for name in SCHEMES]
            refusals = ["sign_in_required", "session_ended", "key_invalid", "forbidden", "password_change_required"]
            if verb.upper() not in SAFE:
                refusals.append("csrf_failed")
            for status, answer in problems(*refusals).items():
                known = operation["responses"].get(str(status))
                if known is not None:
                    told = dict.fromkeys([*known["description"].split("; "), *answer["description"].split("; ")])
                    answer = answer | {"description": "; ".join(told)}
                operation["responses"][str(status)] = answer
            roles = "mọi người đã đăng nhập" if rule is SIGNED_IN else ", ".join(role.label for role in Role if role in rule.roles)
            who = f"Ai gọi được: {roles}{' (của toàn hệ thống)' if rule.at_root else ''}."
            operation["description"] = "\n\n".join(part for part in (operation.get("description"), who) if part)
