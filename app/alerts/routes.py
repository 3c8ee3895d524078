"""`/api/v1/alerts`: what is due of the agreements in reach, and whether somebody wants it by letter."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.agreements.access import Asker
from app.alerts.finding import Kind
from app.alerts.repository import AlertRepository
from app.alerts.schemas import AlertPage, DigestSettingIn, DigestSettingOut
from app.alerts.views import show
from app.problems import Problem
from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who
from app.wiring import Services

router = APIRouter(prefix="/api/v1/alerts", tags=["Cảnh báo"])


@router.get(
    "",
    response_model=AlertPage,
    summary="Các cảnh báo về thỏa ước trong phạm vi của người hỏi",
    description=(
        "Tính mỗi ngày một lần: sắp hết hiệu lực, đã hết hiệu lực, quá hạn rà soát hằng năm, có nội dung đã thấp hơn luật mới, có đề nghị "
        "đổi loại. Cảnh báo mới nêu đứng trước."
    ),
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_alerts(
    parts: Parts,
    who: Who,
    kind: Annotated[list[Kind] | None, Query(description="Chỉ những loại này; ghi được nhiều lần.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> AlertPage:
    reach = Asker(who, parts.today()).reach()
    with parts.database.read() as session:
        repository = AlertRepository(session)
        rows = repository.page(reach, [one.value for one in kind] if kind else None, limit + 1, id_of(cursor))
        counts, last = repository.counts(reach), repository.last_finished()
    items = [show(one) for one in rows[:limit]]
    return AlertPage(
        as_of=last.day if last else None,
        counts=counts,  # type: ignore[arg-type]  # the daily run writes these kinds only
        items=items,
        next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None,
    )


@router.get(
    "/digest",
    response_model=DigestSettingOut,
    summary="Tôi có nhận thư cảnh báo không",
    responses=problems("database_unavailable"),
)
def read_digest_setting(parts: Parts, who: Who) -> DigestSettingOut:
    if who.account_id is None:  # a key that no person made: there is nobody to write to
        return DigestSettingOut(wanted=False, possible=False, last_sent=None)
    return _setting(parts, who.account_id)


@router.put(
    "/digest",
    response_model=DigestSettingOut,
    summary="Nhận hay thôi nhận thư cảnh báo",
    responses=problems("account_required", "request_invalid", "busy", "database_unavailable"),
)
def set_digest(parts: Parts, who: Who, wanted: DigestSettingIn) -> DigestSettingOut:
    if who.account_id is None:
        raise Problem("account_required", "Thư cảnh báo gửi cho người. Hãy đăng nhập bằng tài khoản, hoặc dùng khóa do tài khoản tạo.")
    with parts.database.write() as session:
        AlertRepository(session).set_wanted(who.account_id, wanted.wanted)
    return _setting(parts, who.account_id)


def _setting(parts: Services, account: str) -> DigestSettingOut:
    with parts.database.read() as session:
        repository = AlertRepository(session)
        return DigestSettingOut(
            wanted=repository.wants(account),
            possible=bool(parts.settings.smtp_host) and repository.has_address(account),
            last_sent=repository.last_sent_at(account),
        )
