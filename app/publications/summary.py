"""A publication without its clauses: what lists, feeds and tables tell of it. Every `PublicDocument` is a `Summary` as well."""

from __future__ import annotations

from typing import Any, TypedDict


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
