"""What every route needs: the parts of the service, and the cursors of pages."""

from __future__ import annotations

import base64
import uuid
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request

from app.problems import KINDS, Problem
from app.wiring import Services


def services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


Responses = dict[int | str, dict[str, Any]]
Parts = Annotated[Services, Depends(services)]
Limit = Annotated[int, Query(ge=1, le=100, description="Số mục tối đa trong một trang.")]
Cursor = Annotated[str | None, Query(max_length=100, description="`next_cursor` của trang trước; bỏ trống để đọc trang đầu.")]


def cursor_of(last_id: str) -> str:
    """The opaque mark of where a page ended."""
    return base64.urlsafe_b64encode(uuid.UUID(last_id).bytes).decode().rstrip("=")


def id_of(cursor: str | None) -> str | None:
    """The id that a cursor stands for. Raises Problem."""
    if cursor is None:
        return None
    try:
        return str(uuid.UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True)))
    except ValueError as error:
        raise Problem("cursor_invalid", "Con trỏ trang không đúng. Hãy đọc lại từ trang đầu.") from error


def problems(*codes: str, also: dict[int, str] | None = None) -> Responses:
    """The `responses` of a route that may refuse with these codes, for the OpenAPI document."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(f"`{code}` – {KINDS[code].title}")
    for status, text in (also or {}).items():
        by_status.setdefault(status, []).append(text)
    return {
        status: {
            "description": "; ".join(lines),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status, lines in by_status.items()
    }
