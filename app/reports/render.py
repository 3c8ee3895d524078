"""The review form in each of its file formats. Reads `ReviewForm`; writes bytes with their media type."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, get_args

from app.reading.text import fold
from app.reports.form import ReviewForm, to_json

Format = Literal["docx", "pdf", "xlsx", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    data: bytes
    media_type: str
    filename: str  # plain ASCII letters


def render(form: ReviewForm, format: Format) -> Rendered:
    """The form as a file. Raises `pdf.PdfError` for a PDF that this machine cannot make."""
    return Rendered(_bytes(form, format), MEDIA_TYPES[format], f"{_stem(form)}.{format}")


def _bytes(form: ReviewForm, format: Format) -> bytes:
    if format == "json":
        return (json.dumps(to_json(form), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
    if format == "xlsx":
        from app.reports.form_xlsx import to_xlsx

        return to_xlsx(form)
    from app.reports.form_docx import to_docx

    if format == "docx":
        return to_docx(form)
    from app.reports.pdf import to_pdf, typeface

    return to_pdf(to_docx(form, typeface()))


def _stem(form: ReviewForm) -> str:
    """A file name that says what and whose: "phieu-cham-01-2026-tuldtt-kva"."""
    known = dict(form.facts)
    what = known.get("Số thỏa ước") or known.get("Doanh nghiệp") or ""
    words = re.findall(r"[a-z0-9]+", fold(what))
    return "-".join(["phieu-cham", *words])[:80]
