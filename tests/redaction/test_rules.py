"""The rule files are read strictly: one deliberately broken file per fault, and the message names file and fault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.redaction.rules import FOLDER, RedactionRulesError, load


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("kinds.yaml", "id: phone,", "id: telephone,", "khóa không biết telephone"),
        ("kinds.yaml", 'mark: "[ngày sinh]"', 'mark: "ngày sinh"', "ngoặc vuông"),
        ("kinds.yaml", "  title: đứng", "  titel: đứng", "titel"),
        ("grounds.yaml", "from: 2026-01-01", "from: 2025-06-01", "chồng lên nhau"),
        ("grounds.yaml", "from: 2026-01-01", "from: đầu năm", "phải là một ngày"),
        ("numbers.yaml", "kind: passport", "kind: passeport", "passeport"),
        ("numbers.yaml", "reach: 40", "reach: 4000", "reach"),
        ("numbers.yaml", "  tax: '", "  tax: '(", "biểu thức"),
        ("numbers.yaml", "not_born:", "not_bron:", "not_bron"),
        ("names.yaml", "titles:\n", "titles: []\nhats:\n", "hats"),
        ("names.yaml", '"(đồng chí|', '"((đồng chí|', "cụm từ không đúng dạng"),
        ("addresses.yaml", "born_at:", "born_at: []\nborn_at:", "ghi hai lần"),
        ("surnames.yaml", "middles: ", "middles: 5 # ", "middles"),
    ],
)
def test_broken_file_is_refused(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = tmp_path / "redaction"
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RedactionRulesError, match=message) as caught:
        load(folder)
    assert str(caught.value).startswith(file)
    assert caught.value.code == "bad_rules"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RedactionRulesError, match=r"kinds\.yaml"):
        load(tmp_path)
