"""The labelled agreements in every typing habit: articles, headings, chapters, paths of findings, metadata. The bar is all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.reading import read
from app.structure import Agreement, Clause, parse
from tests.structure.documents import FORMS, SAMPLES, in_form, source_blocks

FOLDERS = sorted(p.parent for p in SAMPLES.glob("*/gold.json"))
FILES = [f for folder in FOLDERS for f in sorted([*folder.glob("*.docx"), *folder.glob("text.pdf")])]
FIELDS = (
    "employer", "number", "province", "wage_region", "signed_on", "effective_from", "term_months", "expires_on", "workers",
)  # fmt: skip


def gold_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "gold.json").read_text(encoding="utf-8"))


def chapter_of(agreement: Agreement, clause: Clause) -> str | None:
    at: Clause | None = clause
    while at is not None:
        if at.kind == "chapter":
            return at.number
        at = agreement.clauses[at.parent] if at.parent is not None else None
    return None


def check(agreement: Agreement, folder: Path) -> None:
    gold = gold_of(folder)
    paths = [c.path for c in agreement.clauses]
    assert len(paths) == len(set(paths))
    labelled = [b.path for b in source_blocks(folder) if b.kind in ("article", "khoan", "diem", "annex")]
    assert [c.path for c in agreement.clauses if c.kind in ("article", "clause", "point", "subpoint", "annex")] == labelled
    articles = [(c.path, c.heading, chapter_of(agreement, c)) for c in agreement.clauses if c.kind == "article"]
    assert articles == [(a["path"], a["heading"], a.get("chapter")) for a in gold["articles"]]
    assert {f["path"] for f in gold["findings"]} <= set(paths)
    found = {f: getattr(agreement.metadata, f) for f in FIELDS}
    found = {f: v.isoformat() if hasattr(v, "isoformat") else v for f, v in found.items()}
    assert found == {f: gold["agreement"].get(f) for f in FIELDS}
    assert agreement.kind.is_agreement is gold["is_agreement"]
    assert "".join(agreement.text[c.start : c.end] for c in agreement.clauses) == agreement.text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_typing_habits(folder: Path, form: str) -> None:
    check(parse(in_form(source_blocks(folder), form)), folder)


@pytest.mark.parametrize("file", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_files_as_they_are_read(file: Path) -> None:
    check(parse(read(file.read_bytes(), file.name)), file.parent)


def test_there_are_samples() -> None:
    assert len(FOLDERS) >= 6
    assert len(FILES) >= 12


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_signatories(folder: Path, form: str) -> None:
    signed = [b.text.partition("|") for b in source_blocks(folder) if b.kind == "sign"]
    offices, names = signed[1], signed[-1]
    agreement = parse(in_form(source_blocks(folder), form))
    assert {(s.side, s.office, s.name) for s in agreement.signatories} == {
        ("workers", offices[0].strip(), names[0].strip()),
        ("employer", offices[2].strip(), names[2].strip()),
    }
