"""A publication as PDF: written as an official document in Word, turned into PDF by LibreOffice."""

from __future__ import annotations

import io
from typing import Any

from app.publications.document import PublicDocument
from app.publications.formats.fragment import day
from app.publications.formats.numbering import number_of
from app.reports import docx_parts as parts
from app.reports.pdf import to_pdf, typeface

_SMALL = 10.0


def pdf(document: PublicDocument) -> bytes:
    """The PDF. Raises PdfError where LibreOffice is missing or fails."""
    return to_pdf(docx(document, typeface()))


def docx(document: PublicDocument, font: str = parts.FONT) -> bytes:
    """The same as a Word document."""
    made = parts.new_document(document["title"], font)
    parts.space(parts.write(made.add_paragraph(), document["title"], size=15, bold=True, align="center"), 0, 4)
    told = [
        f"{name}: {value}"
        for name, value in (
            ("Doanh nghiệp", document["employer"]),
            ("Số", document["number"]),
            ("Ngày ký", day(document["signed_on"])),
            ("Hiệu lực đến", day(document["expires_on"])),
            ("Xếp loại", document["grade"]),
        )
        if value
    ]
    parts.space(parts.write(made.add_paragraph(), "; ".join(told), size=_SMALL + 1, italic=True, align="center"), 0, 10)
    for clause in document["clauses"]:
        number, kind = number_of(clause), clause["kind"]
        if kind in ("part", "chapter", "section", "annex", "article"):
            words = " ".join(part for part in (number, clause["heading"]) if part)
            align: parts.Align = "left" if kind == "article" else "center"
            parts.space(parts.write(made.add_paragraph(), words, bold=True, align=align), 6, 3, keep_with_next=True)
            number = ""
        for block in clause["blocks"]:
            if block["kind"] == "paragraph":
                text = f"{number} {block['text']}" if number else block["text"]
                parts.space(parts.write(made.add_paragraph(), text, align="both"), 0, 3)
                number = ""
            else:
                _table(made, block["rows"], header=bool(block.get("header")))
    ground = f" theo {document['legal_ground']}" if document["legal_ground"] else ""
    note = f"Dữ liệu cá nhân đã được bỏ{ground}."
    parts.space(parts.write(made.add_paragraph(), note, size=_SMALL, italic=True), 10, 0)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _table(made: Any, rows: list[list[str]], *, header: bool) -> None:
    columns = max(len(row) for row in rows)
    table = parts.table(made, [parts.TEXT_WIDTH / columns] * columns)
    for index, row in enumerate(rows):
        cells = parts.row(table, header=header and index == 0, split=True)
        for cell, words in zip(cells, row, strict=False):
            parts.write(cell.paragraphs[0], words, size=11, bold=header and index == 0)
    parts.space(made.add_paragraph(), 0, 2)
