"""A publication without its clauses: what lists, feeds and tables tell of it. Every `PublicDocument` is a `Summary` as well."""

from __future__ import annotations

from typing import Any, TypedDict

from app.publications.models import Publication


class Summary(TypedDict):
    """The keys of `document.PublicDocument` that a list needs; dates are ISO days, moments ISO in UTC."""

    id: str
    title: str
    number: str | None
    employer: str | None
    unit: str | None
    province: str | None
    area: str | None
    sector: str | None
    ownership: str | None
    signed_on: str | None
    effective_from: str | None
    expires_on: str | None
    grade: str
    rubric: dict[str, Any]
    better_firm: int
    better_provisions: list[dict[str, Any]]
    published_at: str
    changed_at: str


def summary_of(row: Publication) -> Summary:
    """The same of a stored publication, without reading its body."""
    return {
        "id": row.id,
        "title": row.title,
        "number": row.number,
        "employer": row.employer,
        "unit": row.unit_name,
        "province": row.province,
        "area": row.area,
        "sector": row.sector,
        "ownership": row.ownership,
        "signed_on": row.signed_on.isoformat() if row.signed_on else None,
        "effective_from": row.effective_from.isoformat() if row.effective_from else None,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "grade": row.grade,
        "rubric": row.rubric,
        "better_firm": row.better_firm,
        "better_provisions": row.better_provisions,
        "published_at": row.published_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
    }
