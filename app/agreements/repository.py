"""Queries on agreements, their files, assessments and confirmations."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload

from app.agreements.models import Agreement, Assessment, Confirmation, Proposal, Reading, Submission


class AgreementRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Agreement | Submission | Reading | Assessment | Confirmation | Proposal) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, agreement_id: str, *, lock: bool = False) -> Agreement | None:
        """One agreement; with `lock` nobody else changes it until the transaction ends."""
        wanted = select(Agreement).where(Agreement.id == agreement_id)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def page(self, limit: int, before: str | None, state: str | None) -> list[Agreement]:
        """The newest `limit` agreements older than the id `before`."""
        wanted = select(Agreement).order_by(Agreement.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(Agreement.id < before)
        if state is not None:
            wanted = wanted.where(Agreement.state == state)
        return list(self._session.scalars(wanted))

    def submission(self, submission_id: str) -> Submission | None:
        return self._session.get(Submission, submission_id)

    def submission_of_file(self, sha256: str) -> Submission | None:
        """The newest submission of these bytes."""
        found = select(Submission).where(Submission.file_sha256 == sha256).order_by(Submission.id.desc()).limit(1)
        return self._session.scalar(found)

    def newest_submissions(self, agreement_ids: list[str]) -> dict[str, Submission]:
        found = select(Submission).where(Submission.agreement_id.in_(agreement_ids)).order_by(Submission.number)
        return {row.agreement_id: row for row in self._session.scalars(found)}

    def newest_assessment(self, agreement_id: str) -> Assessment | None:
        found = select(Assessment).where(Assessment.agreement_id == agreement_id).order_by(Assessment.id.desc()).limit(1)
        return self._session.scalar(found.options(joinedload(Assessment.reading)))

    def assessment(self, assessment_id: str) -> Assessment | None:
        """With its reading, so that its body can be put together."""
        return self._session.get(Assessment, assessment_id, options=[joinedload(Assessment.reading)])

    def newest_assessments(self, agreement_ids: list[str]) -> dict[str, Assessment]:
        """By agreement, without their long bodies."""
        newest = select(func.max(Assessment.id)).where(Assessment.agreement_id.in_(agreement_ids)).group_by(Assessment.agreement_id)
        found = select(Assessment).where(Assessment.id.in_(newest))
        return {row.agreement_id: row for row in self._session.scalars(found.options(defer(Assessment.stored)))}

    def digests(self, assessment_ids: list[str]) -> dict[str, str]:
        """Of assessments that somebody confirmed."""
        rows = self._session.execute(select(Assessment.id, Assessment.known_digest).where(Assessment.id.in_(assessment_ids)))
        return {row.id: row.known_digest for row in rows}

    def newest_confirmations(self, agreement_ids: list[str]) -> dict[str, Confirmation]:
        found = select(Confirmation).where(Confirmation.agreement_id.in_(agreement_ids)).order_by(Confirmation.id)
        return {row.agreement_id: row for row in self._session.scalars(found)}

    def open_proposals(self, agreement_ids: list[str]) -> dict[str, Proposal]:
        found = select(Proposal).where(Proposal.agreement_id.in_(agreement_ids), Proposal.state == "open").order_by(Proposal.id)
        return {row.agreement_id: row for row in self._session.scalars(found)}

    def proposals_page(self, limit: int, before: str | None) -> list[Proposal]:
        """The newest open proposals older than the id `before`."""
        wanted = select(Proposal).where(Proposal.state == "open").order_by(Proposal.id.desc()).limit(limit)
        return list(self._session.scalars(wanted if before is None else wanted.where(Proposal.id < before)))
