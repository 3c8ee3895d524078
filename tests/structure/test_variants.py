"""Labelled agreements changed at random (headings dropped, numbers skipped, khoản made points …) and labels as a scan spoils them.

What must come out is known from the changed blocks, so these find what no list of cases would.
"""

from __future__ import annotations

import copy
import dataclasses
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.reading.document import Document, DocumentBuilder
from app.structure import parse
from app.structure.labels import VIETNAMESE
from tests.structure.documents import FORMS, SAMPLES, Block, build, in_form, source_blocks

FOLDERS = sorted(p.parent for p in SAMPLES.glob("*/gold.json"))
CLAUSES = ("article", "clause", "point", "subpoint", "annex")
Change = Callable[[list[Block], random.Random], list[Block]]


def without_headings(blocks: list[Block], rng: random.Random) -> list[Block]:
    for b in blocks:
        if b.kind == "article":
            b.text = ""
    return blocks


def without_chapters(blocks: list[Block], rng: random.Random) -> list[Block]:
    return [b for b in blocks if b.kind not in ("chapter", "section")]


def points_for_khoan(blocks: list[Block], rng: random.Random) -> list[Block]:
    groups: list[list[Block]] = [[]]
    for b in blocks:
        if b.kind in ("article", "chapter", "section", "sign", "annex"):
            groups.append([])
        groups[-1].append(b)
    for group in groups:
        if group and group[0].kind == "article" and not any(b.kind == "diem" for b in group) and rng.random() < 0.6:
            for n, b in enumerate([b for b in group if b.kind == "khoan"]):
                b.kind, b.label = "diem", VIETNAMESE[n]
    return [b for group in groups for b in group]


def skipped_articles(blocks: list[Block], rng: random.Random) -> list[Block]:
    out, skip = [], False
    for b in blocks:
        if b.kind == "article":
            skip = rng.random() < 0.12
        elif b.kind in ("chapter", "section", "sign", "annex"):
            skip = False
        if not skip:
            out.append(b)
    return out


def skipped_items(blocks: list[Block], rng: random.Random) -> list[Block]:
    return [b for b in blocks if not (b.kind in ("khoan", "diem") and rng.random() < 0.1)]


def signature_last(blocks: list[Block], rng: random.Random) -> list[Block]:
    return [b for b in blocks if b.kind != "sign"] + [b for b in blocks if b.kind == "sign"]


def numbered_annexes(blocks: list[Block], rng: random.Random) -> list[Block]:
    inside, number = False, 0
    for b in blocks:
        if b.kind == "annex":
            inside, number = True, 0
        elif inside and b.kind == "text":
            number += 1
            b.kind, b.label = "khoan", str(number)
    return blocks


CHANGES: list[Change] = [
    without_headings, without_chapters, points_for_khoan, skipped_articles, skipped_items, signature_last, numbered_annexes,
]  # fmt: skip


def name_paths(blocks: list[Block]) -> list[Block]:
    article = khoan = diem = ""
    for b in blocks:
        if b.kind in ("article", "annex"):
            article, khoan, diem = ("PL" if b.kind == "annex" else "") + b.label, "", ""
        elif b.kind == "khoan":
            khoan, diem = b.label, ""
        elif b.kind == "diem":
            diem = b.label
        elif b.kind == "sign":
            article = khoan = diem = ""
        b.path = ".".join(p for p in (article, khoan, diem) if p)
    return blocks


def bare(document: Document) -> Document:
    """The document as a scan gives it: nothing is known to be bold, centred, a heading or a list."""
    lines = tuple(dataclasses.replace(held, bold=False, centered=False, heading=None, label="", level=None) for held in document.lines)
    return dataclasses.replace(document, method="ocr", lines=lines)


@pytest.mark.parametrize("scanned", [False, True], ids=["docx", "bare"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_changed_agreements(change: Change, form: str, scanned: bool) -> None:
    for seed, folder in enumerate(FOLDERS):
        blocks = name_paths(change(copy.deepcopy(source_blocks(folder)), random.Random(seed)))
        document = in_form(blocks, form)
        agreement = parse(bare(document) if scanned else document)
        assert [c.path for c in agreement.clauses if c.kind in CLAUSES] == [
            b.path for b in blocks if b.kind in ("article", "khoan", "diem", "annex")
        ], folder.name
        assert [c.heading for c in agreement.clauses if c.kind == "article"] == [b.text for b in blocks if b.kind == "article"]
        assert [c.path for c in agreement.clauses if c.kind == "signature"] == ["KY"]


_LOOKALIKES = {"1": "lI", "0": "O", "5": "S"}


def figures(text: str, rng: random.Random, share: float) -> str:
    return "".join(rng.choice(_LOOKALIKES[c]) if c in _LOOKALIKES and rng.random() < share else c for c in text)


def spoil(text: str, rng: random.Random, share: float) -> str:
    """Spoil the label of a line as recognition does: marks on letters, figures read as letters, stops as commas, lost spaces."""
    m = re.match(r"(Điều|ĐIỀU)( )(\d+)([.:]| –|)( ?)(.*)$", text, re.DOTALL)
    if m and rng.random() < 3 * share:
        word = rng.choice(["Điêu", "Diều", "Điểu", "Đièu", "Diéu", "Điễu", "Dleu", "Điều", "Đỉều"])
        stop = rng.choice([m[4], m[4], "," if m[4] == "." else m[4]])
        return word + m[2] + figures(m[3], rng, 0.5) + stop + m[5] + m[6]
    m = re.match(r"(\d+)\.(\d+) (.*)$", text, re.DOTALL)
    if m and rng.random() < share:
        spoiled = figures(m[1], rng, 0.5) + "." + figures(m[2], rng, 0.5) + " "
        return rng.choice([f"{m[1]},{m[2]} ", f"{m[1]}{m[2]} ", f"{m[1]}. {m[2]} ", spoiled]) + m[3]
    m = re.match(r"(\d+)\. (.*)$", text, re.DOTALL)
    if m and rng.random() < share:
        return rng.choice([figures(m[1], rng, 1) + ". ", m[1] + ", ", m[1] + " . ", m[1] + "."]) + m[2]
    m = re.match(r"(\w)\) (.*)$", text, re.DOTALL)
    if m and rng.random() < share:
        misread = {"đ": "d", "a": "ạ", "c": "e", "e": "c"}.get(m[1], m[1])
        return rng.choice([misread + ") ", m[1] + " ) ", m[1] + ")"]) + m[2]
    return text


@pytest.mark.parametrize("form", ["typed", "colon", "upper"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_labels_spoiled_by_a_scan(folder: Path, form: str) -> None:
    blocks = source_blocks(folder)
    want = [b.path for b in blocks if b.kind in ("article", "khoan", "diem", "annex")]
    for seed in range(3):
        rng = random.Random(seed)
        document = in_form(blocks, form)
        builder = DocumentBuilder()
        for held in document.lines:
            if held.kind == "row":
                builder.row([(document.text[c.start : c.end], c.column, c.header) for c in held.cells], table=held.table, row=held.row)
            else:
                builder.paragraph(spoil(document.line_text(held), rng, 0.1))
        agreement = parse(build(builder, "ocr"))
        assert [c.path for c in agreement.clauses if c.kind in CLAUSES] == want


def test_repairs_are_told() -> None:
    builder = DocumentBuilder()
    for text in ("Điều 1. Một", "Nội dung.", "Diéu l. Hai", "Nội dung.", "Điều 3. Ba", "Nội dung."):
        builder.paragraph(text)
    agreement = parse(build(builder, "ocr"))
    assert [c.path for c in agreement.clauses] == ["1", "2", "3"]
    assert [n.code for n in agreement.clauses[1].warnings] == ["label_repaired"]
    assert "label_repaired" in [n.code for n in agreement.warnings]
