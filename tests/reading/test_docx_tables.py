"""Tables of Word files: data rows that know their headers, layout tables, columns typed with tabs."""

from __future__ import annotations

import pytest

from app.reading import read
from app.reading.document import Document
from tests.reading.docx_maker import docx, lines, p, r, tabbed, tbl


def cells(document: Document, index: int) -> list[tuple[str, int, str]]:
    line = document.lines[index]
    return [(document.text[cell.start : cell.end], cell.column, cell.header) for cell in line.cells]


def test_rows_know_their_headers() -> None:
    document = read(docx(p("Bảng") + tbl([["STT", "Khoản", "Mức (đồng/tháng)"], ["1", "Xăng xe", "200.000"], ["2", "", "300.000"]])))
    assert document.text.split("\n") == ["Bảng", "STT | Khoản | Mức (đồng/tháng)", "1 | Xăng xe | 200.000", "2 | 300.000"]
    assert [(line.kind, line.header, line.table, line.row) for line in document.lines[1:]] == [
        ("row", True, 0, 0), ("row", False, 0, 1), ("row", False, 0, 2),
    ]  # fmt: skip
    assert cells(document, 3) == [("2", 0, "STT"), ("300.000", 2, "Mức (đồng/tháng)")]


def merged(text: str, props: str) -> str:
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{p(text)}</w:tc>"


def test_merged_cells_and_two_header_rows() -> None:
    restart, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = tbl(
        [
            [merged("Đối tượng", restart), merged("Mức hưởng", '<w:gridSpan w:val="2"/>')],
            [merged("", go_on), "Dưới 5 năm", "Trên 5 năm"],
            [merged("Công nhân", restart), "500.000", "700.000"],
            [merged("", go_on), "600.000", "800.000"],
        ]
    )
    document = read(docx(table))
    assert document.text.split("\n") == [
        "Đối tượng | Mức hưởng",
        "Đối tượng | Dưới 5 năm | Trên 5 năm",
        "Công nhân | 500.000 | 700.000",
        "Công nhân | 600.000 | 800.000",
    ]
    assert [line.header for line in document.lines] == [True, True, False, False]
    assert cells(document, 3) == [
        ("Công nhân", 0, "Đối tượng"), ("600.000", 1, "Mức hưởng / Dưới 5 năm"), ("800.000", 2, "Mức hưởng / Trên 5 năm"),
    ]  # fmt: skip


def test_a_row_of_column_numbers_is_a_header_without_words() -> None:
    document = read(docx(tbl([["TT", "Trường hợp", "Số ngày"], ["(1)", "(2)", "(3)"], ["1", "Kết hôn", "5"], ["2", "Con cưới", "2"]])))
    assert [line.header for line in document.lines] == [True, True, False, False]
    assert cells(document, 2)[2] == ("5", 2, "Số ngày")


def test_a_table_without_header_has_none() -> None:
    document = read(docx(tbl([["Kết hôn", "500.000 đồng"], ["Sinh con", "400.000 đồng"], ["Tang", "1.000.000 đồng"]])))
    assert [line.header for line in document.lines] == [False, False, False]
    assert cells(document, 0)[1] == ("500.000 đồng", 1, "")


def test_a_transposed_table_gives_rows() -> None:
    document = read(docx(tbl([["Thâm niên", "1-3 năm", "3-5 năm"], ["Mức thưởng", "1.000.000", "2.000.000"]])))
    assert [line.header for line in document.lines] == [True, False]
    assert cells(document, 1)[2] == ("2.000.000", 2, "3-5 năm")


def test_several_paragraphs_and_nested_tables_in_a_cell() -> None:
    inner = tbl([["trong 1", "trong 2"]])
    document = read(docx(tbl([["Nội dung", "Mức"], [p("dòng một") + p("dòng hai") + inner + p(), "500.000"]])))
    assert document.text.split("\n")[1] == "dòng một dòng hai trong 1 trong 2 | 500.000"


def test_rows_and_cells_in_content_controls() -> None:
    table = tbl([["A", "B"], ["1", "2"]])
    table = table.replace("<w:tr><w:tc>" + p("1"), "<w:sdt><w:sdtContent><w:tr><w:tc>" + p("1")).replace(
        "</w:tr></w:tbl>", "</w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    assert lines(table) == ["A | B", "1 | 2"]


def centered(text: str) -> str:
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{r(text)}</w:p>'


def test_letterheads_and_signatures_read_side_after_side() -> None:
    head = tbl(
        [
            [centered("CÔNG TY ABC"), centered("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
            [centered("Số: 01/2024/TƯLĐTT"), centered("Hà Tĩnh, ngày 5 tháng 6 năm 2024")],
        ],
        bordered=False,
    )
    document = read(docx(head))
    assert document.text.split("\n") == [
        "CÔNG TY ABC", "Số: 01/2024/TƯLĐTT", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Hà Tĩnh, ngày 5 tháng 6 năm 2024",
    ]  # fmt: skip
    assert all(line.kind == "paragraph" and line.centered for line in document.lines)


@pytest.mark.parametrize("bordered", [True, False])
def test_an_agreement_typed_into_a_table_is_no_data(bordered: bool) -> None:
    article = p("Điều 1. Phạm vi") + p("1. Áp dụng cho toàn thể người lao động.") + p("2. Và Công ty.")
    assert lines(tbl([["THỎA ƯỚC", article], ["", p("Điều 2. Thời hạn") + p("3 năm")]], bordered=bordered)) == [
        "THỎA ƯỚC", "Điều 1. Phạm vi", "1. Áp dụng cho toàn thể người lao động.", "2. Và Công ty.", "Điều 2. Thời hạn", "3 năm",
    ]  # fmt: skip


def test_articles_beside_their_text_read_row_by_row() -> None:
    long = "Người lao động làm việc đủ 12 tháng được nghỉ hằng năm hưởng nguyên lương 14 ngày làm việc. " * 3
    table = tbl([["Điều 1. Phạm vi", long + "a"], ["Điều 2. Đối tượng", long + "b"]])
    assert lines(table) == ["Điều 1. Phạm vi", long + "a", "Điều 2. Đối tượng", long + "b"]


def test_a_leave_table_that_cites_articles_stays_data() -> None:
    table = tbl([["Trường hợp", "Căn cứ", "Số ngày"], ["Kết hôn", "Điều 115", "5"], ["Con kết hôn", "Điều 115", "2"]])
    assert all(line.kind == "row" for line in read(docx(table)).lines)


def test_a_table_without_lines_needs_header_and_figures() -> None:
    data = tbl([["Khoản", "Mức"], ["Xăng xe", "200.000"], ["Nhà ở", "300.000"]], bordered=False)
    assert [line.kind for line in read(docx(data)).lines] == ["row"] * 3
    parties = tbl([["Ông: Nguyễn Văn A", "Chức vụ: Giám đốc"], ["Bà: Trần Thị B", "Chức vụ: Chủ tịch"], ["x", "y"]], bordered=False)
    assert [line.kind for line in read(docx(parties)).lines] == ["paragraph"] * 6


def test_a_box_of_one_cell_is_layout() -> None:
    assert lines(tbl([[p("Khung") + p("hai dòng")]])) == ["Khung", "hai dòng"]


# --- columns typed with tabs ------------------------------------------------------------------------------------------


def test_a_table_typed_with_tabs() -> None:
    rows = [("TT", "Khoản", "Mức"), ("1", "Xăng xe", "200.000 đồng"), ("2", "Nhà ở", "300.000 đồng")]
    document = read(docx(p("Trước") + "".join(tabbed(*row) for row in rows) + p("Sau")))
    assert document.text.split("\n") == ["Trước", "TT | Khoản | Mức", "1 | Xăng xe | 200.000 đồng", "2 | Nhà ở | 300.000 đồng", "Sau"]
    assert cells(document, 3)[2] == ("300.000 đồng", 2, "Mức")


def test_signatures_side_by_side() -> None:
    rows = [("ĐẠI DIỆN NGƯỜI LAO ĐỘNG", "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG"), ("CHỦ TỊCH", "GIÁM ĐỐC"), ("Lò Thị A", "Trần B")]
    assert lines("".join(tabbed(*row, tabs=3) for row in rows)) == [
        "ĐẠI DIỆN NGƯỜI LAO ĐỘNG", "CHỦ TỊCH", "Lò Thị A", "ĐẠI DIỆN NGƯỜI SỬ DỤNG LAO ĐỘNG", "GIÁM ĐỐC", "Trần B",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "tabs"),
    [
        ([("1.", "Nghỉ 12 ngày"), ("2.", "Nghỉ 14 ngày"), ("3.", "Nghỉ 16 ngày")], 1),
        ([("a)", "Nghỉ 12 ngày"), ("b)", "Nghỉ 14 ngày"), ("c)", "Nghỉ 16 ngày")], 2),
        ([("-", "Ăn ca 25.000"), ("-", "Ca đêm 30.000"), ("-", "Lễ 50.000")], 1),
        ([("Điều 5.", "Ăn ca")], 2),
        ([("Người đại diện:", "Ông Nguyễn Văn A")], 2),
        ([("Họ tên", ": Nguyễn Văn A"), ("Chức vụ", ": Giám đốc")], 2),
    ],
)
def test_tabs_that_are_no_columns(rows: list[tuple[str, str]], tabs: int) -> None:
    assert lines("".join(tabbed(*row, tabs=tabs) for row in rows)) == [" ".join(row) for row in rows]
