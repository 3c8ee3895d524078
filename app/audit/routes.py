"""`/api/v1/audit`: what happened, to those whom it concerns, and the proof that nothing of it was changed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from app.audit import service
from app.audit.events import Event
from app.audit.repository import Wanted
from app.audit.schemas import EventPage, VerificationOut
from app.audit.views import show
from app.organisations.schemas import Day
from app.organisations.service import Asker, find
from app.problems import Problem
from app.storage.base import VIETNAM
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who

router = APIRouter(prefix="/api/v1/audit", tags=["Sổ sự kiện"])


@router.get(
    "",
    response_model=EventPage,
    summary="Các sự kiện, mới nhất trước",
    description=(
        "Cán bộ công đoàn cơ sở đọc sự kiện của đơn vị mình; người duyệt, người công bố đọc của đơn vị mình và cấp dưới; quản trị đọc thêm "
        "các sự kiện về tài khoản và đăng nhập."
    ),
    responses=problems("unit_not_found", "cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_events(
    parts: Parts,
    who: Who,
    kind: Annotated[list[Event] | None, Query(description="Chỉ những loại sự kiện này; ghi được nhiều lần.")] = None,
    subject: Annotated[str | None, Query(max_length=100, description="Chỉ của «loại:mã» này, ví dụ agreement:MÃ.")] = None,
    unit: Annotated[str | None, Query(max_length=60, description="Chỉ của đơn vị này.")] = None,
    actor: Annotated[str | None, Query(max_length=60, description="Chỉ do tài khoản hoặc khóa API có mã này làm.")] = None,
    since: Annotated[Day | None, Query(alias="from", description="Từ đầu ngày này, giờ Việt Nam.")] = None,
    until: Annotated[Day | None, Query(alias="to", description="Đến hết ngày này, giờ Việt Nam.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> EventPage:
    wanted = Wanted(
        kinds=[one.value for one in kind] if kind else None,
        subject=subject,
        unit=unit,
        actor=actor,
        since=start_of(since) if since else None,
        until=start_of(until + timedelta(days=1)) if until else None,
    )
    with parts.database.read() as session:
        if unit is not None:
            find(session, Asker(who, parts.today()), unit)
        rows = service.page(session, who, parts.today(), wanted, limit + 1, _seq_of(cursor))
    more = cursor_of(str(uuid.UUID(int=rows[limit - 1].seq))) if len(rows) > limit else None
    return EventPage(items=[show(row) for row in rows[:limit]], next_cursor=more)


@router.get(
    "/verification",
    response_model=VerificationOut,
    summary="Kiểm tra cả sổ",
    description="Đi qua mọi sự kiện từ đầu. `head` là đầu sổ đã giữ ở nơi khác: chứng minh sổ chưa bị viết lại kể từ đó.",
    responses=problems("head_invalid", "request_invalid", "database_unavailable"),
)
def verify_audit(
    parts: Parts, who: Who, head: Annotated[str | None, Query(max_length=90, description="Đầu sổ đã giữ, dạng MÃ@SỐ.")] = None
) -> VerificationOut:
    kept = service.Kept.of(head) if head else None
    with parts.database.snapshot() as session:
        found = service.verify(session, kept)
    return VerificationOut(
        sound=found.problem is None,
        events=found.events,
        head=f"{found.head}@{found.events}",
        problem=found.problem,
        at_seq=found.at_seq,
    )


def start_of(day: date) -> datetime:
    """The first moment of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def _seq_of(cursor: str | None) -> int | None:
    found = id_of(cursor)
    seq = uuid.UUID(found).int if found else None
    if seq is not None and seq >= 2**63:
        raise Problem("cursor_invalid", "Con trỏ trang không đúng. Hãy đọc lại từ trang đầu.")
    return seq
