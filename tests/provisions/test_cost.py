"""What the rooms structure, provisions and law cost grows with the text, whatever the text is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.grading.catalogue import load_catalogue
from app.law.copying import copied_clauses
from app.law.judge import judge
from app.law.loader import load_law
from app.provisions import find_promises
from app.reading import read
from app.reading.document import Document, DocumentBuilder
from app.structure import parse
from tests.structure.documents import build, plain

SAMPLE = Path(__file__).parents[2] / "samples" / "d05-thep-vung-ang" / "docx-colon.docx"
ON = date(2026, 3, 16)

HOSTILE = {
    "one word": "nghỉ ",
    "parts of phrases with gaps": "nghỉ xin phép lương ",
    "gaps that never close": "nghỉ hai ba bốn năm sáu ",
    "an event again and again": "con kết hôn ",
    "wishes": "cố gắng xem xét nếu có điều kiện ",
    "the law": "theo quy định của pháp luật ",
    "brackets": "( ",
    "brackets closed": ") ",
    "semicolons": "; ",
    "colons": "a: ",
    "stops": "A. ",
    "quotes": "“a” là ",
    "digits in one": "1",
    "digits apart": "1 ",
    "groups of digits": "1.000.",
    "number words": "một trăm mươi ",
    "money": "500.000 đồng, ",
    "bounds": "ít nhất không quá ",
    "ranges": "từ 1 đến ",
    "periods": "mỗi 2 năm /người/tháng ",
    "dates": "01/01/",
    "days and months": "ngày 1 tháng ",
    "ages": "con dưới 6 tuổi ",
    "increments": "cứ 1% thêm 0,4 tháng ",
    "citations": "khoản 1 và Điều 2, ",
    "amendments": "Sửa đổi, bổ sung khoản 1 Điều 2 ",
    "abbreviations": "NLĐ ",
    "short names": "sau đây gọi tắt là ",
    "validity": "có hiệu lực từ ngày ",
    "one sentence after another": "Nghỉ 5 ngày. ",
    "one item after another": "làm thêm 150%; ",
    "blanks": " \t\u00a0 ",
    "marks apart from letters": "a\u0301\u0323",
}


def rooms(document: Document) -> None:
    law = load_law()
    agreement = parse(document)
    judge(agreement, find_promises(agreement), on=ON, law=law, catalogue=load_catalogue())
    copied_clauses(agreement, law, on=ON)


def seconds(task: Callable[[], None], rounds: int) -> float:
    """Least CPU time of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        task()
        best = min(best, time.process_time() - start)
    return best


def repeated(document: Document, times: int) -> Document:
    """The same agreement several times over, its articles numbered on."""
    builder = DocumentBuilder()
    number = 0
    for _ in range(times):
        for line in document.lines:
            text = document.line_text(line)
            article = re.match(r"Điều (\d+)", text)
            if article:
                number += 1
                text = f"Điều {number}" + text[article.end() :]
            builder.paragraph(text)
    return build(builder)


def test_ten_times_the_text_costs_at_most_eleven_times_as_much() -> None:
    document = read(SAMPLE.read_bytes(), SAMPLE.name)
    once, ten = repeated(document, 1), repeated(document, 10)
    rooms(once)
    ratios: list[float] = []
    while len(ratios) < 3 and (not ratios or min(ratios) > 11):
        ratios.append(seconds(lambda: rooms(ten), 1) / seconds(lambda: rooms(once), 4))
    assert min(ratios) <= 11 * 1.1, ratios  # a tenth for what else the machine does


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=list(HOSTILE))
def test_no_text_costs_more_than_its_length(unit: str) -> None:
    def hostile(size: int) -> Document:
        return plain(
            "THỎA ƯỚC LAO ĐỘNG TẬP THỂ\nCông ty A\nĐiều 1. Nghỉ hằng năm\n1. Nghỉ hằng năm 15 ngày "
            + unit * (size // len(unit))
            + " ngày\nĐiều 2. Hiệu lực\n1. Từ ngày ký."
        )

    small, large = hostile(6_000), hostile(24_000)
    rooms(small)
    short = seconds(lambda: rooms(small), 2)
    assert seconds(lambda: rooms(large), 3) <= 4 * 2 * short + 0.05  # four times the text; the square of it would cost sixteen times
