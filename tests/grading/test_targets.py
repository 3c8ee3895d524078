"""The programmes' targets: the shipped ones say what the programmes set, broken ones are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.grading.catalogue import RULES
from app.grading.targets import check_targets, load_targets


def test_what_the_programmes_set() -> None:
    programmes = {one.id: {target.id: target for target in one.targets} for one in load_targets()}
    lai_chau = programmes["lai-chau-2023-2028"]
    assert (lai_chau["grade_b"].grade, lai_chau["grade_b"].at_least) == ("B", 45)
    assert (lai_chau["two_better"].number, lai_chau["two_better"].at_least) == (2, 85)
    assert lai_chau["shift_meal"].number == 18000
    assert programmes["ha-tinh-2030"]["grade_b"].at_least == 60
    assert programmes["lai-chau-dai-hoi"]["signed"].at_least == 85


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("at_least: 60", "at_least: 160", "targets[1].at_least: phải là tỷ lệ phần trăm từ 0 đến 100"),
        ("grade: B, ", "", "targets[1]: grade chỉ dùng và phải có với measure: grade"),
        ("measure: grade,", "measure: letter,", "targets[1].measure: «letter» không dùng được; được dùng: signed, grade,"),
        ('before: "11-20"', 'before: "20/11"', "reports[1].before: phải là ngày dạng 06-20, không phải «20/11»"),
        ("to: 2030-12-31", "to: 2020-12-31", "period: ngày cuối trước ngày đầu"),
        ("organisation:", "organization:", "khóa lạ «organization»; được dùng: id, organisation,"),
    ],
)
def test_a_broken_programme_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "targets").mkdir()
    text = (RULES / "targets" / "ha-tinh-2030.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "targets" / "x.yaml").write_text(text.replace(old, new), encoding="utf-8")
    assert any(line.startswith(f"x.yaml: {message}") for line in check_targets(tmp_path))
