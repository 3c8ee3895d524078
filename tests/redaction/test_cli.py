"""`thuoc redact`: the text by default, with --json what was removed, why and on which legal ground."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import app
from app.cli.base import run_code

FILE = Path(__file__).parents[2] / "samples" / "d01-may-ky-anh" / "docx-typed.docx"
GOLD = json.loads((FILE.parent / "gold.json").read_text(encoding="utf-8"))


def test_prints_the_redacted_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_code(app, ["redact", str(FILE)]) == 0
    text = capsys.readouterr().out
    assert not [one for one in GOLD["personal_data"] if one in text]
    assert "Ông: [họ tên]. Chức vụ: Tổng Giám đốc." in text
    assert GOLD["agreement"]["employer"] in text


def test_json_says_what_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_code(app, ["redact", str(FILE), "--json", "--on", "1/10/2025"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert got["on"] == "2025-10-01"
    assert got["legal_ground"]["document"] == "13/2023/NĐ-CP"
    assert {one["text"] for one in got["removed"]} >= set(GOLD["personal_data"])
    assert all(one["why"] and one["end"] > one["start"] for one in got["removed"])


def test_unreadable_file_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "x.docx"
    broken.write_bytes(b"")
    assert run_code(app, ["redact", str(broken)]) == 5
    assert capsys.readouterr().err.startswith("Lỗi [empty_file]: ")
