"""One deliberately broken file for each way a rule file of the law can be wrong, with its exact message."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app.law.check import check_law
from app.law.copying import load_phrasing
from app.law.loader import Law, load_law
from app.law.schema import LawError

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
HEAD = re.compile(r"# target: (?P<target>.*)\n# code: (?P<code>.*)\n# message: (?P<message>.*)\n")


def _read_all(law: Law) -> None:
    list(law.parameters("rest"))
    _ = (law.documents, law.sources, law.provinces, law.comparison, law.golden)
    load_phrasing(law)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_broken_file_is_refused_with_a_clear_line(rules: Path, broken: Path) -> None:
    head = HEAD.match(broken.read_text(encoding="utf-8"))
    assert head is not None
    shutil.copy(broken, rules / "law" / head["target"])
    with pytest.raises(LawError) as error:
        _read_all(load_law(rules))
    assert (error.value.code, error.value.message) == (head["code"], head["message"])


def test_the_same_files_unbroken_are_read(rules: Path) -> None:
    _read_all(load_law(rules))


def test_check_finds_nothing_wrong_with_the_projects_law() -> None:
    assert [error.message for error in check_law()] == []


def test_check_reports_every_problem_not_only_the_first(rules: Path) -> None:
    golden = rules / "law" / "golden_lookups.yaml"
    text = golden.read_text(encoding="utf-8")
    golden.write_text(text + "  - {parameter: probation_pay_percent, date: 2024-01-01, expect: 80}\n", encoding="utf-8")
    register = rules / "law" / "unlawful_clauses.yaml"
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("parameter: discipline_no_fines", "parameter: discipline_fines"), encoding="utf-8")
    catalogue = rules / "provisions.yaml"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace("law: [probation_pay_percent]", "law: [probation_pay]"), encoding="utf-8")
    assert [(error.code, error.message) for error in check_law(rules)] == [
        ("law.golden_failed", "golden_lookups.yaml: probation_pay_percent ngày 2024-01-01 phải là 80, đang là 85"),
        ("law.unknown_parameter", "unlawful_clauses.yaml, fine_as_discipline: không có tham số “discipline_fines”"),
        ("law.unknown_parameter", "provisions.yaml, probation_pay: không có tham số “probation_pay”"),
    ]


def test_missing_file_and_folder(rules: Path) -> None:
    (rules / "law" / "documents.yaml").unlink()
    with pytest.raises(LawError, match=r"documents\.yaml: không tìm thấy tệp quy tắc"):
        _ = load_law(rules).documents
    with pytest.raises(LawError, match="không có tệp tham số nào") as error:
        load_law(rules / "nowhere")
    assert error.value.code == "law.file_missing"


def test_file_in_another_encoding(rules: Path) -> None:
    (rules / "law" / "documents.yaml").write_bytes("documents: []  # lao động".encode("utf-16"))
    with pytest.raises(LawError, match=r"documents\.yaml: tệp phải lưu bằng mã UTF-8"):
        _ = load_law(rules).documents


def test_unit_of_a_comparison_must_be_one_of_the_catalogue(rules: Path) -> None:
    path = rules / "law" / "comparison.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("{units: {percent: 1}, law: probation_pay_percent}", "{units: {day: 1}, law: probation_pay_percent}"),
        encoding="utf-8",
    )
    assert [error.message for error in check_law(rules)] == [
        "comparison.yaml, probation_pay: đơn vị “day” không có trong provisions.yaml; dùng được: percent"
    ]


def test_parameters_are_read_only_when_asked_for(rules: Path) -> None:
    broken = Path(__file__).parent / "broken" / "unknown_floor.yaml"
    shutil.copy(broken, rules / "law" / "parameters" / "rest.yaml")
    law = load_law(rules)
    assert law.parameter("probation_pay_percent").label == "Lương thử việc tối thiểu"
    with pytest.raises(LawError):
        law.parameter("rest_between_shifts_hours")
