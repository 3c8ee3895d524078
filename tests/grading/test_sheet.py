"""A profile as a spreadsheet: out and in again is the same profile; every fault names sheet, row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook, load_workbook

from app.grading.catalogue import load_catalogue
from app.grading.rubric import find_rubric, load_rubric
from app.grading.sheet import SheetError, import_sheet, parse_number
from app.grading.sheet_export import export_sheet, profile_data

HD90 = find_rubric("hd90-2023")
CATALOGUE = load_catalogue()
SMALL = load_rubric(Path(__file__).parent / "profiles" / "small.yaml")


@pytest.mark.parametrize("name", ["khung.xlsx", "khung.csv"])
@pytest.mark.parametrize("profile", [HD90, SMALL], ids=["hd90", "small"])
def test_out_and_in_again_is_the_same_profile(profile: object, name: str) -> None:
    assert isinstance(profile, type(HD90))
    again = import_sheet(export_sheet(profile, name), name, CATALOGUE, profile)
    assert again == replace(profile, status="provisional")


def test_the_yaml_form_loads_as_the_same_profile(tmp_path: Path) -> None:
    path = tmp_path / "copy.yaml"
    path.write_text(yaml.safe_dump(profile_data(HD90), allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert load_rubric(path) == HD90


def test_an_imported_profile_is_provisional_whatever_it_was() -> None:
    confirmed = replace(HD90, status="confirmed")
    assert import_sheet(export_sheet(confirmed, "a.csv"), "a.csv", CATALOGUE, HD90).status == "provisional"


def edited(change: Callable[[list[list[str]]], None], name: str = "sai.csv") -> str:
    """The messages of the small profile's sheet after a change to its rows (row 1 is the header)."""
    rows = list(csv.reader(io.StringIO(export_sheet(SMALL, "a.csv").decode("utf-8-sig"))))
    change(rows)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    with pytest.raises(SheetError) as caught:
        import_sheet(text.getvalue().encode(), name, CATALOGUE, HD90)
    return str(caught.value)


def row_of(rows: list[list[str]], id: str) -> int:
    return next(n for n, row in enumerate(rows) if row[1] == id)


def put(id: str, column: int, text: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[row_of(rows, id)][column] = text

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            put("lowest_wage", 0, "khoản"),
            "dòng 21, cột «loại»: «khoản» không dùng được; được dùng: thông tin, hạng, nhóm, chủ đề, mục",
        ),
        (put("lowest_wage", 5, "nhiều"), "dòng 21, cột «tối đa»: phải là một số, không phải «nhiều»"),
        (
            put("lowest_wage", 6, "luong"),
            "dòng 21, cột «nội dung»: không có nội dung «luong» trong provisions.yaml",
        ),
        (
            put("shift_meal", 7, "chắc chắn: 10; từ 18.000 đồng/bữa"),
            "dòng 22, cột «cách tính»: không hiểu «từ 18.000 đồng/bữa»; viết như «chắc chắn: 2»",
        ),
        (
            put("shift_meal", 7, "chắc chắn: 10; từ 18.000 giờ/tuần: 40"),
            "dòng 22, cột «cách tính»: đơn vị «giờ/tuần» không dùng cho nội dung này; được dùng: đồng/bữa, đồng/tháng, đồng/ngày",
        ),
        (
            put("shift_meal", 7, "chắc chắn: 10; từ 18.000 đồng/bữa: 20; từ 15.000 đồng/bữa: 40"),
            "dòng 22, cột «cách tính»: dải chồng nhau: «từ 18000: 20 điểm» rồi «từ 15000: 40 điểm»",
        ),
        (put("shift_meal", 7, "chắc chắn: 39,5"), "dòng 22, cột «tối đa»: điểm tối đa là 40 nhưng mức cao nhất của cách tính là 39,5"),
        (put("minutes", 5, "3,7"), "dòng 23, cột «tối đa»: điểm 3,7 phải lớn hơn 0 và là bội của 0,5"),
        (put("minutes", 5, "3"), "dòng 15: các mục của nhóm process cộng lại là 3 điểm, phải là 4"),
        (put("B", 5, "85"), "dòng 13, cột «tối đa»: ngưỡng hạng B (85) phải thấp hơn hạng A (80)"),
        (put("dated", 4, "hôm qua"), "dòng 7, cột «tên»: «hôm qua» không phải ngày dạng 2023-07-17 hoặc 17/7/2023"),
        (put("federation", 1, "lien_doan"), "dòng 4, cột «mã»: «lien_doan» không dùng được; được dùng: id, version,"),
    ],
)
def test_a_fault_names_sheet_row_and_column(change: Callable[[list[list[str]]], None], message: str) -> None:
    assert f"sai.csv: trang «sai.csv», {message}" in edited(change)


def test_a_strange_header_names_the_columns_there_are() -> None:
    def rename(rows: list[list[str]]) -> None:
        rows[0][5] = "điểm cao nhất"

    assert edited(rename) == (
        "sai.csv: trang «sai.csv», dòng 1: cột lạ «điểm cao nhất», thiếu cột «tối đa»; "
        "dòng tiêu đề cần các cột: loại, mã, nhóm, chủ đề, tên, tối đa, nội dung, cách tính, tài liệu"
    )


def test_an_xlsx_fault_names_the_sheet() -> None:
    book = load_workbook(io.BytesIO(export_sheet(SMALL, "a.xlsx")))
    book.worksheets[0]["F21"] = "mười"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(SheetError, match="trang «Khung điểm», dòng 21, cột «tối đa»: phải là một số, không phải «mười»"):
        import_sheet(out.getvalue(), "khung.xlsx", CATALOGUE, HD90)


def test_an_officer_may_write_words_and_numbers_as_usual() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(export_sheet(SMALL, "a.csv").decode("utf-8-sig"))):
        sheet.append([float(cell) if cell.isdigit() and row[0] != "thông tin" else cell for cell in row])
    sheet["G21"] = "Mức lương thấp nhất"  # the provision by its Vietnamese name
    sheet["D22"] = "Bữa ăn ca"  # the topic by its name
    out = io.BytesIO()
    book.save(out)
    assert import_sheet(out.getvalue(), "khung.xlsx", CATALOGUE, SMALL) == SMALL


@pytest.mark.parametrize("data", [b"PK\x03\x04hong", b"\xff\xfe\x00", b""])
def test_what_is_no_spreadsheet_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(SheetError) as caught:
        import_sheet(data, "x.xlsx", CATALOGUE, HD90)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("18.000", 18000), ("1.234.567,5", 1234567.5), ("5,5", 5.5), ("5.5", 5.5), ("0.25", 0.25), ("năm", None), ("", None)],
)
def test_numbers_as_vietnamese_officers_write_them(text: str, value: float | None) -> None:
    assert parse_number(text) == value
