"""What people do with an agreement as a whole: submit, assign, return, publish, withdraw; and what time does to it.

Each function makes one move of `life.STEPS` in the caller's transaction and writes its event.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.agreements.access import Asker, find, opened
from app.agreements.life import DECIDED, Move, Stage
from app.agreements.models import Agreement, Assessment, Confirmation, ReturnNote, ReviewedAssessment
from app.agreements.repository import AgreementRepository
from app.agreements.schemas import RemarkIn
from app.agreements.service import assessment_of, change
from app.audit.events import Event
from app.audit.service import SYSTEM, Actor, record
from app.problems import Problem
from app.publications import service as publications
from app.storage.base import now

PAGE = 200


def submit(session: Session, asker: Asker, agreement_id: str, note: str | None, if_match: str | None) -> Agreement:
    """Hand a graded draft in. What was returned comes back as a newer file, or with a word on why it stays. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.SUBMIT, if_match)
    assessment_of(session, agreement)
    repository = AgreementRepository(session)
    newest = repository.submissions(agreement.id)[0]
    returned = repository.returns([agreement.id]) if agreement.stage == Stage.RETURNED else []
    if returned and returned[-1].submission_id == newest.id and not note:
        raise Problem("resubmit_unchanged", "Thỏa ước đã bị trả lại. Hãy gửi bản mới, hoặc ghi vì sao giữ nguyên, rồi nộp lại.")
    agreement.submitted_at = now()
    _to(session, asker.who, agreement, step.target, Event.AGREEMENT_SUBMITTED, {"version": newest.number, "note": note})
    return agreement


def recall(session: Session, asker: Asker, agreement_id: str, if_match: str | None) -> Agreement:
    """Take a submission back before anybody reviews it. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.RECALL, if_match)
    agreement.submitted_at = None
    _to(session, asker.who, agreement, step.target, Event.AGREEMENT_RECALLED)
    return agreement


def assign(session: Session, asker: Asker, agreement_id: str, account: tuple[str, str] | None, if_match: str | None) -> Agreement:
    """Give an agreement to a reviewer (id and name of the account), or to nobody. Raises Problem."""
    agreement, _ = opened(session, asker, agreement_id, Move.ASSIGN, if_match)
    before = {"assigned": agreement.assigned_name}
    agreement.assigned_to, agreement.assigned_name = account or (None, None)
    touch(agreement)
    _tell(session, asker.who, agreement, Event.REVIEWER_ASSIGNED, before, {"assigned": agreement.assigned_name})
    return agreement


def start_review(session: Session, asker: Asker, agreement_id: str, if_match: str | None) -> Agreement:
    """Take an agreement into review; a decided one is opened again, and leaves the website until it is published anew. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.START_REVIEW, if_match)
    assessment_of(session, agreement)
    if agreement.assigned_to is None:
        agreement.assigned_to, agreement.assigned_name = asker.person, asker.who.name
    unpublish(session, agreement, "review")
    _to(session, asker.who, agreement, step.target, Event.REVIEW_STARTED, {"assigned": agreement.assigned_name})
    return agreement


def send_back(
    session: Session, asker: Asker, agreement_id: str, message: str | None, remarks: Sequence[RemarkIn], if_match: str | None
) -> Agreement:
    """Return an agreement with remarks by clause. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.RETURN, if_match)
    if not message and not remarks:
        raise Problem("remarks_required", "Hãy ghi ít nhất một nhận xét để đơn vị biết phải sửa gì.")
    record_ = json.loads(assessment_of(session, agreement).body)
    labels = {clause["path"]: clause["label"] for clause in record_["clauses"]}
    unknown = [one.path for one in remarks if one.path is not None and one.path not in labels]
    if unknown:
        raise Problem("clause_not_found", f"Văn bản không có {', '.join(f'«{path}»' for path in unknown[:5])}.")
    repository = AgreementRepository(session)
    kept = [{"path": one.path, "label": labels[one.path] if one.path else None, "text": one.text} for one in remarks]
    submission = repository.submissions(agreement.id)[0]
    note = ReturnNote(
        agreement_id=agreement.id,
        submission_id=submission.id,
        by_id=asker.person,
        by_name=asker.who.name,
        message=message,
        remarks=kept,
    )
    repository.add(note)
    after = {"version": submission.number, "message": message, "remarks": kept}
    _to(session, asker.who, agreement, step.target, Event.AGREEMENT_RETURNED, after)
    return agreement


def publish(session: Session, asker: Asker, agreement_id: str, if_match: str | None) -> Agreement:
    """Offer a confirmed letter to the website. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.PUBLISH, if_match)
    confirmation = AgreementRepository(session).newest_confirmations([agreement.id])[agreement.id]
    publications.publish(session, asker.who, agreement, confirmation, confirmed_body(session, confirmation), asker.on)
    _to(session, asker.who, agreement, step.target, Event.AGREEMENT_PUBLISHED, {"grade": confirmation.grade})
    return agreement


def withdraw(session: Session, asker: Asker, agreement_id: str, reason: str, if_match: str | None) -> Agreement:
    """Take an agreement off the website. Raises Problem."""
    agreement, step = opened(session, asker, agreement_id, Move.WITHDRAW, if_match)
    unpublish(session, agreement, "withdrawn", reason)
    _to(session, asker.who, agreement, step.target, Event.AGREEMENT_WITHDRAWN, {"reason": reason})
    return agreement


def name_predecessor(session: Session, asker: Asker, agreement: Agreement, earlier_id: str | None, relation: str | None) -> None:
    """Say which agreement of the same unit this one renews or amends (None: none). Raises Problem."""
    before = {"supersedes": agreement.supersedes_id, "relation": agreement.relation}
    if earlier_id is None:
        agreement.supersedes_id = agreement.relation = None
    else:
        agreement.supersedes_id, agreement.relation = _predecessor(session, asker, agreement, earlier_id).id, relation or "renewal"
    touch(agreement)
    after = {"supersedes": agreement.supersedes_id, "relation": agreement.relation}
    _tell(session, asker.who, agreement, Event.AGREEMENT_CHANGED, before, after)


def _predecessor(session: Session, asker: Asker, agreement: Agreement, earlier_id: str) -> Agreement:
    earlier = find(session, asker, earlier_id)
    if earlier.unit_id != agreement.unit_id:
        raise Problem("predecessor_invalid", "Thỏa ước trước phải là của cùng đơn vị.")
    repository, seen = AgreementRepository(session), {agreement.id}
    above: Agreement | None = earlier
    while above is not None:
        if above.id in seen:
            raise Problem("predecessor_invalid", "Hai thỏa ước không thể thay lẫn nhau.")
        seen.add(above.id)
        above = repository.get(above.supersedes_id) if above.supersedes_id else None
    return earlier


def pass_time(session: Session, on: date) -> int:
    """Let a day come: terms that are over expire, and what a confirmed successor in force has replaced is superseded.

    Returns how many agreements moved. For a daily job; doing it again changes nothing.
    """
    moved, repository = 0, AgreementRepository(session)
    while overdue := repository.overdue(on, PAGE):
        for agreement in overdue:
            replaced = _replaced(repository, agreement, on)
            if replaced:
                _end(session, SYSTEM, agreement, Stage.SUPERSEDED, Event.AGREEMENT_SUPERSEDED, {"by": replaced})
            else:
                until = {"expires_on": str(agreement.expires_on)}
                _end(session, SYSTEM, agreement, Stage.EXPIRED, Event.AGREEMENT_EXPIRED, until)
            moved += 1
        session.flush()
    return moved


def settle_predecessor(session: Session, agreement: Agreement, on: date) -> None:
    """After a confirmation: the agreement it renews or amends is superseded at once where the new one is in force already."""
    repository = AgreementRepository(session)
    earlier = repository.get(agreement.supersedes_id, lock=True) if agreement.supersedes_id else None
    if earlier is not None and earlier.stage in (*DECIDED, Stage.EXPIRED) and _replaced(repository, earlier, on):
        _end(session, SYSTEM, earlier, Stage.SUPERSEDED, Event.AGREEMENT_SUPERSEDED, {"by": agreement.id})


def confirmed_assessment(session: Session, confirmation: Confirmation) -> Assessment | ReviewedAssessment:
    """The assessment that a confirmation stands on: with the person's corrections, except where it is older than reviews."""
    repository = AgreementRepository(session)
    row = repository.reviewed(confirmation.reviewed_id) if confirmation.reviewed_id else repository.assessment(confirmation.assessment_id)
    if row is None:
        raise LookupError(f"confirmation {confirmation.id} without its assessment")
    return row


def confirmed_body(session: Session, confirmation: Confirmation) -> dict[str, Any]:
    """The same as JSON values (`contract/assessment.md`)."""
    body: dict[str, Any] = json.loads(confirmed_assessment(session, confirmation).body)
    return body


def unpublish(session: Session, agreement: Agreement, because: str, note: str | None = None) -> None:
    """Whatever the website was offered of it is withdrawn. `because` is a key of `publications.REASONS`."""
    if agreement.stage == Stage.PUBLISHED:
        publications.withdraw(session, agreement, because, note)


def touch(agreement: Agreement) -> None:
    """A new revision (and ETag), for a change beside the agreement's own row."""
    change(agreement, agreement.state)


def move_to(agreement: Agreement, stage: Stage | None) -> None:
    """Give an agreement its stage, and with it a new revision."""
    agreement.stage = (stage or Stage(agreement.stage)).value
    touch(agreement)


def _replaced(repository: AgreementRepository, agreement: Agreement, on: date) -> str | None:
    """The id of the confirmed successor that is in force on a day."""
    for later in repository.successors(agreement.id):
        in_force = later.effective_from is None or later.effective_from <= on
        if later.stage in (Stage.CONFIRMED, Stage.PUBLISHED) and in_force:
            return later.id
    return None


def _end(session: Session, actor: Actor, agreement: Agreement, stage: Stage, event: Event, after: dict[str, Any]) -> None:
    unpublish(session, agreement, stage.value)
    before = {"stage": agreement.stage}
    move_to(agreement, stage)
    _tell(session, actor, agreement, event, before, {"stage": stage.value, **after})


def _to(session: Session, who: Any, agreement: Agreement, target: Stage | None, event: Event, after: dict[str, Any] | None = None) -> None:
    before = {"stage": agreement.stage}
    move_to(agreement, target)
    _tell(session, who, agreement, event, before, {"stage": agreement.stage, **(after or {})})


def _tell(session: Session, who: Any, agreement: Agreement, event: Event, before: dict[str, Any], after: dict[str, Any]) -> None:
    record(session, who, event, subject=f"agreement:{agreement.id}", unit_id=agreement.unit_id, before=before, after=after)
