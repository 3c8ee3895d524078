"""The table of units as a spreadsheet (.xlsx or .csv): read strictly, written so that a spreadsheet program runs nothing of it.

A CSV file may be UTF-8 with or without its mark, UTF-16 as spreadsheet programs save "Unicode text", or Windows CP1258; its separator is
";", "," or a tab. Reads and writes bytes; knows nothing of the database.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.problems import Problem
from app.reading.document import ReadingError
from app.reading.guard import Archive
from app.reading.text import fold

COLUMNS: Mapping[str, str] = {
    "code": "Mã đơn vị",
    "kind": "Loại đơn vị",
    "name": "Tên đơn vị",
    "parent": "Mã cấp trên",
    "from_on": "Từ ngày",
    "closed_on": "Ngày kết thúc",
    "province": "Tỉnh/thành phố",
    "commune": "Xã/phường",
    "employer": "Doanh nghiệp",
    "ownership": "Loại hình",
    "sector": "Ngành nghề",
    "wage_region": "Vùng lương",
    "workers": "Số lao động",
    "members": "Số đoàn viên",
}
REQUIRED = ("code", "kind", "name", "parent")
SHEET = "Đơn vị"
MOST_ROWS = 20_000
MOST_BYTES = 8_000_000
_MOST_UNPACKED = 60_000_000  # of one part of a workbook
_WIDTHS = (16, 26, 46, 16, 12, 14, 18, 22, 46, 12, 24, 12, 13, 13)
_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet program take a text for a formula


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the spreadsheet program shows it; `cells` by column, empty ones left out; `formulas`: the columns with one."""

    number: int
    cells: Mapping[str, str]
    formulas: frozenset[str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_rows(data: bytes) -> list[Row]:
    """The rows below the header. Raises Problem units_file_invalid."""
    raw = _workbook(data) if data[:2] == b"PK" else _text(data)
    header_at = next((n for n, row in enumerate(raw) if any(row)), None)
    if header_at is None:
        raise _refused("Bảng không có dữ liệu.")
    names = _header(raw[header_at], header_at + 1)
    rows = []
    for number, cells in enumerate(raw[header_at + 1 :], header_at + 2):
        found = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        if found:
            formulas = frozenset(name for name, cell in found.items() if cell.startswith("="))
            rows.append(Row(number, {name: _plain(cell) for name, cell in found.items()}, formulas))
    if len(rows) > MOST_ROWS:
        raise _refused(f"Bảng có quá {MOST_ROWS} dòng. Hãy chia thành nhiều tệp.")
    return rows


def write(rows: Iterable[Mapping[str, Any]], format: str, guide: Sequence[str] = ()) -> bytes:
    """A spreadsheet of these rows: "csv" (UTF-8 with its mark, ";") or "xlsx", there with a second sheet that holds `guide`."""
    table = [[_cell_text(row.get(name)) for name in COLUMNS] for row in rows]
    if format == "csv":
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS.values())
        writer.writerows([[_harmless(cell) for cell in row] for row in table])
        return b"\xef\xbb\xbf" + text.getvalue().encode()
    return _write_workbook(table, guide)


def _header(cells: Sequence[str], number: int) -> list[str]:
    known = {fold(label).replace(" ", ""): name for name, label in COLUMNS.items()}
    folded = [fold(cell).replace(" ", "").rstrip("*") for cell in cells]
    strange = [cell for cell, key in zip(cells, folded, strict=True) if cell and key not in known]
    names = [known.get(key, "") for key in folded]
    missing = [COLUMNS[name] for name in REQUIRED if name not in names]
    twice = sorted({COLUMNS[name] for name in names if name and names.count(name) > 1})
    if strange or missing or twice:
        what = (
            [f"cột lạ «{one[:40]}»" for one in strange[:5]]
            + [f"thiếu cột «{one}»" for one in missing]
            + [f"cột «{one}» ghi hai lần" for one in twice]
        )
        raise _refused(
            f"Dòng tiêu đề (dòng {number}): {', '.join(what)}. Các cột được dùng: {', '.join(COLUMNS.values())}. "
            "Nếu chữ có dấu bị sai, hãy lưu lại tệp dạng .xlsx hoặc CSV UTF-8."
        )
    return names


def _text(data: bytes) -> list[list[str]]:
    text = decode(data)
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        separator = first.strip()[4]
        text = text.split(first, 1)[1].lstrip("\r\n")
    else:
        separator = max(";,\t", key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [[_clean(cell) for cell in row] for row, _ in zip(table, range(MOST_ROWS + 10), strict=False)]
    except csv.Error as error:
        raise _refused(f"Dòng {table.line_num}: không phải bảng CSV đọc được.") from error


def decode(data: bytes) -> str:
    """The text of a CSV file in whatever encoding. Raises Problem."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            return unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise _refused("Không rõ bảng mã của tệp. Hãy lưu lại dạng .xlsx hoặc CSV UTF-8.")


def _workbook(data: bytes) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        archive = Archive(data)  # refuses packages that swell
        if any(archive.size(name) > _MOST_UNPACKED for name in archive.names):
            raise _refused("Bảng tính quá lớn. Hãy chia thành nhiều tệp.")
        book = load_workbook(io.BytesIO(data), read_only=True)
        sheet = next((one for one in book.worksheets if one.title == SHEET), book.worksheets[0])
        rows = sheet.iter_rows(max_row=MOST_ROWS + 10, max_col=40)
        return [["=" if cell.data_type == "f" else _clean(_value(cell.value)) for cell in row] for row in rows]
    except (ReadingError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, AttributeError) as error:
        raise _refused("Không phải bảng tính .xlsx hoặc .csv đọc được.") from error


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _clean(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).split())


def _plain(cell: str) -> str:
    """Without the mark that keeps a text from being taken for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _STARTS else cell


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.day:02}/{value.month:02}/{value.year}" if isinstance(value, date) else str(value)


def _write_workbook(table: Sequence[Sequence[str]], guide: Sequence[str]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for index, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKLMN"[index]].width = width

    def cells(row: Sequence[str], bold: bool) -> list[Any]:
        made = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=None)
            cell.value = text
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.number_format = "@"  # codes keep their zeros, dates their form
            if bold:
                cell.font = Font(bold=True)
            made.append(cell)
        return made

    sheet.append(cells(list(COLUMNS.values()), bold=True))
    for row in table:
        sheet.append(cells(row, bold=False))
    if guide:
        page = book.create_sheet("Hướng dẫn")
        page.column_dimensions["A"].width = 120
        for line in guide:
            cell = WriteOnlyCell(page, value=line)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            page.append([cell])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _refused(message: str) -> Problem:
    return Problem("units_file_invalid", message)
