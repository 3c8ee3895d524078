"""`/api/v1/publications`: what the website pulls."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from app.publications import service
from app.publications.schemas import PublicationOut, PublicationPage
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.text import printable

Province = Annotated[
    Annotated[str, AfterValidator(printable)] | None,
    Query(max_length=100, description="Chỉ tỉnh, thành phố này.", examples=["Hà Tĩnh"]),
]
router = APIRouter(prefix="/api/v1/publications", tags=["Công bố"])


@router.get(
    "",
    response_model=PublicationPage,
    summary="Thỏa ước tốt để đăng lên website",
    description="Chỉ những thỏa ước đã được xác nhận và còn hiệu lực, mới nhất trước. Không có câu chữ của thỏa ước, không có tên người.",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_publications(
    parts: Parts,
    grade_at_least: Annotated[Literal["A", "B", "C"], Query(description="Loại thấp nhất: B = loại A và B.")] = "B",
    province: Province = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PublicationPage:
    with parts.database.read() as session:
        rows = service.page(session, parts.today(), grade_at_least, province, limit + 1, id_of(cursor))
        items = [PublicationOut.model_validate(row) for row in rows[:limit]]
    return PublicationPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)
