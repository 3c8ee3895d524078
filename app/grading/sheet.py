"""A spreadsheet (.xlsx or .csv) as a rubric profile: how a federation's officer makes its own annex a profile.

One table; its columns may stand in any order. `loại` says what a row is:

| loại | mã | other columns |
| --- | --- | --- |
| thông tin | id, version, federation, basis, author, dated, in_force_from, in_force_to, note, step | tên = the value |
| hạng | A, B, C | tối đa = the points from which it is given |
| nhóm | process, content, signing_implementation, bonus | tên, tối đa |
| chủ đề | a topic of provisions.yaml | tên, tối đa |
| mục | the item | nhóm, tên, tối đa; content: chủ đề, nội dung, cách tính; dossier: tài liệu |

`cách tính` holds parts with ";" between: "chắc chắn: 2", "từ 18.000 đồng/bữa: 5,5", "không quá 44 giờ/tuần: 6,5", "hơn luật 1 ngày: 3",
"hơn luật 5%: 4,5", "đổi đồng/tháng: đồng/bữa / 26". Reads bytes; writes `Profile` or SheetError that names sheet, row and column.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.grading.catalogue import Catalogue
from app.grading.profile import Profile
from app.grading.rubric import parse_rubric
from app.grading.sheet_export import COLUMNS, gates_data
from app.grading.strict import Place, Problem, RuleFileError
from app.grading.wording import UNITS, number
from app.reading.text import fold

KINDS = ("thông tin", "hạng", "nhóm", "chủ đề", "mục")
INFO = ("id", "version", "federation", "basis", "author", "dated", "in_force_from", "in_force_to", "note", "step")
MOST_ROWS = 2000
_KEY_COLUMN = {
    "id": "mã",
    "grade": "mã",
    "group": "nhóm",
    "topic": "chủ đề",
    "label": "tên",
    "max": "tối đa",
    "at_least": "tối đa",
    "evidence": "tài liệu",
    "earn": "cách tính",
}
_PART = "«chắc chắn: 2», «từ 18.000 đồng/bữa: 5,5», «không quá 44 giờ/tuần: 6,5», «hơn luật 1 ngày: 3», «hơn luật 5%: 4,5»"
_FORMS = (
    ("at_least", re.compile(r"từ\s+([\d.,]+)\s*(\S.*?)\s*:\s*([\d.,]+)$")),
    ("at_most", re.compile(r"không quá\s+([\d.,]+)\s*(\S.*?)\s*:\s*([\d.,]+)$")),
    ("margin_percent", re.compile(r"hơn luật\s+([\d.,]+)\s*(%)\s*:\s*([\d.,]+)$")),
    ("over", re.compile(r"hơn luật\s+([\d.,]+)\s*(\S.*?)\s*:\s*([\d.,]+)$")),
)
_FIRM = re.compile(r"chắc chắn\s*:\s*([\d.,]+)$")
_CONVERT = re.compile(r"đổi\s+(\S.*?)\s*:\s*(\S.*?)\s*/\s*([\d.,]+)$")
# What the checks of a profile call things, in the words of the sheet.
_WORDS = (
    (re.compile(r"\bearn\b"), "cách tính"),
    (re.compile(r"\bfirm hoặc bands\b"), "«chắc chắn: …» hoặc một mức như «từ 18.000 đồng/bữa: 5,5»"),
    (re.compile(r"\bfirm\b"), "«chắc chắn»"),
    (re.compile(r"\bat_least\b"), "từ"),
    (re.compile(r"\bat_most\b"), "không quá"),
    (re.compile(r"\bmargin_percent ([\d.]+)"), r"hơn luật \1%"),
    (re.compile(r"\bover\b"), "hơn luật"),
    (re.compile(r"(?<=\d)\.(?=\d(?:\D|$))"), ","),
)
_UNIT = re.compile(rf"(?<![\w/])(?:{'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})(?![\w/])")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?$")


class SheetError(RuleFileError):
    """A spreadsheet that cannot become a profile; every problem names sheet, row, column and what is allowed."""

    code = "bad_rubric_sheet"


@dataclass(frozen=True, slots=True)
class _Row:
    number: int  # as the spreadsheet program shows it
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def import_sheet(data: bytes, name: str, catalogue: Catalogue, base: Profile, version: int = 1) -> Profile:
    """The profile in a spreadsheet. `base` gives the gates and what the sheet leaves out of its information; `version` is used where the
    sheet names none. The status is always provisional. Raises SheetError.
    """
    table, rows = _table(data, name)
    return _Import(table, rows, catalogue, base, version).profile(name)


def _table(data: bytes, name: str) -> tuple[str, list[_Row]]:
    """The sheet's name and its rows below the header."""
    sheet, raw = cells_of(data, name)
    header_at = next((n for n, row in enumerate(raw) if any(row)), None)
    if header_at is None:
        raise SheetError(name, [Problem((), f"trang «{sheet}» không có dữ liệu")])
    header = [fold(" ".join(cell.split())) for cell in raw[header_at]]
    known = {fold(column): column for column in COLUMNS}
    strange = [raw[header_at][n] for n, cell in enumerate(header) if cell and cell not in known]
    missing = [column for column in COLUMNS if fold(column) not in header and column != "tài liệu"]
    if strange or missing:
        what = [f"cột lạ «{one}»" for one in strange] + [f"thiếu cột «{one}»" for one in missing]
        where = f"trang «{sheet}», dòng {header_at + 1}"
        message = f"{where}: {', '.join(what)}; dòng tiêu đề cần các cột: {', '.join(COLUMNS)}"
        raise SheetError(name, [Problem((), message)])
    names = [known.get(cell, "") for cell in header]
    rows = []
    for n, row in enumerate(raw[header_at + 1 :], header_at + 2):
        if any(row):
            rows.append(_Row(n, {names[i]: cell.strip() for i, cell in enumerate(row) if i < len(names) and names[i]}))
    return sheet, rows


def cells_of(data: bytes, name: str) -> tuple[str, list[list[str]]]:
    """The name and the cells of the first sheet of an .xlsx or a .csv file. Raises SheetError."""
    if data[:2] != b"PK":
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SheetError(name, [Problem((), "tệp .csv phải lưu bằng mã UTF-8")]) from None
        first = text.split("\n", 1)[0]
        table = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
        try:
            return name, [[" ".join(cell.split()) for cell in row] for row, _ in zip(table, range(MOST_ROWS), strict=False)]
        except csv.Error:
            raise SheetError(name, [Problem((), f"dòng {table.line_num}: không phải bảng .csv đọc được")]) from None
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=30, values_only=True)
        return sheet.title, [[_cell(value) for value in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        raise SheetError(name, [Problem((), "không phải bảng tính .xlsx hoặc .csv đọc được")]) from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(float(value))
    return " ".join(str(value).split())


class _Import:
    """Turns the rows into the data of a profile file, remembering which row every part came from."""

    def __init__(self, sheet: str, rows: list[_Row], catalogue: Catalogue, base: Profile, version: int) -> None:
        self.sheet = sheet
        self.rows = rows
        self.catalogue = catalogue
        self.base = base
        self.version = version
        self.problems: list[Problem] = []
        self.origin: dict[Place, _Row] = {}

    def profile(self, name: str) -> Profile:
        data = self.data()
        if self.problems:
            raise SheetError(name, self.problems)
        try:
            return parse_rubric(data, name, self.catalogue)
        except RuleFileError as error:
            raise SheetError(name, [self._located(one) for one in error.problems]) from None

    def data(self) -> dict[str, Any]:
        info: dict[str, str] = {}
        lists: dict[str, list[Any]] = {"letters": [], "groups": [], "topics": [], "items": []}
        for row in self.rows:
            kind = next((one for one in KINDS if fold(one) == fold(row["loại"])), "")
            if kind == "thông tin":
                self._info(row, info)
            elif kind == "hạng":
                self._add(lists, "letters", row, {"grade": row["mã"], "at_least": self._number(row, "tối đa")})
            elif kind == "nhóm":
                self._add(lists, "groups", row, self._named(row))
            elif kind == "chủ đề":
                self._add(lists, "topics", row, {**self._named(row), "id": self._topic(row["mã"])})
            elif kind == "mục":
                self._add(lists, "items", row, self._item(row))
            else:
                self._fail(row, "loại", f"«{row['loại']}» không dùng được; được dùng: {', '.join(KINDS)}")
        return {**self._head(info), **lists, "gates": gates_data(self.base.gates)}

    def _head(self, info: dict[str, str]) -> dict[str, Any]:
        head: dict[str, Any] = {
            "id": info.get("id", ""),
            "version": self._whole(info.get("version", "")),
            "status": "provisional",
            "federation": info.get("federation", ""),
            "basis": info.get("basis") or self.base.basis,
            "author": info.get("author") or info.get("federation", ""),
            "dated": _date(info.get("dated", "")) or self.base.dated,
            "in_force": {"from": _date(info.get("in_force_from", "")) or self.base.in_force_from},
            "step": parse_number(info.get("step", "")) or self.base.step,
        }
        if info.get("in_force_to"):
            head["in_force"]["to"] = _date(info["in_force_to"])
        return head | ({"note": info["note"]} if info.get("note") else {})

    def _whole(self, text: str) -> int:
        value = parse_number(text)
        return int(value) if value else self.version

    def _info(self, row: _Row, info: dict[str, str]) -> None:
        if row["mã"] not in INFO:
            self._fail(row, "mã", f"«{row['mã']}» không dùng được; được dùng: {', '.join(INFO)}")
            return
        if row["mã"] in ("dated", "in_force_from", "in_force_to") and row["tên"] and _date(row["tên"]) is None:
            self._fail(row, "tên", f"«{row['tên']}» không phải ngày dạng 2023-07-17 hoặc 17/7/2023")
        info[row["mã"]] = row["tên"]
        self.origin[(row["mã"],)] = row

    def _named(self, row: _Row) -> dict[str, Any]:
        return {"id": row["mã"], "label": row["tên"], "max": self._number(row, "tối đa")}

    def _item(self, row: _Row) -> dict[str, Any]:
        data = {**self._named(row), "group": row["nhóm"]}
        if row["nhóm"] != "content":
            return data | {"evidence": row["tài liệu"]}
        return data | {"topic": self._topic(row["chủ đề"]), "earn": self._earn(row)}

    def _earn(self, row: _Row) -> dict[str, Any]:
        earn: dict[str, Any] = {"provision": self._provision(row["nội dung"])}
        for part in (part.strip() for part in row["cách tính"].split(";")):
            if not part:
                continue
            firm, convert = _FIRM.match(part), _CONVERT.match(part)
            form = next(((measure, hit) for measure, one in _FORMS if (hit := one.match(part))), None)
            if firm:
                earn["firm"] = parse_number(firm[1])
            elif convert:
                change = {"unit": _unit(convert[1]), "to": _unit(convert[2]), "divide": parse_number(convert[3])}
                earn.setdefault("convert", []).append(change)
            elif form:
                measure, hit = form
                band: dict[str, Any] = {measure: parse_number(hit[1]), "points": parse_number(hit[3])}
                if measure != "margin_percent":
                    band["unit"] = _unit(hit[2])
                earn.setdefault("bands", []).append(band)
            else:
                self._fail(row, "cách tính", f"không hiểu «{part}»; viết như {_PART}")
        return earn

    def _topic(self, text: str) -> str:
        return next((id for id, label in self.catalogue.topics.items() if text and fold(label) == fold(text)), text)

    def _provision(self, text: str) -> str:
        known = self.catalogue.provisions.values()
        return next((one.id for one in known if text and fold(one.label) == fold(text)), text)

    def _number(self, row: _Row, column: str) -> float:
        value = parse_number(row[column])
        if value is None:
            self._fail(row, column, f"phải là một số, không phải «{row[column]}»")
        return value or 0.0

    def _add(self, lists: dict[str, list[Any]], key: str, row: _Row, data: dict[str, Any]) -> None:
        self.origin[(key, len(lists[key]))] = row
        lists[key].append(data)

    def _fail(self, row: _Row, column: str, message: str) -> None:
        self.problems.append(Problem((), f"trang «{self.sheet}», dòng {row.number}, cột «{column}»: {message}"))

    def _located(self, problem: Problem) -> Problem:
        """A problem of the data as a place in the sheet."""
        row = self.origin.get(problem.place[:2]) or self.origin.get(problem.place[:1])
        key = next((step for step in problem.place[2:3] if isinstance(step, str)), "")
        column = "nội dung" if problem.place[-1:] == ("provision",) else _KEY_COLUMN.get(key, "")
        if row and len(problem.place) == 1:
            column = "tên"
        where = f", dòng {row.number}" if row else ""
        where += f", cột «{column}»" if column else ""
        about = "" if row or not problem.place else f" ({problem.place[0]})"
        return Problem((), f"trang «{self.sheet}»{where}{about}: {_said(problem.message)}")


def _said(message: str) -> str:
    for pattern, words in _WORDS:
        message = pattern.sub(words, message)
    return _UNIT.sub(lambda match: UNITS[match.group()], message)


def parse_number(text: str) -> float | None:
    """ "18.000" -> 18000, "5,5" and "5.5" -> 5.5; None where it is no number."""
    text = text.strip()
    if _THOUSANDS.match(text):
        text = text.replace(".", "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _unit(text: str) -> str:
    names = {words: id for id, words in UNITS.items()}
    return names.get(text.strip(), text.strip())


def _date(text: str) -> date | None:
    written = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
