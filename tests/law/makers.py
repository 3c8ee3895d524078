"""Small agreements and promises for the law room's tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.provisions.promise import Promise
from app.provisions.quantity import Quantity
from app.reading.document import DocumentBuilder
from app.structure.agreement import Agreement, Clause, Kind, Metadata


def agreement(*texts: str, **metadata: Any) -> Agreement:
    """An agreement of one clause a text: Điều 1, Điều 2 …"""
    builder = DocumentBuilder()
    for text in texts:
        builder.paragraph(text)
    document = builder.build(method="docx", media_type="text/plain", pages=1, sha256="0" * 64)
    clauses = tuple(
        Clause(str(i + 1), "article", f"Điều {i + 1}", str(i + 1), "", None, line.start, line.end, line.start, 1, (i,))
        for i, line in enumerate(document.lines)
    )
    return Agreement(document, clauses, Metadata(**metadata), Kind(True))


def promise(
    of: Agreement,
    provision: str | None,
    amount: float | None = None,
    unit: str | None = None,
    *,
    clause: int = 0,
    words: str = "",
    **more: Any,
) -> Promise:
    """A promise of the whole clause, or of the part of it that `words` names."""
    whole = of.clauses[clause]
    start = of.text.index(words, whole.start) if words else whole.start
    end = start + len(words) if words else whole.end
    values = {"rule": "test", "firmness": "firm", **more}
    return Promise(
        clause=clause,
        path=whole.path,
        provision=provision,
        start=start,
        end=end,
        amount=amount,
        unit=unit,
        **values,
    )


def quantity(low: float, kind: str = "day", **more: Any) -> Quantity:
    return Quantity(kind, low, more.pop("high", low), 0, 1, **more)  # type: ignore[arg-type]


def day(text: str) -> date:
    return date.fromisoformat(text)
