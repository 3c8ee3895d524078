"""Units from spreadsheets: row by row, nothing twice, whatever the encoding; and out again."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from app.accounts.principal import Role
from app.audit.service import verify
from app.cli import app
from app.cli.base import run_code
from app.organisations import tables
from app.organisations.imports import Line, export_rows, guide
from app.organisations.models import ROOT_ID
from app.organisations.service import Asker
from app.organisations.sheet import COLUMNS, decode, read_rows, write
from app.problems import Problem
from app.settings import Settings
from app.storage import migrate
from app.storage.database import Database
from app.wiring import Services

from .people import ClientOf
from .test_api import assert_problem
from .test_units import REFORM, ROOT, TODAY, Tree, person

UNITS = "/api/v1/units"
HEAD = ["Mã đơn vị", "Loại đơn vị", "Tên đơn vị", "Mã cấp trên", "Từ ngày", "Ngày kết thúc", "Doanh nghiệp", "Số lao động"]
HT = ["HT", "Tỉnh", "LĐLĐ tỉnh Hà Tĩnh", "TLD"]
KKT = ["HT-KKT", "KKT", "Công đoàn KKT tỉnh Hà Tĩnh", "HT"]


def table(*rows: list[str], head: list[str] = HEAD, separator: str = ";") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([head, *rows])
    return text.getvalue().encode()


def workbook(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(services: Services, data: bytes, asker: Asker = ROOT, **options: bool) -> list[Line]:
    return tables.import_file(services.database, asker, data, **options).lines


def outcomes(lines: list[Line]) -> list[str]:
    return [line.outcome for line in lines]


HISTORY = table(  # rows stand in no order: children before parents, later days before earlier ones
    ["MAY", "CĐCS", "CĐCS Công ty May", "HT-KKT", "1/7/2025", "", "Công ty May", "1.200"],
    ["MAY", "công đoàn cơ sở", "CĐCS Công ty May", "HT-KA", "", "", "Công ty May", ""],
    ["HT-KA", "Huyện", "LĐLĐ huyện Kỳ Anh", "HT", "", "01/07/2025"],
    KKT,
    HT,
)


def test_a_history_comes_in_whatever_its_order(services: Services) -> None:
    lines = take(services, HISTORY)
    assert [(line.row, line.code, line.outcome) for line in lines] == [
        (2, "MAY", "changed"), (3, "MAY", "added"), (4, "HT-KA", "added"), (5, "HT-KKT", "added"), (6, "HT", "added"),
    ]  # fmt: skip
    tree = Tree(services)
    assert tree.line("MAY", date(2025, 6, 30)) == ["HT-KA", "HT", "TLD"]
    assert tree.line("MAY", REFORM) == ["HT-KKT", "HT", "TLD"]
    events = tree.events()
    assert outcomes(take(services, HISTORY)) == ["unchanged"] * 5
    assert tree.events() == events
    with services.database.read() as session:
        assert verify(session).problem is None


def test_a_later_file_moves_closes_and_puts_right(services: Services) -> None:
    take(services, HISTORY)
    lines = take(
        services,
        table(
            ["HT-KKT", "", "", "", "", "1/2/2026"],  # closes once its union has left
            ["MAY", "", "CĐCS Công ty TNHH May", "HT-VA", "1/2/2026", "", "", "1300"],
            ["HT-VA", "phường", "Công đoàn phường Vũng Áng", "HT", "1/7/2025"],
            HT,
        ),
    )
    assert outcomes(lines) == ["changed", "changed", "added", "unchanged"], lines
    assert "Số lao động: 1200 → 1300" in lines[1].message
    assert "chuyển sang «Công đoàn phường Vũng Áng» từ 1/2/2026" in lines[1].message
    tree = Tree(services)
    assert tree.line("MAY", date(2026, 1, 31))[0] == "HT-KKT"
    assert tree.line("MAY", date(2026, 2, 1))[0] == "HT-VA"
    assert "HT-KKT" not in tree.listed()


REFUSALS: list[tuple[list[str], str, str]] = [  # the row; the column that refuses it; words of the reason
    (["", "Tỉnh", "LĐLĐ tỉnh X", "TLD"], "Mã đơn vị", "không được để trống"),
    (["Hà Nội", "Tỉnh", "LĐLĐ Hà Nội", "TLD"], "Mã đơn vị", "chỉ gồm chữ không dấu"),
    (["X", "Công ty", "X", "HT"], "Loại đơn vị", "được dùng: Tổng Liên đoàn, "),
    (["X", "", "X", "HT"], "Loại đơn vị", "không được để trống"),
    (["X", "CĐCS", "", "HT"], "Tên đơn vị", "không được để trống"),
    (["X", "CĐCS", "x" * 301, "HT"], "Tên đơn vị", "dài quá 300 ký tự"),
    (["X", "CĐCS", "X", ""], "Mã cấp trên", "không được để trống"),
    (["X", "CĐCS", "X", "KHONG-CO"], "Mã cấp trên", "không có đơn vị «KHONG-CO»"),
    (["X", "CĐCS", "X", "TLD"], "Mã cấp trên", "không thuộc Tổng Liên đoàn"),
    (["X", "CĐCS", "X", "X"], "Mã cấp trên", "không có đơn vị «X»"),
    (["X", "CĐCS", "X", "HT", "31/2/2025"], "Từ ngày", "không phải là ngày"),
    (["X", "CĐCS", "X", "HT", "hôm qua"], "Từ ngày", "không phải là ngày"),
    (["X", "CĐCS", "X", "HT", "1/1/1800"], "Từ ngày", "từ năm 1900"),
    (["X", "CĐCS", "X", "HT", "1/7/2025", "1/7/2025"], "Ngày kết thúc", "phải sau ngày bắt đầu"),
    (["X", "Huyện", "LĐLĐ huyện X", "HT"], "Ngày kết thúc", "không còn từ ngày 1/7/2025"),
    (["X", "CĐCS", "X", "HT", "", "", "", "nhiều"], "Số lao động", "không phải là số nguyên"),
    (["X", "CĐCS", "X", "HT", "", "", "", "-5"], "Số lao động", "không phải là số nguyên"),
    (["X", "CĐCS", "X", "HT", "", "", "", "=1+1"], "Số lao động", "công thức"),
    (["X", "CĐCS", "=HYPERLINK(1)", "HT"], "Tên đơn vị", "công thức"),
    (["X", "Xã", "Công đoàn xã X", "HT", "", "", "Công ty"], "Doanh nghiệp", "Chỉ công đoàn cơ sở"),
    (["HT-KKT", "Tỉnh", "X", "HT"], "Loại đơn vị", "loại đơn vị không đổi được"),
    (["HT-KKT", "KKT", "", "LC"], "Từ ngày", "chưa từng ghi thuộc"),
    (["HT-KKT", "KKT", "", "LC", "1/1/2020"], "Từ ngày", "chỉ ghi được thay đổi từ ngày đó"),
    (["HT-KKT", "KKT", "", "", "", "1/1/2022"], "Ngày kết thúc", "Còn 1 đơn vị thuộc"),
    (["THEP", "", "", "HT-KKT", "", "1/1/2019"], "Ngày kết thúc", "Ngày kết thúc phải sau"),
    (["TLD", "", "", "HT", "1/1/2020"], "Mã đơn vị", "không có cấp trên"),
]


@pytest.fixture
def known(services: Services) -> Services:
    take(
        services,
        table(
            HT,
            ["LC", "Tỉnh", "LĐLĐ tỉnh Lai Châu", "TLD"],
            [*KKT, "1/1/2020"],
            ["HT-KKT", "", "", "LC", "1/6/2020"],
            ["HT-KKT", "", "", "HT", "1/1/2021"],
            ["THEP", "CĐCS", "CĐCS Thép", "HT-KKT", "1/1/2021"],
        ),
    )
    return services


@pytest.mark.parametrize(("row", "column", "words"), REFUSALS, ids=[f"{column}: {words}" for _, column, words in REFUSALS])
def test_a_wrong_row_is_refused_by_its_column(known: Services, row: list[str], column: str, words: str) -> None:
    before = Tree(known).events()
    good = ["Y", "CĐCS", "CĐCS Y", "HT"]
    refused, taken = take(known, table(row, good))
    assert (refused.outcome, refused.column) == ("refused", column), refused
    assert words in refused.message
    assert taken.outcome == "added"
    assert Tree(known).events() == [*before, "unit_added"]  # nothing of the refused row, not even in the audit


def test_a_row_is_taken_whole_or_not(known: Services) -> None:
    [line] = take(known, table(["THEP", "", "CĐCS Gang thép", "HT", "1/1/2026", "1/1/2020"]))  # the end does not fit
    assert (line.outcome, line.column) == ("refused", "Ngày kết thúc")
    tree = Tree(known)
    assert tree.line("THEP", TODAY)[0] == "HT-KKT"
    assert tree.listed(name="gang thép") == []


def test_later_rows_of_a_refused_unit_wait(services: Services) -> None:
    lines = take(services, table(HT, ["X", "CĐCS", "X", "KHONG-CO", "1/1/2020"], ["X", "CĐCS", "X", "HT", "1/1/2022"]))
    assert outcomes(lines) == ["added", "refused", "refused"]
    assert "dòng trước của đơn vị này" in lines[2].message


def test_nothing_is_stored_where_that_is_asked(services: Services) -> None:
    assert outcomes(take(services, HISTORY, dry_run=True)) == ["changed", "added", "added", "added", "added"]
    bad = HISTORY + table(["X", "CĐCS", "X", "KHONG-CO"]).split(b"\r\n", 1)[1]
    assert outcomes(take(services, bad, all_or_nothing=True))[-1] == "refused"
    assert Tree(services).listed(closed=True) == ["TLD"]
    assert Tree(services).events() == []


def test_an_administrator_imports_within_the_own_subtree(known: Services) -> None:
    lc = person(Role.ADMINISTRATOR, Tree(known).id("LC"))
    lines = take(known, table(["LC-1", "CĐCS", "CĐCS Một", "LC"], ["HT-2", "CĐCS", "CĐCS Hai", "HT"], ["THEP", "", "Khác", ""]), lc)
    assert [(line.outcome, line.column) for line in lines] == [
        ("added", None), ("refused", "Mã cấp trên"), ("refused", "Mã đơn vị"),
    ]  # fmt: skip
    assert "ngoài phạm vi quản trị" in lines[2].message


VIETNAMESE = table(HT, [*KKT[:2], "Công đoàn Khu kinh tế tỉnh Hà Tĩnh (ưỡn ẹo, Ặ)", "HT"]).decode()


@pytest.mark.parametrize(
    "data",
    [
        VIETNAMESE.encode(),
        b"\xef\xbb\xbf" + VIETNAMESE.encode(),
        VIETNAMESE.encode("utf-16"),
        VIETNAMESE.replace(";", "\t").encode("utf-16"),
        ("sep=;\r\n" + VIETNAMESE).encode("utf-8-sig"),
        table(HT, [*KKT[:2], "Công đoàn Khu kinh tế tỉnh Hà Tĩnh (ưỡn ẹo, Ặ)", "HT"], separator=","),
        workbook(HT, [*KKT[:2], "Công đoàn Khu kinh tế tỉnh Hà Tĩnh (ưỡn ẹo, Ặ)", "HT"]),
    ],
    ids=["utf-8", "utf-8 marked", "utf-16", "unicode text", "sep line", "commas", "xlsx"],
)
def test_files_as_spreadsheet_programs_save_them(data: bytes) -> None:
    rows = read_rows(data)
    assert [(row["code"], row["name"]) for row in rows] == [
        ("HT", "LĐLĐ tỉnh Hà Tĩnh"), ("HT-KKT", "Công đoàn Khu kinh tế tỉnh Hà Tĩnh (ưỡn ẹo, Ặ)"),
    ]  # fmt: skip


TONES = "\u0300\u0301\u0303\u0309\u0323"


def cp1258(text: str) -> bytes:
    """As Windows writes it: a letter, then its tone apart."""
    parted = ""
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in TONES)
        parted += unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES)) + tone
    return parted.encode("cp1258")


def test_windows_vietnamese_is_read() -> None:
    [_, row] = read_rows(cp1258(VIETNAMESE))
    assert row["name"] == "Công đoàn Khu kinh tế tỉnh Hà Tĩnh (ưỡn ẹo, Ặ)"
    with pytest.raises(Problem, match="units_file_invalid"):
        decode(b"\xd0\xff\x8d\x8f\x9d")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "không có dữ liệu"),
        (b"\n\n;;\n", "không có dữ liệu"),
        (table(head=["Mã đơn vị", "Tên đơn vị"]), "thiếu cột «Loại đơn vị», thiếu cột «Mã cấp trên»"),
        (table(head=[*HEAD, "Ghi chú"]), "cột lạ «Ghi chú»"),
        (table(head=[*HEAD, "MÃ ĐƠN VỊ"]), "cột «Mã đơn vị» ghi hai lần"),
        (b"PK\x03\x04 not a workbook", "đọc được"),
        (b'"' + b"a" * 200_000, "CSV"),
    ],
)
def test_a_file_that_is_no_table_of_units(services: Services, data: bytes, words: str) -> None:
    with pytest.raises(Problem, match="units_file_invalid") as refused:
        take(services, data)
    assert words in refused.value.detail


def test_a_formula_in_a_workbook_is_seen() -> None:
    [row] = read_rows(workbook(["X", "CĐCS", "=A1", "HT", date(2025, 7, 1), None, None, 1200]))
    assert (row.formulas, row["from_on"], row["workers"]) == (frozenset({"name"}), "2025-07-01", "1200")


DANGEROUS = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "\tx")


def test_nothing_that_is_written_runs_as_a_formula() -> None:
    rows = [{"code": f"X{n}", "name": text} for n, text in enumerate(DANGEROUS)]
    [head, *lines] = csv.reader(io.StringIO(write(rows, "csv").decode("utf-8-sig")), delimiter=";")
    assert head == list(COLUMNS.values())
    assert [line[2] for line in lines] == [f"'{text}" for text in DANGEROUS]
    sheet = load_workbook(io.BytesIO(write(rows, "xlsx", guide()))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}
    assert [row["name"] for row in read_rows(write(rows[1:4], "csv"))] == ["+1", "-1", "@SUM(1)"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_with_its_history_comes_in_again(known: Services, tmp_path: Path, format: str) -> None:
    take(known, HISTORY)
    take(known, table(["MAY", "", "", "", "", "1/1/2026"]))
    with known.database.read() as session:
        rows = list(export_rows(session, ROOT, TODAY, history=True))
    assert len(rows) == 9
    data = write(rows, format)
    assert set(outcomes(take(known, data))) == {"unchanged"}
    fresh = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    migrate.upgrade_database(fresh)
    assert "refused" not in outcomes(tables.import_file(fresh, ROOT, data).lines)
    with fresh.read() as session:
        assert list(export_rows(session, ROOT, TODAY, history=True)) == rows
        assert [row["code"] for row in export_rows(session, ROOT, date(2025, 6, 30), history=False)] == [
            "MAY", "THEP", "HT-KKT", "HT-KA", "HT", "LC",
        ]  # fmt: skip
    fresh.close()


def test_over_http(client: TestClient, client_of: ClientOf) -> None:
    def send(who: TestClient, data: bytes, **fields: str) -> Any:
        return who.post(f"{UNITS}/import", files={"file": ("don-vi.csv", data)}, data=fields)

    dry = send(client, HISTORY, dry_run="true").json()
    assert (dry["stored"], dry["added"], dry["changed"], dry["refused"]) == (False, 4, 1, 0)
    done = send(client, HISTORY).json()
    assert (done["stored"], done["rows"][0]["code"], done["rows"][0]["column"]) == (True, "MAY", None)
    assert_problem(send(client, b"x"), 422, "units_file_invalid")
    assert_problem(send(client, HISTORY, dry_run="có lẽ"), 422, "request_invalid")
    reader = client_of(Role.REVIEWER, unit_id=ROOT_ID)
    assert_problem(send(reader, HISTORY), 403, "forbidden")
    template = reader.get(f"{UNITS}/template")
    assert template.headers["content-disposition"] == 'attachment; filename="mau-don-vi.xlsx"'
    assert load_workbook(io.BytesIO(template.content)).sheetnames == ["Đơn vị", "Hướng dẫn"]
    exported = reader.get(f"{UNITS}/export", params={"format": "csv", "history": True})
    assert send(client, exported.content).json()["unchanged"] == 5


def test_by_command(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> None:
    monkeypatch.setenv("THUOC_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("THUOC_DATABASE_URL", settings.database_url)

    def thuoc(*arguments: str) -> tuple[int, str]:
        code = run_code(app, ["units", *arguments])
        got = capfdbinary.readouterr()
        return code, (got.out + got.err).decode()

    file = tmp_path / "don-vi.csv"
    file.write_bytes(HISTORY + "X;Chi bộ;X;HT\r\n".encode())
    code, told = thuoc("import", str(file), "--dry-run")
    assert code == 1
    assert "✗ dòng 7, cột «Loại đơn vị»: X: «Chi bộ» không dùng được" in told
    assert "Chưa ghi gì: thêm 4, đổi 1, không đổi 0, từ chối 1 trong 6 dòng." in told
    file.write_bytes(HISTORY)
    code, told = thuoc("import", str(file))
    assert (code, told.splitlines()[-1]) == (0, "Đã ghi: thêm 4, đổi 1, không đổi 0, từ chối 0 trong 5 dòng.")
    assert thuoc("export", str(tmp_path / "ra.xlsx"), "--history")[0] == 0
    assert thuoc("import", str(tmp_path / "ra.xlsx"))[1].splitlines()[-1].startswith("Đã ghi: thêm 0, đổi 0, không đổi 5")
    assert thuoc("template", str(tmp_path / "mau.csv")) == (0, f"Đã ghi bảng mẫu ra {tmp_path / 'mau.csv'}.\n")
    assert thuoc("reindex") == (0, "Đã tính lại 0 đơn vị.\n")
    assert thuoc("template", str(tmp_path / "mau.doc"))[0] == 2
