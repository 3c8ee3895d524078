"""What of a confirmed agreement the website may read: its letter, its parties' company, and what it promises beyond the law.

Only figures and catalogue labels leave, no sentence of the agreement: its words may name people.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.agreements.models import Agreement, Confirmation
from app.grading.catalogue import load_catalogue
from app.grading.wording import amount
from app.publications.models import Publication
from app.publications.repository import PublicationRepository
from app.storage.base import now

LETTERS = ("A", "B", "C")


def follow(session: Session, agreement: Agreement, confirmation: Confirmation, body: dict[str, Any]) -> None:
    """Offer the confirmed letter of an agreement to the website, or offer it anew after a change."""
    assert confirmation.grade is not None, "published without a letter"
    repository = PublicationRepository(session)
    row = repository.of_agreement(agreement.id)
    read = body["agreement"]
    provisions = better_provisions(body)
    values = {
        "confirmation_id": confirmation.id,
        "grade": confirmation.grade,
        "employer": agreement.employer or read["employer"],
        "number": agreement.number or read["number"],
        "province": agreement.province or read["province"],
        "sector": agreement.sector,
        "ownership": agreement.ownership,
        "signed_on": _day(read["signed_on"]),
        "effective_from": _day(read["effective_from"]),
        "expires_on": _day(read.get("in_force_until") or read["expires_on"]),
        "better_firm": body["better_provisions"]["firm"],
        "better_provisions": provisions,
        "rubric": {key: body["rubric"][key] for key in ("id", "version", "status")},
    }
    if row is None:
        repository.add(Publication(agreement_id=agreement.id, **values))
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.withdrawn_at = None
    row.changed_at = now()


def withdraw(session: Session, agreement: Agreement) -> None:
    """Take an agreement off the website; its row stays with the day."""
    row = PublicationRepository(session).of_agreement(agreement.id)
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = row.changed_at = now()


def better_provisions(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The distinct firm better promises of an assessment, in the catalogue's order.

    A provision promised with a figure in one place and by name in another is listed with its figures only.
    """
    catalogue = load_catalogue()
    order = {id: place for place, id in enumerate(catalogue.provisions)}
    found: dict[tuple[str, float | None, str | None], dict[str, Any]] = {}
    for one in body["findings"]:
        if one["verdict"] != "better" or one["superseded_by"] or one["unlawful"] or one["provision"] not in order:
            continue
        topic = catalogue.topic(one["provision"])
        found.setdefault(
            (one["provision"], one["amount"], one["unit"]),
            {
                "provision": one["provision"],
                "label": catalogue.label(one["provision"]),
                "topic": topic,
                "topic_label": catalogue.topics.get(topic or "", ""),
                "amount": one["amount"],
                "unit": one["unit"],
                "amount_label": amount(one["amount"], one["unit"]),
            },
        )
    figured = {provision for provision, figure, _ in found if figure is not None}
    told = [one for one in found.values() if one["amount"] is not None or one["provision"] not in figured]
    return sorted(told, key=lambda one: (order[one["provision"]], one["amount"] or 0))


def page(session: Session, on: date, grade_at_least: str, province: str | None, limit: int, before: str | None) -> list[Publication]:
    """Publications of at least this letter that are in force on `on`."""
    grades = list(LETTERS[: LETTERS.index(grade_at_least) + 1])
    return PublicationRepository(session).page(on, grades, province, limit, before)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
