"""The dossier's checklist as a spreadsheet: out, filled in, in again; every fault names sheet, row and column."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from app.grading.dossier_sheet import export_dossier, read_dossier
from app.grading.rubric import find_rubric
from app.grading.score import DossierEntry
from app.grading.sheet import SheetError

HD90 = find_rubric("hd90-2023")
ITEMS = [item for item in HD90.items if item.earn is None]


def filled(**cells: tuple[str, str, str]) -> bytes:
    """The checklist as .csv with (points, document, state) of some items."""
    rows = list(csv.reader(io.StringIO(export_dossier(HD90, "a.csv").decode("utf-8-sig"))))
    for row in rows[1:]:
        if row[0] in cells:
            row[-3:] = cells[row[0]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def test_an_empty_checklist_names_every_item_and_enters_nothing() -> None:
    for name in ("a.csv", "a.xlsx"):
        assert read_dossier(export_dossier(HD90, name), name, HD90) == {}
    sheet = load_workbook(io.BytesIO(export_dossier(HD90, "a.xlsx"))).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [item.id for item in ITEMS]
    assert sum(item.max for item in ITEMS) == 15


def test_what_a_person_filled_in_is_what_is_scored() -> None:
    data = filled(
        workforce_vote=("1,5", "Biên bản ngày 05/3/2025, tán thành 92%", "Đã đối chiếu"),
        made_public=("0.5", "", ""),
        carried_out=("0", "", ""),
    )
    assert read_dossier(data, "a.csv", HD90) == {
        "workforce_vote": DossierEntry(1.5, "Biên bản ngày 05/3/2025, tán thành 92%", "verified"),
        "made_public": DossierEntry(0.5, "", "declared"),
        "carried_out": DossierEntry(0.0, "", "declared"),
    }


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("2", "", ""), "dòng 6, cột «điểm»: phải là số từ 0 đến 1,5, bước 0,5, không phải «2»"),
        (("0,3", "", ""), "dòng 6, cột «điểm»: phải là số từ 0 đến 1,5, bước 0,5, không phải «0,3»"),
        (("đủ", "", ""), "dòng 6, cột «điểm»: phải là số từ 0 đến 1,5, bước 0,5, không phải «đủ»"),
        (("1", "", "chắc"), "dòng 6, cột «tình trạng»: «chắc» không dùng được; được dùng: tự khai, kèm tài liệu, đã đối chiếu"),
    ],
)
def test_a_fault_names_sheet_row_and_column(cells: tuple[str, str, str], message: str) -> None:
    with pytest.raises(SheetError) as caught:
        read_dossier(filled(workforce_vote=cells), "hs.csv", HD90)
    assert str(caught.value) == f"hs.csv: trang «hs.csv», {message}"


def test_items_are_known_and_stand_once() -> None:
    data = filled(made_public=("0,5", "", "")).decode()
    again = data + "made_public,,,,,0.5,,\r\nxyz,,,,,1,,\r\n"
    with pytest.raises(SheetError) as caught:
        read_dossier(again.encode(), "a.csv", HD90)
    doubled, unknown = str(caught.value).splitlines()
    assert doubled.endswith("dòng 18, cột «mã»: mục «made_public» ghi hai lần")
    assert "dòng 19, cột «mã»: không có mục hồ sơ «xyz»; được dùng: bargaining_team, " in unknown
    for data in (b"", "mã,mục\n".encode()):
        with pytest.raises(SheetError, match="dòng tiêu đề cần các cột mã, nhóm"):
            read_dossier(data, "a.csv", HD90)
