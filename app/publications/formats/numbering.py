"""The number and heading of a public clause as a reader sees it, the same in every format."""

from __future__ import annotations

from app.publications.document import PublicClause

_WORDS = {"part": "Phần", "chapter": "Chương", "section": "Mục", "article": "Điều", "annex": "Phụ lục"}


def number_of(clause: PublicClause) -> str:
    """ "Điều 5.", "Chương II", "2.", "a)", "-"; "" for what bears none."""
    kind, number = clause["kind"], clause["number"]
    if kind in _WORDS:
        return f"{_WORDS[kind]} {number}".strip() + ("." if kind == "article" else "")
    if kind == "clause" and number:
        return f"{number}."
    if kind == "point" and number:
        return f"{number})"
    if kind == "subpoint":
        return f"{number}." if number and number[0].isdigit() else "–"
    return ""
