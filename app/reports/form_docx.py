"""The review form as a Word document in the layout of Nghị định 30/2020/NĐ-CP. Reads `ReviewForm`; writes .docx bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL

from app.grading.wording import number
from app.reports.docx_parts import FONT, TEXT_WIDTH, dotted, first, new_document, row, ruled, shade, space, table, write
from app.reports.form import Passage, ReviewForm, Row, columns, dated, letter_words, shorten

QUOTE = 420  # characters of a quote on paper; the whole stands in the .xlsx and .json forms
DOTS = "…" * 4
BLANK = "……"  # points that a person still has to enter
TITLE = "Phiếu chấm điểm, phân loại thỏa ước lao động tập thể"
_GREY, _PALE = "D9D9D9", "F2F2F2"
_PROVINCE = re.compile(r" (?=(TỈNH|THÀNH PHỐ|TP\.?) )")  # a long name goes on two lines here
_POINTS = (11.0, 46.0, 13.0, 13.0, 82.0)


def to_docx(form: ReviewForm, font: str = FONT) -> bytes:
    """The form as the bytes of a .docx file."""
    document = new_document(TITLE, font)
    _letterhead(document, form)
    _title(document, form)
    _heading(document, "I. THÔNG TIN THỎA ƯỚC")
    _facts(document, form.facts)
    _heading(document, "II. KẾT QUẢ CHẤM ĐIỂM")
    _result(document, form)
    _heading(document, "III. ĐIỂM TỪNG MỤC")
    _points(document, form.rows)
    _heading(document, "IV. ĐIỀU KIỆN XẾP LOẠI")
    _gates(document, form)
    if form.to_review or form.warnings:
        _heading(document, "V. NỘI DUNG CẦN NGƯỜI CHẤM XEM LẠI")
        _passages(document, form.to_review, "Vì sao cần xem lại")
        for warning in form.warnings:
            space(write(document.add_paragraph(), f"– {warning}", size=12, align="both"), before=2)
    _heading(document, f"{'VI' if form.to_review or form.warnings else 'V'}. KẾT LUẬN")
    _conclusion(document, form)
    _signatures(document, form)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _letterhead(document: Any, form: ReviewForm) -> None:
    left_width, right_width = 74.0, TEXT_WIDTH - 74.0
    made = table(document, (left_width, right_width), borders=False, padding=0)
    left, right = row(made)
    above = _PROVINCE.sub("\n", form.heading.above, count=1)
    write(first(left), above or f"LIÊN ĐOÀN LAO ĐỘNG {DOTS}", size=12, align="center")
    write(left.add_paragraph(), form.heading.union or f"CÔNG ĐOÀN {DOTS}", size=12, bold=True, align="center")
    ruled(left.add_paragraph(), 24, left_width)
    write(first(right), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, align="center")
    write(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", size=13, bold=True, align="center")
    ruled(right.add_paragraph(), 57, right_width)
    left, right = row(made)
    write(first(left), "Số: ………/PCĐ", size=13, align="center")
    write(first(right), f"{form.heading.place or DOTS}, {dated(form.heading.day)}", size=13, italic=True, align="center")


def _title(document: Any, form: ReviewForm) -> None:
    space(write(document.add_paragraph(), "PHIẾU CHẤM ĐIỂM, PHÂN LOẠI", size=14, bold=True, align="center"), before=14)
    write(document.add_paragraph(), "THỎA ƯỚC LAO ĐỘNG TẬP THỂ", size=14, bold=True, align="center")
    write(document.add_paragraph(), f"(Theo {form.basis})", size=13, italic=True, align="center")
    ruled(document.add_paragraph(), 40, TEXT_WIDTH, below=6)


def _heading(document: Any, text: str) -> None:
    space(write(document.add_paragraph(), text, size=13, bold=True), before=10, after=4, keep_with_next=True)


def _facts(document: Any, facts: Sequence[tuple[str, str]]) -> None:
    made = table(document, (38, TEXT_WIDTH - 38), borders=False, padding=0)
    for label, value in facts:
        name, told = row(made)
        write(first(name), f"{label}:", size=12)
        write(first(told), value or DOTS, size=12, bold=label == "Doanh nghiệp")


def _result(document: Any, form: ReviewForm) -> None:
    widths = (12.0, 72.0, 20.0, 20.0, 41.0)
    made = table(document, widths)
    head = row(made, header=True)
    _header(head, ("TT", "Nhóm điểm", "Điểm tối đa", "Điểm chấm", "Xếp loại"))
    for group in form.groups:
        cells = row(made)
        write(first(cells[0]), group.number, size=12, align="center")
        write(first(cells[1]), group.label, size=12)
        _figures(cells, group, size=12)
    cells = row(made)
    write(first(cells[1]), "Tổng cộng", size=12, bold=True)
    write(first(cells[2]), "100", size=12, bold=True, align="center")
    write(first(cells[3]), BLANK if form.total is None else number(form.total), size=12, bold=True, align="center")
    letter = made.cell(1, 4).merge(made.cell(len(made.rows) - 1, 4))
    letter.vertical_alignment = VERTICAL.CENTER
    if form.letter:
        write(first(letter), form.letter, size=36, bold=True, align="center")
        status = "(đã xác nhận)" if form.confirmed_by else "(máy đề xuất)"
    else:
        write(first(letter), "Không xếp loại" if form.confirmed_by else "Chưa xếp loại", size=14, bold=True, align="center")
        status = "" if form.confirmed_by else f"(gỡ được các lý do ở mục IV: {letter_words(form.would_be)})"
    write(letter.add_paragraph(), status, size=10.5, italic=True, align="center")
    space(write(document.add_paragraph(), f"{form.letter_line}.", size=12, bold=True, align="both"), before=6)
    for note in form.notes:
        space(write(document.add_paragraph(), note, size=12, align="both"), before=2)


def _points(document: Any, rows: Sequence[Row]) -> None:
    made = table(document, _POINTS, padding=1.0)
    _header(row(made, header=True), ("TT", "Mục chấm", "Tối đa", "Điểm", "Căn cứ: điều khoản và câu được tính điểm"))
    for one in rows:
        cells = row(made)
        bold, italic = one.kind != "item", one.kind == "topic"
        label = one.label.upper() if one.kind == "group" else one.label
        write(first(cells[0]), one.number, size=11, bold=bold, italic=italic, align="center")
        write(first(cells[1]), label, size=11, bold=bold, italic=italic)
        _figures(cells, one, size=11)
        _ground(cells[4], one)
        if one.kind != "item":
            shade(cells, _GREY if one.kind == "group" else _PALE)
            for cell in cells:
                first(cell).paragraph_format.keep_with_next = True


def _ground(cell: Any, one: Row) -> None:
    paragraph = first(cell)
    if one.where:
        write(paragraph, f"{one.where}: ", size=10.5, bold=True)
    if one.reason:
        write(paragraph, f"{one.reason}.", size=10.5, italic=one.kind == "topic")
    if one.quote:
        write(cell.add_paragraph(), f"“{shorten(one.quote, QUOTE)}”", size=10.5, italic=True)
    if one.law:
        write(cell.add_paragraph(), f"Luật: {one.law}.", size=10)


def _figures(cells: Sequence[Any], one: Row, size: float) -> None:
    bold = one.kind != "item" and size < 12
    write(first(cells[2]), number(one.max_points), size=size, bold=bold, align="center")
    waiting = one.points is None
    write(first(cells[3]), BLANK if waiting else number(one.points or 0.0), size=size, bold=bold and not waiting, align="center")


def _gates(document: Any, form: ReviewForm) -> None:
    made = table(document, (11, 56, 60, 38), padding=1.0)
    _header(row(made, header=True), ("TT", "Lý do không được xếp loại", "Máy thấy", "Người chấm kết luận"))
    for n, gate in enumerate(form.gates, 1):
        cells = row(made)
        write(first(cells[0]), str(n), size=11, align="center")
        write(first(cells[1]), gate.label, size=11, bold=gate.found)
        write(first(cells[2]), gate.machine, size=11, bold=gate.found)
        write(first(cells[3]), gate.person or BLANK, size=11, align=None if gate.person else "center")
    if form.unlawful:
        told = "Nội dung có dấu hiệu trái luật (điều khoản này vô hiệu, luật được áp dụng thay):"
        space(write(document.add_paragraph(), told, size=12), before=6, after=3, keep_with_next=True)
        _passages(document, form.unlawful, "Luật quy định")


def _passages(document: Any, passages: Sequence[Passage], last: str) -> None:
    if not passages:
        return
    made = table(document, (11, 42, 70, 42), padding=1.0)
    _header(row(made, header=True), ("TT", "Điều khoản, nội dung", "Câu trong thỏa ước", last))
    for n, one in enumerate(passages, 1):
        cells = row(made)
        write(first(cells[0]), str(n), size=11, align="center")
        write(first(cells[1]), one.place, size=11, bold=True)
        write(cells[1].add_paragraph(), one.label, size=11)
        write(first(cells[2]), f"“{shorten(one.quote, QUOTE)}”", size=10.5, italic=True)
        write(first(cells[3]), one.note, size=10.5)


def _conclusion(document: Any, form: ReviewForm) -> None:
    total = "………… / 100" if form.total is None else f"{number(form.total)} / 100"
    paragraph = write(document.add_paragraph(), "Tổng điểm: ", size=13)
    write(paragraph, total, size=13, bold=form.total is not None)
    decided = form.letter or "không xếp loại" if form.confirmed_by else "…………"
    write(paragraph, "          Xếp loại: ", size=13)
    space(write(paragraph, decided, size=13, bold=bool(form.confirmed_by)), after=3, keep_with_next=True)
    space(write(document.add_paragraph(), "Ý kiến của người chấm:", size=13), keep_with_next=True)
    for _ in range(2):
        space(dotted(document.add_paragraph()), before=4, keep_with_next=True)


def _signatures(document: Any, form: ReviewForm) -> None:
    space(document.add_paragraph(), before=2, keep_with_next=True)
    made = table(document, (TEXT_WIDTH / 2, TEXT_WIDTH / 2), borders=False, padding=0)
    for cell, (office, what, name) in zip(row(made), columns(form.confirmed_by), strict=True):
        space(write(first(cell), office, size=13, bold=True, align="center"), keep_with_next=True)
        space(write(cell.add_paragraph(), what, size=12, italic=True, align="center"), after=58)
        write(cell.add_paragraph(), name, size=13, bold=True, align="center")


def _header(cells: Sequence[Any], names: Sequence[str]) -> None:
    for cell, name in zip(cells, names, strict=True):
        cell.vertical_alignment = VERTICAL.CENTER
        write(first(cell), name, size=11, bold=True, align="center")
    shade(cells, _GREY)
