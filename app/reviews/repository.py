"""Queries on what reviewers decided, and the queue of what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.agreements.life import STANDING, Stage
from app.agreements.models import Agreement, Assessment, Confirmation, Reading, ReviewedAssessment, Submission
from app.agreements.repository import Reach
from app.organisations.models import Unit
from app.organisations.repository import subtree
from app.reviews.models import CorrectionRow, DocumentRow, EntryRow, GateRow

Order = Literal["waiting", "expiring", "confidence", "unlawful"]
NEVER = date(9999, 12, 31)
UNKNOWN = 2.0  # after every confidence


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue is asked for; None: whatever it is."""

    stages: tuple[Stage, ...]
    unit: str | None = None
    province: str | None = None
    sector: str | None = None
    assigned_to: str | None = None
    unassigned: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """An agreement with what was confirmed of it, its reading loaded, and the file that was read."""

    agreement: Agreement
    reviewed: ReviewedAssessment
    submission: Submission


class ReviewRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: CorrectionRow | GateRow | EntryRow | DocumentRow) -> None:
        self._session.add(row)
        self._session.flush()

    def remove(self, row: EntryRow) -> None:
        self._session.delete(row)
        self._session.flush()

    # decisions

    def corrections(self, agreement_ids: Sequence[str]) -> list[CorrectionRow]:
        """Those that stand, the earliest first."""
        wanted = select(CorrectionRow).where(CorrectionRow.agreement_id.in_(agreement_ids), CorrectionRow.ended_at.is_(None))
        return list(self._session.scalars(wanted.order_by(CorrectionRow.id)))

    def gates(self, agreement_ids: Sequence[str]) -> list[GateRow]:
        """The decisions on gates that stand."""
        wanted = select(GateRow).where(GateRow.agreement_id.in_(agreement_ids), GateRow.ended_at.is_(None))
        return list(self._session.scalars(wanted.order_by(GateRow.id)))

    def entries(self, agreement_ids: Sequence[str]) -> list[EntryRow]:
        return list(self._session.scalars(select(EntryRow).where(EntryRow.agreement_id.in_(agreement_ids)).order_by(EntryRow.item)))

    def documents(self, agreement_id: str) -> list[DocumentRow]:
        """Those that were not taken back."""
        wanted = select(DocumentRow).where(DocumentRow.agreement_id == agreement_id, DocumentRow.removed_at.is_(None))
        return list(self._session.scalars(wanted.order_by(DocumentRow.id)))

    def judging(self, reading_ids: Sequence[str]) -> dict[str, str | None]:
        """What judging kept of readings."""
        rows = self._session.execute(select(Reading.id, Reading.judging).where(Reading.id.in_(reading_ids)))
        return {row.id: row.judging for row in rows}

    # the queue

    def queue(self, reach: Reach, wanted: Wanted, order: Order, limit: int, after: tuple[Any, str] | None) -> list[tuple[Agreement, Any]]:
        """Agreements within reach with the value they are ordered by, those after (value, id) of the last one seen."""
        key = _keys(order)
        query = select(Agreement, key.label("key")).join(Unit, Unit.id == Agreement.unit_id)
        query = query.where(reach.covers(Agreement.unit_id.expression), Agreement.stage.in_(wanted.stages))
        if wanted.unit is not None:
            query = query.where(Agreement.unit_id.in_(subtree([wanted.unit], reach.on)))
        if wanted.province is not None:
            query = query.where(or_(Agreement.province == wanted.province, Unit.province == wanted.province))
        if wanted.sector is not None:
            query = query.where(or_(Agreement.sector == wanted.sector, Unit.sector == wanted.sector))
        if wanted.assigned_to is not None:
            query = query.where(Agreement.assigned_to == wanted.assigned_to)
        if wanted.unassigned:
            query = query.where(Agreement.assigned_to.is_(None))
        if after is not None:
            query = query.where(or_(key > after[0], and_(key == after[0], Agreement.id > after[1])))
        rows = self._session.execute(query.order_by(key, Agreement.id).limit(limit))
        return [(row[0], row[1]) for row in rows]

    # what was confirmed

    def confirmed(self, after: str, limit: int) -> list[Sample]:
        """What stands confirmed with a review, by agreement, after an agreement's id."""
        newest = select(func.max(Confirmation.id)).group_by(Confirmation.agreement_id)
        wanted = (
            select(Agreement, ReviewedAssessment, Submission)
            .join(Confirmation, Confirmation.agreement_id == Agreement.id)
            .join(ReviewedAssessment, ReviewedAssessment.id == Confirmation.reviewed_id)
            .join(Assessment, Assessment.id == ReviewedAssessment.assessment_id)
            .join(Reading, Reading.id == Assessment.reading_id)
            .join(Submission, Submission.id == Reading.submission_id)
            .where(Confirmation.id.in_(newest), Agreement.stage.in_(STANDING), Agreement.id > after)
            .options(joinedload(ReviewedAssessment.assessment).joinedload(Assessment.reading).undefer(Reading.judging))
            .order_by(Agreement.id)
            .limit(limit)
        )
        return [Sample(*row) for row in self._session.execute(wanted)]


def _keys(order: Order) -> ColumnElement[Any]:
    """What the queue is ordered by, the smallest first, never null."""
    keys: dict[Order, ColumnElement[Any]] = {
        "waiting": func.coalesce(Agreement.submitted_at, Agreement.created_at),
        "expiring": func.coalesce(Agreement.expires_on, NEVER),
        "confidence": func.coalesce(Agreement.confidence, UNKNOWN),
        "unlawful": -func.coalesce(Agreement.unlawful, 0),
    }
    return keys[order]
