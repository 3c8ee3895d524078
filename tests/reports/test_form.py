"""The review form: its values, and each of its files as other programs read them."""

from __future__ import annotations

import copy
import io
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pdfplumber
import pytest
from openpyxl import load_workbook

from app.reports.form import Decision, Heading, ReviewForm, dated, review_form, shorten, to_json
from app.reports.form_docx import to_docx
from app.reports.form_xlsx import to_xlsx
from app.reports.pdf import PdfError, to_pdf, typeface
from app.reports.render import FORMATS, render

from .conftest import BUS, COPY, GARMENT, STEEL

OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
CSV = "csv:Text - txt - csv (StarCalc):44,34,76"  # commas, quotes, UTF-8
DECISION = Decision(
    "B", {"process": 4, "signing_implementation": 5.5, "bonus": 0}, 74.5, (), "Theo hồ sơ", "Nguyễn Thị Hoa", date(2025, 7, 1)
)


def words_of(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize("name", [STEEL, GARMENT, COPY])
def test_the_table_holds_every_item_with_its_points_and_sentence(graded: Any, name: str) -> None:
    got = graded(name)
    form = review_form(got)
    items = [item for group in got["score"]["groups"] for item in group["items"]]
    rows = [row for row in form.rows if row.kind == "item"]
    by_label = {row.label: row for row in rows}
    assert sorted(row.label for row in rows) == sorted(item["label"] for item in items)
    for item in items:
        row = by_label[item["label"]]
        assert (row.max_points, row.points) == (item["max_points"], item["points"])
        assert row.reason
        if item["findings"]:
            finding = got["findings"][item["findings"][0]]
            assert row.quote == " ".join(finding["quote"].split())
            assert row.where.lower() in {clause["label"].lower() for clause in got["clauses"]}
    content = next(row for row in form.groups if row.label == "Nội dung thỏa ước")
    assert sum(row.points or 0 for row in form.rows if row.kind == "topic") == content.points
    assert sum(row.points or 0 for row in rows if "." in row.number) == content.points


def test_gates_are_all_there_and_the_unlawful_clauses_with_the_law(graded: Any) -> None:
    got = graded(BUS)
    form = review_form(got)
    assert len(form.gates) == 7
    assert {gate.code for gate in form.gates if gate.found} == {gate["code"] for gate in got["not_graded_because"]}
    fine = next(finding for finding in got["findings"] if finding["unlawful"] == "fine_or_pay_cut")
    shown = next(one for one in form.unlawful if one.quote == fine["quote"])
    assert shown.note == "K" + fine["baseline"]["source"].removeprefix("k")
    unpaid = next(one for one in form.unlawful if one.label == "Nghỉ lễ, Tết hưởng nguyên lương")
    assert unpaid.note == "11 ngày/năm, khoản 1 Điều 112 Bộ luật Lao động 45/2019/QH14", "no figure of its own: the law's"
    assert form.letter is None
    letter = got["would_be_grade"]
    assert form.letter_line == f"Chưa xếp loại; nếu gỡ được các lý do ở mục IV thì {f'loại {letter}' if letter else 'dưới mức loại C'}"


def test_a_decision_fills_points_letter_and_gates(graded: Any) -> None:
    got = graded(GARMENT)
    form = review_form(got, decision=DECISION, given={"employer": "Công ty khác"})
    assert [group.points for group in form.groups] == [4, got["score"]["groups"][1]["points"], 5.5, 0]
    assert (form.letter, form.total, form.confirmed_by) == ("B", 74.5, "Nguyễn Thị Hoa")
    assert form.letter_line == "Loại B (người có thẩm quyền đã xác nhận)"
    assert dict(form.facts)["Doanh nghiệp"] == "Công ty khác"
    assert form.heading.day == date(2025, 7, 1)
    refused = review_form(got, decision=Decision(None, {}, None, (), "Không đạt", "Hoa", date(2025, 7, 1)))
    assert (refused.letter, refused.letter_line) == (None, "Không xếp loại (người có thẩm quyền đã xác nhận)")
    barred = graded(BUS)
    cleared = review_form(barred, decision=Decision("A", {}, 90.0, ("unlawful_content",), "Đã sửa", "Hoa", date(2025, 7, 1)))
    assert next(gate.person for gate in cleared.gates if gate.code == "unlawful_content") == "Gỡ: Đã sửa"


def test_the_same_assessment_gives_the_same_form(graded: Any) -> None:
    first, again = review_form(graded(STEEL)), review_form(graded(STEEL))
    assert first == again
    data = json.loads(render(first, "json").data)
    assert data == json.loads(json.dumps(to_json(again)))
    assert (data["schema"], data["heading"]["day"]) == ("thuoc.review_form/1", "2025-06-30")


def test_the_word_file_keeps_the_layout_of_the_decree(graded: Any) -> None:
    form = review_form(graded(STEEL), Heading("LIÊN ĐOÀN LAO ĐỘNG TỈNH HÀ TĨNH", "CÔNG ĐOÀN KHU KINH TẾ", "Hà Tĩnh"))
    document = docx.Document(io.BytesIO(to_docx(form)))
    page = document.sections[0]
    assert [round(one.mm) for one in (page.page_width, page.page_height)] == [210, 297]
    margins = [page.top_margin, page.bottom_margin, page.left_margin, page.right_margin]
    assert [round(one.mm) for one in margins] == [20, 20, 30, 15]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml
    told = words_of(document)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "LIÊN ĐOÀN LAO ĐỘNG\nTỈNH HÀ TĨNH",
        "Hà Tĩnh, ngày 30 tháng 6 năm 2025",
        "PHIẾU CHẤM ĐIỂM, PHÂN LOẠI",
        "Khung điểm tạm thời, chưa được cấp công đoàn có thẩm quyền xác nhận.",
        "NGƯỜI CHẤM ĐIỂM",
        "(Ký tên, đóng dấu, ghi rõ họ tên)",
    ):
        assert words in told
    points = max(document.tables, key=lambda table: len(table.rows))
    assert len(points.rows) == len(form.rows) + 1
    assert "w:tblHeader" in points.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in points.rows)


def hostile(got: dict[str, Any], text: str) -> ReviewForm:
    """The form of an assessment whose every text that comes from the file is `text`."""
    changed = copy.deepcopy(got)
    changed["agreement"] |= {"employer": text, "number": text, "province": text}
    changed["source"]["filename"] = text
    changed["source"]["warnings"] = [{"code": "x", "message": text}]
    for finding in changed["findings"]:
        finding["quote"] = text
        finding["needs_review"], finding["reason"] = True, text
    return review_form(changed)


@pytest.mark.parametrize("start", ["=1+1", "+84", "-1", "@SUM(A1)", '=HYPERLINK("http://a","b")', "\t=1"])
def test_no_text_of_an_agreement_is_a_formula(graded: Any, start: str) -> None:
    book = load_workbook(io.BytesIO(to_xlsx(hostile(graded(GARMENT), start))))
    cells = [cell for row in book.active.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    text = " ".join(start.split())
    same = [cell for cell in cells if cell.value == text]
    assert same
    assert all(cell.quotePrefix for cell in same)


def test_characters_that_xml_forbids_and_texts_without_end_are_survived(graded: Any) -> None:
    form = hostile(graded(GARMENT), "a\x00\x0bb\ufffe " + "x" * 40_000)
    assert "x" * 400 in words_of(docx.Document(io.BytesIO(to_docx(form))))
    book = load_workbook(io.BytesIO(to_xlsx(form)))
    assert max(len(str(cell.value or "")) for row in book.active.iter_rows() for cell in row) <= 32_767


def test_the_spreadsheet_holds_numbers_and_whole_quotes(graded: Any) -> None:
    form = review_form(graded(STEEL))
    sheet = load_workbook(io.BytesIO(to_xlsx(form))).active
    rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    lowest = next(row for row in form.rows if row.number == "1.1")
    assert [cell.value for cell in rows["1.1"][1:4]] == [lowest.label, lowest.max_points, lowest.points]
    assert rows["1.1"][5].value == lowest.quote
    assert sheet.page_setup.paperSize in (9, "9")
    assert sheet.print_title_rows


@OFFICE
@pytest.mark.slow
def test_the_pdf_is_a4_in_one_typeface_with_nothing_outside_the_margins(graded: Any) -> None:
    form = review_form(graded(STEEL), decision=DECISION)
    data = render(form, "pdf").data
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        assert [(round(page.width), round(page.height)) for page in pdf.pages] == [(595, 842)] * len(pdf.pages)
        text = [page.extract_text() or "" for page in pdf.pages]
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text[0]
        assert [one.splitlines()[0] for one in text[1:]] == [str(n) for n in range(2, len(text) + 1)]
        assert "Nguyễn Thị Hoa" in text[-1]
        families = {char["fontname"].split("+")[-1].split("-")[0] for page in pdf.pages for char in page.chars}
        assert len(families) == 1
        edges = [(char["x0"], char["x1"]) for page in pdf.pages for char in page.chars if char["text"].strip()]
        assert min(left for left, _ in edges) > 29.5 / 25.4 * 72
        assert max(right for _, right in edges) < 195.5 / 25.4 * 72
    assert typeface() in ("Times New Roman", "TeX Gyre Termes", "FreeSerif", "Noto Serif", "DejaVu Serif")


@OFFICE
@pytest.mark.slow
def test_libreoffice_opens_the_spreadsheet_and_keeps_text_as_text(graded: Any, tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(to_xlsx(hostile(graded(GARMENT), "=1+1")))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", CSV, "form.xlsx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert "error" not in done.stderr.lower()
    assert "=1+1" in (tmp_path / "form.csv").read_text(encoding="utf-8")


def test_without_libreoffice_the_pdf_says_what_to_install(graded: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PdfError, match="libreoffice-writer") as refused:
        render(review_form(graded(GARMENT)), "pdf")
    assert refused.value.code == "pdf_unavailable"


def test_a_hanging_libreoffice_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "soffice").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PdfError) as refused:
        to_pdf(b"", seconds=0.3)
    assert refused.value.code == "pdf_failed"


def test_every_format_has_a_file_name_of_plain_letters(graded: Any) -> None:
    form = review_form(graded(GARMENT))
    for format in ("docx", "xlsx", "json"):
        assert format in FORMATS
        assert render(form, format).filename == f"phieu-cham-02-2024-tuldtt-hnka.{format}"


def test_quotes_are_cut_between_words() -> None:
    assert shorten("một hai ba", 20) == "một hai ba"
    assert shorten("một hai ba bốn", 9) == "một hai […]"


def test_the_date_is_written_as_the_decree_says() -> None:
    """A zero before days below ten and before January and February only."""
    assert dated(date(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert dated(date(2026, 6, 30)) == "ngày 30 tháng 6 năm 2026"
    assert dated(date(2026, 12, 9)) == "ngày 09 tháng 12 năm 2026"
    assert dated(None) == "ngày …… tháng …… năm ………"
