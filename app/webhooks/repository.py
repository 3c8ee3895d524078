"""Queries on webhooks and their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.organisations.repository import subtree
from app.webhooks.models import Attempt, Delivery, Webhook

AT_ONCE = 4  # deliveries of one webhook under way at once, so that a dead receiver does not hold up the others


class WebhookRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Webhook | Delivery | Attempt) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, webhook_id: str, roots: Sequence[str], on: date) -> Webhook | None:
        wanted = select(Webhook).where(Webhook.id == webhook_id, Webhook.unit_id.in_(subtree(roots, on)))
        return self._session.scalar(wanted)

    def lock(self, webhook_id: str) -> Webhook | None:
        """The webhook, held until the transaction ends."""
        return self._session.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())

    def unit_of(self, webhook_id: str) -> str | None:
        """Whose it is, whoever asks; None where there is none."""
        return self._session.scalar(select(Webhook.unit_id).where(Webhook.id == webhook_id))

    def page(self, roots: Sequence[str], on: date, limit: int, before: str | None) -> list[Webhook]:
        wanted = select(Webhook).where(Webhook.unit_id.in_(subtree(roots, on))).order_by(Webhook.id.desc()).limit(limit)
        return list(self._session.scalars(wanted if before is None else wanted.where(Webhook.id < before)))

    def count(self, unit_id: str) -> int:
        return len(self._session.scalars(select(Webhook.id).where(Webhook.unit_id == unit_id)).all())

    def concerned(self, units: Sequence[str]) -> list[Webhook]:
        """Webhooks of these units, held until the transaction ends, always in one order."""
        wanted = select(Webhook).where(Webhook.unit_id.in_(units)).order_by(Webhook.id).with_for_update()
        return list(self._session.scalars(wanted))

    def remove(self, webhook_id: str) -> None:
        mine = select(Delivery.id).where(Delivery.webhook_id == webhook_id)
        self._session.execute(delete(Attempt).where(Attempt.delivery_id.in_(mine)))
        self._session.execute(delete(Delivery).where(Delivery.webhook_id == webhook_id))
        self._session.execute(delete(Webhook).where(Webhook.id == webhook_id))

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        return self._session.scalar(select(Delivery).where(Delivery.id == delivery_id, Delivery.webhook_id == webhook_id))

    def deliveries(self, webhook_id: str, state: str | None, limit: int, before: str | None) -> list[Delivery]:
        wanted = select(Delivery).where(Delivery.webhook_id == webhook_id).order_by(Delivery.id.desc()).limit(limit)
        if state is not None:
            wanted = wanted.where(Delivery.state == state)
        return list(self._session.scalars(wanted if before is None else wanted.where(Delivery.id < before)))

    def attempts(self, delivery_ids: Sequence[str]) -> dict[str, list[Attempt]]:
        """Attempts by delivery, the first first."""
        out: dict[str, list[Attempt]] = {one: [] for one in delivery_ids}
        for row in self._session.scalars(select(Attempt).where(Attempt.delivery_id.in_(delivery_ids)).order_by(Attempt.id)):
            out[row.delivery_id].append(row)
        return out

    def replay(self, webhook_id: str, at: datetime, since: datetime | None, after: int | None) -> int:
        """Make ended deliveries wait again, all of them or those since a moment or after a number; how many."""
        wanted = update(Delivery).where(Delivery.webhook_id == webhook_id, Delivery.state != "waiting")
        if since is not None:
            wanted = wanted.where(Delivery.created_at >= since)
        if after is not None:
            wanted = wanted.where(Delivery.sequence > after)
        changed = self._session.execute(wanted.values(state="waiting", attempts=0, due_at=at, ended_at=None, token=None))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def any_due(self, at: datetime) -> bool:
        return self._session.scalar(_due(at).limit(1)) is not None

    def take_due(self, at: datetime, limit: int) -> list[tuple[Delivery, Webhook]]:
        """The deliveries that are due first, held until the transaction ends; what another sender is taking is left out.

        At most `AT_ONCE` of one webhook.
        """
        place = func.row_number().over(partition_by=Delivery.webhook_id, order_by=(Delivery.due_at, Delivery.sequence))
        ranked = _due(at).with_only_columns(Delivery.id, place.label("place")).subquery()
        wanted = select(Delivery).where(Delivery.id.in_(select(ranked.c.id).where(ranked.c.place <= AT_ONCE)), Delivery.due_at <= at)
        ordered = wanted.order_by(Delivery.due_at, Delivery.sequence).limit(limit)
        taken = list(self._session.scalars(ordered.with_for_update(skip_locked=True, of=Delivery)))
        hooks = {row.id: row for row in self._session.scalars(select(Webhook).where(Webhook.id.in_({one.webhook_id for one in taken})))}
        return [(one, hooks[one.webhook_id]) for one in taken]

    def held(self, delivery_id: str, token: str) -> Delivery | None:
        """The delivery where its sender is still the one that `token` names."""
        return self._session.scalar(select(Delivery).where(Delivery.id == delivery_id, Delivery.token == token).with_for_update())

    def forget(self, before: datetime) -> None:
        """Drop ended deliveries that were written before this moment."""
        old = select(Delivery.id).where(Delivery.created_at < before, Delivery.state != "waiting")
        self._session.execute(delete(Attempt).where(Attempt.delivery_id.in_(old)))
        self._session.execute(delete(Delivery).where(Delivery.created_at < before, Delivery.state != "waiting"))


def _due(at: datetime) -> Select[Any]:
    """Due deliveries of active webhooks, of each publication only the first that waits, so that none overtakes another."""
    earlier = aliased(Delivery)
    overtakes = exists().where(
        earlier.webhook_id == Delivery.webhook_id,
        earlier.publication_id == Delivery.publication_id,
        earlier.state == "waiting",
        earlier.sequence < Delivery.sequence,
    )
    active = exists().where(Webhook.id == Delivery.webhook_id, Webhook.state == "active")
    return select(Delivery).where(Delivery.state == "waiting", Delivery.due_at <= at, active, ~overtakes)
