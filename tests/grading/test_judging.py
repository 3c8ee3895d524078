"""Judging again from what a reading keeps: the same law gives the same record, another legal value other verdicts."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.assess import judge_reading, read_and_find
from app.grading.catalogue import RULES

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = sorted(path for folder in SAMPLES.glob("**/d0*") for path in folder.glob("docx-*.docx"))
ON = date(2025, 6, 30)


def parted(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Record and judging as they come back from a store."""
    record = json.loads(json.dumps(read_and_find(path.read_bytes(), path.name, graded_on=ON)))
    return record, record.pop("judging")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_same_law_gives_the_same_record(path: Path) -> None:
    record, judging = parted(path)
    assert json.dumps(judge_reading(record, judging)) == json.dumps(record)


def test_another_legal_value_gives_other_verdicts(tmp_path: Path) -> None:
    record, judging = parted(SAMPLES / "d01-may-ky-anh" / "docx-typed.docx")
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    wages = rules / "law" / "parameters" / "minimum_wage.yaml"
    text = wages.read_text(encoding="utf-8")
    assert "3860000" in text
    wages.write_text(text.replace("3860000", "4200000"), encoding="utf-8")
    lowest = [one for one in record["findings"] if one["provision"] == "lowest_wage" and one["verdict"] == "better" and one["baseline"]]
    assert {one["baseline"]["amount"] for one in lowest} == {3860000}
    again = judge_reading(record, judging, rules)
    places = {(one["path"], one["span"][0]) for one in lowest if one["amount"] < 4200000}
    changed = [one for one in again["findings"] if (one["path"], one["span"][0]) in places and one["provision"] == "lowest_wage"]
    assert changed
    assert {(one["verdict"], one["baseline"]["amount"]) for one in changed} == {("below", 4200000)}
    assert {key: again[key] for key in record if key not in ("findings", "overtaken")} == {
        key: record[key] for key in record if key not in ("findings", "overtaken")
    }


def test_a_judging_of_another_form_is_refused() -> None:
    record, judging = parted(FILES[0])
    with pytest.raises(ValueError, match="schema"):
        judge_reading(record, judging | {"schema": "thuoc.judging/9"})
