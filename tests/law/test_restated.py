"""The law restated in other words promises nothing better than itself and falls nowhere below itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.grading.catalogue import load_catalogue
from app.law.judge import judge
from app.law.loader import load_law
from app.provisions import find_promises
from app.provisions.examples import clause

GROUPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "restated.yaml").read_text(encoding="utf-8"))
SENTENCES = [(group, text) for group in GROUPS for text in group["sentences"]]


def verdicts(text: str, heading: str, signed_on: date, region: str | None) -> list[str]:
    """What is judged better or below in one sentence, as "provision verdict amount unit (rule)"."""
    agreement = clause(text, heading=heading, signed_on=signed_on, region=region)
    found = judge(agreement, find_promises(agreement), on=signed_on, law=load_law(), catalogue=load_catalogue())
    wrong = [f for f in found if f.verdict in ("better", "below") or f.unlawful]
    return [f"{f.provision or f.unlawful} {f.verdict} {f.amount} {f.unit} ({f.rule})" for f in wrong]


def test_enough_is_restated() -> None:
    texts = [text for _, text in SENTENCES]
    assert len(texts) >= 150
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(("group", "text"), SENTENCES, ids=[text[:60] for _, text in SENTENCES])
def test_the_law_in_other_words(group: dict[str, Any], text: str) -> None:
    assert verdicts(text, group["heading"], group["signed_on"], group.get("region")) == []
