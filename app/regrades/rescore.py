"""One stored agreement scored again, in memory: what would be stored, from which letter to which, and why.

Reads a `Case`; writes an `Outcome`. Nothing is stored here: the dry run prints outcomes, the background job stores them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.agreements.bodies import part
from app.agreements.models import Confirmation
from app.assess import ENGINE, judge_reading, score_reading
from app.grading.moves import reasons
from app.grading.profile import Profile
from app.regrades.repository import Case

DOSSIER = {"process": "process_points", "signing_implementation": "signing_implementation_points", "bonus": "bonus_points"}
Stored = Callable[[str], tuple[str, str, str]]
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
    """A new assessment of one agreement. `record` is None where the reading stays as it is."""

    case: Case
    employer: str
    record: dict[str, Any]
    new_record: bool
    assessment: dict[str, Any]
    from_grade: str | None
    to_grade: str | None
    total: float | None
    proposed: bool  # over a confirmed letter, for a person to settle
    reasons: list[str] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        return self.proposed or (self.case.confirmation is None and self.from_grade != self.to_grade)


def rescore(case: Case, plan: Plan, named: Named, stored: Stored) -> Outcome | None:
    """The outcome, None where nothing would change. `named` finds profiles, `stored` assessments. Raises NoJudging."""
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
    letters = _letters(case, assessment, profile)
    outcome = Outcome(
        case,
        record["agreement"]["employer"] or case.employer or "",
        record,
        new_record,
        assessment,
        *letters,
    )
    if outcome.moved:
        outcome.reasons.extend(_why(case, outcome, before, profile, named, stored))
    return outcome


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


def _why(case: Case, outcome: Outcome, before: dict[str, Any], profile: Profile, named: Named, stored: Stored) -> list[str]:
    text, record, rubric = stored(case.confirmation.assessment_id if case.confirmation else case.assessment_id)
    judged = outcome.new_record or case.confirmation is not None
    findings = (json.loads(record)["findings"], outcome.record["findings"]) if judged else ((), ())
    told = reasons(part(text), outcome.assessment, (named(rubric), profile), findings)
    if case.confirmation and outcome.total is None and _entered(case.confirmation):
        told.append("Điểm hồ sơ đã nhập vượt mức của khung mới, cần nhập lại")
    return told


def _entered(confirmed: Confirmation) -> dict[str, float]:
    points = {group: getattr(confirmed, column) for group, column in DOSSIER.items()}
    return {group: float(value) for group, value in points.items() if value is not None}


def _content(got: dict[str, Any]) -> float:
    return float(next(group["points"] for group in got["score"]["groups"] if group["id"] == "content"))
