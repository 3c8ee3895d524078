"""`GET /api/v1/reviews`: what waits for a reviewer, in the order that matters to him."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from app.agreements.access import Asker
from app.agreements.life import Stage
from app.problems import Problem
from app.reviews.repository import Order, ReviewRepository, Wanted
from app.reviews.schemas import QueuePage
from app.reviews.views import key_to_json, show_queue
from app.web.deps import Limit, Parts, problems
from app.web.text import printable
from app.web.who import Who

router = APIRouter(prefix="/api/v1/reviews", tags=["Duyệt"])
MOST = 1_000_000  # no agreement has more unlawful clauses; confidences are below 2
WAITING = [Stage.SUBMITTED, Stage.IN_REVIEW]
Text = Annotated[str, AfterValidator(printable)]
Mark = Annotated[str | None, Query(max_length=300, description="`next_cursor` của trang trước; bỏ trống để đọc trang đầu.")]


@router.get(
    "",
    response_model=QueuePage,
    summary="Hàng chờ duyệt",
    description="Những thỏa ước trong phạm vi của người hỏi, theo thứ tự cần xem.",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_reviews(
    parts: Parts,
    who: Who,
    sort: Annotated[
        Order,
        Query(description="waiting: chờ lâu nhất; expiring: sắp hết hạn; confidence: kém chắc chắn; unlawful: nhiều nội dung trái luật."),
    ] = "waiting",
    stage: Annotated[list[Stage], Query(description="Ở các chặng này; mặc định: đã nộp và đang duyệt.")] = WAITING,
    unit: Annotated[Text | None, Query(max_length=36, description="Chỉ đơn vị này và các đơn vị bên dưới.")] = None,
    province: Annotated[Text | None, Query(max_length=100, description="Chỉ tỉnh, thành phố này.")] = None,
    sector: Annotated[Text | None, Query(max_length=200, description="Chỉ ngành nghề này.")] = None,
    assigned: Annotated[Text | None, Query(max_length=36, description="`me`: giao cho tôi; `none`: chưa giao; hoặc mã tài khoản.")] = None,
    limit: Limit = 20,
    cursor: Mark = None,
) -> QueuePage:
    asker = Asker(who, parts.today())
    wanted = Wanted(
        tuple(stage),
        unit,
        province,
        sector,
        None if assigned in (None, "none") else asker.person if assigned == "me" else assigned,
        assigned == "none",
    )
    with parts.database.read() as session:
        rows = ReviewRepository(session).queue(asker.reach(), wanted, sort, limit + 1, _after(cursor, sort))
        items = show_queue(session, parts.jobs, asker, [agreement for agreement, _ in rows[:limit]])
    more = _cursor(sort, rows[limit - 1][1], rows[limit - 1][0].id) if len(rows) > limit else None
    return QueuePage(items=items, next_cursor=more)


def _cursor(sort: Order, value: Any, last_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([sort, key_to_json(value), last_id]).encode()).decode().rstrip("=")


def _after(cursor: str | None, sort: Order) -> tuple[Any, str] | None:
    """The value and the id that a cursor of this order stands for. Raises Problem."""
    if cursor is None:
        return None
    try:
        made_for, value, last_id = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if made_for != sort:
            raise ValueError("a cursor of another order")
        read: dict[Order, Callable[[Any], Any]] = {
            "waiting": datetime.fromisoformat,
            "expiring": date.fromisoformat,
            "confidence": float,
            "unlawful": int,
        }
        found = read[sort](value)
        if isinstance(found, datetime):
            if found.tzinfo is None:
                raise ValueError("a moment without a time zone")
            found = found.astimezone(UTC)
        if isinstance(found, int | float) and not abs(found) <= MOST:
            raise ValueError("no such figure")
        return found, str(uuid.UUID(last_id))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Problem("cursor_invalid", "Con trỏ trang không đúng. Hãy đọc lại từ trang đầu.") from error
