"""`/api/v1/keys`: the API keys of one's machines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.accounts import keys
from app.accounts.principal import Grant
from app.accounts.schemas import KeyIn, KeyMade, KeyOut, KeyPage
from app.accounts.views import show_keys
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1/keys", tags=["Khóa API"])


@router.get(
    "",
    response_model=KeyPage,
    summary="Các khóa API của mình, và của các đơn vị mình quản trị",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_keys(parts: Parts, who: Who, limit: Limit = 20, cursor: Cursor = None) -> KeyPage:
    with parts.database.read() as session:
        rows = keys.page(session, who, limit + 1, id_of(cursor), parts.today())
        items = show_keys(session, rows[:limit])
    return KeyPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.post(
    "",
    status_code=201,
    response_model=KeyMade,
    summary="Tạo một khóa API",
    description="Quyền của khóa nằm trong quyền của người tạo, và mất theo khi người tạo mất. Chính khóa chỉ hiện trong câu trả lời này.",
    responses=problems("request_invalid", "busy", "database_unavailable"),
)
def add_key(parts: Parts, who: Who, wanted: KeyIn, response: Response) -> KeyMade:
    grants = [Grant(one.role, one.unit_id) for one in wanted.grants]
    with parts.database.write() as session:
        key, secret = keys.add_own(session, who, wanted.name, grants, wanted.expires_at, parts.today())
        [shown] = show_keys(session, [key])
    response.headers["Cache-Control"] = "no-store"
    return KeyMade(key=shown, secret=secret)


@router.delete(
    "/{key_id}",
    response_model=KeyOut,
    summary="Thu hồi một khóa API",
    responses=problems("key_not_found", "request_invalid", "busy", "database_unavailable"),
)
def revoke_key(parts: Parts, who: Who, key_id: Annotated[str, Path(max_length=60, description="Mã của khóa.")]) -> KeyOut:
    with parts.database.write() as session:
        key = keys.find(session, who, key_id, parts.today())
        keys.revoke(session, who, key)
        [shown] = show_keys(session, [key])
    return shown
