"""The review form of a stored agreement: of what a person confirmed; during review, of the decisions so far; else of the machine's."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.agreements.access import Asker, find
from app.agreements.bodies import to_text
from app.agreements.life import STANDING, Stage
from app.agreements.models import Agreement, Confirmation
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import Given
from app.agreements.service import assessment_of
from app.agreements.stages import confirmed_assessment
from app.reports.form import DOSSIER, Decision, Heading, ReviewForm, review_form
from app.reviews.service import desk_of
from app.storage.base import VIETNAM


@dataclass(frozen=True)
class Source:
    """What a form is made of; `digest` changes whenever the form would."""

    agreement: Agreement
    body: str  # the assessment's JSON
    confirmation: Confirmation | None

    def form(self, heading: Heading) -> ReviewForm:
        body: dict[str, Any] = json.loads(self.body)
        given = Given.model_validate(self.agreement, from_attributes=True).model_dump()
        return review_form(body, heading, _decision(self.confirmation) if self.confirmation else None, given)

    def digest(self, *more: str) -> str:
        parts = (self.body, self.confirmation.id if self.confirmation else "", str(self.agreement.revision), *more)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def source_of(session: Session, asker: Asker, agreement_id: str) -> Source:
    """Raises Problem: why there is nothing to make a form of (yet)."""
    agreement = find(session, asker, agreement_id)
    repository = AgreementRepository(session)
    if agreement.stage in STANDING:
        confirmation = repository.newest_confirmations([agreement.id])[agreement.id]
        return Source(agreement, confirmed_assessment(session, confirmation).body, confirmation)
    if agreement.stage == Stage.IN_REVIEW:
        return Source(agreement, to_text(desk_of(session, agreement).reviewed().body), None)
    return Source(agreement, assessment_of(session, agreement).body, None)


def _decision(row: Confirmation) -> Decision:
    entered = (row.process_points, row.signing_implementation_points, row.bonus_points)
    return Decision(
        grade=row.grade,
        points={group: points for group, points in zip(DOSSIER, entered, strict=True) if points is not None},
        total=row.total,
        cleared_gates=tuple(row.cleared_gates),
        reason=row.reason or "",
        confirmed_by=row.confirmed_by,
        confirmed_on=row.created_at.astimezone(VIETNAM).date(),
    )
