"""The pattern files load strictly; every example in them holds; each kind of fault is named."""

import shutil
from pathlib import Path

import pytest

from app.provisions.examples import check
from app.provisions.rules import FOLDER, RulesError, load


def test_the_projects_own_rules_hold() -> None:
    assert check(FOLDER) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FOLDER / "provisions.yaml", tmp_path)
    (tmp_path / "patterns").mkdir()
    (tmp_path / "unlawful").mkdir()
    return tmp_path


def rule(folder: Path, text: str, name: str = "meals.yaml") -> Path:
    (folder / "patterns" / name).write_text(text, encoding="utf-8")
    return folder


BASE = "topic: meals\nvocabulary: {meal: [suất ăn]}\nprovisions:\n  shift_meal:\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("topic: food\n", "meals.yaml: topic: giá trị 'food' không hợp lệ"),
        ("topic: meals\nprovision: {}\n", "khóa không biết provision; được dùng: provisions, topic, vocabulary"),
        ("topic: meals\nprovisions: {lunch: {}}\n", "lunch: không có trong provisions.yaml"),
        (BASE + "    find: [{all: [dinner]}]\n", "không có từ vựng 'dinner'"),
        (BASE + "    find: [{every: [meal]}]\n", "khóa không biết every"),
        (BASE + "    find: [{without: [meal]}]\n", "cần ít nhất một trong all, with, heading, title"),
        (BASE + "    find: [{all: [meal], needs: [rice]}]\n", "giá trị 'rice' không hợp lệ"),
        (BASE + "    find: [{all: [meal]}]\n    amount: {units: [kg]}\n", "giá trị 'kg' không hợp lệ"),
        (BASE + "    find: [{all: [meal]}]\n    amount: {pick: middle}\n", "giá trị 'middle' không hợp lệ; được dùng: lowest"),
        (BASE + "    find: [{all: [meal]}]\n    judge: {bare: good}\n", "giá trị 'good' không hợp lệ"),
        ("topic: meals\nvocabulary: {meal: suất ăn}\n", "vocabulary.meal: phải là danh sách cụm từ"),
        ("topic: [\n", "không phải YAML hợp lệ"),
    ],
)
def test_a_broken_file_is_named(folder: Path, text: str, message: str) -> None:
    with pytest.raises(RulesError) as error:
        load(rule(folder, text))
    assert message in str(error.value)


def test_a_name_defined_twice_is_refused(folder: Path) -> None:
    rule(folder, "topic: meals\nvocabulary: {meal: [suất ăn]}\n")
    rule(folder, "topic: bonuses\nvocabulary: {meal: [bữa ăn]}\n", "bonuses.yaml")
    with pytest.raises(RulesError, match=r"vocabulary\.meal: đã có trong bonuses\.yaml"):
        load(folder)


def test_an_example_that_is_not_read_and_a_near_miss_that_is(folder: Path) -> None:
    body = "    find: [{all: [meal]}]\n    examples: [{text: Xe đưa đón miễn phí.}]\n    near_misses: [Suất ăn không được mang về.]\n"
    faults = check(rule(folder, BASE + body))
    assert any("shift_meal.examples[1]: không đọc ra shift_meal" in f for f in faults)
    assert any("shift_meal.near_misses[1]: bị đọc nhầm" in f for f in faults)
