"""A person's decision on an agreement: the letter, with the dossier's points, over the machine's assessment that stays as it is."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from app.agreements import stages
from app.agreements.access import Asker, opened
from app.agreements.life import Move
from app.agreements.models import Agreement, Confirmation
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import ConfirmIn, DossierPoints
from app.agreements.service import assessment_of
from app.audit.events import Event
from app.audit.service import record
from app.problems import Problem
from app.rubrics import service as rubrics
from app.storage.base import now


def confirm(session: Session, asker: Asker, agreement_id: str, decision: ConfirmIn, if_match: str | None) -> Agreement:
    """Confirm a letter, or that there is none. What was published leaves the website until it is published anew. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.CONFIRM, if_match)
    repository = AgreementRepository(session)
    assessment = assessment_of(session, agreement)
    body: dict[str, Any] = json.loads(assessment.body)
    assessment.known_digest = assessment.digest  # from now on a person relies on it
    rubric = f"{assessment.rubric_id}@{assessment.rubric_version}"
    profile = rubrics.find(session, rubric)
    total = _total(body, decision.points)
    computed = None if total is None else profile.letter(total)
    gates = [gate["code"] for gate in body["not_graded_because"]]
    _check_decision(decision, gates, computed)
    points = decision.points
    confirmation = Confirmation(
        agreement_id=agreement.id,
        assessment_id=assessment.id,
        confirmed_by=asker.who.name,
        confirmed_by_id=asker.person,
        grade=decision.grade,
        process_points=points.process if points else None,
        signing_implementation_points=points.signing_implementation if points else None,
        bonus_points=points.bonus if points else None,
        total=total,
        computed_grade=computed,
        cleared_gates=gates if decision.grade is not None else [],
        reason=decision.reason,
    )
    before = repository.newest_confirmations([agreement.id]).get(agreement.id)
    repository.add(confirmation)
    for proposal in repository.open_proposals([agreement.id]).values():
        proposal.state, proposal.settled_at = "settled", now()
    was = {"stage": agreement.stage, "grade": before.grade if before else None}
    stages.unpublish(session, agreement, "review")
    stages.move_to(agreement, step.target)
    record(
        session,
        asker.who,
        Event.AGREEMENT_CONFIRMED,
        subject=f"agreement:{agreement.id}",
        unit_id=agreement.unit_id,
        before=was,
        after={
            "stage": agreement.stage,
            "grade": confirmation.grade,
            "total": total,
            "computed_grade": computed,
            "machine_grade": assessment.grade,
            "assessment": assessment.known_digest,
            "reason": decision.reason,
        },
        rubric=rubric,
    )
    session.flush()
    stages.settle_predecessor(session, agreement, asker.on)
    return agreement


def _check_decision(decision: ConfirmIn, gates: list[str], computed: str | None) -> None:
    if decision.grade is None:
        below_every_letter = decision.points is not None and computed is None
        if not gates and not below_every_letter and not decision.reason:
            raise Problem("gate_reason_required", "Máy không thấy lý do nào để không xếp loại: hãy ghi lý do của anh/chị.")
        return
    if decision.points is None:
        raise Problem("points_invalid", "Muốn xếp loại phải nhập đủ điểm quy trình, ký kết – thực hiện và điểm thưởng.")
    if gates and not decision.reason:
        named = ", ".join(gates)
        raise Problem(
            "gate_reason_required",
            f"Máy đề nghị chưa xếp loại ({named}). Muốn xếp loại phải ghi rõ lý do gỡ.",
            gates=gates,
        )
    if decision.grade != computed and not decision.reason:
        meant = computed or "dưới mức thấp nhất"
        raise Problem("letter_reason_required", f"Tổng điểm cho loại {meant}, anh/chị chọn {decision.grade}. Hãy ghi lý do.")


def _total(body: dict[str, Any], points: DossierPoints | None) -> float | None:
    """Content points of the assessment plus the dossier's, each within its group's maximum. Raises Problem."""
    if points is None:
        return None
    groups = {group["id"]: group for group in body["score"]["groups"]}
    entered = points.model_dump()
    over = [groups[id] for id, value in entered.items() if value > groups[id]["max_points"]]
    if over:
        limits = ", ".join(f"{group['id']} tối đa {group['max_points']:g}" for group in over)
        raise Problem("points_invalid", f"Điểm vượt mức của khung điểm: {limits}.")
    return float(groups["content"]["points"] + sum(entered.values()))
