"""A person's decision on an agreement: the letter, over everything that was reviewed. The machine's assessment stays as it is.

What is confirmed is kept whole (`ReviewedAssessment`): later corrections, profiles or engines do not change what was signed.
"""

from __future__ import annotations

import hashlib
from typing import Any, get_args

from sqlalchemy.orm import Session

from app.agreements import stages
from app.agreements.access import Asker, opened
from app.agreements.bodies import stored, to_text
from app.agreements.life import Move
from app.agreements.models import Agreement, Confirmation, ReviewedAssessment
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import ConfirmIn, DossierPoints
from app.audit.events import Event
from app.audit.service import record
from app.grading.gates import GateDecision
from app.grading.profile import GroupId
from app.grading.wording import number
from app.problems import Problem
from app.reviews.reviewed import Reviewed
from app.reviews.service import Desk, desk_of
from app.storage.base import now

DOSSIER: tuple[GroupId, ...] = tuple(group for group in get_args(GroupId) if group != "content")


def confirm(session: Session, asker: Asker, agreement_id: str, decision: ConfirmIn, if_match: str | None) -> Agreement:
    """Confirm a letter, or that there is none. What was published leaves the website until it is published anew. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.CONFIRM, if_match)
    repository = AgreementRepository(session)
    desk = desk_of(session, agreement)
    reviewed = desk.reviewed()
    _settled(reviewed)
    points = _points(desk, reviewed, decision.points)
    total = reviewed.content + sum(points.values()) if len(points) == len(DOSSIER) else None
    computed = None if total is None else desk.profile.letter(total)
    gates = [gate["code"] for gate in reviewed.body["not_graded_because"]]
    _check(decision, reviewed, gates, total, computed)
    cleared = [] if decision.grade is None else gates + [gate["code"] for gate in reviewed.body["gates_cleared"]]
    kept = _kept(asker, desk, decision, gates if decision.grade is not None else [], total, computed)
    repository.add(kept)
    assessment = desk.assessment
    assessment.known_digest = assessment.digest  # from now on a person relies on it
    confirmation = Confirmation(
        agreement_id=agreement.id,
        assessment_id=assessment.id,
        reviewed_id=kept.id,
        confirmed_by=asker.who.name,
        confirmed_by_id=asker.person,
        grade=decision.grade,
        process_points=points.get("process"),
        signing_implementation_points=points.get("signing_implementation"),
        bonus_points=points.get("bonus"),
        total=total,
        computed_grade=computed,
        cleared_gates=cleared,
        reason=decision.reason,
    )
    before = repository.newest_confirmations([agreement.id]).get(agreement.id)
    repository.add(confirmation)
    for proposal in repository.open_proposals([agreement.id]).values():
        proposal.state, proposal.settled_at = "settled", now()
    was = {"stage": agreement.stage, "grade": before.grade if before else None}
    stages.unpublish(session, agreement, "review")
    stages.move_to(agreement, step.target)
    after = {
        "stage": agreement.stage,
        "grade": confirmation.grade,
        "total": total,
        "computed_grade": computed,
        "machine_grade": assessment.grade,
        "assessment": assessment.known_digest,
        "reviewed": kept.digest,
        "corrections": reviewed.body["review"]["corrections"],
        "reason": decision.reason,
    }
    subject = f"agreement:{agreement.id}"
    record(
        session,
        asker.who,
        Event.AGREEMENT_CONFIRMED,
        subject=subject,
        unit_id=agreement.unit_id,
        before=was,
        after=after,
        rubric=desk.rubric,
    )
    session.flush()
    stages.settle_predecessor(session, agreement, asker.on)
    return agreement


def _settled(reviewed: Reviewed) -> None:
    """A correction whose words now bear other figures must be decided again before anybody relies on the result."""
    open_ones = [id for id, place in reviewed.places.items() if place.status == "changed"]
    if open_ones:
        raise Problem(
            "corrections_unsettled",
            f"Có {len(open_ones)} chỗ đã sửa mà con số trong văn bản nay đã khác. Hãy rút lại hoặc quyết định lại từng chỗ.",
            corrections=open_ones,
        )


def _points(desk: Desk, reviewed: Reviewed, entered: DossierPoints | None) -> dict[GroupId, float]:
    """Points of each dossier group: of its items where every one was entered, else as given with the confirmation. Raises Problem."""
    by_item = {group["id"]: group["points"] for group in reviewed.body["score"]["groups"]}
    given = entered.model_dump() if entered else {}
    points: dict[GroupId, float] = {}
    for id in DOSSIER:
        group, known, said = desk.profile.group(id), by_item[id], given.get(id)
        if said is not None and said > group.max:
            limits = ", ".join(f"{one} tối đa {desk.profile.group(one).max:g}" for one in DOSSIER)
            raise Problem("points_invalid", f"Điểm vượt mức của khung điểm: {limits}.")
        if known is not None and said is not None and said != known:
            told = f"Các mục của nhóm «{group.label}» cộng lại {number(known)} điểm, không phải {number(said)}. Hãy sửa từng mục."
            raise Problem("points_invalid", told)
        value = known if known is not None else said
        if value is not None:
            points[id] = float(value)
    return points


def _check(decision: ConfirmIn, reviewed: Reviewed, gates: list[str], total: float | None, computed: str | None) -> None:
    if decision.grade is None:
        below_every_letter = total is not None and computed is None
        if not gates and not below_every_letter and not decision.reason:
            raise Problem("gate_reason_required", "Không còn lý do nào để không xếp loại: hãy ghi lý do của anh/chị.")
        return
    if total is None:
        missing = [
            item["label"]
            for group in reviewed.body["score"]["groups"]
            if group["id"] != "content" and group["points"] is None
            for item in group["items"]
            if item["points"] is None
        ]
        told = "; ".join(missing[:3])
        raise Problem("points_invalid", f"Muốn xếp loại phải nhập đủ điểm hồ sơ, từng mục hoặc cả nhóm. Còn thiếu: {told} …")
    decided = [gate for gate in reviewed.body["not_graded_because"] if gate["decided_by"] == "reviewer"]
    if decided:
        named = ", ".join(gate["code"] for gate in decided)
        raise Problem("gate_stands", f"Người duyệt đã giữ lý do không xếp loại ({named}). Muốn xếp loại phải gỡ từng lý do trước.")
    if gates and not decision.reason:
        named = ", ".join(gates)
        raise Problem("gate_reason_required", f"Máy đề nghị chưa xếp loại ({named}). Muốn xếp loại phải ghi rõ lý do gỡ.", gates=gates)
    if decision.grade != computed and not decision.reason:
        meant = computed or "dưới mức thấp nhất"
        raise Problem("letter_reason_required", f"Tổng điểm cho loại {meant}, anh/chị chọn {decision.grade}. Hãy ghi lý do.")


def _kept(
    asker: Asker, desk: Desk, decision: ConfirmIn, cleared: list[str], total: float | None, computed: str | None
) -> ReviewedAssessment:
    """The assessment as it is confirmed: gates that the reason clears are cleared in it, and it says who confirmed what."""
    more = [GateDecision(code, False, decision.reason or "") for code in cleared]  # type: ignore[arg-type]  # codes of gates that stand
    body: dict[str, Any] = desk.reviewed(more).body
    body["review"] |= {
        "confirmed": {
            "grade": decision.grade,
            "total": total,
            "computed_grade": computed,
            "by": asker.who.name,
            "on": asker.on.isoformat(),
            "reason": decision.reason,
        }
    }
    return ReviewedAssessment(
        agreement_id=desk.agreement.id,
        assessment_id=desk.assessment.id,
        grade=decision.grade,
        total=total,
        stored=stored(body, desk.record, corrected=True),
        digest=hashlib.sha256(to_text(body).encode()).hexdigest(),
    )
