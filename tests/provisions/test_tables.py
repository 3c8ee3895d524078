"""Which column of a table speaks of what the employer gives a regular worker, and rows that only name the level."""

from __future__ import annotations

from datetime import date

import pytest

from app.grading.catalogue import load_catalogue
from app.law.judge import judge
from app.law.loader import load_law
from app.provisions import find_promises
from app.provisions.examples import clause

LAW, CATALOGUE, SIGNED = load_law(), load_catalogue(), date(2024, 5, 20)


def promised(text: str, rows: list[list[str]], heading: str = "") -> dict[str | None, float | None]:
    agreement = clause(text, heading=heading, rows=rows, signed_on=SIGNED)
    found = judge(agreement, find_promises(agreement), on=SIGNED, law=LAW, catalogue=CATALOGUE)
    lowest: dict[str | None, float | None] = {}
    for one in found:
        if one.amount is not None and one.amount < (lowest.get(one.provision) or float("inf")):
            lowest[one.provision] = one.amount
    return lowest


SHARED = "Doanh nghiệp và tổ chức công đoàn cùng lo việc vui buồn, mức tiền như sau (đơn vị tính: nghìn đồng):"


@pytest.mark.parametrize(
    ("text", "rows", "provision", "amount"),
    [
        (SHARED, [["Việc", "Công ty chi", "Công đoàn cơ sở tặng"], ["Lấy vợ, lấy chồng", "800", "200"]], "wedding_gift", 800_000),
        (SHARED, [["Việc", "CĐCS hỗ trợ", "Nhà máy hỗ trợ"], ["Sinh con", "150", "700"]], "maternity_support", 700_000),
        (
            "Mỗi tháng chi phụ cấp như sau:",
            [["Khoản", "Lao động chính thức (đồng)", "Lao động thời vụ (đồng)"], ["Tiền xăng xe", "420.000", "150.000"]],
            "travel_allowance", 420_000,
        ),
        (
            "Mức tăng theo bảng:",
            [["Xếp loại", "Mức tăng lương cơ bản (đồng/tháng)"], ["Giỏi", "450.000"], ["Đạt", "260.000"]],
            "wage_raise", 260_000,
        ),
    ],
)  # fmt: skip
def test_the_column_of_the_regular_worker_counts(text: str, rows: list[list[str]], provision: str, amount: float) -> None:
    assert promised(text, rows)[provision] == amount
