"""Promises: which figure belongs to which provision, what is firm, what tables and lists pass on."""

import time
from dataclasses import replace

import pytest

from app.provisions import find_promises
from app.provisions.examples import PATH, clause
from app.provisions.promise import Promise
from app.structure.agreement import Agreement


def promises(text: str, **context: object) -> dict[str, Promise]:
    found = find_promises(clause(text, **context))  # type: ignore[arg-type]
    return {p.provision or str(p.unlawful): p for p in found if p.path == PATH}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        (
            "Mừng cưới 700.000 đồng, thăm người ốm nằm viện 300.000 đồng, phúng viếng 1.000.000 đồng.",
            {"wedding_gift": 700000, "sickness_visit": 300000, "funeral_support": 1000000},
        ),
        (
            "Hỗ trợ xăng xe 250.000 đồng/tháng và tiền thuê nhà trọ 400.000 đồng/tháng.",
            {"travel_allowance": 250000, "housing_allowance": 400000},
        ),
        (
            "Làm thêm ngày thường trả 160%, ngày nghỉ hằng tuần 220%, ngày lễ 320% tiền lương giờ.",
            {"overtime_weekday": 160, "overtime_rest_day": 220, "overtime_holiday": 320},
        ),
    ],
)
def test_each_figure_goes_to_its_own_provision(text: str, amounts: dict[str, float]) -> None:
    found = promises(text)
    assert {p: found[p].amount for p in amounts} == amounts


@pytest.mark.parametrize(
    ("text", "provision", "amount"),
    [
        ("Ca đêm tổ lò hưởng thêm 30% + 8% lương giờ.", "night_work", 38),
        ("Lao công làm mỗi tuần 06 ngày, mỗi ngày 07 giờ.", "weekly_hours", 42),
        ("Văn phòng làm từ thứ Hai đến thứ Sáu mỗi ngày 8 giờ, sáng thứ Bảy làm 3,5 giờ.", "weekly_hours", 43.5),
        ("Nghỉ lễ: Quốc khánh nghỉ 01 ngày.", "public_holidays", 1),
    ],
)
def test_figures_that_make_one_amount_together(text: str, provision: str, amount: float) -> None:
    assert promises(text)[provision].amount == amount


def test_holidays_of_a_list_are_added_up_where_no_sentence_gives_the_whole() -> None:
    items = (
        "Tết Dương lịch: 01 ngày",
        "Tết Nguyên đán: 06 ngày",
        "Giỗ Tổ: 01 ngày",
        "30/4: 01 ngày",
        "1/5: 01 ngày",
        "Quốc khánh: 02 ngày",
    )
    days = "\n".join(f"- {one};" for one in items)
    found = [p for p in find_promises(clause(f"Ngày nghỉ lễ, tết hưởng nguyên lương gồm:\n{days}")) if p.provision == "public_holidays"]
    assert [p.amount for p in found if p.amount is not None] == [12]


@pytest.mark.parametrize(
    ("text", "firmness"),
    [
        ("Mỗi năm Công ty tổ chức cho người lao động đi nghỉ mát một lần.", "firm"),
        ("Khi có điều kiện, Công ty tổ chức cho người lao động đi nghỉ mát.", "vague"),
        ("Tùy kết quả kinh doanh, thưởng Tết cho mỗi người ít nhất 2.000.000 đồng.", "firm_minimum"),
        ("Thưởng Tết từ 1.000.000 đồng đến 5.000.000 đồng tùy kết quả công việc.", "firm_minimum"),
        ("Thưởng Tết mỗi người 1.000.000 đồng; năm có lãi, Giám đốc xem xét thưởng thêm.", "firm"),
    ],
)
def test_firmness(text: str, firmness: str) -> None:
    found = promises(text)
    assert next(p.firmness for name, p in found.items() if name in ("company_trip", "tet_bonus")) == firmness


def test_a_table_gives_its_figures_to_the_sentence_before_it() -> None:
    rows = [["Thâm niên", "Mức (đồng/tháng)"], ["Từ 3 năm", "200.000"], ["Từ 6 năm", "400.000"]]
    found = find_promises(clause("Người lao động hưởng phụ cấp thâm niên như sau:", rows=rows))
    assert {(p.provision, p.amount, p.unit) for p in found} == {
        ("seniority_allowance", 200000, "VND/month"),
        ("seniority_allowance", 400000, "VND/month"),
    }


def test_a_table_whose_columns_are_the_things_promised() -> None:
    rows = [["Nhóm", "Tiền điện thoại", "Hỗ trợ xăng xe"], ["Lái xe", "200.000 đồng/tháng", "350.000 đồng/tháng"]]
    found = promises("Hằng tháng được nhận:", rows=rows)
    assert {p: found[p].amount for p in ("phone_allowance", "travel_allowance")} == {"phone_allowance": 200000, "travel_allowance": 350000}


def test_a_unit_noted_above_the_table_rules_its_figures() -> None:
    rows = [["Nội dung", "Mức"], ["Mừng cưới", "500"], ["Thăm người ốm nằm viện", "300"]]
    found = promises("Mức chi (đơn vị tính: nghìn đồng):", rows=rows)
    assert {p: found[p].amount for p in ("wedding_gift", "sickness_visit")} == {"wedding_gift": 500000, "sickness_visit": 300000}


def test_what_the_union_pays_is_no_promise_of_the_employer() -> None:
    assert "sickness_visit" not in promises("Công đoàn thăm hỏi đoàn viên ốm nằm viện 300.000 đồng từ quỹ công đoàn.")


def test_the_agreements_own_abbreviation_is_written_out() -> None:
    agreement = clause("TVCL: mỗi tháng 300.000 đồng cho người thuê nhà.", heading="Hỗ trợ")
    plain = {p.provision for p in find_promises(agreement)}
    told: Agreement = replace(agreement, definitions=(("TVCL", "hỗ trợ tiền thuê nhà trọ"),))
    assert "housing_allowance" in {p.provision for p in find_promises(told)} or "housing_allowance" in plain


HOSTILE = [
    "nghỉ " * 4000,
    "ít nhất không quá " * 2000,
    "1.000.000 đồng, " * 2000,
    "lương tháng " * 3000 + "13",
    "; ".join(["con kết hôn nghỉ 1 ngày"] * 1500),
    "(" * 3000 + "nghỉ" + ")" * 3000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    def seconds(size: int) -> float:
        agreement = clause(text[:size])
        best = 60.0
        for _ in range(2):
            start = time.perf_counter()
            find_promises(agreement)
            best = min(best, time.perf_counter() - start)
        return best

    find_promises(clause("nghỉ phép"))  # load the rules
    quarter, whole = seconds(len(text) // 4), seconds(len(text))
    assert whole < max(0.25, quarter * 4 * 3)
