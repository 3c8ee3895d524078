"""The review form as a spreadsheet: the same parts in the same order, quotes whole. Reads `ReviewForm`; writes .xlsx bytes.

Text from agreements never becomes a formula: every text is stored as text, and what begins like a formula is also marked as
quoted, so that it stays text when somebody edits the cell.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties

from app.reports.form import Passage, ReviewForm, Row, columns, dated, storable

LONGEST = 32_767  # characters of a cell
SHEET = "Phiếu chấm"
_FONT = "Times New Roman"
_WIDTHS = (6, 34, 8, 8, 40, 54, 32)
_LAST = len(_WIDTHS)
_LINE = Side(style="thin", color="000000")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_GREY, _PALE = PatternFill("solid", fgColor="D9D9D9"), PatternFill("solid", fgColor="F2F2F2")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_xlsx(form: ReviewForm) -> bytes:
    """The form as the bytes of an .xlsx file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    writer = _Writer(sheet)
    _head(writer, form)
    _result(writer, form)
    _points(writer, form.rows)
    _gates(writer, form)
    _review(writer, form)
    _end(writer, form)
    _page(sheet)
    book.properties.creator, book.properties.title = "Thước", "Phiếu chấm điểm, phân loại thỏa ước lao động tập thể"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Writer:
    """Fills one sheet from top to bottom."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.at = 1

    def cell(self, column: int, value: str | float | None, *, bold: bool = False, italic: bool = False, align: str = "left") -> Any:
        """Write into the present row."""
        cell = self.sheet.cell(self.at, column)
        put(cell, value)
        cell.font = Font(name=_FONT, size=11, bold=bold, italic=italic)
        cell.alignment = Alignment(horizontal=align, vertical="top", wrap_text=True)
        return cell

    def next(self, height: float | None = None) -> None:
        if height:
            self.sheet.row_dimensions[self.at].height = height
        self.at += 1

    def merged(self, first: int, last: int, value: str | float | None, *, size: int = 11, align: str = "left", **looks: bool) -> Any:
        """Write across columns of the present row."""
        cell = self.cell(first, value, align=align, **looks)
        cell.font = Font(name=_FONT, size=size, bold=looks.get("bold", False), italic=looks.get("italic", False))
        self.sheet.merge_cells(start_row=self.at, start_column=first, end_row=self.at, end_column=last)
        return cell

    def heading(self, text: str) -> None:
        self.next()
        self.merged(1, _LAST, text, size=12, bold=True)
        self.next()

    def line(
        self,
        values: Sequence[str | float | None],
        *,
        header: bool = False,
        fill: PatternFill | None = None,
        bold: bool = False,
        joined: tuple[int, int] | None = None,
    ) -> None:
        """One bordered row of a table; numbers stand in the middle; `joined` makes some columns one."""
        for column, value in enumerate(values, 1):
            middle = header or column in (1, 3, 4)
            cell = self.cell(column, value, bold=bold or header, align="center" if middle else "left")
            cell.border = _BOX
            if header or fill:
                cell.fill = fill or _GREY
        if joined:
            self.sheet.merge_cells(start_row=self.at, start_column=joined[0], end_row=self.at, end_column=joined[1])
        self.next(_height(values))


def put(cell: Any, value: str | float | None) -> None:
    """Store a value; a text stays a text whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = storable(value)[:LONGEST]
    cell.value = text
    if text:
        cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA)


def _head(writer: _Writer, form: ReviewForm) -> None:
    heading = form.heading
    writer.merged(1, 4, heading.above or "LIÊN ĐOÀN LAO ĐỘNG ……………", size=12, align="center")
    writer.merged(5, _LAST, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, align="center", bold=True)
    writer.next()
    writer.merged(1, 4, heading.union or "CÔNG ĐOÀN ……………", size=12, align="center", bold=True)
    motto = writer.merged(5, _LAST, "Độc lập - Tự do - Hạnh phúc", size=13, align="center", bold=True)
    motto.font = Font(name=_FONT, size=13, bold=True, underline="single")
    writer.next()
    writer.merged(1, 4, "Số: ………/PCĐ", size=12, align="center")
    writer.merged(5, _LAST, f"{heading.place or '……………'}, {dated(heading.day)}", size=12, align="center", italic=True)
    writer.next()
    writer.next()
    writer.merged(1, _LAST, "PHIẾU CHẤM ĐIỂM, PHÂN LOẠI THỎA ƯỚC LAO ĐỘNG TẬP THỂ", size=14, align="center", bold=True)
    writer.next(20)
    writer.merged(1, _LAST, f"(Theo {form.basis})", size=12, align="center", italic=True)
    writer.next()
    writer.heading("I. THÔNG TIN THỎA ƯỚC")
    for label, value in form.facts:
        writer.merged(1, 2, f"{label}:")
        writer.merged(3, _LAST, value or "……………", bold=label == "Doanh nghiệp")
        writer.next()


def _result(writer: _Writer, form: ReviewForm) -> None:
    writer.heading("II. KẾT QUẢ CHẤM ĐIỂM")
    writer.line(("TT", "Nhóm điểm", "Tối đa", "Điểm"), header=True)
    for group in form.groups:
        writer.line((group.number, group.label, group.max_points, group.points))
    writer.line(("", "Tổng cộng", 100.0, form.total), bold=True)
    writer.merged(1, _LAST, form.letter_line, bold=True)
    writer.next()
    for note in form.notes:
        writer.merged(1, _LAST, note)
        writer.next()


def _points(writer: _Writer, rows: Sequence[Row]) -> None:
    writer.heading("III. ĐIỂM TỪNG MỤC")
    writer.line(("TT", "Mục chấm", "Tối đa", "Điểm", "Căn cứ", "Câu được tính điểm", "Luật quy định"), header=True)
    writer.sheet.print_title_rows = f"{writer.at - 1}:{writer.at - 1}"
    for one in rows:
        ground = ": ".join(part for part in (one.where, one.reason) if part)
        fill = {"group": _GREY, "topic": _PALE, "item": None}[one.kind]
        label = one.label.upper() if one.kind == "group" else one.label
        values = (one.number, label, one.max_points, one.points, ground, one.quote, one.law)
        writer.line(values, fill=fill, bold=one.kind != "item")


def _gates(writer: _Writer, form: ReviewForm) -> None:
    writer.heading("IV. ĐIỀU KIỆN XẾP LOẠI")
    writer.line(("TT", "Lý do không được xếp loại", "", "", "Máy thấy", "", "Người chấm kết luận"), header=True, joined=(5, 6))
    for n, gate in enumerate(form.gates, 1):
        writer.line((str(n), gate.label, "", "", gate.machine, "", gate.person), bold=gate.found, joined=(5, 6))
    if form.unlawful:
        writer.merged(1, _LAST, "Nội dung có dấu hiệu trái luật (điều khoản này vô hiệu, luật được áp dụng thay):", bold=True)
        writer.next()
        _passages(writer, form.unlawful, "Luật quy định")


def _review(writer: _Writer, form: ReviewForm) -> None:
    if not form.to_review and not form.warnings:
        return
    writer.heading("V. NỘI DUNG CẦN NGƯỜI CHẤM XEM LẠI")
    if form.to_review:
        _passages(writer, form.to_review, "Vì sao cần xem lại")
    for warning in form.warnings:
        writer.merged(1, _LAST, f"– {warning}")
        writer.next()


def _passages(writer: _Writer, passages: Sequence[Passage], last: str) -> None:
    writer.line(("TT", "Điều khoản", "", "", "Nội dung", "Câu trong thỏa ước", last), header=True, joined=(2, 4))
    for n, one in enumerate(passages, 1):
        writer.line((str(n), one.place, "", "", one.label, one.quote, one.note), joined=(2, 4))


def _end(writer: _Writer, form: ReviewForm) -> None:
    writer.next()
    left, right = columns(form.confirmed_by)
    for line, height in ((0, None), (1, 60.0), (2, None)):  # office, how to sign, room for it, name
        for start, end, column in ((1, 4, left), (5, _LAST, right)):
            writer.merged(start, end, column[line], size=12, align="center", bold=line != 1, italic=line == 1)
        writer.next(height)


def _page(sheet: Any) -> None:
    for column, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape"  # 9: A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins
    margins.top = margins.bottom = 20 / 25.4
    margins.left, margins.right = 30 / 25.4, 15 / 25.4
    sheet.oddHeader.center.text = "&P"
    sheet.HeaderFooter.differentFirst = True
    sheet.sheet_view.showGridLines = False


def _height(values: Sequence[str | float | None]) -> float:
    """A row high enough for its longest cell: spreadsheet programs do not grow rows that a program wrote."""
    lines = 1
    for value, width in zip(values, _WIDTHS, strict=False):
        if isinstance(value, str):
            lines = max(lines, -(-len(value) // max(1, int(width * 1.02))))
    return min(409.0, 15.0 * lines + 2)
