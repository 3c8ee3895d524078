"""Queries on agreements, their files, assessments and confirmations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased, defer, joinedload

from app.agreements.life import DECIDED, Stage
from app.agreements.models import Agreement, Assessment, Confirmation, Proposal, Reading, ReturnNote, ReviewedAssessment, Submission
from app.organisations.models import Unit
from app.organisations.repository import subtree


@dataclass(frozen=True, slots=True)
class Reach:
    """Units whose data may be read: `own` themselves, `roots` with everything below them on the day `on`."""

    own: tuple[str, ...]
    roots: tuple[str, ...]
    on: date

    def covers(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition that a unit's id is one of them."""
        parts = []
        if self.own:
            parts.append(column.in_(self.own))
        if self.roots:
            parts.append(column.in_(subtree(self.roots, self.on)))
        return or_(*parts) if parts else false()


class AgreementRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Agreement | Submission | Reading | Assessment | ReviewedAssessment | ReturnNote | Confirmation | Proposal) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, agreement_id: str, *, lock: bool = False) -> Agreement | None:
        """One agreement; with `lock` nobody else changes it until the transaction ends."""
        wanted = select(Agreement).where(Agreement.id == agreement_id)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def page(self, reach: Reach, limit: int, before: str | None, state: str | None, stage: str | None) -> list[Agreement]:
        """The newest `limit` agreements within reach that are older than the id `before`."""
        wanted = select(Agreement).where(reach.covers(Agreement.unit_id.expression)).order_by(Agreement.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(Agreement.id < before)
        if state is not None:
            wanted = wanted.where(Agreement.state == state)
        if stage is not None:
            wanted = wanted.where(Agreement.stage == stage)
        return list(self._session.scalars(wanted))

    def units_within(self, unit_ids: Sequence[str], reach: Reach) -> set[str]:
        """Those of the units that are within reach."""
        wanted = select(Unit.id).where(Unit.id.in_(unit_ids), reach.covers(Unit.id.expression))
        return set(self._session.scalars(wanted))

    def unit_names(self, unit_ids: Iterable[str]) -> dict[str, str]:
        rows = self._session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(set(unit_ids))))
        return {row.id: row.name for row in rows}

    def sent_by(self, account: str, agreement_ids: Sequence[str]) -> set[str]:
        """Those of the agreements of which this account or key sent in a file."""
        wanted = select(Submission.agreement_id).where(Submission.agreement_id.in_(agreement_ids), Submission.sent_by == account)
        return set(self._session.scalars(wanted))

    def confirmed_by(self, account: str, agreement_ids: Sequence[str]) -> set[str]:
        """Those of the agreements whose newest confirmation is this account's."""
        newest = self.newest_confirmations(list(agreement_ids))
        return {id for id, row in newest.items() if row.confirmed_by_id == account}

    def submissions(self, agreement_id: str) -> list[Submission]:
        """Every version, the newest first."""
        wanted = select(Submission).where(Submission.agreement_id == agreement_id).order_by(Submission.number.desc())
        return list(self._session.scalars(wanted))

    def read_submissions(self, submission_ids: Sequence[str]) -> set[str]:
        """Those of the submissions that were read."""
        return set(self._session.scalars(select(Reading.submission_id).where(Reading.submission_id.in_(submission_ids))))

    def version_numbers(self, submission_ids: Sequence[str]) -> dict[str, int]:
        rows = self._session.execute(select(Submission.id, Submission.number).where(Submission.id.in_(submission_ids)))
        return {row.id: row.number for row in rows}

    def newest_assessment_of(self, submission_id: str) -> Assessment | None:
        """With its reading, so that its body can be put together."""
        wanted = (
            select(Assessment)
            .join(Reading, Reading.id == Assessment.reading_id)
            .where(Reading.submission_id == submission_id)
            .order_by(Assessment.id.desc())
            .limit(1)
        )
        return self._session.scalar(wanted.options(joinedload(Assessment.reading)))

    def returns(self, agreement_ids: Sequence[str]) -> list[ReturnNote]:
        """The newest last."""
        return list(self._session.scalars(select(ReturnNote).where(ReturnNote.agreement_id.in_(agreement_ids)).order_by(ReturnNote.id)))

    def reviewed(self, reviewed_id: str) -> ReviewedAssessment | None:
        """With its reading, so that its body can be put together."""
        options = [joinedload(ReviewedAssessment.assessment).joinedload(Assessment.reading)]
        return self._session.get(ReviewedAssessment, reviewed_id, options=options)

    def successors(self, agreement_id: str) -> list[Agreement]:
        """Agreements that say they renew or amend this one."""
        return list(self._session.scalars(select(Agreement).where(Agreement.supersedes_id == agreement_id).order_by(Agreement.id)))

    def overdue(self, on: date, limit: int) -> list[Agreement]:
        """Decided agreements whose term is over on a day, or whose confirmed successor is in force; locked."""
        later = aliased(Agreement)
        replaced = select(later.supersedes_id).where(
            later.supersedes_id.is_not(None),
            later.stage.in_([Stage.CONFIRMED, Stage.PUBLISHED]),
            or_(later.effective_from.is_(None), later.effective_from <= on),
        )
        wanted = (
            select(Agreement)
            .where(
                or_(
                    and_(Agreement.stage.in_(DECIDED), Agreement.expires_on < on),
                    and_(Agreement.stage.in_([*DECIDED, Stage.EXPIRED]), Agreement.id.in_(replaced)),
                )
            )
            .order_by(Agreement.id)
            .limit(limit)
        )
        return list(self._session.scalars(wanted.with_for_update()))

    def submission(self, submission_id: str) -> Submission | None:
        return self._session.get(Submission, submission_id)

    def submission_of_file(self, sha256: str, unit_id: str) -> Submission | None:
        """The newest submission of these bytes by a unit."""
        found = (
            select(Submission)
            .join(Agreement, Agreement.id == Submission.agreement_id)
            .where(Submission.file_sha256 == sha256, Agreement.unit_id == unit_id)
            .order_by(Submission.id.desc())
            .limit(1)
        )
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

    def proposals_page(self, reach: Reach, limit: int, before: str | None) -> list[Proposal]:
        """The newest open proposals within reach that are older than the id `before`."""
        wanted = (
            select(Proposal)
            .join(Agreement, Agreement.id == Proposal.agreement_id)
            .where(Proposal.state == "open", reach.covers(Agreement.unit_id.expression))
            .order_by(Proposal.id.desc())
            .limit(limit)
        )
        return list(self._session.scalars(wanted if before is None else wanted.where(Proposal.id < before)))
