"""One stored agreement scored again, in memory: what would be stored, from which letter to which, and why.

Reads a `Case`; writes an `Outcome`. Nothing is stored here: the dry run prints outcomes, the background job stores them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.agreements.bodies import part
from app.agreements.models import Assessment, Confirmation, Reading
from app.agreements.service import Facts, assessment_row, facts_of, reading_of
from app.assess import ENGINE, judge_reading, score_reading
from app.grading.moves import reasons
from app.grading.profile import Profile
from app.regrades.repository import Case
from app.reviews.reviewed import review
from app.storage.base import new_id

DOSSIER = {"process": "process_points", "signing_implementation": "signing_implementation_points", "bonus": "bonus_points"}
Stored = Callable[[Case], tuple[str, str, str]]
Named = Callable[[str], Profile]


class NoJudging(Exception):
    """A reading of before promises were kept: its file has to be read again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked: another profile, the legal values of now, another day of grading; None keeps each assessment's own."""

    profile: Profile | None
    judged: bool
    graded_on: date | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What scoring one agreement again came to. The rows are for storing: the dry run has none, nor has an unchanged reading."""

    agreement_id: str
    revision: int
    confirmation_id: str | None
    employer: str
    from_grade: str | None
    to_grade: str | None
    total: float | None
    proposed: bool  # over a confirmed letter, for a person to settle
    reasons: list[str]
    assessment: Assessment | None
    reading: Reading | None
    facts: Facts

    @property
    def moved(self) -> bool:
        return self.proposed or (self.confirmation_id is None and self.from_grade != self.to_grade)


def rescore(case: Case, plan: Plan, named: Named, stored: Stored, *, rows: bool) -> Outcome | None:
    """The outcome, None where nothing would change. `rows` to store it. Raises NoJudging.

    `named` finds profiles, `stored` what the letter of a case rests on so far (`RegradeRepository.basis`). What is stored is the
    machine's alone; a confirmed letter is compared with what people's decisions, applied to the new record, mean now.
    """
    profile = plan.profile or named(case.rubric)
    graded_on = plan.graded_on or case.graded_on
    record: dict[str, Any] = json.loads(case.record)
    before = record
    if plan.judged:
        if case.judging is None:
            raise NoJudging(case.agreement_id)
        record = judge_reading(record, json.loads(case.judging))
    new_record = record is not before and record != before
    if not new_record:
        record = before
        if (profile.reference, graded_on, ENGINE) == (case.rubric, case.graded_on, case.engine_version):
            return None
    assessment = score_reading(record, graded_on=graded_on, profile=profile)
    said = _reviewed(case, record, graded_on, profile) or assessment
    old, new, total, proposed = _letters(case, said, profile)
    moved = proposed or (case.confirmation is None and old != new)
    reading = _reading(case, record) if rows and new_record else None
    return Outcome(
        agreement_id=case.agreement_id,
        revision=case.revision,
        confirmation_id=case.confirmation.id if case.confirmation else None,
        employer=record["agreement"]["employer"] or case.employer or "",
        from_grade=old,
        to_grade=new,
        total=total,
        proposed=proposed,
        reasons=_why(case, said, record if new_record else None, profile, total, named, stored) if moved else [],
        assessment=_row(case, reading, record, assessment) if rows else None,
        reading=reading,
        facts=facts_of(assessment),
    )


def _reviewed(case: Case, record: dict[str, Any], graded_on: date, profile: Profile) -> dict[str, Any] | None:
    """The assessment with what people decided, None where nobody decided anything."""
    if case.decisions is None:
        return None
    judging = json.loads(case.judging) if case.judging else None
    return review(record, judging, case.decisions, graded_on=graded_on, profile=profile).body


def _reading(case: Case, record: dict[str, Any]) -> Reading:
    reading = reading_of(case.submission_id, record)
    reading.id, reading.judging = new_id(), case.judging
    return reading


def _row(case: Case, reading: Reading | None, record: dict[str, Any], assessment: dict[str, Any]) -> Assessment:
    row = assessment_row(case.agreement_id, reading.id if reading else case.reading_id, record, assessment)
    row.id = new_id()
    return row


def _letters(case: Case, new: dict[str, Any], profile: Profile) -> tuple[str | None, str | None, float | None, bool]:
    """(from, to, total, proposed). A confirmed letter is compared with what the same dossier points mean now."""
    confirmed = case.confirmation
    if confirmed is None:
        return case.grade, new["grade"], new["score"]["total"], False
    gates = {gate["code"] for gate in new["not_graded_because"]} - set(confirmed.cleared_gates)
    entered = _entered(confirmed)
    if not entered or any(points > profile.group(group).max for group, points in entered.items()):  # type: ignore[arg-type]
        to, total = new["would_be_grade"], None
    else:
        total = _content(new) + sum(entered.values())
        to = profile.letter(total)
    to = None if gates else to
    known = (confirmed.grade, confirmed.computed_grade if confirmed.grade else None)
    return confirmed.grade, to, total, to not in known


def _why(
    case: Case,
    assessment: dict[str, Any],
    judged: dict[str, Any] | None,
    profile: Profile,
    total: float | None,
    named: Named,
    stored: Stored,
) -> list[str]:
    text, record, rubric = stored(case)
    findings = (json.loads(record)["findings"], judged["findings"]) if judged else ((), ())
    told = reasons(part(text), assessment, (named(rubric), profile), findings)
    if case.confirmation and total is None and _entered(case.confirmation):
        told.append("Điểm hồ sơ đã nhập vượt mức của khung mới, cần nhập lại")
    return told


def _entered(confirmed: Confirmation) -> dict[str, float]:
    points = {group: getattr(confirmed, column) for group, column in DOSSIER.items()}
    return {group: float(value) for group, value in points.items() if value is not None}


def _content(got: dict[str, Any]) -> float:
    return float(next(group["points"] for group in got["score"]["groups"] if group["id"] == "content"))
