"""Every sentence with its marked stretches: all of them removed, nothing else; and the labelled agreements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.redaction import redact
from app.structure import parse
from benchmarks.redaction import SAMPLES, SENTENCES, agreements, case_document, sentences

CASES = [case for file in SENTENCES for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
KNOWN = {"b-24": "«A. Thành»: the shortened title goes with the name"}


def _parameters() -> list[Any]:
    return [
        pytest.param(c, id=c["id"], marks=[pytest.mark.xfail(reason=KNOWN[c["id"]], strict=True)] if c["id"] in KNOWN else [])
        for c in CASES
    ]


@pytest.mark.parametrize("case", _parameters())
def test_sentence(case: dict[str, Any]) -> None:
    document, marks = case_document(case)
    got = redact(parse(document))
    wanted = {i for start, end, _ in marks for i in range(start, end) if document.text[i].isalnum()}
    gone = {i for span in got.spans for i in range(span.start, span.end) if document.text[i].isalnum()}
    assert gone == wanted, got.text


def test_kinds_are_those_that_are_marked() -> None:
    """The neutral mark says the right thing: one kind for another at most where a combined label leaves it open."""
    wrong = []
    for case in CASES:
        document, marks = case_document(case)
        for start, end, kind in marks:
            spans = [s for s in redact(parse(document)).spans if s.start < end and start < s.end]
            if not any({s.kind, kind} <= {"person_name", "signature_name"} or s.kind == kind for s in spans):
                wrong.append((case["id"], kind, [s.kind for s in spans]))
    assert len(wrong) <= 4, wrong


@pytest.mark.parametrize("file", SENTENCES, ids=lambda file: file.stem)
def test_goals(file: Path) -> None:
    score = sentences(file)
    assert score.recall >= 0.97, score.errors
    assert score.precision >= 0.95, score.errors


def test_labelled_agreements() -> None:
    total, _ = agreements(SAMPLES, (".docx", ".pdf"))
    assert total.wanted > 80
    assert total.recall >= 0.99, total.errors
    assert total.right == total.removed, total.errors
