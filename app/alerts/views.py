"""Alerts as they are shown: to programs and in one sentence. Employers, numbers, places and figures; nothing of any worker."""

from __future__ import annotations

from app.alerts.finding import Kind
from app.alerts.repository import Told
from app.alerts.schemas import AlertAgreement, AlertOut, AlertUnit
from app.grading.wording import day as written

_PROMISES_NAMED = 3


def show(told: Told) -> AlertOut:
    alert, agreement, unit = told.alert, told.agreement, told.unit
    return AlertOut(
        id=alert.id,
        kind=alert.kind,  # type: ignore[arg-type]  # the daily run writes these only
        label=Kind(alert.kind).label,
        message=sentence(told),
        agreement=AlertAgreement(
            id=agreement.id, employer=told.employer, number=told.number, stage=agreement.stage, expires_on=agreement.expires_on
        ),
        unit=AlertUnit(id=unit.id, code=unit.code, name=unit.name),
        since=alert.since,
        due_on=alert.due_on,
        raised_on=alert.raised_on,
        details=alert.details,
    )


def sentence(told: Told) -> str:
    alert = told.alert
    number = f" {told.number}" if told.number else ""
    subject = f"Thỏa ước{number} của {told.employer or told.unit.name}"
    match Kind(alert.kind):
        case Kind.EXPIRING:
            return f"{subject} hết hiệu lực ngày {written(alert.due_on)}."
        case Kind.EXPIRED:
            return f"{subject} đã hết hiệu lực từ ngày {written(alert.since)}."
        case Kind.REVIEW_DUE:
            return f"{subject} xác nhận lần cuối ngày {written(alert.details['last'])}, quá hạn rà soát từ ngày {written(alert.due_on)}."
        case Kind.OVERTAKEN:
            promises = alert.details["promises"]
            named = "; ".join(
                f"{one['label']} ({one['clause']}): {one['promised']}, luật từ {written(one['since'])}: {one['law']}"
                for one in promises[:_PROMISES_NAMED]
            )
            more = f"; và {len(promises) - _PROMISES_NAMED} nội dung nữa" if len(promises) > _PROMISES_NAMED else ""
            return f"{subject} có {len(promises)} nội dung đã thấp hơn luật hiện hành: {named}{more}."
        case Kind.PROPOSAL_OPEN:
            letters = [alert.details[name] or "không xếp loại" for name in ("from", "to")]
            return f"{subject} có đề nghị đổi loại {letters[0]} → {letters[1]} chờ người quyết định."
