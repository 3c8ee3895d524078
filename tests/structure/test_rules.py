"""The phrase files: what the loader refuses, with the file and the key named; what phrases match."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from app.structure import parse
from app.structure.dates import mask, months_between, parse_date, parse_months
from app.structure.phrases import PhraseError, any_of, pattern
from app.structure.rules import FOLDER, StructureRulesError, load
from app.structure.source import fold_aligned
from tests.structure.documents import plain

BROKEN = [
    ("labels", lambda d: d.update(colour=["đỏ"]), "labels.yaml", "colour"),
    ("labels", lambda d: d.pop("units"), "labels.yaml", "units"),
    ("labels", lambda d: d["signature"].pop("openings"), "labels.yaml", "openings"),
    ("parties", lambda d: d.update(address="trụ sở"), "parties.yaml", "address"),
    ("metadata", lambda d: d.update(term=["hiệu lực {thang}"]), "metadata.yaml", "thang"),
    ("metadata", lambda d: d.update(today=["hôm nay ("]), "metadata.yaml", "hôm nay"),
    ("kinds", lambda d: d.update(agreement_titles=[]), "kinds.yaml", "agreement_titles"),
    ("provinces", lambda d: d.pop("former"), "provinces.yaml", "former"),
]


@pytest.mark.parametrize(("name", "spoil", "file", "word"), BROKEN, ids=[f"{b[0]} {b[3]}" for b in BROKEN])
def test_broken_files_are_refused(tmp_path: Path, name: str, spoil, file: str, word: str) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "structure"
    shutil.copytree(FOLDER, folder)
    data = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    spoil(data)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(StructureRulesError) as error:
        load(folder)
    assert file in str(error.value)
    assert word in str(error.value)
    assert error.value.code == "bad_rules"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StructureRulesError, match=r"labels\.yaml"):
        load(tmp_path)


def test_a_phrase_added_to_a_file_counts(tmp_path: Path) -> None:
    folder = tmp_path / "structure"
    shutil.copytree(FOLDER, folder)
    data = yaml.safe_load((folder / "kinds.yaml").read_text(encoding="utf-8"))
    data["others"].append({"code": "menu", "message": "Đây là thực đơn.", "titles": ["thực đơn"]})
    (folder / "kinds.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    document = plain("THỰC ĐƠN TUẦN\nThứ hai: cơm gà")
    assert parse(document).kind.code == "not_an_agreement"
    assert parse(document, load(folder)).kind.code == "menu"


def test_every_province_old_and_new() -> None:
    data = yaml.safe_load((FOLDER / "provinces.yaml").read_text(encoding="utf-8"))
    assert len(data["current"]) == 34
    assert len(data["former"]) == 30  # with the 34, and Huế as Thừa Thiên Huế, the 63 of before
    names = [e["name"] for e in [*data["current"], *data["former"]]]
    assert len(set(names)) == 64


PHRASES = [
    ("hiệu lực ... từ (ngày|) {number}", "Hiệu lực thi hành kể từ ngày 5", True),
    ("hiệu lực ... từ (ngày|) {number}", "hiệu lực từ 5", True),
    ("hiệu lực ... từ (ngày|) {number}", "hiệu lực. Từ 5", False),
    ("(bên a|bên b)", "BÊN B", True),
    ("(bên a|bên b)", "bên bán", False),
    ("(tm|t/m) ban chấp hành", "T/M BAN CHẤP HÀNH", True),
    ("công ty (cổ phần|) {number}", "công ty – 5", True),
]


@pytest.mark.parametrize(("phrase", "text", "hit"), PHRASES, ids=[f"{p} / {t}" for p, t, _ in PHRASES])
def test_phrases(phrase: str, text: str, hit: bool) -> None:
    compiled = any_of([phrase], {"number": r"\d+"})
    assert bool(compiled.search(fold_aligned(text))) is hit


def test_bad_phrases() -> None:
    for bad in ("", "a (b", "x {y}"):
        with pytest.raises(PhraseError):
            pattern(bad)


def test_marked_phrases_keep_their_marks() -> None:
    compiled = any_of(["năm"], marked=True)
    assert compiled.search("ba năm")
    assert not compiled.search("việt nam")


def test_folding_keeps_every_length() -> None:
    for text in ("Điều ước HOÀ – hoà", "İstanbul ß ﬁ e\u0301 \u0300", "한국 中文 😀", ""):
        assert len(fold_aligned(text)) == len(text)
    assert fold_aligned("ĐIỀU 5 – Nghỉ") == "dieu 5 - nghi"


DATES = [
    ("ngày 01 tháng 3 năm 2024", date(2024, 3, 1)),
    ("28/02/2024", date(2024, 2, 28)),
    ("28-2-2024", date(2024, 2, 28)),
    ("11.10.2024", date(2024, 10, 11)),
    ("ngày 5/3/24", date(2024, 3, 5)),
    ("ngày 15/8 năm 2024", date(2024, 8, 15)),
    ("01 tháng 5 năm 2025", date(2025, 5, 1)),
    ("ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi tư", date(2024, 8, 15)),
    ("mồng 10 tháng giêng năm 2025", date(2025, 1, 10)),
    ("ngày ba mươi mốt tháng chạp năm hai nghìn hai mươi lăm", date(2025, 12, 31)),
    ("ngày l5 tháng 8 năm 2O24", date(2024, 8, 15)),
    ("31/02/2024", None),
    ("ngày … tháng … năm 2020", None),
    ("ngày     tháng 5 năm 2020", None),
    ("từ tháng 6 năm 2024", None),
    ("Nghị định 145/2020/NĐ-CP", None),
    ("năm 2024", None),
]


@pytest.mark.parametrize(("text", "want"), DATES, ids=[t for t, _ in DATES])
def test_dates(text: str, want: date | None) -> None:
    assert parse_date(fold_aligned(text)) == want


def test_months() -> None:
    for text, want in (("03 (ba) năm", 36), ("ba mươi sáu tháng", 36), ("24 tháng", 24), ("hai năm", 24), ("không có", None)):
        assert parse_months(fold_aligned(text)) == want
    assert months_between(date(2024, 9, 1), date(2026, 8, 31)) == 24
    assert months_between(date(2022, 3, 15), date(2025, 3, 14)) == 36
    assert months_between(date(2024, 2, 1), date(2027, 1, 31)) == 36
    assert months_between(date(2024, 1, 1), date(2024, 1, 20)) is None


def test_masks_need_numbers_spelled_as_numbers() -> None:
    for text, masked in (("từ tháng 6", False), ("sau năm 2024", False), ("sáu tháng", True), ("3 năm", True)):
        assert ("\x02" in mask(fold_aligned(text), text)) is masked
    assert re.fullmatch("\x01+", mask("ngay 01/3/2024"))
