"""Forbidden clauses written from the law alone, and lawful ones that sound like them (forbidden.yaml).

The first, third, fifth … of each kind may be read when a rule is mended: they must all hold. The others are a hold-out: only their shares
count.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from app.grading.catalogue import load_catalogue
from app.law.judge import judge
from app.law.loader import load_law
from app.provisions import find_promises
from app.provisions.examples import clause

CASES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "forbidden.yaml").read_text(encoding="utf-8"))
SIGNED = date(2024, 5, 20)


def kinds(text: str) -> set[str]:
    agreement = clause(text, signed_on=SIGNED, region="I")
    found = judge(agreement, find_promises(agreement), on=SIGNED, law=load_law(), catalogue=load_catalogue())
    return {finding.unlawful for finding in found if finding.unlawful}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in CASES.items() for text in texts[::2]])
def test_what_may_be_read_holds(kind: str, text: str) -> None:
    assert kinds(text) == (set() if kind == "lawful" else {kind})


def test_the_hold_out_is_found_as_well() -> None:
    found = [(kind, kinds(text)) for kind, texts in CASES.items() for text in texts[1::2]]
    wanted = [kind for kind, _ in found if kind != "lawful"]
    right = sum(kind in got for kind, got in found)
    spurious = sum(len(got - {kind}) for kind, got in found)
    assert right / len(wanted) >= 0.85
    assert right / (right + spurious) >= 0.93
