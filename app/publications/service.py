"""Publishing, changing and withdrawing. Every function works in the caller's transaction.

A publication shows the release that a publisher approved and nothing else of the agreement: redacted clauses, figures, catalogue
labels. It is withdrawn by a person, on the day its term ends, or when a later decision takes away what it was published for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.principal import Principal
from app.agreements.bodies import to_text
from app.agreements.models import Agreement, Confirmation
from app.agreements.repository import AgreementRepository
from app.grading.catalogue import load_catalogue
from app.grading.wording import amount
from app.organisations.repository import UnitRepository
from app.problems import Problem
from app.publications.document import SCHEMA, PublicClause, PublicDocument, plain_text
from app.publications.models import Publication, PublicationText, PublicationValue, PublicClauseRow
from app.publications.policy import load_policy, objections, open_gates
from app.publications.repository import PublicationRepository
from app.publications.summary import summary_of
from app.publications.words import folded, normal
from app.releases import service as releases
from app.releases.reading import ApprovedText
from app.storage.base import new_id, now
from app.webhooks import service as webhooks

REASONS = {
    "withdrawn": "Liên đoàn đã gỡ",
    "expired": "Thỏa ước đã hết hiệu lực",
    "superseded": "Thỏa ước đã được thay bằng bản mới",
    "review": "Thỏa ước đang được xem xét lại",
}

# What a webhook tells of a publication; the rest it fetches.
TOLD: Final = (
    "id", "title", "employer", "unit", "number", "province", "sector", "signed_on", "expires_on", "grade", "published_at", "changed_at",
)  # fmt: skip


def publish(
    session: Session, who: Principal, agreement: Agreement, confirmation: Confirmation, body: Mapping[str, Any], on: date
) -> Publication:
    """Put the approved release of a confirmed agreement on the feed. `body` is the assessment that was confirmed.

    Raises Problem: every reason why it may not be published.
    """
    unit = UnitRepository(session).get(agreement.unit_id)
    if unit is None:
        raise LookupError(f"no unit {agreement.unit_id}")
    read = body["agreement"]
    province = agreement.province or unit.province or read["province"]
    expires_on = _day(read.get("in_force_until") or read["expires_on"])
    against = objections(load_policy(), confirmation.grade, province, expires_on, open_gates(body, confirmation.cleared_gates), on)
    if against or confirmation.grade is None:
        raise Problem("not_publishable", "Chưa công bố được: " + "; ".join(against) + ".", objections=against)
    submission = AgreementRepository(session).newest_submissions([agreement.id])[agreement.id]
    release = releases.of_submission(session, submission.id, lock=True)
    clauses, text = releases.approved(release, submission.file_sha256)
    repository = PublicationRepository(session)
    row = repository.of_agreement(agreement.id)
    event = webhooks.PUBLISHED if row is None or row.withdrawn_at is not None else webhooks.CHANGED
    if row is None:
        row = Publication(id=new_id(), agreement_id=agreement.id, published_at=now())
    elif row.withdrawn_at is not None:
        row.published_at = now()
    row.confirmation_id, row.release_id, row.unit_id = confirmation.id, release.id, agreement.unit_id
    row.published_by, row.withdrawn_at, row.withdrawn_because, row.withdrawn_note = who.id, None, None, None
    row.grade, row.rubric = confirmation.grade, {key: body["rubric"][key] for key in ("id", "version", "status")}
    row.title = read["title"] or "Thỏa ước lao động tập thể"
    row.employer, row.number = agreement.employer or unit.employer or read["employer"], agreement.number or read["number"]
    row.unit_name, row.province, row.area = unit.name, province, unit.commune
    row.sector, row.ownership = agreement.sector or unit.sector, agreement.ownership or unit.ownership
    row.signed_on, row.effective_from, row.expires_on = _day(read["signed_on"]), _day(read["effective_from"]), expires_on
    row.better_firm, row.better_provisions = body["better_provisions"]["firm"], better_provisions(body)
    promises = _promises(body, text)
    row.changed_at = repository.tick()
    document = _document(row, clauses, promises, release.legal_ground)
    row.body = to_text(document)
    row.digest = hashlib.sha256(row.body.encode()).hexdigest()
    repository.add(row)
    words = normal(" ".join([row.title, row.employer or "", row.number or "", plain_text(document)]))
    index: list[PublicationValue | PublicClauseRow | PublicationText] = [*_values(row, body), *_clause_rows(row, promises)]
    repository.replace_index(row.id, [*index, PublicationText(publication_id=row.id, exact=words, folded=folded(words))])
    webhooks.notify(session, event, row.id, row.unit_id, {name: summary_of(row)[name] for name in TOLD})
    return row


def withdraw(session: Session, agreement: Agreement, because: str, note: str | None = None) -> None:
    """Take an agreement off the feed; its tombstone stays. Nothing where it is not shown. `because` is a key of `REASONS`."""
    repository = PublicationRepository(session)
    row = repository.of_agreement(agreement.id)
    if row is None or row.withdrawn_at is not None:
        return
    row.withdrawn_at, row.withdrawn_because, row.withdrawn_note = now(), because, note
    row.changed_at = repository.tick()
    repository.replace_index(row.id, [])
    told = {"id": row.id, "because": because, "because_label": REASONS[because], "changed_at": row.changed_at.isoformat()}
    webhooks.notify(session, webhooks.WITHDRAWN, row.id, row.unit_id, told)


def better_provisions(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The distinct firm better promises of an assessment, in the catalogue's order.

    A provision promised with a figure in one place and by name in another is listed with its figures only.
    """
    catalogue = load_catalogue()
    order = {id: place for place, id in enumerate(catalogue.provisions)}
    found: dict[tuple[str, float | None, str | None], dict[str, Any]] = {}
    for one in _better(body):
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


def _better(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = load_catalogue().provisions
    return [
        one
        for one in body["findings"]
        if one["verdict"] == "better" and not one["superseded_by"] and not one["unlawful"] and one["provision"] in known
    ]


def _promises(body: Mapping[str, Any], text: ApprovedText) -> list[dict[str, Any]]:
    """Each better promise with its clause and its redacted words."""
    labels = {clause["path"]: clause["label"] for clause in body["clauses"]}
    return [
        {
            "provision": one["provision"],
            "amount": one["amount"],
            "unit": one["unit"],
            "path": one["path"],
            "label": labels.get(one["path"], one["path"]),
            "quote": text.piece(*one["span"]),
        }
        for one in _better(body)
    ]


def _values(row: Publication, body: Mapping[str, Any]) -> list[PublicationValue]:
    """One row per provision: its best figure in the provision's first unit."""
    catalogue = load_catalogue()
    best: dict[str, float | None] = {}
    for one in _better(body):
        provision = catalogue.provisions[one["provision"]]
        figure = one["amount"] if one["unit"] == provision.units[0] else None
        known = best.setdefault(provision.id, figure)
        if known is not None and figure is not None:
            best[provision.id] = min(known, figure) if provision.better == "lower" else max(known, figure)
        elif figure is not None:
            best[provision.id] = figure
    return [PublicationValue(publication_id=row.id, provision=id, topic=catalogue.topic(id), amount=figure) for id, figure in best.items()]


def _clause_rows(row: Publication, promises: list[dict[str, Any]]) -> list[PublicClauseRow]:
    out = []
    for one in promises:
        words = normal(one["quote"])
        out.append(PublicClauseRow(publication_id=row.id, **one, exact=words, folded=folded(words)))
    return out


def _document(row: Publication, clauses: list[PublicClause], promises: list[dict[str, Any]], legal_ground: str | None) -> PublicDocument:
    quotes: dict[tuple[str, float | None, str | None], dict[str, Any]] = {}
    for one in promises:
        quotes.setdefault((one["provision"], one["amount"], one["unit"]), one)
    better = []
    for one in row.better_provisions:
        said = quotes.get((one["provision"], one["amount"], one["unit"]))
        better.append(one | ({"path": said["path"], "clause": said["label"], "quote": said["quote"]} if said else {}))
    return {
        "schema": SCHEMA,
        "id": row.id,
        "title": row.title,
        "number": row.number,
        "employer": row.employer,
        "unit": row.unit_name,
        "province": row.province,
        "area": row.area,
        "sector": row.sector,
        "ownership": row.ownership,
        "signed_on": _iso(row.signed_on),
        "effective_from": _iso(row.effective_from),
        "expires_on": _iso(row.expires_on),
        "grade": row.grade,
        "rubric": row.rubric,
        "better_firm": row.better_firm,
        "better_provisions": better,
        "clauses": clauses,
        "legal_ground": legal_ground,
        "published_at": row.published_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
