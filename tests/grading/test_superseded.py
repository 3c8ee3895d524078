"""What an amendment replaces is still found, says by what it is superseded, and earns nothing; the new words count in its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.assess import find_in, score_reading
from app.structure import parse
from tests.structure.documents import plain

AGREEMENT = """THỎA ƯỚC LAO ĐỘNG TẬP THỂ
Công ty Cổ phần May Sông Lam
Hôm nay, ngày 01 tháng 3 năm 2024, đại diện người sử dụng lao động và đại diện tập thể người lao động ký kết thỏa ước.
Điều 13. Nghỉ việc riêng
1. Kết hôn nghỉ 04 ngày hưởng nguyên lương.
2. Con kết hôn nghỉ 02 ngày hưởng nguyên lương.
Điều 14. Nghỉ hằng năm
1. Điều kiện bình thường: 13 ngày.
2. Điều kiện nặng nhọc, độc hại: 15 ngày.
Điều 15. Ăn ca
1. Tiền ăn ca 20.000 đồng/bữa.
Điều 16. Hiệu lực
Thỏa ước có hiệu lực từ ngày 01/3/2024, thời hạn 36 tháng.
"""
CHANGES = """1. Sửa đổi khoản 1 Điều 14 như sau: “1. Điều kiện bình thường: 15 ngày.”
2. Bãi bỏ khoản 2 Điều 13.
3. Sửa đổi khoản 1 Điều 15 như sau:
“1. Mức 25.000 đồng/bữa.”
"""
FORMS = {
    "17": AGREEMENT + "Điều 17. Sửa đổi, bổ sung\n" + CHANGES,
    "PL1.1": AGREEMENT + "PHỤ LỤC SỬA ĐỔI, BỔ SUNG THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nĐiều 1. Sửa đổi, bổ sung một số điều\n" + CHANGES,
}


def record(text: str) -> dict[str, Any]:
    return find_in(parse(plain(text)), graded_on=date(2024, 6, 1))


def found(one: dict[str, Any]) -> dict[tuple[str, str], tuple[float, str | None]]:
    """(path, provision) -> amount, superseded by."""
    return {(f["path"], f["provision"]): (f["amount"], f["superseded_by"]) for f in one["findings"]}


@pytest.mark.parametrize("at", FORMS)
def test_old_and_new_words_are_both_found(at: str) -> None:
    assert found(record(FORMS[at])) == {
        ("13.1", "leave_marriage"): (4, None),
        ("13.2", "leave_child_marriage"): (2, f"{at}.2"),
        ("14.1", "annual_leave"): (13, f"{at}.1"),
        ("14.2", "annual_leave_hazardous"): (15, None),
        ("15.1", "shift_meal"): (20000, f"{at}.3"),
        (f"{at}.1", "annual_leave"): (15, None),
        (f"{at}.3", "shift_meal"): (25000, None),
    }


@pytest.mark.parametrize("at", FORMS)
def test_superseded_words_earn_nothing(at: str) -> None:
    graded = score_reading(record(FORMS[at]), graded_on=date(2024, 6, 1))
    content = next(group for group in graded["score"]["groups"] if group["id"] == "content")
    earning = {index for item in content["items"] if item["points"] for index in item["findings"]}
    assert earning
    assert all(graded["findings"][index]["superseded_by"] is None for index in earning)
    assert {graded["findings"][index]["path"] for index in earning} >= {"13.1", f"{at}.1"}
    assert graded["better_provisions"]["firm"] == 4  # 13.1, 14.2 and the new words of 14.1 and 15.1; not 13.2
