"""Paths of clauses and the names by which people cite them ("điểm a khoản 2 Điều 5")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.structure.agreement import ClauseKind
from app.structure.labels import Label

if TYPE_CHECKING:
    from app.structure.skeleton import Opening

_LETTER = {"part": "P", "chapter": "C", "section": "M"}
_NAMES = {"part": "Phần", "chapter": "Chương", "section": "Mục", "article": "Điều"}


def heading_path(o: Opening, annex: str, parent: str, count: int) -> str:
    """Path of a large opening: "5", "PL1", "PL1.3", "P1", "C2", "C2.M1"."""
    if o.kind == "annex":
        return "PL" + (o.number or str(count))
    if o.kind == "article":
        return f"{annex}.{o.number}" if annex else o.number
    own = f"{_LETTER[o.kind]}{o.value}"
    if o.kind == "section" and parent:
        return f"{parent}.{own}"
    return f"{annex}.{own}" if annex else own


def opening_label(o: Opening, parent: str, annex: str, count: int) -> str:
    """Name of a large opening: "Điều 5", "Mục 1 Chương II", "Phụ lục 1", "Điều 3 Phụ lục 1"."""
    if o.kind == "annex":
        return f"Phụ lục {o.number or count}"
    own = f"{_NAMES[o.kind]} {o.number}"
    above = parent or annex
    return f"{own} {above}" if above else own


def item_label(label: Label, kind: ClauseKind, parent: str, parent_kind: ClauseKind | None) -> str:
    """Name of an item below `parent`: "khoản 2 Điều 5", "điểm a khoản 2 Điều 5", "mục 3 Phụ lục 1"."""
    if kind == "article":
        return f"Mục {label.number}"
    if label.family == "letter" and kind != "subpoint":
        word = "điểm"
    elif kind == "clause" and parent_kind == "article" and not parent.startswith("Mục"):
        word = "khoản"
    elif kind == "clause":
        word = "mục"
    else:
        word = "tiết"
    if parent.startswith("Mục"):
        parent = "mục" + parent[3:]
    return f"{word} {label.number} {parent}".strip()
