"""What a reviewer does with one agreement: correct findings, decide gates, assign it. All in the caller's transaction.

Each change needs the agreement's ETag, gives it a new one and writes its event; the score is computed from the decisions whenever
it is asked for (`reviewed`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from sqlalchemy.orm import Session

from app.accounts.principal import Role
from app.accounts.repository import AccountRepository
from app.agreements import stages
from app.agreements.access import Asker, opened
from app.agreements.life import Move
from app.agreements.models import Agreement, Assessment
from app.agreements.service import assessment_of
from app.assess import resolve_correction
from app.audit.events import Event
from app.audit.service import record
from app.grading.corrections import CorrectionError, Said
from app.grading.gates import GateCode, GateDecision
from app.grading.profile import Profile
from app.organisations.repository import UnitRepository
from app.problems import Problem
from app.reviews.anchors import Anchor
from app.reviews.models import CorrectionRow, GateRow
from app.reviews.repository import ReviewRepository
from app.reviews.reviewed import NONE, Decisions, Reviewed, decisions_of, review
from app.reviews.schemas import CorrectionIn, GateIn
from app.rubrics import service as rubrics
from app.storage.base import now


@dataclass(frozen=True, slots=True)
class Desk:
    """An agreement with its newest reading and everything decided on it."""

    agreement: Agreement
    assessment: Assessment
    record: dict[str, Any]
    judging: dict[str, Any] | None
    profile: Profile
    decisions: Decisions

    def reviewed(self, more_gates: Sequence[GateDecision] = ()) -> Reviewed:
        return review(
            self.record,
            self.judging,
            self.decisions,
            graded_on=self.assessment.graded_on,
            profile=self.profile,
            more_gates=more_gates,
        )

    @property
    def rubric(self) -> str:
        return f"{self.assessment.rubric_id}@{self.assessment.rubric_version}"


def desk_of(session: Session, agreement: Agreement) -> Desk:
    """Raises Problem: why there is nothing to review (yet)."""
    assessment = assessment_of(session, agreement)
    judging = assessment.reading.judging
    return Desk(
        agreement,
        assessment,
        json.loads(assessment.reading.body),
        json.loads(judging) if judging else None,
        rubrics.find(session, f"{assessment.rubric_id}@{assessment.rubric_version}"),
        decisions_of(session, [agreement.id]).get(agreement.id, NONE),
    )


def correct(session: Session, asker: Asker, agreement_id: str, wanted: CorrectionIn, if_match: str | None) -> Agreement:
    """Record a decision on a finding, or a finding that the machine missed; it takes the place of an earlier one. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.REVIEW, if_match)
    desk = desk_of(session, agreement)
    repository = ReviewRepository(session)
    machine, anchor = _added(desk, wanted) if wanted.action == "add" else _found(desk, wanted)
    span = (anchor.start, anchor.start + len(anchor.exact))
    person = None
    if wanted.action in ("correct", "add"):
        try:
            person = resolve_correction(desk.record, desk.judging, span, wanted.said(), machine)
        except CorrectionError as error:
            raise Problem("correction_invalid", f"Chưa ghi được chỗ sửa: {error}.") from error
        if person == machine:
            raise Problem("correction_invalid", "Chỗ sửa giống hệt đề xuất của máy. Hãy dùng action accept nếu đồng ý.")
    if wanted.finding is not None:
        _end_earlier(session, asker, desk, wanted.finding)
    row = CorrectionRow(
        agreement_id=agreement.id,
        reading_id=desk.assessment.reading_id,
        by_id=asker.person,
        by_name=asker.who.name,
        action=wanted.action,
        anchor=anchor.to_json(),
        machine=machine.to_json() if machine else None,
        person=person.to_json() if person else None,
        reason=wanted.reason,
    )
    repository.add(row)
    stages.touch(agreement)
    _tell(session, asker, agreement, Event.CORRECTION_MADE, None, _told(row), desk.rubric)
    return agreement


def take_back(session: Session, asker: Asker, agreement_id: str, correction_id: str, if_match: str | None) -> Agreement:
    """End a correction: what the machine proposed there stands again. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.REVIEW, if_match)
    row = next((one for one in ReviewRepository(session).corrections([agreement.id]) if one.id == correction_id), None)
    if row is None:
        raise Problem("correction_not_found", f"Thỏa ước này không có chỗ sửa mang mã «{correction_id[:60]}».")
    row.ended_at = now()
    stages.touch(agreement)
    _tell(session, asker, agreement, Event.CORRECTION_REMOVED, _told(row), None, None)
    return agreement


def decide_gate(session: Session, asker: Asker, agreement_id: str, code: str, wanted: GateIn | None, if_match: str | None) -> Agreement:
    """Keep, raise or set aside a gate with a reason; None takes the decision back. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.REVIEW, if_match)
    if code not in get_args(GateCode):
        raise Problem("gate_unknown", f"Không có lý do «{code[:60]}»; được dùng: {', '.join(get_args(GateCode))}.")
    desk = desk_of(session, agreement)
    repository = ReviewRepository(session)
    earlier = next((row for row in desk.decisions.gates if row.code == code), None)
    if wanted is None and earlier is None:
        raise Problem("gate_unknown", "Chưa ai quyết định về lý do này.")
    if wanted is not None and not wanted.stands:
        others = tuple(row for row in desk.decisions.gates if row.code != code)
        raised = replace(desk, decisions=replace(desk.decisions, gates=others)).reviewed().body["not_graded_because"]
        if code not in {gate["code"] for gate in raised}:
            raise Problem("gate_unknown", "Máy không nêu lý do này nên không có gì để gỡ.")
    if earlier is not None:
        earlier.ended_at = now()
    after = None
    if wanted is not None:
        after = {"code": code, "stands": wanted.stands, "reason": wanted.reason}
        repository.add(GateRow(agreement_id=agreement.id, by_id=asker.person, by_name=asker.who.name, **after))
    before = {"code": code, "stands": earlier.stands, "reason": earlier.reason} if earlier else None
    stages.touch(agreement)
    _tell(session, asker, agreement, Event.GATE_DECIDED, before, after, desk.rubric)
    return agreement


def assign(session: Session, asker: Asker, agreement_id: str, account_id: str | None, if_match: str | None) -> Agreement:
    """Give an agreement to an account that reviews its unit ("me": whoever asks), or to nobody. Raises Problem."""
    if account_id is None:
        return stages.assign(session, asker, agreement_id, None, if_match)
    agreement, _ = opened(session, asker, agreement_id, Move.ASSIGN, if_match)
    wanted = asker.person if account_id == "me" else account_id
    accounts = AccountRepository(session)
    account = accounts.get(wanted)
    roots = [grant.unit_id for grant in accounts.grants(account_id=wanted) if grant.role is Role.REVIEWER]
    if account is None or account.disabled_at is not None or not UnitRepository(session).within(agreement.unit_id, roots, asker.on):
        raise Problem("reviewer_unknown", "Không có tài khoản nào như vậy được duyệt thỏa ước của đơn vị này.")
    return stages.assign(session, asker, agreement_id, (account.id, account.name), if_match)


def name_predecessor(
    session: Session, asker: Asker, agreement_id: str, earlier: str | None, relation: str | None, if_match: str | None
) -> Agreement:
    """Say which agreement this one renews or amends. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.REVIEW, if_match)
    stages.name_predecessor(session, asker, agreement, earlier, relation)
    return agreement


def _found(desk: Desk, wanted: CorrectionIn) -> tuple[Said, Anchor]:
    """The machine's finding that is decided on, and its words."""
    findings = desk.record["findings"]
    if wanted.finding is None or wanted.finding >= len(findings):
        raise Problem("correction_invalid", f"Hãy nêu «finding»: số thứ tự phát hiện của máy, từ 0 đến {len(findings) - 1}.")
    finding = findings[wanted.finding]
    return Said.of(finding), Anchor.of(_text(desk), (finding["span"][0], finding["span"][1]), finding["path"])


def _added(desk: Desk, wanted: CorrectionIn) -> tuple[None, Anchor]:
    """The words that a person selected."""
    text = _text(desk)
    if wanted.span is None or wanted.quote is None:
        raise Problem("correction_invalid", "Hãy nêu «span» và «quote»: các chữ được chọn trong điều khoản.")
    start, end = wanted.span
    if text[start:end] != wanted.quote or not wanted.quote.strip():
        raise Problem("correction_invalid", "Các chữ được chọn («quote») không đúng ở vị trí «span» của văn bản. Hãy chọn lại.")
    path = next((clause["path"] for clause in desk.record["clauses"] if clause["span"][0] <= start < clause["span"][1]), "")
    return None, Anchor.of(text, (start, end), path)


def _end_earlier(session: Session, asker: Asker, desk: Desk, finding: int) -> None:
    """A finding has one decision at a time: the newer one ends the older."""
    matched = desk.reviewed().corrected.matched
    for row in desk.decisions.corrections:
        if matched.get(row.id) == finding:
            row.ended_at = now()
            _tell(session, asker, desk.agreement, Event.CORRECTION_REMOVED, _told(row), None, desk.rubric)


def _text(desk: Desk) -> str:
    return "".join(clause["text"] for clause in desk.record["clauses"])


def _told(row: CorrectionRow) -> dict[str, Any]:
    return {
        "correction": row.id,
        "action": row.action,
        "path": row.anchor["path"],
        "machine": row.machine,
        "person": row.person,
        "reason": row.reason,
    }


def _tell(
    session: Session,
    asker: Asker,
    agreement: Agreement,
    event: Event,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    rubric: str | None,
) -> None:
    subject = f"agreement:{agreement.id}"
    record(session, asker.who, event, subject=subject, unit_id=agreement.unit_id, before=before, after=after, rubric=rubric)
