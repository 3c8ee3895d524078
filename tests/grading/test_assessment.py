"""Gates, letters and the assessment object of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.grading.assessment import assessment
from app.grading.catalogue import load_catalogue
from app.grading.gates import GateDecision
from app.grading.rubric import find_rubric
from app.grading.score import DossierEntry

HD90 = find_rubric("hd90-2023")
DAY = date(2025, 6, 1)
Make = Callable[..., dict[str, Any]]


def assessed(record: dict[str, Any], on: date = DAY, **more: Any) -> dict[str, Any]:
    return assessment(record, HD90, load_catalogue(), graded_on=on, **more)


def codes(got: dict[str, Any]) -> list[str]:
    return [gate["code"] for gate in got["not_graded_because"]]


@pytest.fixture
def rich(make_finding: Make) -> list[dict[str, Any]]:
    """Firm promises of every provision: 85 points."""
    return [make_finding(item.earn.provision, path="2") for item in HD90.items if item.earn] + [
        make_finding("weekly_hours", amount=40, unit="hour/week", path="3"),
        make_finding("shift_meal", amount=30000, unit="VND/meal", path="3"),
    ]


def test_every_key_of_the_contract(make_record: Make, make_finding: Make) -> None:
    got = assessed(make_record(make_finding("tet_gift", amount=300000, unit="VND")))
    assert got["schema"] == "thuoc.assessment/1"
    contract = (
        "source agreement articles clauses findings better_provisions score grade grade_basis grade_range "
        "not_graded_because would_be_grade graded_on law_as_of overtaken rubric engine"
    )
    assert set(contract.split()) <= set(got)
    assert set(got["score"]) == {"groups", "total"}
    assert {"id", "points", "max_points", "items"} <= set(got["score"]["groups"][0])
    assert {"id", "label", "points", "max_points", "findings", "why"} <= set(got["score"]["groups"][1]["items"][0])
    assert {"code", "message", "findings", "decided_by"} <= set(assessed(make_record())["not_graded_because"][0])
    assert got["findings"][0]["points"] == 1.5
    assert got["better_provisions"] == {"firm": 1, "quantified": 1}
    assert got["rubric"]["status"] == "provisional"


def test_content_only_gives_a_letter_and_a_range_but_no_total(make_record: Make, rich: list[dict[str, Any]]) -> None:
    got = assessed(make_record(*rich))
    assert (got["grade"], got["grade_basis"], got["score"]["total"]) == ("A", "content_only", None)
    assert got["grade_range"] == ["A", "A"]


def test_the_range_is_what_the_missing_points_still_allow(make_record: Make, make_finding: Make) -> None:
    some = [make_finding(one.earn.provision) for one in HD90.items if one.earn and one.topic in _UP_TO_56]
    got = assessed(make_record(*some))
    content = got["score"]["groups"][1]["points"]
    assert 55.5 <= content <= 60
    assert (got["grade"], got["grade_range"]) == ("B", ["C", "B"])


_UP_TO_56 = ("wages", "bonuses", "rest_time", "working_time", "safety_health", "women_family", "employment")


def test_complete_when_the_whole_dossier_has_points(make_record: Make, rich: list[dict[str, Any]]) -> None:
    dossier = {one.id: DossierEntry(0.0) for one in HD90.items if one.group != "content"}
    got = assessed(make_record(*rich), dossier=dossier)
    assert (got["grade_basis"], got["score"]["total"], got["grade"], got["grade_range"]) == ("complete", 85, "A", ["A", "A"])


def test_an_unlawful_clause_takes_the_letter_and_shows_what_it_costs(
    make_record: Make, make_finding: Make, rich: list[dict[str, Any]]
) -> None:
    fine = make_finding(None, "below", unlawful="fine_or_pay_cut", path="3")
    got = assessed(make_record(*rich, fine))
    assert (got["grade"], got["would_be_grade"], codes(got)) == (None, "A", ["unlawful_content"])
    gate = got["not_graded_because"][0]
    assert gate["findings"] == [len(rich)]
    assert gate["message"] == ("Có 1 nội dung có dấu hiệu trái luật: Điều 3 (Phạt tiền, cắt lương thay kỷ luật)")
    assert got["score"]["groups"][1]["points"] == 85


def test_an_amended_unlawful_clause_bars_nothing(make_record: Make, make_finding: Make, rich: list[dict[str, Any]]) -> None:
    old = make_finding("annual_leave", "below", unlawful="below_statutory_floor", superseded_by="9")
    assert codes(assessed(make_record(*rich, old))) == []


def test_a_copy_of_the_law_is_not_graded_whatever_its_length(make_record: Make, make_finding: Make) -> None:
    copied = [make_finding(one, "equal", path=str(n)) for n, one in enumerate(load_catalogue().provisions, 1)] * 5
    vague = make_finding("tet_bonus", "vague")
    got = assessed(make_record(*copied, vague))
    assert (codes(got), got["grade"], got["would_be_grade"]) == (["not_better_than_law"], None, None)
    assert "495 nội dung nhắc lại luật, 1 nội dung nói chung chung" in got["not_graded_because"][0]["message"]


@pytest.mark.parametrize(("on", "expired"), [(date(2028, 1, 1), False), (date(2028, 1, 2), True)])
def test_expiry_is_decided_on_the_day_of_grading(make_record: Make, make_finding: Make, on: date, expired: bool) -> None:
    got = assessed(make_record(make_finding("tet_gift")), on)
    assert (codes(got) == ["expired"]) is expired
    if expired:
        assert got["not_graded_because"][0]["message"] == "Thỏa ước đã hết hạn ngày 1/1/2028, trước ngày chấm 2/1/2028"


def test_an_agreement_without_a_term_does_not_expire(make_record: Make, make_finding: Make) -> None:
    record = make_record(make_finding("tet_gift"), in_force_until=None)
    assert codes(assessed(record, date(2099, 1, 1))) == []


@pytest.mark.parametrize(
    ("side", "office", "gated"),
    [
        ("workers", "TRƯỞNG BAN ĐẠI DIỆN NGƯỜI LAO ĐỘNG", True),
        ("workers", "Trưởng Ban đại diện tập thể lao động", True),
        ("workers", "QUẢN ĐỐC PHÂN XƯỞNG", True),
        ("workers", "TM. BAN CHẤP HÀNH CÔNG ĐOÀN CƠ SỞ CHỦ TỊCH", False),
        ("workers", "TRƯỞNG PHÒNG NHÂN SỰ KIÊM CHỦ TỊCH CÔNG ĐOÀN", False),
        ("workers", "ĐẠI DIỆN TẬP THỂ NGƯỜI LAO ĐỘNG", False),
        ("employer", "KẾ TOÁN TRƯỞNG", True),
        ("employer", "TRƯỞNG PHÒNG NHÂN SỰ (theo giấy ủy quyền số 5)", False),
        ("employer", "PHÓ TỔNG GIÁM ĐỐC", False),
    ],
)
def test_signatories_whose_authority_needs_a_look(make_record: Make, make_finding: Make, side: str, office: str, gated: bool) -> None:
    record = make_record(make_finding("tet_gift")) | {"signatories": [{"side": side, "office": office}]}
    assert (codes(assessed(record)) == ["wrong_signatory"]) is gated


def test_a_draft_without_signatures_is_graded(make_record: Make, make_finding: Make) -> None:
    assert codes(assessed(make_record(make_finding("tet_gift")) | {"signatories": []})) == []


def test_a_text_of_two_articles_is_no_whole_agreement(make_record: Make, make_finding: Make) -> None:
    record = make_record(make_finding("tet_gift"))
    assert codes(assessed(record | {"articles": record["articles"][:2]})) == ["incomplete_text"]


def test_a_reviewer_clears_and_sets_gates_with_a_reason(make_record: Make, make_finding: Make, rich: list[dict[str, Any]]) -> None:
    record = make_record(*rich, make_finding("overtime_weekday", "below", unlawful="below_statutory_floor"))
    got = assessed(
        record,
        decisions=[
            GateDecision("unlawful_content", False, "Đọc nhầm: 150% ghi ở phụ lục"),
            GateDecision("procedure", True, "Không có biên bản lấy ý kiến"),
        ],
    )
    assert codes(got) == ["procedure"]
    assert got["not_graded_because"][0] == {
        "code": "procedure",
        "message": "Không có biên bản lấy ý kiến",
        "findings": [],
        "decided_by": "reviewer",
        "reason": "Không có biên bản lấy ý kiến",
    }
    assert [gate["code"] for gate in got["gates_cleared"]] == ["unlawful_content"]
    assert (got["grade"], got["would_be_grade"]) == (None, "A")


def test_only_what_the_law_had_overtaken_by_the_day_of_grading(make_record: Make, make_finding: Make) -> None:
    record = make_record(make_finding("tet_gift")) | {
        "overtaken": [
            {"finding": 0, "baseline": {"id": "a"}, "since": "2026-01-01"},
            {"finding": 0, "baseline": {"id": "b"}, "since": "2025-01-01"},
        ]
    }
    assert [one["baseline"]["id"] for one in assessed(record)["overtaken"]] == ["b"]


def test_the_same_input_gives_the_same_bytes(make_record: Make, make_finding: Make, rich: list[dict[str, Any]]) -> None:
    one, two = (json.dumps(assessed(make_record(*rich)), ensure_ascii=False) for _ in range(2))
    assert one == two
    again = json.dumps(assessed(json.loads(json.dumps(make_record(*rich)))), ensure_ascii=False)
    assert again == one
