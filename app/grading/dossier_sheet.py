"""The dossier's checklist as a spreadsheet: one row an item of process, signing and bonus, for a person to fill in.

Reads a profile, or the bytes of a filled .xlsx or .csv; writes bytes, or the entries that `score` takes. A row without points is an item
that still waits for its document.
"""

from __future__ import annotations

from app.grading.profile import Profile
from app.grading.score import DossierEntry, Evidence
from app.grading.sheet import SheetError, cells_of, parse_number
from app.grading.sheet_export import table_bytes
from app.grading.strict import Problem
from app.grading.wording import number
from app.reading.text import fold

COLUMNS = ("mã", "nhóm", "mục", "cần có", "tối đa", "điểm", "tài liệu", "tình trạng")
STATES: dict[str, Evidence] = {"tự khai": "declared", "kèm tài liệu": "attached", "đã đối chiếu": "verified"}
SHEET = "Hồ sơ"
_WIDTHS = (26, 26, 50, 50, 9, 9, 50, 16)
_NEEDED = ("mã", "điểm")


def export_dossier(profile: Profile, name: str) -> bytes:
    """The empty checklist of a profile, as .csv or .xlsx by the ending of `name`."""
    groups = {group.id: group.label for group in profile.groups}
    rows = [[one.id, groups[one.group], one.label, one.evidence, number(one.max), "", "", ""] for one in profile.items if one.earn is None]
    return table_bytes([COLUMNS, *rows], name, SHEET, _WIDTHS)


def read_dossier(data: bytes, name: str, profile: Profile) -> dict[str, DossierEntry]:
    """The entries of a filled checklist by item. Raises SheetError: every wrong cell with sheet, row and column."""
    sheet, rows = cells_of(data, name)
    header_at = next((n for n, row in enumerate(rows) if any(row)), None)
    header = [fold(cell) for cell in rows[header_at]] if header_at is not None else []
    at = {column: header.index(fold(column)) for column in COLUMNS if fold(column) in header}
    missing = [column for column in _NEEDED if column not in at]
    if header_at is None or missing:
        message = f"trang «{sheet}»: dòng tiêu đề cần các cột {', '.join(COLUMNS)}; thiếu {', '.join(missing)}"
        raise SheetError(name, [Problem((), message)])
    known = {item.id: item for item in profile.items if item.earn is None}
    entries: dict[str, DossierEntry] = {}
    problems: list[Problem] = []
    for n, row in enumerate(rows[header_at + 1 :], header_at + 2):
        cell = {column: row[i].strip() if i < len(row) else "" for column, i in at.items()}
        if not any(cell.values()) or not cell["điểm"]:
            continue
        faults = []
        points = parse_number(cell["điểm"])
        item = known.get(cell["mã"])
        if item is None:
            faults.append(("mã", f"không có mục hồ sơ «{cell['mã']}»; được dùng: {', '.join(known)}"))
        elif cell["mã"] in entries:
            faults.append(("mã", f"mục «{cell['mã']}» ghi hai lần"))
        elif points is None or not 0 <= points <= item.max or points % profile.step:
            limit = f"từ 0 đến {number(item.max)}, bước {number(profile.step)}"
            faults.append(("điểm", f"phải là số {limit}, không phải «{cell['điểm']}»"))
        state = STATES.get(cell.get("tình trạng", "").lower() or "tự khai")
        if state is None:
            faults.append(("tình trạng", f"«{cell['tình trạng']}» không dùng được; được dùng: {', '.join(STATES)}"))
        problems += [Problem((), f"trang «{sheet}», dòng {n}, cột «{column}»: {message}") for column, message in faults]
        if not faults and points is not None and state is not None:
            entries[cell["mã"]] = DossierEntry(points, cell.get("tài liệu", ""), state)
    if problems:
        raise SheetError(name, problems)
    return entries
