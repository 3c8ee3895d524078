"""`/api/v1/webhooks`: publishers register the addresses of websites, read what was sent there and send it again."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from app.web.deps import Cursor, Limit, Parts, cursor_of, id_of, problems
from app.web.who import Who
from app.webhooks import service
from app.webhooks.models import Attempt, Delivery, Webhook
from app.webhooks.repository import WebhookRepository
from app.webhooks.schemas import (
    AttemptOut,
    DeliveryOut,
    DeliveryPage,
    Replayed,
    ReplayIn,
    WebhookEdit,
    WebhookIn,
    WebhookOut,
    WebhookPage,
    WebhookSecret,
)
from app.webhooks.sending import ERRORS

router = APIRouter(prefix="/api/v1/webhooks", tags=["Webhook"])
_ONE = problems("webhook_not_found", "request_invalid", "database_unavailable")
_SENT = _ONE | problems("webhook_not_found", "delivery_not_found")


@router.post(
    "",
    status_code=201,
    response_model=WebhookSecret,
    summary="Đăng ký một địa chỉ nhận tin",
    description=(
        "Mỗi khi một thỏa ước được công bố, đổi hoặc gỡ, dịch vụ gửi POST có chữ ký đến địa chỉ này. "
        "Cách kiểm chữ ký: docs/website/webhooks.md."
    ),
    responses=problems("webhook_url_refused", "webhook_limit", "unit_required", "unit_unknown", "request_invalid", "database_unavailable"),
)
def add_webhook(parts: Parts, who: Who, wanted: WebhookIn, response: Response) -> WebhookSecret:
    service.check_url(wanted.url, parts.settings.webhook_allow_private)
    with parts.database.write() as session:
        row = service.add(session, who, wanted.url, wanted.events, wanted.unit_id, parts.today())
        shown = _with_secret(row)
    response.headers["Location"] = f"/api/v1/webhooks/{row.id}"
    response.headers["Cache-Control"] = "no-store"
    return shown


@router.get(
    "",
    response_model=WebhookPage,
    summary="Các webhook trong phạm vi của mình, mới nhất trước",
    responses=problems("cursor_invalid", "request_invalid", "database_unavailable"),
)
def list_webhooks(parts: Parts, who: Who, limit: Limit = 20, cursor: Cursor = None) -> WebhookPage:
    with parts.database.read() as session:
        rows = WebhookRepository(session).page(who.roots(*service.ROLES), parts.today(), limit + 1, id_of(cursor))
    items = [WebhookOut.model_validate(row) for row in rows[:limit]]
    return WebhookPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.get("/{webhook_id}", response_model=WebhookOut, summary="Một webhook", responses=_ONE)
def read_webhook(parts: Parts, who: Who, webhook_id: str) -> WebhookOut:
    with parts.database.read() as session:
        return WebhookOut.model_validate(service.find(session, who, webhook_id, parts.today()))


@router.patch(
    "/{webhook_id}",
    response_model=WebhookOut,
    summary="Đổi địa chỉ, đổi việc cần báo, tạm dừng hoặc bật lại",
    responses=_ONE | problems("webhook_url_refused", "request_invalid"),
)
def change_webhook(parts: Parts, who: Who, webhook_id: str, wanted: WebhookEdit) -> WebhookOut:
    if wanted.url is not None:
        service.check_url(wanted.url, parts.settings.webhook_allow_private)
    with parts.database.write() as session:
        row = service.find(session, who, webhook_id, parts.today())
        service.change(session, who, row, wanted.url, wanted.events, wanted.state)
        return WebhookOut.model_validate(row)


@router.post(
    "/{webhook_id}/secret",
    response_model=WebhookSecret,
    summary="Tạo khóa bí mật mới, khóa cũ hết dùng ngay",
    responses=_ONE,
)
def renew_secret(parts: Parts, who: Who, webhook_id: str, response: Response) -> WebhookSecret:
    with parts.database.write() as session:
        row = service.find(session, who, webhook_id, parts.today())
        service.new_secret(session, who, row)
        response.headers["Cache-Control"] = "no-store"
        return _with_secret(row)


@router.delete("/{webhook_id}", status_code=204, summary="Bỏ một webhook cùng nhật ký của nó", responses=_ONE)
def remove_webhook(parts: Parts, who: Who, webhook_id: str) -> None:
    with parts.database.write() as session:
        service.remove(session, who, service.find(session, who, webhook_id, parts.today()))


@router.post("/{webhook_id}/ping", status_code=202, response_model=DeliveryOut, summary="Gửi thử một tin", responses=_ONE)
def ping_webhook(parts: Parts, who: Who, webhook_id: str) -> DeliveryOut:
    with parts.database.write() as session:
        return _show(service.ping(session, service.find(session, who, webhook_id, parts.today())), [])


@router.get(
    "/{webhook_id}/deliveries",
    response_model=DeliveryPage,
    summary="Nhật ký gửi, mới nhất trước",
    responses=_ONE | problems("cursor_invalid", "request_invalid"),
)
def list_deliveries(
    parts: Parts,
    who: Who,
    webhook_id: str,
    state: Annotated[Literal["waiting", "delivered", "failed"] | None, Query(description="Chỉ những tin ở trạng thái này.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> DeliveryPage:
    with parts.database.read() as session:
        repository = WebhookRepository(session)
        hook = service.find(session, who, webhook_id, parts.today())
        rows = repository.deliveries(hook.id, state, limit + 1, id_of(cursor))
        attempts = repository.attempts([row.id for row in rows[:limit]])
    items = [_show(row, attempts[row.id]) for row in rows[:limit]]
    return DeliveryPage(items=items, next_cursor=cursor_of(items[-1].id) if len(rows) > limit else None)


@router.get("/{webhook_id}/deliveries/{delivery_id}", response_model=DeliveryOut, summary="Một tin và mọi lần thử gửi", responses=_SENT)
def read_delivery(parts: Parts, who: Who, webhook_id: str, delivery_id: str) -> DeliveryOut:
    with parts.database.read() as session:
        row = service.find_delivery(session, service.find(session, who, webhook_id, parts.today()), delivery_id)
        return _show(row, WebhookRepository(session).attempts([row.id])[row.id])


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    response_model=DeliveryOut,
    summary="Gửi lại một tin",
    responses=_SENT,
)
def replay_delivery(parts: Parts, who: Who, webhook_id: str, delivery_id: str) -> DeliveryOut:
    with parts.database.write() as session:
        row = service.find_delivery(session, service.find(session, who, webhook_id, parts.today()), delivery_id)
        service.replay_one(row)
        return _show(row, WebhookRepository(session).attempts([row.id])[row.id])


@router.post(
    "/{webhook_id}/replay",
    status_code=202,
    response_model=Replayed,
    summary="Gửi lại mọi tin từ một lúc, hoặc sau một số thứ tự",
    responses=_ONE,
)
def replay_all(parts: Parts, who: Who, webhook_id: str, wanted: ReplayIn) -> Replayed:
    with parts.database.write() as session:
        hook = service.find(session, who, webhook_id, parts.today())
        return Replayed(count=service.replay(session, hook, wanted.since, wanted.after_sequence))


def _with_secret(row: Webhook) -> WebhookSecret:
    return WebhookSecret.model_validate(row)


def _show(row: Delivery, attempts: list[Attempt]) -> DeliveryOut:
    return DeliveryOut(
        id=row.id,
        sequence=row.sequence,
        event=row.event,
        publication_id=row.publication_id,
        state=row.state,  # type: ignore[arg-type]
        created_at=row.created_at,
        due_at=row.due_at if row.state == "waiting" else None,
        ended_at=row.ended_at,
        attempts=[
            AttemptOut(
                at=one.at,
                milliseconds=one.milliseconds,
                status=one.status,
                error=one.error,
                error_label=ERRORS.get(one.error or ""),
                excerpt=one.excerpt,
            )
            for one in attempts
        ],
    )
