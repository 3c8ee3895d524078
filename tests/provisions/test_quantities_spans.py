"""Offsets: what a quantity covers in the text, and how long the grammar takes for a whole agreement."""

from __future__ import annotations

import re
import time

import pytest

from app.provisions.quantities import parse
from tests.provisions.quantity_cases import PROSE

SPANS = [
    ("Thưởng không dưới 500.000 đồng/người/tháng cho thợ dệt.", "không dưới 500.000 đồng/người/tháng"),
    ("Người có thâm niên từ 08 năm trở lên.", "từ 08 năm trở lên"),
    ("Nghỉ 02 (hai) ngày làm việc một năm.", "02 (hai) ngày làm việc một năm"),
    ("Trợ cấp 500.000 đồng (bằng chữ: năm trăm nghìn đồng).", "500.000 đồng (bằng chữ: năm trăm nghìn đồng)"),
    ("Trả 150% tiền lương giờ.", "150% tiền lương giờ"),
    ("Khám sức khỏe mỗi năm một lần.", "mỗi năm một lần"),
    ("Họp hằng quý.", "hằng quý"),
    ("Từ ngày 01 tháng 3 năm 2024.", "ngày 01 tháng 3 năm 2024"),
    ("Kể từ ngày 15/3/2024.", "ngày 15/3/2024"),
    ("Nuôi con dưới 12 tháng tuổi.", "dưới 12 tháng tuổi"),
    ("Mang thai từ tháng thứ 7.", "tháng thứ 7"),
    ("Xem Nghị định số 145/2020/NĐ-CP.", "Nghị định số 145/2020/NĐ-CP"),
    ("Thưởng 15.000 - 18.000 đồng/suất.", "15.000 - 18.000 đồng/suất"),
    ("THƯỞNG TỐI ĐA 2 TRIỆU ĐỒNG", "TỐI ĐA 2 TRIỆU ĐỒNG"),
    ("Mức thấp nhất là 7%.", "thấp nhất là 7%"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "covered"), SPANS)
def test_the_span_covers_bound_figure_unit_and_period(text: str, covered: str) -> None:
    (quantity,) = parse(text)
    assert text[quantity.start : quantity.end] == covered


def test_a_letter_whose_lower_case_is_longer_moves_no_offset() -> None:
    text = "İSTANBUL İ: nghỉ 03 ngày."
    (quantity,) = parse(text)
    assert text[quantity.start : quantity.end] == "03 ngày"


def test_a_whole_agreement_is_read_quickly() -> None:
    """A 25-page agreement, statement by statement, against a bare scan of its words (a yardstick for the machine's speed)."""
    statements = [text for text, _ in PROSE]
    while sum(map(len, statements)) < 70_000:
        statements += [f"{text} Người lao động và công ty cùng thực hiện đúng nội dung này." for text, _ in PROSE]
    word = re.compile(r"\w+")

    def best(work: object) -> float:
        times = []
        for _ in range(5):
            begin = time.process_time()
            for text in statements:
                work(text)  # type: ignore[operator]
            times.append(time.process_time() - begin)
        return min(times)

    parse("01 ngày")
    assert best(parse) < 30 * best(word.findall)
