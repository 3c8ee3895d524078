"""A rubric profile written out: as the spreadsheet that `app.grading.sheet` reads, and in the form of its YAML file.

Reads `Profile`; writes bytes or plain data. What is written here and read back gives the same profile.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from app.grading.profile import Earn, GateRules, Item, Profile, SignatoryRule
from app.grading.score import band_words
from app.grading.wording import UNITS, number

COLUMNS = ("loại", "mã", "nhóm", "chủ đề", "tên", "tối đa", "nội dung", "cách tính", "tài liệu")
SHEET = "Khung điểm"


def export_sheet(profile: Profile, name: str) -> bytes:
    """The spreadsheet of a profile: CSV where the name ends so (UTF-8 with a mark for spreadsheet programs), else XLSX."""
    return table_bytes([list(COLUMNS), *_rows(profile)], name, SHEET, (11, 26, 23, 16, 60, 9, 26, 60, 60))


def table_bytes(rows: Sequence[Sequence[Any]], name: str, title: str, widths: Sequence[float]) -> bytes:
    """Rows of cells, the first one the header, as the bytes of a .csv or an .xlsx file, by the ending of `name`."""
    if name.lower().endswith(".csv"):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def profile_data(profile: Profile) -> dict[str, Any]:
    """A profile in the form of its YAML file."""
    in_force: dict[str, Any] = {"from": profile.in_force_from}
    if profile.in_force_to:
        in_force["to"] = profile.in_force_to
    return {
        "id": profile.id,
        "version": profile.version,
        "status": profile.status,
        "federation": profile.federation,
        "basis": profile.basis,
        "author": profile.author,
        "dated": profile.dated,
        **({"note": profile.note} if profile.note else {}),
        "in_force": in_force,
        "step": profile.step,
        "letters": [{"grade": one.grade, "at_least": one.at_least} for one in profile.letters],
        "groups": [{"id": one.id, "label": one.label, "max": one.max} for one in profile.groups],
        "topics": [{"id": one.id, "label": one.label, "max": one.max} for one in profile.topics],
        "gates": gates_data(profile.gates),
        "items": [_item_data(one) for one in profile.items],
    }


def _item_data(item: Item) -> dict[str, Any]:
    data: dict[str, Any] = {"id": item.id, "group": item.group, "label": item.label, "max": item.max}
    if item.earn is None:
        return data | {"evidence": item.evidence}
    earn: dict[str, Any] = {"provision": item.earn.provision}
    if item.earn.firm:
        earn["firm"] = item.earn.firm
    if item.earn.bands:
        earn["bands"] = [
            {band.measure: band.figure, **({"unit": band.unit} if band.unit else {}), "points": band.points} for band in item.earn.bands
        ]
    if item.earn.convert:
        earn["convert"] = [{"unit": one.unit, "to": one.to, "divide": one.divide} for one in item.earn.convert]
    return data | {"topic": item.topic, "earn": earn}


def gates_data(gates: GateRules) -> dict[str, Any]:
    def side(rule: SignatoryRule) -> dict[str, list[str]]:
        return {"doubtful": list(rule.doubtful), "cleared_by": list(rule.cleared_by)}

    return {
        "workers_signatory": side(gates.workers),
        "employer_signatory": side(gates.employer),
        "incomplete_text": {"articles_at_least": gates.articles_at_least, "lost_text": list(gates.lost_text)},
    }


def _rows(profile: Profile) -> Iterator[list[Any]]:
    info = {
        "id": profile.id,
        "version": profile.version,
        "federation": profile.federation,
        "basis": profile.basis,
        "author": profile.author,
        "dated": profile.dated.isoformat(),
        "in_force_from": profile.in_force_from.isoformat(),
        "in_force_to": profile.in_force_to.isoformat() if profile.in_force_to else "",
        "note": profile.note,
        "step": number(profile.step),
    }
    for key, value in info.items():
        yield ["thông tin", key, "", "", str(value), "", "", "", ""]
    for letter in profile.letters:
        yield ["hạng", letter.grade, "", "", "", number(letter.at_least), "", "", ""]
    for group in profile.groups:
        yield ["nhóm", group.id, "", "", group.label, number(group.max), "", "", ""]
    for topic in profile.topics:
        yield ["chủ đề", topic.id, "", "", topic.label, number(topic.max), "", "", ""]
    for item in profile.items:
        earned = [item.earn.provision, _rule(item.earn)] if item.earn else ["", ""]
        yield ["mục", item.id, item.group, item.topic, item.label, number(item.max), *earned, item.evidence]


def _rule(earn: Earn) -> str:
    parts = [f"chắc chắn: {number(earn.firm)}"] if earn.firm else []
    for band in earn.bands:
        words = band_words(band).replace("cao hơn mức luật định từ", "hơn luật")
        parts.append(f"{words}: {number(band.points)}")
    for one in earn.convert:
        parts.append(f"đổi {UNITS.get(one.unit, one.unit)}: {UNITS.get(one.to, one.to)} / {number(one.divide)}")
    return "; ".join(parts)
