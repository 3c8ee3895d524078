"""The layout machine on pages built by hand: grids, furniture, columns, paragraphs; and that no word is ever lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.document import Document, DocumentBuilder
from app.reading.pdf import write_pages
from app.reading.pdf_geometry import PageContent, Rule, Word, join_lines, rows_of
from app.reading.tables_pdf import cell_text, find_grids

EM = 12.0
TOPICS = ["việc làm", "tiền lương", "bữa ăn ca", "nghỉ phép năm", "an toàn lao động", "phúc lợi", "đối thoại định kỳ"]


def words_of(text: str, x: float, baseline: float, *, bold: bool = False, wide: float = 0.0) -> list[Word]:
    """Words set at x, each letter half an em wide."""
    found = []
    for part in text.split(" "):
        found.append(Word(part, x, x + 0.5 * EM * len(part), baseline, EM, bold))
        x += 0.5 * EM * len(part) + 0.25 * EM + wide
    return found


def document_of(*pages: PageContent) -> Document:
    builder = DocumentBuilder()
    write_pages(builder, list(pages))
    return builder.build(method="pdf_text", media_type="", pages=len(pages), sha256="")


def lines_of(*pages: PageContent) -> list[str]:
    document = document_of(*pages)
    return [document.line_text(line) for line in document.lines]


def page(words: list[Word], rules: list[Rule] | None = None, number: int = 1) -> PageContent:
    return PageContent(number, 595, 842, words, rules or [])


def box(xs: list[float], ys: list[float]) -> list[Rule]:
    return [Rule(xs[0], y, xs[-1], y) for y in ys] + [Rule(x, ys[0], x, ys[-1]) for x in xs]


def test_grid_of_plain_cells() -> None:
    (grid,) = find_grids(box([80, 200, 400], [100, 130, 160, 190]))
    assert (len(grid.xs), len(grid.ys), len(grid.cells)) == (3, 4, 6)


def test_grid_with_merged_cells() -> None:
    rules = box([80, 400], [100, 190])
    rules += [Rule(200, 130, 200, 190), Rule(80, 130, 400, 130), Rule(200, 160, 400, 160)]
    (grid,) = find_grids(rules)
    spans = {(cell.row, cell.column): (cell.rows, cell.columns) for cell in grid.cells}
    assert spans == {(0, 0): (1, 2), (1, 0): (2, 1), (1, 1): (1, 1), (2, 1): (1, 1)}


def test_grid_of_broken_and_shaken_rulings() -> None:
    rules = []
    for rule in box([80, 200, 400], [100, 130, 160]):
        if rule.horizontal:
            middle = (rule.x0 + rule.x1) / 2
            rules += [Rule(rule.x0, rule.y0 + 0.6, middle - 2, rule.y0 + 0.6), Rule(middle + 1, rule.y0 - 0.6, rule.x1, rule.y0 - 0.6)]
        else:
            rules += [Rule(rule.x0 + 0.5, rule.y0, rule.x0 + 0.5, rule.y1 - 3)]
    (grid,) = find_grids(rules)
    assert len(grid.cells) == 4


def test_grid_with_open_sides() -> None:
    rules = [Rule(80, y, 400, y) for y in (100, 130, 160)] + [Rule(200, 100, 200, 160)]
    (grid,) = find_grids(rules)
    assert grid.xs == (80, 200, 400)
    assert len(grid.cells) == 4


@pytest.mark.parametrize(
    "rules",
    [
        [],
        box([80, 400], [100, 160]),  # a frame
        box([80, 400], [100, 130, 160]),  # lines across a frame
        [Rule(80, 100, 400, 100), Rule(80, 700, 400, 700)],  # underlines
        box([80, 400], [100, 130]) + box([85, 395], [105, 125]),  # a double frame
    ],
)
def test_no_grid(rules: list[Rule]) -> None:
    assert find_grids(rules) == []


def test_a_frame_round_the_page_leaves_the_text_alone() -> None:
    lines = words_of("Điều 1. Một", 85, 100, bold=True) + words_of("Hai bên cùng thi hành.", 85, 120)
    assert lines_of(page(lines, box([40, 560], [40, 800]))) == ["Điều 1. Một", "Hai bên cùng thi hành."]


def test_one_ruled_row_alone_is_no_table() -> None:
    words = words_of("Bên A", 90, 115) + words_of("Bên B", 300, 115)
    document = document_of(page(words, box([80, 290, 500], [100, 130])))
    assert [(document.line_text(line), line.kind) for line in document.lines] == [("Bên A", "paragraph"), ("Bên B", "paragraph")]


def test_articles_beside_their_labels_are_no_data() -> None:
    """An agreement typed into a ruled table: the labels on the left, the articles on the right."""
    words = words_of("Điều 1", 45, 115) + words_of("Phạm vi", 145, 115)
    for number in range(1, 7):
        words += words_of(f"{number}. Người lao động được hưởng quyền lợi {number}.", 145, 115 + 16 * number)
    words += words_of("Điều 2", 45, 235) + words_of("Áp dụng từ ngày ký.", 145, 235)
    document = document_of(page(words, box([40, 140, 560], [100, 220, 250])))
    assert {line.kind for line in document.lines} == {"paragraph"}
    lines = [document.line_text(line) for line in document.lines]
    assert lines[:3] == ["Điều 1", "Phạm vi", "1. Người lao động được hưởng quyền lợi 1."]
    assert lines[-2:] == ["Điều 2", "Áp dụng từ ngày ký."]


def test_a_row_cut_by_the_end_of_the_page_is_made_whole() -> None:
    xs = [80, 130, 300, 500]
    first = words_of("STT", 85, 715) + words_of("Khoản", 135, 715) + words_of("Mức", 305, 715)
    first += words_of("1", 85, 745) + words_of("Xăng xe,", 135, 745) + words_of("200.000", 305, 745)
    second = words_of("đi lại", 135, 75) + words_of("2", 85, 105) + words_of("Nhà trọ", 135, 105) + words_of("300.000", 305, 105)
    rows = lines_of(page(first, box(xs, [700, 730, 760])), page(second, box(xs, [60, 90, 120]), 2))
    assert rows == ["STT | Khoản | Mức", "1 | Xăng xe, đi lại | 200.000", "2 | Nhà trọ | 300.000"]


def test_two_tables_on_neighbouring_pages_stay_two_when_text_parts_them() -> None:
    xs = [80, 300, 500]
    first = words_of("Khoản", 85, 715) + words_of("Mức", 305, 715) + words_of("A", 85, 745) + words_of("100.000", 305, 745)
    second = words_of("Điều 2. Hai", 85, 60) + words_of("B", 85, 95) + words_of("200.000", 305, 95)
    second += words_of("C", 85, 125) + words_of("300.000", 305, 125)
    document = document_of(page(first, box(xs, [700, 730, 760])), page(second, box(xs, [80, 110, 140]), 2))
    assert [line.table for line in document.lines] == [0, 0, None, 1, 1]


def test_headers_footers_and_page_numbers_go() -> None:
    pages = []
    for number in range(1, 7):
        words = words_of("CÔNG TY DỆT LỤA", 85, 40) + words_of(f"Trang {number}/6", 280, 810)
        words += words_of(f"Nội dung riêng về {TOPICS[number]}.", 85, 80)
        pages.append(page(words, number=number))
    assert lines_of(*pages) == [f"Nội dung riêng về {TOPICS[number]}." for number in range(1, 7)]


def test_words_that_stand_first_on_two_pages_stay() -> None:
    heads = ["Điều khoản chung.", "Điều khoản chung.", "Thi hành.", "Lương.", "Thưởng.", "Nghỉ phép."]
    pages = [
        page(words_of(heads[at], 85, 70) + words_of(f"Nội dung riêng về {TOPICS[at]}.", 85, 90), number=at + 1) for at in range(len(heads))
    ]
    assert len(lines_of(*pages)) == 12


def test_a_lone_page_number_of_the_first_page_goes_and_a_figure_in_the_text_stays() -> None:
    words = words_of("Số người dự họp:", 85, 100) + words_of("25", 85, 120) + words_of("1", 300, 812)
    assert lines_of(page(words)) == ["Số người dự họp:", "25"]


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"trái dòng {n:02d} đầy đủ chữ vào" for n in range(12)]
    right = [f"phải dòng {n:02d} đầy đủ chữ vào" for n in range(12)]
    words = []
    for at in range(12):
        words += words_of(left[at], 85, 100 + 16 * at) + words_of(right[at], 320, 100 + 16 * at)
    text = " ".join(lines_of(page(words)))
    assert text == " ".join(left + right)


def test_letterhead_columns_and_a_title_below() -> None:
    rows = [("CÔNG TY DỆT LỤA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"), ("Số: 01/TƯ", "Độc lập - Tự do - Hạnh phúc")]
    words = []
    for at, (one, two) in enumerate(rows):
        words += words_of(one, 160 - 3 * len(one), 60 + 20 * at, bold=True) + words_of(two, 420 - 3 * len(two), 60 + 20 * at, bold=True)
    title = "THỎA ƯỚC LAO ĐỘNG TẬP THỂ"
    words += words_of(title, 300 - 3 * len(title), 120, bold=True) + words_of("Hai bên thống nhất những điều sau đây:", 85, 150)
    assert lines_of(page(words)) == [rows[0][0], rows[1][0], rows[0][1], rows[1][1], title, "Hai bên thống nhất những điều sau đây:"]


def test_lines_of_named_values_are_read_across() -> None:
    words = []
    for at, (one, two) in enumerate(
        [("Ông: Lê Văn Kén", "Chức vụ: Giám đốc"), ("Điện thoại: 0238", "Fax: 0239"), ("Mã số: 29", "Tài khoản: 31")]
    ):
        words += words_of(one, 85, 100 + 20 * at) + words_of(two, 320, 100 + 20 * at)
    assert lines_of(page(words))[0] == "Ông: Lê Văn Kén Chức vụ: Giám đốc"


def test_a_stretched_line_is_no_table() -> None:
    words = words_of("của Chính phủ về quản lý", 85, 100, wide=40) + words_of("lao động trong doanh nghiệp.", 85, 116)
    assert lines_of(page(words))[0].startswith("của Chính phủ về quản lý")


def test_a_tab_behind_a_label_is_no_column() -> None:
    words = []
    for at, (label, text) in enumerate([("Điều 1.", "Phạm vi"), ("1.", "Người lao động"), ("a)", "thợ dệt"), ("-", "thợ nhuộm")]):
        words += words_of(label, 85, 100 + 20 * at) + words_of(text, 140, 100 + 20 * at)
    assert lines_of(page(words)) == ["Điều 1. Phạm vi", "1. Người lao động", "a) thợ dệt", "- thợ nhuộm"]


@pytest.mark.parametrize(
    ("before", "after", "space", "joined"),
    [
        ("145/2020/NĐ-", "CP ngày", False, "145/2020/NĐ-CP ngày"),
        ("đồng/", "tháng", False, "đồng/tháng"),
        ("Lao động -", "Thương binh", False, "Lao động - Thương binh"),
        ("cán bộ-", "nhân viên", True, "cán bộ- nhân viên"),
        ("hai bên", "thống nhất", False, "hai bên thống nhất"),
        ("", "một", False, "một"),
    ],
)
def test_line_ends_are_joined(before: str, after: str, space: bool, joined: str) -> None:
    assert join_lines(before, after, space) == joined


def test_a_word_broken_in_a_narrow_cell_is_made_whole() -> None:
    assert cell_text([words_of("đồng/người/thá", 0, 10), words_of("ng", 0, 22)]) == "đồng/người/tháng"
    assert cell_text([words_of("tiền", 0, 10), words_of("ăn", 0, 22)]) == "tiền ăn"


def test_rows_gather_words_of_one_baseline() -> None:
    words = words_of("b", 100, 100.5) + words_of("a", 50, 100) + words_of("c", 50, 130)
    assert [[word.text for word in row] for row in rows_of(words)] == [["a", "b"], ["c"]]


coordinate = st.floats(60, 500).map(lambda value: round(value, 1))
a_word = st.builds(
    lambda text, x, y, size, bold: Word(text, x, x + 0.5 * size * len(text), y, size, bold),
    st.text("aăbcdđeêghiklmnoôơpqrstuưvxyAĐ", min_size=1, max_size=7),
    coordinate,
    st.floats(130, 700).map(lambda value: round(value / 4) * 4.0),
    st.sampled_from([10.0, 12.0, 13.0, 14.0]),
    st.booleans(),
)
a_rule = st.builds(
    lambda x, y, length, across: Rule(x, y, x + length, y) if across else Rule(x, y, x, y + length),
    coordinate,
    st.floats(130, 700),
    st.floats(20, 300),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.lists(a_word, min_size=1, max_size=40), st.lists(a_rule, max_size=12), st.booleans()), min_size=1, max_size=3))
def test_no_letter_is_lost_or_doubled(pages: list[tuple[list[Word], list[Rule], bool]]) -> None:
    contents = [PageContent(n, 595, 842, words, rules, recognised=seen) for n, (words, rules, seen) in enumerate(pages, 1)]
    before = Counter("".join(word.text for content in contents for word in content.words))
    document = document_of(*contents)
    rows = [line for line in document.lines if line.kind == "row"]
    merged = any(cell.header for line in rows for cell in line.cells) or len({len(line.cells) for line in rows}) > 1
    after = Counter(char for char in document.text if char.isalpha())
    assert not before - after
    if not rows and not merged:
        assert after == before
