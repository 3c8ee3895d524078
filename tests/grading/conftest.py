"""Records to score: small ones built by hand, and the labelled agreements' own findings (no reading, no pattern takes part)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.grading.found import Found
from app.grading.wording import place
from app.law.loader import Law, load_law
from app.law.values import value_on

SAMPLES = Path(__file__).parents[2] / "samples"
FLOORS = {"annual_leave": ("annual_leave_days_normal", "day/year"), "leave_marriage": ("personal_leave_marriage_days", "day")}
SIGNED = {"side": "workers", "office": "CHỦ TỊCH CÔNG ĐOÀN CƠ SỞ"}, {"side": "employer", "office": "GIÁM ĐỐC"}


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


def finding(provision: str | None, verdict: str = "better", **more: Any) -> dict[str, Any]:
    """A finding as JSON, with everything a record's finding has."""
    path = more.pop("path", "1")
    return {
        "path": path,
        "provision": provision,
        "label": provision or "",
        "topic": None,
        "verdict": verdict,
        "amount": None,
        "unit": None,
        "unlawful": None,
        "quote": f"câu về {provision} ở {path}",
        "span": [0, 10],
        "baseline": None,
        "rule": "test",
        "confidence": 1.0,
        "firmness": "firm",
        "group": "normal",
        "needs_review": False,
        "reason": "",
        "superseded_by": None,
    } | more


@pytest.fixture
def make_finding() -> Callable[..., dict[str, Any]]:
    return finding


@pytest.fixture
def make_record() -> Callable[..., dict[str, Any]]:
    return record


def record(*findings: dict[str, Any], **agreement: Any) -> dict[str, Any]:
    paths = sorted({one["path"] for one in findings} | {"1", "2", "3"})
    return {
        "schema": "thuoc.reading/1",
        "source": {
            "filename": "thoa-uoc.docx",
            "sha256": "0" * 64,
            "media_type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "pages": 1,
            "method": "docx",
            "warnings": [],
        },
        "agreement": {
            "title": "THỎA ƯỚC LAO ĐỘNG TẬP THỂ",
            "number": "01/TƯLĐTT",
            "employer": "Công ty thử",
            "province": "Lai Châu",
            "wage_region": "III",
            "signed_on": "2025-01-02",
            "effective_from": "2025-01-02",
            "term_months": 36,
            "expires_on": None,
            "in_force_until": "2028-01-01",
            "workers": 100,
        }
        | agreement,
        "articles": [
            {"path": path, "number": path, "chapter": None, "heading": "", "page": 1}
            for path in sorted({path.split(".")[0] for path in paths})
        ],
        "clauses": [{"path": path, "kind": "clause", "label": place(path), "text": "", "page": 1, "span": [0, 0]} for path in paths],
        "signatories": list(SIGNED),
        "findings": list(findings),
        "law_as_of": "2025-01-02",
        "overtaken": [],
        "copy_of_law": {"share": 0.0, "clauses": []},
        "engine": {"version": "test"},
    }


@pytest.fixture(scope="session")
def labelled(law: Law) -> dict[str, tuple[dict[str, Any], tuple[Found, ...]]]:
    """Folder name -> (gold, its findings with the statutory figures of the signing day)."""
    agreements = {}
    for path in sorted(SAMPLES.glob("d*/gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        signed, region = date.fromisoformat(gold["agreement"]["signed_on"]), gold["agreement"]["wage_region"]
        floors = {name: (value_on(law, id, signed), unit) for name, (id, unit) in FLOORS.items()}
        floors["lowest_wage"] = (value_on(law, f"min_wage_month_region_{region.lower()}", signed), "VND/month")
        findings = []
        for one in gold["findings"]:
            value, unit = floors.get(one["provision"], (None, None))
            findings.append(
                Found(
                    path=one["path"],
                    provision=one["provision"],
                    verdict=one["verdict"],
                    amount=one["amount"],
                    unit=one["unit"],
                    unlawful=one["unlawful"],
                    baseline=value.number if value else None,
                    baseline_unit=unit,
                )
            )
        agreements[path.parent.name] = (gold, tuple(findings))
    return agreements
