"""Forbidden clauses in many wordings, and lawful clauses that sound like them (unlawful_kinds.yaml)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.provisions import find_promises
from app.provisions.examples import clause

CASES = yaml.safe_load((Path(__file__).parent / "unlawful_kinds.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in CASES.items() for text in texts])
def test_kind(kind: str, text: str) -> None:
    found = {promise.unlawful for promise in find_promises(clause(text)) if promise.unlawful}
    assert found == (set() if kind == "lawful" else {kind})
