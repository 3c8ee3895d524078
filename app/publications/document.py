"""The public document: what a publication shows of an agreement, ready for every format. Nothing of it is unredacted.

Built once, when the publisher approves the redaction, and stored with the publication; the formats read nothing else.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from app.redaction import Redaction
from app.structure.agreement import Agreement, Clause

SCHEMA = "thuoc.publication/1"


class Block(TypedDict):
    """A paragraph, or a table whose first row is the header where `header` says so."""

    kind: Literal["paragraph", "table"]
    text: NotRequired[str]
    rows: NotRequired[list[list[str]]]
    header: NotRequired[bool]


class PublicClause(TypedDict):
    """A clause without its children's text. `parent` is the index of the clause it stands in; `label` as people write it."""

    path: str
    kind: str
    number: str
    label: str
    heading: str
    parent: int | None
    blocks: list[Block]


class PublicDocument(TypedDict):
    """Metadata, promises and redacted clauses. Dates are ISO days, moments ISO in UTC."""

    schema: str
    id: str
    title: str
    number: str | None
    employer: str | None
    unit: str | None  # the trade-union unit that the agreement belongs to
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
    clauses: list[PublicClause]
    legal_ground: str | None  # of the redaction
    published_at: str
    changed_at: str


def clauses_of(agreement: Agreement, redaction: Redaction) -> list[PublicClause]:
    """Every clause of the agreement, preamble and signature block included, with marks in place of personal data."""
    return [
        {
            "path": clause.path,
            "kind": clause.kind,
            "number": clause.number,
            "label": clause.label,
            "heading": _within(clause.heading, agreement, clause, redaction),
            "parent": clause.parent,
            "blocks": _blocks(agreement, clause, redaction),
        }
        for clause in agreement.clauses
    ]


def _within(words: str, agreement: Agreement, clause: Clause, redaction: Redaction) -> str:
    """A heading, redacted: found again in the clause's own text, where its spans are known."""
    at = agreement.text.find(words, clause.start, clause.end) if words else -1
    return redaction.piece(at, at + len(words)).strip() if at >= 0 else redaction.piece(clause.start, clause.body).strip() if words else ""


def _blocks(agreement: Agreement, clause: Clause, redaction: Redaction) -> list[Block]:
    blocks: list[Block] = []
    table: int | None = None
    lines = agreement.document.lines
    for index in clause.lines:
        line = lines[index]
        start, end = max(line.start, clause.body), min(line.end, clause.end)
        if start >= end:
            continue
        if line.table is None or not line.cells or start > line.start:
            table = None
            text = redaction.piece(start, end).strip()
            if text:
                blocks.append({"kind": "paragraph", "text": text})
            continue
        row = [redaction.piece(cell.start, cell.end).strip() for cell in line.cells]
        if line.table == table:
            blocks[-1]["rows"].append(row)
        else:
            blocks.append({"kind": "table", "rows": [row], "header": line.header})
        table = line.table
    return blocks


def plain_text(document: PublicDocument) -> str:
    """All words of the document, for search and for checks."""
    return "\n".join(text for clause in document["clauses"] for text in clause_lines(clause))


def clause_lines(clause: PublicClause) -> list[str]:
    """Heading, paragraphs and rows of one clause."""
    lines = [clause["heading"]] if clause["heading"] else []
    for block in clause["blocks"]:
        lines += [block["text"]] if block["kind"] == "paragraph" else [" | ".join(row) for row in block["rows"]]
    return lines
