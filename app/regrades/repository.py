"""Queries on what is scored again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.agreements.life import DECIDED, Stage
from app.agreements.models import Agreement, Assessment, Confirmation, Proposal, Reading, ReviewedAssessment
from app.regrades.models import Regrade
from app.reviews.repository import ReviewRepository
from app.reviews.reviewed import Decisions, decisions_of

# What is scored again: read agreements whose letter can still change.
SCORED = and_(Agreement.state == "graded", Agreement.stage.not_in([Stage.EXPIRED, Stage.SUPERSEDED]))


@dataclass(frozen=True, slots=True)
class Case:
    """One agreement as it stands: its newest assessment with the record it scored, and the confirmation over it."""

    agreement_id: str
    revision: int
    employer: str | None
    assessment_id: str
    rubric: str  # "id@version"
    graded_on: date
    engine_version: str
    grade: str | None
    reading_id: str
    submission_id: str
    record: str
    judging: str | None
    confirmation: Confirmation | None
    decisions: Decisions | None = None  # of people, beside a confirmation


class RegradeRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Regrade) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, regrade_id: str, *, lock: bool = False) -> Regrade | None:
        wanted = select(Regrade).where(Regrade.id == regrade_id)
        return self._session.scalar(wanted.with_for_update() if lock else wanted)

    def page(self, limit: int, before: str | None) -> list[Regrade]:
        wanted = select(Regrade).order_by(Regrade.id.desc()).limit(limit)
        return list(self._session.scalars(wanted if before is None else wanted.where(Regrade.id < before)))

    def count(self) -> int:
        """How many agreements have something to score again."""
        return self._session.scalar(select(func.count()).select_from(Agreement).where(SCORED)) or 0

    def ids(self, after: str, until: str | None, limit: int) -> list[str]:
        """The first scored agreements after the id `after`, up to `until`."""
        wanted = select(Agreement.id).where(SCORED, Agreement.id > after).order_by(Agreement.id).limit(limit)
        return list(self._session.scalars(wanted if until is None else wanted.where(Agreement.id <= until)))

    def id_at(self, place: int) -> str | None:
        """The id of the scored agreement at this place, counted from 0."""
        return self._session.scalar(select(Agreement.id).where(SCORED).order_by(Agreement.id).offset(place).limit(1))

    def cases(self, ids: list[str], *, judging: bool) -> list[Case]:
        """The agreements of these ids that still have something to score again, by id."""
        newest = select(func.max(Assessment.id)).where(Assessment.agreement_id.in_(ids)).group_by(Assessment.agreement_id)
        wanted = (
            select(
                Agreement.id,
                Agreement.stage,
                Agreement.revision,
                Agreement.employer,
                Assessment.id,
                Assessment.rubric_id,
                Assessment.rubric_version,
                Assessment.graded_on,
                Assessment.engine_version,
                Assessment.grade,
                Reading.id,
                Reading.submission_id,
                Reading.body,
                *([Reading.judging] if judging else []),
            )
            .join(Assessment, Assessment.agreement_id == Agreement.id)
            .join(Reading, Reading.id == Assessment.reading_id)
            .where(Assessment.id.in_(newest), SCORED)
            .order_by(Agreement.id)
        )
        confirmed = self._confirmations(ids)
        decided = decisions_of(self._session, list(confirmed))
        cases = []
        for row in self._session.execute(wanted):
            agreement, assessment, reading = row[:4], row[4:10], row[10:]
            cases.append(
                Case(
                    agreement_id=agreement[0],
                    revision=agreement[2],
                    employer=agreement[3],
                    assessment_id=assessment[0],
                    rubric=f"{assessment[1]}@{assessment[2]}",
                    graded_on=assessment[3],
                    engine_version=assessment[4],
                    grade=assessment[5],
                    reading_id=str(reading[0]),
                    submission_id=str(reading[1]),
                    record=str(reading[2]),
                    judging=reading[3] if judging else None,
                    confirmation=confirmed.get(agreement[0]) if agreement[1] in DECIDED else None,
                    decisions=decided.get(agreement[0]) if agreement[1] in DECIDED else None,
                )
            )
        return cases if judging else self._with_judging(cases)

    def _with_judging(self, cases: list[Case]) -> list[Case]:
        """What judging kept, for the cases whose corrections need it."""
        wanted = [one.reading_id for one in cases if one.decisions and one.decisions.corrections]
        found = ReviewRepository(self._session).judging(wanted) if wanted else {}
        return [replace(one, judging=found[one.reading_id]) if one.reading_id in found else one for one in cases]

    def _confirmations(self, ids: list[str]) -> dict[str, Confirmation]:
        newest = select(func.max(Confirmation.id)).where(Confirmation.agreement_id.in_(ids)).group_by(Confirmation.agreement_id)
        return {row.agreement_id: row for row in self._session.scalars(select(Confirmation).where(Confirmation.id.in_(newest)))}

    def basis(self, case: Case) -> tuple[str, str, str]:
        """What the letter of a case rests on so far: (stored assessment, its record, its rubric "id@version")."""
        confirmed = case.confirmation
        text, record, rubric = self._stored(confirmed.assessment_id if confirmed else case.assessment_id)
        if confirmed and confirmed.reviewed_id:
            wanted = select(ReviewedAssessment.stored).where(ReviewedAssessment.id == confirmed.reviewed_id)
            text = self._session.execute(wanted).scalar_one()
        return text, record, rubric

    def _stored(self, assessment_id: str) -> tuple[str, str, str]:
        wanted = (
            select(Assessment.stored, Reading.body, Assessment.rubric_id, Assessment.rubric_version)
            .join(Reading, Reading.id == Assessment.reading_id)
            .where(Assessment.id == assessment_id)
        )
        text, record, rubric, version = self._session.execute(wanted).one()
        return text, record, f"{rubric}@{version}"

    def agreements(self, ids: list[str]) -> dict[str, Agreement]:
        """Locked until the transaction ends, always in the same order."""
        wanted = select(Agreement).where(Agreement.id.in_(ids)).order_by(Agreement.id).with_for_update()
        return {row.id: row for row in self._session.scalars(wanted)}

    def open_proposals(self, ids: list[str]) -> list[Proposal]:
        return list(self._session.scalars(select(Proposal).where(Proposal.agreement_id.in_(ids), Proposal.state == "open")))

    def add_all(self, rows: Sequence[Reading | Assessment | Proposal]) -> None:
        self._session.add_all(rows)
        self._session.flush()
