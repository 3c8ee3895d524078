"""What the page itself makes certain is repaired; what it leaves open stays as read."""

from __future__ import annotations

import pytest

from app.reading.ocr_labels import repair_numbering, to_roman
from app.reading.ocr_repair import repair_pages
from app.reading.pdf_geometry import PageContent, Table, TableCell, TableRow, Word


def page_of(*rows: str, confidence: float = 0.95) -> PageContent:
    words = []
    for number, row in enumerate(rows):
        x = 85.0
        for text in row.split():
            words.append(Word(text, x, x + 6 * len(text), 100 + 20.0 * number, 13, confidence=confidence))
            x += 6 * len(text) + 4
    return PageContent(1, 595, 842, words, recognised=True)


def repaired(*rows: str) -> list[str]:
    page = page_of(*rows)
    repair_pages([page])
    lines: dict[float, list[str]] = {}
    for word in page.words:
        lines.setdefault(word.baseline, []).append(word.text)
    return [" ".join(texts) for texts in lines.values()]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("thưởng 1.500.O00 đồng", "thưởng 1.500.000 đồng"),
        ("thưởng l.500.000đ/người", "thưởng 1.500.000đ/người"),
        ("trả l50% tiền lương", "trả 150% tiền lương"),
        ("trả 2OO% tiền lương", "trả 200% tiền lương"),
        ("mức 1.500,000 đồng", "mức 1.500.000 đồng"),
        ("mức 1.500. 000 đồng", "mức 1.500.000 đồng"),
        ("mức (2.S00.000)", "mức (2.500.000)"),
        ("vệsinh lao động", "vệ sinh lao động"),
        ("đủ 3năm làm việc", "đủ 3 năm làm việc"),
        ("là 1⁄2 tháng lương", "là ½ tháng lương"),
        ("được NNghỉ phép", "được Nghỉ phép"),
    ],
)
def test_certain_repairs(read: str, meant: str) -> None:
    assert repaired(read) == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "IOI công nhân",  # no figure at all
        "tăng 1,5% và 4,5%",
        "1.500,5 đồng",
        "Công ty Haneul Kaiho Mizushima",
        "mức 1. 500 đồng",
        "bậc III và TNLĐ",
        "từ 2.300 đến 22.500.000 USD",
        "khoảng 50m vải",
    ],
)
def test_doubtful_words_stay(text: str) -> None:
    assert repaired(text) == [text]


def test_abbreviations_with_a_doubled_letter() -> None:
    rows = [*["NLĐ và TƯLĐTT cùng TNLĐ"] * 4, "mỗi NLĐĐ theo TƯULĐTT khi bị TNLĐ", "NNLĐ được hưởng"]
    got = repaired(*rows)
    assert got[-2:] == ["mỗi NLĐ theo TƯLĐTT khi bị TNLĐ", "NLĐ được hưởng"]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (["Điều 4. Một", "Diéu 5. Hai", "Điều 6. Ba"], ["Điều 4. Một", "Điều 5. Hai", "Điều 6. Ba"]),
        (["Điều 4. Một", "Điêu 5. Hai", "Đièu 6. Ba"], ["Điều 4. Một", "Điều 5. Hai", "Điều 6. Ba"]),
        (["ĐIỀU 4: MỘT", "ĐIÊU 5: HAI"], ["ĐIỀU 4: MỘT", "ĐIỀU 5: HAI"]),
        (["Điều 14. Một", "Điều 1S. Hai", "Điều 16. Ba"], ["Điều 14. Một", "Điều 15. Hai", "Điều 16. Ba"]),
        (["Điều 32. Một", "Điều 3. Hai", "Điều 34. Ba"], ["Điều 32. Một", "Điều 33. Hai", "Điều 34. Ba"]),
        (["Chương VII", "Chương VII", "Chương IX"], ["Chương VII", "Chương VIII", "Chương IX"]),
        (["Chương XI", "Chương XIl", "Chương XII"], ["Chương XI", "Chương XII", "Chương XIII"]),
        (["l. Một", "2. Hai", "3. Ba"], ["1. Một", "2. Hai", "3. Ba"]),
        (["4. Một", "S. Hai", "6. Ba"], ["4. Một", "5. Hai", "6. Ba"]),
        (["22.l Một"], ["22.1 Một"]),
        (["c) Một", "d) Hai", "d) Ba", "e) Bốn"], ["c) Một", "d) Hai", "đ) Ba", "e) Bốn"]),
        (["c) Một", "đ) Hai", "đ) Ba", "e) Bốn"], ["c) Một", "d) Hai", "đ) Ba", "e) Bốn"]),
        (["a} Một", "b) Hai"], ["a) Một", "b) Hai"]),
        (["L ĐẠI DIỆN CÔNG TY", "II. ĐẠI DIỆN CÔNG NHÂN"], ["I. ĐẠI DIỆN CÔNG TY", "II. ĐẠI DIỆN CÔNG NHÂN"]),
        (["IL. ĐẠI DIỆN CÔNG TY", "II. ĐẠI DIỆN CÔNG NHÂN"], ["I. ĐẠI DIỆN CÔNG TY", "II. ĐẠI DIỆN CÔNG NHÂN"]),
    ],
)
def test_labels_by_shape_and_neighbours(read: list[str], meant: list[str]) -> None:
    if read[0].startswith("Chương VII"):
        read = [*(f"Chương {to_roman(n)}" for n in range(1, 7)), *read]
        meant = [*(f"Chương {to_roman(n)}" for n in range(1, 7)), *meant]
    if read[0].startswith("Chương XI"):
        read = [*(f"Chương {to_roman(n)}" for n in range(1, 11)), *read]
        meant = [*(f"Chương {to_roman(n)}" for n in range(1, 11)), *meant]
    assert repaired(*read) == meant


@pytest.mark.parametrize(
    "rows",
    [
        ["Điều 5. Một", "Điều 7. Hai", "Điều 8. Ba"],  # a number left out by the author
        ["Điều 4. Một", "Điều 34 của Bộ luật Lao động", "Điều 5. Hai"],  # a reference at the head of a line
        ["Điều này có hiệu lực", "Điền vào mẫu số 5"],
        ["1. Một", "1. Một"],
        ["d) Một", "e) Hai"],
    ],
)
def test_open_labels_stay(rows: list[str]) -> None:
    assert repaired(*rows) == rows


def table_of(*first: str) -> Table:
    return Table([TableRow([TableCell(text, 0), TableCell("x", 1)], 1) for text in first], [0.0, 50.0, 100.0], 0, 100, 1)


def test_rows_of_a_table_are_numbered() -> None:
    table = table_of("Ngạch", "1", "II", "IH", "IV", "V")
    repair_numbering(table)
    assert [row.cells[0].text for row in table.rows] == ["Ngạch", "I", "II", "III", "IV", "V"]
    table = table_of("STT", "1", "2", "8", "4", "5")
    repair_numbering(table)
    assert [row.cells[0].text for row in table.rows] == ["STT", "1", "2", "3", "4", "5"]


def test_a_column_that_does_not_count_stays() -> None:
    table = table_of("Nhóm", "A", "B", "C", "D")
    repair_numbering(table)
    assert [row.cells[0].text for row in table.rows] == ["Nhóm", "A", "B", "C", "D"]


def test_unsure_amounts_are_named_with_their_page() -> None:
    page = page_of("thưởng 1.500.000 đồng và 02 ngày", confidence=0.6)
    notices = repair_pages([page])
    assert [notice.code for notice in notices] == ["ocr_used", "ocr_amounts_unsure"]
    assert "1.500.000" in notices[1].message
    assert "trang 1" in notices[1].message


def test_pages_with_a_text_layer_are_left_alone() -> None:
    page = page_of("trả l50% tiền lương")
    page.recognised = False
    assert repair_pages([page]) == []
    assert page.words[1].text == "l50%"
