"""What is due of one agreement on one day. Pure: the same facts and day, the same alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.agreements.life import DECIDED, Stage


class Kind(StrEnum):
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVIEW_DUE = "review_due"
    OVERTAKEN = "overtaken"
    PROPOSAL_OPEN = "proposal_open"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Kind.EXPIRING: "Sắp hết hiệu lực",
    Kind.EXPIRED: "Đã hết hiệu lực",
    Kind.REVIEW_DUE: "Quá hạn rà soát hằng năm",
    Kind.OVERTAKEN: "Có nội dung đã thấp hơn luật mới",
    Kind.PROPOSAL_OPEN: "Có đề nghị đổi loại đã xác nhận",
}
ALIVE = frozenset({Stage.SUBMITTED, Stage.IN_REVIEW, *DECIDED})  # signed as far as anybody knows; drafts are not


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far ahead to look: days before a term ends, months between two reviews."""

    days: int
    months: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an agreement. `decided_on`: the day of its last confirmation; `overtaken`: rows of `law_check`."""

    stage: Stage
    expires_on: date | None
    decided_on: date | None
    overtaken: Sequence[Mapping[str, Any]] = ()
    proposed_on: date | None = None
    proposal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """An alert: since when it is so, by when something is due (None: no day), what a reader needs to know."""

    kind: Kind
    since: date
    due_on: date | None
    details: dict[str, Any]


def alerts_of(known: Known, on: date, ahead: Ahead) -> Iterator[Found]:
    over = known.expires_on is not None and known.expires_on < on
    if known.expires_on is not None and (known.stage is Stage.EXPIRED or (over and known.stage in ALIVE)):
        yield Found(Kind.EXPIRED, known.expires_on + timedelta(days=1), known.expires_on, {})
        return
    if known.stage not in ALIVE:
        return
    if known.expires_on is not None and known.expires_on - on <= timedelta(days=ahead.days):
        yield Found(Kind.EXPIRING, known.expires_on - timedelta(days=ahead.days), known.expires_on, {})
    if known.stage in DECIDED and known.decided_on is not None:
        due = months_after(known.decided_on, ahead.months)
        if due <= on:
            yield Found(Kind.REVIEW_DUE, due, due, {"last": known.decided_on.isoformat()})
    later = [one for one in known.overtaken if date.fromisoformat(one["since"]) <= on]
    if later:
        yield Found(Kind.OVERTAKEN, min(date.fromisoformat(one["since"]) for one in later), None, {"promises": list(map(dict, later))})
    if known.proposed_on is not None and known.stage in DECIDED:
        yield Found(Kind.PROPOSAL_OPEN, known.proposed_on, None, dict(known.proposal))


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, its last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))
