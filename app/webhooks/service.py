"""Registering webhooks, writing down what they are to be told, replaying it. Every function works in the caller's transaction."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from app.accounts.principal import Principal, Role
from app.accounts.refusals import Refused
from app.audit.events import Event
from app.audit.service import record
from app.organisations.repository import UnitRepository
from app.problems import Problem
from app.storage.base import new_id, now
from app.webhooks.addresses import AddressRefused, check, resolve
from app.webhooks.models import Delivery, Webhook
from app.webhooks.repository import WebhookRepository

PUBLISHED: Final = "publication.published"
CHANGED: Final = "publication.changed"
WITHDRAWN: Final = "publication.withdrawn"
EVENTS = (PUBLISHED, CHANGED, WITHDRAWN)
PING = "ping"
VIETNAM = timedelta(hours=7)
MOST = 50  # webhooks of one unit
ROLES = (Role.PUBLISHER, Role.ADMINISTRATOR)


def notify(session: Session, event: str, publication_id: str, unit_id: str, body: dict[str, Any]) -> int:
    """Write one delivery for every webhook that hears today of the unit's publications; how many.

    `body` holds only what is public; the links are added when it is sent.
    """
    if event not in EVENTS:
        raise ValueError(event)
    line = UnitRepository(session).lineage(unit_id, (now() + VIETNAM).date())
    told = [hook for hook in WebhookRepository(session).concerned(line) if event in hook.events]
    for hook in told:
        _write(session, hook, event, publication_id, body)
    return len(told)


def _write(session: Session, hook: Webhook, event: str, publication_id: str | None, body: dict[str, Any]) -> Delivery:
    at = now()
    hook.sequence += 1
    row = Delivery(
        id=new_id(),
        webhook_id=hook.id,
        sequence=hook.sequence,
        event=event,
        publication_id=publication_id,
        body=body,
        due_at=at,
        created_at=at,
    )
    WebhookRepository(session).add(row)
    return row


def check_url(url: str, allow_private: bool) -> None:
    """Raises Problem where the service would not call this address. Asks the name service."""
    try:
        host, port = check(url, allow_private)
        asyncio.run(resolve(host, port, allow_private))
    except AddressRefused as refused:
        raise Problem("webhook_url_refused", refused.message) from None


def add(session: Session, who: Principal, url: str, events: Sequence[str], unit_id: str | None, on: date) -> Webhook:
    """A new webhook with its secret. The URL has passed `check_url`. Raises Problem."""
    unit = _unit(session, who, unit_id, on)
    repository = WebhookRepository(session)
    if repository.count(unit) >= MOST:
        raise Problem("webhook_limit", f"Đơn vị đã có {MOST} webhook. Hãy bỏ bớt webhook không còn dùng.")
    row = Webhook(id=new_id(), unit_id=unit, url=url, events=list(events), secret=_secret(), created_by=who.id)
    repository.add(row)
    after = {"url": url, "events": row.events}
    record(session, who, Event.WEBHOOK_ADDED, subject=f"webhook:{row.id}", unit_id=unit, after=after)
    return row


def _unit(session: Session, who: Principal, unit_id: str | None, on: date) -> str:
    roots = who.roots(*ROLES)
    if unit_id is None:
        if len(roots) != 1:
            raise Problem("unit_required", "Anh/chị có quyền ở nhiều đơn vị: hãy ghi unit_id của đơn vị dùng webhook này.")
        return roots[0]
    if not UnitRepository(session).within(unit_id, roots, on):
        raise Problem("unit_unknown", "Đơn vị này không có hoặc không thuộc phạm vi của anh/chị.")
    return unit_id


def find(session: Session, who: Principal, webhook_id: str, on: date) -> Webhook:
    """A webhook of the asker's units. Raises Problem."""
    repository = WebhookRepository(session)
    row = repository.get(webhook_id, who.roots(*ROLES), on)
    if row is None:
        told = "webhook_not_found", "Không có webhook này."
        unit_id = repository.unit_of(webhook_id)
        raise Refused(*told, subject=f"webhook:{webhook_id}", unit_id=unit_id) if unit_id else Problem(*told)
    return row


def change(
    session: Session,
    who: Principal,
    row: Webhook,
    url: str | None,
    events: Sequence[str] | None,
    state: Literal["active", "paused"] | None,
) -> None:
    """Set what is given. Made active again, it goes on with what has waited meanwhile."""
    before = {"url": row.url, "events": row.events, "state": row.state}
    row.url, row.events = url or row.url, list(events) if events is not None else row.events
    if state is not None and state != row.state:
        row.state = state
        row.failing_since = None
    row.changed_at = now()
    after = {"url": row.url, "events": row.events, "state": row.state}
    if before != after:
        record(session, who, Event.WEBHOOK_CHANGED, subject=f"webhook:{row.id}", unit_id=row.unit_id, before=before, after=after)


def new_secret(session: Session, who: Principal, row: Webhook) -> str:
    """Another secret in place of the old one, which counts no more."""
    row.secret, row.changed_at = _secret(), now()
    record(session, who, Event.WEBHOOK_CHANGED, subject=f"webhook:{row.id}", unit_id=row.unit_id, after={"secret": "new"})
    return row.secret


def remove(session: Session, who: Principal, row: Webhook) -> None:
    """Remove it with its log and with what still waits."""
    record(session, who, Event.WEBHOOK_REMOVED, subject=f"webhook:{row.id}", unit_id=row.unit_id, before={"url": row.url})
    WebhookRepository(session).remove(row.id)


def ping(session: Session, row: Webhook) -> Delivery:
    """A message that tells of nothing, to try the receiver."""
    locked = WebhookRepository(session).lock(row.id)
    return _write(session, locked or row, PING, None, {})


def find_delivery(session: Session, row: Webhook, delivery_id: str) -> Delivery:
    """Raises Problem."""
    delivery = WebhookRepository(session).delivery(row.id, delivery_id)
    if delivery is None:
        raise Problem("delivery_not_found", "Webhook này không có lần gửi đó (nhật ký chỉ giữ một thời gian).")
    return delivery


def replay_one(delivery: Delivery) -> None:
    """Send it again, with the same number and body."""
    delivery.state, delivery.attempts, delivery.due_at, delivery.ended_at, delivery.token = "waiting", 0, now(), None, None


def replay(session: Session, row: Webhook, since: datetime | None, after: int | None) -> int:
    """Send everything again that was written since a moment, or after a number; how many."""
    return WebhookRepository(session).replay(row.id, now(), since, after)


def _secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)
