"""`thuoc form`: from a file and from a stored assessment, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

from app.cli import app
from app.cli.base import run_code

SAMPLES = Path(__file__).parents[2] / "samples"
GARMENT = SAMPLES / "d01-may-ky-anh" / "docx-typed.docx"


def test_a_form_of_a_file_and_of_its_assessment_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("a.json", "a.docx", "a.xlsx"):
        assert run_code(app, ["form", str(GARMENT), "--out", str(tmp_path / word), "--on", "2025-06-30", "--place", "Kỳ Anh"]) == 0
    assert docx.Document(str(tmp_path / "a.docx")).tables
    capsys.readouterr()
    run_code(app, ["grade", str(GARMENT), "--json", "--on", "2025-06-30"])
    (tmp_path / "stored.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert run_code(app, ["form", str(tmp_path / "stored.json"), "--out", str(tmp_path / "b.json"), "--place", "Kỳ Anh"]) == 0
    first, second = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("a.json", "b.json"))
    assert first == second
    assert first["heading"]["place"] == "Kỳ Anh"


def test_a_form_never_overwrites_what_it_is_made_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = tmp_path / "a.json"
    stored.write_text("{}", encoding="utf-8")
    assert run_code(app, ["form", str(stored), "--out", str(tmp_path / "b" / ".." / "a.json")]) == 2
    assert capsys.readouterr().err.startswith("Lỗi [same_file]")
    assert stored.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("x.json", "[]", "bad_assessment"),
        ("x.json", "{", "bad_assessment"),
        ("x.json", '{"schema": "thuoc.assessment/1"}', "bad_assessment"),
        ("x.docx", "abc", "not_really_docx"),
    ],
)
def test_what_is_no_assessment_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, code: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert run_code(app, ["form", str(tmp_path / name), "--out", str(tmp_path / "a.docx")]) in (2, 5)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"Lỗi [{code}]: ")
    assert not (tmp_path / "a.docx").exists()


def test_the_target_decides_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_code(app, ["form", str(GARMENT), "--out", str(tmp_path / "a.odt")]) == 2
    assert capsys.readouterr().err.startswith("Lỗi [bad_target]: «a.odt» phải có đuôi")
    assert run_code(app, ["form", str(GARMENT), "--out", str(tmp_path / "nowhere" / "a.json")]) == 2
    assert capsys.readouterr().err.startswith("Lỗi [cannot_write]: ")
