"""The tables as CSV and as one workbook. No cell of them becomes a formula in a spreadsheet program."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from app.publications.opendata.columns import CODEBOOK, PROMISES, PUBLICATIONS, Cell, codebook_rows, promise_rows, publication_rows
from app.publications.summary import Summary

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM: Final = "\ufeff"  # by which Excel knows the letters
PUBLICATION_NAMES: Final = [column.name for column in PUBLICATIONS]
PROMISE_NAMES: Final = [column.name for column in PROMISES]
_SHEET_ROWS: Final = 1_048_576
_CELL: Final = 32_767
_FORMULA: Final = frozenset("=+-@\t\r\n|%")


def harmless(value: Cell) -> Cell:
    """The cell as it may stand in a table: text that a spreadsheet program could take for a formula begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    first = unicodedata.normalize("NFKC", value.lstrip(" \u00a0\u200b\ufeff")[:1])
    return f"'{value}" if first in _FORMULA and value else value


def csv_lines(names: list[str], rows: Iterable[list[Cell]]) -> Iterator[str]:
    """The lines of a table, the first with the byte order mark and the names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write(BOM)
    writer.writerow(names)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if out.tell() > 60_000:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def publications_csv(summaries: Iterable[Summary]) -> Iterator[str]:
    return csv_lines(PUBLICATION_NAMES, (row for one in summaries for row in publication_rows(one)))


def promises_csv(summaries: Iterable[Summary]) -> Iterator[str]:
    return csv_lines(PROMISE_NAMES, (row for one in summaries for row in promise_rows(one)))


def codebook_csv() -> str:
    return "".join(csv_lines(list(CODEBOOK), codebook_rows()))


def write_workbook(path: Path, summaries: Iterable[Summary]) -> None:
    """Both tables and the codebook. The same publications give the same bytes."""
    book = Workbook(write_only=True)
    codebook = _Sheets(book, "Bảng mã", list(CODEBOOK))
    for row in codebook_rows():
        codebook.add(row)
    publications, promises = _Sheets(book, "Thỏa ước", PUBLICATION_NAMES), _Sheets(book, "Cam kết", PROMISE_NAMES)
    for one in summaries:
        for row in publication_rows(one):
            publications.add(row)
        for row in promise_rows(one):
            promises.add(row)
    made = io.BytesIO()
    book.save(made)
    path.write_bytes(_dateless(made))


class _Sheets:
    """A table in a sheet, and in a next one where it has more rows than a sheet holds."""

    def __init__(self, book: Workbook, title: str, names: list[str]) -> None:
        self._book, self._title, self._names = book, title, names
        self._count = 0
        self._rows = 0
        self._sheet: Any = self._next()

    def _next(self) -> Any:
        self._count += 1
        sheet: Any = self._book.create_sheet(self._title if self._count == 1 else f"{self._title} {self._count}")
        sheet.freeze_panes = "A2"
        heads = []
        for name in self._names:
            cell = WriteOnlyCell(sheet, name)
            cell.font = Font(bold=True)
            heads.append(cell)
        sheet.append(heads)
        self._rows = 1
        return sheet

    def add(self, row: list[Cell]) -> None:
        if self._rows == _SHEET_ROWS:
            self._sheet = self._next()
        cells = []
        for value in row:
            value = harmless(value)
            cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:_CELL] if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        self._sheet.append(cells)
        self._rows += 1


def _dateless(made: io.BytesIO) -> bytes:
    """The workbook without the moment of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
