"""An agreement as it stands after a person's decisions, computed from the machine's reading each time: nothing of the machine's changes.

Pure but for `decisions_of`, which loads the decisions: a record, what judging kept of it and the decisions give the corrected record,
its score and where every correction stands by now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.assess import correct_reading, score_reading
from app.grading.corrections import Corrected, Correction, Said
from app.grading.gates import GateDecision
from app.grading.profile import Profile
from app.grading.score import DossierEntry
from app.reviews.anchors import Anchor, Haystack, Place
from app.reviews.models import CorrectionRow, EntryRow, GateRow
from app.reviews.repository import ReviewRepository

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything that people decided on one agreement and that stands."""

    corrections: tuple[CorrectionRow, ...] = ()
    gates: tuple[GateRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.corrections or self.gates or self.entries)


NONE = Decisions()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`body` is an assessment (`contract/assessment.md`) whose findings say `by` whom they are; `places` where each correction stands."""

    body: Json
    corrected: Corrected
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def content(self) -> float:
        return float(next(group["points"] for group in self.body["score"]["groups"] if group["id"] == "content"))


def decisions_of(session: Session, agreement_ids: Sequence[str]) -> dict[str, Decisions]:
    """The decisions by agreement, three queries for however many; agreements without any are left out."""
    repository = ReviewRepository(session)
    corrections: dict[str, list[CorrectionRow]] = {}
    gates: dict[str, list[GateRow]] = {}
    entries: dict[str, list[EntryRow]] = {}
    for correction in repository.corrections(agreement_ids):
        corrections.setdefault(correction.agreement_id, []).append(correction)
    for gate in repository.gates(agreement_ids):
        gates.setdefault(gate.agreement_id, []).append(gate)
    for entry in repository.entries(agreement_ids):
        entries.setdefault(entry.agreement_id, []).append(entry)
    known = {*corrections, *gates, *entries}
    return {one: Decisions(tuple(corrections.get(one, ())), tuple(gates.get(one, ())), tuple(entries.get(one, ()))) for one in known}


def review(
    record: Mapping[str, Any],
    judging: Mapping[str, Any] | None,
    decisions: Decisions,
    *,
    graded_on: date,
    profile: Profile,
    more_gates: Sequence[GateDecision] = (),
) -> Reviewed:
    """Apply the decisions to a record and score it. Dossier entries of items that the profile does not have count nothing."""
    places = placed(record, decisions.corrections)
    standing = [_correction(row, places[row.id]) for row in decisions.corrections if places[row.id].status == "held"]
    corrected = correct_reading(record, judging, standing)
    gates = [GateDecision(row.code, row.stands, row.reason) for row in decisions.gates]  # type: ignore[arg-type]  # checked when stored
    body = score_reading(
        corrected.record,
        graded_on=graded_on,
        profile=profile,
        dossier=_dossier(decisions.entries, profile),
        decisions=[*gates, *more_gates],
    )
    body["rejected"] = list(corrected.rejected)
    body["review"] = {"corrections": _counts(decisions.corrections, places)}
    return Reviewed(_told_by(body), corrected, places)


def placed(record: Mapping[str, Any], rows: Sequence[CorrectionRow]) -> dict[str, Place]:
    """Where the words of each correction stand in a record's text."""
    if not rows:
        return {}
    clauses = record["clauses"]
    text = "".join(clause["text"] for clause in clauses)
    haystack = Haystack(text, [(clause["path"], *clause["span"]) for clause in clauses])
    return {row.id: haystack.find(Anchor.read(row.anchor)) for row in rows}


def said(data: Mapping[str, Any] | None) -> Said | None:
    return Said(**data) if data is not None else None


def _correction(row: CorrectionRow, place: Place) -> Correction:
    assert place.span is not None
    return Correction(row.id, row.action, place.span, said(row.machine), said(row.person), row.by_name, row.reason)  # type: ignore[arg-type]


def _dossier(rows: Sequence[EntryRow], profile: Profile) -> dict[str, DossierEntry]:
    """The entries that the profile knows and allows: another profile may have other items and other maxima."""
    known = {item.id: item for item in profile.items if item.earn is None}
    return {
        row.item: DossierEntry(row.points, row.document, row.state)  # type: ignore[arg-type]  # one of the three
        for row in rows
        if row.item in known and row.points <= known[row.item].max and row.points % profile.step == 0
    }


def _counts(rows: Sequence[CorrectionRow], places: Mapping[str, Place]) -> dict[str, int]:
    counted = Counter(row.action if places[row.id].status == "held" else places[row.id].status for row in rows)
    return {name: counted[name] for name in ("accept", "correct", "reject", "add", "changed", "lost")}


def _told_by(body: Json) -> Json:
    """Say of every item of the score whether its points are the machine's or rest on a person's word."""
    findings = body["findings"]
    for group in body["score"]["groups"]:
        for item in group["items"]:
            if group["id"] == "content":
                item["by"] = findings[item["findings"][0]]["by"] if item["findings"] else "machine"
            else:
                item["by"] = "person" if item["points"] is not None else None
    return body
