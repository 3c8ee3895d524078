"""Sends what is due: takes deliveries under a lease, sends them side by side, writes down what became of each."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.assess import ENGINE
from app.audit.events import Event
from app.audit.service import SYSTEM, record
from app.settings import Settings
from app.storage.base import new_id, now
from app.storage.database import Database
from app.webhooks.models import Attempt, Delivery, Webhook
from app.webhooks.repository import WebhookRepository
from app.webhooks.sending import SECONDS, Message, Outcome, send

log = structlog.get_logger("thuoc.webhooks")

BATCH = 20
LEASE = timedelta(seconds=60)  # after it another sender takes over; a sending lasts ten seconds at most
LONGEST_WAIT = timedelta(hours=6)
POLL_SECONDS = 1.0
TIDY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Taken:
    id: str
    webhook_id: str
    token: str
    message: Message


class Deliverer:
    """`clock` gives the moment, so that tests need not wait; `seconds` is the limit of one sending."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], datetime] = now, seconds: float = SECONDS) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._seconds = seconds
        self._tidied: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Send until `stop`."""
        while not stop.is_set():
            try:
                self.tidy()
                if self.deliver_due():
                    continue
            except DBAPIError as error:
                log.warning("database_unavailable", error=str(error.orig))
            except Exception:
                log.exception("webhooks_failed")
            stop.wait(POLL_SECONDS)

    def deliver_due(self) -> int:
        """Send one batch of what is due; how many were sent."""
        taken = self._take()
        if not taken:
            return 0
        allow = self._settings.webhook_allow_private

        async def all_of_them() -> list[Outcome]:
            return await asyncio.gather(*(send(one.message, allow_private=allow, seconds=self._seconds) for one in taken))

        for one, outcome in zip(taken, asyncio.run(all_of_them()), strict=True):
            with self._database.write() as session:
                self._settle(session, one, outcome)
        return len(taken)

    def tidy(self) -> None:
        """Once an hour, drop ended deliveries that are older than the log is kept."""
        at = self._clock()
        if self._tidied is not None and at - self._tidied < TIDY:
            return
        self._tidied = at
        with self._database.write() as session:
            WebhookRepository(session).forget(at - timedelta(days=self._settings.webhook_log_days))

    def _take(self) -> list[Taken]:
        at = self._clock()
        with self._database.read() as session:  # nothing due takes no write lock
            if not WebhookRepository(session).any_due(at):
                return []
        with self._database.write() as session:
            out = []
            for delivery, hook in WebhookRepository(session).take_due(at, BATCH):
                delivery.token, delivery.due_at = new_id(), at + LEASE
                out.append(Taken(delivery.id, hook.id, delivery.token, self._message(delivery, hook)))
            return out

    def _message(self, delivery: Delivery, hook: Webhook) -> Message:
        headers = {
            "User-Agent": f"Thuoc-Webhook/{ENGINE}",
            "X-Thuoc-Event": delivery.event,
            "X-Thuoc-Delivery": delivery.id,
            "X-Thuoc-Sequence": str(delivery.sequence),
        }
        return Message(hook.url, hook.secret, headers, body_of(delivery, self._settings.public_url))

    def _settle(self, session: Session, taken: Taken, outcome: Outcome) -> None:
        repository = WebhookRepository(session)
        hook = repository.lock(taken.webhook_id)
        delivery = repository.held(taken.id, taken.token)
        if hook is None or delivery is None:  # removed, replayed or taken over meanwhile
            return
        at = self._clock()
        repository.add(
            Attempt(
                delivery_id=delivery.id,
                at=at,
                milliseconds=outcome.milliseconds,
                status=outcome.status,
                error=outcome.error,
                excerpt=outcome.excerpt,
            )
        )
        delivery.token = None
        delivery.attempts += 1
        about = log.bind(webhook=hook.id, delivery=delivery.id, status=outcome.status, attempt=delivery.attempts)
        if outcome.error is None:
            delivery.state, delivery.ended_at, hook.failing_since = "delivered", at, None
            about.info("webhook_delivered")
            return
        about.info("webhook_failed", error=outcome.error)
        hook.failing_since = hook.failing_since or at
        if delivery.attempts >= self._settings.webhook_max_attempts:
            delivery.state, delivery.ended_at = "failed", at
        else:
            delivery.due_at = at + self._wait(delivery.attempts)
        if hook.state == "active" and at - hook.failing_since >= timedelta(days=self._settings.webhook_disable_days):
            hook.state, hook.changed_at = "disabled", at
            after = {"url": hook.url, "failing_since": hook.failing_since.isoformat(), "error": outcome.error}
            record(session, SYSTEM, Event.WEBHOOK_DISABLED, subject=f"webhook:{hook.id}", unit_id=hook.unit_id, after=after)
            about.warning("webhook_disabled")

    def _wait(self, attempts: int) -> timedelta:
        return timedelta(seconds=min(self._settings.webhook_backoff_seconds * 2 ** min(attempts - 1, 40), LONGEST_WAIT.total_seconds()))


def body_of(delivery: Delivery, public_url: str) -> bytes:
    """The message: the same bytes at every attempt and replay. Links are relative where the service does not know its public address."""
    body: dict[str, object] = {
        "id": delivery.id,
        "sequence": delivery.sequence,
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat(),
        "publication": delivery.body or None,
    }
    if delivery.publication_id is not None:
        home = f"{public_url.rstrip('/')}/api/v1/publications"
        body["links"] = {"self": f"{home}/{delivery.publication_id}", "feed": home}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
