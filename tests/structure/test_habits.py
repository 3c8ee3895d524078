"""The labelled agreements typed in the ways of other hands: the tree and its words stay the same."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.reading.document import Document, DocumentBuilder
from app.reading.text import fold
from app.structure import parse
from app.structure.agreement import Agreement
from tests.structure.documents import SAMPLES, Block, build, in_form, source_blocks

FOLDERS = sorted(p.parent for p in SAMPLES.glob("*/gold.json"))
Label = Callable[[str, str], str]  # of a number and, for an article its heading, for a khoản the article it stands in


def typed(blocks: list[Block], chapter: Label, article: Label, khoan: Label, diem: str, bullet: str = "- ") -> Document:
    builder = DocumentBuilder()
    above, tables = "", 0
    for b in blocks:
        if b.kind in ("head", "title"):
            builder.paragraph(b.text, bold=True, centered=True)
        elif b.kind == "sign":
            builder.paragraph(" ".join(part.strip() for part in b.text.split("|")), bold=True)
        elif b.kind == "chapter":
            builder.paragraph(chapter(b.label, b.text), bold=True, centered=True)
        elif b.kind == "section":
            builder.paragraph(f"Mục {b.label}. {b.text}", bold=True, centered=True)
        elif b.kind == "annex":
            above = "PL" + b.label
            builder.paragraph(f"PHỤ LỤC {b.label}" + (f": {b.text}" if b.text else ""), bold=True, centered=True)
        elif b.kind == "article":
            above = b.label
            builder.paragraph(article(b.label, b.text).rstrip(), bold=True)
        elif b.kind == "khoan":
            builder.paragraph(khoan(b.label, above) + b.text)
        elif b.kind == "diem":
            builder.paragraph(diem.format(b.label) + b.text)
        elif b.kind == "table":
            for n, row in enumerate(b.rows):
                cells = [(cell, i, b.rows[0][i] if n and i < len(b.rows[0]) else "") for i, cell in enumerate(row)]
                builder.row(cells, table=tables, row=n, header=n == 0)
            tables += 1
        else:
            builder.paragraph((bullet if b.kind == "bullet" else "") + b.text)
    return build(builder)


def dotted(separator: str) -> Label:
    return lambda n, above: f"{n}{separator}" if above.startswith("PL") else f"{above}.{n}{separator}"


HABITS: dict[str, tuple[Label, Label, Label, str]] = {
    "ordinals": (lambda n, t: f"CHƯƠNG {n}: {t.upper()}", lambda n, t: f"Điều thứ {n}: {t}", lambda n, _: f"{n}. ", "{}) "),
    "slashes": (lambda n, t: f"Chương {n}. {t}", lambda n, t: f"Điều {n}/ {t}", lambda n, _: f"{n}/ ", "{}/ "),
    "dashes": (lambda n, t: f"Chương {n} – {t}", lambda n, t: f"Điều {n} - {t}", lambda n, _: f"{n}- ", "{}- "),
    "nothing between": (lambda n, t: f"CHƯƠNG {n} {t.upper()}", lambda n, t: f"ĐIỀU {n} {t}", lambda n, _: f"{n}) ", "{}. "),
    "roman chapters": (lambda n, t: f"{n}. {t.upper()}", lambda n, t: f"Điều {n}. {t}", lambda n, _: f"Khoản {n}. ", "Điểm {}) "),
    "glued": (lambda n, t: f"PHẦN {n}: {t.upper()}", lambda n, t: f"Điều {n}.{t}", dotted("."), "{}."),
    "no Điều": (lambda n, t: f"{n}. {t.upper()}", lambda n, t: f"{n}. {t}", dotted(". "), "{}) "),
}


def tree(agreement: Agreement) -> list[tuple[str, list[str]]]:
    kinds = ("article", "clause", "point", "subpoint", "annex")
    return [(c.path, re.findall(r"[a-z0-9]+", fold(agreement.text[c.body : c.end]))) for c in agreement.clauses if c.kind in kinds]


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_other_hands(folder: Path, habit: str) -> None:
    blocks = source_blocks(folder)
    expected = tree(parse(in_form(copy.deepcopy(blocks), "typed")))
    found = tree(parse(typed(blocks, *HABITS[habit])))
    assert [path for path, _ in found] == [path for path, _ in expected]
    assert [path for (path, one), (_, two) in zip(expected, found, strict=True) if one != two] == []
