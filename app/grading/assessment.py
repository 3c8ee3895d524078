"""The assessment: the one JSON object that grading a document returns (`contract/assessment.md`, schema thuoc.assessment/1).

Reads a record of a reading (`app.grading.record`) and a `Profile`; writes plain JSON values. No clock, no randomness, no setting:
the same record, profile, day, dossier and decisions give the same object, key for key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.grading.catalogue import Catalogue
from app.grading.found import Found, from_json
from app.grading.gates import Facts, Gate, GateDecision, decide, propose
from app.grading.profile import Grade, Profile
from app.grading.record import labels
from app.grading.score import DossierEntry, GroupScore, ItemScore, Score, band_words, score
from app.structure.agreement import Signatory

SCHEMA = "thuoc.assessment/1"


@dataclass(frozen=True, slots=True)
class Graded:
    """Everything the letter rests on; `letter` is what the points mean, `grade` what stands after the gates."""

    findings: tuple[Found, ...]
    score: Score
    gates: tuple[Gate, ...]
    cleared: tuple[Gate, ...]
    letter: Grade | None
    lowest: Grade | None
    highest: Grade | None

    @property
    def complete(self) -> bool:
        return self.score.total is not None

    @property
    def grade(self) -> Grade | None:
        return None if self.gates else self.letter


def grade(
    record: Mapping[str, Any],
    profile: Profile,
    catalogue: Catalogue,
    *,
    graded_on: date,
    dossier: Mapping[str, DossierEntry] | None = None,
    decisions: Sequence[GateDecision] = (),
) -> Graded:
    """Score the findings of a record and put the gates before the letter. Raises DossierError."""
    names = labels(record)
    findings = tuple(from_json(one, names) for one in record["findings"])
    points = score(profile, findings, dossier)
    proposed = propose(profile, catalogue, findings, _facts(record), graded_on)
    gates, cleared = decide(proposed, decisions)
    return Graded(findings, points, gates, cleared, *letters(profile, points))


def letters(profile: Profile, points: Score) -> tuple[Grade | None, Grade | None, Grade | None]:
    """(letter, lowest, highest): the letter of the total or of the content scaled to 100, and what missing points still allow."""
    items = [one for group in points.groups for one in group.items]
    known = sum(one.points or 0.0 for one in items)
    missing = sum(one.max_points for one in items if one.points is None)
    lowest, highest = profile.letter(known), profile.letter(known + missing)
    if points.total is not None:
        return profile.letter(points.total), lowest, highest
    return profile.letter(points.content, profile.group("content").max), lowest, highest


def assessment(
    record: Mapping[str, Any],
    profile: Profile,
    catalogue: Catalogue,
    *,
    graded_on: date,
    dossier: Mapping[str, DossierEntry] | None = None,
    decisions: Sequence[GateDecision] = (),
) -> dict[str, Any]:
    """The assessment of a record by a profile on a day, as JSON values. Raises DossierError."""
    graded = grade(record, profile, catalogue, graded_on=graded_on, dossier=dossier, decisions=decisions)
    return to_json(record, profile, graded, graded_on)


def to_json(record: Mapping[str, Any], profile: Profile, graded: Graded, graded_on: date) -> dict[str, Any]:
    """The JSON form of a grading."""
    firm = {found.provision for found in graded.findings if found.counts}
    quantified = {found.provision for found in graded.findings if found.counts and found.amount is not None}
    earned = graded.score.finding_points()
    return {
        "schema": SCHEMA,
        "source": record["source"],
        "agreement": record["agreement"],
        "articles": record["articles"],
        "clauses": record["clauses"],
        "findings": [{**one, "points": earned.get(index, 0.0)} for index, one in enumerate(record["findings"])],
        "better_provisions": {"firm": len(firm), "quantified": len(quantified)},
        "score": {
            "groups": [_group(one, graded.score) for one in graded.score.groups],
            "total": graded.score.total,
        },
        "grade": graded.grade,
        "grade_basis": "complete" if graded.complete else "content_only",
        "grade_range": [graded.lowest, graded.highest],
        "not_graded_because": [_gate(one) for one in graded.gates],
        "gates_cleared": [_gate(one) for one in graded.cleared],
        "would_be_grade": graded.letter,
        "graded_on": graded_on.isoformat(),
        "law_as_of": record["law_as_of"],
        "overtaken": [one for one in record["overtaken"] if one["since"] <= graded_on.isoformat()],
        "copy_of_law": record["copy_of_law"],
        "rubric": {
            "id": profile.id,
            "version": profile.version,
            "status": profile.status,
            "federation": profile.federation,
            "basis": profile.basis,
            "note": profile.note,
        },
        "engine": record["engine"],
    }


def _facts(record: Mapping[str, Any]) -> Facts:
    until = record["agreement"].get("in_force_until")
    return Facts(
        expires_on=date.fromisoformat(until) if until else None,
        signatories=tuple(Signatory(one["side"], one["office"], "") for one in record["signatories"]),
        articles=len(record["articles"]),
        warnings=tuple(one["code"] for one in record["source"]["warnings"]),
        copied_share=record["copy_of_law"]["share"],
        copied_clauses=len(record["copy_of_law"]["clauses"]),
    )


def _group(group: GroupScore, points: Score) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": group.group.id,
        "label": group.group.label,
        "points": group.points,
        "max_points": group.group.max,
        "items": [_item(one) for one in group.items],
    }
    if group.group.id == "content":
        data["topics"] = [
            {
                "id": one.topic.id,
                "label": one.topic.label,
                "earned": one.earned,
                "points": one.points,
                "max_points": one.topic.max,
            }
            for one in points.topics
        ]
    return data


def _item(one: ItemScore) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": one.item.id,
        "label": one.item.label,
        "points": one.points,
        "max_points": one.max_points,
        "findings": list(one.findings),
        "why": one.why,
    }
    if one.item.earn:
        data |= {"topic": one.item.topic, "provision": one.item.earn.provision, "earned": one.earned}
        data["band"] = band_words(one.band) if one.band else None
    else:
        data |= {
            "evidence": one.item.evidence,
            "document": one.entry.document if one.entry else None,
            "state": one.entry.state if one.entry else None,
        }
    return data


def _gate(gate: Gate) -> dict[str, Any]:
    data: dict[str, Any] = {
        "code": gate.code,
        "message": gate.message,
        "findings": list(gate.findings),
        "decided_by": gate.decided_by,
    }
    return data | ({"reason": gate.reason} if gate.reason else {})
