"""Builds the answers of `/api/v1/reviews`: the machine's score beside the person's, where each correction stands, gates, dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta, timezone
from typing import Any

from sqlalchemy.orm import Session

from app.agreements.access import Asker
from app.agreements.bodies import part
from app.agreements.models import Agreement
from app.agreements.views import show as show_agreements
from app.jobs.interface import Jobs
from app.reviews.models import CorrectionRow, DocumentRow
from app.reviews.repository import ReviewRepository
from app.reviews.reviewed import Reviewed
from app.reviews.schemas import CorrectionOut, DocumentOut, DossierItemOut, GateOut, QueueItem, ReviewOut, Standing
from app.reviews.service import Desk, desk_of

VIETNAM = timezone(timedelta(hours=7))


def show(session: Session, jobs: Jobs, asker: Asker, agreement: Agreement) -> ReviewOut:
    """Raises Problem: why there is nothing to review (yet)."""
    desk = desk_of(session, agreement)
    reviewed = desk.reviewed()
    [shown] = show_agreements(session, jobs, asker, [agreement])
    path = f"/api/v1/reviews/{agreement.id}"
    return ReviewOut(
        agreement=shown,
        rubric=desk.rubric,
        machine=_standing(part(desk.assessment.stored)),
        person=_standing(reviewed.body),
        corrections=[_correction(desk, reviewed, row) for row in desk.decisions.corrections],
        gates=_gates(desk, reviewed.body),
        dossier=_dossier(desk, ReviewRepository(session).documents(agreement.id)),
        links={"self": path, "assessment": f"{path}/assessment", "machine": shown.links.assessment},
    )


def show_queue(session: Session, jobs: Jobs, asker: Asker, agreements: list[Agreement]) -> list[QueueItem]:
    """A page of the queue, in the order given."""
    items = []
    for agreement, shown in zip(agreements, show_agreements(session, jobs, asker, agreements), strict=True):
        waiting = (asker.on - agreement.submitted_at.astimezone(VIETNAM).date()).days if agreement.submitted_at else None
        items.append(
            QueueItem(
                agreement=shown,
                waiting_days=waiting,
                expires_on=agreement.expires_on,
                confidence=agreement.confidence,
                unlawful=agreement.unlawful,
            )
        )
    return items


def show_document(row: DocumentRow) -> DocumentOut:
    return DocumentOut(
        id=row.id,
        filename=row.filename,
        size=row.file.size,
        media_type=row.file.media_type,
        sha256=row.file_sha256,
        by=row.by_name,
        at=row.created_at,
        href=f"/api/v1/reviews/{row.agreement_id}/documents/{row.id}",
    )


def _standing(body: Mapping[str, Any]) -> Standing:
    low, high = body["grade_range"]
    return Standing(
        content_points=next(group["points"] for group in body["score"]["groups"] if group["id"] == "content"),
        total=body["score"]["total"],
        grade=body["grade"],
        would_be_grade=body["would_be_grade"],
        grade_range=(low, high),
    )


def _correction(desk: Desk, reviewed: Reviewed, row: CorrectionRow) -> CorrectionOut:
    place = reviewed.places[row.id]
    clause = None
    if place.span is not None:
        clause = next((one for one in desk.record["clauses"] if one["span"][0] <= place.span[0] < one["span"][1]), None)
    return CorrectionOut(
        id=row.id,
        action=row.action,  # type: ignore[arg-type]  # one of the four
        status=place.status,
        finding=reviewed.corrected.matched.get(row.id),
        path=clause["path"] if clause else row.anchor["path"],
        label=clause["label"] if clause else None,
        quote=row.anchor["exact"],
        span=place.span,
        found=_words(desk, place.span),
        machine=row.machine,  # type: ignore[arg-type]  # pydantic reads the dictionary
        person=row.person,  # type: ignore[arg-type]
        reason=row.reason,
        by=row.by_name,
        at=row.created_at,
    )


def _words(desk: Desk, span: tuple[int, int] | None) -> str | None:
    if span is None:
        return None
    text = "".join(clause["text"] for clause in desk.record["clauses"])
    return text[span[0] : span[1]]


def _gates(desk: Desk, body: Mapping[str, Any]) -> list[GateOut]:
    by = {row.code: row.by_name for row in desk.decisions.gates}
    return [
        GateOut(
            code=gate["code"],
            message=gate["message"],
            stands=stands,
            decided_by=gate["decided_by"],
            reason=gate.get("reason"),
            by=by.get(gate["code"]) if gate["decided_by"] == "reviewer" else None,
        )
        for stands, gates in ((True, body["not_graded_because"]), (False, body["gates_cleared"]))
        for gate in gates
    ]


def _dossier(desk: Desk, documents: Sequence[DocumentRow]) -> list[DossierItemOut]:
    entries = {row.item: row for row in desk.decisions.entries}
    items = []
    for item in desk.profile.items:
        if item.earn is not None:
            continue
        entry = entries.get(item.id)
        items.append(
            DossierItemOut(
                item=item.id,
                group=item.group,
                label=item.label,
                max_points=item.max,
                evidence=item.evidence,
                points=entry.points if entry else None,
                state=entry.state if entry else None,  # type: ignore[arg-type]  # one of the three
                document=entry.document or None if entry else None,
                by=entry.by_name if entry else None,
                documents=[show_document(row) for row in documents if row.item == item.id],
            )
        )
    return items


def key_to_json(value: Any) -> Any:
    """The value a page of the queue is ordered by, for its cursor."""
    return value.isoformat() if isinstance(value, date) else value
