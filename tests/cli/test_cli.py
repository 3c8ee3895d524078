"""The command `thuoc`: what it prints, its exit codes, its one-line errors."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import app
from app.cli.base import run_code

ROOT = Path(__file__).parents[2]
GARMENT = ROOT / "samples" / "d01-may-ky-anh" / "docx-typed.docx"
COPY_OF_LAW = ROOT / "samples" / "d04-xay-dung-huong-khe" / "docx-typed.docx"
COACHES = ROOT / "samples" / "d06-xe-khach-tay-bac" / "docx-typed.docx"
COMMANDS = [
    ["grade"],
    ["text"],
    ["advise"],
    ["compare"],
    ["redact"],
    ["form"],
    ["rules", "check"],
    ["law", "show"],
    ["rubric", "import"],
    ["rubric", "export"],
    ["rubric", "dossier"],
    ["rubric", "list"],
    ["regrade"],
    ["report", "agreement-rate"],
    ["export-labelled"],
    ["serve"],
    ["worker"],
    ["db", "upgrade"],
    ["demo"],
    ["audit", "verify"],
    ["audit", "show"],
    ["units", "import"],
    ["units", "export"],
    ["units", "template"],
    ["units", "reindex"],
]
ENGLISH = ("Usage", "Options", "Arguments", "Commands", "Show this", "required", "default", "OPTIONS", "ARGS", "<path", "<range")


class Run:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def thuoc(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*args: str) -> Run:
        code = run_code(app, list(args))
        got = capsys.readouterr()
        return Run(code, got.out, got.err)

    return call


@pytest.mark.parametrize("command", [[], *COMMANDS, ["rules"], ["law"], ["rubric"], ["db"], ["units"], ["audit"]], ids=" ".join)
def test_help_is_vietnamese_and_complete(thuoc: Any, command: list[str]) -> None:
    got = thuoc(*command, "--help")
    assert got.code == 0
    assert got.out.startswith(f"Cách dùng: {' '.join(['thuoc', *command])}")
    assert not [word for word in ENGLISH if word in got.out]


def test_the_first_help_lists_every_command(thuoc: Any) -> None:
    got = thuoc("--help")
    assert {command[0] for command in COMMANDS} <= {line.split()[0] for line in got.out.splitlines() if line.strip()}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["grade"], "Lỗi [usage]: thiếu tham số TỆP; xem «thuoc grade --help»"),
        (["grad"], "Lỗi [usage]: không có lệnh «grad»; xem «thuoc --help»"),
        (["compare", "a", "b", "c"], "Lỗi [usage]: thừa tham số «c»; xem «thuoc compare --help»"),
        (["grade", str(GARMENT), str(GARMENT)], "Lỗi [not_an_image]: Tệp thứ 1 («docx-typed.docx») không phải ảnh."),
        (["grade", "a", "--xyz"], "Lỗi [usage]: không có tùy chọn --xyz; xem «thuoc grade --help»"),
        (["grade", "a", "--on"], "Lỗi [usage]: tùy chọn --on cần một giá trị; xem «thuoc --help»"),
        (["serve", "--port", "x"], "Lỗi [usage]: giá trị của tùy chọn --port không hợp lệ; xem «thuoc serve --help»"),
        (["grade", "khong-co.docx"], "Lỗi [file_missing]: không tìm thấy tệp «khong-co.docx»"),
        (["grade", str(ROOT)], f"Lỗi [not_a_file]: «{ROOT}» là thư mục, cần một tệp"),
        (
            ["grade", str(GARMENT), "--on", "31/2/2026"],
            "Lỗi [bad_date]: «31/2/2026» không phải là ngày; hãy ghi như 2026-08-15 hoặc 15/8/2026",
        ),
        (
            ["law", "show", "annual_leave_days"],
            "Lỗi [law.unknown_parameter]: không có tham số pháp luật “annual_leave_days”; có thể là: ",
        ),
        (["rubric", "export", "ha-noi", "x.csv"], "Lỗi [rubric_not_found]: không có khung điểm «ha-noi»; hiện có: hd90-2023@1"),
        (["grade", str(GARMENT), "--rubric", "ha-noi"], "Lỗi [rubric_not_found]: không có khung điểm «ha-noi»; hiện có: hd90-2023@1"),
        (["rubric", "export", "hd90-2023", "x.pdf"], "Lỗi [bad_target]: «x.pdf» phải có đuôi .xlsx hoặc .csv"),
    ],
    ids=lambda value: " ".join(value)[-30:] if isinstance(value, list) else "",
)
def test_wrong_usage_is_one_vietnamese_line(thuoc: Any, args: list[str], message: str) -> None:
    got = thuoc(*args)
    assert (got.code, got.out) == (2, "")
    assert got.err.startswith(message)
    assert len(got.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rong.docx", b""),
        ("doi-ten.docx", "Đây là một tệp văn bản".encode()),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj <<"),
    ],
)
def test_an_unreadable_file_is_five_and_one_line(thuoc: Any, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    got = thuoc("grade", str(path))
    assert (got.code, got.out) == (5, "")
    assert got.err.startswith("Lỗi [")
    assert len(got.err.splitlines()) == 1


def test_a_document_that_is_no_agreement_is_four(thuoc: Any, tmp_path: Path) -> None:
    from docx import Document

    plan = Document()
    for line in (
        "LIÊN ĐOÀN LAO ĐỘNG TỈNH",
        "KẾ HOẠCH",
        "Về việc nâng cao chất lượng thương lượng, ký kết thỏa ước lao động tập thể năm 2025",
        "I. Mục đích, yêu cầu",
        "1. Phấn đấu 85% doanh nghiệp có tổ chức công đoàn ký thỏa ước lao động tập thể.",
        "II. Tổ chức thực hiện",
        "Nơi nhận: các công đoàn cơ sở.",
    ):
        plan.add_paragraph(line)
    path = tmp_path / "ke-hoach.docx"
    plan.save(str(path))
    got = thuoc("grade", str(path))
    assert (got.code, got.out) == (4, "")
    assert len(got.err.splitlines()) == 1


def test_json_is_the_assessment_and_the_same_to_the_byte(thuoc: Any) -> None:
    first, second = (thuoc("grade", str(GARMENT), "--on", "2025-01-01", "--json") for _ in range(2))
    got = json.loads(first.out)
    assert first.out == second.out
    assert (got["schema"], got["graded_on"], got["law_as_of"]) == ("thuoc.assessment/1", "2025-01-01", "2024-08-15")
    assert got["advice"]["add"]
    clean = thuoc("text", str(GARMENT)).out.removesuffix("\n")
    for finding in got["findings"]:
        start, end = finding["span"]
        assert clean[start:end] == finding["quote"]
    for clause in got["clauses"]:
        start, end = clause["span"]
        assert clean[start:end] == clause["text"]


def test_law_on_judges_by_another_days_law(thuoc: Any) -> None:
    got = json.loads(thuoc("grade", str(GARMENT), "--on", "1/1/2025", "--law-on", "1/2/2026", "--json").out)
    assert got["law_as_of"] == "2026-02-01"


def test_the_summary_says_letter_profile_points_and_what_is_missing(thuoc: Any) -> None:
    got = thuoc("grade", str(GARMENT), "--on", "2025-01-01")
    assert "hạng " in got.out
    assert "KHUNG TẠM THỜI, chưa được cấp công đoàn có thẩm quyền xác nhận" in got.out
    for part in ("ĐIỂM", "CÓ LỢI HƠN LUẬT", "CÓ DẤU HIỆU TRÁI LUẬT", "CHƯA CÓ TRONG THỎA ƯỚC"):
        assert part in got.out
    assert "khoản 1 Điều 33" in got.out


def test_a_copy_of_the_law_is_three_and_still_printed(thuoc: Any) -> None:
    got = thuoc("grade", str(COPY_OF_LAW), "--on", "2024-01-01", "--json")
    assert got.code == 3
    assert json.loads(got.out)["grade"] is None
    assert "KHÔNG XẾP LOẠI" in thuoc("grade", str(COPY_OF_LAW), "--on", "2024-01-01").out


def test_an_expired_agreement_is_three(thuoc: Any) -> None:
    got = thuoc("grade", str(GARMENT), "--on", "1/9/2026")
    assert got.code == 3
    assert "Thỏa ước đã hết hạn ngày 31/8/2026, trước ngày chấm 1/9/2026" in got.out


def test_explain_traces_points_to_sentence_and_article(thuoc: Any) -> None:
    got = thuoc("grade", str(GARMENT), "--on", "2025-01-01", "--explain")
    assert "Giá trị bữa ăn ca" in got.out
    assert "đạt mức từ 20.000 đồng/bữa, được 7 điểm" in got.out
    assert "Nghị định 74/2024/NĐ-CP" in got.out


def test_advice_quotes_what_is_to_be_mended_and_names_what_is_vague(thuoc: Any) -> None:
    lines = thuoc("advise", str(COACHES), "--on", "2025-06-01").out.splitlines()
    at = next(n for n, line in enumerate(lines) if "Nghỉ lễ, Tết hưởng nguyên lương" in line)
    assert lines[at].endswith("luật: 11 ngày/năm, khoản 1 Điều 112 Bộ luật Lao động 45/2019/QH14")
    assert lines[at + 1] == "    Đang viết: “Người hưởng lương theo chuyến nghỉ lễ, tết ngày nào thì không được hưởng lương ngày đó;”"
    assert lines[at + 2] == "    Sửa: Nâng lên ít nhất bằng mức luật định."
    assert any(line.startswith("  • khoản 3 Điều 8, Nâng lương định kỳ (mức tăng hoặc chu kỳ) (+5,5 điểm): ") for line in lines)
    assert not [line for line in lines if "(Đ" in line or "+0 điểm" in line]


def test_advise_and_compare_speak_of_the_profile_too(thuoc: Any) -> None:
    advice = thuoc("advise", str(COPY_OF_LAW), "--on", "2024-01-01")
    assert (advice.code, advice.err) == (0, "")
    assert "KHUNG TẠM THỜI" in advice.out
    assert "ĐƯỜNG NGẮN NHẤT LÊN HẠNG C" in advice.out
    both = thuoc("compare", str(COPY_OF_LAW), str(GARMENT), "--on", "2025-01-01")
    assert both.code == 0
    assert "THÊM MỚI" in both.out
    assert "KHUNG TẠM THỜI" in both.out


def test_law_show_tells_value_source_and_history(thuoc: Any) -> None:
    got = thuoc("law", "show", "min_wage_month_region_iii", "--on", "2025-08-15")
    assert "Ngày 15/08/2025: 3.860.000 đồng/tháng – khoản 1 Điều 3 Nghị định 74/2024/NĐ-CP" in got.out
    assert "01/01/2026 đến nay: 4.140.000 đồng/tháng – khoản 1 Điều 3 Nghị định 293/2025/NĐ-CP" in got.out


def test_a_rubric_goes_out_is_edited_and_comes_in(thuoc: Any, tmp_path: Path) -> None:
    sheet, target = tmp_path / "khung.csv", tmp_path / "khung.yaml"
    assert thuoc("rubric", "export", "hd90-2023", str(sheet)).code == 0
    text = sheet.read_text(encoding="utf-8-sig")
    sheet.write_text(text.replace("version,,,1,", "version,,,2,").replace("hạng,A,,,,80,", "hạng,A,,,,85,"), encoding="utf-8")
    got = thuoc("rubric", "import", str(sheet), "--to", str(target))
    assert (got.code, got.out.startswith("Đã ghi khung điểm hd90-2023@2 (tạm thời)")) == (0, True)
    again = thuoc("rubric", "import", str(sheet), "--to", str(target))
    assert (again.code, "Lỗi [rubric_exists]" in again.err) == (2, True)


def test_a_filled_dossier_completes_total_and_letter(thuoc: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "hs.csv"
    assert thuoc("rubric", "dossier", "hd90-2023", str(sheet)).code == 0
    rows = list(csv.reader(sheet.open(encoding="utf-8-sig")))
    for row in rows[1:]:
        row[5], row[7] = row[4], "kèm tài liệu"
    csv.writer(sheet.open("w", encoding="utf-8", newline="")).writerows(rows)
    got = json.loads(thuoc("grade", str(GARMENT), "--on", "2025-01-01", "--dossier", str(sheet), "--json").out)
    content = next(group["points"] for group in got["score"]["groups"] if group["id"] == "content")
    assert (got["score"]["total"], got["grade_basis"]) == (content + 15, "complete")
    shown = thuoc("grade", str(GARMENT), "--on", "2025-01-01", "--dossier", str(sheet)).out
    assert "(đủ điểm hồ sơ)" in shown
    rows[1][5] = "9"
    csv.writer(sheet.open("w", encoding="utf-8", newline="")).writerows(rows)
    wrong = thuoc("grade", str(GARMENT), "--dossier", str(sheet))
    assert (wrong.code, wrong.out) == (2, "")
    assert "hs.csv: trang «hs.csv», dòng 2, cột «điểm»: phải là số từ 0 đến 0,5" in wrong.err


def test_a_broken_rubric_sheet_names_every_fault(thuoc: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "khung.csv"
    thuoc("rubric", "export", "hd90-2023", str(sheet))
    sheet.write_text(sheet.read_text(encoding="utf-8-sig").replace("chắc chắn: 3,", "chắc: 3,"), encoding="utf-8")
    got = thuoc("rubric", "import", str(sheet), "--to", str(tmp_path / "x.yaml"))
    assert got.code == 2
    assert "trang «khung.csv», dòng" in got.err
    assert not (tmp_path / "x.yaml").exists()


def test_grading_loads_nothing_of_the_web_or_the_database() -> None:
    script = (
        "import sys; from app.cli import app; from app.cli.base import run_code; "
        f"run_code(app, ['grade', {str(GARMENT)!r}, '--on', '2025-01-01', '--json']); "
        "heavy = {'fastapi', 'sqlalchemy', 'uvicorn', 'openpyxl', 'rich', 'alembic'} & set(sys.modules); "
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
